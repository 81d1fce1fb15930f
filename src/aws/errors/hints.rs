//! What to do about a failure, in one sentence, with the command that mends
//! it where there is one.

use std::sync::Arc;

use crate::aws::credentials::profile_chain::CredentialSource;
use crate::model::{Endpoint, ErrorKind, ServiceError, escape_hidden, shell_quote};

/// What a session knows of itself that a sentence needs.
#[derive(Clone, Debug, Default)]
pub(in crate::aws) struct ErrorContext {
    /// The profile in force.
    pub profile: Option<Arc<str>>,
    /// What its credentials begin with.
    pub source: Option<CredentialSource>,
    /// Whether the credentials have a session token that no role has given.
    pub temporary: bool,
    /// The configured endpoint that is not AWS's, or none.
    pub endpoint: Option<Arc<str>>,
}

impl ErrorContext {
    /// Notes where the calls go.
    pub(in crate::aws) fn for_endpoint(endpoint: &Endpoint) -> Self {
        let endpoint = match endpoint {
            Endpoint::Aws => None,
            Endpoint::Custom(url) => Some(Arc::clone(url)),
        };
        Self { endpoint, ..Self::default() }
    }
}

/// One sentence on what to do; `None` where nothing sensible can be said.
pub(in crate::aws) fn hint_for(
    error: &ServiceError,
    error_context: &ErrorContext,
) -> Option<String> {
    let sentence = match error.kind {
        ErrorKind::Throttled => "IAM limits the rate of calls for the whole account; wait a moment and try again.".into(),
        ErrorKind::Denied => denied_hint(error),
        ErrorKind::NotFound => "It may have been deleted or renamed meanwhile, or belong to another account.".into(),
        ErrorKind::QuotaExceeded => "The account is at a limit of IAM's, or the user is being changed by someone else; try again in a minute.".into(),
        ErrorKind::NotReady => "IAM is still making the credential report; it takes up to a few minutes.".into(),
        ErrorKind::Expired => expired_hint(error_context),
        ErrorKind::BadCredentials => bad_credentials_hint(error, error_context),
        ErrorKind::ClockSkew => "This machine's clock differs too much from AWS's; set it (for example with timedatectl set-ntp true) and try again.".into(),
        ErrorKind::Server => "The fault is on the service's side; try again in a minute.".into(),
        ErrorKind::TimedOut => "Check the network, or give --cli-read-timeout more seconds.".into(),
        ErrorKind::Unreachable => unreachable_hint(error_context),
        ErrorKind::ConnectionLost => "The connection broke before the answer came; try again.".into(),
        ErrorKind::Unreadable => unreadable_hint(error_context),
        ErrorKind::Invalid
        | ErrorKind::NoCredentials
        | ErrorKind::CredentialSourceFailed
        | ErrorKind::CallerChanged
        | ErrorKind::Withheld
        | ErrorKind::Settings
        | ErrorKind::Other => return None,
    };
    Some(sentence)
}

/// Names the permission, and what grants it. A denial that comes from AWS's
/// quarantine of a leaked key can't be mended by a grant.
fn denied_hint(error: &ServiceError) -> String {
    if error.message.contains("AWSCompromisedKeyQuarantine") {
        return "AWS has quarantined this user since a key of it leaked; use another identity, such as a role of the incident team.".into();
    }
    // AWS has no code of its own for this refusal.
    if error.message.contains("MultiFactorAuthentication failed") {
        return "The code was wrong, or has been used already: wait until the device shows the next one, and give that.".into();
    }
    match (error.operation, policy_for(error.operation)) {
        (operation, Some((service, _))) if error.message.contains("explicit deny") => format!(
            "A policy denies {service}{operation} outright, as AWS's quarantine of a user whose key leaked does, and no grant lifts that; use another identity, such as a role of the incident team."
        ),
        (operation, Some((service, policy))) => {
            format!(
                "The caller needs {service}{operation}; the policy {policy} of keyflip's source grants it."
            )
        }
        (operation, None) => {
            format!(
                "The caller's policies and the role's trust policy both have to allow sts:{operation}."
            )
        }
    }
}

/// The service of an operation, as an action begins, and the file with the
/// smallest policy that grants it; `None` where a role's trust decides.
fn policy_for(operation: &str) -> Option<(&'static str, &'static str)> {
    match operation {
        "AssumeRole" | "AssumeRoleWithWebIdentity" => None,
        "UpdateAccessKey" => Some(("iam:", "assets/policies/browse-and-toggle.json")),
        "GetCallerIdentity" | "GetAccessKeyInfo" => Some(("sts:", "assets/policies/browse.json")),
        _ => Some(("iam:", "assets/policies/browse.json")),
    }
}

