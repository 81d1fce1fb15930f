//! Schedule of confirmed changes: which of them may be sent now.

mod messages;

use std::collections::VecDeque;

use crate::model::{Direction, KeyChange, SelfLockoutRisk, SessionId};

pub(crate) use messages::usable_again;

/// Maximum number of changes in flight in one session, and so in its account.
const MAX_CONCURRENT_CHANGES: usize = 4;

/// Maximum number of changes in flight in all sessions.
const MAX_CONCURRENT_CHANGES_IN_ALL: usize = 16 * MAX_CONCURRENT_CHANGES;

/// Schedule of confirmed changes, each represented by a `T`. [`MAX_CONCURRENT_CHANGES`] run at once
/// in each session. Deactivations that may lock the session out come last, in the order of their
/// risk, and each starts alone: after one of them, no other change may be possible.
#[derive(Clone, Debug)]
pub(crate) struct ChangeBatch<T> {
    /// The changes not started yet, in the order of starting.
    waiting: VecDeque<WaitingChange<T>>,
    /// The session of each change started and not ended.
    running: Vec<SessionId>,
}

/// A change that was not started.
#[derive(Clone, Debug)]
struct WaitingChange<T> {
    risk: SelfLockoutRisk,
    session: SessionId,
    item: T,
}

impl<T> Default for ChangeBatch<T> {
    fn default() -> Self {
        Self { waiting: VecDeque::new(), running: Vec::new() }
    }
}

impl<T> ChangeBatch<T> {
    /// Adds a change, which `item` represents.
    pub(crate) fn add(&mut self, change: &KeyChange, item: T) {
        let risk = match change.direction {
            Direction::Deactivate => change.lockout_risk,
            Direction::Activate => SelfLockoutRisk::None,
        };
        let at = self.waiting.partition_point(|other| other.risk <= risk);
        self.waiting.insert(at, WaitingChange { risk, session: change.session, item });
    }

    /// Returns the next change if it may start now. It counts as running until [`Self::end_one`].
    pub(crate) fn start_next(&mut self) -> Option<T> {
        let at = self.waiting.iter().position(|change| self.may_start(change))?;
        let started = self.waiting.remove(at)?;
        self.running.push(started.session);
        Some(started.item)
    }

    /// Returns whether a change may start. A change that may lock the session out starts only when
    /// nothing runs and no change of a lower risk waits.
    fn may_start(&self, change: &WaitingChange<T>) -> bool {
        let is_first = self.waiting.front().is_some_and(|first| first.risk == change.risk);
        if change.risk.is_any() {
            return is_first && self.running.is_empty();
        }
        let in_session = self.running.iter().filter(|session| **session == change.session).count();
        in_session < MAX_CONCURRENT_CHANGES && self.running.len() < MAX_CONCURRENT_CHANGES_IN_ALL
    }

    /// Notes that a running change of that session has ended.
    pub(crate) fn end_one(&mut self, session: SessionId) {
        if let Some(at) = self.running.iter().position(|running| *running == session) {
            self.running.swap_remove(at);
        }
    }

