//! What a session is opened with: flags, and where everything else is found.

#[cfg(test)]
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::model::Secret;

/// How to reach AWS, as flags and configuration say it. Whatever is left out
/// is taken from the environment and the profile, as the AWS CLI does.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConnectOptions {
    /// `--profile`: wins over keys in the environment.
    pub profile: Option<String>,
    /// `--region`.
    pub region: Option<String>,
    /// `--endpoint-url`, for IAM and STS both.
    pub endpoint_url: Option<String>,
    /// `--ca-bundle`: a PEM file that replaces the system's certificates.
    pub ca_bundle: Option<PathBuf>,
    /// `--no-verify-ssl`.
    pub no_verify_ssl: bool,
    /// `--cli-read-timeout`: the longest silence while waiting for an answer.
    /// Zero means none.
    pub read_timeout: Option<Duration>,
    /// `--cli-connect-timeout`. Zero means none.
    pub connect_timeout: Option<Duration>,
    /// `--mfa-code`: used once, for the first role that asks for it.
    pub mfa_code: Option<Secret>,
    /// Whether the session gets no writer.
    pub read_only: bool,
    /// Where the rest comes from.
    pub config_source: ConfigSource,
}

/// Where settings that no flag gives come from.
#[derive(Clone, Debug)]
pub(crate) enum ConfigSource {
    /// The environment, and the files it points to.
    Environment(Environment),
    /// Nowhere: no environment, no file and no proxy is looked at.
    Isolated {
        /// The key ID that signs.
        access_key: String,
        /// Its secret.
        secret: Secret,
    },
}

impl Default for ConfigSource {
    fn default() -> Self {
        Self::Environment(Environment::Process)
    }
}

impl ConnectOptions {
    /// A session on the demo endpoint, built from nothing, so that no
    /// setting of the machine can send it elsewhere.
    pub(crate) fn demo(url: &str, access_key: &str, secret: &str) -> Self {
        Self {
            endpoint_url: Some(url.to_owned()),
            config_source: ConfigSource::Isolated {
                access_key: access_key.to_owned(),
                secret: Secret::new(secret),
            },
            ..Self::default()
        }
    }

    /// The same, for another profile. The code was meant for the former one.
    pub(crate) fn for_profile(&self, profile: &str) -> Self {
        Self { profile: Some(profile.to_owned()), mfa_code: None, ..self.clone() }
    }

    /// The environment to look into; `None` for a session built from nothing.
    pub(super) fn environment(&self) -> Option<&Environment> {
        match &self.config_source {
            ConfigSource::Environment(environment) => Some(environment),
            ConfigSource::Isolated { .. } => None,
        }
    }
}

/// The environment variables: of the process, or those a test gives.
#[derive(Clone, Debug)]
pub(crate) enum Environment {
    /// The process's own.
    Process,
    /// These, and no others.
    #[cfg(test)]
    Given(Arc<BTreeMap<String, String>>),
}

impl Environment {
    /// A variable that is set, not empty, and UTF-8.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let value = match self {
            Self::Process => std::env::var(name).ok(),
            #[cfg(test)]
            Self::Given(variables) => variables.get(name).cloned(),
        };
        value.filter(|v| !v.is_empty())
    }

    /// The first of these variables that is set.
    pub(super) fn first(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.get(name))
    }

    /// A path with a leading `~` replaced by the home directory.
    pub(super) fn expand(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), self.first(&["HOME", "USERPROFILE"])) {
            (Some(rest), Some(home)) => Path::new(&home).join(rest),
            _ => path.into(),
        }
    }
}

/// Settings that no session can be opened with: a profile that does not
/// exist, a file that can't be read, a URL that is none. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SettingsError {
    /// What is wrong, a sentence.
    pub message: Arc<str>,
    /// What to do about it, a sentence.
    pub hint: Arc<str>,
}

impl SettingsError {
    /// An error of these two sentences.
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
