//! The sentences of the confirmation dialog.

use jiff::Timestamp;

use crate::model::{
    Direction, KeyId, KeyStatus, Known, LastUse, SelfLockoutRisk, UNKNOWN_SIGNER, UserName,
    format_ago, format_time_of_day, signs_session,
};
use crate::ops::change_batch;
use crate::tui::context::UncertainStatus;

/// How much is said of each fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wording {
    /// Whole sentences.
    Full,
    /// The shortest form, for a small screen.
    Brief,
}

// Title

/// Returns the question in the title.
pub(super) fn title(direction: Direction, keys: usize, is_undo: bool) -> String {
    let verb = direction.verb();
    let keys = match keys {
        1 => "this access key?".to_owned(),
        several => format!("these {several} access keys?"),
    };
    if is_undo { format!("Undo: {} {keys}", verb.to_lowercase()) } else { format!("{verb} {keys}") }
}

pub(super) const CONFIRM_HINT: &str = "y to confirm";
pub(super) const SHOW_ALL_HINT: &str = "↓ to see all keys first";
pub(super) const END_REASON_HINT: &str = "enter ends the reason";

pub(super) fn type_hint(expected: &str) -> String {
    format!("type {expected} to confirm")
}

// Facts

/// The caller and how the account is reached, for one row; `caller` is the resource of its ARN.
pub(super) fn session(source: &str, caller: &str) -> String {
    let source = source.strip_prefix("via ").unwrap_or(source);
    let caller = caller.strip_prefix("assumed-role/").unwrap_or(caller);
    format!("via {source} · {caller}")
}

pub(super) const ROOT_USER: &str = "the account's root user";
pub(super) const NEVER_USED: &str = "never";
pub(super) const LAST_USE_DENIED: &str = "access denied (needs iam:GetAccessKeyLastUsed)";
pub(super) use crate::tui::messages::popups::{
    FACT_DELETED as DELETED, fact_unreadable as could_not_read,
};
pub(super) use crate::tui::messages::shared::NOT_READ;

pub(super) fn from_report(last_use: &str, report: &str) -> String {
    format!("{last_use} (credential report of {report})")
}

/// Returns the last use in at most 17 columns, for the row of the change on a small screen; `warns`
/// if it stands for [`recent_use`].
pub(super) fn last_use_brief(known: &Known<LastUse>, now: Timestamp, warns: bool) -> String {
    match known {
        Known::Live { value, .. } | Known::Reported { value, .. } => match value.at() {
            Some(at) if warns => format!("in use {}", format_ago(at, now)),
            Some(at) => format!("used {}", format_ago(at, now)),
            None => "never used".to_owned(),
        },
        Known::NotRead => "last use not read".to_owned(),
        Known::Denied(_) => "last use denied".to_owned(),
        Known::Vanished { .. } => "key deleted".to_owned(),
        Known::Failed(_) => "last use unknown".to_owned(),
    }
}

// Warnings about one key; `key` is its ID, or "It" below its own line

pub(super) fn own_key_brief(risk: SelfLockoutRisk) -> &'static str {
    match risk {
        SelfLockoutRisk::Certain => "Signs this session: no undo.",
        SelfLockoutRisk::Possible | SelfLockoutRisk::None => "May sign this session: no undo.",
    }
}

pub(super) fn own_key(key: &str, risk: SelfLockoutRisk) -> String {
    let signs = signs_session(key, risk);
    let unless = if risk == SelfLockoutRisk::Certain { "You" } else { "If so, you" };
    format!("{signs} {unless} cannot undo the change from here.")
}

pub(super) fn recent_use(key: &str) -> String {
    format!("{key} was used in the last 24 hours. Whatever uses it will stop working.")
}

/// `error` is left out where there is little room.
pub(super) fn status_not_refreshed(read_at: Timestamp, error: Option<&str>) -> String {
    let read_at = format_time_of_day(read_at);
    match error {
        Some(error) => format!("Could not refresh the status, last read at {read_at}. {error}"),
        None => format!("Status of {read_at}, not refreshed."),
    }
}

