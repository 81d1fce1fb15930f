//! Texts of the Organization view.

use std::fmt::{Display, Write as _};
use std::time::Duration;

use crate::model::{AccountId, ListedAccount, Route, counted, format_age, format_date_time};
use crate::ops::organization::{AccountSummary, Count, OldestKey};
use crate::ops::overview::RootKeys;
use crate::tui::messages::overview::active_keys;
use crate::tui::messages::shared::{about_left, at_least, reversed};

/// Title of the list: how many accounts are shown, of how many.
pub(crate) fn title(shown: usize, accounts: usize, filtered: bool) -> String {
    if filtered {
        format!("Organization {shown} of {accounts}")
    } else {
        format!("Organization {accounts}")
    }
}

/// Title of the list of the accounts of a bar.
pub(crate) fn title_of_bar(title: &str, group: &str, bar: &str) -> String {
    format!("{title} · {}: {bar}", group.to_lowercase())
}

// Overview of all accounts.

/// Title of the Overview before an account was read.
pub(crate) const OVERVIEW_TITLE: &str = "Overview of the organization";

/// Title of the Overview: the number of active keys, with those of root. There may be more if an
/// account, or a part of one, was not read.
pub(crate) fn overview_title(active: usize, may_be_more: bool) -> String {
    format!("Organization {}", active_keys(active, may_be_more))
}

/// Shown before an account was read.
pub(crate) const NOTHING_TO_SUM: &str = "No account has been read yet.";

/// Numbers of accounts by how much was read of them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AccountCounts {
    /// Everything.
    pub whole: usize,
    /// A part: the report lacks a row, or has one that cannot be used.
    pub partial: usize,
    /// Nothing, because of an error.
    pub failed: usize,
}

impl AccountCounts {
    /// Returns the number of accounts that were read, with those that failed.
    pub(crate) fn all(self) -> usize {
        self.whole + self.partial + self.failed
    }

    /// Writes the numbers of those that were not read whole.
    fn gaps(self) -> String {
        let mut text = String::new();
        for (number, what) in [(self.partial, "in part"), (self.failed, "failed")] {
            if number > 0 {
                let _ = write!(text, ", {number} {what}");
            }
        }
        text
    }
}

/// What the sum covers: accounts read, of all, and the age of the oldest report.
pub(crate) fn sum_source(
    (read, all): (AccountCounts, usize),
    oldest: Option<jiff::Timestamp>,
    now: jiff::Timestamp,
    odd_rows: usize,
) -> String {
    let age = |report| format!(" up to {} old", format_age(now.duration_since(report)));
    let age = oldest.map(age).unwrap_or_default();
    let odd = match odd_rows {
        0 => String::new(),
        rows => format!(", {rows} rows left out"),
    };
    let partial = match read.partial {
        0 => String::new(),
        partial => format!(" and {partial} in part"),
    };
    format!("reports of {} of {} read{partial}{age}{odd}", read.whole, counted(all, "account"))
}

/// What is from credential reports, with their sign.
pub(crate) fn reported(source: &str) -> String {
    format!("~ {source}")
}

/// No account that was read has keys in the selected bar.
pub(crate) const NO_ACCOUNT_OF_BAR: &str = "No account that was read has such a key.";

/// An action is of no use in the Overview of all accounts.
pub(crate) fn no_rows_here(open: &str) -> String {
    format!("This overview sums all accounts. {open} lists the accounts of the selected bar.")
}

/// Footer hint of the key that lists the accounts of a bar.
pub(crate) const OPEN_BAR: &str = "accounts in this bar";

/// Footer hints of the key that changes between accounts and Overview.
pub(crate) const OVERVIEW: &str = "overview";
/// The key leads back to the accounts.
pub(crate) const ACCOUNTS: &str = "accounts";

/// Sort order in the title of the list; `unsorted` rows were added or filled in since.
pub(crate) fn order_label(name: &str, is_reversed: bool, unsorted: usize, sort: &str) -> String {
    let order = format!("by {name}{}", reversed(is_reversed));
    if unsorted == 0 { order } else { format!("{order}, {unsorted} unsorted, press {sort}") }
}

/// The rows were sorted.
pub(crate) fn sorted(name: &str, is_reversed: bool) -> String {
    format!("Sorted by {name}{}.", reversed(is_reversed))
}

/// Progress while accounts are read.
pub(crate) fn reading(
    read: AccountCounts,
    listed: usize,
    all_listed: bool,
    left: Option<Duration>,
) -> String {
    let more = if all_listed { "" } else { "+" };
    let left = left.map(about_left).unwrap_or_default();
    format!("{} of {listed}{more} accounts read{}{left}", read.whole, read.gaps())
}

/// What the rows cover once all accounts were read.
pub(crate) fn all_read(accounts: usize, read: AccountCounts, list_failed: bool) -> String {
    let accounts = counted(accounts, "account");
    let incomplete = if list_failed { ", list incomplete" } else { "" };
    format!("{accounts}{incomplete}{} · ~ credential reports", read.gaps())
}

