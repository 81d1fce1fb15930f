//! Caller of a session. STS is asked when a session opens, and again whenever its credentials
//! are renewed with another access key, before that key signs anything else.

use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;

use crate::aws::client_role::ClientRole;
use crate::aws::errors::classify::{CredentialSourceError, classify, unreadable_response};
use crate::aws::errors::hints::ErrorContext;
use crate::aws::http::call_stats::CallCounter;
use crate::aws::messages;
use crate::aws::sdk_clients::ClientFactory;
use crate::model::{AccountId, Arn, Caller, Endpoint, ErrorKind, KeyId, ServiceError};

/// An access key and its caller.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::aws) struct KeyCaller {
    /// ID of the access key that signed the call.
    pub key: Arc<str>,
    /// Caller according to STS, or to IAM if the service has no STS.
    pub caller: Caller,
    /// Whether the service has no STS, so that IAM named the caller.
    pub without_sts: bool,
}

/// Calls GetCallerIdentity with these credentials. It needs no permission:
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>. A service
/// other than AWS that has no STS is asked for the IAM user instead.
///
/// # Errors
/// Returns an error if STS refuses or cannot be reached.
pub(in crate::aws) async fn caller_of_key(
    client_factory: &ClientFactory,
    credentials: Credentials,
    error_context: &ErrorContext,
) -> Result<KeyCaller, ServiceError> {
    let key = credentials.access_key_id().into();
    let error_context = &error_context.clone().signed_with(&credentials);
    let provider = SharedCredentialsProvider::new(credentials);
    let client = client_factory.sts(ClientRole::Screen, Some(provider.clone()));
    let (caller, without_sts) = match get_caller(&client, error_context).await {
        Err(error)
            if error.kind == ErrorKind::Unsupported
                && client_factory.config.endpoint() != Endpoint::Aws =>
        {
            (get_own_user(client_factory, provider).await.ok_or(error)?, true)
        }
        caller => (caller?, false),
    };
    Ok(KeyCaller { key, caller, without_sts })
}

/// Calls GetUser for the user whose key signs:
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html>.
async fn get_own_user(
    client_factory: &ClientFactory,
    provider: SharedCredentialsProvider,
) -> Option<Caller> {
    let client = client_factory.iam(ClientRole::Screen, provider, &CallCounter::default());
    let response = client.get_user().send().await.ok()?;
    let arn = Arn::from_service(response.user()?.arn());
    let account = arn.account().unwrap_or_else(AccountId::unknown);
    Some(Caller { account, arn })
}

/// Calls GetCallerIdentity through this client.
///
/// # Errors
/// Returns an error if STS refuses or cannot be reached.
pub(in crate::aws) async fn get_caller(
    client: &aws_sdk_sts::Client,
    error_context: &ErrorContext,
) -> Result<Caller, ServiceError> {
    const OPERATION: &str = "GetCallerIdentity";
    let response = client.get_caller_identity().send().await;
    let response = response.map_err(|error| classify(OPERATION, &error, error_context))?;
    match (response.account().and_then(AccountId::parse), response.arn()) {
        (Some(account), Some(arn)) => {
            let caller = Caller { account, arn: Arn::from_service(arn) };
            match caller.arn.account() {
                Some(other) if other != caller.account => {
                    Err(unreadable_response(OPERATION, messages::CONTRADICTORY_CALLER))
                }
                _ => Ok(caller),
            }
        }
        _ => Err(unreadable_response(OPERATION, messages::NO_CALLER)),
    }
}

/// Checks that renewed credentials belong to the same principal as before. If the former caller is
/// not known, the account in the former key's ID decides, unless the service names no account.
///
/// # Errors
/// Returns an error of the kind `CallerChanged` if they belong to someone else.
pub(in crate::aws) fn check_same_principal(
    renewed: &Caller,
    before: Option<&KeyCaller>,
    former_key: &str,
) -> Result<(), CredentialSourceError> {
    let former = match before {
        Some(before) if before.caller.is_same_principal(renewed) => return Ok(()),
        Some(before) => before.caller.arn.to_string(),
        None => match KeyId::parse(former_key).ok().and_then(|key| key.account()) {
            Some(account) if renewed.account.is_known() && account != renewed.account => {
                messages::former_account(&account)
            }
            _ => return Ok(()),
        },
    };
    Err(CredentialSourceError::new(
        ErrorKind::CallerChanged,
        messages::caller_changed(renewed, &former),
        messages::REOPEN_SESSION,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(account: &str, resource: &str) -> Caller {
        Caller {
            account: AccountId::from_service(account),
            arn: Arn::from_service(&format!("arn:aws:iam::{account}:{resource}")),
        }
    }

    #[test]
    fn renewed_credentials_must_belong_to_the_same_principal() {
        let before = KeyCaller {
            key: "ASIA1".into(),
            caller: caller("123456789012", "user/ann"),
            without_sts: false,
        };
        assert!(
            check_same_principal(&caller("123456789012", "user/ann"), Some(&before), "ASIA1")
                .is_ok()
        );
        for other in [caller("203977241274", "user/ann"), caller("123456789012", "user/bob")] {
            let error = check_same_principal(&other, Some(&before), "ASIA1").unwrap_err();
            assert_eq!(error.kind, ErrorKind::CallerChanged);
            assert!(error.message.contains(other.arn.as_str()), "{error}");
        }
    }

    #[test]
    fn without_a_known_caller_the_account_of_the_former_key_decides() {
        let former = "AKIARZPUZDIKFYHOWX26";
        assert!(check_same_principal(&caller("123456789012", "user/ann"), None, former).is_ok());
        assert!(check_same_principal(&caller("203977241274", "user/ann"), None, former).is_err());
        let unknown = Caller { account: AccountId::unknown(), ..caller("", "user/ann") };
        assert!(check_same_principal(&unknown, None, former).is_ok(), "no information");
        assert!(
            check_same_principal(&caller("203977241274", "user/ann"), None, "AKIAIOSFODNN7EXAMPLE")
                .is_ok()
        );
    }
}
