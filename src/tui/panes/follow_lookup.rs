//! Selection of a key that was looked up, and of what a text names otherwise.

use crate::inventory::UserIndex;
use crate::model::Known;
use crate::ops::key_lookup::{KeyMention, MentionKind};
use crate::tui::context::{Context, LookupState, Tone};
use crate::tui::keymap::Action;
use crate::tui::messages;
use crate::tui::panes::{Panes, View};
use crate::tui::render::layout::Pane;

impl Panes {
    /// Shows the masked ID or the user that a text names, once a session is open.
    pub(super) fn show_mention(&mut self, context: &mut Context<'_>) {
        if context.shared.session_context().is_some()
            && let Some(mention) = context.shared.lookups.take_mention()
        {
            self.show_matches(&mention, context);
            self.settle_rows(context);
        }
    }

    /// Filters the list for the keys of a masked ID or of a user. Reports that they are of another
    /// account, if the text says so.
    pub(crate) fn show_matches(&mut self, mention: &KeyMention, context: &mut Context<'_>) {
        let shared = &mut *context.shared;
        if let Some(sentence) = shared.other_accounts_sentence(mention) {
            shared.lookups.note_mention_of_other_account(mention.clone());
            return shared.notifications.notify(Tone::Warning, sentence);
        }
        shared.lookups.cancel_auto_select();
        let filter = mention.filter();
        let clear = shared.key_for(Action::Cancel);
        let sentence = messages::lookup::showing_matches(&mention.label(), &filter, clear);
        shared.notifications.notify(Tone::Info, sentence);
        self.view = match mention.kind {
            MentionKind::Masked(_) => View::Keys,
            MentionKind::User(_) | MentionKind::UserId(_) => View::Users,
        };
        self.focus = Pane::List;
        self.filter.set(&filter, &context.shared.options.filters, context.now);
    }

    /// Selects the target of the look-ups once it is listed, or only reports its owner if the user
    /// has moved on.
    pub(super) fn select_lookup_target(&mut self, context: &mut Context<'_>) {
        let shared = &*context.shared;
        let Some(key) = shared.lookups.target().cloned() else { return };
        let Some(LookupState::Found(owner)) = shared.lookups.get(&key).cloned() else { return };
        let owner = shared.inventory.owner(&key).unwrap_or(owner);
        let selects = shared.lookups.is_auto_selecting();
        if selects && !self.go_to_owner(owner, context) {
            return;
        }
        let shared = &mut *context.shared;
        let facts = shared.inventory.facts(owner);
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
            self.user_keys.list.select(&key);
            self.focus = Pane::UserKeys;
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
