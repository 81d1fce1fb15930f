//! Texts of the popups: errors, details of a key, commands and journal.

use std::fmt::Display;
use std::time::Duration;

use jiff::Timestamp;
use ratatui::layout::Size;

use crate::model::{AccountId, KeyId, KeyStatus, UserName, counted, format_utc};
use crate::ops::sign_in::messages::time_left;

// Errors.

/// No error has been reported.
pub(crate) const NO_ERRORS: &str = "No errors so far.";

/// Heading of the last notification in the list of errors.
pub(crate) const LAST_MESSAGE: &str = "Last message";

/// Number of times that the same error was reported; empty for once.
pub(crate) fn repeated(times: u32) -> String {
    if times > 1 { format!(" ({times} times)") } else { String::new() }
}

/// What the service said the last time.
pub(crate) fn latest(error: &str) -> String {
    format!("Last: {error}")
}

/// IAM throttles calls now.
pub(crate) fn throttled(per_second: impl Display) -> String {
    format!(
        "IAM throttles {per_second} calls per second. keyflip slows down and repeats them; other tools of \
         the account share the limit."
    )
}

/// Number of errors that are not shown.
pub(crate) fn more_errors(count: usize, errors: &str) -> String {
    if count == 0 { String::new() } else { format!(" (and {count} more: {errors})") }
}

/// In place of the details of root, which is not a user of IAM.
pub(crate) const NOT_READ_FOR_ROOT: &str = "not read for root";

// Journal.

/// Shown while the journal is being read.
pub(crate) const READING_JOURNAL: &str = "Reading the journal…";

/// Text was pasted where it must be typed.
pub(crate) const TYPE_INSTEAD: &str = "Pasted text is not taken here. Type it.";

/// Text was pasted over a popup that has no use for it.
pub(crate) const CLOSE_TO_LOOK_UP: &str = "Close the dialog to look up pasted text.";

/// Title of the journal.
pub(crate) fn journal_title(account: &str) -> String {
    format!("Journal of {account}")
}

/// There is no session whose account's journal could be shown.
pub(crate) const JOURNAL_NEEDS_SESSION: &str = "\
    The journal is shown for one account, and no session is open. Run keyflip journal to see all of \
    it.";

// Details of a user. Labels and values stand side by side.

/// AWS has attached a quarantine policy to the user.
pub(crate) fn quarantined(policies: &str) -> String {
    format!(
        "{policies}: AWS quarantined this user because one of its keys leaked. The policy denies most \
         writes to this user only: as any other identity you can still deactivate the key."
    )
}

/// The fact could not be read.
pub(crate) fn fact_unreadable(error: &dyn Display) -> String {
    format!("could not read: {error}")
}

/// The caller may not read the fact.
pub(crate) const FACT_DENIED: &str = "access denied";

/// The user has been deleted.
pub(crate) const FACT_DELETED: &str = "deleted";

// Commands of the AWS CLI, each below a comment.

/// Title of the commands for a key.
pub(crate) fn commands_title(key: &KeyId, copy: &str) -> String {
    format!("Commands for {key}; {copy} copies them")
}

/// Comment naming the key.
pub(crate) fn commands_subject(key: &KeyId, account: &str) -> String {
    format!("# {key} of account {account}")
}

/// Comment on the credentials that the commands need, which no profile names.
pub(crate) fn commands_credentials(account: &AccountId, actions: &[&str]) -> String {
    let actions = match actions {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => actions.concat(),
    };
    format!("# Run these with credentials of account {account} that allow {actions}.")
}

/// Comment on the lines that follow: a profile of the AWS CLI.
pub(crate) const COMMAND_PROFILE: &str =
    "# The session is of Identity Center. Add this profile to ~/.aws/config, or name one you have:";

/// Comment on the deactivation.
pub(crate) const COMMAND_DEACTIVATE: &str =
    "# Deactivate the key (not verified, not in the journal):";

/// Comment on the activation, which is a comment itself.
pub(crate) const COMMAND_ACTIVATE: &str =
    "# To activate the key again (not verified, not in the journal):";

/// Comment on the query for what the key did.
pub(crate) const COMMAND_ACTIVITY: &str = "\
    # What the key did (management events of the last 90 days, one region; repeat it for each region \
    in use):";

/// Comment on revoking the sessions of a user.
pub(crate) const COMMAND_REVOKE_USER: &str = "\
    # Revoke the sessions created with the key by GetSessionToken or GetFederationToken (takes \
    minutes to take effect everywhere):";

