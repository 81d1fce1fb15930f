//! Handling of replies, changes, and signals.

use crate::model::{
    ChangeReport, Direction, ErrorKind, IamRead, KeyChange, KeyId, KeyStatus, NotSentReason, Now,
    Outcome, ReadData, ReadReply,
};
use crate::tui::app::{ChangeEvent, Effect, Popup, SessionPhase, Shutdown, Signal, State, Tone};
use crate::tui::keymap::Action;
use crate::tui::messages;

impl State {
    pub(super) fn take_reply(&mut self, reply: ReadReply, now: Now) {
        if reply.session != self.session.id {
            return;
        }
        self.shown_at = now;
        if let Some(Popup::Confirm(confirm)) = &mut self.popup {
            confirm.take_reply(&reply);
        }
        for sentence in self.change_queue.contradictions(&reply, now.wall) {
            let sentence =
                messages::changes::refresh_to_check(&sentence, self.key_for(Action::Refresh));
            self.notifications.report_error(sentence, now.wall);
        }
        self.notify_failed_read(&reply, now);
        if let (IamRead::Alias, Ok(ReadData::Alias(alias)), SessionPhase::Open(session_context)) =
            (&reply.read, &reply.result, &mut self.session.phase)
        {
            session_context.alias.clone_from(alias);
        }
        self.take_watched(&reply, now);
        // Replies to look-ups are small enough to clone; a page of users is not.
        let lookup = matches!(reply.read, IamRead::LastUse { .. } | IamRead::Account { .. })
            .then(|| reply.clone());
        let is_page = matches!(reply.read, IamRead::Users { .. }) && reply.result.is_ok();
        let keys = self.certain_keys(&reply);
        self.inventory.apply(reply, now);
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
        if let Some(reply) = lookup {
            self.take_lookup(&reply);
        }
    }

    /// Returns the keys of a list whose owner was certain until now.
    fn certain_keys(&self, reply: &ReadReply) -> Vec<KeyId> {
        let Ok(ReadData::Keys(keys)) = &reply.result else { return Vec::new() };
        let certain = keys.iter().filter(|key| self.inventory.contested_owners(&key.id).is_none());
        certain.map(|key| key.id.clone()).collect()
    }

    /// Reports a failed read that concerns the whole account. That of one row is shown in that row.
    fn notify_failed_read(&mut self, reply: &ReadReply, now: Now) {
        let Err(error) = &reply.result else { return };
        let refresh = self.key_for(Action::Refresh);
        let sentence = match (&reply.read, error.kind) {
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
            self.inventory.apply_change_report(&change_report, &status, now.wall);
            self.inventory.refresh(IamRead::Keys { user: change_report.change.user.clone() });
        }
        if matches!(change_report.outcome, Outcome::NotSent(NotSentReason::StatusChanged(_)))
            && self.is_of_this_account(change_report.change.session)
        {
            self.inventory.refresh(IamRead::Keys { user: change_report.change.user.clone() });
        }
        if let Outcome::NotSent(NotSentReason::Call(error)) = &change_report.outcome
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

    /// Reports the outcome of a batch once it is complete.
    fn notify_batch_result(&mut self, one: &KeyChange) {
        let Some(ended) = self.change_queue.finished_batch(one) else { return };
        let failed: Vec<_> =
            ended.iter().filter(|change_report| !change_report.outcome.is_applied()).collect();
        let verified = |by_refusal: bool| {
            let same = |outcome: &Outcome| match outcome {
                Outcome::Verified { refused, .. } => *refused == by_refusal,
                _ => false,
            };
            ended.iter().filter(|change_report| same(&change_report.outcome)).count()
        };
        let own_refused = verified(true) > 0;
        let sentence = messages::changes::batch(
            verified(false),
            ended.len(),
            &one.direction.status(),
            &self.location_of(one.session),
            own_refused,
        );
        let (tone, advice) = if failed.is_empty() {
            // An undo cannot be undone, and a session whose key is refused can do nothing more.
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

    /// Suspends the program, if a shell can resume it.
    pub(super) fn suspend(&mut self) -> Vec<Effect> {
        if self.options.no_shell {
            self.notifications.notify(Tone::Info, messages::session::NO_SHELL);
            return Vec::new();
        }
        vec![Effect::Suspend]
    }
}

/// Returns the status that a change has shown its key to have.
fn reported_status(outcome: &Outcome, wanted: KeyStatus) -> Option<KeyStatus> {
    match outcome {
        Outcome::Verified { .. } => Some(wanted),
        Outcome::Unverified { last_status: still, .. }
        | Outcome::Unknown { last_status: still, .. } => still.clone(),
        Outcome::Accepted | Outcome::Refused(_) | Outcome::NotSent(_) => None,
    }
}
