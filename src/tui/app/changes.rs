//! The changes that the user has confirmed, from confirmation to outcome.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;

use crate::model::{Answer, Found, KeyChange, KeyId, KeyStatus, NotSent, Outcome, Proof, Read, Receipt};
use crate::tui::app::Effect;

/// How far a change is that has no outcome yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Step {
    /// Waits for others of the same confirmation.
    #[default]
    Waiting,
    /// On its way to the journal.
    Writing,
    /// Sent, without an answer yet.
    Sent,
    /// Accepted by IAM; being read back.
    Proving,
}

/// So many changes are carried out at once.
const AT_ONCE: usize = 4;

/// The changes of this run of the program.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    last_ticket: u64,
    under_way: Vec<(KeyChange, Step)>,
    done: Vec<Receipt>,
    /// Changes that were not sent since the journal can't be written.
    unwritten: Vec<KeyChange>,
    /// The tickets of changes that are sent all the same.
    by_word: HashSet<u64>,
    /// The first ticket of each confirmation.
    begun: Vec<u64>,
    /// When a change last went on.
    since: Duration,
    /// The last proof of each key.
    proved: HashMap<KeyId, Proved>,
}

/// A status, and when it was seen.
type Seen = (KeyStatus, Timestamp);

/// What was proved of a key.
#[derive(Clone, Debug)]
struct Proved {
    by_change: Seen,
    /// What a later read has shown instead, and was told.
    since: Option<Seen>,
}

impl Changes {
    /// Takes in the changes of one confirmation and gives each its ticket.
    /// `by_word` are those that are sent although they can't be written down.
    pub(crate) fn begin(&mut self, changes: Vec<KeyChange>, by_word: bool, now: Duration) {
        self.begun.push(self.last_ticket + 1);
        self.since = now;
        for mut change in changes {
            self.last_ticket += 1;
            change.ticket = self.last_ticket;
            if by_word {
                self.by_word.insert(change.ticket);
            }
            self.under_way.push((change, Step::Waiting));
        }
    }

    /// The changes to carry out now: a few at once, and keys that sign only
    /// when nothing else is left, one after the other.
    pub(crate) fn release(&mut self) -> Vec<Effect> {
        let mut released = Vec::new();
        let mut running = self.under_way.iter().filter(|(_, step)| *step != Step::Waiting).count();
        let only_own = running == 0 && self.under_way.iter().all(|(change, _)| change.proof == Proof::Refusal);
        for (change, step) in &mut self.under_way {
            let its_turn = change.proof != Proof::Refusal || (only_own && running == 0);
            if *step == Step::Waiting && running < AT_ONCE && its_turn {
                *step = Step::Writing;
                running += 1;
                let by_word = self.by_word.contains(&change.ticket);
                let effect = if by_word { Effect::ChangeUnwritten } else { Effect::Change };
                released.push(effect(change.clone()));
            }
        }
        released
    }

    /// What came of all that was confirmed together with this one, when it was
    /// several and all of it has come to its end.
    pub(crate) fn ended_with(&self, one: &KeyChange) -> Option<Vec<&Receipt>> {
        if self.under_way.iter().any(|(change, _)| self.are_together(change, one)) {
            return None;
        }
        let ended: Vec<_> = self.done.iter().filter(|receipt| self.are_together(&receipt.change, one)).collect();
        (ended.len() > 1).then_some(ended)
    }

    /// Whether both were confirmed together.
    pub(crate) fn are_together(&self, one: &KeyChange, other: &KeyChange) -> bool {
        let confirmation = |change: &KeyChange| self.begun.partition_point(|first| *first <= change.ticket);
        confirmation(one) == confirmation(other)
    }

    /// What the change under way waits for, and for how long by now.
    pub(crate) fn progress(&self, now: Duration) -> Option<String> {
        let (change, step) = self.under_way.first()?;
        let waits = match now.saturating_sub(self.since).as_secs() {
            0 => String::new(),
            seconds => format!(" ({seconds} s)"),
        };
        if self.under_way.len() > 1 {
            return Some(format!("{} changes are under way{waits}", self.under_way.len()));
        }
        let what = match step {
            Step::Waiting | Step::Writing => "being written to the journal",
            Step::Sent => "sent, waiting for IAM's answer",
            Step::Proving if change.proof == Proof::Refusal => "accepted, waiting for IAM to refuse this key",
            Step::Proving => "accepted, waiting for IAM to report it",
        };
        Some(format!("{} → {}: {what}{waits}", change.key, change.direction.status()))
    }

