//! Taking in what comes from outside: answers, changes, sessions, signals.

use crate::model::{
    ChangeReport, Direction, ErrorKind, IamRead, KeyChange, KeyId, KeyStatus, NotSent, Now,
    Outcome, ReadData, ReadReply,
};
use crate::tui::app::{ChangeEvent, Effect, Popup, SessionPhase, Shutdown, Signal, State, Tone};
use crate::tui::keymap::Action;
use crate::tui::messages;

impl State {
    pub(super) fn take_reply(&mut self, answer: ReadReply, now: Now) {
        if answer.session != self.session.id {
            return;
        }
        self.shown_at = now;
        if let Some(Popup::Confirm(confirm)) = &mut self.popup {
            confirm.take_reply(&answer);
        }
        for sentence in self.change_queue.contradictions(&answer, now.wall) {
            let sentence =
                messages::changes::refresh_to_check(&sentence, self.key_for(Action::Refresh));
            self.notifications.report_error(sentence, now.wall);
        }
        self.notify_failed_read(&answer, now);
        if let (IamRead::Alias, Ok(ReadData::Alias(alias)), SessionPhase::Open(session_context)) =
            (&answer.read, &answer.result, &mut self.session.phase)
        {
            session_context.alias.clone_from(alias);
        }
        self.take_watched(&answer, now);
        // The answers to look-ups are small; a page of users is not.
        let lookup = matches!(answer.read, IamRead::LastUse { .. } | IamRead::Account { .. })
            .then(|| answer.clone());
        let is_page = matches!(answer.read, IamRead::Users { .. }) && answer.result.is_ok();
        let keys = self.certain_keys(&answer);
        self.inventory.apply(answer, now);
        let uncertain: Vec<_> = keys.iter().filter_map(|key| self.owner_not_certain(key)).collect();
        for sentence in uncertain {
            self.notifications.report_error(sentence, now.wall);
        }
        if let Some(failure) = self.inventory.listing_failure().filter(|_| is_page) {
            let sentence = messages::lists::user_list_incomplete(
                &failure.error,
                self.key_for(Action::Refresh),
            );
            self.notifications.report_error(sentence, now.wall);
        }
        if let Some(answer) = lookup {
            self.take_lookup(&answer);
        }
    }

    /// The keys of a list that nobody else was known to list before.
    fn certain_keys(&self, answer: &ReadReply) -> Vec<KeyId> {
        let Ok(ReadData::Keys(keys)) = &answer.result else { return Vec::new() };
        let certain = keys.iter().filter(|key| self.inventory.rivals(&key.id).is_none());
        certain.map(|key| key.id.clone()).collect()
    }

    /// A read of one row that failed is that row's fact, shown where its value
    /// would be. What concerns the whole account is told.
    fn notify_failed_read(&mut self, answer: &ReadReply, now: Now) {
        let Err(error) = &answer.result else { return };
        let refresh = self.key_for(Action::Refresh);
        let sentence = match (&answer.read, error.kind) {
            (_, ErrorKind::Throttled) | (IamRead::Report, ErrorKind::NotReady) => return,
            (_, kind) if kind.ends_session() => {
                if self.inventory.stopped().is_some() {
                    return;
                }
                if kind == ErrorKind::CallerChanged {
                    messages::session::other_caller(&error.message, error.operation, refresh)
                } else {
                    messages::session::reading_stopped(error, refresh)
                }
            }
            (IamRead::Users { .. }, _) => messages::lists::user_list_incomplete(error, refresh),
            (IamRead::GenerateReport | IamRead::Report, _) => messages::lists::no_report(error),
            _ => return,
        };
        self.notifications.report_error(sentence, now.wall);
    }

    pub(super) fn take_change(&mut self, event: ChangeEvent, now: Now) -> Vec<Effect> {
        self.shown_at = now;
        match event {
            ChangeEvent::Step { change_id, step } => {
                self.change_queue.step(change_id, step, now.mono);
                Vec::new()
            }
            ChangeEvent::Done { change_report, sentence } => {
                self.take_change_report(*change_report, sentence, now);
                vec![Effect::ReadJournal { session: self.session.id }]
            }
        }
    }

