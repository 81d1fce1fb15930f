//! Makes the call, and records it in the journal before and after.

use std::sync::Arc;

use super::error::UpdateError;
use super::error_format::{ErrorFormat, UpdateErrors};
use super::request::UpdateRequest;
use crate::aws::{self, Environment, Session, SettingsError, Writer};
use crate::changes::{ChangeOrigin, ChangeRequest};
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::messages::change::abandoned;
use crate::commands::progress::during_wait;
use crate::commands::running_changes::{ChangeEnd, RunningChanges};
use crate::commands::{CommandContext, mfa, open_session, output};
use crate::model::{
    Caller, ChangeReport, ErrorKind, KeyChange, NotSentReason, Outcome, ServiceError, SessionId,
    Verification,
};

/// The ID of the only session.
const SESSION_ID: SessionId = SessionId(1);

/// Makes the call.
///
/// # Errors
/// Returns the errors of the call, or why it could not begin.
pub(super) fn run(request: UpdateRequest, format: ErrorFormat) -> Result<Exit, CommandError> {
    let context = CommandContext::load(&request.global)?;
    let text = request.output.clone();
    block_on(async |interrupts| {
        let sent = Box::pin(send(request, &context, interrupts)).await;
        let errors = sent.unwrap_or_else(|error| vec![error]);
        if errors.is_empty() {
            return output::print(&text);
        }
        Err(CommandError::UpdateAccessKey(UpdateErrors { errors, format }))
    })
}

/// Makes the call. Returns its errors; there may be one after IAM has accepted
/// the change, too.
///
/// # Errors
/// Returns an error if nothing was sent.
async fn send(
    request: UpdateRequest,
    context: &CommandContext,
    mut interrupts: Interrupts,
) -> Result<Vec<UpdateError>, UpdateError> {
    let PreparedCall { session, writer, change_origin, caller } =
        prepare(context, &mut interrupts).await?;
    let writer = writer.ok_or(UpdateError::NotSent(NotSentReason::ReadOnly))?;
    let journal = context.journal().map_err(UpdateError::Journal)?;
    open_session::warn_of_journal(&journal);
    let change = key_change(request, context, &session, caller);
    let request = ChangeRequest {
        change,
        change_origin: change_origin.clone(),
        limits: context.session_factory.limits(),
    };
    let key = request.change.key.clone();
    let running = RunningChanges::new(&interrupts);
    let change_report = match during_wait(running.run(writer, journal, request)).await {
        ChangeEnd::Ended(report) => report,
        ChangeEnd::NotStarted => return Err(UpdateError::Interrupted),
        ChangeEnd::Abandoned(ends_by) => {
            let sentence = abandoned(&key, ends_by, &change_origin.label());
            return Ok(vec![
                UpdateError::Interrupted,
                UpdateError::Outcome(Exit::Interrupted, sentence),
            ]);
        }
    };
    let mut errors = outcome_errors(&change_report, &change_origin, session.max_attempts());
    if interrupts.is_set() {
        errors.insert(0, UpdateError::Interrupted);
    }
    Ok(errors)
}

/// The session and context of the call.
struct PreparedCall {
    session: Session,
    writer: Option<Writer>,
    change_origin: ChangeOrigin,
    /// The caller, if it was read.
    caller: Option<Caller>,
}

/// Opens the session and resolves the credentials. Sends nothing, unless the
/// configuration has rules for accounts.
async fn prepare(
    context: &CommandContext,
    interrupts: &mut Interrupts,
) -> Result<PreparedCall, UpdateError> {
    if context.global.role.is_some() && context.global.account.is_none() {
        return Err(not_prepared(CommandError::RoleWithoutAccount));
    }
    if context.global.account.is_some() {
        return prepare_in_account(context, interrupts).await;
    }
    open_session::warn_if_tls_unverified(context);
    let session = match interrupts.race(context.session_factory.open(SESSION_ID, None)).await? {
        Ok(session) => session,
        Err(error) => return Err(not_opened(error, context).await),
    };
    let failed = |error| UpdateError::Call {
        error: Box::new(error),
        retries: None,
        endpoint: Some(session.endpoint()),
    };
    // The AWS CLI makes no call with such a setting.
    if let Some(SettingsError { message, hint }) = session.invalid_retry_setting() {
        let error = ServiceError::new(ErrorKind::Settings, "UpdateAccessKey", message);
        return Err(failed(error.with_hint(hint)));
    }
    let account =
        mfa::with_mfa_code(&session, interrupts, async || session.signing_account().await)
            .await?
            .map_err(failed)?;
    let (change_origin, caller, read_only) = if context.settings.has_account_rules() {
        // Only STS knows for sure which account it is.
        let identified = interrupts.race(context.session_factory.identify(&session)).await?;
        let session_context = identified.map_err(failed)?;
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
        let rule = context.settings.read_only_by(change_origin.profile.as_deref(), None);
        (change_origin, None, rule.is_some())
    };
    let writer = session.writer().filter(|_| !read_only);
    Ok(PreparedCall { session, writer, change_origin, caller })
}

