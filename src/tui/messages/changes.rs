//! Sentences about changes of keys: before, while and after they are made, undo, and watching.

use std::fmt::Display;
use std::time::Duration;

use crate::model::{AccountId, ChangeReport, JournalError, KeyId, KeyStatus, UserName, counted};
use crate::tui::messages::shared::estimate;

// Refusing to open the dialog.

/// The dialog was cancelled.
pub(crate) const CANCELLED: &str = "Cancelled. Nothing was changed.";

/// The key has a change without an outcome.
pub(crate) fn still_in_progress(key: &KeyId) -> String {
    format!("A change of {key} is still in progress. Wait for its outcome.")
}

/// Several users list the key; follows the sentence of `model` that names them.
pub(crate) fn owner_not_certain(named: &str, refresh: &str) -> String {
    format!(
        "{named} It cannot be changed here. Press {refresh} to refresh, or name the user: \
         keyflip update-access-key --user-name."
    )
}

/// The marked keys have different statuses, so toggling them has no one direction.
pub(crate) fn mixed_statuses(deactivate: &str, activate: &str) -> String {
    format!(
        "The marked keys do not all have the same status. Press {deactivate} to deactivate them, \
         or {activate} to activate them."
    )
}

// Progress.

/// The key is being read again, or the intent written to the journal.
pub(crate) const PREPARING: &str = "reading the key again, writing to the journal";
/// The call was sent.
pub(crate) const SENT: &str = "sent, waiting for IAM's response";
/// The call was accepted and is being verified by a read.
pub(crate) const VERIFYING: &str = "accepted, waiting for IAM to report it";
/// A change has no clear response.
pub(crate) const IN_DOUBT: &str = "no clear response from IAM, reading the key";
/// The call was accepted and is being verified by a refusal of the session's own key.
pub(crate) const VERIFYING_BY_REFUSAL: &str = "accepted, waiting for IAM to refuse this key";

/// The only change in progress.
pub(crate) fn progress(key: &KeyId, wanted: &KeyStatus, phase: &str, seconds: u64) -> String {
    format!("{key} → {wanted}: {phase}{}", waited(seconds))
}

/// Several changes in progress.
pub(crate) fn progress_of_several(count: usize, seconds: u64) -> String {
    format!("{count} changes are in progress{}", waited(seconds))
}

fn waited(seconds: u64) -> String {
    if seconds == 0 { String::new() } else { format!(" ({seconds} s)") }
}

/// One unfinished change, in the popup and in the lines printed when the program ends.
pub(crate) fn unfinished(
    key: &KeyId,
    user: Option<&UserName>,
    account: Option<&dyn Display>,
    wanted: &KeyStatus,
) -> String {
    let user = user.map(|user| format!(" of {user}")).unwrap_or_default();
    let account = account.map(|account| format!(" in {account}")).unwrap_or_default();
    format!("  {key}{user}{account} → {wanted}")
}

// Outcomes.

/// The user's other keys, as the verifying read has shown them; empty if there are none.
pub(crate) fn other_keys(change_report: &ChangeReport) -> String {
    let others: Vec<_> =
        change_report.siblings.iter().map(|(id, status)| format!("{id} {status}")).collect();
    if others.is_empty() {
        String::new()
    } else {
        format!(" Other keys of the user: {}.", others.join(", "))
    }
}

/// The outcome of a change could not be written to the journal.
pub(crate) fn not_in_journal(key: &KeyId, error: &JournalError) -> String {
    format!("The outcome for {key} is not in the journal. {error}")
}

/// The place of a batch that changes keys of several accounts.
pub(crate) fn several_accounts(count: usize) -> String {
    format!("{count} accounts")
}

/// Outcome of several keys confirmed together: `reported` of `all` read as `status`. Of the others
/// nothing is claimed.
///
/// `refused` is the number of keys that signed a session and that IAM now refuses.
pub(crate) fn batch(
    reported: usize,
    all: usize,
    status: &KeyStatus,
    account: &str,
    refused: usize,
) -> String {
    let own = match refused {
        0 => "",
        1 => "; it now refuses the key that signs this session",
        _ => "; it now refuses the keys that sign these sessions",
    };
    let verified = reported + refused;
    if verified == 0 {
        return format!("None of {all} changes is verified in {account}.");
    }
    if verified < all {
        let keys = counted(reported, "key");
        return format!(
            "{verified} of {all} changes verified: IAM reports {keys} {status} in {account}{own}."
        );
    }
    format!("IAM reports {reported} of {all} keys {status} in {account}{own}.")
}

