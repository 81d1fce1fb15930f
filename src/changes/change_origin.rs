//! Account, caller and endpoint of a change, as far as they are known.

use std::sync::Arc;

use crate::model::{AccountId, Arn, Endpoint, KeyId, SessionContext};

/// Account, caller and endpoint of a change. Unlike a [`SessionContext`] it may lack account and
/// caller, since `update-access-key` does not call GetCallerIdentity.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ChangeOrigin {
    /// The account; `None` if it was not read.
    pub account: Option<AccountId>,
    /// The account's alias, if it was read and there is one.
    pub alias: Option<Arc<str>>,
    /// The caller; `None` if it was not read.
    pub caller: Option<Arn>,
    /// The current AWS profile, if any.
    pub profile: Option<Arc<str>>,
    /// The role that leads into the account, if it was entered by one.
    pub route: Option<Arc<str>>,
    /// The endpoint that is called.
    pub endpoint: Endpoint,
    /// Whether TLS certificates are not checked.
    pub unverified_tls: bool,
}

impl ChangeOrigin {
    /// Returns a context whose account and caller were not read.
    pub(crate) fn unidentified(profile: Option<Arc<str>>, endpoint: Endpoint) -> Self {
        Self {
            account: None,
            alias: None,
            caller: None,
            profile,
            route: None,
            endpoint,
            unverified_tls: false,
        }
    }

    /// Returns the account for a sentence: `acme-prod 123456789012`, or that it was not read;
    /// followed by the route, and by `NOT AWS <url>` for a custom endpoint, or `DEMO`.
    pub(crate) fn label(&self) -> String {
        let account = match (&self.alias, &self.account) {
            (Some(alias), Some(account)) => format!("{alias} {account}"),
            (None, Some(account)) => account.to_string(),
            (_, None) => match &self.profile {
                Some(profile) => {
                    format!("the account of profile {profile} (account ID not read)")
                }
                None => "an unknown account (account ID not read)".to_owned(),
            },
        };
        let account = match &self.route {
            Some(route) => format!("{account} {route}"),
            None => account,
        };
        match self.endpoint.label() {
            None => account,
            Some(endpoint) => format!("{account}, {endpoint}"),
        }
    }

    /// Returns whether a change recorded with that account, endpoint and profile was made in this
    /// account and endpoint. If the account was not recorded, the account encoded in the key's ID
    /// counts, else the profile. That is enough to choose which keys to read: a read that does not
    /// list the key resolves nothing.
    pub(crate) fn matches(
        &self,
        account: Option<&AccountId>,
        endpoint: &Endpoint,
        profile: Option<&str>,
        key: &KeyId,
    ) -> bool {
        if !endpoint.is_same(&self.endpoint) {
            return false;
        }
        match (account.cloned().or_else(|| key.account()), &self.account) {
            (Some(recorded), Some(current)) => recorded == *current,
            _ => profile == self.profile.as_deref(),
        }
    }
}

impl From<&SessionContext> for ChangeOrigin {
    fn from(session_context: &SessionContext) -> Self {
        let route = session_context.route.as_ref().filter(|route| !route.is_profile());
        Self {
            account: Some(session_context.caller.account.clone()),
            alias: session_context.alias.clone(),
            caller: Some(session_context.caller.arn.clone()),
            profile: session_context.profile.clone(),
            route: route.map(|route| route.to_string().into()),
            endpoint: session_context.endpoint.clone(),
            unverified_tls: session_context.tls_unverified,
        }
    }
}
