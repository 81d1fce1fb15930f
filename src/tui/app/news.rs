//! Taking in what comes from outside: answers, changes, sessions, signals.

use crate::model::{
    Answer, ErrorKind, Found, KeyChange, KeyId, KeyStatus, NotSent, Now, Outcome, Read, Receipt, ServiceError,
};
use crate::tui::actions::Action;
use crate::tui::app::{ChangeNews, Effect, Leaving, Overlay, Phase, Signal, State, Tone};

impl State {
    pub(super) fn take_answer(&mut self, answer: Answer, now: Now) {
        if answer.session != self.session.id {
            return;
        }
        self.shown_at = now;
        if let Some(Overlay::Confirm(confirm)) = &mut self.overlay {
            confirm.take_answer(&answer);
        }
        for sentence in self.changes.contradictions(&answer, now.wall) {
            let again = self.key_for(Action::Refresh);
            self.notices.fail(format!("{sentence} {again} reads it again."), now.wall);
        }
        self.tell_failed_read(&answer, now);
        if let (Read::Alias, Ok(Found::Alias(alias)), Phase::Open(place)) =
            (&answer.read, &answer.result, &mut self.session.phase)
        {
            place.alias.clone_from(alias);
        }
        self.take_watched(&answer, now);
        // The answers to look-ups are small; a page of users is not.
        let lookup = matches!(answer.read, Read::LastUse { .. } | Read::Account { .. }).then(|| answer.clone());
        let is_page = matches!(answer.read, Read::Users { .. }) && answer.result.is_ok();
        let keys = self.certain_keys(&answer);
        self.inventory.apply(answer, now);
        let uncertain: Vec<_> = keys.iter().filter_map(|key| self.owner_not_certain(key)).collect();
        for sentence in uncertain {
            self.notices.fail(sentence, now.wall);
        }
        if let Some(trouble) = self.inventory.listing_trouble().filter(|_| is_page) {
            self.notices.fail(list_not_whole(&trouble.error, self.key_for(Action::Refresh)), now.wall);
        }
        if let Some(answer) = lookup {
            self.take_lookup(&answer);
        }
    }

    /// The keys of a list that nobody else was known to list before.
    fn certain_keys(&self, answer: &Answer) -> Vec<KeyId> {
        let Ok(Found::Keys(keys)) = &answer.result else { return Vec::new() };
        let certain = keys.iter().filter(|key| self.inventory.rivals(&key.id).is_none());
        certain.map(|key| key.id.clone()).collect()
    }

    /// A read of one row that failed is that row's fact, shown where its value
    /// would be. What concerns the whole account is told.
    fn tell_failed_read(&mut self, answer: &Answer, now: Now) {
        let Err(error) = &answer.result else { return };
        let sentence = match (&answer.read, error.kind) {
            (_, ErrorKind::Throttled) | (Read::Report, ErrorKind::NotReady) => return,
            (_, kind) if kind.ends_session() => {
                if self.inventory.stopped().is_some() {
                    return;
                }
                format!(
                    "{error} Nothing more is read until you press {}; what is shown stays.",
                    self.key_for(Action::Refresh)
                )
            }
            (Read::Users { .. }, _) => list_not_whole(error, self.key_for(Action::Refresh)),
            (Read::MakeReport | Read::Report, _) => {
                format!("There is no credential report, so rows not yet read stay blank. {error}")
            }
            _ => return,
        };
        self.notices.fail(sentence, now.wall);
    }

    pub(super) fn take_change(&mut self, news: ChangeNews, now: Now) -> Vec<Effect> {
        self.shown_at = now;
        match news {
            ChangeNews::Step { ticket, step } => {
                self.changes.step(ticket, step, now.mono);
                Vec::new()
            }
            ChangeNews::Done { receipt, sentence } => {
                self.take_receipt(*receipt, sentence, now);
                vec![Effect::ReadJournal { session: self.session.id }]
            }
        }
    }

