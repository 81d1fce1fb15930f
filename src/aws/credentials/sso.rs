//! Credentials of IAM Identity Center: a cached token, exchanged at the portal for the credentials
//! of a role.
//!
//! The SDK's provider is not used: it takes fewer forms of time in the cached token, and its parser
//! of the config file fewer names of sessions.

use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sdk_sso::error::{ErrorMetadata, ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::aws::client_config::{checked_region, sso_url};
use crate::aws::config_files::syntax_error::SyntaxError;
use crate::aws::config_files::{AwsConfigFiles, SectionKind, SectionValues};
use crate::aws::connect_options::{Environment, SettingsError};
use crate::aws::credentials::sso_token::TokenFileError;
use crate::aws::endpoint_hosts::is_identity_center;
use crate::aws::errors::causes::find_cause;
use crate::aws::errors::classify::{classify, unreadable_response};
use crate::aws::errors::denial::GET_ROLE_CREDENTIALS;
use crate::aws::errors::hints::ErrorContext;
use crate::aws::messages;
use crate::aws::sdk_clients::ClientFactory;
use crate::model::{ServiceError, escape_hidden};

/// A role of Identity Center, and where its token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::aws) struct SsoRole {
    /// Name of the `[sso-session]`; `None` for a profile in the older format.
    pub(super) session: Option<String>,
    pub(super) start_url: String,
    pub(super) region: String,
    account: String,
    role: String,
    pub(super) cache: PathBuf,
    portal_url: Option<String>,
    pub(super) oidc_url: Option<String>,
}

/// SSO settings that cannot be used. Its texts are sentences.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::aws) enum SsoSettingsError {
    /// The session has a syntax error, or may be missing because of it.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// The profile names a session that does not exist.
    #[error(
        "Profile {} has sso_session {}, which does not exist.",
        escape_hidden(.0), escape_hidden(.1)
    )]
    SessionNotFound(String, String),
    /// The profile and its session have different values of this setting.
    #[error(
        "Profile {} and its sso-session have different values of {}.",
        escape_hidden(.0), escape_hidden(.1)
    )]
    Different(String, String),
    /// The profile lacks these settings.
    #[error("Profile {} uses SSO but has no {}.", escape_hidden(.0), .1.join(" and no "))]
    Missing(String, Vec<&'static str>),
    /// The URL of a service is invalid.
    #[error("{}", .0.message)]
    Url(SettingsError),
    /// `sso_region` is no region name.
    #[error("sso_region: {}", .0.message)]
    Region(SettingsError),
}

/// A token that cannot be exchanged.
#[derive(Debug, thiserror::Error)]
pub(in crate::aws) enum SsoError {
    /// The cached token cannot be used.
    #[error(transparent)]
    Token(#[from] TokenFileError),
    /// The token has expired.
    #[error("the SSO token has expired")]
    Expired,
    /// The portal does not give this role to the user.
    #[error("{}", .0.message)]
    NotAssigned(ServiceError),
    /// A call failed.
    #[error("{}", .0.message)]
    Call(ServiceError),
}

impl SsoSettingsError {
    /// Returns a hint.
    pub(in crate::aws) fn hint(&self, files: &AwsConfigFiles) -> String {
        match self {
            Self::Syntax(_) => messages::FIX_LINE.to_owned(),
            Self::Url(error) => error.hint.to_string(),
            _ => messages::fix_profile(&files.config),
        }
    }
}

impl SsoRole {
    /// Reads the settings of a profile and of the session that it names:
    /// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html>.
    ///
    /// # Errors
    /// Returns an error if a setting is missing, or differs between profile and session.
    pub(in crate::aws) fn from_profile(
        files: &AwsConfigFiles,
        profile: &str,
        environment: &Environment,
    ) -> Result<Self, SsoSettingsError> {
        let session = files.get(profile, "sso_session");
        let from_session = match session {
            Some(name) => Some(session_values(files, profile, name)?),
            None => None,
        };
        let differs = |(key, value): &(&String, &Zeroizing<String>)| {
            files.get(profile, key).is_some_and(|other| other != value.as_str())
        };
        if let Some((key, _)) = from_session.and_then(|values| values.iter().find(differs)) {
            return Err(SsoSettingsError::Different(profile.to_owned(), key.clone()));
        }
        let get = |key: &str| {
            let in_session = from_session.and_then(|values| values.get(key));
            let value = in_session.map(|value| value.as_str()).or_else(|| files.get(profile, key));
            value.filter(|value| !value.is_empty()).map(str::to_owned)
        };
        let names = ["sso_start_url", "sso_region", "sso_account_id", "sso_role_name"];
        let [Some(start_url), Some(region), Some(account), Some(role)] = names.map(get) else {
            let missing = names.into_iter().filter(|name| get(name).is_none()).collect();
            return Err(SsoSettingsError::Missing(profile.to_owned(), missing));
        };
        let url = |service| sso_url(environment, service).map_err(SsoSettingsError::Url);
        let region = checked_region(region).map_err(SsoSettingsError::Region)?;
        Ok(Self {
            session: session.map(str::to_owned),
            start_url,
            region,
            account,
            role,
            cache: environment.expand("~/.aws/sso/cache"),
            portal_url: url("SSO")?,
            oidc_url: url("SSO_OIDC")?,
        })
    }

