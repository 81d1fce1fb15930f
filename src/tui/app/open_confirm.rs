//! Opening of the confirmation dialog.

use crate::model::{Direction, KeyId, NotSentReason, Now, SessionContext, owner_not_certain};
use crate::tui::app::{Confirm, Popup, SessionPhase, SkippedKeys, State, Tone};
use crate::tui::keymap::Action;
use crate::tui::messages;

impl State {
    /// Opens the dialog on these keys; `skipped` are those that were asked for and left out.
    pub(super) fn ask_to_change(
        &mut self,
        keys: &[KeyId],
        direction: Direction,
        skipped: SkippedKeys,
        now: Now,
    ) {
        let Some(session_context) = self.context_to_change(keys) else { return };
        let targets: Vec<_> =
            keys.iter().filter_map(|id| self.target(id, &session_context)).collect();
        if targets.is_empty() {
            return;
        }
        let reason = self.options.reason.as_deref();
        let mut confirm =
            Confirm::open(self.session.id, session_context, direction, targets, reason, now);
        confirm.skipped = skipped;
        self.notifications.clear_result();
        self.open_dialog(confirm);
    }

    /// Returns the context in which these keys can be changed now, or reports why they cannot.
    pub(super) fn context_to_change(&mut self, keys: &[KeyId]) -> Option<SessionContext> {
        if self.notify_no_session() {
            return None;
        }
        let session_context = self.session.session_context().cloned()?;
        if session_context.read_only {
            self.notifications.notify(Tone::Warning, NotSentReason::ReadOnly.to_string());
            return None;
        }
        if let Some(busy) = keys.iter().find(|key| self.change_queue.pending_change(key).is_some())
        {
            self.notifications.notify(Tone::Warning, messages::changes::still_in_progress(busy));
            return None;
        }
        if let Some(sentence) = keys.iter().find_map(|key| self.owner_not_certain(key)) {
            self.notifications.notify(Tone::Warning, sentence);
            return None;
        }
        Some(session_context)
    }

    /// Returns a sentence on a key that several users list.
    pub(super) fn owner_not_certain(&self, key: &KeyId) -> Option<String> {
        let users = self.inventory.contested_owners(key)?;
        let account =
            self.session.session_context().map(SessionContext::account_label).unwrap_or_default();
        let named = owner_not_certain(key, &users, &account);
        Some(messages::changes::owner_not_certain(&named, self.key_for(Action::Refresh)))
    }

    /// Reports that no session is open, or that it has ended; returns whether that is so.
    pub(super) fn notify_no_session(&mut self) -> bool {
        let (retry, profiles) = (self.key_for(Action::Refresh), self.key_for(Action::Profile));
        let sentence = match &self.session.phase {
            SessionPhase::Open(_) if self.inventory.stopped().is_none() => return false,
            SessionPhase::Open(_) => messages::session::ended(retry),
            SessionPhase::Opening(_) => messages::session::still_opening(profiles),
            SessionPhase::NeedsCode(_) => messages::session::code_missing(retry, profiles),
            SessionPhase::Failed => messages::session::not_open(retry, profiles),
        };
        self.notifications.notify(Tone::Warning, sentence);
        true
    }

    /// Shows the dialog and requests the reads it depends on.
    pub(super) fn open_dialog(&mut self, confirm: Confirm) {
        for read in confirm.reads().into_iter().chain(confirm.last_uses()) {
            self.inventory.refresh(read);
        }
        self.popup = Some(Popup::Confirm(Box::new(confirm)));
    }
}
