//! The sentences that the commands print, apart from the help texts of
//! [`crate::cli`] and from `update-access-key`, which keeps its own.

pub(super) mod change;
pub(super) mod find;
pub(super) mod list;

use std::fmt::Display;

// Starting.

/// The runtime's threads could not be started.
pub(super) fn runtime_failed(error: &dyn Display) -> String {
    format!("Could not start the threads that keyflip needs: {error}.")
}

/// The MFA code of the command line has the wrong form.
pub(super) fn invalid_mfa_code(reason: &str) -> String {
    format!("--mfa-code: {reason}")
}

/// There is no directory for the debug log.
pub(super) const NO_DEBUG_LOG_DIRECTORY: &str =
    "There is no home directory for the debug log. Name a file with --debug=FILE.";

/// The debug log could not be opened.
pub(super) fn debug_log_failed(path: &str, error: &dyn Display) -> String {
    format!("Could not open the debug log {path}: {error}. Name another file with --debug=FILE.")
}

// Sessions.

/// Certificates are not checked.
pub(super) const TLS_NOT_VERIFIED: &str =
    "Warning: --no-verify-ssl turns certificate checks off, so the server may not be AWS.";

/// Asks for an MFA code.
pub(super) fn mfa_code_question(device: &dyn Display) -> String {
    format!("Code of the MFA device {device}: ")
}

/// A call failed and is repeated.
pub(super) fn retrying(failure: &dyn Display) -> String {
    format!("{failure} Retrying for up to a minute; ctrl-c stops it.")
}

// Input and output.

/// Standard input could not be read.
pub(super) fn stdin_failed(error: &dyn Display) -> String {
    format!("Could not read standard input: {error}.")
}

/// Standard output could not be written.
pub(super) fn stdout_failed(error: &dyn Display) -> String {
    format!("Could not write to standard output: {error}.")
}

// The screen.

/// The argument looks like a key ID that was cut off.
pub(super) fn invalid_key_id(text: &str, reason: &dyn Display) -> String {
    format!("“{text}” is not a complete access key ID: {reason}.")
}

/// The terminal could not be used.
pub(super) fn terminal_failed(error: &dyn Display) -> String {
    format!("Could not use the terminal: {error}.")
}

/// Heads the journal lines of changes that were made without a journal.
pub(super) const UNJOURNALED_CHANGES: &str =
    "These changes are not in a journal file. Keep these lines:";

/// Heads the changes that were confirmed, but not sent.
pub(super) const UNSENT_CHANGES: &str = "Confirmed but not sent; these keys are unchanged:";

/// Heads the changes whose outcome is not known.
pub(super) const UNRESOLVED_CHANGES: &str =
    "Sent, outcome unknown. keyflip reads these keys when it starts again:";

// The journal.

/// The journal has no entries; `path` is `None` for one that has no file.
pub(super) fn journal_empty(path: Option<&str>, has_demo_entries: bool) -> String {
    let path = path.map(|path| format!(" {path}")).unwrap_or_default();
    let hint = if has_demo_entries {
        " For changes made in the demo, run keyflip --demo journal."
    } else {
        ""
    };
    format!("The journal{path} has no entries.{hint}")
}

/// An entry could not be printed as JSON.
pub(super) fn journal_json_failed(error: &dyn Display) -> String {
    format!("Could not print the journal as JSON: {error}.")
}

// The demo.

/// The demo's port could not be opened.
pub(super) fn demo_listen_failed(port: u16, error: &dyn Display) -> String {
    format!(
        "Could not listen on port {port} of 127.0.0.1: {error}. Choose another port with \
         --port; 0 takes a free one."
    )
}

/// The demo's AWS configuration files could not be written.
pub(super) fn demo_files_failed(directory: &dyn Display, error: &dyn Display) -> String {
    format!("Could not write the demo's AWS files to {directory}: {error}.")
}

/// The demo cannot wait for its end.
pub(super) fn demo_wait_failed(error: &dyn Display) -> String {
    format!("Could not wait for ctrl-c: {error}.")
}

/// Heads the commands that lead to the demo.
pub(super) fn demo_serving(url: &str) -> String {
    format!("The demo account runs at {url} until you press ctrl-c. To use it:")
}

/// The file with the demo's faults could not be read.
pub(super) fn faults_unreadable(path: &str, error: &dyn Display) -> String {
    format!("Could not read the faults in {path}: {error}.")
}

/// The demo's faults are not valid.
pub(super) fn faults_invalid(error: &dyn Display) -> String {
    format!("--faults is not valid: {error}. For examples, run keyflip demo --help.")
}

// Configuration, completions and the manual page.

/// A setting without a value, as a comment.
pub(super) fn setting_not_set(name: &str) -> String {
    format!("# {name} is not set")
}

/// The configuration file in use, as a comment.
pub(super) fn configuration_file(path: Option<(&dyn Display, bool)>) -> String {
    match path {
        Some((path, true)) => format!("# Configuration file: {path}"),
        Some((path, false)) => format!("# Configuration file: {path} (does not exist)"),
        None => "# Configuration file: none (there is no home directory)".to_owned(),
    }
}

/// The journal in use, as a comment.
pub(super) fn journal_file(place: &str) -> String {
    format!("# Journal: {place}")
}

/// The journal goes to standard error.
pub(super) const STDERR_NAME: &str = "standard error";

/// A shell for which there are no completions.
pub(super) fn completions_failed(shell: &dyn Display, error: &dyn Display) -> String {
    format!("Could not print the completions for {shell}: {error}.")
}

/// The manual page could not be rendered.
pub(super) fn man_failed(error: &dyn Display) -> String {
    format!("Could not render the manual page: {error}.")
}
