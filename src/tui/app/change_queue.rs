//! The changes that the user has confirmed, from confirmation to outcome.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;

use crate::model::{
    ChangeReport, IamRead, KeyChange, KeyId, KeyStatus, NotSent, Outcome, ReadData, ReadReply,
    Verification, format_time_of_day,
};
use crate::tui::app::Effect;
use crate::tui::messages::changes as messages;

/// How far a change is that has no outcome yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ChangePhase {
    /// Waits for others of the same confirmation.
    #[default]
    Waiting,
    /// On its way to the journal.
    Writing,
    /// Sent, without an answer yet.
    Sent,
    /// Accepted by IAM; being read back.
    Verifying,
}

/// So many changes are carried out at once.
const MAX_CONCURRENT_CHANGES: usize = 4;

/// The changes of this run of the program.
#[derive(Clone, Debug, Default)]
pub(crate) struct ChangeQueue {
    last_change_id: u64,
    in_flight: Vec<(KeyChange, ChangePhase)>,
    done: Vec<ChangeReport>,
    /// Changes that were not sent since the journal can't be written.
    unjournaled: Vec<KeyChange>,
    /// The tickets of changes that are sent all the same.
    unjournaled_ids: HashSet<u64>,
    /// The first ticket of each confirmation.
    batch_starts: Vec<u64>,
    /// When a change last went on.
    since: Duration,
    /// The last proof of each key.
    verified: HashMap<KeyId, VerifiedStatus>,
}

/// A status, and when it was seen.
type Seen = (KeyStatus, Timestamp);

/// What was proved of a key.
#[derive(Clone, Debug)]
struct VerifiedStatus {
    by_change: Seen,
    /// What a later read has shown instead, and was told.
    later: Option<Seen>,
}

impl ChangeQueue {
    /// Takes in the changes of one confirmation and gives each its ticket.
    /// `by_word` are those that are sent although they can't be written down.
    pub(crate) fn begin(&mut self, changes: Vec<KeyChange>, by_word: bool, now: Duration) {
        self.batch_starts.push(self.last_change_id + 1);
        self.since = now;
        for mut change in changes {
            self.last_change_id += 1;
            change.id = self.last_change_id;
            if by_word {
                self.unjournaled_ids.insert(change.id);
            }
            self.in_flight.push((change, ChangePhase::Waiting));
        }
    }

    /// The changes to carry out now: a few at once, and keys that sign only
    /// when nothing else is left, one after the other.
    pub(crate) fn start_next(&mut self) -> Vec<Effect> {
        let mut released = Vec::new();
        let mut running =
            self.in_flight.iter().filter(|(_, step)| *step != ChangePhase::Waiting).count();
        let only_own = running == 0
            && self
                .in_flight
                .iter()
                .all(|(change, _)| change.verification == Verification::ByRefusal);
        for (change, step) in &mut self.in_flight {
            let its_turn =
                change.verification != Verification::ByRefusal || (only_own && running == 0);
            if *step == ChangePhase::Waiting && running < MAX_CONCURRENT_CHANGES && its_turn {
                *step = ChangePhase::Writing;
                running += 1;
                let by_word = self.unjournaled_ids.contains(&change.id);
                let effect = if by_word { Effect::ChangeUnjournaled } else { Effect::Change };
                released.push(effect(change.clone()));
            }
        }
        released
    }

    /// What came of all that was confirmed together with this one, when it was
    /// several and all of it has come to its end.
    pub(crate) fn finished_batch(&self, one: &KeyChange) -> Option<Vec<&ChangeReport>> {
        if self.in_flight.iter().any(|(change, _)| self.same_batch(change, one)) {
            return None;
        }
        let ended: Vec<_> = self
            .done
            .iter()
            .filter(|change_report| self.same_batch(&change_report.change, one))
            .collect();
        (ended.len() > 1).then_some(ended)
    }

    /// Whether both were confirmed together.
    pub(crate) fn same_batch(&self, one: &KeyChange, other: &KeyChange) -> bool {
        let confirmation =
            |change: &KeyChange| self.batch_starts.partition_point(|first| *first <= change.id);
        confirmation(one) == confirmation(other)
    }

    /// What the change under way waits for, and for how long by now.
    pub(crate) fn progress(&self, now: Duration) -> Option<String> {
        let (change, step) = self.in_flight.first()?;
        let seconds = now.saturating_sub(self.since).as_secs();
        if self.in_flight.len() > 1 {
            return Some(messages::progress_of_several(self.in_flight.len(), seconds));
        }
        let phase = match step {
            ChangePhase::Waiting | ChangePhase::Writing => messages::WRITING_JOURNAL,
            ChangePhase::Sent => messages::SENT,
            ChangePhase::Verifying if change.verification == Verification::ByRefusal => {
                messages::VERIFYING_BY_REFUSAL
            }
            ChangePhase::Verifying => messages::VERIFYING,
        };
        Some(messages::progress(&change.key, &change.direction.status(), phase, seconds))
    }

