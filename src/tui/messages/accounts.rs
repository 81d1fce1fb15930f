//! Texts about accounts within reach and the routes there.

use crate::model::{KeyId, counted};

/// How to get into the account of a key.
pub(crate) fn enter_account(accounts: &str) -> String {
    format!("Press {accounts} to open that account.")
}

// Popup for an account.

/// Title of the popup for the account of a key.
pub(crate) const KEY_TITLE: &str = "Key of another account";

/// The same where no session is open.
pub(crate) const KEY_WITHOUT_SESSION_TITLE: &str = "Account of the key";

/// Title of the popup for an account.
pub(crate) const ACCOUNT_TITLE: &str = "Open another account";

/// The account was decoded from the ID and not confirmed yet.
pub(crate) const BY_ITS_ID: &str = "according to its ID";

/// Labels of the facts.
pub(crate) const KEY: &str = "Key";
/// The account to open.
pub(crate) const ACCOUNT: &str = "Account";
/// The account shown now.
pub(crate) const HERE: &str = "Now in";

/// Shown while routes are being found.
pub(crate) const FINDING_ROUTES: &str = "Looking for routes into the account…";

/// No route leads there.
pub(crate) const NO_ROUTE: &str = "\
    No profile, Identity Center role or role of [reach] leads into this account.";

/// Sign-ins that have no role there.
pub(crate) fn without_role(session: &str) -> String {
    format!("Identity Center session {session} gives you no role there.")
}

/// Identity Center may lead there, but needs a sign-in, which `enter` starts unless there are
/// routes.
pub(crate) fn not_signed_in(session: &str, has_routes: bool) -> String {
    let next = if has_routes { "its roles are not listed" } else { "enter signs in" };
    format!("Not signed in to session {session}: {next}.")
}

/// The key is not looked up in its account.
pub(crate) fn stayed(key: &KeyId, account: &str, here: &str, accounts: &str) -> String {
    format!(
        "{key} is a key of account {account}. The screen still shows {here}; {accounts} opens \
         that account."
    )
}

/// The account of a key was not opened, and no session is open.
pub(crate) fn not_opened(key: &KeyId, account: &str, accounts: &str) -> String {
    format!("{key} is a key of account {account}, which is not open; {accounts} opens an account.")
}

// List of profiles and accounts.

/// Title of the list.
pub(crate) const LIST_TITLE: &str = "Accounts and profiles";

/// Beside the title.
pub(crate) const LIST_HINT: &str = "type to filter";

/// Details of a session that is not signed in to.
pub(crate) const SIGN_IN_FOR_ACCOUNTS: &str = "sign in to list its accounts";

/// The same under a text to filter by, which those accounts may contain.
pub(crate) const ACCOUNTS_NOT_LISTED: &str = "its accounts are not listed: enter signs in";

/// Shown while the files are being read.
pub(crate) const READING_PROFILES: &str = "Reading the AWS configuration…";

/// Nothing contains the text.
pub(crate) const NOTHING_MATCHES: &str = "No profile or account contains this text.";

/// The account of a profile is not in the files.
pub(crate) const ACCOUNT_UNKNOWN: &str = "account unknown";

/// Name of the credentials that the program has started with.
pub(crate) const START: &str = "(starting credentials)";

/// Kind of an account of a sign-in.
pub(crate) fn via_session(session: &str) -> String {
    format!("Identity Center {session}")
}

/// Accounts are still being listed.
pub(crate) fn listing(listed: usize) -> String {
    format!("{listed} accounts listed so far…")
}

/// Name of an account that is not listed yet, or has none.
pub(crate) const UNNAMED: &str = "(account)";

// Keys of several accounts.

/// No key of the list is known to be of another account that is not open.
pub(crate) const NOTHING_ELSEWHERE: &str =
    "No key of this list is known to be in an account that is not open.";

/// A key of an account that is not open.
pub(crate) fn of_account(account: &str) -> String {
    format!("belongs to account {account}; enter opens it")
}

/// Other accounts are being opened for their keys.
pub(crate) fn opening_others(count: usize) -> String {
    let accounts = counted(count, "account");
    format!("Opening {accounts} to look up their keys there. Nothing is changed.")
}

/// An account is being opened.
pub(crate) fn opening(account: &str) -> String {
    format!("opening account {account}…")
}

/// Keys of accounts that are read-only or no longer open are not in the dialog.
pub(crate) fn left_out(count: usize, accounts: &[String]) -> String {
    let (keys, account) = if count == 1 {
        ("1 key is".to_owned(), "Its account is")
    } else {
        (format!("{count} keys are"), "Their accounts are")
    };
    let names =
        if accounts.is_empty() { String::new() } else { format!(": {}", accounts.join(", ")) };
    format!("{keys} left out. {account} read-only or no longer open{names}.")
}

/// The session of the account of a key has ended.
pub(crate) const SESSION_ENDED: &str =
    "The session in the account of this key has ended. Find the key again.";

/// Opening that many accounts has to be asked for twice.
pub(crate) fn open_many(count: usize, refresh: &str) -> String {
    format!("These keys are of {count} accounts. Press {refresh} again to open all of them.")
}

/// The route into an account needs an MFA code, which is asked for when one account is opened.
pub(crate) const OPEN_FOR_CODE: &str = "\
    Open this account with enter: keyflip asks for the code, once for all roles that are assumed from \
    the same profile.";