/// Advice after a batch that can be undone.
pub(crate) fn batch_undo(undo: &str) -> String {
    format!(" Press {undo} to undo.")
}

/// Advice after a batch of which some keys failed and are still marked.
pub(crate) fn batch_rest_marked(errors: &str, again: &str) -> String {
    format!(" The others are still marked: press {errors} to see why, {again} to try again.")
}

/// Advice after a batch of which some keys failed.
pub(crate) fn batch_rest(errors: &str) -> String {
    format!(" Press {errors} to see what happened to the others.")
}

/// A later read contradicts the status that was `verified` (or else read) at `time`.
pub(crate) fn contradiction(
    key: &KeyId,
    was: &KeyStatus,
    verified: bool,
    time: &str,
    now: &KeyStatus,
) -> String {
    let verified = if verified { "verified " } else { "" };
    format!(
        "{key} was {verified}{was} at {time}, but IAM now reports it {now}. Someone else changed \
         it, or IAM is not consistent yet."
    )
}

/// Advice after a contradiction.
pub(crate) fn refresh_to_check(sentence: &str, refresh: &str) -> String {
    format!("{sentence} Press {refresh} to read it again.")
}

/// Advice after a contradiction: IAM reports a key as active that was deactivated.
pub(crate) fn refresh_or_deactivate(sentence: &str, refresh: &str, deactivate: &str) -> String {
    format!("{sentence} Press {refresh} to read it again, and {deactivate} to deactivate it again.")
}

/// The changes of this run, after the program has ended; `None` without one.
pub(crate) fn run_summary(deactivated: usize, activated: usize) -> Option<String> {
    let made = match (deactivated, activated) {
        (0, 0) => return None,
        (off, 0) => format!("{} deactivated", counted(off, "key")),
        (0, on) => format!("{} activated", counted(on, "key")),
        (off, on) => format!("{} deactivated, {on} activated", counted(off, "key")),
    };
    Some(format!("{made}. The journal has the record."))
}

// Undo.

/// The last change was sent without a journal entry.
pub(crate) fn undo_unjournaled(key: &KeyId, status: &KeyStatus, toggle: &str) -> String {
    format!(
        "The last change, {key} → {status}, is not in the journal, so it cannot be undone from there. \
         Select the key and press {toggle}."
    )
}

/// The journal is being read.
pub(crate) const UNDO_READS_JOURNAL: &str =
    "The journal is still being read. The undo opens then; any other key cancels it.";

/// The journal could not be read.
pub(crate) fn undo_without_journal(journal: &str) -> String {
    format!(
        "Could not read the journal, so it is not known what can be undone. Press {journal} to see why."
    )
}

/// The journal does not name the owner of the key, and no list that was read has it.
pub(crate) fn undo_owner_unknown(key: &KeyId, find: &str) -> String {
    format!("The journal does not name the owner of {key}. Press {find} to find the key first.")
}

/// Changes of the same confirmation in another account.
pub(crate) fn undo_elsewhere_too(
    account: &AccountId,
    keys: usize,
    accounts: &str,
    undo: &str,
) -> String {
    let are = if keys == 1 { "is" } else { "are" };
    format!(
        "{} of the same confirmation {are} in account {account}: open it with {accounts}, then press \
         {undo}.",
        counted(keys, "key")
    )
}

// Watching.

/// Watching has stopped.
pub(crate) const WATCH_STOPPED: &str = "Stopped watching the changed keys.";

/// No key was changed yet.
pub(crate) const NOTHING_TO_WATCH: &str =
    "No key has been changed here yet, so there is nothing to watch.";

/// Keys about which CloudTrail is asked.
pub(crate) struct WatchedKeys {
    /// Number of keys.
    pub keys: usize,
    /// Number of Regions that were read for a key, at most; 0 if none was read yet.
    pub regions: usize,
    /// How long CloudTrail is asked.
    pub length: Duration,
}

