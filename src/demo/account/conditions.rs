//! What bends an account's answers: lag, vanished users, permissions, short
//! pages. The faults of the endpoint set them, call by call.

use std::sync::Arc;

use jiff::SignedDuration;
use serde::{Deserialize, Deserializer};

use super::Operation;
use crate::demo::rng::Rng;

/// The conditions that one call meets. The default: none that is unusual.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conditions {
    /// How long after a change ListAccessKeys still shows the old status.
    pub lag: SignedDuration,
    /// How long after a change a key that was switched off still signs.
    pub signing_lag: SignedDuration,
    /// What is listed, and then gone.
    pub vanished: Arc<Vanished>,
    /// Who may do what.
    pub permissions: Arc<Permissions>,
    /// How lists are cut.
    pub paging: Paging,
    /// How the credential report behaves.
    pub report: ReportConditions,
    /// How long a session lives at most, whatever its expiration says.
    pub session_life: Option<SignedDuration>,
}

/// Users and keys that are listed, and then answer as if deleted.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Vanished {
    /// The names of users.
    pub users: Vec<String>,
    /// The IDs of keys.
    pub keys: Vec<String>,
    /// The share of all users, from 0 to 1, told by their names.
    pub share: f64,
}

impl Vanished {
    pub(crate) fn has_user(&self, name: &str) -> bool {
        self.users.iter().any(|gone| gone == name)
            || (self.share > 0.0 && Rng::of(name).chance(self.share))
    }

    pub(crate) fn has_key(&self, id: &str) -> bool {
        self.keys.iter().any(|gone| gone == id)
    }
}

/// Who may do what, beyond what the account itself says. Root is exempt.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Permissions {
    /// Operations that are denied to everybody.
    pub deny: Vec<Operation>,
    /// The only actions that are allowed, each spelled as in a policy
    /// (`iam:ListUsers`); a name that the endpoint does not serve is an error.
    #[serde(deserialize_with = "actions")]
    pub allow: Option<Vec<Operation>>,
}

fn actions<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Operation>>, D::Error> {
    let Some(names) = Option::<Vec<String>>::deserialize(deserializer)? else { return Ok(None) };
    let operation = |name: &String| {
        let unknown =
            || serde::de::Error::custom(format!("the demo endpoint serves no action {name}"));
        Operation::of_action(name).ok_or_else(unknown)
    };
    names.iter().map(operation).collect::<Result<_, _>>().map(Some)
}

/// How lists are cut into pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Paging {
    /// At most so many on a page, however many are asked for.
    pub at_most: Option<usize>,
    /// Whether the chain of pages never ends.
    pub endless: bool,
    /// Whether every page names the same next page.
    pub repeats: bool,
}

/// How the credential report behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReportConditions {
    /// How long it takes to make one.
    pub takes: SignedDuration,
    /// Whether one never gets ready.
    pub never_ready: bool,
}
