//! Responses that cannot be used. All are reasons but for the hint.

use crate::model::{KeyId, escape_hidden};

/// Hint for a read whose response cannot be used.
pub(in crate::aws) const CHECK_ENDPOINT: &str =
    "Check the endpoint URL and any proxy. Nothing was changed.";
/// A body that ends early, or that is another document.
pub(in crate::aws) const INCOMPLETE_RESPONSE: &str = "the response is incomplete or not from AWS";
/// An error response without an error code, or a page without a list.
pub(in crate::aws) const FOREIGN_RESPONSE: &str = "the response is not from AWS";
/// An SDK error without any text.
pub(in crate::aws) const NO_REASON: &str = "the SDK gave no reason";
/// A list whose markers repeat, or that has too many pages.
pub(in crate::aws) const ENDLESS_LIST: &str = "the list does not end";
/// A truncated list without a new marker.
pub(in crate::aws) const NO_NEXT_PAGE: &str =
    "the list continues but has no marker for the next page";
/// GetCallerIdentity without account or ARN.
pub(in crate::aws) const NO_CALLER: &str = "the response names no caller";
/// GetCallerIdentity with an ARN of another account.
pub(in crate::aws) const CONTRADICTORY_CALLER: &str =
    "the response has a caller of another account";
/// GetAccessKeyInfo without an account.
pub(in crate::aws) const NO_ACCOUNT: &str = "the response names no account";
/// AssumeRole without credentials.
pub(in crate::aws) const NO_CREDENTIALS_IN_RESPONSE: &str = "the response contains no credentials";
/// GetAccountSummary without the number of users.
pub(in crate::aws) const NO_USER_COUNT: &str = "the summary has no number of users";
/// ListUsers with a user without a name.
pub(in crate::aws) const NO_USER_NAME: &str = "the list has a user without a name";
/// GetUser without the user.
pub(in crate::aws) const NO_USER: &str = "the response has no user";
/// GetLoginProfile without the password's date.
pub(in crate::aws) const NO_LOGIN_PROFILE: &str = "the response has no date of the password";
/// GetAccessKeyLastUsed without the last use.
pub(in crate::aws) const NO_LAST_USE: &str = "the response has no last use";
/// GetCredentialReport without its time.
pub(in crate::aws) const NO_REPORT_TIME: &str = "the report has no creation time";

pub(in crate::aws) fn response_too_long(limit_mib: usize) -> String {
    format!("the response is longer than {limit_mib} MiB")
}

pub(in crate::aws) fn foreign_response(status: u16) -> String {
    format!("{FOREIGN_RESPONSE} (HTTP status {status})")
}

pub(in crate::aws) fn no_message(status: u16) -> String {
    format!("HTTP status {status} without a message")
}

pub(in crate::aws) fn bad_key_id(id: &str, reason: &dyn std::fmt::Display) -> String {
    format!("the list contains an invalid key ID, “{}”: {reason}", escape_hidden(id))
}

pub(in crate::aws) fn no_status(key: &KeyId) -> String {
    format!("the list has no status for {key}")
}

pub(in crate::aws) fn key_with_two_statuses(key: &KeyId) -> String {
    format!("the list has {key} twice, with different statuses")
}
