//! Order and preference of the routes into one account.

use std::sync::Arc;

use crate::model::{AccountId, Profile, ReachSettings, Route, ServiceError};
use crate::ops::reach::messages::{CHOOSE_A_ROLE, NO_ROLE};

/// Roles of the user in an account, by sign-in.
pub(super) type AssignedRoles = Vec<(Arc<str>, Result<Vec<String>, Arc<ServiceError>>)>;

/// The routes into one account.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AccountRoutes {
    /// All routes, the preferred ones first.
    routes: Vec<Route>,
    /// Number of preferred ones.
    preferred: usize,
    /// Sign-ins that have no role there.
    pub without_role: Vec<Arc<str>>,
    /// Errors of sign-ins and of settings.
    pub errors: Vec<Arc<ServiceError>>,
    /// The only role that is wanted, and the roles that sign-ins assign in its place, if none
    /// assigns it.
    pub not_assigned: Option<(Arc<str>, Vec<Arc<str>>)>,
}

impl AccountRoutes {
    /// Puts the routes in order: profiles, preferred roles of Identity Center, roles to assume,
    /// other roles of Identity Center. Those before the last kind are preferred.
    ///
    /// The only role of Identity Center is preferred if the settings prefer none. If several
    /// sign-ins have a role in the account, none of their roles is preferred.
    pub(super) fn new(
        profiles: Vec<Route>,
        assigned: AssignedRoles,
        to_assume: Vec<Route>,
        account: &AccountId,
        settings: &ReachSettings,
    ) -> Self {
        let (mut wanted, mut others) = (Vec::new(), Vec::new());
        let (mut without_role, mut errors, mut sign_ins) = (Vec::new(), Vec::new(), 0);
        for (session, roles) in assigned {
            let roles = match roles {
                Ok(roles) if roles.is_empty() => {
                    without_role.push(session);
                    continue;
                }
                Ok(roles) => roles,
                Err(error) => {
                    errors.push(error);
                    continue;
                }
            };
            sign_ins += 1;
            for role in roles {
                let (session, account) = (Arc::clone(&session), account.clone());
                let rank = settings.sso_roles.iter().position(|wanted| **wanted == *role);
                let route = Route::Sso { session, account, role: role.into() };
                match rank {
                    Some(rank) => wanted.push((rank, route)),
                    None => others.push(route),
                }
            }
        }
        let only_role = settings.only_role.as_ref().filter(|role| !role.starts_with("arn:"));
        let not_assigned = only_role.filter(|_| wanted.is_empty() && !others.is_empty());
        let not_assigned = not_assigned.map(|role| (Arc::clone(role), role_names(&others)));
        wanted.sort_by_key(|(rank, _)| *rank);
        let wanted = wanted.into_iter().map(|(_, route)| route);
        let mut routes = profiles;
        let preferred = if sign_ins > 1 {
            routes.extend(to_assume);
            let preferred = routes.len();
            routes.extend(wanted);
            preferred
        } else {
            routes.extend(wanted);
            routes.extend(to_assume);
            let is_only = others.len() == 1 && settings.sso_roles.is_empty();
            if routes.is_empty() && is_only { 1 } else { routes.len() }
        };
        if settings.only_role.is_none() {
            routes.extend(others);
        }
        Self { routes, preferred, without_role, errors, not_assigned }
    }

    /// Returns these routes, all of them preferred.
    #[cfg(test)]
    pub(crate) fn all_preferred(routes: Vec<Route>) -> Self {
        Self { preferred: routes.len(), routes, ..Self::default() }
    }

    /// Returns all routes, the preferred ones first.
    pub(crate) fn all(&self) -> &[Route] {
        &self.routes
    }

    /// Returns why none is preferred, in a few words: `no role`, or `choose a role`. `None` if one
    /// is, or if a sign-in has failed.
    pub(crate) fn without_preferred(&self) -> Option<&'static str> {
        match (self.preferred, &self.routes[..], &self.errors[..]) {
            (0, [], []) => Some(NO_ROLE),
            (0, [_, ..], _) => Some(CHOOSE_A_ROLE),
            _ => None,
        }
    }

    /// Returns the routes that may be taken without asking, in order.
    pub(crate) fn preferred(&self) -> &[Route] {
        &self.routes[..self.preferred]
    }
}

/// Returns the names of roles that Identity Center assigns, each once.
fn role_names(routes: &[Route]) -> Vec<Arc<str>> {
    let mut names = Vec::new();
    for route in routes {
        if let Route::Sso { role, .. } = route
            && !names.contains(role)
        {
            names.push(Arc::clone(role));
        }
    }
    names
}

/// Returns the routes by profiles that lead into an account: the current profile, then the others
/// in their order. A setting that names the account counts more than an account decoded from a key
/// ID.
pub(super) fn by_profile(
    profiles: &[Profile],
    account: &AccountId,
    current: Option<&str>,
    settings: &ReachSettings,
) -> Vec<Route> {
    if settings.only_role.is_some() {
        return Vec::new();
    }
    let named = profiles.iter().filter(|profile| profile.account.as_ref() == Some(account));
    let guessed = profiles.iter().filter(|profile| profile.account_guess.as_ref() == Some(account));
    let mut leading: Vec<_> = named.chain(guessed).map(|profile| &profile.name).collect();
    if let Some(at) = leading.iter().position(|name| current == Some(&***name)) {
        leading[..=at].rotate_right(1);
    }
    leading.into_iter().map(|name| Route::Profile(Arc::clone(name))).collect()
}