    /// Returns the changes that were not started.
    pub(crate) fn into_waiting(self) -> impl Iterator<Item = T> {
        self.waiting.into_iter().map(|change| change.item)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::changes::test_fixtures::change;

    const RISKS: [SelfLockoutRisk; 3] =
        [SelfLockoutRisk::None, SelfLockoutRisk::Possible, SelfLockoutRisk::Certain];

    fn change_with(number: u64, lockout_risk: SelfLockoutRisk, direction: Direction) -> KeyChange {
        KeyChange { id: number, lockout_risk, direction, ..change() }
    }

    /// A step of a run: a change is added, or one of the running changes ends.
    #[derive(Clone, Debug)]
    enum Step {
        Add(SelfLockoutRisk, Direction),
        End(usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        let directions = prop::sample::select(vec![Direction::Activate, Direction::Deactivate]);
        prop_oneof![
            (prop::sample::select(RISKS.to_vec()), directions)
                .prop_map(|(risk, direction)| Step::Add(risk, direction)),
            any::<usize>().prop_map(Step::End),
        ]
    }

    fn may_lock_out(change: &KeyChange) -> bool {
        change.direction == Direction::Deactivate && change.lockout_risk.is_any()
    }

    /// Starts what may start, and checks each start against what runs and waits then.
    fn start_all(
        batch: &mut ChangeBatch<KeyChange>,
        running: &mut Vec<KeyChange>,
        waiting: &mut Vec<KeyChange>,
    ) {
        while let Some(started) = batch.start_next() {
            let at = waiting.iter().position(|change| *change == started).unwrap();
            waiting.remove(at);
            if may_lock_out(&started) {
                assert!(running.is_empty(), "{started:?} was started beside {running:?}");
                assert!(waiting.iter().all(may_lock_out), "{started:?} came before {waiting:?}");
                assert!(
                    waiting.iter().all(|other| other.lockout_risk >= started.lockout_risk),
                    "{started:?} came before {waiting:?}"
                );
            }
            let same = |other: &&KeyChange| {
                may_lock_out(other) == may_lock_out(&started)
                    && (!may_lock_out(other) || other.lockout_risk == started.lockout_risk)
            };
            assert!(waiting.iter().filter(same).all(|other| other.id > started.id));
            running.push(started);
            assert!(running.len() <= MAX_CONCURRENT_CHANGES, "{running:?}");
        }
        let room = running.len() < MAX_CONCURRENT_CHANGES;
        assert!(!room || waiting.iter().all(may_lock_out), "{waiting:?} wait for nothing");
        assert!(!running.is_empty() || waiting.is_empty(), "{waiting:?} wait for nothing");
    }

    proptest! {
        #[test]
        fn keys_that_may_lock_out_come_last_whichever_change_ends_first(
            steps in prop::collection::vec(step(), 1..40),
            rest in prop::collection::vec(any::<usize>(), 40),
        ) {
            let (mut batch, mut added) = (ChangeBatch::default(), 0);
            let (mut running, mut waiting, mut ended) = (Vec::<KeyChange>::new(), Vec::new(), Vec::new());
            for step in steps.into_iter().chain(rest.into_iter().map(Step::End)) {
                match step {
                    Step::Add(risk, direction) => {
                        added += 1;
                        let change = change_with(added, risk, direction);
                        batch.add(&change, change.clone());
                        waiting.push(change);
                    }
                    Step::End(at) if !running.is_empty() => {
                        let change = running.remove(at % running.len());
                        ended.push(change.id);
                        batch.end_one(change.session);
                    }
                    Step::End(_) => {}
                }
                start_all(&mut batch, &mut running, &mut waiting);
            }
            ended.sort_unstable();
            prop_assert_eq!(ended, (1..=added).collect::<Vec<_>>(), "each change runs once");
        }
    }

    #[test]
    fn each_session_has_its_own_limit_and_a_lockout_waits_for_all() {
        let mut batch = ChangeBatch::default();
        for number in 0..12 {
            let risk = if number == 0 { SelfLockoutRisk::Certain } else { SelfLockoutRisk::None };
            let change = change_with(number, risk, Direction::Deactivate);
            let session = SessionId(u32::from(number >= 6));
            batch.add(&KeyChange { session, ..change }, (number, session));
        }
        let start_all = |batch: &mut ChangeBatch<_>| {
            std::iter::from_fn(|| batch.start_next()).collect::<Vec<(u64, SessionId)>>()
        };
        let first = start_all(&mut batch);
        let numbers: Vec<_> = first.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 6, 7, 8, 9]);
        batch.end_one(SessionId(1));
        assert_eq!(start_all(&mut batch), [(10, SessionId(1))]);
        for (_, session) in first {
            batch.end_one(session);
        }
        let rest = start_all(&mut batch);
        assert_eq!(rest, [(5, SessionId(0)), (11, SessionId(1))]);
        for (_, session) in rest {
            batch.end_one(session);
        }
        assert_eq!(start_all(&mut batch), [(0, SessionId(0))]);
    }

    #[test]
    fn changes_that_were_not_started_are_returned_in_their_order() {
        let mut batch = ChangeBatch::default();
        for (number, risk) in (0..).zip([2, 0, 1, 0, 0, 0, 0].map(|risk: usize| RISKS[risk])) {
            batch.add(&change_with(number, risk, Direction::Deactivate), number);
        }
        let started: Vec<_> = std::iter::from_fn(|| batch.start_next()).collect();
        assert_eq!(started, [1, 3, 4, 5]);
        assert_eq!(batch.into_waiting().collect::<Vec<_>>(), [6, 2, 0]);
    }
}
