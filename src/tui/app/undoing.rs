//! Putting back what this session has changed.

use crate::model::{KeyStatus, Now, Outcome};
use crate::tui::app::{Confirm, State, Tone};

impl State {
    /// Asks to put back the last change that this session has made in this
    /// account and not put back yet. The dialog reads the key again before it
    /// arms, and closes where IAM no longer has the status that the change
    /// left.
    pub(super) fn undo(&mut self, now: Now) {
        let Some(place) = self.session.place() else { return };
        let last = self.changes.done().iter().rev().find(|receipt| {
            self.is_of_this_account(receipt.change.session)
                && matches!(receipt.outcome, Outcome::Proved { .. } | Outcome::Accepted)
                && receipt.change.undoes.is_none()
                && !self.changes.is_undone(receipt)
        });
        let Some(last) = last.cloned() else {
            let sentence = format!("Nothing that was done here in {} can be put back.", place.account_label());
            self.notices.tell(Tone::Info, sentence);
            return;
        };
        let (key, left) = (&last.change.key, last.change.direction.status());
        let Some(place) = self.place_to_change(std::slice::from_ref(key)) else { return };
        if last.change.before.as_ref().is_none_or(|before| *before == left) {
            self.notices.tell(Tone::Info, format!("{key} was {left} before as well, so there is nothing to put back."));
            return;
        }
        let Some(mut target) = self.target(key, &place) else {
            self.notices.tell(Tone::Warning, format!("{key} is not on the screen any more: r reads again."));
            return;
        };
        if target.before != left {
            let status: &KeyStatus = &target.before;
            let sentence = format!("{key} is {status} by now, not {left}: somebody else has changed it, so it stays.");
            self.notices.tell(Tone::Warning, sentence);
            return;
        }
        target.undoes.clone_from(&last.journal_id);
        target.undoes.get_or_insert_with(|| format!("change {}", last.change.ticket).into());
        let direction = last.change.direction.reversed();
        let mut confirm = Confirm::open(self.session.id, place, direction, vec![target], None, now);
        confirm.check_all();
        self.open_dialog(confirm);
    }
}
