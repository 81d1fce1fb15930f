//! From settings to an opened session: at AWS or on the demo account inside,
//! with a writer or without, for the screen and the commands alike.

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

/// Opens sessions by one set of settings. Cheap to clone.
#[derive(Clone)]
pub(crate) struct SessionFactory(Arc<FactoryState>);

struct FactoryState {
    connect: ConnectOptions,
    settings: Settings,
    demo: Option<OnceCell<demo::DemoServer>>,
}

impl SessionFactory {
    /// An opener by the command line and the settings.
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

    /// The profile that the settings name.
    pub(crate) fn profile(&self) -> Option<Arc<str>> {
        self.0.connect.profile.as_deref().map(Arc::from)
    }

    /// Whether sessions are of the demo account inside, which lasts as long as
    /// this process.
    pub(crate) fn is_demo(&self) -> bool {
        self.0.demo.is_some()
    }

    /// How long a change may take: longer where the user lets a call take
    /// longer.
    pub(crate) fn limits(&self) -> ChangeLimits {
        let limits = ChangeLimits::default();
        match self.0.connect.read_timeout {
            Some(attempt) => limits
                .with_call(limits.call().max(attempt.saturating_mul(3) + Duration::from_secs(5))),
            None => limits,
        }
    }

    /// The profiles of the AWS configuration, those first that the screen was
    /// opened with last; none for the demo account.
    ///
    /// # Errors
    /// A file that can't be read.
    pub(crate) async fn profiles(&self) -> Result<Vec<Profile>, SettingsError> {
        if self.is_demo() {
            return Ok(Vec::new());
        }
        let mut profiles = aws::list_profiles(&Environment::Process).await?;
        let names = recent_profiles::default_path()
            .map(|path| recent_profiles::read_names(&path))
            .unwrap_or_default();
        let session_context =
            |profile: &Profile| names.iter().position(|name| **name == *profile.name);
        profiles.sort_by_key(|profile| session_context(profile).unwrap_or(usize::MAX));
        Ok(profiles)
    }

    /// Notes that the screen is open with the place's profile, for the order
    /// of [`Self::profiles`].
    pub(crate) async fn remember_profile(&self, session_context: &SessionContext) {
        let Some(profile) = session_context.profile.clone().filter(|_| !self.is_demo()) else {
            return;
        };
        let noted = tokio::task::spawn_blocking(move || match recent_profiles::default_path() {
            Some(path) => recent_profiles::move_to_front(&path, &profile),
            None => Ok(()),
        });
        if let Ok(Err(error)) = noted.await {
            tracing::debug!(%error, "the profile was not noted");
        }
    }

    /// Opens a session, of another profile where one is given. Nothing is
    /// sent.
    ///
    /// # Errors
    /// Settings that no session can be opened with, or a demo account that
    /// can't be started.
    pub(crate) async fn open(
        &self,
        id: SessionId,
        profile: Option<&str>,
    ) -> Result<Session, ServiceError> {
        let connect = match &self.0.demo {
            Some(demo) => {
                let running =
                    demo.get_or_try_init(async || demo::start(&demo::DemoOptions::default())).await;
                let url = running.map_err(|error| demo_failure(&error))?.url();
                ConnectOptions {
                    read_only: self.0.connect.read_only,
                    ..ConnectOptions::demo(&url, demo::OPERATOR_KEY, demo::SECRET)
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

    /// Asks who signs, and takes the writer away where the settings make the
    /// profile or the account read-only.
    ///
    /// # Errors
    /// No credentials, or STS's refusal.
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

/// The profile that wins over keys in the environment: the flag's. One from
/// the configuration file is a default, and gives way to such keys as
/// AWS_PROFILE does; AWS_PROFILE itself is looked at where sessions are opened.
fn explicit_profile(settings: &Settings) -> Option<String> {
    let keys_in_environment = || Environment::Process.get("AWS_ACCESS_KEY_ID").is_some();
    match settings.profile.source {
        SettingSource::Flag(_) => settings.profile.value.clone(),
        SettingSource::File { .. } if !keys_in_environment() => settings.profile.value.clone(),
        _ => None,
    }
}

/// Settings that no session can be opened with, told like a failed call.
fn settings_failure(SettingsError { message, hint }: SettingsError) -> ServiceError {
    ServiceError {
        kind: ErrorKind::Settings,
        operation: "Opening the session",
        code: None,
        message,
        request_id: None,
        hint: Some(hint),
    }
}

fn demo_failure(error: &io::Error) -> ServiceError {
    ServiceError {
        kind: ErrorKind::Settings,
        operation: "Starting the demo account",
        code: None,
        message: error.to_string().into(),
        request_id: None,
        hint: Some("It needs a free port on 127.0.0.1.".into()),
    }
}
