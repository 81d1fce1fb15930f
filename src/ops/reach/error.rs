//! Accounts that cannot be reached.

use std::sync::Arc;

use thiserror::Error;

use crate::aws::Session;
use crate::model::{AccountId, ErrorKind, Route, ServiceError};
use crate::ops::reach::AccountRoutes;
use crate::ops::reach::messages;

/// Operation of errors that no call has caused.
const OPERATION: &str = "Opening the session";

/// An account that cannot be reached. `Display` writes a complete sentence.
#[derive(Clone, Debug, Error)]
pub(crate) enum ReachError {
    /// No route leads there.
    #[error("{}", messages::no_route(.account, .without_role))]
    NoRoute {
        /// The account.
        account: AccountId,
        /// Sign-ins that have no role there.
        without_role: Vec<Arc<str>>,
        /// Whether there are sign-ins or roles to assume at all.
        has_sources: bool,
    },
    /// Only the user can choose between the routes.
    #[error("{}", messages::several_routes(.account, .routes, .sign_ins))]
    Choice {
        /// The account.
        account: AccountId,
        /// The routes.
        routes: Vec<Route>,
        /// Errors of sign-ins, which may have other routes.
        sign_ins: Vec<Arc<ServiceError>>,
    },
    /// All preferred routes failed.
    #[error("{}", messages::routes_failed(.account, .failures, .sign_ins))]
    RoutesFailed {
        /// The account.
        account: AccountId,
        /// The routes with their errors, at least one.
        failures: Vec<(Route, Arc<ServiceError>)>,
        /// Errors of sign-ins, which may have other routes; at least one if there is only one
        /// route.
        sign_ins: Vec<Arc<ServiceError>>,
    },
    /// The only route or a call before it failed.
    #[error(transparent)]
    Failed(Arc<ServiceError>),
    /// The session needs an MFA code. Submit it, then identify the session again.
    #[error("{error}")]
    MfaCode {
        /// The session.
        session: Session,
        /// The error without the code.
        error: Arc<ServiceError>,
    },
    /// No account has this name.
    #[error("{}", messages::unknown_name(.name, *.has_sign_in))]
    UnknownName {
        /// The name.
        name: Arc<str>,
        /// Similar names.
        similar: Vec<Arc<str>>,
        /// Whether there is a sign-in that lists accounts.
        has_sign_in: bool,
    },
    /// Several accounts have this name.
    #[error("{}", messages::several_accounts(.name, .accounts))]
    SeveralAccounts {
        /// The name.
        name: Arc<str>,
        /// The accounts.
        accounts: Vec<AccountId>,
    },
}

/// Adds to the error of the only route which other roles there are: those that Identity Center
/// assigns in place of the only one that is wanted, else those that only the user can choose.
fn with_other_roles(
    error: &Arc<ServiceError>,
    account: &AccountId,
    found: &AccountRoutes,
) -> Arc<ServiceError> {
    if let Some((wanted, assigned)) = &found.not_assigned {
        let message = messages::role_not_assigned(wanted, assigned, account, &error.message).into();
        let hint = messages::use_assigned_role(wanted);
        return Arc::new(ServiceError { message, ..ServiceError::clone(error) }.with_hint(hint));
    }
    let others = &found.all()[found.preferred().len()..];
    if others.is_empty() {
        return Arc::clone(error);
    }
    let roles = messages::other_roles(others);
    let hint =
        error.hint.as_deref().map_or_else(|| roles.clone(), |hint| format!("{hint} {roles}"));
    Arc::new(ServiceError::clone(error).with_hint(hint))
}

impl ReachError {
    /// Returns the error for an account that no preferred route led into.
    pub(super) fn without_route(
        account: &AccountId,
        failures: Vec<(Route, Arc<ServiceError>)>,
        found: &AccountRoutes,
        has_sources: bool,
    ) -> Self {
        let account = account.clone();
        match (failures.as_slice(), found.all(), found.errors.first()) {
            ([(_, only)], _, None) => Self::Failed(with_other_roles(only, &account, found)),
            ([_, ..], ..) => {
                Self::RoutesFailed { account, failures, sign_ins: found.errors.clone() }
            }
            ([], [_, ..], _) => {
                let (routes, sign_ins) = (found.all().to_vec(), found.errors.clone());
                Self::Choice { account, routes, sign_ins }
            }
            ([], [], Some(error)) => Self::Failed(Arc::clone(error)),
            ([], [], None) => {
                let without_role = found.without_role.clone();
                Self::NoRoute { account, without_role, has_sources }
            }
        }
    }

    /// Returns why the account was not tried, in a few words: `no role`, or `choose a role`. `None`
    /// if a call has failed.
    pub(crate) fn label(&self) -> Option<&'static str> {
        match self {
            Self::NoRoute { .. } => Some(messages::NO_ROLE),
            Self::Choice { .. } => Some(messages::CHOOSE_A_ROLE),
            _ => None,
        }
    }

    /// Returns the error to act on first: one that signing in solves, else the last one. `None`
    /// unless several routes failed.
    fn decisive(&self) -> Option<&Arc<ServiceError>> {
        let Self::RoutesFailed { failures, sign_ins, .. } = self else { return None };
        let mut all = failures.iter().map(|(_, error)| error).chain(sign_ins);
        let last = failures.last().map(|(_, error)| error);
        all.find(|error| error.sign_in.is_some()).or(last)
    }

    /// Returns the error as one of a service. Only a failed route keeps its kind and code; several
    /// keep the sign-in that is missing.
    pub(crate) fn into_service_error(self) -> Arc<ServiceError> {
        let kind = match &self {
            Self::Failed(error) | Self::MfaCode { error, .. } => return Arc::clone(error),
            Self::RoutesFailed { .. } => {
                self.decisive().map_or(ErrorKind::CredentialSourceFailed, |error| error.kind)
            }
            Self::NoRoute { .. }
            | Self::Choice { .. }
            | Self::UnknownName { .. }
            | Self::SeveralAccounts { .. } => ErrorKind::Settings,
        };
        let sign_in = self.decisive().and_then(|error| error.sign_in.clone());
        let error = ServiceError::new(kind, OPERATION, self.to_string());
        let error = ServiceError { hint: self.hint().map(Arc::from), sign_in, ..error };
        Arc::new(error)
    }

    /// Returns the error as one of a service for the screen, which offers the routes to choose
    /// from.
    pub(crate) fn into_screen_error(self) -> Arc<ServiceError> {
        let is_choice = matches!(self, Self::Choice { .. });
        let error = self.into_service_error();
        if is_choice {
            Arc::new(ServiceError::clone(&error).with_hint(messages::OPEN_TO_CHOOSE))
        } else {
            error
        }
    }

    /// Returns a sentence with what to do next.
    fn hint(&self) -> Option<String> {
        match self {
            Self::NoRoute { without_role, has_sources, .. } => {
                Some(messages::find_route(without_role, *has_sources).to_owned())
            }
            Self::Choice { routes, .. } => Some(messages::choose_route(routes).to_owned()),
            Self::RoutesFailed { failures, .. } => {
                let last = failures.iter().rev().map(|(_, error)| error);
                let mut hints = self.decisive().into_iter().chain(last);
                hints.find_map(|error| error.hint.as_deref()).map(str::to_owned)
            }
            Self::UnknownName { similar, .. } => Some(messages::other_name(similar)),
            Self::SeveralAccounts { .. } => Some(messages::GIVE_ACCOUNT_ID.to_owned()),
            Self::Failed(_) | Self::MfaCode { .. } => None,
        }
    }
}