/// What an exported file covers: accounts whose reports were read, those that failed, of all that
/// are listed; the time of the oldest report, and rows of reports that were left out.
pub(crate) fn export_coverage(
    (read, all): (AccountCounts, usize),
    oldest: Option<jiff::Timestamp>,
    odd_rows: usize,
) -> String {
    let mut text = format!("credential reports of {} of {}", read.whole, counted(all, "account"));
    if let Some(at) = oldest {
        let _ = write!(text, ", the oldest from {}", format_date_time(at));
    }
    if odd_rows > 0 {
        let _ = write!(text, ", {odd_rows} rows left out");
    }
    text.push_str(&read.gaps());
    text
}

/// End of [`export_coverage`] while accounts are read.
pub(crate) const STILL_READING: &str = ", others still being read";

/// End of [`export_coverage`] if a list of accounts could not be read to its end.
pub(crate) const LIST_INCOMPLETE: &str = ", list of accounts not complete";

/// Accounts are being listed.
pub(crate) const LISTING: &str = "Listing the accounts of your sign-ins to Identity Center…";

/// The accounts could not be listed.
pub(crate) fn nothing_listed(errors: &str, refresh: &str) -> String {
    format!("Could not list the accounts. Press {errors} for the errors, {refresh} to try again.")
}

/// No sign-in lists accounts.
pub(crate) fn no_accounts(refresh: &str) -> String {
    format!(
        "No Identity Center session lists accounts. Run aws configure sso, then press {refresh}."
    )
}

/// No account contains the words of the filter.
pub(crate) fn nothing_matches(clear: &str) -> String {
    format!("No account name or ID contains these words ({clear} clears them).")
}

/// A list of accounts could not be read to its end.
pub(crate) fn list_failed(error: &dyn Display) -> String {
    format!("The list of accounts is incomplete. {error}")
}

/// An account could not be read.
pub(crate) fn account_failed(account: &str, error: &dyn Display) -> String {
    format!("Could not read account {account}. {error}")
}

/// An account was read in part.
pub(crate) fn account_in_part(account: &str, summary: &AccountSummary) -> String {
    let root = match summary.root() {
        RootKeys::Unknown => " The report has no usable row of root.",
        _ => "",
    };
    format!("Read account {account} in part.{}{root}", rows_left_out(summary.odd_rows))
}

/// Rows of a credential report that were not used, after a sentence.
fn rows_left_out(rows: usize) -> String {
    match rows {
        0 => String::new(),
        1 => " 1 row of the report could not be used.".to_owned(),
        rows => format!(" {rows} rows of the report could not be used."),
    }
}

/// Keys cannot be changed in this view.
pub(crate) fn no_keys_here(open: &str) -> String {
    format!("This view has accounts, not keys. Press {open} to open the selected account.")
}

/// The view has no account to select.
pub(crate) const NO_ACCOUNT_TO_SELECT: &str = "This list has no account to select.";

/// The ID of an account was sent to the clipboard.
pub(crate) fn id_copied(account: &AccountId) -> String {
    format!("Sent account ID {account} to the clipboard.")
}

/// Footer hint of the key that opens the selected account.
pub(crate) const OPEN_ACCOUNT: &str = "open account";

/// Footer hint of the key that leaves the view.
pub(crate) const BACK: &str = "back";

/// The account is no longer in a list.
pub(crate) const NOT_LISTED: &str = "no longer listed";

/// The account as listed, for the detail.
pub(crate) fn identity(account: &ListedAccount) -> String {
    let parts = [Some(account.id.as_str()), account.email.as_deref()];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    format!("{} · listed by {}", parts.join(" · "), account.session)
}

/// Route that led into the account, for the detail.
pub(crate) fn route(route: &Route, open: &str) -> String {
    format!("Route: {route}; {open} opens the account.")
}

/// The figures of an account in sentences; `now` is the time that ages count to.
pub(crate) fn summary(summary: &AccountSummary, now: jiff::Timestamp) -> String {
    let age = |at| format_age(now.duration_since(at));
    let oldest = match summary.oldest {
        OldestKey::None => "no active key".to_owned(),
        OldestKey::Since(at) => format!("the oldest is {} old", age(at)),
        OldestKey::SinceAtLeast(at) => format!("the oldest is at least {} old", age(at)),
        OldestKey::Unknown => "the age of the oldest is not known".to_owned(),
    };
    let root = match summary.root() {
        RootKeys::None => "Root has no access key.",
        RootKeys::Inactive => "Root has an inactive access key.",
        RootKeys::Active => "Root has an ACTIVE access key.",
        RootKeys::Present | RootKeys::Unknown => "The report does not say whether root has a key.",
    };
    let odd = rows_left_out(summary.odd_rows);
    format!(
        "~ Credential report of {}: users {}, active keys {}, of which {} unused for more than 90 \
         days and {} never used; {oldest}. {root}{odd}",
        format_date_time(summary.generated),
        count(summary.users),
        count(summary.active),
        count(summary.unused),
        count(summary.never_used),
    )
}

/// Returns a number, with `+` if there may be more.
pub(crate) fn count(count: Count) -> String {
    at_least(count.certain, count.may_be_more)
}
