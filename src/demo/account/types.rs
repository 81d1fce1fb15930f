//! The entities of an account: users with their credentials, root, roles.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::demo::account::time_format::before;

/// Limit of statuses that a key remembers: enough for every lag in the tests, without
/// growth in long runs.
const MAX_STATUS_HISTORY: usize = 32;

/// A status that can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
pub(crate) enum Status {
    /// The key can sign.
    Active,
    /// The key cannot sign.
    Inactive,
}

impl Status {
    /// Returns IAM's spelling.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Inactive => "Inactive",
        }
    }

    /// Parses IAM's spelling.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "Active" => Some(Self::Active),
            "Inactive" => Some(Self::Inactive),
            _ => None,
        }
    }
}

/// The last use of a key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LastUse {
    pub at: Timestamp,
    pub service: String,
    pub region: String,
}

/// An access key with its status history.
#[derive(Clone, Debug)]
pub(crate) struct AccessKey {
    pub id: String,
    pub created: Timestamp,
    pub last_use: Option<LastUse>,
    /// Statuses with their start, oldest first, never empty.
    history: Vec<(Timestamp, Status)>,
}

impl AccessKey {
    /// Creates a key that has `status` since its creation.
    pub(crate) fn new(id: String, created: Timestamp, status: Status) -> Self {
        Self { id, created, last_use: None, history: vec![(created, status)] }
    }

    /// Returns the current status.
    pub(crate) fn status(&self) -> Status {
        self.history.last().map_or(Status::Inactive, |(_, status)| *status)
    }

    /// Returns the status as of `lag` before `now`.
    pub(crate) fn status_behind(&self, now: Timestamp, lag: SignedDuration) -> Status {
        let then = before(now, lag);
        let known = self.history.iter().rev().find(|(since, _)| *since <= then);
        known.or(self.history.first()).map_or(Status::Inactive, |(_, status)| *status)
    }

    /// Sets the status.
    pub(crate) fn set(&mut self, status: Status, now: Timestamp) {
        if self.history.len() >= MAX_STATUS_HISTORY {
            self.history.remove(0);
        }
        self.history.push((now, status));
    }
}

/// A console password.
#[derive(Clone, Debug)]
pub(crate) struct LoginProfile {
    pub created: Timestamp,
}

/// A service-specific credential, for example for CodeCommit or Bedrock.
#[derive(Clone, Debug)]
pub(crate) struct ServiceCredential {
    pub id: String,
    pub service: String,
    pub user_name: String,
    pub created: Timestamp,
    pub status: Status,
}

/// An X.509 signing certificate.
#[derive(Clone, Debug)]
pub(crate) struct Certificate {
    pub id: String,
    pub uploaded: Timestamp,
    pub status: Status,
}

/// An MFA device.
#[derive(Clone, Debug)]
pub(crate) struct MfaDevice {
    pub serial: String,
    pub enabled: Timestamp,
}

/// An IAM user.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub name: String,
    pub id: String,
    pub path: String,
    pub created: Timestamp,
    pub password_last_used: Option<Timestamp>,
    pub login_profile: Option<LoginProfile>,
    pub mfa: Vec<MfaDevice>,
    pub boundary: Option<String>,
    pub groups: Vec<String>,
    /// ARNs of attached managed policies.
    pub attached: Vec<String>,
    /// Names of inline policies.
    pub inline: Vec<String>,
    pub tags: BTreeMap<String, String>,
    pub keys: Vec<AccessKey>,
    pub service_credentials: Vec<ServiceCredential>,
    pub certificates: Vec<Certificate>,
}

impl User {
    /// Creates a user without credentials, groups and policies.
    pub(crate) fn new(account: &str, name: &str, path: &str, created: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            id: super::ids::derived_id("AIDA", account, name),
            path: path.to_owned(),
            created,
            password_last_used: None,
            login_profile: None,
            mfa: Vec::new(),
            boundary: None,
            groups: Vec::new(),
            attached: Vec::new(),
            inline: Vec::new(),
            tags: BTreeMap::new(),
            keys: Vec::new(),
            service_credentials: Vec::new(),
            certificates: Vec::new(),
        }
    }

    /// Returns the ARN.
    pub(crate) fn arn(&self, account: &str) -> String {
        format!("arn:aws:iam::{account}:user{}{}", self.path, self.name)
    }

    /// Returns whether any version of AWS's quarantine policy is attached.
    pub(crate) fn is_quarantined(&self) -> bool {
        self.attached.iter().any(|arn| arn.contains(":policy/AWSCompromisedKeyQuarantine"))
    }
}

/// The account's root user.
#[derive(Clone, Debug)]
pub(crate) struct Root {
    pub created: Timestamp,
    pub password_last_used: Option<Timestamp>,
    pub mfa: Option<MfaDevice>,
    pub keys: Vec<AccessKey>,
}

/// An IAM role.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    pub name: String,
    pub path: String,
    pub id: String,
    /// Trusted principals: account IDs or ARNs of users.
    pub trust: Vec<String>,
    pub needs_mfa: bool,
    pub external_id: Option<String>,
    /// True if it can be assumed only with a web identity token.
    pub web_identity: bool,
    /// True if it cannot change anything.
    pub read_only: bool,
    /// Maximum session duration in seconds.
    pub max_seconds: i64,
}

impl Role {
    /// Returns the ARN.
    pub(crate) fn arn(&self, account: &str) -> String {
        format!("arn:aws:iam::{account}:role{}{}", self.path, self.name)
    }
}

/// A report with the data of the time of its request.
#[derive(Debug)]
pub(crate) struct StoredReport {
    /// Time of its request.
    pub asked: Timestamp,
    /// End of its generation.
    pub ready: Timestamp,
    /// The CSV text.
    pub content: String,
}
