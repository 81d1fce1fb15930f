//! What an account holds: users with their credentials, root, roles.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::demo::account::time_format::before;

/// How many statuses a key remembers: enough for every lag that a test asks
/// for, and no growth in a soak.
const MAX_STATUS_HISTORY: usize = 32;

/// A status that can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
pub(crate) enum Status {
    /// The key can sign.
    Active,
    /// The key is switched off.
    Inactive,
}

impl Status {
    /// IAM's spelling.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Inactive => "Inactive",
        }
    }

    /// The status of that spelling.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "Active" => Some(Self::Active),
            "Inactive" => Some(Self::Inactive),
            _ => None,
        }
    }
}

/// When, where and for which service a key was last used.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LastUse {
    pub at: Timestamp,
    pub service: String,
    pub region: String,
}

/// An access key, with the statuses it has had.
#[derive(Clone, Debug)]
pub(crate) struct AccessKey {
    pub id: String,
    pub created: Timestamp,
    pub last_use: Option<LastUse>,
    /// Since when it has had which status; oldest first, never empty.
    history: Vec<(Timestamp, Status)>,
}

impl AccessKey {
    /// A key that has had `status` since it was made.
    pub(crate) fn new(id: String, created: Timestamp, status: Status) -> Self {
        Self { id, created, last_use: None, history: vec![(created, status)] }
    }

    /// The status now.
    pub(crate) fn status(&self) -> Status {
        self.history.last().map_or(Status::Inactive, |(_, status)| *status)
    }

    /// The status as a reader sees it who is that long behind.
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

/// A password for the console.
#[derive(Clone, Debug)]
pub(crate) struct LoginProfile {
    pub created: Timestamp,
}

/// A credential for one service, such as a Bedrock key or one of CodeCommit.
#[derive(Clone, Debug)]
pub(crate) struct ServiceCredential {
    pub id: String,
    pub service: String,
    pub user_name: String,
    pub created: Timestamp,
    pub status: Status,
}

/// An X.509 certificate for the old SOAP interfaces.
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

/// A user, with everything that IAM tells about one.
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
    /// ARNs.
    pub attached: Vec<String>,
    /// Names.
    pub inline: Vec<String>,
    pub tags: BTreeMap<String, String>,
    pub keys: Vec<AccessKey>,
    pub service_credentials: Vec<ServiceCredential>,
    pub certificates: Vec<Certificate>,
}

impl User {
    /// A user with a name, and nothing else.
    pub(crate) fn new(account: &str, name: &str, path: &str, created: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            id: super::ids::id_of("AIDA", account, name),
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

    /// The ARN.
    pub(crate) fn arn(&self, account: &str) -> String {
        format!("arn:aws:iam::{account}:user{}{}", self.path, self.name)
    }

    /// Whether AWS has put the user into quarantine, whatever the version of
    /// the policy.
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

/// A role that can be assumed.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    pub name: String,
    pub path: String,
    pub id: String,
    /// Who may assume it: account numbers, or ARNs of users.
    pub trust: Vec<String>,
    pub needs_mfa: bool,
    pub external_id: Option<String>,
    /// Whether a web identity token opens it, and nothing else does.
    pub web_identity: bool,
    /// Whether it may read IAM but change nothing.
    pub read_only: bool,
    /// The longest session.
    pub max_seconds: i64,
}

impl Role {
    /// The ARN.
    pub(crate) fn arn(&self, account: &str) -> String {
        format!("arn:aws:iam::{account}:role{}{}", self.path, self.name)
    }
}
