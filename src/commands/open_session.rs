//! Where a command works: opens its session, asks for a code where a profile
//! wants one, and turns failures into exit codes.

use crate::aws::Session;
use crate::changes::Journal;
use crate::commands::interrupts::Interrupts;
use crate::commands::output;
use crate::commands::output::Exit;
use crate::commands::read_retry::ReadRetry;
use crate::commands::{CommandContext, prompt};
use crate::model::{INVALID_MFA_CODE_MESSAGE, Secret, ServiceError, SessionContext, SessionId};

/// Commands open one session, but for `find --all-profiles`.
const SESSION_ID: SessionId = SessionId(1);

/// Opens the session. Nothing is sent.
///
/// # Errors
/// The exit code; the reason has been said.
pub(super) async fn open(context: &CommandContext) -> Result<Session, Exit> {
    warn_if_tls_unverified(context);
    context.session_factory.open(SESSION_ID, None).await.map_err(|error| report_failure(&error))
}

/// Finds out where the session is.
///
/// # Errors
/// The exit code; the reason has been said.
pub(super) async fn identify(
    context: &CommandContext,
    session: &Session,
    interrupts: &mut Interrupts,
) -> Result<SessionContext, Exit> {
    let patience = ReadRetry::new();
    let ask =
        async || patience.retry(async || context.session_factory.identify(session).await).await;
    let session_context = with_mfa_code(session, interrupts, ask).await?;
    session_context.map_err(|error| report_failure(&error))
}

/// Does what needs credentials. Where they need the code of an MFA device and
/// there is somebody to ask, asks for it, until one will do.
///
/// # Errors
/// Outside: it was interrupted. Inside: the work's own.
pub(super) async fn with_mfa_code<T>(
    session: &Session,
    interrupts: &mut Interrupts,
    work: impl AsyncFn() -> Result<T, ServiceError>,
) -> Result<Result<T, ServiceError>, Exit> {
    loop {
        let error = match interrupts.race(work()).await? {
            Ok(done) => return Ok(Ok(done)),
            Err(error) => error,
        };
        let Some(device) = session.awaits_mfa_code().filter(|_| prompt::can_prompt()) else {
            return Ok(Err(error));
        };
        if session.refused_mfa_code() {
            output::eprint_line(&error.to_string());
        }
        let question = format!("The code that the MFA device {device} shows: ");
        match prompt::read_line(&question, interrupts).await? {
            Some(code) if !code.is_empty() => match Secret::mfa_code(&code) {
                Some(code) => session.give_mfa_code(code),
                None => output::eprint_line(INVALID_MFA_CODE_MESSAGE),
            },
            _ => return Ok(Err(error)),
        }
    }
}

/// Says that nobody checks who answers, where that is so.
pub(super) fn warn_if_tls_unverified(context: &CommandContext) {
    if context.global.no_verify_ssl {
        output::eprint_line(
            "Warning: with --no-verify-ssl nobody checks that it is AWS who answers.",
        );
    }
}

/// Says who else can write to the journal; false where nobody can.
pub(super) fn warn_of_journal(journal: &Journal) -> bool {
    let warning = journal.warning();
    if let Some(warning) = &warning {
        output::eprint_line(warning);
    }
    warning.is_some()
}

/// Says what failed, and gives the exit code for it.
pub(super) fn report_failure(error: &ServiceError) -> Exit {
    output::eprint_line(&error.to_string());
    exit_for(error)
}

/// The exit code for a failed call.
pub(super) fn exit_for(error: &ServiceError) -> Exit {
    match (error.kind, &error.code) {
        (kind, _) if kind.lacks_credentials() => Exit::NoCredentials,
        (_, Some(_)) => Exit::Refused,
        (_, None) => Exit::Failed,
    }
}

/// Account, caller, the source of the credentials, and whether it is AWS.
pub(super) fn context_label(session_context: &SessionContext) -> String {
    let mut text = format!(
        "{} as {} ({})",
        session_context.account_label(),
        session_context.caller.arn,
        session_context.source
    );
    if let Some(not_aws) = session_context.not_aws_label() {
        text.push_str(", ");
        text.push_str(&not_aws);
    }
    text
}
