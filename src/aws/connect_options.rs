//! Options that a session is opened with, and the environment that supplies the rest.

#[cfg(test)]
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::model::PROFILE_VARIABLES;
use crate::model::Secret;

/// Options from the command line and keyflip's configuration. What is not set comes from the
/// environment and the profile, in the AWS CLI's order:
/// <https://docs.aws.amazon.com/cli/latest/userguide/cli-chap-configure.html>.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConnectOptions {
    /// `--profile`. Takes precedence over keys in the environment.
    pub profile: Option<String>,
    /// `--region`.
    pub region: Option<String>,
    /// `--endpoint-url`, for both IAM and STS.
    pub endpoint_url: Option<String>,
    /// `--ca-bundle`: a PEM file that replaces the system's certificates.
    pub ca_bundle: Option<PathBuf>,
    /// `--no-verify-ssl`.
    pub no_verify_ssl: bool,
    /// `--cli-read-timeout`: limit for one attempt. Zero means no limit.
    pub read_timeout: Option<Duration>,
    /// `--cli-connect-timeout`. Zero means no limit.
    pub connect_timeout: Option<Duration>,
    /// `--mfa-code`. Used once, for the first role that requires a code.
    pub mfa_code: Option<Secret>,
    /// Whether the session must not change anything.
    pub read_only: bool,
    /// Source of all other settings.
    pub config_source: ConfigSource,
}

/// Source of the settings that no option sets.
#[derive(Clone, Debug)]
pub(crate) enum ConfigSource {
    /// Environment variables, and the files that they point to.
    Environment(Environment),
    /// No source: environment, files and proxy settings are ignored.
    Isolated {
        /// Access key ID that signs.
        access_key: String,
        /// Secret access key.
        secret: Secret,
        /// Sign-in of the demo's Identity Center.
        sign_in: Option<DemoSignIn>,
    },
}

/// Sign-in of the demo's Identity Center, whose services have the URL of the demo.
#[derive(Clone, Debug)]
pub(crate) struct DemoSignIn {
    /// Name of the session.
    pub session: String,
    /// Region of the session.
    pub region: String,
    /// Access token for the portal.
    pub token: Secret,
}

impl Default for ConfigSource {
    fn default() -> Self {
        Self::Environment(Environment::Process)
    }
}

impl ConnectOptions {
    /// Returns options for the demo endpoint. They are isolated, so that no setting of this machine
    /// can redirect the session.
    pub(crate) fn demo(url: &str, access_key: &str, secret: &str) -> Self {
        Self {
            endpoint_url: Some(url.to_owned()),
            config_source: ConfigSource::Isolated {
                access_key: access_key.to_owned(),
                secret: Secret::new(secret),
                sign_in: None,
            },
            ..Self::default()
        }
    }

    /// Returns the profile that the options or the environment name.
    pub(super) fn named_profile(&self) -> Option<String> {
        self.profile.clone().or_else(|| self.environment()?.profile())
    }

    /// Adds a sign-in to isolated options.
    pub(crate) fn with_sign_in(mut self, added: DemoSignIn) -> Self {
        if let ConfigSource::Isolated { sign_in, .. } = &mut self.config_source {
            *sign_in = Some(added);
        }
        self
    }

    /// Returns the same options for another profile, without the MFA code, which was meant for the
    /// former one.
    pub(crate) fn for_profile(&self, profile: &str) -> Self {
        Self { profile: Some(profile.to_owned()), mfa_code: None, ..self.clone() }
    }

    /// Returns the environment; `None` for isolated options.
    pub(super) fn environment(&self) -> Option<&Environment> {
        match &self.config_source {
            ConfigSource::Environment(environment) => Some(environment),
            ConfigSource::Isolated { .. } => None,
        }
    }
}

/// Environment variables of the process, or those of a test.
#[derive(Clone, Debug)]
pub(crate) enum Environment {
    /// Those of this process.
    Process,
    /// Only these.
    #[cfg(test)]
    Given(Arc<BTreeMap<String, String>>),
}

impl Environment {
    /// Returns a variable that is set, not empty and UTF-8.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        self.variable(name).filter(|v| !v.is_empty())
    }

    /// Returns a variable that is set and UTF-8. It may be empty.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        match self {
            Self::Process => std::env::var(name).ok(),
            #[cfg(test)]
            Self::Given(variables) => variables.get(name).cloned(),
        }
    }

    /// Returns the first of these variables that is set.
    pub(super) fn first(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.get(name))
    }

    /// Returns the profile that the variables name.
    pub(super) fn profile(&self) -> Option<String> {
        self.first(&PROFILE_VARIABLES)
    }

    /// Replaces `~`, alone or before `/`, by the home directory.
    pub(super) fn expand(&self, path: &str) -> PathBuf {
        let is_home = |rest: &&str| rest.is_empty() || rest.starts_with('/');
        match (path.strip_prefix('~').filter(is_home), self.home()) {
            (Some(rest), Some(home)) => {
                home.join(rest.trim_start_matches('/')).components().collect()
            }
            _ => path.into(),
        }
    }

    /// Returns the home directory: `HOME`, else that of the process's user, as for keyflip's own
    /// files.
    fn home(&self) -> Option<PathBuf> {
        match self {
            Self::Process => std::env::home_dir(),
            #[cfg(test)]
            Self::Given(_) => self.get("HOME").map(PathBuf::from),
        }
    }
}

/// An error in the settings, such as an unknown profile, an unreadable file or an invalid URL. It
/// occurs before anything is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SettingsError {
    /// One sentence on what is wrong.
    pub message: Arc<str>,
    /// One sentence on what to do.
    pub hint: Arc<str>,
}

impl SettingsError {
    /// Creates an error from its two sentences.
    pub(super) fn new(message: impl Into<Arc<str>>, hint: impl Into<Arc<str>>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.message, self.hint)
    }
}

impl std::error::Error for SettingsError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_shows_in_debug_output() {
        let mut connect =
            ConnectOptions::demo("http://127.0.0.1:1", "AKIARZPUZDIKFYHOWX26", "wJalrXUtnFEMI");
        connect.mfa_code = Some(Secret::new("123456"));
        let shown = format!("{connect:?}");
        assert!(!shown.contains("wJalr") && !shown.contains("123456"), "{shown}");
    }
}
