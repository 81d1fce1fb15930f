//! Hints: one or two sentences on what to do about a failed call, with the command that fixes it
//! where there is one. Those for denied calls are in [`denial`]. All other sentences are in
//! [`crate::aws::messages`].

use std::sync::Arc;

use aws_credential_types::Credentials;

use crate::aws::credentials::profile_chain::CredentialSource;
use crate::aws::errors::denial;
use crate::aws::operations::LOOKUP_EVENTS;
use crate::model::{Endpoint, ErrorKind, KeyId, Secret, ServiceError, escape_hidden, shell_quote};

/// Hint for a service or source of credentials that cannot be reached.
pub(in crate::aws) const CHECK_NETWORK: &str =
    "Check the network and the proxy settings (HTTPS_PROXY, NO_PROXY).";

/// Hint for a proxy that cannot be reached, or that does not connect.
const CHECK_PROXY: &str =
    "Check the proxy and the proxy settings (HTTPS_PROXY, HTTP_PROXY, NO_PROXY).";

/// Facts about a session that hints depend on.
#[derive(Clone, Debug, Default)]
pub(in crate::aws) struct ErrorContext {
    /// Profile in use.
    pub profile: Option<Arc<str>>,
    /// Source of the credentials.
    pub source: Option<CredentialSource>,
    /// Whether the credentials have a session token that is not a role's.
    pub temporary: bool,
    /// Configured endpoint, unless it is AWS's.
    pub endpoint: Option<Arc<str>>,
    /// What messages of the service must not repeat.
    pub secrets: Vec<Secret>,
}

impl ErrorContext {
    /// Returns a context with the endpoint only.
    pub(in crate::aws) fn for_endpoint(endpoint: &Endpoint) -> Self {
        Self { endpoint: endpoint.url().cloned(), ..Self::default() }
    }

    /// Returns the context of calls that these credentials sign. An ID that is none may be the
    /// secret.
    pub(in crate::aws) fn signed_with(self, credentials: &Credentials) -> Self {
        let id = Some(credentials.access_key_id()).filter(|id| KeyId::parse(id).is_err());
        let parts = [id, Some(credentials.secret_access_key()), credentials.session_token()];
        Self { secrets: parts.into_iter().flatten().map(Secret::new).collect(), ..self }
    }
}

/// Returns the hint for an error; `None` for kinds that bring their own hint or have none.
pub(in crate::aws) fn hint_for(
    error: &ServiceError,
    error_context: &ErrorContext,
) -> Option<String> {
    let hint = match error.kind {
        ErrorKind::Throttled => "AWS limits the call rate of the whole account; wait a moment and \
            try again."
            .into(),
        ErrorKind::Denied => return denial::hint(error.operation, &error.message),
        ErrorKind::NotFound if error.operation == "UpdateAccessKey" => {
            "Look the key up again: it may exist still, under another user name.".into()
        }
        ErrorKind::NotFound => "It may have been deleted or renamed, or belong to another \
            account."
            .into(),
        ErrorKind::QuotaExceeded => "The account has reached an IAM quota, or someone else is \
            changing the user; try again in a minute."
            .into(),
        ErrorKind::NotReady => "IAM is still generating the credential report; try again in a few \
            minutes."
            .into(),
        ErrorKind::Expired => renewal_hint(error_context.source, error_context.profile.as_deref()),
        ErrorKind::BadCredentials => bad_credentials_hint(error, error_context),
        ErrorKind::ClockSkew => "This machine's clock differs too much from AWS's; set it (for \
            example with timedatectl set-ntp true) and try again."
            .into(),
        ErrorKind::Server => "The service failed; try again in a minute.".into(),
        ErrorKind::TimedOut => "Check the network, or set a longer --cli-read-timeout.".into(),
        ErrorKind::Unreachable if error.proxy.is_some() => CHECK_PROXY.into(),
        ErrorKind::Unreachable => unreachable_hint(error_context),
        ErrorKind::ConnectionLost => "The connection broke before the response arrived; try \
            again."
            .into(),
        ErrorKind::Unreadable => unreadable_hint(error.operation, error_context),
        ErrorKind::Invalid
        | ErrorKind::Unsupported
        | ErrorKind::BadCertificate
        | ErrorKind::NoCredentials
        | ErrorKind::CredentialSourceFailed
        | ErrorKind::CallerChanged
        | ErrorKind::Withheld
        | ErrorKind::Settings
        | ErrorKind::Other => return None,
    };
    Some(hint)
}

