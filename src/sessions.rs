//! From settings to an opened session: at AWS or on the demo account inside,
//! with a writer or without, for the screen and the commands alike.

mod recent;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OnceCell;

use crate::aws::{self, Connect, Environment, Session, SettingsError};
use crate::changes::Limits;
use crate::cli::Global;
use crate::config::{Settings, Source};
use crate::demo;
use crate::model::{ErrorKind, Place, Profile, Secret, ServiceError, SessionId};

/// Opens sessions by one set of settings. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Opener(Arc<Inner>);

struct Inner {
    connect: Connect,
    settings: Settings,
    demo: Option<OnceCell<demo::Running>>,
}

impl Opener {
    /// An opener by the command line and the settings.
    pub(crate) fn new(global: &Global, settings: Settings) -> Self {
        let seconds = |seconds: Option<u32>| seconds.map(|seconds| Duration::from_secs(u64::from(seconds)));
        let connect = Connect {
            profile: explicit_profile(&settings),
            region: settings.region.value.clone(),
            endpoint_url: global.endpoint_url.clone(),
            ca_bundle: global.ca_bundle.clone(),
            no_verify_ssl: global.no_verify_ssl,
            read_timeout: seconds(global.cli_read_timeout),
            connect_timeout: seconds(global.cli_connect_timeout),
            mfa_code: global.mfa_code.as_deref().and_then(Secret::mfa_code),
            read_only: matches!(settings.read_only.source, Source::Flag(_)) && settings.read_only.value,
            ..Connect::default()
        };
        let demo = global.demo.then(OnceCell::new);
        Self(Arc::new(Inner { connect, settings, demo }))
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
    pub(crate) fn limits(&self) -> Limits {
        let limits = Limits::default();
        match self.0.connect.read_timeout {
            Some(attempt) => limits.with_call(limits.call().max(attempt.saturating_mul(3) + Duration::from_secs(5))),
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
        let mut profiles = aws::profiles(&Environment::Process).await?;
        let names = recent::usual_path().map(|path| recent::names(&path)).unwrap_or_default();
        let place = |profile: &Profile| names.iter().position(|name| **name == *profile.name);
        profiles.sort_by_key(|profile| place(profile).unwrap_or(usize::MAX));
        Ok(profiles)
    }

    /// Notes that the screen is open with the place's profile, for the order
    /// of [`Self::profiles`].
    pub(crate) async fn remember(&self, place: &Place) {
        let Some(profile) = place.profile.clone().filter(|_| !self.is_demo()) else { return };
        let noted = tokio::task::spawn_blocking(move || match recent::usual_path() {
            Some(path) => recent::put_first(&path, &profile),
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
    pub(crate) async fn open(&self, id: SessionId, profile: Option<&str>) -> Result<Session, ServiceError> {
        let connect = match &self.0.demo {
            Some(demo) => {
                let running = demo.get_or_try_init(async || demo::start(&demo::Options::default())).await;
                let url = running.map_err(|error| no_demo(&error))?.url();
                Connect { read_only: self.0.connect.read_only, ..Connect::demo(&url, demo::OPERATOR_KEY, demo::SECRET) }
            }
            None => match profile {
                Some(profile) if self.0.connect.profile.as_deref() != Some(profile) => {
                    self.0.connect.for_profile(profile)
                }
                _ => self.0.connect.clone(),
            },
        };
        aws::open(&connect, id).await.map_err(unusable)
    }

    /// Asks who signs, and takes the writer away where the settings make the
    /// profile or the account read-only.
    ///
    /// # Errors
    /// No credentials, or STS's refusal.
    pub(crate) async fn identify(&self, session: &Session) -> Result<Place, ServiceError> {
        let mut place = session.identify().await?;
        let rule = self.0.settings.read_only_by(place.profile.as_deref(), &place.caller.account);
        if rule.is_some() {
            session.take_writer_away();
            place.read_only = true;
        }
        tracing::info!(
            account = %place.caller.account,
            caller = %place.caller.arn,
            source = &*place.source,
            endpoint = ?place.endpoint,
            read_only = place.read_only,
            "session open"
        );
        Ok(place)
    }
}

/// The profile that wins over keys in the environment: the flag's. One from
/// the configuration file is a default, and gives way to such keys as
/// AWS_PROFILE does; AWS_PROFILE itself is looked at where sessions are opened.
fn explicit_profile(settings: &Settings) -> Option<String> {
    let keys_in_environment = || Environment::Process.get("AWS_ACCESS_KEY_ID").is_some();
    match settings.profile.source {
        Source::Flag(_) => settings.profile.value.clone(),
        Source::File { .. } if !keys_in_environment() => settings.profile.value.clone(),
        _ => None,
    }
}

/// Settings that no session can be opened with, told like a failed call.
fn unusable(SettingsError { message, advice }: SettingsError) -> ServiceError {
    ServiceError {
        kind: ErrorKind::Settings,
        operation: "Opening the session",
        code: None,
        message,
        request_id: None,
        advice: Some(advice),
    }
}

fn no_demo(error: &io::Error) -> ServiceError {
    ServiceError {
        kind: ErrorKind::Settings,
        operation: "Starting the demo account",
        code: None,
        message: error.to_string().into(),
        request_id: None,
        advice: Some("It needs a free port on 127.0.0.1.".into()),
    }
}
