//! Conditions that alter the replies of an account: lag, vanished users, permissions,
//! page sizes. The fault injector sets them for each call.

use std::sync::Arc;

use jiff::SignedDuration;
use serde::{Deserialize, Deserializer};

use super::Operation;
use crate::demo::rng::Rng;

/// The conditions of one call. The default alters nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conditions {
    /// Time after a change during which ListAccessKeys returns the old status.
    pub lag: SignedDuration,
    /// Time after deactivation during which a key still signs.
    pub signing_lag: SignedDuration,
    /// Users and keys that are listed but not found.
    pub vanished: Arc<Vanished>,
    /// Denied and allowed actions.
    pub permissions: Arc<Permissions>,
    /// Paging of lists.
    pub paging: Paging,
    /// Behaviour of the credential report.
    pub report: ReportConditions,
    /// Behaviour of CloudTrail.
    pub trail: Arc<TrailConditions>,
    /// Maximum lifetime of a session, even if its expiration is later.
    pub session_life: Option<SignedDuration>,
}

/// Users and keys that are listed, but are otherwise handled as deleted.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Vanished {
    /// User names.
    pub users: Vec<String>,
    /// Key IDs.
    pub keys: Vec<String>,
    /// Share of all users from 0 to 1, chosen by their names.
    pub share: f64,
}

impl Vanished {
    pub(crate) fn has_user(&self, name: &str) -> bool {
        self.users.iter().any(|gone| gone == name)
            || (self.share > 0.0 && Rng::from_text(name).chance(self.share))
    }

    pub(crate) fn has_key(&self, id: &str) -> bool {
        self.keys.iter().any(|gone| gone == id)
    }
}

/// Permissions in addition to those of the account. Root is exempt.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Permissions {
    /// Operations denied to everyone.
    pub deny: Vec<Operation>,
    /// The only allowed actions, spelled as in a policy (`iam:ListUsers`). An action
    /// that the demo does not support is an error.
    #[serde(deserialize_with = "actions")]
    pub allow: Option<Vec<Operation>>,
}

fn actions<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Operation>>, D::Error> {
    let Some(names) = Option::<Vec<String>>::deserialize(deserializer)? else { return Ok(None) };
    let operation = |name: &String| {
        let unknown =
            || serde::de::Error::custom(format!("the demo does not support the action {name}"));
        Operation::of_action(name).ok_or_else(unknown)
    };
    names.iter().map(operation).collect::<Result<_, _>>().map(Some)
}

/// Paging of lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Paging {
    /// Maximum entries per page, even if the caller asks for more.
    pub at_most: Option<usize>,
    /// True if the list never ends.
    pub endless: bool,
    /// True if every page has the same next marker.
    pub repeats: bool,
}

/// Behaviour of the credential report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReportConditions {
    /// Time to generate one.
    pub takes: SignedDuration,
    /// True if it is never ready.
    pub never_ready: bool,
    /// Number of bytes that are missing at its end.
    pub cut: usize,
    /// True if its last row comes twice.
    pub repeats: bool,
    /// True if it has a row of a user of another account.
    pub foreign: bool,
}

/// Behaviour of CloudTrail's event history.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TrailConditions {
    /// Regions that a service control policy denies.
    pub denied_regions: Vec<String>,
    /// Opt-in Regions that the account has not enabled.
    pub disabled_regions: Vec<String>,
    /// True if pages end early: with fewer events than asked for, even none, and a token.
    pub short_pages: bool,
    /// True if the leaked key has events that no AWS service would record.
    pub hostile: bool,
    /// Number of additional events of the leaked key.
    pub events: usize,
}