/// Returns the hint to get new credentials from the same source.
pub(in crate::aws) fn renewal_hint(
    source: Option<CredentialSource>,
    profile: Option<&str>,
) -> String {
    let with_profile = |command: &str| match profile {
        Some(profile) => format!("{command} --profile {}", shell_quote(&escape_hidden(profile))),
        None => command.to_owned(),
    };
    match source {
        Some(CredentialSource::Sso) => {
            format!("Run {}, then try again.", with_profile("keyflip login"))
        }
        Some(CredentialSource::Login) => {
            format!("Run {}, then try again.", with_profile("aws login"))
        }
        Some(CredentialSource::Process) => {
            "Check that the profile's credential_process command works.".into()
        }
        Some(CredentialSource::WebIdentity) => {
            "Check that the web identity token file contains a valid token.".into()
        }
        Some(CredentialSource::Environment) => {
            "Set new credentials in the environment and start keyflip again.".into()
        }
        Some(CredentialSource::Instance | CredentialSource::Container) => {
            "Check that this instance or container has a role.".into()
        }
        Some(CredentialSource::Static) | None => "Renew the credentials, then try again.".into(),
    }
}

/// IAM rejects GetSessionToken credentials without MFA, STS accepts them:
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>.
fn bad_credentials_hint(error: &ServiceError, error_context: &ErrorContext) -> String {
    if error_context.temporary
        && error.code.as_deref() == Some("InvalidClientTokenId")
        && !matches!(error.operation, "GetCallerIdentity" | "GetAccessKeyInfo" | LOOKUP_EVENTS)
    {
        return "IAM accepts credentials from GetSessionToken only if they were requested with an \
            MFA code; renew them with one, or use a role."
            .into();
    }
    let cause = "The key may be inactive or deleted, or belong to another partition";
    match error_context.profile.as_deref() {
        Some(profile) => format!("{cause}; check profile {}.", escape_hidden(profile)),
        None => format!("{cause}; use other credentials."),
    }
}

fn unreachable_hint(error_context: &ErrorContext) -> String {
    match error_context.endpoint.as_deref() {
        Some(url) => format!("Check the endpoint {url}, the network and the proxy settings."),
        None => CHECK_NETWORK.into(),
    }
}

fn unreadable_hint(operation: &str, error_context: &ErrorContext) -> String {
    match error_context.endpoint.as_deref() {
        Some(url) if operation == LOOKUP_EVENTS => {
            format!("Check that {url} is an endpoint of CloudTrail, too.")
        }
        Some(url) => format!("Check that {url} is an IAM endpoint."),
        None => "A proxy or a sign-in page may have responded instead of AWS. Sign in to the network, or check \
                 HTTPS_PROXY."
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: ErrorKind, operation: &'static str, message: &str) -> ServiceError {
        ServiceError::new(kind, operation, message)
    }

    #[test]
    fn the_hint_for_an_expired_sso_session_names_the_command_and_profile() {
        let error_context = ErrorContext {
            profile: Some("my prod".into()),
            source: Some(CredentialSource::Sso),
            ..ErrorContext::default()
        };
        let hint = hint_for(&error(ErrorKind::Expired, "ListUsers", ""), &error_context).unwrap();
        assert!(hint.contains("keyflip login --profile 'my prod'"), "{hint}");
    }

    #[test]
    fn the_hint_for_rejected_session_tokens_mentions_mfa() {
        let error_context = ErrorContext { temporary: true, ..ErrorContext::default() };
        for (code, mentions_mfa) in
            [("InvalidClientTokenId", true), ("SignatureDoesNotMatch", false)]
        {
            let mut error = error(ErrorKind::BadCredentials, "ListUsers", "");
            error.code = Some(code.into());
            let hint = hint_for(&error, &error_context).unwrap();
            assert_eq!(hint.contains("MFA"), mentions_mfa, "{code}: {hint}");
        }
    }
}
