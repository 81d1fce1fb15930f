//! Replies: in any order, late, repeated, stale, failed, of another session.

use super::fake_accounts::{ERRORS, PendingRead};
use super::runner::ModelScreen;
use crate::model::{ErrorKind, ReadData, ReadReply, SessionId};
use crate::tui::message::Message;

impl ModelScreen {
    fn answer(
        &mut self,
        n: usize,
        find: impl Fn(&Self, usize, &PendingRead) -> Result<ReadData, ErrorKind>,
    ) {
        if self.questions.is_empty() {
            return;
        }
        let question = self.questions.remove(n % self.questions.len());
        let opened = self.opened.iter().find(|opened| opened.session == question.session);
        let result = find(self, opened.map_or(0, |opened| opened.account), &question);
        let answer = question.answered(result, self.now.wall);
        if self.answers.len() < 50 {
            self.answers.push(answer.clone());
        }
        self.batch.push(Message::Reply(answer));
    }

    /// Answers a pending read from the account as it is now, or, if `stale`, before
    /// its last change.
    pub(super) fn answer_now(&mut self, n: usize, stale: bool) {
        self.answer(n, |screen, account, question| {
            screen.world.find(account, &question.read, screen.now.wall, stale)
        });
    }

    /// Fails a pending read.
    pub(super) fn fail(&mut self, n: usize, m: u32) {
        self.answer(n, |_, _, _| Err(ERRORS[usize::try_from(m).unwrap() % ERRORS.len()]));
    }

    /// Answers all pending reads, and those that follow.
    pub(super) fn serve(&mut self) {
        for at in 0..60 {
            self.answer_journal(at);
            self.settle();
            if self.questions.is_empty() {
                return;
            }
            for _ in 0..self.questions.len() {
                self.answer_now(0, false);
            }
        }
        panic!("it never stops asking: {:?}", self.questions);
    }

    /// Repeats a reply.
    pub(super) fn repeat(&mut self, n: usize) {
        self.batch.extend(self.former(n).map(Message::Reply));
    }

    /// Sends a reply to another session.
    pub(super) fn foreign(&mut self, n: usize, m: u32) {
        let Some(mut answer) = self.former(n) else { return };
        answer.session = SessionId(m % 5);
        if answer.session != self.app.shared.session.id {
            self.batch.push(Message::Reply(answer));
        }
    }

    fn former(&self, n: usize) -> Option<ReadReply> {
        (!self.answers.is_empty()).then(|| self.answers[n % self.answers.len()].clone())
    }
}
