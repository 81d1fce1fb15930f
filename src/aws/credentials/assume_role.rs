//! AssumeRole with all settings of a profile, including the MFA code and the duration, which the
//! SDK's profile provider ignores. Settings:
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html>.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sts::types::AssumedRoleUser;

use crate::aws::client_role::ClientRole;
use crate::aws::credentials::profile_chain::RoleConfig;
use crate::aws::errors::classify::{classify, unreadable_response};
use crate::aws::errors::hints::ErrorContext;
use crate::aws::messages;
use crate::aws::sdk_clients::ClientFactory;
use crate::model::{Arn, Caller, Secret, ServiceError};

const OPERATION: &str = "AssumeRole";

/// Assumes the role with the credentials `base`. Returns its credentials, and the caller that they
/// stand for. One call:
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>.
///
/// # Errors
/// Returns an error if STS refuses or cannot be reached.
pub(in crate::aws) async fn assume_role(
    client_factory: &ClientFactory,
    base: Credentials,
    role: &RoleConfig,
    code: Option<&Secret>,
) -> Result<(Credentials, Option<Caller>), ServiceError> {
    let error_context =
        ErrorContext::for_endpoint(&client_factory.config.endpoint()).signed_with(&base);
    let client = client_factory.sts(ClientRole::Screen, Some(SharedCredentialsProvider::new(base)));
    let response = client
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
    let credentials = response
        .credentials()
        .ok_or_else(|| unreadable_response(OPERATION, messages::NO_CREDENTIALS_IN_RESPONSE))?;
    let user = response.assumed_role_user();
    let caller = user.and_then(|user| {
        let arn = Arn::from_service(user.arn());
        Some(Caller { account: arn.account()?, arn })
    });
    Ok((into_credentials(credentials, user, OPERATION), caller))
}

/// Converts credentials of an STS response, with their expiry and account.
pub(in crate::aws) fn into_credentials(
    credentials: &aws_sdk_sts::types::Credentials,
    user: Option<&AssumedRoleUser>,
    operation: &'static str,
) -> Credentials {
    let mut converted = Credentials::builder()
        .access_key_id(credentials.access_key_id())
        .secret_access_key(credentials.secret_access_key())
        .session_token(credentials.session_token())
        .provider_name(operation);
    converted.set_expiry(SystemTime::try_from(*credentials.expiration()).ok());
    let account = user.and_then(|user| Arn::from_service(user.arn()).account());
    converted.set_account_id(account.map(|account| account.as_str().into()));
    converted.build()
}

/// Returns the role's `duration_seconds`, if set.
pub(in crate::aws) fn duration_seconds(role: &RoleConfig) -> Option<i32> {
    role.duration.and_then(|duration| i32::try_from(duration.as_secs()).ok())
}

/// Returns the default session name, `keyflip-SECONDS`. CloudTrail shows it with every call.
pub(in crate::aws) fn session_name() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    format!("keyflip-{now}")
}
