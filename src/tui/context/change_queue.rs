//! Queue of confirmed changes, from confirmation to outcome.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;

use crate::model::{
    AccessKey, ChangeReport, Direction, IamRead, KeyChange, KeyId, KeyStatus, LIST_MAY_LAG,
    NotSentReason, Outcome, ReadData, ReadReply, SessionId, Verification, format_time_of_day,
};
use crate::ops::change_batch::ChangeBatch;
use crate::tui::effect::{Effects, TaskEffect};
use crate::tui::message::{ChangePhase, UnfinishedChange};
use crate::tui::messages::changes as messages;

/// Changes of this run of the program.
#[derive(Clone, Debug, Default)]
pub(crate) struct ChangeQueue {
    last_change_id: u64,
    in_flight: Vec<InFlightChange>,
    /// The order in which the changes start, by their IDs.
    schedule: ChangeBatch<u64>,
    done: Vec<ChangeReport>,
    /// Changes that were not sent because the journal could not be written.
    stopped_by_journal: Vec<KeyChange>,
    /// IDs of changes that are sent although they cannot be journaled.
    sent_unjournaled: HashSet<u64>,
    /// Time at which a change last reached a new phase.
    since: Duration,
    /// Last verified status of each key.
    verified: HashMap<KeyId, VerifiedStatus>,
    /// Keys whose status is uncertain since their last change, until a later read.
    uncertain: HashMap<KeyId, UncertainStatus>,
    /// Keys with an unfinished change of another run, and the session that has found it.
    unfinished: HashMap<KeyId, (SessionId, UncertainStatus)>,
}

/// A status that may have been set: the change was sent, and no read has shown what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UncertainStatus {
    /// The status that the change was to set.
    pub wanted: KeyStatus,
    /// When the change ended.
    pub since: Timestamp,
    /// Whether the recovery settles the change. Until then only a read of the wanted status does,
    /// since the call may still take effect; else also one of another status once lists show the change.
    pub awaits_recovery: bool,
}

/// A confirmed change without an outcome.
#[derive(Clone, Debug)]
pub(crate) struct InFlightChange {
    /// The change.
    pub change: KeyChange,
    /// What it waits for.
    pub phase: ChangePhase,
}

/// Whether changes are written to the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JournalMode {
    /// They are, or else not sent.
    Required,
    /// They are not: the user has confirmed that.
    Unjournaled,
}

/// A status and the time at which it was seen.
type Seen = (KeyStatus, Timestamp);

/// Verified status of a key.
#[derive(Clone, Debug)]
struct VerifiedStatus {
    by_change: Seen,
    /// Status that a later read has shown instead, once reported.
    later: Option<Seen>,
}

impl ChangeQueue {
    /// Queues the changes of one confirmation and gives each an ID.
    pub(crate) fn begin(&mut self, changes: Vec<KeyChange>, mode: JournalMode, now: Duration) {
        self.since = now;
        let batch = (changes.len() > 1).then_some(self.last_change_id + 1);
        for mut change in changes {
            self.last_change_id += 1;
            (change.id, change.batch) = (self.last_change_id, batch);
            self.schedule.add(&change, change.id);
            if mode == JournalMode::Unjournaled {
                self.sent_unjournaled.insert(change.id);
            }
            self.in_flight.push(InFlightChange { change, phase: ChangePhase::Waiting });
        }
    }

    /// Starts the changes whose turn it is.
    pub(crate) fn start_next(&mut self, effects: &mut Effects) {
        while let Some(id) = self.schedule.start_next() {
            let Some(InFlightChange { change, phase }) = self.in_flight_mut(id) else { continue };
            *phase = ChangePhase::Writing;
            let change = change.clone();
            let unjournaled = self.sent_unjournaled.contains(&id);
            let effect =
                if unjournaled { TaskEffect::ChangeUnjournaled } else { TaskEffect::Change };
            effects.task(effect(change));
        }
    }

    /// Returns the reports of the batch that this change belongs to, if it had several changes and
    /// all of them have an outcome.
    pub(crate) fn finished_batch(&self, one: &KeyChange) -> Option<Vec<&ChangeReport>> {
        let batch = one.batch?;
        if self.in_flight.iter().any(|one| one.change.batch == Some(batch)) {
            return None;
        }
        Some(self.done.iter().filter(|report| report.change.batch == Some(batch)).collect())
    }

