//! Refreshes an open dialog: reads old statuses again and adds facts that
//! arrive late. Its targets never change.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::inventory::Inventory;
use crate::model::{ErrorKind, IamRead, KeyId, Known, LastUse, Now, ReadReply, SessionId};
use crate::tui::popups::confirm::Confirm;
use crate::tui::popups::confirm::content::warnings_of;

/// Age at which a status is read again before the dialog arms, and while it is
/// open.
const REFRESH_AFTER: SignedDuration = SignedDuration::from_secs(30);

/// Maximum number of users whose keys are read again while the dialog is open;
/// with more, the reads would never end. Each key is still read right before it
/// is changed.
const MAX_USERS_READ_AGAIN: usize = 20;

/// Maximum number of keys whose last use is read when the dialog opens.
const MAX_LAST_USES_READ: usize = 50;

impl Confirm {
    /// Disarms the dialog if a status is too old, until it is read again.
    /// Returns the reads for that, each once.
    pub(super) fn expire(&mut self, now: Now) -> Vec<(SessionId, IamRead)> {
        self.opened = self.opened.min(now.wall);
        let mut reads = Vec::new();
        let mut next: Option<SignedDuration> = None;
        self.expires = None;
        if self.was_drawn() && self.users() > MAX_USERS_READ_AGAIN {
            return reads;
        }
        for target in &self.targets {
            let age = now.wall.duration_since(target.checked);
            // A time in the future means that the clock was set back.
            if (SignedDuration::ZERO..REFRESH_AFTER).contains(&age) {
                let left = REFRESH_AFTER - age;
                next = Some(next.map_or(left, |next| next.min(left)));
            } else if !self.checking.contains(&target.owner()) {
                self.checking.push(target.owner());
                reads.push((target.session, IamRead::Keys { user: target.user.clone() }));
            }
        }
        self.expires =
            next.and_then(|left| Duration::try_from(left).ok()).map(|left| now.mono + left);
        self.update_stage();
        reads
    }

    /// Handles the reply to a read that the dialog waits for.
    pub(super) fn note_reply(&mut self, answer: &ReadReply) {
        let IamRead::Keys { user } = &answer.read else { return };
        if answer.asked_at < self.opened {
            return;
        }
        // A throttled read is sent again.
        if answer.result.as_ref().is_err_and(|error| error.kind == ErrorKind::Throttled) {
            return;
        }
        self.checking.retain(|(session, waiting)| *session != answer.session || waiting != user);
        for at in 0..self.targets.len() {
            let target = &mut self.targets[at];
            if target.session != answer.session || target.user != *user {
                continue;
            }
            target.checked = answer.at;
            match &answer.result {
                Ok(_) => (target.read_at, target.unconfirmed) = (Some(answer.at), None),
                Err(error) => {
                    target.unconfirmed = Some(error.to_string());
                    self.show_again(at);
                }
            }
        }
        self.update_stage();
    }

    fn users(&self) -> usize {
        let users: std::collections::HashSet<_> =
            self.targets.iter().map(|target| (target.session, &target.user)).collect();
        users.len()
    }

    /// Returns the reads of last uses that are not known from IAM itself yet, and those of planned
    /// keys, which may have been used since the plan was checked.
    pub(super) fn last_uses(&self) -> Vec<(SessionId, IamRead)> {
        let unread =
            |known: &Known<LastUse>| matches!(known, Known::NotRead | Known::Reported { .. });
        let others = self.targets.iter().filter(|target| target.plan.is_none());
        let others = others.filter(|target| unread(&target.last_use)).take(MAX_LAST_USES_READ);
        let keys = self.planned_targets().chain(others);
        keys.map(|target| (target.session, IamRead::LastUse { key: target.key.clone() })).collect()
    }

    /// Updates the facts about the targets other than their status. A new
    /// warning disarms the dialog until it has been drawn.
    pub(super) fn refresh<'a>(
        &mut self,
        inventory_of: impl Fn(SessionId) -> &'a Inventory,
        note: impl Fn(&KeyId) -> Option<String>,
        now: Timestamp,
    ) {
        for at in 0..self.targets.len() {
            let before = warnings_of(self, at, now);
            let target = &mut self.targets[at];
            target.note = note(&target.key);
            let inventory = inventory_of(target.session);
            if let Some(owner) = inventory.owner(&target.key).map(|index| inventory.at(index))
                && let Some(key) = owner.key(&target.key)
            {
                target.last_use.clone_from(&key.last_use);
                target.created = key.created;
                let others = owner.live_keys().iter().filter(|other| other.id != target.key);
                target.others =
                    others.map(|other| (other.id.clone(), other.status.clone())).collect();
            }
            if warnings_of(self, at, now).iter().any(|warning| !before.contains(warning)) {
                self.show_again(at);
            }
        }
    }

    /// Requires the target to be drawn again before a key can confirm.
    pub(super) fn show_again(&mut self, at: usize) {
        self.first_frame = None;
        self.seen = self.seen.min(at);
        // One further down is reached by scrolling; the list does not jump ahead.
        self.first_target = self.first_target.min(at);
        self.update_stage();
    }
}