    /// Returns the first URL that tokens are sent to and that is not one of AWS.
    pub(in crate::aws) fn custom_url(&self) -> Option<&str> {
        let urls = [&self.portal_url, &self.oidc_url].into_iter().flatten();
        urls.map(String::as_str).find(|url| !is_identity_center(url))
    }

    /// Gets the credentials of the role. One call, and one before it if the token must be
    /// refreshed:
    /// <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html>.
    ///
    /// # Errors
    /// Returns an error if there is no valid token, or if the portal refuses or cannot be reached.
    pub(in crate::aws) async fn credentials(
        &self,
        client_factory: &ClientFactory,
    ) -> Result<Credentials, SsoError> {
        let token = self.token(client_factory).await?;
        let response = client_factory
            .sso(&self.region, self.portal_url.clone())
            .get_role_credentials()
            .account_id(&self.account)
            .role_name(&self.role)
            .access_token(token.access_token.reveal())
            .send()
            .await
            .map_err(|error| {
                let call = call_error(GET_ROLE_CREDENTIALS, &error);
                match error.raw_response() {
                    Some(response) if is_not_assigned(response) => SsoError::NotAssigned(call),
                    _ => SsoError::Call(call),
                }
            })?;
        let incomplete = || {
            let reason = messages::NO_CREDENTIALS_IN_RESPONSE;
            SsoError::Call(unreadable_response(GET_ROLE_CREDENTIALS, reason))
        };
        let issued = response.role_credentials.ok_or_else(incomplete)?;
        let mut credentials = Credentials::builder()
            .access_key_id(issued.access_key_id.ok_or_else(incomplete)?)
            .secret_access_key(issued.secret_access_key.ok_or_else(incomplete)?)
            .account_id(self.account.as_str())
            .provider_name(GET_ROLE_CREDENTIALS);
        credentials.set_session_token(issued.session_token);
        let expiry = u64::try_from(issued.expiration).map_err(|_| incomplete())?;
        credentials.set_expiry(Some(SystemTime::UNIX_EPOCH + Duration::from_millis(expiry)));
        Ok(credentials.build())
    }
}

/// Returns the settings of the session that a profile names.
fn session_values<'a>(
    files: &'a AwsConfigFiles,
    profile: &str,
    name: &str,
) -> Result<&'a SectionValues, SsoSettingsError> {
    if let Some(error) = files.error_in(SectionKind::SsoSession, name) {
        return Err(error.clone().into());
    }
    files.sso_sessions.get(name).ok_or_else(|| match files.error_instead_of(name) {
        Some(error) => error.clone().into(),
        None => SsoSettingsError::SessionNotFound(profile.to_owned(), name.to_owned()),
    })
}

/// Converts an SDK error. The SDK keeps the message of a response without an error code only as the
/// cause of the error.
pub(super) fn call_error<E>(
    operation: &'static str,
    error: &SdkError<E, HttpResponse>,
) -> ServiceError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let mut classified = classify(operation, error, &ErrorContext::default());
    if let SdkError::ServiceError(response) = error
        && response.err().message().is_none()
        && let Some(message) =
            find_cause::<ErrorMetadata>(Some(response.err())).and_then(ErrorMetadata::message)
    {
        classified.message = escape_hidden(message).into();
    }
    classified
}

/// Error code of the portal for a role that is not assigned to the user.
const FORBIDDEN: &str = "ForbiddenException";

