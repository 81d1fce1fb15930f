//! The errors that end a command, as values. `output::eprint_error` prints them.

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use clap_complete::Shell;
use jiff::Timestamp;
use thiserror::Error;

use crate::aws::{SettingsError, SignInError};
use crate::changes::JournalError;
use crate::cli::UsageError;
use crate::commands::exit::Interrupted;
use crate::commands::messages::activity::elsewhere;
use crate::commands::messages::journal_needs_account_id;
use crate::commands::messages::plan::{WORD_IN_PLAN, plan_account, plan_of_other_endpoint};
use crate::commands::typed_key_id::TargetError;
use crate::commands::update_access_key::UpdateErrors;
use crate::config::ConfigError;
use crate::filter::FilterError;
use crate::model::{
    AccountId, Endpoint, EscapedText, INVALID_MFA_CODE_MESSAGE, KeyId, NO_PROFILES, NotSentReason,
    SelfLockoutRisk, ServiceError, SessionContext, escape_path, format_utc, signs_session,
};
use crate::ops::key_lookup::messages::truncated_id;
use crate::ops::plan::{ExceptionError, PlanError};
use crate::ops::reach::ReachError;
use crate::ops::undo::UndoRefusal;
use crate::tui::ScreenError;

/// An error that ends a command.
#[derive(Debug, Error)]
pub(super) enum CommandError {
    /// A signal asked the program to end. The user knows, so nothing is printed.
    #[error("interrupted")]
    Interrupted,
    /// The reader of standard output has closed the pipe (`| head`), which is no failure.
    #[error("standard output is closed")]
    StdoutClosed,
    /// The command line is not valid.
    #[error("{}", .0.0)]
    Usage(UsageError),
    /// Errors of `update-access-key`, in the formats of the AWS CLI.
    #[error("{0}")]
    UpdateAccessKey(UpdateErrors),
    /// A call failed, or could not be signed.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// An account was not entered, for this reason in a few words: no route leads there, or only
    /// the user can choose one.
    #[error("{1}")]
    NotEntered(&'static str, Box<ServiceError>),
    /// The sign-in has failed.
    #[error(transparent)]
    SignIn(SignInError),
    /// The journal cannot be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The AWS configuration files cannot be used.
    #[error(transparent)]
    AwsFiles(#[from] SettingsError),
    /// The screen cannot be used.
    #[error(transparent)]
    Screen(#[from] ScreenError),
    /// The runtime's threads could not be started.
    #[error("Could not start the threads that keyflip needs: {0}.")]
    Runtime(io::Error),
    /// Standard input could not be read.
    #[error("Could not read standard input: {0}.")]
    Stdin(io::Error),
    /// Standard output could not be written.
    #[error("Could not write to standard output: {0}.")]
    Stdout(io::Error),
    /// The MFA code of the command line has the wrong form.
    #[error("--mfa-code: {INVALID_MFA_CODE_MESSAGE}")]
    InvalidMfaCode,
    /// `--demo` together with an option that leads to another account.
    #[error(
        "--demo uses the built-in account, so --profile and --endpoint-url cannot be used with \
         it. Nothing was sent."
    )]
    DemoWithOtherAccount,
    /// There is no directory for the debug log.
    #[error("There is no home directory for the debug log. Name a file with --debug=FILE.")]
    NoDebugLogDirectory,
    /// The debug log could not be opened.
    #[error("Could not open the debug log {0}: {1}. Name another file with --debug=FILE.")]
    DebugLog(String, io::Error),
    /// The current credentials belong to another account than that of `--account`.
    #[error(
        "The current credentials ({}) belong to account {}, not {wanted}. Nothing was changed. Name \
         the role to use there with --role.",
        session_context.source,
        session_context.caller.account
    )]
    InOtherAccount {
        /// The account of `--account`.
        wanted: AccountId,
        /// The context of the session.
        session_context: Box<SessionContext>,
    },
    /// The keys are in more accounts than allowed.
    #[error(
        "The keys are in {accounts} accounts, and at most {most} are allowed. Nothing was sent to \
         them. Check the IDs; to go on, add --max-accounts {accounts}."
    )]
    TooManyAccounts {
        /// The number of accounts.
        accounts: usize,
        /// The number allowed.
        most: usize,
    },
    /// `--role` without an account for it.
    #[error(
        "--role names the role to use in another account. Name the account with --account. \
         Nothing was sent."
    )]
    RoleWithoutAccount,
    /// `--plan` before a command.
    #[error(
        "--plan before a command opens the screen. Put it after the command, if that \
         command accepts it."
    )]
    PlanBeforeCommand,
    /// A key ID before a command.
    #[error(
        "A key ID before a command opens the screen. Put it after the command. Nothing was sent."
    )]
    KeyIdBeforeCommand,
    /// `--account` together with an option for many accounts.
    #[error("--account names one account, so {0} cannot be used with it. Nothing was sent.")]
    ConflictingAccountOptions(&'static str),
    /// No sign-in lists accounts.
    #[error(
        "No Identity Center session is configured, so no accounts can be listed. Set one up with \
         aws configure sso-session, then sign in with keyflip login --sso-session NAME."
    )]
    NoSignIn,
    /// The argument is a key ID that was cut off.
    #[error("{}", truncated_id(.0))]
    IncompleteKeyId(String),
    /// The argument is no key ID.
    #[error("“{0}” is not an access key ID: {1}. Nothing was sent.")]
    InvalidKeyId(String, TargetError),
    /// A value of an option is no time.
    #[error(
        "{0}: “{1}” is not a time. Write a length such as 24h or 7d, or a date such as 2026-11-24 \
         or 2026-11-24T09:30Z. Nothing was sent."
    )]
    InvalidTime(&'static str, String),
    /// `--activity` with a format that has no place for it.
    #[error("--activity needs --format markdown. Nothing was sent.")]
    ActivityNeedsMarkdown,
    /// `journal --account` with a name.
    #[error("{}", journal_needs_account_id(.0))]
    JournalNeedsAccountId(String),
    /// The window of `activity` has no length.
    #[error("The window from {} to {} is empty. Nothing was sent.", format_utc(*.0), format_utc(*.1))]
    EmptyWindow(Timestamp, Timestamp),
    /// A name in `--regions` cannot be that of a Region.
    #[error(
        "“{0}” is not the name of a Region. Write --regions us-east-1,eu-west-1. Nothing was sent."
    )]
    InvalidRegion(String),
    /// The activity of a key of another account.
    #[error("{}", elsewhere(key, account, here))]
    ActivityElsewhere {
        /// The key.
        key: KeyId,
        /// Its account.
        account: AccountId,
        /// The account of the session.
        here: String,
    },
    /// The filter of `list` cannot be parsed.
    #[error("The filter is not valid at {0} Nothing was sent.")]
    InvalidFilter(FilterError),
    /// The filter of `list` has a term about marks.
    #[error(
        "The term “marked” works only on the screen, where keys can be marked. Nothing was sent."
    )]
    MarkedInList,
    /// The filter of `plan` has a word, which also finds names that are only similar.
    #[error("{WORD_IN_PLAN}")]
    WordInPlan,
    /// A file that the command line names could not be read.
    #[error("Could not read {0}: {1}. Nothing was sent.")]
    UnreadableFile(String, io::Error),
    /// A file is not a plan.
    #[error("{0} is not a plan that can be used: {1}. Nothing was sent.")]
    InvalidPlan(String, PlanError),
    /// The file of exceptions cannot be parsed.
    #[error("{0}, {1}. Nothing was sent.")]
    InvalidExceptions(String, ExceptionError),
    /// A plan could not be printed as JSON.
    #[error("Could not print the plan as JSON: {0}.")]
    PlanJson(serde_json::Error),
    /// A plan is of another account than the session.
    #[error(
        "The plan is of {}, but this session is in {}. Nothing was changed. Name the account with \
         --account {}, or a profile of it with --profile.",
        plan_account(&plan.id, plan.name.as_deref(), &plan.endpoint),
        plan_account(
            &session_context.caller.account,
            session_context.alias.as_deref(),
            &session_context.endpoint
        ),
        plan.id
    )]
    PlanOfOtherAccount {
        /// The account of the plan.
        plan: Box<PlanAccountLabel>,
        /// The context of the session.
        session_context: Box<SessionContext>,
    },
    /// A plan is of this account at this other endpoint.
    #[error("{}", plan_of_other_endpoint(.0, .1))]
    PlanOfOtherEndpoint(Endpoint, Box<SessionContext>),
    /// `list --columns` with a format that always has all fields.
    #[error(
        "--columns chooses the columns of a table or of CSV, and JSON has all fields. Use \
         --format table or --format csv. Nothing was sent."
    )]
    ColumnsOfJson,
    /// The text of `find` has no key ID.
    #[error(
        "There is no access key ID in this text. One looks like AKIA followed by 16 capital \
         letters and digits."
    )]
    NoKeyIdInText,
    /// The text of `find` has only beginnings of key IDs, which were named.
    #[error("There is no complete access key ID in this text. Nothing was looked up.")]
    OnlyTruncatedKeyIds,
    /// No profile is configured.
    #[error("{NO_PROFILES}")]
    NoProfiles,
    /// A word, or a line of standard input counted from 1, is not the ID of a key to change.
    #[error(
        "{}“{text}” cannot be changed: {reason}. Nothing was sent.",
        .line.map(|line| format!("Line {line}: ")).unwrap_or_default()
    )]
    InvalidTarget {
        /// The text.
        text: String,
        /// The line.
        line: Option<usize>,
        /// What it is instead.
        reason: TargetError,
    },
    /// Standard input has no IDs of keys to change.
    #[error("There is no access key ID on standard input. Nothing was sent.")]
    NoTargetsOnStdin,
    /// There is neither `--yes` nor a terminal for the confirmation.
    #[error(
        "There is no terminal for the confirmation. Nothing was sent. To change keys without a \
         confirmation, add --yes."
    )]
    NoTerminal,
    /// A key signs, or may sign, the session, and `--yes-lock-me-out` is missing.
    #[error(
        "{} Nothing was sent. To deactivate it anyway, add --yes-lock-me-out.",
        signs_session(.0.as_str(), *.1)
    )]
    LockOut(KeyId, SelfLockoutRisk),
    /// The user gave another answer.
    #[error("Not confirmed. Nothing was sent.")]
    NotConfirmed,
    /// The session cannot change keys.
    #[error("Nothing was sent. {}", NotSentReason::ReadOnly)]
    ReadOnly,
    /// `undo --yes` with a journal that others can change.
    #[error(
        "Nothing was sent: undo --yes would trust a journal that others can change. Check the \
         change with keyflip journal, then run undo without --yes, which asks first."
    )]
    UndoNeedsConfirmation,
    /// A change cannot be undone; a second sentence may say what to do.
    #[error("{0}")]
    UndoRefused(UndoRefusal, Option<Cow<'static, str>>),
    /// An entry of the journal could not be printed as JSON.
    #[error("Could not print the journal as JSON: {0}.")]
    JournalJson(serde_json::Error),
    /// The demo's port could not be opened.
    #[error(
        "Could not listen on port {0} of 127.0.0.1: {1}. Choose another port with --port; 0 takes \
         a free one."
    )]
    DemoListen(u16, io::Error),
    /// One of the demo's AWS configuration files could not be written.
    #[error("Could not write the demo's file {}: {}.", escape_path(.0), .1)]
    DemoFiles(PathBuf, io::Error),
    /// One of the demo's AWS configuration files would replace a file of the user.
    #[error(
        "{} was not written by keyflip demo, so it was kept. Name another directory with --files.",
        escape_path(.0)
    )]
    DemoFileOfOthers(PathBuf),
    /// The user has changed a section of one of the demo's AWS configuration files.
    #[error(
        "{} has changes in a section that keyflip demo writes, so it was kept. Delete the file, or name \
         another directory with --files.",
        escape_path(.0)
    )]
    DemoFileChanged(PathBuf),
    /// The demo cannot wait for its end.
    #[error("Could not wait for ctrl-c: {0}.")]
    DemoWait(io::Error),
    /// The file with the demo's faults could not be read.
    #[error("Could not read the faults in {0}: {1}.")]
    UnreadableFaults(String, io::Error),
    /// The demo's faults are not valid.
    #[error("--faults is not valid: {0}. For examples, run keyflip demo --help.")]
    InvalidFaults(serde_json::Error),
    /// The completion script of a shell could not be generated.
    #[error("Could not print the completions for {0}: {1}.")]
    CompletionScript(Shell, io::Error),
    /// Completions could not be computed.
    #[error(transparent)]
    Completions(clap::Error),
    /// The manual page could not be rendered.
    #[error("Could not render the manual page: {0}.")]
    ManualPage(io::Error),
}

/// The account of a plan that is not that of the session.
#[derive(Debug)]
pub(super) struct PlanAccountLabel {
    /// Its ID.
    pub(super) id: AccountId,
    /// Its name, if the plan has it.
    pub(super) name: Option<EscapedText>,
    /// The endpoint.
    pub(super) endpoint: Endpoint,
}

impl CommandError {
    /// Returns the reason in a few words, if it has one: why an account was not entered, or the
    /// error code of a service.
    pub(super) fn label(&self) -> Option<Arc<str>> {
        match self {
            Self::NotEntered(label, _) => Some((*label).into()),
            Self::Service(error) => error.code.clone(),
            _ => None,
        }
    }
}

impl From<ReachError> for CommandError {
    fn from(error: ReachError) -> Self {
        let label = error.label();
        let error = ServiceError::clone(&error.into_service_error());
        match label {
            Some(label) => Self::NotEntered(label, Box::new(error)),
            None => Self::Service(error),
        }
    }
}

impl From<Interrupted> for CommandError {
    fn from(_: Interrupted) -> Self {
        Self::Interrupted
    }
}
