//! How much of the account is known.

use crate::inventory::Inventory;
use crate::model::Known;

/// How much of the account a list covers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Coverage {
    /// Users listed so far; those found gone are not counted.
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
}

impl Coverage {
    /// Whether every user's keys have been read.
    pub(crate) fn is_whole(&self) -> bool {
        self.listed && self.read == self.users
    }
}

impl Inventory {
    /// How much of the account is known.
    pub(crate) fn coverage(&self) -> Coverage {
        let mut coverage = Coverage {
            listed: self.listed(),
            users_in_account: self.summary.value().map(|(users, _)| *users),
            ..Coverage::default()
        };
        for facts in &self.users {
            if facts.is_gone() {
                coverage.gone += 1;
                continue;
            }
            coverage.users += 1;
            match &facts.keys {
                Known::Live { value, .. } => {
                    coverage.read += 1;
                    coverage.keys += value.len();
                }
                Known::Denied(_) => coverage.denied += 1,
                Known::Failed(_) => coverage.failed += 1,
                _ if facts.report.is_some() => coverage.reported += 1,
                _ => {}
            }
        }
        coverage
    }
}