/// Comment on revoking the sessions of roles that are not known.
pub(crate) const COMMAND_REVOKE_ROLE: &str = "\
    # The same for each role that was assumed with the key, instead of ROLE (its AssumeRole events in \
    CloudTrail name them):";

/// Comment on revoking the sessions of the roles that the activity has found.
pub(crate) const COMMAND_REVOKE_FOUND_ROLES: &str = "\
    # The same for the roles that were assumed with the key, as far as its activity was read:";

/// Comment in place of revoking the sessions of roles: none was assumed.
pub(crate) fn no_role_assumed(regions: usize) -> String {
    format!(
        "# No role was assumed with the key in the last 90 days ({} read; the latest calls may be \
         missing).",
        counted(regions, "Region")
    )
}

/// Comment on the session of a role of another account.
pub(crate) fn role_elsewhere(arn: &str) -> String {
    format!("# In its own account: {arn}")
}

/// Comment on the session of a role that has ended.
pub(crate) fn role_session_ended(arn: &str) -> String {
    format!("# Ended, nothing to revoke: {arn}")
}

/// Comment in place of revoking the sessions of root.
pub(crate) const COMMAND_REVOKE_ROOT: &str =
    "# No policy can revoke root's sessions: change root's password and delete its keys.";

/// Title of the errors.
pub(crate) const ERRORS_TITLE: &str = "Errors, newest first";

/// Title of the details of a key.
pub(crate) fn key_title(key: &KeyId) -> String {
    format!("Key {key}")
}

/// Status of a key after a change that ended at `since` without a known outcome.
pub(crate) fn uncertain_status(wanted: &KeyStatus, since: &str) -> String {
    format!("{wanted}? The outcome of the change was unknown at {since}")
}

/// Title of the details of a user.
pub(crate) fn user_title(user: &UserName) -> String {
    format!("User {user}")
}

/// The details of a user do not fit the pane.
pub(crate) fn rest_of_details(open: &str) -> String {
    format!("{open} on a key shows the rest")
}

// Quitting.

/// Title of the question.
pub(crate) const QUIT_TITLE: &str = "Quit?";

/// Question whether to quit while changes are in flight.
pub(crate) const QUIT_QUESTION: &str = "\
Changes are still in progress. y waits for them, then quits. ctrl-c quits now. Other keys go back.";

/// Heading of the changes that were sent.
pub(crate) const SENT_CHANGES: &str = "Sent. If you quit now, the next start looks up the result:";

/// Heading of the changes that were not sent.
pub(crate) const UNSENT_CHANGES: &str = "Not sent yet. If you quit now, they are not sent:";

// Screens that are too small.

/// The screen has no room.
pub(crate) fn too_small(needed: Size, actual: Size) -> String {
    format!("keyflip needs {needed}; this terminal is {actual}.\nctrl-c quits.")
}

// Signing in to Identity Center.

/// Title of the popup.
pub(crate) const SIGN_IN_TITLE: &str = "Sign in to IAM Identity Center";

/// The session needs a sign-in.
pub(crate) fn sign_in_offer(session: &str) -> String {
    format!("You are not signed in to session {session}.")
}

/// What signing in does.
pub(crate) const SIGN_IN_EXPLANATION: &str = "\
    keyflip shows a code, which you approve in a browser on any device. No account of this session \
    is read until then.";

/// The code is being requested.
pub(crate) fn starting_sign_in(session: &str) -> String {
    format!("Requesting a code for session {session}…")
}

/// What to do after a sign-in has failed.
pub(crate) const SIGN_IN_AGAIN: &str = "enter requests a new code.";

/// The code waits for its approval.
pub(crate) fn waiting_for_approval(left: Duration) -> String {
    format!("Waiting for the approval, {}.", time_left(left))
}

/// The sign-in was successful.
pub(crate) fn signed_in(end: Timestamp) -> String {
    format!("Signed in to IAM Identity Center until {}.", format_utc(end))
}

/// The address of the page is in the clipboard.
pub(crate) const ADDRESS_COPIED: &str = "Copied the address of the page.";

// The pager.

/// The pager could not be started.
pub(crate) fn pager_not_started(pager: &str, error: &dyn Display) -> String {
    format!("Could not start the pager “{pager}”: {error}. Set PAGER to an installed program.")
}

/// The shell could not run the pager.
pub(crate) fn pager_not_run(pager: &str) -> String {
    format!("Could not run the pager “{pager}”. Set PAGER to an installed program.")
}
