//! Makes the call, records it in the journal before and after, and prints errors
//! in the words of the AWS CLI.

use std::sync::Arc;

use jiff::Timestamp;

use super::error_format::{CliError, ErrorBody, ErrorFormat};
use super::{Rejection, UpdateRequest, messages};
use crate::aws::{self, Environment, Session, Writer};
use crate::changes::{self, ChangeOrigin, ChangeRequest};
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::output::Exit;
use crate::commands::{CommandContext, context, open_session};
use crate::model::{
    Caller, ChangeReport, Endpoint, ErrorKind, KeyChange, NotSentReason, Outcome, ServiceError,
    SessionId, Verification,
};

/// The ID of the only session.
const SESSION_ID: SessionId = SessionId(1);

/// Makes the call.
pub(super) fn run(request: UpdateRequest) -> Exit {
    match context(&request.global) {
        Ok(context) => {
            block_on(async |interrupts| Box::pin(send(request, &context, interrupts)).await)
        }
        Err(exit) => exit,
    }
}

/// Prints what is wrong with the arguments. If only values are wrong, an unknown
/// profile is reported instead, as in the AWS CLI.
pub(super) fn print_rejection(rejection: &Rejection) -> Exit {
    let refused = || Exit::refused(rejection.code, &rejection.stderr);
    let Some(global) = &rejection.global else { return refused() };
    match context(global) {
        Ok(context) => block_on(async |_| match missing_profile(&context).await {
            Some(profile) => print_error(ErrorFormat::default(), &profile_not_found(&profile)),
            None => refused(),
        }),
        Err(exit) => exit,
    }
}

async fn send(
    request: UpdateRequest,
    context: &CommandContext,
    mut interrupts: Interrupts,
) -> Exit {
    let format = request.format;
    let PreparedCall { session, writer, change_origin, caller } =
        match prepare(context, &mut interrupts).await {
            Ok(prepared) => prepared,
            Err(PrepareError::Interrupted(exit)) => return exit,
            Err(PrepareError::Error(error)) => {
                return print_error(format, &prepare_failed(&error, context).await);
            }
        };
    let Some(writer) = writer else {
        return print_error(format, &general_error(&NotSentReason::ReadOnly.to_string()));
    };
    let journal = match context.journal() {
        Ok(journal) => journal,
        Err(error) => return print_error(format, &general_error(&error.to_string())),
    };
    open_session::warn_of_journal(&journal);
    let change = key_change(request, context, &session, caller);
    let request = ChangeRequest {
        change,
        change_origin: change_origin.clone(),
        limits: context.session_factory.limits(),
    };
    // The intent is in the journal, so an interrupt waits for the outcome.
    let change_report = changes::execute(&writer, &journal, request, Timestamp::now, |_| {}).await;
    let exit = report_outcome(&change_report, &change_origin, session.max_attempts(), format);
    if interrupts.is_set() { Exit::Interrupted } else { exit }
}

/// The session and context of the call.
struct PreparedCall {
    session: Session,
    writer: Option<Writer>,
    change_origin: ChangeOrigin,
    /// The caller, if it was read.
    caller: Option<Caller>,
}

/// The reason why the call cannot be made.
enum PrepareError {
    Interrupted(Exit),
    Error(ServiceError),
}

impl From<Exit> for PrepareError {
    fn from(exit: Exit) -> Self {
        Self::Interrupted(exit)
    }
}

impl From<ServiceError> for PrepareError {
    fn from(error: ServiceError) -> Self {
        Self::Error(error)
    }
}

/// Opens the session and resolves the credentials. Sends nothing, unless the
/// configuration has rules for accounts.
async fn prepare(
    context: &CommandContext,
    interrupts: &mut Interrupts,
) -> Result<PreparedCall, PrepareError> {
    open_session::warn_if_tls_unverified(context);
    let session = interrupts.race(context.session_factory.open(SESSION_ID, None)).await??;
    let account =
        open_session::with_mfa_code(&session, interrupts, async || session.signing_account().await)
            .await??;
    let (change_origin, caller, read_only) = if context.settings.has_account_rules() {
        // Only STS knows for sure which account it is.
        let session_context = interrupts.race(context.session_factory.identify(&session)).await??;
        (
            ChangeOrigin::from(&session_context),
            Some(session_context.caller),
            session_context.read_only,
        )
    } else {
        let unverified_tls = context.global.no_verify_ssl;
        let change_origin = ChangeOrigin {
            account,
            unverified_tls,
            ..ChangeOrigin::unidentified(session.profile(), session.endpoint())
        };
        let no_account = crate::model::AccountId::from_service("");
        let rule = context.settings.read_only_by(change_origin.profile.as_deref(), &no_account);
        (change_origin, None, rule.is_some())
    };
    let writer = session.writer().filter(|_| !read_only);
    Ok(PreparedCall { session, writer, change_origin, caller })
}

fn key_change(
    request: UpdateRequest,
    context: &CommandContext,
    session: &Session,
    caller: Option<Caller>,
) -> KeyChange {
    let signing = session.lockout_risk(&request.key, request.user.as_ref());
    KeyChange {
        id: 1,
        session: SESSION_ID,
        key: request.key,
        user: request.user,
        before: None,
        read: None,
        caller,
        lockout_risk: signing,
        direction: request.direction,
        reason: context.global.reason.as_deref().map(Arc::from),
        verification: if request.verify {
            signing.verification_for(request.direction)
        } else {
            Verification::None
        },
        undoes: None,
    }
}