    /// When that changes next, if nothing happens.
    pub(crate) fn deadline(&self, now: Duration) -> Option<Duration> {
        let second = now.saturating_sub(self.since).as_secs() + 1;
        (!self.under_way.is_empty()).then(|| self.since + Duration::from_secs(second))
    }

    /// Whether a later change has put this one back.
    pub(crate) fn is_undone(&self, receipt: &Receipt) -> bool {
        let by_ticket = format!("change {}", receipt.change.ticket);
        let name = receipt.journal_id.as_deref().unwrap_or(&by_ticket);
        self.done.iter().any(|later| later.change.undoes.as_deref() == Some(name) && later.outcome.is_done())
    }

    /// The status that a key was proved to have, and when.
    pub(crate) fn proved(&self, key: &KeyId) -> Option<(KeyStatus, Timestamp)> {
        self.proved.get(key).map(|proved| proved.by_change.clone())
    }

    /// Changes without an outcome.
    pub(crate) fn under_way(&self) -> &[(KeyChange, Step)] {
        &self.under_way
    }

    /// The change of that key that has no outcome yet.
    pub(crate) fn of(&self, key: &KeyId) -> Option<&(KeyChange, Step)> {
        self.under_way.iter().find(|(change, _)| change.key == *key)
    }

    /// Whether a change of that key was begun here.
    pub(crate) fn concern(&self, key: &KeyId) -> bool {
        self.of(key).is_some() || self.done.iter().any(|receipt| receipt.change.key == *key)
    }

    /// Every outcome so far, oldest first.
    pub(crate) fn done(&self) -> &[Receipt] {
        &self.done
    }

    /// A change went on.
    pub(crate) fn step(&mut self, ticket: u64, step: Step, now: Duration) {
        self.since = now;
        if let Some((_, at)) = self.under_way.iter_mut().find(|(change, _)| change.ticket == ticket) {
            *at = step;
        }
    }

    /// A change has its outcome.
    pub(crate) fn finish(&mut self, receipt: Receipt) {
        self.under_way.retain(|(change, _)| change.ticket != receipt.change.ticket);
        let key = &receipt.change.key;
        match receipt.outcome {
            Outcome::Proved { at, .. } => {
                let by_change = (receipt.change.direction.status(), at);
                self.proved.insert(key.clone(), Proved { by_change, since: None });
            }
            Outcome::Refused(_) | Outcome::NotSent(_) => {}
            // It is open how the key stands: what was proved before is past.
            Outcome::Accepted | Outcome::NotProved { .. } | Outcome::Unknown { .. } => drop(self.proved.remove(key)),
        }
        // Only the last word on a key counts: it is offered once, if at all.
        self.unwritten.retain(|change| change.key != receipt.change.key);
        if matches!(receipt.outcome, Outcome::NotSent(NotSent::Journal(_))) {
            self.unwritten.push(receipt.change.clone());
        }
        self.done.push(receipt);
    }

    /// The changes that were not sent since the journal can't be written, once.
    pub(crate) fn take_unwritten(&mut self) -> Vec<KeyChange> {
        std::mem::take(&mut self.unwritten)
    }

    /// A sentence for each key whose proof this later answer contradicts, or
    /// that was told to stand otherwise and has changed again; each change is
    /// told once. Of a key with a change under way a read tells nothing. A time
    /// that is still to come is of a clock that was set back.
    pub(crate) fn contradictions(&mut self, answer: &Answer, now: Timestamp) -> Vec<String> {
        let (Read::Keys { .. }, Ok(Found::Keys(keys))) = (&answer.read, &answer.result) else {
            return Vec::new();
        };
        let mut told = Vec::new();
        for key in keys.iter().filter(|key| self.under_way.iter().all(|(change, _)| change.key != key.id)) {
            let Some(proved) = self.proved.get_mut(&key.id) else { continue };
            let (was, (status, at)) = match &proved.since {
                None => ("was proved", &proved.by_change),
                Some(since) => ("was", since),
            };
            if (answer.asked > *at || *at > now) && key.status != *status {
                told.push(format!(
                    "{} {was} {status} at {}, but IAM now reports it {}. Somebody may have changed it, or IAM is not yet \
                     consistent.",
                    key.id,
                    at.strftime("%H:%M:%SZ"),
                    key.status
                ));
                proved.since = Some((key.status.clone(), answer.at));
            }
        }
        told
    }
}
