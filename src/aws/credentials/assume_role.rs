//! Assuming a role as its profile says: with the MFA code, the external ID
//! and the duration that the SDK's profile provider leaves out.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sts::types::AssumedRoleUser;

use crate::aws::credentials::profile_chain::RoleConfig;
use crate::aws::errors::classify::{classify, unreadable_response};
use crate::aws::errors::hints::ErrorContext;
use crate::aws::sdk_clients::{ClientFactory, ClientRole};
use crate::model::{Arn, Secret, ServiceError};

const OPERATION: &str = "AssumeRole";

/// The role's credentials, asked for with `base`.
///
/// # Errors
/// STS's refusal, or no answer.
pub(in crate::aws) async fn assume_role(
    client_factory: &ClientFactory,
    base: Credentials,
    role: &RoleConfig,
    code: Option<&Secret>,
) -> Result<Credentials, ServiceError> {
    let client = client_factory.sts(ClientRole::Screen, Some(SharedCredentialsProvider::new(base)));
    let error_context = ErrorContext::for_endpoint(&client_factory.target.endpoint());
    let answer = client
        .assume_role()
        .role_arn(&role.arn)
        .role_session_name(role.session_name.clone().unwrap_or_else(session_name))
        .set_external_id(role.external_id.clone())
        .set_duration_seconds(duration_seconds(role))
        .set_serial_number(code.and(role.mfa_serial.clone()))
        .set_token_code(code.map(|code| code.reveal().to_owned()))
        .send()
        .await
        .map_err(|error| classify(OPERATION, &error, &error_context))?;
    let credentials = answer.credentials();
    let credentials = credentials
        .ok_or_else(|| unreadable_response(OPERATION, "STS's answer holds no credentials"))?;
    Ok(into_credentials(credentials, answer.assumed_role_user(), OPERATION))
}

/// STS's answer as credentials that know their end and their account.
pub(in crate::aws) fn into_credentials(
    credentials: &aws_sdk_sts::types::Credentials,
    user: Option<&AssumedRoleUser>,
    operation: &'static str,
) -> Credentials {
    let mut made = Credentials::builder()
        .access_key_id(credentials.access_key_id())
        .secret_access_key(credentials.secret_access_key())
        .session_token(credentials.session_token())
        .provider_name(operation);
    made.set_expiry(SystemTime::try_from(*credentials.expiration()).ok());
    let account = user.and_then(|user| account_in_arn(user.arn()));
    made.set_account_id(account.map(Into::into));
    made.build()
}

/// The role's `duration_seconds`.
pub(in crate::aws) fn duration_seconds(role: &RoleConfig) -> Option<i32> {
    role.duration.and_then(|duration| i32::try_from(duration.as_secs()).ok())
}

/// The account in an ARN.
fn account_in_arn(arn: &str) -> Option<String> {
    let account = arn.split(':').nth(4)?;
    (!account.is_empty()).then(|| Arn::from_service(account).as_str().to_owned())
}

/// CloudTrail shows the session's name: it says which program it was.
pub(in crate::aws) fn session_name() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    format!("keyflip-{now}")
}
