//! Putting back what this session has changed.

use crate::model::{KeyId, Now, Outcome, Place, Receipt};
use crate::tui::actions::Action;
use crate::tui::app::{Confirm, State, Target, Tone};

impl State {
    /// Asks to put back what this session has changed last in this account,
    /// by one confirmation, and not put back yet. The dialog reads the keys
    /// again before it arms, and closes where IAM no longer has a status that
    /// the change left.
    pub(super) fn undo(&mut self, now: Now) {
        let last = self.last_to_undo();
        let Some(first) = last.first() else {
            let place = self.session.place().map(Place::account_label).unwrap_or_default();
            self.notices.tell(Tone::Info, format!("Nothing that was done here in {place} can be put back."));
            return;
        };
        let direction = first.change.direction.reversed();
        let keys: Vec<KeyId> = last.iter().map(|receipt| receipt.change.key.clone()).collect();
        let Some(place) = self.place_to_change(&keys) else { return };
        let (mut targets, mut left_out) = (Vec::new(), Vec::new());
        for receipt in &last {
            match self.way_back(receipt, &place) {
                Ok(target) => targets.push(target),
                Err(sentence) => left_out.push(sentence),
            }
        }
        if targets.is_empty() {
            self.notices.tell(Tone::Warning, left_out.join(" "));
            return;
        }
        let mut confirm = Confirm::open(self.session.id, place, direction, targets, None, now);
        confirm.left_out.told = (!left_out.is_empty()).then(|| left_out.join(" "));
        confirm.check_all();
        self.open_dialog(confirm);
    }

    /// The changes of the last confirmation of which any can be put back.
    fn last_to_undo(&self) -> Vec<Receipt> {
        let can_be = |receipt: &&Receipt| {
            self.is_of_this_account(receipt.change.session)
                && matches!(receipt.outcome, Outcome::Proved { .. } | Outcome::Accepted)
                && receipt.change.undoes.is_none()
                && !self.changes.is_undone(receipt)
        };
        let Some(last) = self.changes.done().iter().rev().find(can_be) else { return Vec::new() };
        let together = |receipt: &&Receipt| self.changes.are_together(&receipt.change, &last.change);
        self.changes.done().iter().filter(together).filter(can_be).cloned().collect()
    }

    /// The key as it is to be put back; or why it stays.
    fn way_back(&self, receipt: &Receipt, place: &Place) -> Result<Target, String> {
        let (key, left) = (&receipt.change.key, receipt.change.direction.status());
        if receipt.change.before.as_ref().is_none_or(|before| *before == left) {
            return Err(format!("{key} was {left} before as well, so there is nothing to put back."));
        }
        let Some(mut target) = self.target(key, place) else {
            let again = self.key_for(Action::Refresh);
            return Err(format!("{key} is not on the screen any more: {again} reads again."));
        };
        if target.before != left {
            let status = &target.before;
            return Err(format!("{key} is {status} by now, not {left}: somebody else has changed it, so it stays."));
        }
        target.undoes.clone_from(&receipt.journal_id);
        target.undoes.get_or_insert_with(|| format!("change {}", receipt.change.ticket).into());
        Ok(target)
    }
}
