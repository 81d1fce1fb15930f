//! The keys that an action applies to: the marked ones, or the selected one.

use crate::filter::Searcher;
use crate::model::{KeyId, Known};
use crate::tui::context::{Context, NotificationTopic, Shared, Tone};
use crate::tui::keymap::Action;
use crate::tui::messages;
use crate::tui::panes::{CursorMove, Panes, View};
use crate::tui::render::layout::Pane;

impl Panes {
    /// Marks or unmarks the selected key, and moves to the next.
    pub(crate) fn mark(&mut self, context: &mut Context<'_>) {
        let Some(key) = self.choose_key(Action::Mark, context.shared) else { return };
        context.shared.marks.toggle(key);
        self.go(CursorMove::By(1), context);
    }

    /// Marks every key in the focused list, and reports the number of users whose keys are not read
    /// yet.
    pub(crate) fn mark_all(&mut self, shared: &mut Shared) {
        let (keys, unread) = match (self.view, self.focus) {
            (View::Keys, _) => (self.all_keys.listed_keys(shared), 0),
            (View::Users, Pane::UserKeys) => (self.keys_matching_filter(shared), 0),
            (View::Users, Pane::List) => self.users.matching_keys(&self.filter, shared),
            (View::Overview | View::Organization, _) => (Vec::new(), 0),
        };
        shared.marks.add(keys);
        if shared.marks.is_empty() {
            let sentence =
                messages::lists::nothing_to_mark(unread, shared.key_for(Action::FullScan));
            shared.notifications.notify(Tone::Info, sentence);
        } else {
            self.notify_marks(unread, shared);
        }
    }

    /// Returns the keys of the selected user that match the filter, which shows the user for one of
    /// them.
    fn keys_matching_filter(&self, shared: &Shared) -> Vec<KeyId> {
        let Some(index) = self.users.list.selected() else { return Vec::new() };
        let facts = shared.inventory.facts(index);
        let matching = self.filter.matching_keys(facts, shared, &mut Searcher::default());
        matching.into_iter().map(|key| key.id.clone()).collect()
    }

    /// Shows the number of marked keys, and how to clear the marks.
    fn notify_marks(&self, unread: usize, shared: &mut Shared) {
        let sentence = messages::lists::marked(
            shared.marks.len(),
            unread,
            self.filter.is_active(),
            shared.key_for(Action::Cancel),
        );
        shared.notifications.notify_ongoing(NotificationTopic::Marks(unread), sentence);
    }

    /// Removes notifications about tasks that have ended, and updates that about the marks.
    pub(crate) fn settle_notifications(&self, shared: &mut Shared) {
        let Shared { notifications, inventory, marks, .. } = &mut *shared;
        match notifications.ongoing() {
            Some(NotificationTopic::FullScan) if !inventory.is_scanning() => {
                notifications.clear_result();
                if inventory.coverage().is_complete() {
                    notifications.notify(Tone::Info, messages::lists::SCAN_COMPLETE);
                }
            }
            Some(NotificationTopic::Refresh) if !inventory.is_refreshing() => {
                notifications.clear_result();
            }
            Some(NotificationTopic::UnreadKeys(user)) => {
                let is_selected = self.users.list.selected() == Some(user);
                let is_unread =
                    |keys: &Known<_>| matches!(keys, Known::NotRead | Known::Reported { .. });
                if !is_selected || !is_unread(&inventory.facts(user).keys) {
                    notifications.clear_result();
                }
            }
            Some(NotificationTopic::Marks(_)) if marks.is_empty() => notifications.clear_result(),
            Some(NotificationTopic::Marks(unread)) => self.notify_marks(unread, shared),
            _ => {}
        }
    }

    /// Returns the marked keys, else the one that `action` applies to.
    pub(crate) fn choose_keys(&mut self, action: Action, shared: &mut Shared) -> Vec<KeyId> {
        if shared.marks.is_empty() {
            self.choose_key(action, shared).into_iter().collect()
        } else {
            shared.marks.iter().cloned().collect()
        }
    }

    /// Returns the key that `action` applies to: the selected one, or the only one of the selected
    /// user. Otherwise reports why there is none; if one of several has to be selected, they get
    /// the focus.
    pub(crate) fn choose_key(&mut self, action: Action, shared: &mut Shared) -> Option<KeyId> {
        if let Some(key) = self.key_of_action(shared) {
            return Some(key.clone());
        }
        if self.view == View::Keys {
            shared.notifications.notify(Tone::Info, messages::lists::NO_KEY_TO_SELECT);
            return None;
        }
        let pressed = shared.key_for(action);
        let index = self.users.list.selected()?;
        let user = self.selected_user(shared).cloned()?;
        let sentence = match shared.inventory.user(&user).map(|facts| &facts.keys) {
            Some(Known::Live { value, .. }) if value.is_empty() => {
                messages::lists::user_has_no_key(&user)
            }
            Some(Known::Live { value, .. }) => {
                self.focus = Pane::UserKeys;
                messages::lists::select_one_of(&user, value.len(), pressed)
            }
            Some(Known::Denied(failure) | Known::Failed(failure)) => {
                messages::lists::keys_unreadable(&user, &failure.error)
            }
            Some(Known::Vanished { .. }) => {
                messages::lists::user_not_found(&user, shared.key_for(Action::Refresh))
            }
            _ => {
                let sentence = messages::lists::keys_not_read(&user, pressed);
                let topic = NotificationTopic::UnreadKeys(index);
                shared.notifications.notify_ongoing(topic, sentence);
                return None;
            }
        };
        shared.notifications.notify(Tone::Info, sentence);
        None
    }
}
