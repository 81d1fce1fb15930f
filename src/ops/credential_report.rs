//! Reading of an account's [credential
//! report](https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html).

use crate::aws::Session;
use crate::inventory::report_poll_interval;
use crate::model::{AccountId, CredentialReport, ErrorKind, ServiceError};

/// Requests the report of the session's account and reads it. IAM generates a new one only if the
/// last one is older than four hours.
///
/// # Errors
/// Returns an error if a call fails, or if the report is not ready in time.
pub(crate) async fn read_report(
    session: &Session,
    account: &AccountId,
) -> Result<CredentialReport, ServiceError> {
    let reader = session.screen_reader();
    reader.generate_report().await?;
    let mut polls = 0;
    loop {
        let report = reader.report().await;
        let is_pending = report.as_ref().is_err_and(|error| error.kind == ErrorKind::NotReady);
        let Some(pause) = report_poll_interval(polls).filter(|_| is_pending) else {
            let mut report = report?;
            report.set_aside_other_accounts(account);
            return Ok(report);
        };
        tokio::time::sleep(pause).await;
        polls += 1;
    }
}
