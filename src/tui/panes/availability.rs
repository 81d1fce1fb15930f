//! Which actions are possible now, and what a view refuses.

use crate::model::Direction;
use crate::tui::context::Shared;
use crate::tui::keymap::Action;
use crate::tui::messages::{organization, overview};
use crate::tui::panes::{Panes, View};

/// Maximum number of marked keys whose statuses are checked, since this is done for every frame.
const MAX_CHECKED: usize = 100;

impl Panes {
    /// Returns whether the action would do something now, as far as cheap checks can say. Its key
    /// works in any case, and reports why nothing can be done.
    pub(crate) fn is_possible(&self, action: Action, shared: &Shared) -> bool {
        if self.refusal(action, shared).is_some() {
            return false;
        }
        match (self.view, action) {
            (_, Action::Export) => self.has_document(),
            (View::Organization, Action::Open) if self.organization.shows_overview() => true,
            (View::Organization, Action::Open | Action::CopyId) => {
                self.organization.selected_account().is_some()
            }
            (View::Organization, Action::Filter | Action::Sort | Action::Reverse) => true,
            _ => self.is_possible_in_account(action, shared),
        }
    }

    /// Returns the sentence for an action about something that the view does not have; `None` if it
    /// has it.
    pub(crate) fn refusal(&self, action: Action, shared: &Shared) -> Option<String> {
        let open = shared.key_for(Action::Open);
        let is_about_keys = action.needs_list_of_account();
        let is_about_rows = is_about_keys || action.needs_rows_of_keys();
        match self.view {
            View::Organization if self.organization.shows_overview() => {
                is_about_rows.then(|| organization::no_rows_here(open))
            }
            View::Organization => is_about_keys.then(|| organization::no_keys_here(open)),
            View::Overview => action.needs_rows_of_keys().then(|| overview::no_keys_here(open)),
            View::Users | View::Keys => None,
        }
    }

    /// Returns whether the action would do something in a view of the account.
    fn is_possible_in_account(&self, action: Action, shared: &Shared) -> bool {
        let has_key = || self.key_of_action(shared).is_some();
        match action {
            Action::Toggle => {
                shared.can_write()
                    && self.key_of_action(shared).is_some_and(|key| {
                        shared.may_change(key, Direction::Deactivate)
                            || shared.may_change(key, Direction::Activate)
                    })
            }
            Action::Deactivate => self.may_change(Direction::Deactivate, shared),
            Action::Activate => self.may_change(Direction::Activate, shared),
            Action::Undo => shared.can_write() && matches!(shared.journal.undo, Some(Ok(_))),
            Action::Mark | Action::CopyId | Action::Activity | Action::AwsCommands => has_key(),
            Action::Watch => shared.watch.is_on() || shared.has_changed(),
            Action::Journal => shared.session_context().is_some(),
            Action::NextPane | Action::Left | Action::Right => {
                self.view == View::Users && self.user_index().is_some()
            }
            Action::ViewUsers => self.view != View::Users,
            Action::ViewKeys => self.view != View::Keys,
            Action::ViewOverview => self.view != View::Overview,
            Action::Filter | Action::Sort | Action::Reverse | Action::MarkAll | Action::Open => {
                shared.inventory.coverage().users > 0
            }
            Action::Suspend => !shared.options.no_shell,
            // Every action is listed, so that the compiler asks about new ones.
            Action::Down
            | Action::Up
            | Action::Top
            | Action::Bottom
            | Action::PageDown
            | Action::PageUp
            | Action::Find
            | Action::Errors
            | Action::Export
            | Action::View
            | Action::Organization
            | Action::Refresh
            | Action::FullScan
            | Action::OpenPlan
            | Action::Accounts
            | Action::Palette
            | Action::Help
            | Action::Quit
            | Action::Cancel => true,
        }
    }

    /// Returns whether one of the marked keys, else the selected one, may be changed in that
    /// direction.
    fn may_change(&self, direction: Direction, shared: &Shared) -> bool {
        let may_change = |key| shared.may_change(key, direction);
        let marks = &shared.marks;
        let one_may = if marks.is_empty() {
            self.key_of_action(shared).is_some_and(may_change)
        } else {
            marks.len() > MAX_CHECKED || marks.iter().any(may_change)
        };
        one_may && shared.can_write()
    }
}
