//! Factory of sessions for screen and commands: on AWS or on the embedded demo account, read-only
//! or not.

mod config_cache;
mod recent;
mod source_sessions;

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::OnceCell;

use crate::aws::{
    self, ConnectOptions, DemoSignIn, Environment, InvalidPortal, Portals, Session, SettingsError,
    SharedConfig, SignIn, sso_session_not_found,
};
use crate::changes::ChangeLimits;
use crate::cli::GlobalArgs;
use crate::config::{SettingSource, Settings};
use crate::demo;
use crate::model::{
    ActivitySettings, ErrorKind, Profile, ReachSettings, RecentlyUsed, RoleTemplate, Route, Secret,
    ServiceEndpoints, ServiceError, SessionContext, SessionId,
};

use config_cache::ConfigCache;

/// The source sessions by their routes; a cell is empty while its session is opened.
type SourceSessions = HashMap<Option<Route>, Arc<OnceCell<Session>>>;

/// Opens sessions with the same settings. Cheap to clone.
#[derive(Clone)]
pub(crate) struct SessionFactory(Arc<FactoryState>);

struct FactoryState {
    connect: ConnectOptions,
    settings: Settings,
    demo: Option<OnceCell<demo::DemoServer>>,
    /// Name of the only role to use in other accounts.
    only_role: Option<Arc<str>>,
    config: ConfigCache,
    /// Sessions whose credentials assume roles, by their routes.
    source_sessions: Mutex<SourceSessions>,
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
        let only_role = global.role.as_deref().map(Arc::from);
        let config = ConfigCache::default();
        Self(Arc::new(FactoryState {
            connect,
            settings,
            demo,
            only_role,
            config,
            source_sessions: Mutex::default(),
        }))
    }

    /// Returns the profile that takes precedence over the environment, see [`explicit_profile`].
    pub(crate) fn profile(&self) -> Option<Arc<str>> {
        self.0.connect.profile.as_deref().map(Arc::from)
    }

    /// Returns the current profile; `None` if keys in the environment are used
    /// instead, and in the demo.
    pub(crate) fn current_profile(&self) -> Option<Arc<str>> {
        if self.is_demo() {
            return None;
        }
        let has_keys = Environment::Process.get("AWS_ACCESS_KEY_ID").is_some();
        self.profile().or_else(|| {
            let named = self.0.settings.profile.value.as_deref().unwrap_or("default");
            (!has_keys).then(|| named.into())
        })
    }

    /// Returns the route to the credentials of the start; `None` without an explicit profile.
    pub(crate) fn start_route(&self) -> Option<Route> {
        self.profile().map(Route::Profile)
    }

    /// Returns whether sessions are on the embedded demo account, which exists as long as this
    /// process.
    pub(crate) fn is_demo(&self) -> bool {
        self.0.demo.is_some()
    }

    /// Returns the limits for a change: longer ones if `--cli-read-timeout` is longer.
    pub(crate) fn limits(&self) -> ChangeLimits {
        let limits = ChangeLimits::default();
        match self.0.connect.read_timeout {
            Some(attempt) => ChangeLimits::with_call(
                limits.call().max(attempt.saturating_mul(3) + Duration::from_secs(5)),
            ),
            None => limits,
        }
    }

    /// Returns the profiles of the AWS config files, those used last first; none for the demo
    /// account.
    ///
    /// # Errors
    /// Returns an error if a file cannot be read or parsed.
    pub(crate) async fn profiles(&self) -> Result<Vec<Profile>, ServiceError> {
        if self.is_demo() {
            return Ok(Vec::new());
        }
        let mut profiles = self.shared_config().await?.profiles();
        let recent = self.recent();
        let is = |recent: &RecentlyUsed, profile: &Profile| matches!(recent, RecentlyUsed::Profile(name) if *name == profile.name);
        let rank = |profile: &Profile| recent.iter().position(|recent| is(recent, profile));
        profiles.sort_by_cached_key(|profile| rank(profile).unwrap_or(usize::MAX));
        Ok(profiles)
    }

    /// Returns the profiles and accounts used last, the latest first; none for the demo account.
    pub(crate) fn recent(&self) -> Vec<RecentlyUsed> {
        let path = recent::default_path().filter(|_| !self.is_demo());
        path.map(|path| recent::read(&path)).unwrap_or_default()
    }

    /// Keeps an identified session for roles that its credentials assume, so that they need no
    /// other MFA code. Saves its profile or account as the one used last, for the order of lists.
    pub(crate) async fn remember(&self, session: &Session, session_context: &SessionContext) {
        self.keep_as_source_session(session, session_context.route.as_ref());
        let used = match (&session_context.route, &session_context.profile) {
            (Some(Route::Sso { .. } | Route::Role { .. }), _) => {
                RecentlyUsed::Account(session_context.caller.account.clone())
            }
            (_, Some(profile)) => RecentlyUsed::Profile(Arc::clone(profile)),
            (_, None) => return,
        };
        let Some(path) = recent::default_path().filter(|_| !self.is_demo()) else { return };
        let line = recent::to_line(&used);
        let saved = tokio::task::spawn_blocking(move || recent::move_to_front(&path, &line)).await;
        if let Ok(Err(error)) = saved {
            tracing::debug!(%error, "could not save what was used last");
        }
    }

    /// Opens a session by a route; without one, with the current credentials. Nothing is sent.
    ///
    /// # Errors
    /// Returns an error if the settings are invalid, if the route's sign-in does not exist, or if
    /// the demo account cannot start.
    pub(crate) async fn open(
        &self,
        id: SessionId,
        route: Option<&Route>,
    ) -> Result<Session, ServiceError> {
        match route {
            Some(Route::Sso { session, account, role }) => {
                let Portals { open, invalid } = self.portals().await?;
                if let Some(portal) = open.iter().find(|portal| portal.name() == *session) {
                    return Ok(portal.open(id, account, role));
                }
                Err(unusable_session(invalid, session))
            }
            Some(route @ Route::Role { arn, from, external_id }) => {
                let source = Box::pin(self.source_session(from.as_deref())).await?;
                let read_only = self.0.connect.read_only;
                Ok(source.assume(id, route, arn, external_id.as_deref(), read_only))
            }
            Some(Route::Profile(profile)) => {
                let config = self.shared_config().await?;
                Box::pin(self.open_profile(&config, id, profile)).await
            }
            None => {
                let config = self.shared_config().await?;
                let connect = self.connect_options().await?;
                let session = config.open(&connect, id).map_err(settings_failure)?;
                self.set_source_session(None, &session);
                Ok(session)
            }
        }
    }

    /// Returns the AWS config files, for any number of profiles. They are read again only if they
    /// have changed.
    ///
    /// # Errors
    /// Returns an error if a file cannot be read, or if the demo account cannot start.
    pub(crate) async fn shared_config(&self) -> Result<SharedConfig, ServiceError> {
        let connect = self.connect_options().await?;
        self.0.config.get(&connect).await.map_err(settings_failure)
    }

    /// Opens a session with a profile of files that were read. Nothing is sent.
    ///
    /// # Errors
    /// Returns an error if the settings are invalid, or if the demo account cannot start.
    pub(crate) async fn open_profile(
        &self,
        config: &SharedConfig,
        id: SessionId,
        profile: &str,
    ) -> Result<Session, ServiceError> {
        let connect = self.profile_options(profile).await?;
        config.open(&connect, id).map_err(settings_failure)
    }

    /// Returns the endpoints of a session with a profile of files that were read; `None` if it
    /// cannot be opened.
    pub(crate) async fn service_endpoints(
        &self,
        config: &SharedConfig,
        profile: &str,
    ) -> Option<ServiceEndpoints> {
        let connect = self.profile_options(profile).await.ok()?;
        config.service_endpoints(&connect, profile).ok()
    }

    /// Returns the options of a session with a profile.
    async fn profile_options(&self, profile: &str) -> Result<ConnectOptions, ServiceError> {
        let connect = self.connect_options().await?;
        let is_current = connect.profile.as_deref() == Some(profile);
        Ok(if is_current { connect } else { connect.for_profile(profile) })
    }

    /// Returns the portal of each sign-in to Identity Center that the settings allow: all of the
    /// AWS config files as they are now, or the one of `[reach] sso_session`. Nothing is sent.
    ///
    /// # Errors
    /// Returns an error if the settings are invalid or the demo account cannot start.
    pub(crate) async fn portals(&self) -> Result<Portals, ServiceError> {
        let connect = self.connect_options().await?;
        let Portals { open, invalid } =
            self.0.config.portals(&connect).await.map_err(settings_failure)?;
        let Some(name) = self.reach_settings().sso_session else {
            return Ok(Portals { open, invalid });
        };
        match open.into_iter().find(|portal| portal.is_named(&name)) {
            Some(portal) => Ok(Portals { open: vec![portal], invalid: Vec::new() }),
            None => Err(unusable_session(invalid, &name)),
        }
    }

    /// Returns the sign-in with this name or start URL, else that of the profile, else the only
    /// one. Nothing is sent.
    ///
    /// # Errors
    /// Returns an error if there is no such sign-in, if several are left, or if the settings are
    /// invalid.
    pub(crate) async fn sign_in(&self, named: Option<&str>) -> Result<SignIn, ServiceError> {
        let connect = self.connect_options().await?;
        let preferred = self.reach_settings().sso_session;
        let found = aws::find_sign_in(&connect, named, preferred.as_deref()).await;
        found.map_err(settings_failure)
    }

    /// Returns the preferences for routes into accounts.
    pub(crate) fn reach_settings(&self) -> ReachSettings {
        if self.is_demo() {
            return ReachSettings {
                sso_roles: vec![demo::INCIDENT_RESPONDER.into()],
                roles: RoleTemplate::parse(demo::HUB_ROLE).into_iter().collect(),
                only_role: self.0.only_role.clone(),
                ..ReachSettings::default()
            };
        }
        let reach = &self.0.settings.reach;
        let text = |text: &Option<String>| text.as_deref().map(Arc::from);
        ReachSettings {
            sso_session: text(&reach.sso_session.value),
            sso_roles: reach.sso_roles.value.iter().map(|role| role.as_str().into()).collect(),
            roles: reach.roles.value.clone(),
            from: text(&reach.from.value),
            external_id: text(&reach.external_id.value),
            only_role: self.0.only_role.clone(),
        }
    }

    /// Returns the preferences for reading the activity of a key.
    pub(crate) fn activity_settings(&self) -> ActivitySettings {
        if self.is_demo() {
            return ActivitySettings::default();
        }
        let activity = &self.0.settings.activity;
        ActivitySettings { regions: activity.regions.value.clone(), watch: activity.watch.value }
    }

    /// Returns the options of the current credentials.
    async fn connect_options(&self) -> Result<ConnectOptions, ServiceError> {
        let Some(demo) = &self.0.demo else { return Ok(self.0.connect.clone()) };
        let options = demo::DemoOptions {
            organization: Some(demo::SMALL_ORGANIZATION),
            ..demo::DemoOptions::default()
        };
        let running = demo.get_or_try_init(async || demo::start(&options)).await;
        let url = running.map_err(|error| demo_failure(&error))?.url();
        let sign_in = DemoSignIn {
            session: demo::SSO_SESSION.to_owned(),
            region: demo::DEMO_REGION.to_owned(),
            token: Secret::new(demo::DEMO_SSO_TOKEN),
        };
        Ok(ConnectOptions {
            read_only: self.0.connect.read_only,
            ..ConnectOptions::demo(&url, demo::OPERATOR_KEY, demo::DEMO_SECRET)
                .with_sign_in(sign_in)
        })
    }

    /// Identifies the caller, and makes the session read-only if the settings require it for its
    /// profile or account.
    ///
    /// # Errors
    /// Returns an error if there are no credentials, or if STS refuses or cannot be reached.
    pub(crate) async fn identify(&self, session: &Session) -> Result<SessionContext, ServiceError> {
        let mut session_context = session.identify().await?;
        // The rule for a profile holds for the roles that its credentials assume.
        let profile = match &session_context.route {
            Some(Route::Role { from, .. }) => self.profile_of_source(from.as_deref()),
            _ => session_context.profile.clone(),
        };
        let account = &session_context.caller.account;
        let rule = self.0.settings.read_only_by(profile.as_deref(), Some(account));
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
/// in the configuration file is a default that, like one in the environment, yields to keys in the
/// environment. [`SharedConfig::open`] reads [`PROFILE_VARIABLES`](crate::model::PROFILE_VARIABLES)
/// itself.
fn explicit_profile(settings: &Settings) -> Option<String> {
    let keys_in_environment = || Environment::Process.get("AWS_ACCESS_KEY_ID").is_some();
    match settings.profile.source {
        SettingSource::Flag(_) => settings.profile.value.clone(),
        SettingSource::File { .. } if !keys_in_environment() => settings.profile.value.clone(),
        _ => None,
    }
}

/// Returns why there is no portal with this name: the error in its settings, if it has one.
fn unusable_session(invalid: Vec<InvalidPortal>, name: &str) -> ServiceError {
    let named = invalid.into_iter().find(|invalid| invalid.is_named(name));
    let unknown = || SettingsError {
        message: sso_session_not_found(name).into(),
        hint: "Check sso_session in [reach], or run aws configure sso-session.".into(),
    };
    settings_failure(named.map_or_else(unknown, |invalid| invalid.error))
}

/// Converts an error in the settings.
pub(crate) fn settings_failure(SettingsError { message, hint }: SettingsError) -> ServiceError {
    ServiceError::new(ErrorKind::Settings, "Opening the session", message).with_hint(hint)
}

fn demo_failure(error: &io::Error) -> ServiceError {
    ServiceError::new(
        ErrorKind::Settings,
        "Starting the demo account",
        format!("Could not start the demo account: {error}"),
    )
    .with_hint("The demo account needs a free port on 127.0.0.1.")
}
