//! Settings of IAM Identity Center: `[sso-session]` sections, and profiles in the older format.
//!
//! The SDK's provider is not used: it takes fewer forms of time in the cached token, and its parser
//! of the config file fewer names of sessions.

use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::aws::client_config::sso_url;
use crate::aws::config_files::syntax_error::SyntaxError;
use crate::aws::config_files::{AwsConfigFiles, SectionKind, SectionValues};
use crate::aws::connect_options::{DemoSignIn, Environment, SettingsError};
use crate::aws::endpoint_hosts::is_identity_center;
use crate::aws::messages;
use crate::aws::setting_value::Setting;
use crate::model::{Secret, escape_hidden, hide_secret_key};

/// Scope of a session that sets none: the accounts of the user.
const DEFAULT_SCOPE: &str = "sso:account:access";

/// A sign-in of Identity Center: its start URL, its services, and where its token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::aws) struct SsoSession {
    /// Name of the `[sso-session]`; `None` for a profile in the older format.
    pub(super) name: Option<String>,
    pub(in crate::aws) start_url: String,
    pub(in crate::aws) region: String,
    /// `sso_registration_scopes`; empty if not set.
    scopes: Vec<String>,
    /// `sso_use_device_code`: sign in with a code only.
    pub(super) uses_device_code: bool,
    pub(super) token: TokenSource,
    pub(super) portal_url: Option<String>,
    pub(super) oidc_url: Option<String>,
}

/// Where the token of a session is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenSource {
    /// A file in this directory.
    Cache(PathBuf),
    /// The token itself, which does not expire.
    Fixed(Secret),
}

/// A role of Identity Center.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::aws) struct SsoRole {
    /// The sign-in that has the role.
    pub(in crate::aws) session: SsoSession,
    /// Account of the role.
    pub(in crate::aws) account: String,
    /// Name of the role.
    pub(in crate::aws) role: String,
}

/// SSO settings that cannot be used. `Display` writes a complete sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::aws) enum SsoSettingsError {
    /// The session has a syntax error, or may be missing because of it.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// The profile names a session that does not exist.
    #[error(
        "Profile {} has sso_session {}, which does not exist.",
        escape_hidden(.0), hide_secret_key(.1)
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
    /// The profile has no setting of Identity Center.
    #[error("Profile {} does not use Identity Center.", escape_hidden(.0))]
    NotSso(String),
    /// The URL of a service is invalid, or `sso_region` is no region name.
    #[error("{}", .0.message)]
    Setting(SettingsError),
}

impl SsoSettingsError {
    /// Returns one sentence on how to fix the error.
    pub(in crate::aws) fn hint(&self, files: &AwsConfigFiles) -> String {
        match self {
            Self::Syntax(_) => messages::FIX_LINE.to_owned(),
            Self::Setting(error) => error.hint.to_string(),
            Self::NotSso(_) => messages::NAME_SSO_SESSION.to_owned(),
            Self::SessionNotFound(_, name) => files
                .title_hint(SectionKind::SsoSession, name)
                .unwrap_or_else(|| messages::fix_profile(&files.config)),
            Self::Different(..) | Self::Missing(..) => messages::fix_profile(&files.config),
        }
    }

    /// Returns the error as one of settings.
    pub(in crate::aws) fn into_settings(self, files: &AwsConfigFiles) -> SettingsError {
        match self {
            Self::Setting(error) => error,
            other => SettingsError::new(other.to_string(), other.hint(files)),
        }
    }
}

impl SsoSession {
    /// Returns the sign-in that the settings describe.
    fn new(
        name: Option<&str>,
        start_url: String,
        region: Setting<'_>,
        environment: &Environment,
    ) -> Result<Self, SsoSettingsError> {
        let url = |service| sso_url(environment, service).map_err(SsoSettingsError::Setting);
        Ok(Self {
            name: name.map(str::to_owned),
            start_url,
            region: region.into_region().map_err(SsoSettingsError::Setting)?,
            scopes: Vec::new(),
            uses_device_code: false,
            token: TokenSource::Cache(environment.expand("~/.aws/sso/cache")),
            portal_url: url("SSO")?,
            oidc_url: url("SSO_OIDC")?,
        })
    }

