//! The changes that the user has confirmed, from confirmation to outcome.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::model::{Answer, Found, KeyChange, KeyId, KeyStatus, NotSent, Outcome, Read, Receipt};

/// How far a change is that has no outcome yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Step {
    /// On its way to the journal.
    #[default]
    Writing,
    /// Sent, without an answer yet.
    Sent,
    /// Accepted by IAM; being read back.
    Proving,
}

/// The changes of this run of the program.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    last_ticket: u64,
    under_way: Vec<(KeyChange, Step)>,
    done: Vec<Receipt>,
    /// Changes that were not sent since the journal can't be written.
    unwritten: Vec<KeyChange>,
    /// What the last proof of each key showed, and when.
    proved: HashMap<KeyId, (KeyStatus, Timestamp)>,
}

impl Changes {
    /// Takes in a confirmed change and gives it its ticket.
    pub(crate) fn begin(&mut self, mut change: KeyChange) -> KeyChange {
        self.last_ticket += 1;
        change.ticket = self.last_ticket;
        self.under_way.push((change.clone(), Step::default()));
        change
    }

    /// Changes without an outcome.
    pub(crate) fn under_way(&self) -> &[(KeyChange, Step)] {
        &self.under_way
    }

    /// The change of that key that has no outcome yet.
    pub(crate) fn of(&self, key: &KeyId) -> Option<&(KeyChange, Step)> {
        self.under_way.iter().find(|(change, _)| change.key == *key)
    }

    /// Every outcome so far, oldest first.
    pub(crate) fn done(&self) -> &[Receipt] {
        &self.done
    }

    /// A change went on.
    pub(crate) fn step(&mut self, ticket: u64, step: Step) {
        if let Some((_, at)) = self.under_way.iter_mut().find(|(change, _)| change.ticket == ticket) {
            *at = step;
        }
    }

    /// A change has its outcome.
    pub(crate) fn finish(&mut self, receipt: Receipt) {
        self.under_way.retain(|(change, _)| change.ticket != receipt.change.ticket);
        if let Outcome::Proved { at, .. } = receipt.outcome {
            self.proved.insert(receipt.change.key.clone(), (receipt.change.direction.status(), at));
        }
        if matches!(receipt.outcome, Outcome::NotSent(NotSent::Journal(_))) {
            self.unwritten.push(receipt.change.clone());
        }
        self.done.push(receipt);
    }

    /// The changes that were not sent since the journal can't be written, once.
    pub(crate) fn take_unwritten(&mut self) -> Vec<KeyChange> {
        std::mem::take(&mut self.unwritten)
    }

    /// A sentence for each key whose proof this later answer contradicts;
    /// told once.
    pub(crate) fn contradictions(&mut self, answer: &Answer) -> Vec<String> {
        let (Read::Keys { .. }, Ok(Found::Keys(keys))) = (&answer.read, &answer.result) else {
            return Vec::new();
        };
        let mut told = Vec::new();
        for key in keys {
            let Some((proved, at)) = self.proved.get(&key.id) else { continue };
            if answer.asked > *at && key.status != *proved {
                told.push(format!(
                    "{} was proved {proved} at {}, but IAM now reports it {}. Somebody may have changed it back, or \
                     IAM is not yet consistent: press r to read it again.",
                    key.id,
                    at.strftime("%H:%M:%SZ"),
                    key.status
                ));
                self.proved.remove(&key.id);
            }
        }
        told
    }
}