    /// Returns a sentence on the changes in flight, with the seconds since the last progress.
    pub(crate) fn progress(&self, now: Duration) -> Option<String> {
        let InFlightChange { change, phase } = self.in_flight.first()?;
        let seconds = now.saturating_sub(self.since).as_secs();
        if self.in_flight.len() > 1 {
            return Some(messages::progress_of_several(self.in_flight.len(), seconds));
        }
        let phase = match phase {
            ChangePhase::Waiting | ChangePhase::Writing => messages::PREPARING,
            ChangePhase::Sent => messages::SENT,
            ChangePhase::Verifying if change.verification == Verification::ByRefusal => {
                messages::VERIFYING_BY_REFUSAL
            }
            ChangePhase::Verifying => messages::VERIFYING,
            ChangePhase::InDoubt => messages::IN_DOUBT,
        };
        Some(messages::progress(&change.key, &change.direction.status(), phase, seconds))
    }

    /// Returns the time at which [`Self::progress`] changes next if nothing happens.
    pub(crate) fn deadline(&self, now: Duration) -> Option<Duration> {
        let second = now.saturating_sub(self.since).as_secs() + 1;
        (!self.in_flight.is_empty()).then(|| self.since + Duration::from_secs(second))
    }

    /// Returns whether the change was sent without a journal entry.
    pub(crate) fn is_unjournaled(&self, change: &KeyChange) -> bool {
        self.sent_unjournaled.contains(&change.id)
    }

    /// Returns the last verified status of a key and the time of the verification.
    pub(crate) fn verified(&self, key: &KeyId) -> Option<(KeyStatus, Timestamp)> {
        self.verified.get(key).map(|verified| verified.by_change.clone())
    }

    /// Returns the changes without an outcome.
    pub(crate) fn in_flight(&self) -> &[InFlightChange] {
        &self.in_flight
    }

    /// Returns the change of that key that has no outcome yet.
    pub(crate) fn pending_change(&self, key: &KeyId) -> Option<&InFlightChange> {
        self.in_flight.iter().find(|one| one.change.key == *key)
    }

    /// Returns whether a change of that key was begun in this run of the program.
    pub(crate) fn has_changed(&self, key: &KeyId) -> bool {
        self.pending_change(key).is_some()
            || self.done.iter().any(|change_report| change_report.change.key == *key)
    }

    /// Returns every outcome so far, oldest first.
    pub(crate) fn done(&self) -> &[ChangeReport] {
        &self.done
    }

    /// Returns a sentence about the changes that IAM has made in this run; `None` without one.
    pub(crate) fn summary(&self) -> Option<String> {
        let applied = |direction| {
            let is_applied = |report: &&ChangeReport| {
                report.outcome.is_applied() && report.change.direction == direction
            };
            self.done.iter().filter(is_applied).count()
        };
        messages::run_summary(applied(Direction::Deactivate), applied(Direction::Activate))
    }

    /// Notes that a change has reached its next phase.
    pub(crate) fn step(&mut self, change_id: u64, phase: ChangePhase, now: Duration) {
        self.since = now;
        if let Some(one) = self.in_flight_mut(change_id) {
            one.phase = phase;
        }
    }

    fn in_flight_mut(&mut self, change_id: u64) -> Option<&mut InFlightChange> {
        self.in_flight.iter_mut().find(|one| one.change.id == change_id)
    }

    /// Returns the status that a change of unknown outcome may have set, until a later read of the
    /// key.
    pub(crate) fn uncertain_status(&self, key: &KeyId) -> Option<&UncertainStatus> {
        let unfinished = || Some(&self.unfinished.get(key)?.1);
        self.uncertain.get(key).or_else(unfinished)
    }

    /// Notes all unfinished changes of other runs that a session has found.
    pub(crate) fn set_unfinished(&mut self, session: SessionId, found: Vec<UnfinishedChange>) {
        self.unfinished.retain(|_, (by, _)| *by != session);
        for UnfinishedChange { key, wanted, since } in found {
            let verified = self.verified.get(&key).map(|verified| verified.by_change.1);
            if verified.is_none_or(|at| at < since) {
                let status = UncertainStatus { wanted, since, awaits_recovery: true };
                self.unfinished.insert(key, (session, status));
            }
        }
    }

    /// Returns whether the listed status of a key is certain: no change of it is in flight or has
    /// an uncertain outcome.
    pub(crate) fn is_certain(&self, key: &KeyId) -> bool {
        self.pending_change(key).is_none() && self.uncertain_status(key).is_none()
    }

    /// Returns whether the recovery has to settle a change that has ended: its outcome is unknown,
    /// and its intent is in the journal.
    pub(crate) fn needs_recovery(&self, change_report: &ChangeReport) -> bool {
        matches!(change_report.outcome, Outcome::Unknown { .. })
            && !self.is_unjournaled(&change_report.change)
    }

