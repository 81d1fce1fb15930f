//! `deactivate`, `activate`, `undo`, and the changes that are still open.

use std::fmt::Display;
use std::time::Duration;

use jiff::Timestamp;

use crate::changes::RecentChange;
use crate::commands::messages::find::find_owner_hint;
use crate::model::{
    AccountId, Direction, KeyId, KeyStatus, MissingOwnerOrKey, NamedBy, SelfLockoutRisk,
    UNKNOWN_SIGNER, UserName, counted, counts_after, format_time_of_day, owner_not_certain,
    owner_not_found, signs_session,
};
use crate::ops::key_lookup::messages::ROOT_USER;

// What will change, and the confirmation.

/// Returns the heading of the keys to be changed.
pub(in crate::commands) fn targets_heading(direction: Direction, context: &str) -> String {
    format!("About to {} in {context}:", direction.infinitive())
}

/// Returns the heading of the keys to be changed in several accounts.
pub(in crate::commands) fn accounts_heading(
    direction: Direction,
    keys: usize,
    accounts: usize,
) -> String {
    format!("About to {} {keys} keys in {accounts} accounts:", direction.infinitive())
}

/// A limit of deactivation.
pub(in crate::commands) const SESSIONS_STAY_VALID: &str =
    "Existing sessions stay valid until they expire.";

/// Returns the sentence that the long-term key behind the session is not known.
pub(in crate::commands) fn unknown_signer() -> String {
    format!("{UNKNOWN_SIGNER} Make sure that it is none of these.")
}

/// Returns the sentence that the long-term key behind the session of one of several accounts is not
/// known.
pub(in crate::commands) fn unknown_signer_in(account: &str) -> String {
    format!("{account}: {}", unknown_signer())
}

/// Returns the sentence that a key signs, or may sign, the session that deactivates it.
pub(in crate::commands) fn may_lock_out(
    key: &KeyId,
    risk: SelfLockoutRisk,
    is_one_of_several: bool,
) -> String {
    let signs = signs_session(key.as_str(), risk);
    let cannot = if risk == SelfLockoutRisk::Certain { "cannot" } else { "may not be able to" };
    let order = if is_one_of_several { " It is changed last." } else { "" };
    format!("{signs} Once it is Inactive, you {cannot} undo that from here.{order}")
}

/// Returns the question for a `y`.
pub(in crate::commands) fn confirm_question(direction: Direction, key: &KeyId) -> String {
    format!("{} {key}? Type y: ", direction.verb())
}

/// Returns the question for the last four characters of a key ID.
pub(in crate::commands) fn last_four_question(direction: Direction, key: &KeyId) -> String {
    format!("{} {key}? Type its last four characters: ", direction.verb())
}

/// Returns the question for the number of keys.
pub(in crate::commands) fn number_question(direction: Direction, number: &str) -> String {
    format!("{} these {number} keys? Type their number: ", direction.verb())
}

// Outcomes.

/// Sentence that an interrupt came while changes were in flight.
pub(in crate::commands) const WAITING_FOR_OUTCOMES: &str = "\
    Waiting for the outcomes of the changes that were sent, to print and record them. To stop \
    waiting, press ctrl-c again.";

/// An interrupt before the first change.
pub(in crate::commands) const INTERRUPTED_BEFORE_CHANGES: &str = "Interrupted. Nothing was sent.";

/// Returns the sentence that the key has the wanted status.
pub(in crate::commands) fn already_set(
    key: &KeyId,
    user: Option<&UserName>,
    status: &KeyStatus,
    context: &str,
) -> String {
    let owner = user.map_or(ROOT_USER, UserName::as_str);
    format!("{key} of {owner} in {context} is already {status}. Nothing was sent.")
}

/// Returns the sentence that a key is changed although it is listed with the wanted status.
pub(in crate::commands) fn list_may_lag(
    key: &KeyId,
    listed: &KeyStatus,
    recent: RecentChange,
) -> String {
    let (set, at) = (recent.direction.status(), format_time_of_day(recent.at));
    format!(
        "IAM reports {key} {listed}, which may be out of date: a change to {set} was sent at {at}. So it \
         is not left out."
    )
}

