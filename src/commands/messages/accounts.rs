//! `accounts`, and lists of several accounts.

use std::fmt::Display;
use std::time::Duration;

use crate::model::ListedAccount;

/// The number of accounts that were printed.
pub(in crate::commands) fn number_of_accounts(accounts: usize) -> String {
    match accounts {
        1 => "1 account.".to_owned(),
        several => format!("{several} accounts."),
    }
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

/// What a list of several accounts covers: accounts read, accounts excluded by the filter without
/// reading them, accounts that failed, and accounts that an interrupt has left out.
pub(in crate::commands) fn accounts_read(
    read: usize,
    excluded: usize,
    failed: usize,
    unread: usize,
    rows: usize,
) -> String {
    let rows = if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
    let accounts = if read == 1 { "1 account".to_owned() } else { format!("{read} accounts") };
    let mut text = format!("{accounts} read: {rows}");
    let parts = [(excluded, "excluded by the filter"), (failed, "failed"), (unread, "not read")];
    for (number, what) in parts {
        if number > 0 {
            text.extend([", ", &number.to_string(), " ", what]);
        }
    }
    text + "."
}

/// The accounts that are listed so far, for the progress bar; with the time left if it is known.
pub(in crate::commands) fn accounts_left(left: Option<Duration>) -> String {
    match left {
        Some(left) => format!("accounts, about {} s left", left.as_secs().max(1)),
        None => "accounts".to_owned(),
    }
}