    fn take_receipt(&mut self, receipt: Receipt, sentence: String, now: Now) {
        if self.is_of_this_account(receipt.change.session)
            && let Some(status) = reported(&receipt.outcome, receipt.change.direction.status())
        {
            self.inventory.take_receipt(&receipt, &status, now.wall);
            self.inventory.ask_again(Read::Keys { user: receipt.change.user.clone() });
        }
        if matches!(receipt.outcome, Outcome::NotSent(NotSent::StatusChanged(_)))
            && self.is_of_this_account(receipt.change.session)
        {
            self.inventory.ask_again(Read::Keys { user: receipt.change.user.clone() });
        }
        if let Outcome::NotSent(NotSent::Call(error)) = &receipt.outcome
            && receipt.change.session == self.session.id
            && error.kind.ends_session()
        {
            self.inventory.stop(error.clone(), now.wall);
        }
        if self.leaving == Leaving::Soon {
            self.parting.push(sentence.clone());
        }
        if receipt.outcome.is_done() {
            self.marks.remove(&receipt.change.key);
            self.notices.tell(Tone::Success, format!("{sentence}{}", siblings(&receipt)));
        } else {
            self.notices.clear_result();
            self.notices.fail(sentence, now.wall);
        }
        if let Some(reason) = &receipt.unwritten {
            let sentence = format!("The outcome for {} is not in the journal: {reason}", receipt.change.key);
            self.notices.fail(sentence, now.wall);
        }
        let change = receipt.change.clone();
        self.changes.finish(receipt);
        self.offer_unwritten(now);
        self.sum_up(&change);
    }

    /// Tells what came of all that was confirmed together, once it is over.
    fn sum_up(&mut self, one: &KeyChange) {
        let Some(ended) = self.changes.ended_with(one) else { return };
        let left: Vec<_> = ended.iter().filter(|receipt| !receipt.outcome.is_done()).collect();
        let sentence = format!("{} of {} keys are done.", ended.len() - left.len(), ended.len());
        if left.is_empty() {
            self.notices.tell(Tone::Success, sentence);
        } else if left.iter().any(|receipt| self.marks.contains(&receipt.change.key)) {
            let rest = " The others are still marked: ! tells why, d or a tries again.";
            self.notices.tell(Tone::Warning, sentence + rest);
        } else {
            self.notices.tell(Tone::Warning, sentence + " ! tells why the others are not.");
        }
    }

    pub(super) fn take_signal(&mut self, signal: Signal, now: Now) -> Vec<Effect> {
        match signal {
            Signal::End | Signal::Gone => {
                self.leaving = Leaving::Soon;
                if !self.changes.under_way().is_empty() {
                    self.shown_at = now;
                    self.notices.tell(Tone::Warning, "Asked to end: waiting for the outcomes, 10 s at most.");
                }
                Vec::new()
            }
            Signal::Stop => self.suspend(),
            Signal::Continue => vec![Effect::Repaint],
        }
    }

    /// Back to the shell, where there is one.
    pub(super) fn suspend(&mut self) -> Vec<Effect> {
        if self.options.no_shell {
            self.notices.tell(Tone::Info, "No shell with job control started keyflip, so there is none to go back to.");
            return Vec::new();
        }
        vec![Effect::Suspend]
    }
}

fn list_not_whole(error: &ServiceError, again: &str) -> String {
    format!("The list of users is not whole. {error} Press {again} to go on.")
}

/// The user's other keys, as the proving read has shown them.
fn siblings(receipt: &Receipt) -> String {
    let told: Vec<_> = receipt.siblings.iter().map(|(id, status)| format!("{id} {status}")).collect();
    if told.is_empty() { String::new() } else { format!(" Other keys of the user: {}.", told.join(", ")) }
}

/// The status that a finished change has shown its key to have.
fn reported(outcome: &Outcome, wanted: KeyStatus) -> Option<KeyStatus> {
    match outcome {
        Outcome::Proved { .. } => Some(wanted),
        Outcome::NotProved { still, .. } | Outcome::Unknown { still, .. } => still.clone(),
        Outcome::Accepted | Outcome::Refused(_) | Outcome::NotSent(_) => None,
    }
}