/// Opens a session in the account of `--account`.
async fn prepare_in_account(
    context: &CommandContext,
    interrupts: &mut Interrupts,
) -> Result<PreparedCall, UpdateError> {
    let opened = open_session::open(context, interrupts).await.map_err(not_prepared)?;
    let session_context = open_session::identify(context, &opened, interrupts).await;
    let session_context = session_context.map_err(not_prepared)?;
    let session = opened.session;
    let writer = session.writer().filter(|_| !session_context.read_only);
    let change_origin = ChangeOrigin::from(&session_context);
    Ok(PreparedCall { session, writer, change_origin, caller: Some(session_context.caller) })
}

/// Converts the error of a session in the account of `--account`.
fn not_prepared(error: CommandError) -> UpdateError {
    let not_called = |error| UpdateError::Call { error, retries: None, endpoint: None };
    match error {
        CommandError::Interrupted => UpdateError::Interrupted,
        CommandError::Service(error) => not_called(Box::new(error)),
        CommandError::NotEntered(_, error) => not_called(error),
        error => UpdateError::Outcome(error.exit(), error.to_string()),
    }
}

/// Converts the error of a session that cannot be opened: the profile does not
/// exist, or something else is wrong.
async fn not_opened(error: ServiceError, context: &CommandContext) -> UpdateError {
    if error.kind == ErrorKind::Settings {
        let named = context.settings.profile.value.clone();
        let profiles = aws::list_profiles(&Environment::Process).await;
        if let (Some(named), Ok(profiles)) = (named, profiles)
            && !profiles.iter().any(|profile| *profile.name == *named)
        {
            return UpdateError::UnknownProfile(named);
        }
    }
    UpdateError::Call { error: Box::new(error), retries: None, endpoint: None }
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
        session: session.id(),
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
        batch: None,
        plan: None,
    }
}

/// Returns what went wrong, if anything did.
fn outcome_errors(
    report: &ChangeReport,
    change_origin: &ChangeOrigin,
    max_attempts: u32,
) -> Vec<UpdateError> {
    let sentence = report.sentence(change_origin);
    let failed = |error: &ServiceError| {
        let gave_up = error.kind.is_transient() && report.attempts >= max_attempts;
        UpdateError::Call {
            error: Box::new(error.clone()),
            retries: gave_up.then(|| report.attempts - 1),
            endpoint: Some(change_origin.endpoint.clone()),
        }
    };
    let error = match &report.outcome {
        Outcome::Accepted | Outcome::Verified { .. } => None,
        Outcome::Refused(error) | Outcome::NotSent(NotSentReason::Call(error)) => {
            Some(failed(error))
        }
        Outcome::Unknown { error, .. } if error.code.is_some() => Some(failed(error)),
        Outcome::NotSent(why) => Some(UpdateError::NotSent(why.clone())),
        Outcome::Unknown { .. } => {
            return vec![UpdateError::Outcome(Exit::Failed, sentence)];
        }
        Outcome::Unverified { .. } => {
            return vec![UpdateError::Outcome(Exit::Partial, sentence)];
        }
    };
    // The AWS CLI has no words for these. The exit code is still that of the call.
    let is_unknown = match &report.outcome {
        // An earlier attempt may have had an effect, if this error says that there was none.
        Outcome::Unknown { error, .. } => {
            report.change.verification != Verification::None || !error.kind.is_ambiguous()
        }
        _ => false,
    };
    let has_more = is_unknown || report.journal_error.is_some();
    let exit = error.as_ref().map_or(Exit::Done, UpdateError::exit);
    error.into_iter().chain(has_more.then_some(UpdateError::Outcome(exit, sentence))).collect()
}
