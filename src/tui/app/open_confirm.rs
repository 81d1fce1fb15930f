//! Opening the dialog before a change.

use crate::model::{Direction, KeyId, Now, SessionContext, owner_not_certain};
use crate::tui::app::{Confirm, Popup, SessionPhase, SkippedKeys, State, Tone};
use crate::tui::keymap::Action;

impl State {
    /// Opens the dialog on these keys; `skipped` tells of others that were
    /// asked for.
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

    /// Where these keys can be changed now; where they can't, it is told why.
    pub(super) fn context_to_change(&mut self, keys: &[KeyId]) -> Option<SessionContext> {
        if self.notify_no_session() {
            return None;
        }
        let session_context = self.session.session_context().cloned()?;
        if session_context.read_only {
            let sentence = format!(
                "This session is read-only, so nothing can be switched in {}.",
                session_context.account_label()
            );
            self.notifications.notify(Tone::Warning, sentence);
            return None;
        }
        if let Some(busy) = keys.iter().find(|key| self.change_queue.pending_change(key).is_some())
        {
            self.notifications.notify(
                Tone::Warning,
                format!("A change of {busy} is still under way: wait for its outcome."),
            );
            return None;
        }
        if let Some(sentence) = keys.iter().find_map(|key| self.owner_not_certain(key)) {
            self.notifications.notify(Tone::Warning, sentence);
            return None;
        }
        Some(session_context)
    }

    /// What to say of a key that several users list, if they do.
    pub(super) fn owner_not_certain(&self, key: &KeyId) -> Option<String> {
        let users = self.inventory.rivals(key)?;
        let account =
            self.session.session_context().map(SessionContext::account_label).unwrap_or_default();
        let again = self.key_for(Action::Refresh);
        Some(format!(
            "{} It is not changed from here: {again} reads again, keyflip update-access-key --user-name takes the user \
             whom you name.",
            owner_not_certain(key, &users, &account)
        ))
    }

    /// Where no session is open, or it has ended, tells so, and what to do about
    /// it.
    pub(super) fn notify_no_session(&mut self) -> bool {
        let (r, p) = (self.key_for(Action::Refresh), self.key_for(Action::Profile));
        let sentence = match &self.session.phase {
            SessionPhase::Open(_) if self.inventory.stopped().is_none() => return false,
            SessionPhase::Open(_) => format!("The session has ended: {r} opens it again."),
            SessionPhase::Opening(_) => {
                format!(
                    "The session is still being opened: wait a moment, or press {p} for another profile."
                )
            }
            SessionPhase::NeedsCode(_) => {
                format!(
                    "There is no session before the code is given: {r} asks for it again, {p} changes the profile."
                )
            }
            SessionPhase::Failed => {
                format!(
                    "There is no session, so IAM can't be asked: {r} tries again, {p} changes the profile."
                )
            }
        };
        self.notifications.notify(Tone::Warning, sentence);
        true
    }

    /// Lays the dialog over the panes, and asks what it has to know.
    pub(super) fn open_dialog(&mut self, confirm: Confirm) {
        for read in confirm.reads().into_iter().chain(confirm.last_uses()) {
            self.inventory.refresh(read);
        }
        self.popup = Some(Popup::Confirm(Box::new(confirm)));
    }
}
