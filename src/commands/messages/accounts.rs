//! `accounts`, and lists of several accounts.

use std::fmt::Display;
use std::time::Duration;

use crate::model::{ListedAccount, counted, counts_after};

/// The number of accounts that were printed.
pub(in crate::commands) fn number_of_accounts(accounts: usize) -> String {
    counted(accounts, "account") + "."
}

/// Returns the sentence that a sign-in could not list its accounts.
pub(in crate::commands) fn list_failed(error: &dyn Display) -> String {
    format!("The list of accounts is not complete. {error}")
}

/// Returns the sentence that an account could not be read.
pub(in crate::commands) fn account_not_read(account: &str, error: &dyn Display) -> String {
    format!("{account} was not read. {error}")
}

/// An account with its name, for a sentence.
pub(in crate::commands) fn account_label(account: &ListedAccount) -> String {
    match &account.name {
        Some(name) => format!("{name} {}", account.id),
        None => account.id.to_string(),
    }
}

/// Numbers of accounts by how much was read of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::commands) struct AccountCounts {
    /// Everything.
    pub(in crate::commands) whole: usize,
    /// A part.
    pub(in crate::commands) partial: usize,
    /// Nothing: the filter excludes them.
    pub(in crate::commands) excluded: usize,
    /// Nothing, because of an error.
    pub(in crate::commands) failed: usize,
}

impl AccountCounts {
    /// Returns the number of all.
    pub(in crate::commands) fn done(self) -> usize {
        self.whole + self.partial + self.excluded + self.failed
    }

    /// What was read: accounts, `rows` if they are listed, and accounts that an interrupt has left
    /// out.
    pub(in crate::commands) fn sentence(self, rows: Option<usize>, unread: usize) -> String {
        let rows = rows.map(|rows| format!(": {}", counted(rows, "row"))).unwrap_or_default();
        let others = counts_after(&[
            (self.excluded, "excluded by the filter"),
            (self.partial, "read in part"),
            (self.failed, "failed"),
            (unread, "not read"),
        ]);
        format!("{} read{rows}{others}.", counted(self.whole, "account"))
    }
}

/// Returns the sentence that an account was not read whole; `gap` is what is missing, in a
/// sentence.
pub(in crate::commands) fn account_in_part(account: &str, gap: &dyn Display) -> String {
    format!("{account} was read in part. {gap}")
}

/// The accounts that are listed so far, for the progress bar; with the time left if it is known.
pub(in crate::commands) fn accounts_left(left: Option<Duration>) -> String {
    match left {
        Some(left) => format!("accounts, about {} s left", left.as_secs().max(1)),
        None => "accounts".to_owned(),
    }
}