    /// Adds the settings that only signing in needs.
    fn with_sign_in_settings(mut self, get: impl Fn(&str) -> Option<String>) -> Self {
        let scopes = get("sso_registration_scopes").unwrap_or_default();
        let scopes = scopes.split(',').map(str::trim).filter(|scope| !scope.is_empty());
        self.scopes = scopes.map(str::to_owned).collect();
        let uses_device_code = get("sso_use_device_code");
        self.uses_device_code = uses_device_code.is_some_and(|it| it.eq_ignore_ascii_case("true"));
        self
    }

    /// Returns the sign-in of the demo.
    pub(in crate::aws) fn demo(sign_in: &DemoSignIn, url: &str) -> Self {
        Self {
            name: Some(sign_in.session.clone()),
            start_url: format!("{url}/start"),
            region: sign_in.region.clone(),
            scopes: Vec::new(),
            uses_device_code: false,
            token: TokenSource::Fixed(sign_in.token.clone()),
            portal_url: Some(url.to_owned()),
            oidc_url: Some(url.to_owned()),
        }
    }

    /// Returns every sign-in of the files: each `[sso-session]`, and each start URL that profiles in
    /// the older format name. Sections that lack a setting are left out.
    ///
    /// # Errors
    /// Returns an error if a region or the URL of a service is invalid.
    pub(in crate::aws) fn all(
        files: &AwsConfigFiles,
        environment: &Environment,
    ) -> Result<Vec<Self>, SsoSettingsError> {
        let mut all: Vec<Self> = Vec::new();
        for session in Self::iter_sessions(files, environment) {
            let session = session?;
            // The token of a session of the same URL serves the older profiles as well.
            let is_known = |other: &Self| other.start_url == session.start_url;
            if session.name.is_some() || !all.iter().any(is_known) {
                all.push(session);
            }
        }
        Ok(all)
    }

    /// Returns the sign-in with this label, see [`Self::label`].
    ///
    /// # Errors
    /// Returns an error if a region or the URL of a service is invalid.
    pub(in crate::aws) fn find(
        files: &AwsConfigFiles,
        environment: &Environment,
        label: &str,
    ) -> Result<Option<Self>, SsoSettingsError> {
        if let Some(error) = files.error_in(SectionKind::SsoSession, label) {
            return Err(error.clone().into());
        }
        Self::iter_sessions(files, environment)
            .find(|session| session.as_ref().map_or(true, |session| session.label() == label))
            .transpose()
    }

    fn iter_sessions(
        files: &AwsConfigFiles,
        environment: &Environment,
    ) -> impl Iterator<Item = Result<Self, SsoSettingsError>> {
        let sections = files.sso_sessions.iter();
        let sections = sections.map(|(name, values)| (SectionKind::SsoSession, name, values));
        let profiles =
            files.profiles.iter().filter(|(_, values)| !values.contains_key("sso_session"));
        let profiles = profiles.map(|(name, values)| (SectionKind::Profile, name, values));
        sections.chain(profiles).filter_map(|(kind, name, values)| {
            let get = |key: &str| {
                values.get(key).map(|value| value.to_string()).filter(|value| !value.is_empty())
            };
            let (url, region) = (get("sso_start_url")?, get("sso_region")?);
            let session = (kind == SectionKind::SsoSession).then_some(name);
            let region = Setting::sso_region(files, name, session, &region);
            let session = Self::new(session, url, region, environment);
            Some(session.map(|session| session.with_sign_in_settings(get)))
        })
    }

    /// Reads the sign-in of a profile, which needs neither account nor role.
    ///
    /// # Errors
    /// Returns an error if a setting is missing.
    pub(in crate::aws) fn of_profile(
        files: &AwsConfigFiles,
        profile: &str,
        environment: &Environment,
    ) -> Result<Self, SsoSettingsError> {
        let name = files.get(profile, "sso_session");
        let in_session = name.map(|name| session_values(files, profile, name)).transpose()?;
        let get = |key: &str| setting(files, profile, in_session, key);
        let names = ["sso_start_url", "sso_region"];
        match names.map(get) {
            [Some(url), Some(region)] => {
                let region = Setting::sso_region(files, profile, name, region);
                let session = Self::new(name, url.to_owned(), region, environment)?;
                Ok(session.with_sign_in_settings(|key| get(key).map(str::to_owned)))
            }
            [None, None] if name.is_none() => Err(SsoSettingsError::NotSso(profile.to_owned())),
            _ => {
                let missing = names.into_iter().filter(|name| get(name).is_none()).collect();
                Err(SsoSettingsError::Missing(profile.to_owned(), missing))
            }
        }
    }

