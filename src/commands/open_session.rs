//! Opens the session of a command, asks for an MFA code if a profile requires
//! one, and converts errors to exit codes.

use crate::aws::Session;
use crate::changes::Journal;
use crate::commands::error::CommandError;
use crate::commands::exit::Interrupted;
use crate::commands::interrupts::Interrupts;
use crate::commands::messages;
use crate::commands::output;
use crate::commands::read_retry::ReadRetry;
use crate::commands::{CommandContext, prompt};
use crate::model::{INVALID_MFA_CODE_MESSAGE, Secret, ServiceError, SessionContext, SessionId};

/// The ID of a command's session; only `find --all-profiles` has several.
const COMMAND_SESSION_ID: SessionId = SessionId(1);

/// Opens the session. Sends nothing.
///
/// # Errors
/// Returns an error if the settings or the credentials cannot be used.
pub(super) async fn open(context: &CommandContext) -> Result<Session, CommandError> {
    warn_if_tls_unverified(context);
    Ok(context.session_factory.open(COMMAND_SESSION_ID, None).await?)
}

/// Reads the account and the caller of the session.
///
/// # Errors
/// Returns an error if the settings or the credentials cannot be used.
pub(super) async fn identify(
    context: &CommandContext,
    session: &Session,
    interrupts: &mut Interrupts,
) -> Result<SessionContext, CommandError> {
    let retry = ReadRetry::new();
    let read = async || retry.retry(async || context.session_factory.identify(session).await).await;
    Ok(with_mfa_code(session, interrupts, read).await??)
}

/// Does `work`, which needs credentials. If these need an MFA code and there is
/// a terminal, asks for it until one is accepted.
///
/// # Errors
/// The outer error is an interrupt, the inner one that of `work`.
pub(super) async fn with_mfa_code<T>(
    session: &Session,
    interrupts: &mut Interrupts,
    work: impl AsyncFn() -> Result<T, ServiceError>,
) -> Result<Result<T, ServiceError>, Interrupted> {
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
        let question = messages::mfa_code_question(&device);
        match prompt::read_line(&question, interrupts).await? {
            Some(code) if !code.is_empty() => match Secret::mfa_code(&code) {
                Some(code) => session.submit_mfa_code(code),
                None => output::eprint_line(INVALID_MFA_CODE_MESSAGE),
            },
            _ => return Ok(Err(error)),
        }
    }
}

/// Prints a warning if certificates are not verified.
pub(super) fn warn_if_tls_unverified(context: &CommandContext) {
    if context.global.no_verify_ssl {
        output::eprint_line(messages::TLS_NOT_VERIFIED);
    }
}

/// Prints a warning if others can write to the journal. Returns whether they can.
pub(super) fn warn_of_journal(journal: &Journal) -> bool {
    let warning = journal.warning();
    if let Some(warning) = &warning {
        output::eprint_line(warning);
    }
    warning.is_some()
}

/// Returns the account, the caller, the source of the credentials, and `NOT AWS`
/// with the URL if the endpoint is not one of AWS.
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
