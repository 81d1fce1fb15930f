//! A plan as a JSON document, version 1.
//!
//! Times are UTC. `null` means not known. Unlike the journal, a plan with a field that this version
//! does not know is refused: the field may narrow what is to be changed.
//!
//! | field | value |
//! |---|---|
//! | `v`, `id`, `created` | 1; the plan's ID, made like those of changes; when it was created |
//! | `created_by` | `os_user`, `sudo_user` (absent without sudo) and `host` |
//! | `account`, `account_name` | the account's ID; its name or alias |
//! | `caller`, `endpoint` | the ARN of the caller; `aws`, `NOT AWS <url>`, or `DEMO <url>` for `--demo` |
//! | `filter`, `reason` | the filter; the reason given with `--reason` |
//! | `coverage` | how much of the account was read |
//! | `keys` | the keys to deactivate |
//! | `left_out` | keys that match, and the exceptions for which they are left out |

use std::collections::HashSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::changes::parse_id_time;
use crate::model::{
    AccessKey, AccountId, Arn, Endpoint, EscapedText, KeyId, KeyKind, KeyStatus, LastUse, UserName,
    hide_secret_keys,
};

/// Version of the schema.
const PLAN_VERSION: u32 = 1;

/// The size of the largest plan that is read, in bytes: far above that of any account.
pub(crate) const MAX_PLAN_BYTES: usize = 16 * 1024 * 1024;

/// A list of keys to deactivate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plan {
    /// The version of the schema.
    v: u32,
    /// The plan's ID, which the journal has for its changes.
    pub id: EscapedText,
    /// When it was created.
    pub created: Timestamp,
    /// Who created it.
    pub created_by: Author,
    /// The account of the keys.
    pub account: AccountId,
    /// Its name or alias, if it has one.
    pub account_name: Option<EscapedText>,
    /// The caller who read the account.
    pub caller: Arn,
    /// The endpoint that was called.
    pub endpoint: Endpoint,
    /// The filter that the keys match.
    pub filter: EscapedText,
    /// The reason in the user's words.
    pub reason: Option<EscapedText>,
    /// How much of the account was read.
    pub coverage: PlanCoverage,
    /// The keys.
    pub keys: Vec<PlannedKey>,
    /// The keys that match and are left out.
    pub left_out: Vec<LeftOutKey>,
}

/// The person and the machine that made a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Author {
    /// The operating system's user.
    pub os_user: EscapedText,
    /// The user who called sudo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sudo_user: Option<EscapedText>,
    /// The machine.
    pub host: EscapedText,
}

/// How much of the account was read for a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanCoverage {
    /// Whether all users are listed and all matches are decided.
    pub complete: bool,
    /// Users listed.
    pub users: usize,
    /// Users whose keys were read.
    pub read: usize,
    /// Users whom the filter excluded without reading their keys.
    pub excluded: usize,
    /// Users whose keys IAM refused to list.
    pub denied: usize,
    /// Users whose keys could not be read for another reason.
    pub failed: usize,
    /// Users who were listed and not read.
    pub not_read: usize,
    /// Keys that may match, but could not be checked.
    pub undecided: usize,
}

/// A key to deactivate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlannedKey {
    /// The owner.
    pub user: UserName,
    /// The key.
    pub key: KeyId,
    /// Its status; only active keys are planned.
    pub status: KeyStatus,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// Its last use.
    pub last_use: PlannedUse,
    /// Why it matched: the facts that the filter asks for, in words.
    pub why: EscapedText,
}

/// The last use of a key when the plan was created.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlannedUse {
    /// Whether the last use was read.
    known: bool,
    /// When it was; `None` for a key that was never used.
    at: Option<Timestamp>,
    /// The service.
    service: Option<EscapedText>,
    /// The Region.
    region: Option<EscapedText>,
}

/// A key that matches the filter and is left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeftOutKey {
    /// The owner.
    pub user: UserName,
    /// The key.
    pub key: KeyId,
    /// The exception: a key ID, a user name or a pattern.
    pub exception: EscapedText,
    /// The reason in the file of exceptions.
    pub reason: Option<EscapedText>,
}

/// A text that is not a plan.
#[derive(Debug)]
pub(crate) enum PlanError {
    /// It is longer than any plan.
    TooLarge,
    /// It is not JSON, or lacks a field, or has an unknown one.
    Invalid(serde_json::Error),
    /// It has another version than this program reads.
    Version(u32),
    /// Its ID has not the form of one.
    Id(EscapedText),
    /// Its account ID has not the form of one.
    Account(AccountId),
    /// A key is not a long-term key.
    NotLongTerm(KeyId),
    /// A key was not active.
    NotActive(KeyId, KeyStatus),
    /// A key is listed twice, or both planned and left out.
    Repeated(KeyId),
    /// A key ID contains the ID of another account.
    OtherAccount(KeyId, AccountId),
    /// The last use of a key contradicts itself.
    LastUse(KeyId),
}

