//! Keys of the popup, for the help.

use crate::tui::context::Shared;
use crate::tui::keymap::Action;
use crate::tui::messages::activity as messages;

/// Actions and what they do here.
const ACTIONS: [(Action, &str); 9] = [
    (Action::NextPane, messages::HELP_TAB),
    (Action::Filter, messages::HELP_FILTER),
    (Action::Mark, messages::HELP_MARK),
    (Action::Deactivate, messages::HELP_DEACTIVATE),
    (Action::FullScan, messages::HELP_ALL_REGIONS),
    (Action::Refresh, messages::HELP_REFRESH),
    (Action::Export, messages::HELP_EXPORT),
    (Action::CopyId, messages::HELP_COPY),
    (Action::Cancel, messages::HELP_BACK),
];

/// Returns the keys and what they do.
pub(super) fn keys(shared: &Shared) -> Vec<(String, String)> {
    let actions = ACTIONS.into_iter().map(|(action, does)| (shared.key_for(action), does));
    let keys = std::iter::once(("enter", messages::HELP_OPEN)).chain(actions);
    keys.map(|(key, does)| (key.to_owned(), does.to_owned())).collect()
}
