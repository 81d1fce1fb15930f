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
    pub(super) scopes: Vec<String>,
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

/// A section with a sign-in that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::aws) struct InvalidSession {
    /// Name of the `[sso-session]`, or the start URL of a profile in the older format.
    pub(in crate::aws) label: String,
    pub(in crate::aws) start_url: String,
    pub(in crate::aws) error: SsoSettingsError,
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

    /// Returns every sign-in of the files: each `[sso-session]`, and each start URL that profiles
    /// in the older format name. Sections that lack a setting are left out. Those with a region or
    /// the URL of a service that is invalid are returned beside the others.
    pub(in crate::aws) fn all(
        files: &AwsConfigFiles,
        environment: &Environment,
    ) -> (Vec<Self>, Vec<InvalidSession>) {
        let (mut all, mut invalid): (Vec<Self>, Vec<InvalidSession>) = (Vec::new(), Vec::new());
        for session in Self::iter_sessions(files, environment) {
            match session {
                Ok(session) => {
                    // The token of a session of the same URL serves the older profiles as well.
                    let is_known = |other: &Self| other.start_url == session.start_url;
                    if session.name.is_some() || !all.iter().any(is_known) {
                        all.push(session);
                    }
                }
                Err(session) => {
                    // Many profiles may have the same URL and mistake. The URL is their label.
                    if !invalid.iter().any(|other| other.label == session.label) {
                        invalid.push(session);
                    }
                }
            }
        }
        (all, invalid)
    }

    /// Returns the sign-in with this label, see [`Self::label`].
    ///
    /// # Errors
    /// Returns an error if its region or the URL of a service is invalid.
    pub(in crate::aws) fn find(
        files: &AwsConfigFiles,
        environment: &Environment,
        label: &str,
    ) -> Result<Option<Self>, SsoSettingsError> {
        if let Some(error) = files.error_in(SectionKind::SsoSession, label) {
            return Err(error.clone().into());
        }
        let label_of = |session: &Result<Self, InvalidSession>| match session {
            Ok(session) => session.label() == label,
            Err(invalid) => invalid.label == label,
        };
        let found = Self::iter_sessions(files, environment).find(label_of).transpose();
        found.map_err(|invalid| invalid.error)
    }

    fn iter_sessions(
        files: &AwsConfigFiles,
        environment: &Environment,
    ) -> impl Iterator<Item = Result<Self, InvalidSession>> {
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
            let created = Self::new(session, url.clone(), region, environment);
            Some(match created {
                Ok(created) => Ok(created.with_sign_in_settings(get)),
                Err(error) => {
                    let label = session.unwrap_or(&url).to_owned();
                    Err(InvalidSession { label, start_url: url, error })
                }
            })
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

/// Returns a setting of the session that a profile names, or else of the profile, unless it is
/// empty.
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
