//! Replies in any order, late, repeated, stale, failed or of another session.

use super::fake_accounts::{ERRORS, PendingRead};
use super::runner::ModelScreen;
use crate::model::{ErrorKind, ReadData, ReadReply, SessionId};
use crate::tui::message::Message;

impl ModelScreen {
    fn reply_with(
        &mut self,
        n: usize,
        find: impl Fn(&Self, usize, &PendingRead) -> Result<ReadData, ErrorKind>,
    ) {
        if self.pending_reads.is_empty() {
            return;
        }
        let pending = self.pending_reads.remove(n % self.pending_reads.len());
        let opened = self.opened.iter().find(|opened| opened.session == pending.session);
        let result = find(self, opened.map_or(0, |opened| opened.account), &pending);
        let reply = pending.reply(result, self.now.wall);
        if self.sent_replies.len() < 50 {
            self.sent_replies.push(reply.clone());
        }
        self.batch.push(Message::Reply(reply));
    }

    /// Answers a pending read from the account as it is now, or, if `stale`, before
    /// its last change.
    pub(super) fn reply_from_account(&mut self, n: usize, stale: bool) {
        self.reply_with(n, |screen, account, pending| {
            screen.accounts.reply_data(account, &pending.read, screen.now.wall, stale)
        });
    }

    /// Fails a pending read.
    pub(super) fn fail_read(&mut self, n: usize, m: u32) {
        self.reply_with(n, |_, _, _| Err(ERRORS[usize::try_from(m).unwrap() % ERRORS.len()]));
    }

    /// Answers all pending reads, and those that follow.
    pub(super) fn reply_to_all(&mut self) {
        for at in 0..60 {
            self.reply_with_journal(at);
            self.settle();
            if self.pending_reads.is_empty() {
                return;
            }
            for _ in 0..self.pending_reads.len() {
                self.reply_from_account(0, false);
            }
        }
        panic!("the screen never stops reading: {:?}", self.pending_reads);
    }

    /// Repeats a reply.
    pub(super) fn repeat_reply(&mut self, n: usize) {
        self.batch.extend(self.sent_reply(n).map(Message::Reply));
    }

    /// Sends a reply to another session.
    pub(super) fn reply_to_other_session(&mut self, n: usize, m: u32) {
        let Some(mut reply) = self.sent_reply(n) else { return };
        reply.session = SessionId(m % 5);
        let is_open = self.app.shared.other_accounts.of_session(reply.session).is_some();
        if reply.session != self.app.shared.session.id && !is_open {
            self.batch.push(Message::Reply(reply));
        }
    }

    fn sent_reply(&self, n: usize) -> Option<ReadReply> {
        (!self.sent_replies.is_empty())
            .then(|| self.sent_replies[n % self.sent_replies.len()].clone())
    }
}
