//! Sentences about key IDs found in a text, and what became of looking them up.
//!
//! Results begin with the ID: the list of results shows it once, and then the rest.

use std::fmt::Display;

use crate::model::{IdForm, KeyId, UserName};
use crate::ops::key_lookup::messages::{belongs_to, form_warning};

// Text without key IDs, or with too many.

/// The text has no key ID in it.
pub(crate) fn no_key_id(characters: usize) -> String {
    format!("No access key ID in this text ({characters} characters).")
}

/// Typed characters were taken for a paste, and have no key ID in them.
pub(crate) fn paste_ignored(characters: usize) -> String {
    format!("Ignored pasted text ({characters} characters, no access key ID).")
}

/// Only some of the key IDs in the text are looked up.
pub(crate) fn too_many_ids(looked_up: usize, ignored: usize) -> String {
    format!("Looking up the first {looked_up} key IDs; {ignored} more were ignored.")
}

// Progress.

/// The owner of the key is being looked up.
pub(crate) fn looking_up(key: &KeyId, form: IdForm) -> String {
    form_warning(key, form).unwrap_or_else(|| format!("Looking up the owner of {key}."))
}

/// The result of an ID that the text does not have as AWS writes it.
pub(crate) fn unusual_form(form: IdForm, result: &str) -> String {
    let form = match form {
        IdForm::Exact => return result.to_owned(),
        IdForm::LowerCase => "in lower case",
        IdForm::Glued => "the start of a longer word",
        IdForm::Assembled => "in pieces",
    };
    format!("({form} in the text: check the ID) {result}")
}

/// The key was not looked up, since no session could be opened.
pub(crate) fn not_looked_up(key: &KeyId, accounts: &str) -> String {
    format!(
        "{key} was not looked up: no session is open. Press {accounts} to sign in or to choose an \
         account or a profile."
    )
}

/// A filter shows the keys of a masked ID or of a user.
pub(crate) fn showing_matches(label: &str, filter: &str, clear: &str) -> String {
    format!("Showing what matches {label}, by the filter {filter}. {clear} clears it.")
}

/// The result of a masked ID or a user.
pub(crate) const OPEN_TO_SEARCH: &str = "enter shows the keys that match";
/// The same in an export.
pub(crate) const NOT_LOOKED_UP: &str = "not looked up: this is no whole key ID";

/// The key cannot be changed before its owner is known.
pub(crate) fn still_looking_up(key: &KeyId) -> String {
    format!("{key} is still being looked up. Wait a moment.")
}

// Found.

/// The key was found and selected.
pub(crate) fn found(key: &KeyId, user: &UserName) -> String {
    format!("{}.", belongs_to(key, Some(user)))
}

/// The key was found after the user had moved on.
pub(crate) fn found_elsewhere(key: &KeyId, user: &UserName, find: &str) -> String {
    format!("{}. Press {find}, then enter twice, to go to it.", belongs_to(key, Some(user)))
}

/// The key was found, but its status could not be read.
pub(crate) fn found_unreadable(key: &KeyId, user: &UserName, error: &dyn Display) -> String {
    format!("{}. Could not read its status. {error}", belongs_to(key, Some(user)))
}

// Next steps for IDs that are no key of the account.

/// How to revoke the sessions of a key.
pub(crate) fn revoke_sessions(commands: &str) -> String {
    format!("{commands} shows the commands")
}

/// How to find the owner of a key without the permission to look it up.
pub(crate) fn without_lookup(full_scan: &str, accounts: &str) -> String {
    format!("Press {full_scan} to search the keys of all users, or {accounts} for another profile.")
}

/// How to find the user with a unique ID.
pub(crate) const FIND_USER: &str = "The filter user-id: shows the user.";

/// A paste was cut.
pub(crate) const PASTE_WAS_CUT: &str = "\
The pasted text is longer than 4 MiB. keyflip did not search the rest for key IDs: paste it separately.";

// Popups.

/// Title of the input for a text with key IDs.
pub(crate) const SEARCH_TITLE: &str = "Find key IDs";

/// Text above the input; `has_results` if an empty line shows the last results.
pub(crate) fn search_prompt(has_results: bool) -> String {
    let again = if has_results { " An empty line shows the last results." } else { "" };
    format!("Type or paste any text that contains key IDs, then press enter.{again} esc closes.")
}

/// Title of the list of what a text has; `are_ids` if it has nothing but IDs.
pub(crate) fn results_title(results: usize, are_ids: bool, marked: usize) -> String {
    let noun = match (are_ids, results) {
        (true, 1) => "key ID found",
        (true, _) => "key IDs found",
        (false, 1) => "result",
        (false, _) => "results",
    };
    let marked = if marked == 0 { "none".to_owned() } else { marked.to_string() };
    format!("{results} {noun}, {marked} marked")
}

/// Results of a key ID, beside its user or alone.
pub(crate) const STATUS_DENIED: &str = "status: access denied";
pub(crate) const STATUS_UNREADABLE: &str = "status: could not be read";
pub(crate) const READING_STATUS: &str = "status: reading";
pub(crate) const WAITING_FOR_SESSION: &str = "waiting for a session";
pub(crate) const LOOKING_UP_OWNER: &str = "looking up its owner";
pub(crate) const SEARCHING_LISTS: &str = "looking for it in the lists of all users";
