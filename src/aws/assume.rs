//! Assuming a role as its profile says: with the MFA code, the external ID
//! and the duration that the SDK's profile provider leaves out.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;

use crate::aws::advice::Circumstances;
use crate::aws::chain::Role;
use crate::aws::clients::{Parts, Use};
use crate::aws::errors::{sort, unreadable};
use crate::model::Secret;
use crate::model::{Arn, ServiceError};

const OPERATION: &str = "AssumeRole";

/// The role's credentials, asked for with `base`.
///
/// # Errors
/// STS's refusal, or no answer.
pub(super) async fn assume(
    parts: &Parts,
    base: Credentials,
    role: &Role,
    code: Option<&Secret>,
) -> Result<Credentials, ServiceError> {
    let client = parts.sts(Use::Screen, SharedCredentialsProvider::new(base));
    let circumstances = Circumstances::at(&parts.target.endpoint());
    let seconds = role.duration.and_then(|d| i32::try_from(d.as_secs()).ok());
    let answer = client
        .assume_role()
        .role_arn(&role.arn)
        .role_session_name(role.session_name.clone().unwrap_or_else(session_name))
        .set_external_id(role.external_id.clone())
        .set_duration_seconds(seconds)
        .set_serial_number(code.and(role.mfa_serial.clone()))
        .set_token_code(code.map(|code| code.reveal().to_owned()))
        .send()
        .await
        .map_err(|error| sort(OPERATION, &error, &circumstances))?;
    let Some(credentials) = answer.credentials() else {
        return Err(unreadable(OPERATION, "STS's answer holds no credentials"));
    };
    let mut made = Credentials::builder()
        .access_key_id(credentials.access_key_id())
        .secret_access_key(credentials.secret_access_key())
        .session_token(credentials.session_token())
        .provider_name("AssumeRole");
    made.set_expiry(SystemTime::try_from(*credentials.expiration()).ok());
    let account = answer.assumed_role_user().and_then(|user| account_of(user.arn()));
    made.set_account_id(account.map(Into::into));
    Ok(made.build())
}

/// The account in an ARN.
fn account_of(arn: &str) -> Option<String> {
    let account = arn.split(':').nth(4)?;
    (!account.is_empty()).then(|| Arn::remote(account).as_str().to_owned())
}

/// CloudTrail shows the session's name: it says which program it was.
fn session_name() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    format!("keyflip-{now}")
}
