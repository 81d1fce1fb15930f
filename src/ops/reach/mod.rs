//! How an account is reached: by a profile, by a role of IAM Identity Center, or by a role that the
//! current session assumes.
//!
//! ```text
//! account ──► profiles that lead there (files only)
//!        ├──► Identity Center: ListAccountRoles of this account, preferred roles first
//!        ├──► roles of [reach], assumed from the current session or from `from`
//!        └──► other roles of Identity Center, which only the user can choose
//! ```
//!
//! An account is entered by the first route that works. No list of accounts is read for that.

mod error;
mod fan_out;
mod listing;
mod messages;
mod routes;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use futures_util::future::join_all;

use crate::aws::{Portal, Session};
use crate::model::{
    AccountId, ErrorKind, Profile, ReachSettings, RoleTemplate, Route, ServiceError,
    SessionContext, SessionId,
};
use crate::session_factory::{SessionFactory, settings_failure};

pub(crate) use error::ReachError;
pub(crate) use fan_out::{MAX_CONCURRENT_ACCOUNTS, run_accounts};
pub(crate) use messages::leads_elsewhere;
pub(crate) use routes::AccountRoutes;

/// The ways into accounts that files, sign-ins and settings offer. Cheap to clone.
#[derive(Clone)]
pub(crate) struct AccountRouter {
    session_factory: SessionFactory,
    settings: Arc<ReachSettings>,
    profiles: Arc<[Profile]>,
    portals: Arc<[Portal]>,
    /// Route to the credentials that assume roles; `None` for the current ones.
    role_source: Option<Arc<Route>>,
    partition: Arc<str>,
    invalid: InvalidSettings,
}

/// Settings that cannot be used, each with its error. The other routes still can.
#[derive(Clone, Debug, Default)]
struct InvalidSettings {
    /// The error that leaves no sign-in: that of `sso_session` in `[reach]`, or of the only ones in
    /// the AWS config files.
    sign_in: Option<Arc<ServiceError>>,
    /// Whether it is that of `sso_session`.
    is_named: bool,
    /// The errors of sign-ins beside those that can be used.
    other_sign_ins: Vec<Arc<ServiceError>>,
    /// The error of `from`.
    role_source: Option<Arc<ServiceError>>,
}

/// A session in an account, with the route that led there in its context.
#[derive(Clone, Debug)]
pub(crate) struct OpenedAccount {
    /// The session.
    pub session: Session,
    /// Its context.
    pub session_context: SessionContext,
}

impl AccountRouter {
    /// Reads the profiles and sign-ins. Roles are assumed from `[reach] from`, else from the
    /// session with this context, else from the current credentials. If the session was itself
    /// entered by a role, that is not the source: roles of other accounts trust the credentials
    /// before it. Nothing is sent.
    ///
    /// # Errors
    /// Returns an error if the settings or the files are invalid.
    pub(crate) async fn load(
        session_factory: &SessionFactory,
        current: Option<&SessionContext>,
    ) -> Result<Self, ServiceError> {
        let mut settings = session_factory.reach_settings();
        if let Some(role) = &settings.only_role {
            settings.sso_roles = vec![Arc::clone(role)];
            settings.roles = RoleTemplate::parse(role).into_iter().collect();
        }
        let beside = role_source_beside(current, session_factory);
        let named = settings.from.clone().map(Route::Profile);
        let mut invalid = InvalidSettings::default();
        let partition = async |source: &Option<Route>| match current {
            Some(context) if context.route == *source => {
                Ok(context.caller.arn.partition().unwrap_or("aws").into())
            }
            _ => session_factory.partition(source.as_ref()).await.map(Arc::from),
        };
        let partition: Arc<str> = match &named {
            None => partition(&beside).await?,
            Some(_) => match partition(&named).await {
                Ok(partition) => partition,
                Err(error) => {
                    invalid.role_source = Some(Arc::new(error));
                    partition(&beside).await?
                }
            },
        };
        let portals = match session_factory.portals().await {
            Err(error) if settings.sso_session.is_some() => {
                (invalid.sign_in, invalid.is_named) = (Some(Arc::new(error)), true);
                Vec::new()
            }
            portals => {
                let portals = portals?;
                let errors = portals.invalid.into_iter().map(|portal| portal.error);
                let mut errors: Vec<_> = errors.map(settings_failure).map(Arc::new).collect();
                errors.dedup();
                if portals.open.is_empty() && !errors.is_empty() {
                    invalid.sign_in = Some(errors.remove(0));
                }
                invalid.other_sign_ins = errors;
                portals.open
            }
        };
        Ok(Self {
            session_factory: session_factory.clone(),
            settings: Arc::new(settings),
            profiles: session_factory.profiles().await?.into(),
            portals: portals.into(),
            role_source: named.or(beside).map(Arc::new),
            partition,
            invalid,
        })
    }

    /// Returns the errors of settings that cannot be used, in sentences. The routes by other
    /// settings still can.
    pub(crate) fn invalid_settings(&self) -> impl Iterator<Item = String> {
        let InvalidSettings { sign_in, is_named, other_sign_ins, role_source } = &self.invalid;
        let sign_in = sign_in.iter().map(|error| match is_named {
            true => messages::invalid_setting("sso_session", error),
            false => messages::invalid_sign_in(error),
        });
        let others = other_sign_ins.iter().map(|error| messages::invalid_sign_in(error));
        let role_source = role_source.iter().map(|error| messages::invalid_setting("from", error));
        sign_in.chain(others).chain(role_source)
    }

