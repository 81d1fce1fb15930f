//! Coverage of the account. Counted as facts change, since the screen reads it several times per
//! frame and an account may have thousands of users.

use crate::inventory::UserFacts;
use crate::model::Known;

/// Coverage of the account by what was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Coverage {
    /// Users listed so far, without deleted ones and root.
    pub users: usize,
    /// Whether root is listed beside them.
    pub has_root: bool,
    /// Whether the list of users is complete.
    pub is_list_complete: bool,
    /// Number of users by GetAccountSummary, if it was read.
    pub users_in_account: Option<usize>,
    /// Users whose keys IAM has listed.
    pub read: usize,
    /// Users whose keys are known only from the credential report.
    pub reported: usize,
    /// Users whose list of keys was denied.
    pub denied: usize,
    /// Users whose keys could not be read for another reason.
    pub failed: usize,
    /// Users who were listed and are deleted since.
    pub deleted: usize,
    /// Keys that IAM has listed, with those of root and without those of deleted users.
    pub keys: usize,
    /// Those of them whose last use is known only from the credential report.
    pub reported_uses: usize,
}

/// Class of a user in the coverage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum UserClass {
    Unread,
    Read,
    Reported,
    Denied,
    Failed,
    Deleted,
}

impl Coverage {
    /// Returns whether every user's keys have been read.
    pub(crate) fn is_complete(&self) -> bool {
        self.is_list_complete && self.read == self.users
    }

    /// Returns whether there is a user whose keys were not requested from IAM.
    pub(super) fn has_unread_users(&self) -> bool {
        !self.is_list_complete || self.read + self.denied + self.failed < self.users
    }

    /// Adds a user to the counts.
    pub(super) fn add(&mut self, facts: &UserFacts) {
        self.keys += facts.live_keys().len();
        self.reported_uses += reported_uses(facts);
        self.count(facts, |number| number + 1);
    }

    /// Removes a user from the counts before its facts change.
    pub(super) fn remove(&mut self, facts: &UserFacts) {
        self.keys -= facts.live_keys().len();
        self.reported_uses -= reported_uses(facts);
        self.count(facts, |number| number - 1);
    }

    fn count(&mut self, facts: &UserFacts, step: fn(usize) -> usize) {
        if facts.is_root {
            return;
        }
        let class = class(facts);
        if class != UserClass::Deleted {
            self.users = step(self.users);
        }
        let counter = match class {
            UserClass::Unread => return,
            UserClass::Read => &mut self.read,
            UserClass::Reported => &mut self.reported,
            UserClass::Denied => &mut self.denied,
            UserClass::Failed => &mut self.failed,
            UserClass::Deleted => &mut self.deleted,
        };
        *counter = step(*counter);
    }
}

fn reported_uses(facts: &UserFacts) -> usize {
    facts.live_keys().iter().filter(|key| matches!(key.last_use, Known::Reported { .. })).count()
}

fn class(facts: &UserFacts) -> UserClass {
    match &facts.keys {
        _ if facts.is_deleted() => UserClass::Deleted,
        Known::Live { .. } => UserClass::Read,
        Known::Denied(_) => UserClass::Denied,
        Known::Failed(_) => UserClass::Failed,
        _ if facts.report.is_some() => UserClass::Reported,
        _ => UserClass::Unread,
    }
}