    fn take_change_report(&mut self, change_report: ChangeReport, sentence: String, now: Now) {
        if self.is_of_this_account(change_report.change.session)
            && let Some(status) =
                reported_status(&change_report.outcome, change_report.change.direction.status())
        {
            self.inventory.take_change_report(&change_report, &status, now.wall);
            self.inventory.refresh(IamRead::Keys { user: change_report.change.user.clone() });
        }
        if matches!(change_report.outcome, Outcome::NotSent(NotSent::StatusChanged(_)))
            && self.is_of_this_account(change_report.change.session)
        {
            self.inventory.refresh(IamRead::Keys { user: change_report.change.user.clone() });
        }
        if let Outcome::NotSent(NotSent::Call(error)) = &change_report.outcome
            && change_report.change.session == self.session.id
            && error.kind.ends_session()
        {
            self.inventory.stop(error.clone(), now.wall);
        }
        if self.shutdown == Shutdown::WhenIdle {
            self.exit_messages.push(sentence.clone());
        }
        if change_report.outcome.is_applied() {
            self.marks.remove(&change_report.change.key);
            self.notifications.notify(
                Tone::Success,
                format!("{sentence}{}", messages::changes::other_keys(&change_report)),
            );
        } else {
            self.notifications.clear_result();
            self.notifications.report_error(sentence, now.wall);
        }
        if let Some(reason) = &change_report.journal_error {
            let sentence = messages::changes::not_in_journal(&change_report.change.key, reason);
            self.notifications.report_error(sentence, now.wall);
        }
        let change = change_report.change.clone();
        self.change_queue.finish(change_report);
        self.offer_unjournaled(now);
        self.notify_batch_result(&change);
    }

    /// Tells what came of all that was confirmed together, once it is over.
    fn notify_batch_result(&mut self, one: &KeyChange) {
        let Some(ended) = self.change_queue.finished_batch(one) else { return };
        let failed: Vec<_> =
            ended.iter().filter(|change_report| !change_report.outcome.is_applied()).collect();
        let count = |refusal: bool| {
            let verified = ended.iter().filter(|change_report| {
                matches!(change_report.outcome, Outcome::Verified { refused, .. } if refused == refusal)
            });
            verified.count()
        };
        let own_refused = count(true) > 0;
        let sentence = messages::changes::batch(
            count(false),
            ended.len(),
            &one.direction.status(),
            &self.location_of(one.session),
            own_refused,
        );
        let (tone, advice) = if failed.is_empty() {
            // An undo is not undone, and nothing can be done by a session whose key is refused.
            let can_undo = one.undoes.is_none() && !own_refused;
            let undo = can_undo.then(|| messages::changes::batch_undo(self.key_for(Action::Undo)));
            (Tone::Success, undo.unwrap_or_default())
        } else if failed.iter().any(|report| self.marks.contains(&report.change.key)) {
            let again = match one.direction {
                Direction::Deactivate => Action::Deactivate,
                Direction::Activate => Action::Activate,
            };
            let (errors, again) = (self.key_for(Action::Errors), self.key_for(again));
            (Tone::Warning, messages::changes::batch_rest_marked(errors, again))
        } else {
            (Tone::Warning, messages::changes::batch_rest(self.key_for(Action::Errors)))
        };
        self.notifications.notify(tone, sentence + &advice);
    }

    pub(super) fn take_signal(&mut self, signal: Signal, now: Now) -> Vec<Effect> {
        match signal {
            Signal::End | Signal::Gone => {
                self.shutdown = Shutdown::WhenIdle;
                if !self.change_queue.in_flight().is_empty() {
                    self.shown_at = now;
                    self.notifications.notify(Tone::Warning, messages::session::SIGNAL_TO_END);
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
            self.notifications.notify(Tone::Info, messages::session::NO_SHELL);
            return Vec::new();
        }
        vec![Effect::Suspend]
    }
}

/// The status that a finished change has shown its key to have.
fn reported_status(outcome: &Outcome, wanted: KeyStatus) -> Option<KeyStatus> {
    match outcome {
        Outcome::Verified { .. } => Some(wanted),
        Outcome::Unverified { last_status: still, .. }
        | Outcome::Unknown { last_status: still, .. } => still.clone(),
        Outcome::Accepted | Outcome::Refused(_) | Outcome::NotSent(_) => None,
    }
}