/// How to get fresh credentials of the same kind.
pub(in crate::aws) fn renewal_hint(
    source: Option<CredentialSource>,
    profile: Option<&str>,
) -> String {
    let named = |command: &str| match profile {
        Some(profile) => format!("{command} --profile {}", shell_quote(&escape_hidden(profile))),
        None => command.to_owned(),
    };
    match source {
        Some(CredentialSource::Sso) => format!("Run {}, then try again.", named("aws sso login")),
        Some(CredentialSource::Login) => format!("Run {}, then try again.", named("aws login")),
        Some(CredentialSource::Process) => {
            "Check that the credential_process command of the profile works by itself.".into()
        }
        Some(CredentialSource::WebIdentity) => {
            "Check that the web identity token file holds a fresh token.".into()
        }
        Some(CredentialSource::Environment) => {
            "Put fresh credentials into the environment and start again.".into()
        }
        Some(CredentialSource::Instance | CredentialSource::Container) => {
            "Check that this machine or container has a role.".into()
        }
        Some(CredentialSource::Static) | None => "Renew the credentials, then try again.".into(),
    }
}

fn expired_hint(error_context: &ErrorContext) -> String {
    renewal_hint(error_context.source, error_context.profile.as_deref())
}

fn bad_credentials_hint(error: &ServiceError, error_context: &ErrorContext) -> String {
    if error_context.temporary
        && !matches!(error.operation, "GetCallerIdentity" | "GetAccessKeyInfo")
    {
        return "IAM takes temporary credentials of GetSessionToken only if they were made with an MFA code; renew them with one, or use a role.".into();
    }
    match error_context.profile.as_deref() {
        Some(profile) => format!(
            "The key may have been switched off or deleted, or belong to another partition; check profile {}.",
            escape_hidden(profile)
        ),
        None => {
            "The key may have been switched off or deleted, or belong to another partition.".into()
        }
    }
}

fn unreachable_hint(error_context: &ErrorContext) -> String {
    match error_context.endpoint.as_deref() {
        Some(url) => format!(
            "Nobody answers at {url}; check the endpoint, the network and the proxy settings."
        ),
        None => "Check the network and the proxy settings (HTTPS_PROXY, NO_PROXY).".into(),
    }
}

/// What to do about a certificate that is not trusted.
pub(in crate::aws) const CERTIFICATE_HINT: &str = "The server's certificate is not trusted here; give the certificate of your proxy or endpoint with --ca-bundle.";

fn unreadable_hint(error_context: &ErrorContext) -> String {
    match error_context.endpoint.as_deref() {
        Some(url) => format!("Check that {url} is an IAM endpoint."),
        None => {
            "Something between here and AWS may have answered in its place, such as a proxy or a sign-in page.".into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: ErrorKind, operation: &'static str, message: &str) -> ServiceError {
        ServiceError {
            kind,
            operation,
            code: None,
            message: message.into(),
            request_id: None,
            hint: None,
        }
    }

    #[test]
    fn an_expired_sso_session_names_the_command_with_its_profile() {
        let error_context = ErrorContext {
            profile: Some("my prod".into()),
            source: Some(CredentialSource::Sso),
            ..ErrorContext::default()
        };
        let sentence =
            hint_for(&error(ErrorKind::Expired, "ListUsers", ""), &error_context).unwrap();
        assert!(sentence.contains("aws sso login --profile 'my prod'"), "{sentence}");
    }

    #[test]
    fn a_denial_names_permission_and_policy_unless_it_is_the_quarantine() {
        let sentence = |message| {
            hint_for(
                &error(ErrorKind::Denied, "UpdateAccessKey", message),
                &ErrorContext::default(),
            )
            .unwrap()
        };
        assert!(sentence("no").contains("iam:UpdateAccessKey"));
        assert!(sentence("no").contains("assets/policies/browse-and-toggle.json"));
        let quarantine = "explicit deny in arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3";
        assert!(sentence(quarantine).contains("quarantined"));
        assert!(
            sentence("with an explicit deny in an identity-based policy")
                .contains("no grant lifts that")
        );
    }

    #[test]
    fn a_wrong_code_sends_nobody_after_policies() {
        let message = "MultiFactorAuthentication failed with invalid MFA one time pass code.";
        let sentence =
            hint_for(&error(ErrorKind::Denied, "AssumeRole", message), &ErrorContext::default())
                .unwrap();
        assert!(sentence.contains("the next one") && !sentence.contains("polic"), "{sentence}");
    }

    #[test]
    fn session_tokens_without_mfa_are_explained_where_iam_refuses_them() {
        let error_context = ErrorContext { temporary: true, ..ErrorContext::default() };
        let sentence =
            hint_for(&error(ErrorKind::BadCredentials, "ListUsers", ""), &error_context).unwrap();
        assert!(sentence.contains("MFA"), "{sentence}");
    }
}
