//! Sentences about the session: opening, renewal, end, signals and quitting.

use std::fmt::Display;
use std::path::Path;

use crate::model::{UNKNOWN_SIGNER, escape_path};

// Opening.

/// Shown while the credentials are being resolved.
pub(crate) const RESOLVING_CREDENTIALS: &str = "Resolving credentials";

/// Shown while the MFA code is being used.
pub(crate) const SIGNING_IN: &str = "Signing in with the MFA code";

/// The session waits for the code of an MFA device.
pub(crate) fn needs_code_of(serial: &str) -> String {
    format!("needs the MFA code of {serial}")
}

/// Header of a screen whose session could not be opened.
pub(crate) const NO_SESSION: &str = "no session";

/// The session could not be opened.
pub(crate) fn open_failed(error: &dyn Display, retry: &str, profiles: &str) -> String {
    format!("{error} Press {retry} to try again, or {profiles} to choose an account or a profile.")
}

// Refusing an action without a session.

/// The session is still opening.
pub(crate) fn still_opening(profiles: &str) -> String {
    format!("The session is still opening. Wait a moment, or press {profiles} for another profile.")
}

/// The MFA prompt was closed without a code.
pub(crate) fn code_missing(retry: &str, profiles: &str) -> String {
    format!(
        "The session needs an MFA code. Press {retry} to enter it, or {profiles} for another \
         profile."
    )
}

/// No session could be opened.
pub(crate) fn not_open(retry: &str, profiles: &str) -> String {
    format!(
        "No session is open, so keyflip cannot call IAM. Press {profiles} to sign in or to choose an \
         account or a profile, or {retry} to try again."
    )
}

/// The session has ended.
pub(crate) fn ended(retry: &str) -> String {
    format!("The session has ended. Press {retry} to open it again.")
}

// Changes of the session.

/// The credentials of the reopened session belong to another account.
pub(crate) fn other_account(account: &str) -> String {
    format!(
        "The credentials now belong to another account, {account}. Everything shown before was \
         discarded."
    )
}

/// The credentials were renewed to those of someone else.
///
/// `message` names the old and the new identity; it comes first since it is the cause.
pub(crate) fn other_caller(message: &str, operation: &str, reopen: &str) -> String {
    let message = message.trim_end_matches('.');
    format!(
        "{message}. {operation} was not sent, and nothing more is read until you press {reopen} to \
         open a new session."
    )
}

/// The session was closed before its journal was read.
pub(crate) const CLOSED: &str = "The journal was not read, since the session was closed.";

/// A call failed in a way that ends the session.
pub(crate) fn reading_stopped(error: &dyn Display, reopen: &str) -> String {
    format!("{error} Nothing more is read until you press {reopen}; what is shown stays.")
}

/// Another key signs the session than the open dialog has shown.
pub(crate) const SIGNER_CHANGED: &str =
    "Another access key now signs this session, so the dialog was closed. Nothing was changed.";

/// The session was reopened while a dialog was open.
pub(crate) const RENEWED: &str =
    "The session was renewed, so the dialog was closed. Nothing was changed.";

/// No key can be guarded as the session's own.
pub(crate) fn unknown_signer() -> String {
    format!("{UNKNOWN_SIGNER} Lock-out protection is off.")
}

// Quitting and suspending.

/// The user quits as soon as every change has an outcome.
pub(crate) fn waiting_to_quit(quit: &str) -> String {
    format!(
        "keyflip quits when the outcome of every change is known. Press {quit} to choose again."
    )
}

/// A signal asks the program to end while changes are in progress.
pub(crate) const SIGNAL_TO_END: &str =
    "Received a signal to end. Waiting up to 10 s for the outcomes of the changes in progress.";

/// The program cannot be suspended.
pub(crate) const NO_SHELL: &str =
    "keyflip was not started by a shell with job control, so it cannot be suspended.";

/// Title of the input for an MFA code.
pub(crate) const MFA_TITLE: &str = "MFA code";

/// Text above the input for an MFA code.
pub(crate) fn mfa_prompt(serial: &str) -> String {
    format!("Type the current code of the MFA device {serial}, then press enter.")
}

/// The file of the last views could not be read; `is_broken` if it has none.
pub(crate) fn views_unreadable(path: &Path, error: &dyn Display, is_broken: bool) -> String {
    let next = if is_broken {
        "keyflip will replace it."
    } else {
        "Until it can be read, no view is kept."
    };
    format!("Could not restore the last view from {}: {error}. {next}", escape_path(path))
}

/// The file of the last views could not be written.
pub(crate) fn views_not_saved(path: &Path, error: &dyn Display) -> String {
    format!("Could not keep the view in {}: {error}.", escape_path(path))
}

/// The caller of a new session is being identified.
pub(crate) const IDENTIFYING_CALLER: &str = "Identifying the caller";
