//! Where a command works: opens its session, asks for a code where a profile
//! wants one, and turns failures into exit codes.

use crate::aws::Session;
use crate::commands::interrupts::Interrupts;
use crate::commands::out::{self, Exit};
use crate::commands::{Context, ask};
use crate::model::Secret;
use crate::model::{ErrorKind, Place, ServiceError, SessionId};

/// Commands open one session, but for `find --all-profiles`.
const ONLY: SessionId = SessionId(1);

/// Opens the session. Nothing is sent.
///
/// # Errors
/// The exit code; the reason has been said.
pub(super) async fn open(context: &Context) -> Result<Session, Exit> {
    context.opener.open(ONLY, None).await.map_err(|error| failed(&error))
}

/// Finds out where the session is.
///
/// # Errors
/// The exit code; the reason has been said.
pub(super) async fn identify(context: &Context, session: &Session, interrupts: &mut Interrupts) -> Result<Place, Exit> {
    loop {
        let error = match interrupts.or(context.opener.identify(session)).await? {
            Ok(place) => return Ok(place),
            Err(error) => error,
        };
        let Some(device) = session.awaits_mfa_code().filter(|_| ask::is_possible()) else {
            return Err(failed(&error));
        };
        let question = format!("The code that the MFA device {device} shows: ");
        match ask::line(&question, interrupts).await? {
            Some(code) if !code.is_empty() => session.give_mfa_code(Secret::new(&code)),
            _ => return Err(failed(&error)),
        }
    }
}

/// Says what failed, and gives the exit code for it.
pub(super) fn failed(error: &ServiceError) -> Exit {
    out::say(&error.to_string());
    exit_of(error)
}

/// The exit code for a failed call.
pub(super) fn exit_of(error: &ServiceError) -> Exit {
    match (error.kind, &error.code) {
        (ErrorKind::NoCredentials, _) => Exit::NoCredentials,
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
