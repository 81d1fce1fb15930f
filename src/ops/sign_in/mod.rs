//! Signing in to IAM Identity Center with a code that the user approves in a browser on any
//! machine.
//!
//! ```text
//! code ──► shown, with whose request it is ──► asked about at the service's pace ──► token cached
//! ```
//!
//! No lock and no file is held while waiting. The token is saved in the AWS CLI's cache.

mod browser;
mod callback;
mod large_text;
pub(crate) mod messages;
mod poll_schedule;
mod prompt;
mod qr_code;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::aws::{DeviceCode, SignIn, SignInError, TokenReply};
use crate::model::ServiceError;
use callback::Callback;
use poll_schedule::{PollSchedule, Reply};

pub(crate) use browser::{browser_command, open_browser};
pub(crate) use large_text::large_text;
pub(crate) use prompt::SignInPrompt;
pub(crate) use qr_code::{Inks, qr_code};

/// Progress of a sign-in.
#[derive(Clone, Debug)]
pub(crate) enum SignInStep {
    /// The code waits for its approval, or the address for the browser.
    Code(SignInPrompt),
    /// The service does not answer, with the error; `None` once it answers again.
    Unanswered(Option<Arc<ServiceError>>),
}

/// Signs in. Reports each step. Returns the end of the token, which is in the cache then. Dropping
/// the work cancels it; the code then expires by itself.
///
/// # Errors
/// Returns an error if the token could not be saved, if the code was refused or has expired, or if
/// the service refuses a call or cannot be reached at the start.
pub(crate) async fn sign_in(
    sign_in: &SignIn,
    mut on_step: impl FnMut(SignInStep),
) -> Result<Timestamp, SignInError> {
    let code = sign_in.start().await?;
    let prompt = SignInPrompt::new(sign_in, &code)?;
    on_step(SignInStep::Code(prompt));
    wait_for_approval(sign_in, &code, on_step).await
}

/// Time for the sign-in in the browser.
const BROWSER_LIMIT: Duration = Duration::from_mins(10);

/// Signs in with a browser of this machine, whose response is one request to 127.0.0.1. Reports the
/// address to open, once it is listened for. Returns the end of the token, which is in the cache
/// then.
///
/// # Errors
/// Returns an error if the token could not be saved, if no port can be listened on, if the sign-in
/// is refused or does not end within 10 minutes, or if the service refuses a
/// call or cannot be reached.
pub(crate) async fn sign_in_with_browser(
    sign_in: &SignIn,
    on_step: impl FnOnce(SignInStep),
) -> Result<Timestamp, SignInError> {
    let callback = Callback::listen().await.map_err(SignInError::NoListener)?;
    let port = callback.port().map_err(SignInError::NoListener)?;
    let request = sign_in.start_in_browser(port).await?;
    on_step(SignInStep::Code(SignInPrompt::for_browser(sign_in, &request, BROWSER_LIMIT)?));
    let code = tokio::time::timeout(BROWSER_LIMIT, callback.code(&request.state)).await;
    let code = code.map_err(|_| SignInError::Expired)??;
    sign_in.redeem_code(&request, &code).await
}

async fn wait_for_approval(
    sign_in: &SignIn,
    code: &DeviceCode,
    mut on_step: impl FnMut(SignInStep),
) -> Result<Timestamp, SignInError> {
    let start = Instant::now();
    let mut schedule = PollSchedule::new(code.interval, code.lifetime);
    let mut is_answered = true;
    while let Some(next) = schedule.next() {
        tokio::time::sleep_until(start + next).await;
        let reply = match sign_in.request_token(code).await {
            Ok(TokenReply::SignedIn(end)) => return Ok(end),
            Ok(TokenReply::Pending) => Reply::Pending,
            Ok(TokenReply::SlowDown) => Reply::SlowDown,
            Err(SignInError::Call(error)) if error.kind.is_transient() => {
                is_answered = false;
                on_step(SignInStep::Unanswered(Some(Arc::new(error))));
                Reply::None
            }
            Err(error) => return Err(error),
        };
        if reply != Reply::None && !is_answered {
            is_answered = true;
            on_step(SignInStep::Unanswered(None));
        }
        schedule.note(reply, start.elapsed());
    }
    Err(SignInError::Expired)
}