    /// Notes which statuses are certain again after a read. A change in the future means that the
    /// clock was set back; any read then counts.
    pub(crate) fn note_reply(&mut self, reply: &ReadReply, now: Timestamp) {
        let (IamRead::Keys { .. }, Ok(ReadData::Keys(keys))) = (&reply.read, &reply.result) else {
            return;
        };
        let stays_uncertain = |id: &KeyId, uncertain: &UncertainStatus| {
            let is_earlier = reply.asked_at < uncertain.since && uncertain.since <= now;
            let read = keys.iter().find(|key| key.id == *id).filter(|_| !is_earlier);
            let may_lag = reply.asked_at.duration_since(uncertain.since) < LIST_MAY_LAG;
            let is_open = uncertain.awaits_recovery || may_lag && uncertain.since <= now;
            read.is_none_or(|key| is_open && key.status != uncertain.wanted)
        };
        self.uncertain.retain(|id, uncertain| stays_uncertain(id, uncertain));
        self.unfinished.retain(|id, (_, uncertain)| stays_uncertain(id, uncertain));
    }

    /// Notes that the recovery has settled the last change of a key.
    pub(crate) fn note_settled(&mut self, key: &KeyId) {
        self.uncertain.remove(key);
        self.unfinished.remove(key);
    }

    /// Notes the outcome of a change that ended at `now`.
    pub(crate) fn finish(&mut self, change_report: ChangeReport, now: Timestamp) {
        let id = change_report.change.id;
        if let Some(at) = self.in_flight.iter().position(|one| one.change.id == id) {
            let InFlightChange { change, .. } = self.in_flight.remove(at);
            self.schedule.end_one(change.session);
        }
        let key = &change_report.change.key;
        match change_report.outcome {
            Outcome::Verified { at, .. } => {
                let by_change = (change_report.change.direction.status(), at);
                self.verified.insert(key.clone(), VerifiedStatus { by_change, later: None });
                self.uncertain.remove(key);
                self.unfinished.remove(key);
            }
            Outcome::Refused(_) | Outcome::NotSent(_) => {}
            // The status is uncertain now, so the earlier verification no longer holds.
            Outcome::Accepted | Outcome::Unverified { .. } | Outcome::Unknown { .. } => {
                self.verified.remove(key);
                let uncertain = UncertainStatus {
                    wanted: change_report.change.direction.status(),
                    since: now,
                    awaits_recovery: self.needs_recovery(&change_report),
                };
                self.uncertain.insert(key.clone(), uncertain);
            }
        }
        // Only the last outcome of a key counts: sending it without a journal entry is offered
        // once.
        self.stopped_by_journal.retain(|change| change.key != change_report.change.key);
        if matches!(change_report.outcome, Outcome::NotSent(NotSentReason::Journal(_))) {
            self.stopped_by_journal.push(change_report.change.clone());
        }
        self.done.push(change_report);
    }

    /// Returns the changes that were not sent because the journal could not be written, and that
    /// were not offered to be sent without it.
    pub(crate) fn stopped_by_journal(&self) -> &[KeyChange] {
        &self.stopped_by_journal
    }

    /// Notes that changes of these keys were offered to be sent without the journal.
    pub(crate) fn note_offered(&mut self, is_offered: impl Fn(&KeyId) -> bool) {
        self.stopped_by_journal.retain(|change| !is_offered(&change.key));
    }

    /// Returns a sentence for each key whose status in `reply` contradicts the last one reported.
    /// Each contradiction is returned once, and none for keys with a change in flight. A
    /// verification in the future means that the clock was set back; any later read then counts.
    pub(crate) fn contradictions(
        &mut self,
        reply: &ReadReply,
        now: Timestamp,
    ) -> Vec<(KeyStatus, String)> {
        let (IamRead::Keys { .. }, Ok(ReadData::Keys(keys))) = (&reply.read, &reply.result) else {
            return Vec::new();
        };
        let mut sentences = Vec::new();
        let in_flight = &self.in_flight;
        let at_rest = |key: &&AccessKey| in_flight.iter().all(|one| one.change.key != key.id);
        for key in keys.iter().filter(at_rest) {
            let Some(verified) = self.verified.get_mut(&key.id) else { continue };
            let (status, at) = verified.later.as_ref().unwrap_or(&verified.by_change);
            if (reply.asked_at > *at || *at > now) && key.status != *status {
                let sentence = messages::contradiction(
                    &key.id,
                    status,
                    verified.later.is_none(),
                    &format_time_of_day(*at),
                    &key.status,
                );
                sentences.push((key.status.clone(), sentence));
                verified.later = Some((key.status.clone(), reply.at));
            }
        }
        sentences
    }
}
