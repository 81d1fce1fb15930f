//! Who signs: asked of STS when a session opens, and again whenever its
//! credentials are renewed with another access key, before that key signs
//! anything else.

use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;

use crate::aws::errors::classify::{CredentialSourceError, classify, unreadable_response};
use crate::aws::errors::hints::ErrorContext;
use crate::aws::sdk_clients::{ClientFactory, ClientRole};
use crate::model::{AccountId, Arn, Caller, ErrorKind, KeyId, ServiceError};

/// The caller that STS named for an access key.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::aws) struct Identity {
    /// The ID of the access key that signed the question.
    pub key: Arc<str>,
    /// The answer.
    pub caller: Caller,
}

/// sts:GetCallerIdentity, signed by exactly these credentials.
///
/// # Errors
/// STS's refusal, or no answer.
pub(in crate::aws) async fn identify(
    client_factory: &ClientFactory,
    credentials: Credentials,
    error_context: &ErrorContext,
) -> Result<Identity, ServiceError> {
    let key = credentials.access_key_id().into();
    let client =
        client_factory.sts(ClientRole::Screen, Some(SharedCredentialsProvider::new(credentials)));
    Ok(Identity { key, caller: caller(&client, error_context).await? })
}

/// sts:GetCallerIdentity, through that client.
///
/// # Errors
/// STS's refusal, or no answer.
pub(in crate::aws) async fn caller(
    client: &aws_sdk_sts::Client,
    error_context: &ErrorContext,
) -> Result<Caller, ServiceError> {
    const OPERATION: &str = "GetCallerIdentity";
    let answer = client.get_caller_identity().send().await;
    let answer = answer.map_err(|error| classify(OPERATION, &error, error_context))?;
    match (answer.account(), answer.arn()) {
        (Some(account), Some(arn)) => {
            Ok(Caller { account: AccountId::from_service(account), arn: Arn::from_service(arn) })
        }
        _ => Err(unreadable_response(OPERATION, "STS's answer names no caller")),
    }
}

/// Whether renewed credentials may go on signing for a session: they are of
/// the same principal as before or, where nobody has asked who that was, at
/// least not of another account than the former key's ID names.
///
/// # Errors
/// They are somebody else's.
pub(in crate::aws) fn check_same_identity(
    renewed: &Caller,
    before: Option<&Identity>,
    former_key: &str,
) -> Result<(), CredentialSourceError> {
    let was = match before {
        Some(before) if before.caller.is_same_principal(renewed) => return Ok(()),
        Some(before) => before.caller.arn.to_string(),
        None => match KeyId::parse(former_key).ok().and_then(|key| key.account()) {
            Some(account) if account != renewed.account => format!("account {account}"),
            _ => return Ok(()),
        },
    };
    Err(CredentialSourceError {
        kind: ErrorKind::CallerChanged,
        message: format!(
            "The credentials now lead to {} in account {}, not to {was}.",
            renewed.arn, renewed.account
        )
        .into(),
        hint: "The session has ended. Open it again to work there.".into(),
    })
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
    fn a_renewal_goes_on_as_the_same_principal_only() {
        let before = Identity { key: "ASIA1".into(), caller: caller("123456789012", "user/ann") };
        assert!(
            check_same_identity(&caller("123456789012", "user/ann"), Some(&before), "ASIA1")
                .is_ok()
        );
        for other in [caller("203977241274", "user/ann"), caller("123456789012", "user/bob")] {
            let error = check_same_identity(&other, Some(&before), "ASIA1").unwrap_err();
            assert_eq!(error.kind, ErrorKind::CallerChanged);
            assert!(error.message.contains(other.arn.as_str()), "{error}");
        }
    }

    #[test]
    fn nobody_has_asked_who_it_was_so_the_former_keys_account_decides() {
        let former = "AKIARZPUZDIKFYHOWX26";
        assert!(check_same_identity(&caller("123456789012", "user/ann"), None, former).is_ok());
        assert!(check_same_identity(&caller("203977241274", "user/ann"), None, former).is_err());
        assert!(
            check_same_identity(&caller("203977241274", "user/ann"), None, "AKIAIOSFODNN7EXAMPLE")
                .is_ok()
        );
    }
}
