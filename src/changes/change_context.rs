//! Where a change is made, as far as it was found out.

use std::sync::Arc;

use crate::model::{AccountId, Arn, Endpoint, KeyId, SessionContext};

/// Where a change is made. Unlike a [`SessionContext`] it may lack the account and the
/// caller: `update-access-key` asks nobody who it is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ChangeContext {
    /// The account; `None` where it was not read.
    pub account: Option<AccountId>,
    /// The account's alias, where it is read and there is one.
    pub alias: Option<Arc<str>>,
    /// Who signs; `None` where it was not read.
    pub caller: Option<Arn>,
    /// The profile, where one is in force.
    pub profile: Option<Arc<str>>,
    /// Where the calls go.
    pub endpoint: Endpoint,
    /// Whether certificates go unchecked.
    pub unverified_tls: bool,
}

impl ChangeContext {
    /// A site whose account and caller were not read.
    pub(crate) fn unidentified(profile: Option<Arc<str>>, endpoint: Endpoint) -> Self {
        Self { account: None, alias: None, caller: None, profile, endpoint, unverified_tls: false }
    }

    /// The account in words, with `NOT AWS <url>` where that is so:
    /// `acme-prod 123456789012`, or that it was not read.
    pub(crate) fn label(&self) -> String {
        let account = match (&self.alias, &self.account) {
            (Some(alias), Some(account)) => format!("{alias} {account}"),
            (None, Some(account)) => account.to_string(),
            (_, None) => match &self.profile {
                Some(profile) => {
                    format!("the account of profile {profile} (its number was not read)")
                }
                None => "an account whose number was not read".to_owned(),
            },
        };
        match &self.endpoint {
            Endpoint::Aws => account,
            Endpoint::Custom(url) => format!("{account}, NOT AWS {url}"),
        }
    }

    /// Whether something written down with that account, endpoint and profile
    /// concerns this site. Where the account was not read then, the key's own
    /// ID tells it, and failing that the profile: good enough to choose what
    /// to read here, since a read that does not list the key decides nothing.
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
            (Some(theirs), Some(ours)) => theirs == *ours,
            _ => profile == self.profile.as_deref(),
        }
    }
}

impl From<&SessionContext> for ChangeContext {
    fn from(session_context: &SessionContext) -> Self {
        Self {
            account: Some(session_context.caller.account.clone()),
            alias: session_context.alias.clone(),
            caller: Some(session_context.caller.arn.clone()),
            profile: session_context.profile.clone(),
            endpoint: session_context.endpoint.clone(),
            unverified_tls: session_context.tls_unverified,
        }
    }
}
