//! Where a command works: opens its session, asks for a code where a profile
//! wants one, and turns failures into exit codes.

use crate::aws::Session;
use crate::changes::Journal;
use crate::commands::interrupts::Interrupts;
use crate::commands::out::{self, Exit};
use crate::commands::patience::Patience;
use crate::commands::{Context, ask};
use crate::model::{NO_MFA_CODE, Place, Secret, ServiceError, SessionId};

/// Commands open one session, but for `find --all-profiles`.
const ONLY: SessionId = SessionId(1);

/// Opens the session. Nothing is sent.
///
/// # Errors
/// The exit code; the reason has been said.
pub(super) async fn open(context: &Context) -> Result<Session, Exit> {
    warn(context);
    context.opener.open(ONLY, None).await.map_err(|error| failed(&error))
}

/// Finds out where the session is.
///
/// # Errors
/// The exit code; the reason has been said.
pub(super) async fn identify(context: &Context, session: &Session, interrupts: &mut Interrupts) -> Result<Place, Exit> {
    let patience = Patience::new();
    let ask = async || patience.ask(async || context.opener.identify(session).await).await;
    let place = with_code(session, interrupts, ask).await?;
    place.map_err(|error| failed(&error))
}

/// Does what needs credentials. Where they need the code of an MFA device and
/// there is somebody to ask, asks for it, until one will do.
///
/// # Errors
/// Outside: it was interrupted. Inside: the work's own.
pub(super) async fn with_code<T>(
    session: &Session,
    interrupts: &mut Interrupts,
    work: impl AsyncFn() -> Result<T, ServiceError>,
) -> Result<Result<T, ServiceError>, Exit> {
    loop {
        let error = match interrupts.or(work()).await? {
            Ok(done) => return Ok(Ok(done)),
            Err(error) => error,
        };
        let Some(device) = session.awaits_mfa_code().filter(|_| ask::is_possible()) else {
            return Ok(Err(error));
        };
        if session.refused_mfa_code() {
            out::say(&error.to_string());
        }
        let question = format!("The code that the MFA device {device} shows: ");
        match ask::line(&question, interrupts).await? {
            Some(code) if !code.is_empty() => match Secret::mfa_code(&code) {
                Some(code) => session.give_mfa_code(code),
                None => out::say(NO_MFA_CODE),
            },
            _ => return Ok(Err(error)),
        }
    }
}

/// Says that nobody checks who answers, where that is so.
pub(super) fn warn(context: &Context) {
    if context.global.no_verify_ssl {
        out::say("Warning: with --no-verify-ssl nobody checks that it is AWS who answers.");
    }
}

/// Says who else can write to the journal; false where nobody can.
pub(super) fn warn_of_journal(journal: &Journal) -> bool {
    let warning = journal.warning();
    if let Some(warning) = &warning {
        out::say(warning);
    }
    warning.is_some()
}

/// Says what failed, and gives the exit code for it.
pub(super) fn failed(error: &ServiceError) -> Exit {
    out::say(&error.to_string());
    exit_of(error)
}

/// The exit code for a failed call.
pub(super) fn exit_of(error: &ServiceError) -> Exit {
    match (error.kind, &error.code) {
        (kind, _) if kind.is_unsigned() => Exit::NoCredentials,
        (_, Some(_)) => Exit::Refused,
        (_, None) => Exit::Failed,
    }
}

/// Account, caller, the source of the credentials, and whether it is AWS.
pub(super) fn label(place: &Place) -> String {
    let mut text = format!("{} as {} ({})", place.account_label(), place.caller.arn, place.source);
    if let Some(not_aws) = place.not_aws() {
        text.push_str(", ");
        text.push_str(&not_aws);
    }
    text
}
