//! The changes that were confirmed, sent and finished, with their invariants.

use std::collections::BTreeMap;

use super::confirm::ShownDialog;
use crate::model::{KeyChange, Now};
use crate::tui::app::App;
use crate::tui::context::{OtherAccount, Shutdown};
use crate::tui::effect::TaskEffect;

/// The expected changes so far.
#[derive(Default)]
pub(super) struct ExpectedCalls {
    /// Each confirmed change, and true if it was confirmed without the journal.
    confirmed: BTreeMap<u64, (KeyChange, bool)>,
    /// Changes that were sent and have no report yet.
    pub sent: Vec<KeyChange>,
    /// Changes that have their report.
    received: Vec<u64>,
}

impl ExpectedCalls {
    pub(super) fn confirmations(&self) -> usize {
        self.confirmed.len()
    }

    /// Number of changes that undo an earlier one.
    pub(super) fn undone(&self) -> usize {
        self.confirmed.values().filter(|(change, _)| change.undoes.is_some()).count()
    }

    /// Returns whether that change was confirmed without the journal.
    pub(super) fn is_unjournaled(&self, change_id: u64) -> bool {
        self.confirmed.get(&change_id).is_some_and(|(_, unjournaled)| *unjournaled)
    }

    pub(super) fn change_reports(&self) -> usize {
        self.received.len()
    }

    /// Records the report of a change.
    pub(super) fn receive(&mut self, change: &KeyChange) {
        self.sent.retain(|sent| sent.id != change.id);
        self.received.push(change.id);
    }

    /// Checks that the changes confirmed by a batch are those of the last dialog, and returns them.
    pub(super) fn confirm(
        &mut self,
        app: &App,
        shown: Option<&ShownDialog>,
        inputs: usize,
        now: Now,
    ) -> Vec<KeyChange> {
        let last = self.confirmed.keys().next_back().copied().unwrap_or(0);
        let new: Vec<_> =
            app.shared.change_queue.in_flight().iter().map(|one| &one.change).collect();
        let new: Vec<_> = new.into_iter().filter(|change| change.id > last).collect();
        if new.is_empty() {
            return Vec::new();
        }
        let shown = shown.expect("a change without a dialog");
        assert_eq!(inputs, 1, "confirmed in a batch with other input");
        assert!(
            shown.is_armed(now),
            "confirmed before the dialog was armed: {shown:?} at {:?}",
            now.mono
        );
        assert!(shown.is_complete, "confirmed before all of the dialog was shown: {shown:?}");
        shown.check_fresh(app, now);
        for change in &new {
            let other = app.shared.other_accounts.of_session(change.session);
            let session_context = match other {
                Some(other) => other.session_context(),
                None => app.shared.session.session_context(),
            };
            let session_context = session_context.expect("a change without a session");
            assert_eq!(
                change.caller.as_ref(),
                Some(&session_context.caller),
                "confirmed for another caller"
            );
            let own = session_context.lockout_risk(&change.key, change.user.as_ref());
            let others = app.shared.other_accounts.iter().filter_map(OtherAccount::session_context);
            let all = others.chain(app.shared.session.session_context());
            let beside = all.filter(|context| context.caller != session_context.caller);
            let beside =
                beside.map(|context| context.lockout_risk_by_other_session(&change.key)).max();
            let lockout_risk = beside.unwrap_or(own).max(own);
            assert_eq!(
                change.lockout_risk, lockout_risk,
                "the lock-out risk of {} is not the current one",
                change.key
            );
        }
        let listed = &shown.content;
        let confirmed = new.iter().map(|change| {
            let before = change.before.clone().unwrap();
            (change.session, change.key.clone(), change.user.clone(), before)
        });
        assert_eq!(
            confirmed.collect::<Vec<_>>(),
            listed.targets,
            "the confirmed keys are not those of the dialog"
        );
        for change in &new {
            assert_eq!(change.direction, listed.direction);
            self.confirmed.insert(change.id, (KeyChange::clone(change), listed.unjournaled));
        }
        new.into_iter().cloned().collect()
    }

    /// Checks that a change to be sent was confirmed, is sent once, and is the only
    /// one in flight for its key.
    pub(super) fn send(&mut self, effect: &TaskEffect) {
        let (change, unjournaled) = match effect {
            TaskEffect::Change(change) => (change, false),
            TaskEffect::ChangeUnjournaled(change) => (change, true),
            _ => return,
        };
        assert_eq!(
            self.confirmed.get(&change.id),
            Some(&(change.clone(), unjournaled)),
            "sent without confirmation"
        );
        assert!(!self.received.contains(&change.id), "sent twice: {change:?}");
        assert!(
            self.sent.iter().all(|sent| sent.key != change.key),
            "two changes of one key at once: {change:?}"
        );
        self.sent.push(change.clone());
    }

    /// Checks that every confirmed change is done or in flight.
    pub(super) fn check(&self, app: &App) {
        for change_id in self.confirmed.keys() {
            let done = app
                .shared
                .change_queue
                .done()
                .iter()
                .filter(|change_report| change_report.change.id == *change_id)
                .count();
            let in_flight = app
                .shared
                .change_queue
                .in_flight()
                .iter()
                .filter(|one| one.change.id == *change_id)
                .count();
            let received = usize::from(self.received.contains(change_id));
            assert_eq!((done, in_flight), (received, 1 - received), "change {change_id}");
        }
        let waiting = app.shared.change_queue.in_flight().len() - self.sent.len();
        assert!(
            waiting == 0 || !self.sent.is_empty(),
            "{waiting} changes wait although none is in flight"
        );
        assert!(
            app.shared.exit.shutdown != Shutdown::WhenIdle
                || !app.should_exit()
                || app.shared.change_queue.in_flight().is_empty()
        );
    }
}