impl std::error::Error for PlanError {}

impl From<Option<&LastUse>> for PlannedUse {
    fn from(last_use: Option<&LastUse>) -> Self {
        let (service, region) = match last_use {
            Some(LastUse::Used { service, region, .. }) => (service.clone(), region.clone()),
            Some(LastUse::Never) | None => (None, None),
        };
        Self {
            known: last_use.is_some(),
            at: last_use.and_then(LastUse::at),
            service: service.map(EscapedText::from),
            region: region.map(EscapedText::from),
        }
    }
}

impl PlannedUse {
    /// Returns whether it has no more than what was read: nothing, no use, or a use with its time.
    fn is_consistent(&self) -> bool {
        let has_place = self.service.is_some() || self.region.is_some();
        (self.known || self.at.is_none()) && (self.at.is_some() || !has_place)
    }

    /// Returns the last use; `None` if it was not read.
    pub(crate) fn value(&self) -> Option<LastUse> {
        self.known.then(|| match self.at {
            None => LastUse::Never,
            Some(at) => LastUse::Used {
                at,
                service: self.service.clone().map(Into::into),
                region: self.region.clone().map(Into::into),
            },
        })
    }
}

impl PlannedKey {
    /// Returns the entry of a key, if it is active.
    pub(crate) fn from_key(user: UserName, key: &AccessKey, why: &str) -> Option<Self> {
        (key.status.is_active()).then(|| Self {
            user,
            key: key.id.clone(),
            status: key.status.clone(),
            created: key.created,
            last_use: PlannedUse::from(key.last_use.live_value()),
            why: why.into(),
        })
    }
}

impl Plan {
    /// The version that plans of this program have.
    pub(crate) fn version() -> u32 {
        PLAN_VERSION
    }

    /// Returns a plan without keys.
    pub(crate) fn new(
        id: EscapedText,
        created: Timestamp,
        created_by: Author,
        (account, caller, endpoint): (AccountId, Arn, Endpoint),
    ) -> Self {
        Self {
            v: PLAN_VERSION,
            id,
            created: Timestamp::from_second(created.as_second()).unwrap_or(created),
            created_by,
            account,
            account_name: None,
            caller,
            endpoint,
            filter: "".into(),
            reason: None,
            coverage: PlanCoverage::default(),
            keys: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// Parses a plan.
    ///
    /// # Errors
    /// Returns an error if the text is not a plan that this version can carry out as a whole.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, PlanError> {
        #[derive(Deserialize)]
        struct Version {
            v: u32,
        }
        if text.len() > MAX_PLAN_BYTES {
            return Err(PlanError::TooLarge);
        }
        if let Ok(Version { v }) = serde_json::from_slice(text)
            && v != PLAN_VERSION
        {
            return Err(PlanError::Version(v));
        }
        let mut plan: Self = serde_json::from_slice(text).map_err(PlanError::Invalid)?;
        plan.check()?;
        plan.reason = plan.reason.map(|reason| hide_secret_keys(&reason).as_ref().into());
        Ok(plan)
    }

    fn check(&self) -> Result<(), PlanError> {
        if !is_plan_id(&self.id) {
            return Err(PlanError::Id(self.id.clone()));
        }
        if AccountId::parse(self.account.as_str()).is_none() {
            return Err(PlanError::Account(self.account.clone()));
        }
        let mut seen = HashSet::new();
        for key in self.keys.iter().map(|it| &it.key).chain(self.left_out.iter().map(|it| &it.key))
        {
            if key.kind() != KeyKind::LongTerm {
                return Err(PlanError::NotLongTerm(key.clone()));
            }
            if !seen.insert(key) {
                return Err(PlanError::Repeated(key.clone()));
            }
            if let Some(other) = key.account().filter(|account| *account != self.account) {
                return Err(PlanError::OtherAccount(key.clone(), other));
            }
        }
        if let Some(entry) = self.keys.iter().find(|it| !it.last_use.is_consistent()) {
            return Err(PlanError::LastUse(entry.key.clone()));
        }
        match self.keys.iter().find(|it| !it.status.is_active()) {
            Some(entry) => Err(PlanError::NotActive(entry.key.clone(), entry.status.clone())),
            None => Ok(()),
        }
    }
}

/// Returns whether a text has the form of a plan's ID: a time and five digits or letters,
/// `20261124T140211Z-k7q2x`.
pub(crate) fn is_plan_id(text: &str) -> bool {
    let Some((time, random)) = text.split_once('-') else { return false };
    let is_of = |part: &str, length| {
        part.len() == length && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    is_of(time, 16) && is_of(random, 5) && parse_id_time(text).is_some()
}
