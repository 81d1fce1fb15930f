//! Undo of the changes of this run of the program.

use crate::model::{ChangeReport, KeyId, Now, Outcome, SessionContext};
use crate::tui::app::session::label;
use crate::tui::app::{Confirm, DialogTarget, State, Tone};
use crate::tui::keymap::Action;
use crate::tui::messages;

impl State {
    /// Opens a dialog that undoes the last confirmation in this account that was not undone yet.
    /// The dialog reads the keys again before it can be confirmed, and closes if a status is no
    /// longer the one that the change has set.
    pub(super) fn undo(&mut self, now: Now) {
        let last = self.last_to_undo();
        let Some(first) = last.first() else {
            let account = self.session.session_context().map(label).unwrap_or_default();
            self.notifications.notify(Tone::Info, messages::changes::nothing_to_undo(&account));
            return;
        };
        let direction = first.change.direction.reversed();
        let keys: Vec<KeyId> =
            last.iter().map(|change_report| change_report.change.key.clone()).collect();
        let Some(session_context) = self.context_to_change(&keys) else { return };
        let (mut targets, mut skipped) = (Vec::new(), Vec::new());
        for change_report in &last {
            match self.undo_target(change_report, &session_context) {
                Ok(target) => targets.push(target),
                Err(sentence) => skipped.push(sentence),
            }
        }
        if targets.is_empty() {
            self.notifications.notify(Tone::Warning, skipped.join(" "));
            return;
        }
        let mut confirm =
            Confirm::open(self.session.id, session_context, direction, targets, None, now);
        confirm.skipped.message = (!skipped.is_empty()).then(|| skipped.join(" "));
        confirm.check_all();
        self.open_dialog(confirm);
    }

    /// Returns the changes of the last confirmation that can be undone.
    fn last_to_undo(&self) -> Vec<ChangeReport> {
        let can_be = |change_report: &&ChangeReport| {
            self.is_of_this_account(change_report.change.session)
                && matches!(change_report.outcome, Outcome::Verified { .. } | Outcome::Accepted)
                && change_report.change.undoes.is_none()
                && !self.change_queue.is_undone(change_report)
        };
        let Some(last) = self.change_queue.done().iter().rev().find(can_be) else {
            return Vec::new();
        };
        let together = |change_report: &&ChangeReport| {
            self.change_queue.same_batch(&change_report.change, &last.change)
        };
        self.change_queue.done().iter().filter(together).filter(can_be).cloned().collect()
    }

    /// Returns the target that undoes a change.
    ///
    /// # Errors
    /// Returns a sentence on why the key is left as it is.
    fn undo_target(
        &self,
        change_report: &ChangeReport,
        session_context: &SessionContext,
    ) -> Result<DialogTarget, String> {
        let (key, left) = (&change_report.change.key, change_report.change.direction.status());
        if change_report.change.before.as_ref().is_none_or(|before| *before == left) {
            return Err(messages::changes::undo_without_effect(key, &left));
        }
        let Some(mut target) = self.target(key, session_context) else {
            let refresh = self.key_for(Action::Refresh);
            return Err(messages::changes::undo_not_listed(key, refresh));
        };
        if target.before != left {
            return Err(messages::changes::undo_changed_since(key, &target.before, &left));
        }
        target.undoes.clone_from(&change_report.journal_id);
        target.undoes.get_or_insert_with(|| format!("change {}", change_report.change.id).into());
        Ok(target)
    }
}