/// Prints what went wrong, if anything did, and returns the exit code.
fn report_outcome(
    change_report: &ChangeReport,
    change_origin: &ChangeOrigin,
    max_attempts: u32,
    format: ErrorFormat,
) -> Exit {
    let failed = |error| call_failed(error, (change_report.attempts, max_attempts), change_origin);
    let sentence = ErrorBody::Sentence(change_report.sentence(change_origin));
    let error = match &change_report.outcome {
        Outcome::Accepted | Outcome::Verified { .. } => None,
        Outcome::Refused(error) | Outcome::NotSent(NotSentReason::Call(error)) => {
            Some(failed(error))
        }
        Outcome::Unknown { error, .. } if error.code.is_some() => Some(failed(error)),
        Outcome::NotSent(why) => Some(general_error(&why.to_string())),
        Outcome::Unknown { .. } => Some(CliError(Exit::Failed.code(), sentence.clone())),
        Outcome::Unverified { .. } => Some(CliError(Exit::Partial.code(), sentence.clone())),
    };
    let exit = error.as_ref().map_or(Exit::Done, |error| print_error(format, error));
    // The AWS CLI has no words for these. The exit code is still that of the call.
    let was_not_verified = matches!(change_report.outcome, Outcome::Unknown { .. })
        && change_report.change.verification != Verification::None;
    let has_more = was_not_verified || change_report.journal_error.is_some();
    if has_more && error.is_none_or(|error| error.1 != sentence) {
        let _ = print_error(format, &CliError(Exit::Failed.code(), sentence));
    }
    exit
}

/// Converts the error of a call; `attempts` of `max_attempts` were made.
fn call_failed(
    error: &ServiceError,
    (attempts, max_attempts): (u32, u32),
    change_origin: &ChangeOrigin,
) -> CliError {
    let body = match (&error.code, &change_origin.endpoint) {
        (Some(code), _) => {
            let gave_up = error.kind.is_transient() && attempts >= max_attempts;
            let retries = gave_up.then(|| attempts - 1);
            ErrorBody::Service(
                code.to_string(),
                messages::operation(error.operation, retries),
                error.message.to_string(),
            )
        }
        (None, Endpoint::Custom(url)) if error.kind == ErrorKind::Unreachable => {
            let root = if url.matches('/').count() < 3 { "/" } else { "" };
            ErrorBody::Sentence(messages::connection_failed(&format!("{url}{root}")))
        }
        _ if error.kind.lacks_credentials() => return no_credentials(error),
        _ => ErrorBody::Sentence(error.to_string()),
    };
    CliError(open_session::exit_for(error).code(), body)
}

/// Converts an error of credentials. As in the AWS CLI, `NoCredentials` means
/// that there is no source; a source that fails is a general error.
fn no_credentials(error: &ServiceError) -> CliError {
    if error.kind != ErrorKind::NoCredentials {
        return general_error(&with_hint(error));
    }
    let message = if *error.message == *aws::NO_CREDENTIALS_MESSAGE {
        messages::NO_CREDENTIALS.to_owned()
    } else {
        with_hint(error)
    };
    CliError(Exit::NoCredentials.code(), ErrorBody::Cli("NoCredentials", message))
}

/// Converts an error of [`prepare`]: no session could be opened, or it has no
/// credentials.
async fn prepare_failed(error: &ServiceError, context: &CommandContext) -> CliError {
    if error.kind == ErrorKind::Settings
        && let Some(profile) = missing_profile(context).await
    {
        return profile_not_found(&profile);
    }
    let body = match error.kind {
        kind if kind.lacks_credentials() => return no_credentials(error),
        ErrorKind::Settings => ErrorBody::Sentence(with_hint(error)),
        _ => ErrorBody::Sentence(error.to_string()),
    };
    CliError(open_session::exit_for(error).code(), body)
}

fn with_hint(error: &ServiceError) -> String {
    let hint = error.hint.as_deref().map(|hint| format!(" {hint}")).unwrap_or_default();
    format!("{}{hint}", error.message)
}

/// Returns the name of the profile if the AWS configuration does not have it.
async fn missing_profile(context: &CommandContext) -> Option<String> {
    let named = context.settings.profile.value.clone();
    let named = named.or_else(|| Environment::Process.get("AWS_DEFAULT_PROFILE"))?;
    let profiles = aws::list_profiles(&Environment::Process).await.ok()?;
    (!profiles.iter().any(|profile| *profile.name == *named))
        .then(|| crate::model::escape_hidden(&named).into_owned())
}

fn profile_not_found(profile: &str) -> CliError {
    general_error(&messages::profile_not_found(profile))
}

fn general_error(sentence: &str) -> CliError {
    CliError(Exit::Failed.code(), ErrorBody::Sentence(sentence.to_owned()))
}

fn print_error(format: ErrorFormat, error: &CliError) -> Exit {
    Exit::refused(error.0, &format.render(error))
}