    /// When that changes next, if nothing happens.
    pub(crate) fn deadline(&self, now: Duration) -> Option<Duration> {
        let second = now.saturating_sub(self.since).as_secs() + 1;
        (!self.in_flight.is_empty()).then(|| self.since + Duration::from_secs(second))
    }

    /// Whether a later change has put this one back.
    pub(crate) fn is_undone(&self, change_report: &ChangeReport) -> bool {
        let by_ticket = format!("change {}", change_report.change.id);
        let name = change_report.journal_id.as_deref().unwrap_or(&by_ticket);
        self.done
            .iter()
            .any(|later| later.change.undoes.as_deref() == Some(name) && later.outcome.is_applied())
    }

    /// The status that a key was proved to have, and when.
    pub(crate) fn verified(&self, key: &KeyId) -> Option<(KeyStatus, Timestamp)> {
        self.verified.get(key).map(|verified| verified.by_change.clone())
    }

    /// Changes without an outcome.
    pub(crate) fn in_flight(&self) -> &[(KeyChange, ChangePhase)] {
        &self.in_flight
    }

    /// The change of that key that has no outcome yet.
    pub(crate) fn pending_change(&self, key: &KeyId) -> Option<&(KeyChange, ChangePhase)> {
        self.in_flight.iter().find(|(change, _)| change.key == *key)
    }

    /// Whether a change of that key was begun here.
    pub(crate) fn has_changed(&self, key: &KeyId) -> bool {
        self.pending_change(key).is_some()
            || self.done.iter().any(|change_report| change_report.change.key == *key)
    }

    /// Every outcome so far, oldest first.
    pub(crate) fn done(&self) -> &[ChangeReport] {
        &self.done
    }

    /// A change went on.
    pub(crate) fn step(&mut self, change_id: u64, step: ChangePhase, now: Duration) {
        self.since = now;
        if let Some((_, at)) = self.in_flight.iter_mut().find(|(change, _)| change.id == change_id)
        {
            *at = step;
        }
    }

    /// A change has its outcome.
    pub(crate) fn finish(&mut self, change_report: ChangeReport) {
        self.in_flight.retain(|(change, _)| change.id != change_report.change.id);
        let key = &change_report.change.key;
        match change_report.outcome {
            Outcome::Verified { at, .. } => {
                let by_change = (change_report.change.direction.status(), at);
                self.verified.insert(key.clone(), VerifiedStatus { by_change, later: None });
            }
            Outcome::Refused(_) | Outcome::NotSent(_) => {}
            // It is open how the key stands: what was proved before is past.
            Outcome::Accepted | Outcome::Unverified { .. } | Outcome::Unknown { .. } => {
                drop(self.verified.remove(key));
            }
        }
        // Only the last word on a key counts: it is offered once, if at all.
        self.unjournaled.retain(|change| change.key != change_report.change.key);
        if matches!(change_report.outcome, Outcome::NotSent(NotSent::Journal(_))) {
            self.unjournaled.push(change_report.change.clone());
        }
        self.done.push(change_report);
    }

    /// The changes that were not sent since the journal can't be written, once.
    pub(crate) fn take_unjournaled(&mut self) -> Vec<KeyChange> {
        std::mem::take(&mut self.unjournaled)
    }

    /// A sentence for each key whose proof this later answer contradicts, or
    /// that was told to stand otherwise and has changed again; each change is
    /// told once. Of a key with a change under way a read tells nothing. A time
    /// that is still to come is of a clock that was set back.
    pub(crate) fn contradictions(&mut self, answer: &ReadReply, now: Timestamp) -> Vec<String> {
        let (IamRead::Keys { .. }, Ok(ReadData::Keys(keys))) = (&answer.read, &answer.result)
        else {
            return Vec::new();
        };
        let mut sentences = Vec::new();
        for key in
            keys.iter().filter(|key| self.in_flight.iter().all(|(change, _)| change.key != key.id))
        {
            let Some(verified) = self.verified.get_mut(&key.id) else { continue };
            let (status, at) = verified.later.as_ref().unwrap_or(&verified.by_change);
            if (answer.asked_at > *at || *at > now) && key.status != *status {
                sentences.push(messages::contradiction(
                    &key.id,
                    status,
                    verified.later.is_none(),
                    &format_time_of_day(*at),
                    &key.status,
                ));
                verified.later = Some((key.status.clone(), answer.at));
            }
        }
        sentences
    }
}