/// Progress of the changes that have no outcome yet.
pub(in crate::commands) fn changes_in_progress(number: usize, elapsed: Duration) -> String {
    let changes = counted(number, "change");
    format!(
        "{changes} in progress: waiting for IAM to report the new status ({} s)",
        elapsed.as_secs()
    )
}

/// Returns the sentence that an interrupt came before the change was sent.
pub(in crate::commands) fn not_started(key: &KeyId, context: &str) -> String {
    format!("{key} in {context} is unchanged: keyflip was interrupted before it sent the change.")
}

/// Sentence for a key whose change was sent, and not waited for after a second interrupt. It has
/// ended by that time.
pub(in crate::commands) fn abandoned(key: &KeyId, ends_by: Timestamp, context: &str) -> String {
    format!(
        "Outcome unknown: keyflip was interrupted while it changed {key} in {context}. keyflip find \
         {key} shows its status now; keyflip journal, from {} on, also records it.",
        format_time_of_day(ends_by)
    )
}

/// The number of keys named in a summary.
const MAX_KEYS_NAMED: usize = 10;

/// Returns what became of several keys: the numbers of those that were changed and that had the
/// status before, and the other keys.
pub(in crate::commands) fn summary(
    direction: Direction,
    keys: usize,
    [changed, already]: [usize; 2],
    unknown: &[String],
    unchanged: &[String],
) -> String {
    let changed_to = match direction {
        Direction::Activate => "activated",
        Direction::Deactivate => "deactivated",
    };
    let already = counts_after(&[(already, &format!("already {}", direction.status()))]);
    let named = |what: &str, keys: &[String]| {
        let shown = keys[..keys.len().min(MAX_KEYS_NAMED)].join(", ");
        let more = keys.len().saturating_sub(MAX_KEYS_NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        counts_after(&[(keys.len(), &format!("{what}: {shown}{more}"))])
    };
    format!(
        "{}: {changed} {changed_to}{already}{}{}.",
        counted(keys, "key"),
        named("with an unknown outcome", unknown),
        named("unchanged", unchanged)
    )
}

// Keys that cannot be changed.

/// Returns the sentence that the owner's keys could not be read.
pub(in crate::commands) fn status_unreadable(
    key: &KeyId,
    user: Option<&UserName>,
    account: &str,
    error: &dyn Display,
) -> String {
    let owner = user.map_or(ROOT_USER, UserName::as_str);
    format!(
        "Nothing was sent for {key} of {owner} in {account}: could not read its status. {error}"
    )
}

/// Returns the sentence that the account of a key was not reached.
pub(in crate::commands) fn account_not_reached(
    key: &KeyId,
    account: &str,
    error: &dyn Display,
) -> String {
    format!("Nothing was sent for {key} in {account}. {error}")
}

/// The account of the current credentials, which is not known.
pub(in crate::commands) const CURRENT_ACCOUNT: &str = "the account of the current credentials";

/// Returns the sentence that the owner could not be looked up.
pub(in crate::commands) fn owner_unreadable(
    key: &KeyId,
    account: &str,
    error: &dyn Display,
) -> String {
    format!("Nothing was sent for {key} in {account}: could not look up its owner. {error}")
}

/// Adds to a sentence from the look-up that the key was not changed.
pub(in crate::commands) fn nothing_sent(sentence: &str) -> String {
    format!("{sentence} Nothing was sent.")
}

/// How to change a key of another account, whose name may be known.
pub(in crate::commands) fn use_any_account(name: Option<&str>) -> String {
    let name = name.map(|name| format!("That account is {name}. ")).unwrap_or_default();
    format!("{name}To follow the key there, add --any-account.")
}

/// How to change a key without the permission to look up its owner.
pub(in crate::commands) fn without_lookup(key: &KeyId) -> String {
    format!(
        "keyflip list {key} finds the owner without it, and keyflip update-access-key --user-name \
         USER needs no look-up; or use another --profile."
    )
}

/// Returns the sentence that IAM names an owner whose list does not have the key.
pub(in crate::commands) fn target_not_listed(
    key: &KeyId,
    user: &UserName,
    account: &str,
    lacks: MissingOwnerOrKey,
) -> String {
    let next = format!("Nothing was sent. {}", find_owner_hint(key));
    owner_not_found(key, user, account, NamedBy::Iam, lacks, &next)
}

/// Returns the sentence that several users list the key.
pub(in crate::commands) fn several_owners(
    key: &KeyId,
    users: &[UserName],
    account: &str,
) -> String {
    format!(
        "{} Nothing was sent. Name the user with keyflip update-access-key --user-name.",
        owner_not_certain(key, users, account)
    )
}

// Undo.

/// Sentence that a new start of the demo has none of the former changes.
pub(in crate::commands) const DEMO_STARTS_FRESH: &str = "\
    Each start of the demo creates a fresh account, without earlier changes. Undo a demo change \
    on the screen where you made it.";

/// Sentence that there is nothing to undo in the account of the session.
pub(in crate::commands) const UNDO_ELSEWHERE: &str =
    "To undo changes in another account, which keyflip journal lists, add --account.";

/// Returns the sentence that a plan of another account has nothing to undo in that of the session.
pub(in crate::commands) fn undo_plan_in(account: &AccountId) -> String {
    format!("The plan is for account {account}: add --account {account}.")
}

/// How to undo a change in another account.
pub(in crate::commands) fn undo_in(account: &AccountId) -> String {
    format!("To undo a change in account {account}, add --account {account}.")
}

/// Returns the sentence that changes of the same confirmation in another account are not undone
/// here.
pub(in crate::commands) fn undo_elsewhere_too(account: &AccountId, keys: usize) -> String {
    format!(
        "{} of this confirmation {} in account {account}. To undo there: keyflip undo --account \
         {account}",
        counted(keys, "key"),
        if keys == 1 { "is" } else { "are" }
    )
}

/// Sentence that the former status is not in the journal.
pub(in crate::commands) const STATUS_OPTION: &str =
    "To set a status anyway, add --to Active or --to Inactive.";

/// Hint if a recent change is not undone because of the listed status.
pub(in crate::commands) const LIST_MAY_LAG_AT_UNDO: &str = "So soon after the change, IAM's list may \
     also be out of date: to set a status anyway, add --to Active or --to Inactive.";

/// Returns the sentence that IAM names one owner and lists the key for another.
pub(in crate::commands) fn owner_differs(
    key: &KeyId,
    named: &UserName,
    listed: &UserName,
) -> String {
    format!(
        "IAM names {named} as the owner of {key} but lists it for {listed}. keyflip changes the \
         key of {listed}."
    )
}

// Changes of other processes, and of those that crashed.

/// Returns the sentence that several changes of other processes, which may have ended, are not
/// known to be over.
pub(in crate::commands) fn in_flight_elsewhere(changes: usize) -> String {
    format!(
        "{changes} changes of other processes may still take effect in this account. For details, run \
         keyflip journal."
    )
}

/// Returns the sentence that the journal was not read in time.
pub(in crate::commands) fn journal_not_searched(within: Duration) -> String {
    format!(
        "Could not read the journal within {} s, so keyflip did not look for unfinished changes. \
         To see them, run keyflip journal.",
        within.as_secs()
    )
}

/// Unfinished changes whose keys were not read in time: their number, and the
/// first of their keys.
pub(in crate::commands) fn still_unfinished(
    number: usize,
    first: &[String],
    within: Duration,
) -> String {
    let (changes, them) = match number {
        1 => ("1 unfinished change".to_owned(), "it"),
        n => (format!("{n} unfinished changes"), "them"),
    };
    let more = if number > first.len() { " and others" } else { "" };
    format!(
        "Could not check {changes} within {} s: {}{more}. To check {them} again, run keyflip \
         journal.",
        within.as_secs(),
        first.join(", ")
    )
}