// Warnings and notes about all keys

const NO_JOURNAL: &str = "Could not write to the journal. If you continue, keyflip keeps the change only in \
                                     memory and prints it on exit: save those lines.";

pub(super) fn no_journal(wording: Wording) -> &'static str {
    match wording {
        Wording::Full => NO_JOURNAL,
        Wording::Brief => "No journal: keep the lines on exit.",
    }
}

const SESSIONS: &str = "Existing sessions stay valid until they expire (up to 36 hours).";

pub(super) fn unknown_signer(several: bool, wording: Wording) -> String {
    let which = if several { "one of these keys" } else { "this one" };
    match wording {
        Wording::Full => format!("{UNKNOWN_SIGNER} It may be {which}."),
        Wording::Brief => "The key that signs here is unknown.".to_owned(),
    }
}

pub(super) fn usable_again(several: bool, wording: Wording) -> &'static str {
    match (several, wording) {
        (_, Wording::Full) => change_batch::usable_again(several),
        (true, Wording::Brief) => "Their secret access keys work again.",
        (false, Wording::Brief) => "Its secret access key works again.",
    }
}

/// `is_journaled` if the journal will have the change, which undo reads; `is_root` if the key is of
/// the account's root user, whose keys nobody else can change.
pub(super) fn undo_and_sessions(
    risk: SelfLockoutRisk,
    is_journaled: bool,
    is_root: bool,
) -> String {
    let undo = match (risk, is_root) {
        (SelfLockoutRisk::None, _) if !is_journaled => {
            "keyflip cannot undo this change: the journal will not have it."
        }
        (SelfLockoutRisk::None, _) => "You can undo this change.",
        (SelfLockoutRisk::Possible, false) => {
            "If the key signs this session, only another identity of this account can activate it \
             again."
        }
        (SelfLockoutRisk::Possible, true) => {
            "If the key signs this session, only root can activate it again, in the console or with \
             another key."
        }
        (SelfLockoutRisk::Certain, false) => {
            "Only another identity of this account can activate your own key again."
        }
        (SelfLockoutRisk::Certain, true) => {
            "Only root can activate its own key again, in the console or with another key."
        }
    };
    format!("{undo} {SESSIONS}")
}

/// The plan that changes keys, and of how many of them it does, if not of all.
pub(super) fn plan(plan: &str, planned: usize, all: usize) -> String {
    if planned == all {
        plan.to_owned()
    } else {
        format!("{plan}, for {planned} of the {all} keys")
    }
}

// Typed confirmation

/// The text to type for a change that cannot be written to the journal.
pub(super) const UNJOURNALED_WORD: &str = "UNWRITTEN";

pub(super) const NUMBER_OF_KEYS: &str = "the number of keys";
pub(super) const LAST_FOUR_CHARACTERS: &str = "the key's last four characters";

/// Returns the prompts, longest first. `what` says what `expected` is, if it
/// needs saying; `refused` is the wrong text that was entered before.
pub(super) fn prompts(expected: &str, what: Option<&str>, refused: Option<&str>) -> [String; 3] {
    let (long, verb) = match (refused, what) {
        (Some(text), what) => {
            let what = what.unwrap_or(expected);
            (format!("“{text}” is not {what}. Type {expected}, then enter:"), "Wrong: type")
        }
        (None, Some(what)) => (format!("Type {what}, {expected}, then enter:"), "Type"),
        (None, None) => (format!("Type {expected}, then enter:"), "Type"),
    };
    [long, format!("{verb} {expected}, then enter:"), format!("{verb} {expected}:")]
}

// Reason

/// Returns the hint in an empty reason line without focus.
pub(crate) fn add_reason_hint(columns: usize) -> &'static str {
    const LONG: &str = "(tab: add a reason for the journal)";
    if columns < LONG.len() { "(tab: add a reason)" } else { LONG }
}