    /// Returns the scopes that a client registers with. Without any, tokens cannot be refreshed.
    pub(super) fn registration_scopes(&self) -> Vec<String> {
        match &self.name {
            Some(_) if self.scopes.is_empty() => vec![DEFAULT_SCOPE.to_owned()],
            _ => self.scopes.clone(),
        }
    }

    /// Returns the name of the session, or the start URL of a profile in the older format.
    pub(in crate::aws) fn label(&self) -> &str {
        self.name.as_ref().unwrap_or(&self.start_url)
    }

    /// Returns a hint with the command that signs in.
    pub(in crate::aws) fn sign_in_hint(&self) -> String {
        messages::sign_in(self.label())
    }

    /// Returns the first URL that tokens are sent to and that is not one of AWS.
    pub(in crate::aws) fn custom_url(&self) -> Option<&str> {
        let urls = [&self.portal_url, &self.oidc_url].into_iter().flatten();
        urls.map(String::as_str).find(|url| !is_identity_center(url))
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
        let name = files.get(profile, "sso_session");
        let in_session = name.map(|name| session_values(files, profile, name)).transpose()?;
        let differs = |(key, value): &(&String, &Zeroizing<String>)| {
            files.get(profile, key).is_some_and(|other| other != value.as_str())
        };
        if let Some((key, _)) = in_session.and_then(|values| values.iter().find(differs)) {
            return Err(SsoSettingsError::Different(profile.to_owned(), key.clone()));
        }
        let get = |key: &str| setting(files, profile, in_session, key);
        let names = ["sso_start_url", "sso_region", "sso_account_id", "sso_role_name"];
        let [Some(_), Some(_), Some(account), Some(role)] = names.map(get) else {
            let missing = names.into_iter().filter(|name| get(name).is_none()).collect();
            return Err(SsoSettingsError::Missing(profile.to_owned(), missing));
        };
        let session = SsoSession::of_profile(files, profile, environment)?;
        Ok(Self { session, account: account.to_owned(), role: role.to_owned() })
    }
}

/// Returns a setting of the session that a profile names, or else of the profile, unless it is empty.
fn setting<'a>(
    files: &'a AwsConfigFiles,
    profile: &str,
    in_session: Option<&'a SectionValues>,
    key: &str,
) -> Option<&'a str> {
    let value = in_session.and_then(|values| values.get(key)).map(|value| value.as_str());
    value.or_else(|| files.get(profile, key)).filter(|value| !value.is_empty())
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

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
        let session = role.session;
        assert_eq!(session.name.as_deref(), Some("Acme Corp"));
        assert_eq!(session.token, TokenSource::Cache("/home/a/.aws/sso/cache".into()));
        assert_eq!(session.portal_url.as_deref(), Some("http://portal"));
        assert_eq!(session.oidc_url.as_deref(), Some("http://common"));
        let in_profile = resolve(&format!("[profile a]\n{ROLE}{PORTAL}")).unwrap();
        assert_eq!(SsoSession { name: session.name.clone(), ..in_profile.session }, session);
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
                "sso_region (/home/a/.aws/config, line 7) is not a valid region name.",
            ),
            ("[sso-session s]\njunk\n", "config, line 6: the setting has no equals sign"),
            ("[sso-session 's]\n", "config, line 5: the section name cannot be read"),
        ] {
            let error = resolve(&format!("{profile}{rest}")).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn a_setting_that_cannot_be_used_keeps_its_own_hint() {
        let config = format!("[profile a]\n{ROLE}{PORTAL}").replace("eu-west-1", "us-east-1 # x");
        let error = resolve(&config).unwrap_err();
        assert_eq!(error.hint(&from_texts(&config, "")), messages::NO_COMMENTS);
    }

    #[test]
    fn each_sign_in_is_listed_once() {
        let old = format!("[profile old]\n{PORTAL}{ROLE}");
        let other = old.replace("old", "b").replace("x.example", "y.example");
        let config = format!(
            "[sso-session s]\n{PORTAL}[sso-session t]\n{PORTAL}[sso-session u]\n\
            sso_region = x\n{old}{other}[profile in]\nsso_session = s\n{ROLE}"
        );
        let environment = Environment::Given(Arc::new([].into()));
        let all = SsoSession::all(&from_texts(&config, ""), &environment).unwrap();
        let labels: Vec<_> = all.iter().map(SsoSession::label).collect();
        assert_eq!(labels, ["s", "t", "https://y.example.org/start"]);
    }
}