    /// Returns the routes by profiles that lead into an account. Nothing is sent.
    pub(crate) fn profile_routes(&self, account: &AccountId) -> Vec<Route> {
        let current = self.session_factory.current_profile();
        routes::by_profile(&self.profiles, account, current.as_deref(), &self.settings)
    }

    /// Returns all routes into an account, the preferred ones first. One call for each sign-in.
    pub(crate) async fn routes(&self, account: &AccountId) -> AccountRoutes {
        let reads = self.portals.iter().map(|portal| portal.roles(account));
        let roles = join_all(reads).await.into_iter().map(|roles| roles.map_err(Arc::new));
        let assigned = self.portals.iter().map(Portal::name).zip(roles).collect();
        let role = |arn: String| Route::Role {
            arn: arn.into(),
            from: self.role_source.clone(),
            external_id: self.settings.external_id.clone(),
        };
        let templates = self.settings.roles.iter();
        let to_assume =
            templates.map(|role| role.arn(&self.partition, account)).map(role).collect();
        let mut found = AccountRoutes::new(
            self.profile_routes(account),
            assigned,
            to_assume,
            account,
            &self.settings,
        );
        found.errors.extend(self.invalid.sign_in.clone());
        found
    }

    /// Returns a sentence with the routes into an account besides the one that was taken, as far as
    /// the sign-ins list them. One call for each sign-in.
    pub(crate) async fn other_routes(&self, account: &AccountId, taken: &Route) -> Option<String> {
        let found = self.routes(account).await;
        let others: Vec<_> = found.all().iter().filter(|route| *route != taken).cloned().collect();
        (!others.is_empty()).then(|| messages::other_routes(account, &others))
    }

    /// Enters an account by the first preferred route that works. A route that fails only for now,
    /// such as by a timeout, is not replaced by another.
    ///
    /// # Errors
    /// Returns an error if there is no route, if several need a choice, if an MFA code is needed,
    /// or if all preferred routes fail.
    pub(crate) async fn open(
        &self,
        id: SessionId,
        account: &AccountId,
    ) -> Result<OpenedAccount, ReachError> {
        let mut failures = Vec::new();
        for route in self.profile_routes(account) {
            match self.open_route(id, account, &route).await {
                Err(ReachError::Failed(error)) if !error.kind.is_transient() => {
                    failures.push((route, error));
                }
                opened => return opened,
            }
        }
        let found = self.routes(account).await;
        for route in found.preferred().iter().filter(|route| !route.is_profile()) {
            match self.open_route(id, account, route).await {
                Err(ReachError::Failed(error)) if !error.kind.is_transient() => {
                    failures.push((route.clone(), error));
                }
                opened => return opened,
            }
        }
        Err(ReachError::without_route(account, failures, &found, self.has_sources()))
    }

    /// Enters an account by a route.
    ///
    /// # Errors
    /// Returns an error if the route fails, leads into another account, or needs an MFA code.
    pub(crate) async fn open_route(
        &self,
        id: SessionId,
        account: &AccountId,
        route: &Route,
    ) -> Result<OpenedAccount, ReachError> {
        let failed = |error| ReachError::Failed(Arc::new(error));
        let session = self.session_factory.open(id, Some(route)).await.map_err(failed)?;
        match self.identify(&session, account).await {
            Ok(session_context) => Ok(OpenedAccount { session, session_context }),
            Err(error) if session.awaits_mfa_code().is_some() => {
                Err(ReachError::MfaCode { session, error: Arc::new(error) })
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// Identifies the caller of a session, and checks that it leads into the account.
    ///
    /// # Errors
    /// Returns an error if the session has no credentials or leads into another account, or if STS
    /// refuses or cannot be reached.
    pub(crate) async fn identify(
        &self,
        session: &Session,
        account: &AccountId,
    ) -> Result<SessionContext, ServiceError> {
        let session_context = self.session_factory.identify(session).await?;
        if session_context.caller.account == *account {
            return Ok(session_context);
        }
        let message = messages::leads_elsewhere(&session_context, account);
        Err(ServiceError::new(ErrorKind::Settings, "GetCallerIdentity", message)
            .with_hint(messages::CHECK_ACCOUNT_OF_PROFILE))
    }

    /// Returns whether there is a sign-in that lists accounts, or is to be one.
    pub(crate) fn has_sign_in(&self) -> bool {
        !self.portals.is_empty() || self.invalid.sign_in.is_some()
    }

    /// Returns whether there is anything but profiles to reach accounts with.
    fn has_sources(&self) -> bool {
        !self.portals.is_empty() || !self.settings.roles.is_empty()
    }
}

/// Returns the route to the credentials that assume roles beside a session.
fn role_source_beside(
    current: Option<&SessionContext>,
    session_factory: &SessionFactory,
) -> Option<Route> {
    match current.map(|context| &context.route) {
        None | Some(None) => None,
        Some(Some(profile @ Route::Profile(_))) => Some(profile.clone()),
        Some(Some(Route::Role { from, .. })) => from.as_deref().cloned(),
        Some(Some(Route::Sso { .. })) => session_factory.start_route(),
    }
}