impl WatchedKeys {
    fn sentence_part(&self, changed: usize) -> String {
        let about = match self.keys {
            0 => return String::new(),
            keys if keys == changed => String::new(),
            keys => format!(" about {keys} of them"),
        };
        let regions = match (self.regions, self.keys) {
            (0, _) => "the usual Regions".to_owned(),
            (regions, 1) => counted(regions, "Region"),
            (regions, _) => format!("up to {}", counted(regions, "Region")),
        };
        format!(", and CloudTrail in {regions}{about} for {}", estimate(self.length))
    }
}

/// Watching has started.
pub(crate) fn watch_started(changed: usize, cloudtrail: &WatchedKeys, stop: &str) -> String {
    let which = if changed == 1 {
        "the changed key".to_owned()
    } else {
        format!("{} changed", counted(changed, "key"))
    };
    let cloudtrail = cloudtrail.sentence_part(changed);
    format!(
        "Watching {which} every minute for new use, status changes and new keys{cloudtrail}. Press \
         {stop} to stop."
    )
}

/// The watch ends, since its account is left.
pub(crate) fn watch_ended(keys: &[KeyId], account: &str, watch: &str) -> String {
    let keys = first_names(keys.iter().map(ToString::to_string));
    format!("The watch of {keys} in {account} has ended. Press {watch} there to go on.")
}

/// Changed keys of other accounts, each with its account; follows the sentence on the watch.
pub(crate) fn not_watched_from_here(keys: &[(KeyId, String)], watch: &str) -> String {
    let keys = first_names(keys.iter().map(|(key, account)| format!("{key} in {account}")));
    format!(" Not watched from here: {keys}. Press {watch} there.")
}

/// Returns the first of these names, and how many more there are.
fn first_names(names: impl ExactSizeIterator<Item = String>) -> String {
    const SHOWN: usize = 3;
    let more = names.len().saturating_sub(SHOWN);
    let shown = names.take(SHOWN).collect::<Vec<_>>().join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

/// A key was used after its status was verified.
pub(crate) fn used_after(
    key: &KeyId,
    ago: &str,
    time: &str,
    status: &KeyStatus,
    commands: &str,
) -> String {
    let sessions = if *status == KeyStatus::Inactive {
        format!(
            " Existing sessions stay valid until they expire; press {commands} for commands to \
             revoke them."
        )
    } else {
        String::new()
    };
    format!("{key} was used {ago} ({time}), after IAM reported it {status}.{sessions}")
}

/// A user with a changed key has new keys.
pub(crate) fn new_keys(user: &UserName, time: &str, keys: &[String]) -> String {
    let (key, it) = if keys.len() == 1 { ("a new key", "it") } else { ("new keys", "them") };
    format!(
        "At {time}, IAM listed {key} of {user}: {}. Whoever holds the leaked key may have created \
         {it}.",
        keys.join(", ")
    )
}

/// Another key of a user with a changed key has another status.
pub(crate) fn other_key_changed(
    key: &KeyId,
    user: &UserName,
    time: &str,
    status: &KeyStatus,
    before: &KeyStatus,
) -> String {
    format!(
        "At {time}, IAM reported {key} of {user} {status}, no longer {before}: someone else \
         changed it."
    )
}

// Tasks.

/// The session of a change was closed before the change was sent.
pub(crate) fn session_closed(key: &KeyId) -> String {
    format!("{key} is unchanged: its session was closed before the change was sent.")
}

/// The journal could not be searched for unfinished changes.
pub(crate) fn recovery_failed(error: &dyn Display) -> String {
    format!("{error} Could not check for unfinished changes.")
}

/// The journal has unfinished changes of other accounts or callers; `None` if it has not.
pub(crate) fn unfinished_elsewhere(changes: usize) -> Option<&'static str> {
    match changes {
        0 => None,
        1 => Some(
            "The journal has an unfinished change of another account or caller. keyflip checks it \
             when you open that account.",
        ),
        _ => Some(
            "The journal has unfinished changes of other accounts or callers. keyflip checks them \
             when you open those accounts.",
        ),
    }
}
