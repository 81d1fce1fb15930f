//! Asks for an MFA code if credentials require one.

use crate::aws::Session;
use crate::commands::exit::Interrupted;
use crate::commands::interrupts::Interrupts;
use crate::commands::{messages, output, prompt};
use crate::model::{INVALID_MFA_CODE_MESSAGE, Secret, ServiceError};

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
