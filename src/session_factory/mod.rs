//! Factory of sessions for screen and commands: on AWS or on the embedded demo account, read-only
//! or not.

mod recent_profiles;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OnceCell;

use crate::aws::{self, ConnectOptions, Environment, Session, SettingsError};
use crate::changes::ChangeLimits;
use crate::cli::GlobalArgs;
use crate::config::{SettingSource, Settings};
use crate::demo;
use crate::model::{ErrorKind, Profile, Secret, ServiceError, SessionContext, SessionId};

/// Opens sessions with the same settings. Cheap to clone.
#[derive(Clone)]
pub(crate) struct SessionFactory(Arc<FactoryState>);

struct FactoryState {
    connect: ConnectOptions,
    settings: Settings,
    demo: Option<OnceCell<demo::DemoServer>>,
}

impl SessionFactory {
    /// Creates a factory from the command line and the settings.
    pub(crate) fn new(global: &GlobalArgs, settings: Settings) -> Self {
        let seconds =
            |seconds: Option<u32>| seconds.map(|seconds| Duration::from_secs(u64::from(seconds)));
        let connect = ConnectOptions {
            profile: explicit_profile(&settings),
            region: settings.region.value.clone(),
            endpoint_url: global.endpoint_url.clone(),
            ca_bundle: global.ca_bundle.clone(),
            no_verify_ssl: global.no_verify_ssl,
            read_timeout: seconds(global.cli_read_timeout),
            connect_timeout: seconds(global.cli_connect_timeout),
            mfa_code: global.mfa_code.as_deref().and_then(Secret::mfa_code),
            read_only: matches!(settings.read_only.source, SettingSource::Flag(_))
                && settings.read_only.value,
            ..ConnectOptions::default()
        };
        let demo = global.demo.then(OnceCell::new);
        Self(Arc::new(FactoryState { connect, settings, demo }))
    }

    /// Returns the profile that takes precedence over the environment, see [`explicit_profile`].
    pub(crate) fn profile(&self) -> Option<Arc<str>> {
        self.0.connect.profile.as_deref().map(Arc::from)
    }

    /// Returns `true` if sessions are on the embedded demo account, which exists as long as this
    /// process.
    pub(crate) fn is_demo(&self) -> bool {
        self.0.demo.is_some()
    }

    /// Returns the limits for a change: longer ones if `--cli-read-timeout` is longer.
    pub(crate) fn limits(&self) -> ChangeLimits {
        let limits = ChangeLimits::default();
        match self.0.connect.read_timeout {
            Some(attempt) => limits
                .with_call(limits.call().max(attempt.saturating_mul(3) + Duration::from_secs(5))),
            None => limits,
        }
    }

    /// Returns the profiles of the AWS config files, those used last first; none for the demo
    /// account.
    ///
    /// # Errors
    /// Returns an error if a file cannot be read or parsed.
    pub(crate) async fn profiles(&self) -> Result<Vec<Profile>, SettingsError> {
        if self.is_demo() {
            return Ok(Vec::new());
        }
        let mut profiles = aws::list_profiles(&Environment::Process).await?;
        let names = recent_profiles::default_path()
            .map(|path| recent_profiles::read_names(&path))
            .unwrap_or_default();
        let rank = |profile: &Profile| names.iter().position(|name| **name == *profile.name);
        profiles.sort_by_key(|profile| rank(profile).unwrap_or(usize::MAX));
        Ok(profiles)
    }

    /// Saves the session's profile as the one used last, for the order of [`Self::profiles`].
    pub(crate) async fn remember_profile(&self, session_context: &SessionContext) {
        let Some(profile) = session_context.profile.clone().filter(|_| !self.is_demo()) else {
            return;
        };
        let saved = tokio::task::spawn_blocking(move || match recent_profiles::default_path() {
            Some(path) => recent_profiles::move_to_front(&path, &profile),
            None => Ok(()),
        });
        if let Ok(Err(error)) = saved.await {
            tracing::debug!(%error, "could not save the recent profiles");
        }
    }

    /// Opens a session, with another profile if one is given. Nothing is sent.
    ///
    /// # Errors
    /// Returns an error if the settings are invalid or the demo account cannot start.
    pub(crate) async fn open(
        &self,
        id: SessionId,
        profile: Option<&str>,
    ) -> Result<Session, ServiceError> {
        let connect = match &self.0.demo {
            Some(demo) => {
                let options = demo::DemoOptions {
                    organization: Some(demo::SMALL_ORGANIZATION),
                    ..demo::DemoOptions::default()
                };
                let running = demo.get_or_try_init(async || demo::start(&options)).await;
                let url = running.map_err(|error| demo_failure(&error))?.url();
                ConnectOptions {
                    read_only: self.0.connect.read_only,
                    ..ConnectOptions::demo(&url, demo::OPERATOR_KEY, demo::DEMO_SECRET)
                }
            }
            None => match profile {
                Some(profile) if self.0.connect.profile.as_deref() != Some(profile) => {
                    self.0.connect.for_profile(profile)
                }
                _ => self.0.connect.clone(),
            },
        };
        aws::open(&connect, id).await.map_err(settings_failure)
    }

    /// Identifies the caller, and makes the session read-only if the settings require it for its
    /// profile or account.
    ///
    /// # Errors
    /// Returns an error if there are no credentials, or if STS refuses or cannot be reached.
    pub(crate) async fn identify(&self, session: &Session) -> Result<SessionContext, ServiceError> {
        let mut session_context = session.identify().await?;
        let rule = self
            .0
            .settings
            .read_only_by(session_context.profile.as_deref(), &session_context.caller.account);
        if rule.is_some() {
            session.make_read_only();
            session_context.read_only = true;
        }
        tracing::info!(
            account = %session_context.caller.account,
            caller = %session_context.caller.arn,
            source = &*session_context.source,
            endpoint = ?session_context.endpoint,
            read_only = session_context.read_only,
            "session open"
        );
        Ok(session_context)
    }
}

/// Returns the profile that takes precedence over the environment: that of `--profile`. The profile
/// in the configuration file is a default that, like AWS_PROFILE, yields to keys in the
/// environment. [`aws::open`] reads AWS_PROFILE itself.
fn explicit_profile(settings: &Settings) -> Option<String> {
    let keys_in_environment = || Environment::Process.get("AWS_ACCESS_KEY_ID").is_some();
    match settings.profile.source {
        SettingSource::Flag(_) => settings.profile.value.clone(),
        SettingSource::File { .. } if !keys_in_environment() => settings.profile.value.clone(),
        _ => None,
    }
}

/// Converts an error in the settings.
fn settings_failure(SettingsError { message, hint }: SettingsError) -> ServiceError {
    ServiceError::new(ErrorKind::Settings, "Opening the session", message).with_hint(hint)
}

fn demo_failure(error: &io::Error) -> ServiceError {
    ServiceError::new(ErrorKind::Settings, "Starting the demo account", error.to_string())
        .with_hint("The demo account needs a free port on 127.0.0.1.")
}