/// The hint in an empty reason line with focus.
pub(crate) const TYPE_REASON_HINT: &str = "(type it, then press tab)";

// Buttons

pub(crate) const SHOW_ALL_FIRST: &str = "scroll down to see all keys first";
/// The last input would have confirmed, but not all keys were shown.
pub(super) const TOO_EARLY_UNSEEN: &str = "not taken: see all keys first (↓)";
pub(crate) const READING_STATUS: &str = "reading the status again";
/// The last input would have confirmed, but came while the status is being read.
pub(crate) const TOO_EARLY_READING: &str = "too early, not taken: reading the status again";
pub(crate) const NOT_ARMED_YET: &str = "one moment";

/// The last input would have confirmed, but came too early and was ignored. It was text to type, or
/// the key.
pub(super) fn too_early(is_text: bool, key: &str) -> String {
    if is_text {
        "too early, not taken: type it again".to_owned()
    } else {
        format!("too early, not taken: press {key} again")
    }
}

// Position in a list of keys

/// Returns the part of the list that is shown: `first` to `last` of `all`,
/// counted from 1.
pub(super) fn position(first: usize, last: usize, all: usize, wording: Wording) -> String {
    if last + 1 - first == all {
        return format!("all {all} keys");
    }
    let (arrow, hint) = if last < all { ("↓", "for more") } else { ("↑", "to go back") };
    let part = if first == last {
        format!("{last} of {all}")
    } else {
        format!("{first}–{last} of {all}")
    };
    match wording {
        Wording::Full => format!("{part}, {arrow} {hint}"),
        Wording::Brief => format!("{part} {arrow}"),
    }
}

// Reasons for closing the dialog

pub(super) const UNCHANGED: &str = "Nothing was changed.";

pub(super) fn owner_changed(key: &KeyId, owner: &UserName, account: &str) -> String {
    format!("IAM now lists {key} for {owner} in {account}. {UNCHANGED}")
}

pub(super) fn key_deleted(key: &KeyId, account: &str) -> String {
    format!("{key} was deleted: IAM no longer lists it in {account}. {UNCHANGED}")
}

pub(super) fn status_unread(key: &KeyId, account: &str, error: &str) -> String {
    format!("Could not read the status of {key} in {account}. {error} {UNCHANGED}")
}

pub(super) fn status_changed(
    key: &KeyId,
    account: &str,
    is: &KeyStatus,
    was: &KeyStatus,
) -> String {
    format!(
        "{key} in {account} is now {is}, not {was}: someone else changed it. keyflip changed nothing."
    )
}

/// Returns what a read has shown of a change of unknown outcome.
pub(super) fn effect_of_uncertain(
    key: &KeyId,
    account: &str,
    uncertain: &UncertainStatus,
    read: &KeyStatus,
) -> String {
    let since = format_time_of_day(uncertain.since);
    let effect =
        if uncertain.wanted == *read { "took effect" } else { "has not taken effect so far" };
    format!(
        "IAM reports {key} {read} in {account}: your change, whose outcome was unknown at {since}, \
         {effect}. Nothing was sent."
    )
}

/// Returns the warning on an earlier change; `read` is the status that was read after it.
pub(super) fn outcome_unknown(uncertain: &UncertainStatus, read: Option<&KeyStatus>) -> String {
    let (status, since) = (&uncertain.wanted, format_time_of_day(uncertain.since));
    let now = match read {
        Some(read) => format!("IAM reports {read} now."),
        None => "Reading the key…".to_owned(),
    };
    format!("The outcome of your change to {status} was unknown at {since}. {now}")
}

pub(crate) const NO_ROOM: &str = "The terminal is too small to show this dialog in full, so you cannot confirm it. \
                                  Enlarge the terminal, or press esc.";
