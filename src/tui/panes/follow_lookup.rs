//! Selection of a key that was looked up.

use crate::inventory::UserIndex;
use crate::model::Known;
use crate::tui::context::{Context, LookupState, Tone};
use crate::tui::keymap::Action;
use crate::tui::messages;
use crate::tui::panes::Panes;
use crate::tui::render::layout::Pane;

impl Panes {
    /// Selects the target of the look-ups once it is listed, or only reports its owner if the user
    /// has moved on.
    pub(super) fn follow_lookup(&mut self, context: &mut Context<'_>) {
        let shared = &*context.shared;
        let Some(key) = shared.lookups.target().cloned() else { return };
        let Some(LookupState::Found(owner)) = shared.lookups.of(&key).cloned() else { return };
        let owner = shared.inventory.owner(&key).unwrap_or(owner);
        let selects = shared.lookups.is_auto_selecting();
        if selects && !self.go_to_owner(owner, context) {
            return;
        }
        let shared = &mut *context.shared;
        let facts = shared.inventory.at(owner);
        let name = &facts.name;
        let (tone, sentence) = if facts.key(&key).is_some() {
            let sentence = if selects {
                messages::lookup::found(&key, name)
            } else {
                messages::lookup::found_elsewhere(&key, name, shared.key_for(Action::Find))
            };
            (Tone::Info, sentence)
        } else if let Known::Denied(failure) | Known::Failed(failure) = &facts.keys {
            (Tone::Warning, messages::lookup::found_unreadable(&key, name, &failure.error))
        } else if facts.keys.has_reply() {
            (Tone::Warning, shared.owner_not_found(&key, owner))
        } else {
            return;
        };
        if selects && facts.key(&key).is_some() {
            self.show_keys_of_user(shared);
            self.keys.list.select(&key);
            self.focus = Pane::Keys;
        }
        shared.lookups.clear_target();
        shared.notifications.notify(tone, sentence);
    }

    /// Selects a user and returns whether the list shows it. A filter that hides the user is
    /// cleared.
    fn go_to_owner(&mut self, owner: UserIndex, context: &mut Context<'_>) -> bool {
        self.show_users(context);
        if self.users.list.selected() == Some(owner) || self.users.list.select(owner, context.now) {
            return true;
        }
        if self.filter.is_active() {
            self.filter.clear();
            self.settle_rows(context);
        }
        self.users.list.select(owner, context.now)
    }
}
