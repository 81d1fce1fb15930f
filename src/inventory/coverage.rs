//! How much of the account is known. Counted as facts change: a screen asks
//! several times a frame, and an account may have thousands of users.

use crate::inventory::{Inventory, UserFacts};
use crate::model::Known;

/// How much of the account a list covers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Coverage {
    /// Users listed so far; those found gone are not counted, nor is root.
    pub users: usize,
    /// Whether the list of users is whole.
    pub listed: bool,
    /// How many users IAM counts, where it said so.
    pub users_in_account: Option<u32>,
    /// Users whose keys IAM itself has listed.
    pub read: usize,
    /// Users whose keys are known from the credential report alone.
    pub reported: usize,
    /// Users whose keys IAM refused to list.
    pub denied: usize,
    /// Users whose keys could not be read for another reason.
    pub failed: usize,
    /// Users who were listed and have gone since.
    pub gone: usize,
    /// Keys that IAM itself has listed.
    pub keys: usize,
    /// Those of them whose last use is known from the credential report alone.
    pub reported_uses: usize,
}

/// What one user counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum UserClass {
    Unread,
    Read,
    Reported,
    Denied,
    Failed,
    Gone,
}

impl Coverage {
    /// Whether every user's keys have been read.
    pub(crate) fn is_whole(&self) -> bool {
        self.listed && self.read == self.users
    }

    /// Whether there is a user whose keys nobody has asked IAM for.
    pub(super) fn is_open(&self) -> bool {
        !self.listed || self.read + self.denied + self.failed < self.users
    }

    /// Counts the user in.
    pub(super) fn add(&mut self, facts: &UserFacts) {
        self.keys += facts.live_keys().len();
        self.reported_uses += reported_uses(facts);
        self.count(facts, |number| number + 1);
    }

    /// Takes the user out of the count, before the facts change.
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
        if class != UserClass::Gone {
            self.users = step(self.users);
        }
        let place = match class {
            UserClass::Unread => return,
            UserClass::Read => &mut self.read,
            UserClass::Reported => &mut self.reported,
            UserClass::Denied => &mut self.denied,
            UserClass::Failed => &mut self.failed,
            UserClass::Gone => &mut self.gone,
        };
        *place = step(*place);
    }
}

fn reported_uses(facts: &UserFacts) -> usize {
    facts.live_keys().iter().filter(|key| matches!(key.last_use, Known::Reported { .. })).count()
}

fn class(facts: &UserFacts) -> UserClass {
    match &facts.keys {
        _ if facts.is_gone() => UserClass::Gone,
        Known::Live { .. } => UserClass::Read,
        Known::Denied(_) => UserClass::Denied,
        Known::Failed(_) => UserClass::Failed,
        _ if facts.report.is_some() => UserClass::Reported,
        _ => UserClass::Unread,
    }
}

impl Inventory {
    /// How much of the account is known.
    pub(crate) fn coverage(&self) -> Coverage {
        Coverage {
            listed: self.listed(),
            users_in_account: self.summary.value().map(|(users, _)| *users),
            ..self.coverage.clone()
        }
    }
}
