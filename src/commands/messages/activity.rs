//! `activity`.

use crate::model::{AccountId, KeyId, counted, escape_markdown, format_utc};
use crate::ops::activity::Activity;
use crate::ops::activity::messages::events;
use crate::ops::key_lookup::messages::in_other_accounts;

/// What is read, and where.
pub(in crate::commands) fn reading(key: &KeyId, context: &str) -> String {
    format!("Reading CloudTrail's event history of {key} in {context}.")
}

/// The progress of reading.
pub(in crate::commands) fn progress(activity: &Activity) -> String {
    let regions = activity.regions();
    let ended = regions.iter().filter(|region| !region.state.is_reading()).count();
    let back_to = activity.first().map(|first| format!(", back to {}", format_utc(first)));
    let throttled: usize = regions.iter().map(|region| region.throttled).sum();
    let throttled = match throttled {
        0 => String::new(),
        calls => format!("; CloudTrail has throttled {}", counted(calls, "call")),
    };
    format!(
        "{} read{}; {ended} of {} Regions done{throttled}. ctrl-c prints what was read.",
        events(activity.events().len()),
        back_to.unwrap_or_default(),
        regions.len()
    )
}

/// Sentence that the start of the window is before that of the event history.
pub(in crate::commands) const SINCE_IS_BEYOND_HISTORY: &str =
    "--since is beyond the 90 days of CloudTrail's event history. All 90 days are read.";

/// Returns the warning that an ID has not the form of AWS's, so that nothing may be found of it.
pub(in crate::commands) fn unusual_id(key: &KeyId, warning: &str) -> String {
    format!("Check {key}. {warning}")
}

/// The message of the error of Regions that were not read to their end.
pub(in crate::commands) const STOPPED: &str = "interrupted";

/// Returns the sentence that the key belongs to another account.
pub(in crate::commands) fn elsewhere(key: &KeyId, account: &AccountId, here: &str) -> String {
    format!(
        "{} Its activity was not read. To look there, add --any-account, or use --account {account}.",
        in_other_accounts(key.as_str(), account.as_str(), here)
    )
}

/// Returns the sentence that a record has more keys than are read.
pub(in crate::commands) fn too_many_keys(keys: usize, most: usize) -> String {
    format!(
        "The record has {keys} keys, and the activity of at most {most} is read. Name the keys: \
         keyflip journal KEY_ID… --format markdown --activity."
    )
}

/// A section of a record in place of the activity.
pub(in crate::commands) fn not_read_section(why: &str) -> String {
    format!("## Activity\n\nThe activity was not read. {}\n", escape_markdown(why))
}

/// A section of a record in place of the activity of one key.
pub(in crate::commands) fn unread_section(key: &KeyId, why: &str) -> String {
    format!("## Activity of `{key}`\n\nNot read: {}.\n", escape_markdown(why.trim_end_matches('.')))
}

/// Returns the sentence that the activity of a key of another account is not in a record; without a
/// period.
pub(in crate::commands) fn not_read_of_other(account: &AccountId) -> String {
    format!("the key belongs to account {account}; to look there, add --any-account")
}

/// Returns the sentence that the activity of a key is not in a record.
pub(in crate::commands) fn unread(key: &KeyId, why: &str) -> String {
    format!("Could not read the activity of {key}: {}.", why.trim_end_matches('.'))
}

/// Returns the sentence that a part of the activity of a key is not in a record; `gaps` are
/// sentences.
pub(in crate::commands) fn partly_read(key: &KeyId, gaps: &[String]) -> String {
    format!("Could not read all activity of {key}. {}", gaps.join(" "))
}
