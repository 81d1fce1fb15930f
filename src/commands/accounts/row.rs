//! A row of the list of accounts.

use std::sync::Arc;

use crate::model::{AccountId, Route, ServiceError};

/// An account within reach.
#[derive(Clone, Debug)]
pub(super) struct AccountRow {
    /// Its ID.
    pub(super) id: AccountId,
    /// Its name in Identity Center.
    pub(super) name: Option<Arc<str>>,
    /// Its e-mail address.
    pub(super) email: Option<Arc<str>>,
    /// The sign-in that lists it.
    pub(super) sign_in: Option<Arc<str>>,
    /// The profiles that lead there.
    pub(super) profiles: Vec<Arc<str>>,
    /// The route by a profile that is taken.
    pub(super) by_profile: Option<Route>,
    /// Its roles, if they were asked for.
    pub(super) roles: Option<Roles>,
}

/// The roles of the user in an account.
#[derive(Clone, Debug)]
pub(super) struct Roles {
    /// The route that is taken without a choice.
    pub(super) preferred: Option<Route>,
    /// Why there is none, in a few words.
    pub(super) without_route: Option<&'static str>,
    /// The names of the roles.
    pub(super) names: Vec<Arc<str>>,
    /// Why they could not be read.
    pub(super) failure: Option<Arc<ServiceError>>,
}