/// Returns `true` if the portal refuses the role. It sends an error code or a message in JSON; other
/// responses of the same status are those of proxies.
fn is_not_assigned(response: &HttpResponse) -> bool {
    if response.status().as_u16() != 403 {
        return false;
    }
    let body = response.body().bytes().unwrap_or_default();
    let body = serde_json::from_slice::<Value>(body).unwrap_or_default();
    let field = |name: &str| body.get(name).and_then(Value::as_str);
    match response.headers().get("x-amzn-errortype").or_else(|| field("__type")) {
        Some(code) => is_error_code(code, FORBIDDEN),
        None => field("message").is_some(),
    }
}

/// Returns `true` if the text is this error code. A namespace may precede it, and a URL may follow:
/// `aws.example#ForbiddenException:http://…`
/// (<https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html>).
fn is_error_code(text: &str, code: &str) -> bool {
    let name = text.split(':').next().unwrap_or_default();
    name.rsplit('#').next() == Some(code)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aws_smithy_types::body::SdkBody;

    use super::*;
    use crate::aws::config_files::from_texts;

    const PORTAL: &str = "sso_region = eu-west-1\nsso_start_url = https://x.example.org/start\n";
    const ROLE: &str = "sso_account_id = 123456789012\nsso_role_name = Ops\n";

    fn resolve(config: &str) -> Result<SsoRole, SsoSettingsError> {
        let variables = [
            ("HOME", "/home/a"),
            ("AWS_ENDPOINT_URL", "http://common/"),
            ("AWS_ENDPOINT_URL_SSO", "http://portal"),
        ];
        let variables = variables.map(|(k, v)| (k.to_owned(), v.to_owned()));
        let environment = Environment::Given(Arc::new(variables.into()));
        SsoRole::from_profile(&from_texts(config, ""), "a", &environment)
    }

    #[test]
    fn settings_are_in_the_profile_or_in_its_session() {
        let in_session = format!(
            "[profile a]\n{ROLE}sso_session = Acme Corp\nsso_region = eu-west-1\n[sso-session 'Acme Corp']\n{PORTAL}"
        );
        let role = resolve(&in_session).unwrap();
        assert_eq!(role.session.as_deref(), Some("Acme Corp"));
        assert_eq!(role.cache, PathBuf::from("/home/a/.aws/sso/cache"));
        assert_eq!(role.portal_url.as_deref(), Some("http://portal"));
        assert_eq!(role.oidc_url.as_deref(), Some("http://common"));
        let in_profile = resolve(&format!("[profile a]\n{ROLE}{PORTAL}")).unwrap();
        assert_eq!(SsoRole { session: role.session.clone(), ..in_profile }, role);
    }

    #[test]
    fn only_the_error_of_the_portal_means_that_the_role_is_not_assigned() {
        let response = |status: u16, code: Option<&'static str>, body: &'static str| {
            let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
            if let Some(code) = code {
                response.headers_mut().insert("x-amzn-errortype", code);
            }
            is_not_assigned(&response)
        };
        assert!(response(403, Some("ForbiddenException"), ""));
        assert!(response(403, Some("ForbiddenException:http://x.example.org/"), ""));
        assert!(response(403, None, r#"{"__type": "com.example#ForbiddenException"}"#));
        assert!(response(403, None, r#"{"message": "No access"}"#));
        assert!(!response(403, Some("AccessDeniedException"), r#"{"message": "x"}"#));
        assert!(!response(401, Some("ForbiddenException"), r#"{"message": "x"}"#));
        for page in ["", "<html>403 Forbidden</html>", "\"message\"", r#"{"error": "blocked"}"#] {
            assert!(!response(403, None, page), "{page}");
        }
    }

    #[test]
    fn each_error_in_the_settings_has_its_message() {
        let profile = format!("[profile a]\n{ROLE}sso_session = s\n");
        for (rest, part) in [
            ("", "Profile a has sso_session s, which does not exist."),
            ("[sso-session s]\nsso_region = x\n", "Profile a uses SSO but has no sso_start_url."),
            ("[sso-session s]\nsso_role_name = Other\n", "different values of sso_role_name"),
            (
                "[sso-session s]\nsso_start_url = https://x\nsso_region = x.example.org/#\n",
                "sso_region: 'x.example.org/#' is not a valid region name.",
            ),
            ("[sso-session s]\njunk\n", "config, line 6: the setting has no equals sign"),
            ("[sso-session 's]\n", "config, line 5: the section name cannot be read"),
        ] {
            let error = resolve(&format!("{profile}{rest}")).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
