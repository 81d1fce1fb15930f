//! Portals of IAM Identity Center: the accounts and roles of the user, and sessions with a role.

use std::sync::Arc;

use crate::aws::client_config::ClientConfig;
use crate::aws::config_files::AwsConfigFiles;
use crate::aws::connect_options::{ConfigSource, ConnectOptions, SettingsError};
use crate::aws::credentials::origin::{BaseCredentials, CredentialOrigin, with_portal_url};
use crate::aws::credentials::profile_chain::CredentialSource;
use crate::aws::endpoint_hosts::is_same_start_url;
use crate::aws::http::client::HttpClients;
use crate::aws::iam::session::Session;
use crate::aws::messages;
use crate::aws::operations::{LIST_ACCOUNT_ROLES, LIST_ACCOUNTS};
use crate::aws::sdk_clients::ClientFactory;
use crate::aws::shared_config::SharedConfig;
use crate::aws::sso::error::SsoError;
use crate::aws::sso::session::{InvalidSession, SsoRole, SsoSession};
use crate::model::{AccountId, ErrorKind, ListedAccount, Route, ServiceError, SessionId};

/// The portal of one sign-in. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Portal {
    session: Arc<SsoSession>,
    client_factory: ClientFactory,
    read_only: bool,
}

/// The portals of all sign-ins in the config files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Portals {
    /// Those that can be used.
    pub open: Vec<Portal>,
    /// The sections that cannot be used.
    pub invalid: Vec<InvalidPortal>,
}

/// A sign-in in the config files that cannot be used.
#[derive(Clone, Debug)]
pub(crate) struct InvalidPortal {
    label: String,
    start_url: String,
    /// What is wrong with its settings.
    pub error: SettingsError,
}

/// Returns the portal of each sign-in in the config files. Sends nothing.
///
/// # Errors
/// Returns an error if a setting that all of them share or the CA bundle is invalid.
pub(crate) fn open_portals(
    connect: &ConnectOptions,
    config: &SharedConfig,
) -> Result<Portals, SettingsError> {
    let files = config.files();
    let (sessions, invalid) = match &connect.config_source {
        ConfigSource::Environment(environment) => SsoSession::all(files, environment),
        ConfigSource::Isolated { sign_in, .. } => {
            let url = connect.endpoint_url.as_deref().unwrap_or_default();
            let session = sign_in.as_ref().map(|sign_in| SsoSession::demo(sign_in, url));
            (session.into_iter().collect(), Vec::new())
        }
    };
    let invalid = invalid.into_iter().map(|InvalidSession { label, start_url, error }| {
        InvalidPortal { label, start_url, error: error.into_settings(files) }
    });
    let invalid = invalid.collect();
    if sessions.is_empty() {
        return Ok(Portals { open: Vec::new(), invalid });
    }
    let base = client_factory(connect, files, config.http())?;
    let portal = |session: SsoSession| {
        let client_factory = sign_in_factory(&base, connect, &session);
        Portal { session: Arc::new(session), client_factory, read_only: connect.read_only }
    };
    Ok(Portals { open: sessions.into_iter().map(portal).collect(), invalid })
}

impl InvalidPortal {
    /// Returns whether the name is that of the `[sso-session]`, or its start URL.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.label == name || is_same_start_url(&self.start_url, name)
    }
}

/// Returns the clients of all sign-ins, without the region of one.
///
/// # Errors
/// Returns an error if the settings or the CA bundle are invalid.
pub(super) fn client_factory(
    connect: &ConnectOptions,
    files: &AwsConfigFiles,
    http: &HttpClients,
) -> Result<ClientFactory, SettingsError> {
    // Settings of a profile apply, except for its endpoints, which are those of its own account.
    let named = connect.named_profile();
    let config = ClientConfig::resolve_without_profile_endpoints(connect, files, named.as_deref())?;
    let http = http.get(&config)?;
    Ok(ClientFactory { session: SessionId(0), config, http })
}

/// Returns the clients of a sign-in. Their partition follows it.
pub(super) fn sign_in_factory(
    base: &ClientFactory,
    connect: &ConnectOptions,
    session: &SsoSession,
) -> ClientFactory {
    let region = connect.region.clone().unwrap_or_else(|| session.region.clone());
    ClientFactory { config: ClientConfig { region, ..base.config.clone() }, ..base.clone() }
}

impl Portal {
    /// Returns the name of the `[sso-session]`, or the start URL of profiles in the older format,
    /// as written.
    pub(crate) fn name(&self) -> Arc<str> {
        self.session.label().into()
    }

    /// Returns whether the name is that of the `[sso-session]`, or its start URL.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.session.label() == name || is_same_start_url(&self.session.start_url, name)
    }

    /// Lists accounts of the user: the page that the former one named, or the first. One call.
    ///
    /// # Errors
    /// Returns an error if there is no valid token, or if the portal refuses or cannot be reached.
    pub(crate) async fn accounts(
        &self,
        page: Option<&str>,
    ) -> Result<(Vec<ListedAccount>, Option<String>), ServiceError> {
        let accounts = self.session.accounts(&self.client_factory, page).await;
        accounts.map_err(|error| self.error(LIST_ACCOUNTS, error))
    }

    /// Lists the names of the roles that the user has in an account. The portal does not tell an
    /// account without a role from one that does not exist; both have none. One call.
    ///
    /// # Errors
    /// Returns an error if there is no valid token, or if the portal cannot be reached.
    pub(crate) async fn roles(&self, account: &AccountId) -> Result<Vec<String>, ServiceError> {
        match self.session.roles(&self.client_factory, account).await {
            Err(SsoError::NotAssigned(_)) => Ok(Vec::new()),
            roles => roles.map_err(|error| self.error(LIST_ACCOUNT_ROLES, error)),
        }
    }

    /// Opens a session with a role. Nothing is sent.
    pub(crate) fn open(&self, id: SessionId, account: &AccountId, role: &str) -> Session {
        let role = SsoRole {
            session: SsoSession::clone(&self.session),
            account: account.as_str().to_owned(),
            role: role.to_owned(),
        };
        let route = Route::Sso {
            session: self.name(),
            account: account.clone(),
            role: role.role.as_str().into(),
        };
        let description = with_portal_url(route.to_string(), &role, &self.client_factory.config);
        let origin = CredentialOrigin {
            base: BaseCredentials::Sso(role),
            roles: Vec::new(),
            source: CredentialSource::Sso,
            profile: None,
            description: description.into(),
        };
        let client_factory = ClientFactory { session: id, ..self.client_factory.clone() };
        Session::for_origin(route, origin, client_factory, self.read_only)
    }

    fn error(&self, operation: &'static str, error: SsoError) -> ServiceError {
        match error {
            SsoError::Call(call) | SsoError::NotAssigned(call) => call,
            SsoError::Token(_) | SsoError::Expired | SsoError::Refused => ServiceError::new(
                ErrorKind::CredentialSourceFailed,
                operation,
                messages::sso_session_failed(self.session.label(), &error),
            )
            .with_hint(self.session.sign_in_hint())
            .with_sign_in(self.name()),
        }
    }
}
