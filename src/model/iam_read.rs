//! What is asked of the service, and what it answers.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    AccessKey, AccountId, Arn, KeyId, KeyStatus, Known, LastUse, Marker, ServiceError, SessionId,
    User, UserName,
};

/// One question. Equal questions are one question: while it is in flight it
/// is not asked again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum IamRead {
    /// iam:ListAccountAliases.
    Alias,
    /// iam:GetAccountSummary: how many users there are.
    Summary,
    /// One page of iam:ListUsers.
    Users {
        /// Where the page begins; `None` for the first.
        from: Option<Marker>,
    },
    /// All pages of iam:ListAccessKeys of one user; `None` for the caller's
    /// own keys, which is how root's are read.
    Keys {
        /// Whose.
        user: Option<UserName>,
    },
    /// iam:GetAccessKeyLastUsed: last use, and the owner's name.
    LastUse {
        /// Of which key.
        key: KeyId,
    },
    /// sts:GetAccessKeyInfo: which account owns a key ID, whichever it is.
    Account {
        /// Which ID.
        key: KeyId,
    },
    /// One part of a user's detail.
    Detail {
        /// Whose.
        user: UserName,
        /// Which part.
        part: UserDetailPart,
    },
    /// iam:GenerateCredentialReport: ask for a report to be made.
    GenerateReport,
    /// iam:GetCredentialReport.
    Report,
}

/// The parts of a user's detail; each is one call, except where said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum UserDetailPart {
    /// iam:GetUser: permissions boundary and tags.
    Profile,
    /// iam:ListGroupsForUser.
    Groups,
    /// iam:ListAttachedUserPolicies.
    AttachedPolicies,
    /// iam:ListUserPolicies.
    InlinePolicies,
    /// iam:ListMFADevices.
    Mfa,
    /// iam:GetLoginProfile: whether there is a console password.
    Console,
    /// iam:ListServiceSpecificCredentials.
    ServiceCredentials,
    /// iam:ListSigningCertificates.
    Certificates,
}

impl UserDetailPart {
    /// Every part, in the order in which they are shown and read.
    pub(crate) const ALL: [Self; 8] = [
        Self::AttachedPolicies,
        Self::Console,
        Self::Mfa,
        Self::Groups,
        Self::InlinePolicies,
        Self::Profile,
        Self::ServiceCredentials,
        Self::Certificates,
    ];
}

/// The answer to a [`IamRead`].
#[derive(Clone, Debug)]
pub(crate) struct ReadReply {
    /// The session that asked.
    pub session: SessionId,
    /// The question.
    pub read: IamRead,
    /// What came back, or why nothing did.
    pub result: Result<ReadData, Arc<ServiceError>>,
    /// When the question left. What was known later than that is newer.
    pub asked_at: Timestamp,
    /// When the answer came back.
    pub at: Timestamp,
}

/// What a successful read found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ReadData {
    /// The account's alias, if it has one.
    Alias(Option<Arc<str>>),
    /// How many users the account has.
    Summary {
        /// The account's users.
        users: u32,
        /// Whether root has an access key.
        root_has_key: bool,
    },
    /// A page of users.
    Users {
        /// The users on it.
        users: Vec<User>,
        /// Where the next page begins, unless this was the last.
        next: Option<Marker>,
    },
    /// All the keys of the user asked for.
    Keys(Vec<AccessKey>),
    /// A key's owner and last use.
    LastUse {
        /// The owner; `None` for a key of root.
        owner: Option<UserName>,
        /// The last use.
        last_use: LastUse,
    },
    /// The account that owns a key ID.
    Account(AccountId),
    /// GetUser's answer.
    Profile {
        /// The permissions boundary.
        boundary: Option<Arn>,
        /// Tags, key and value, made visible.
        tags: Vec<(Arc<str>, Arc<str>)>,
    },
    /// Names: of groups, policies, MFA devices, credentials or certificates;
    /// each with what else is worth telling, already a text to show.
    Names(Vec<Arc<str>>),
    /// Whether the user has a console password, and since when.
    Console(Option<Timestamp>),
    /// The report is being made.
    ReportPending,
    /// The credential report.
    Report {
        /// A row for each user, root's first.
        rows: Vec<ReportRow>,
        /// When it was made.
        made: Timestamp,
    },
}

/// One user's row in the credential report. The report holds no key IDs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ReportRow {
    /// The user; `None` for root.
    pub user: Option<UserName>,
    /// The user's ARN.
    pub arn: Arn,
    /// When the user was made.
    pub created: Option<Timestamp>,
    /// Whether there is a console password.
    pub password_enabled: Known<bool>,
    /// Whether an MFA device is on.
    pub mfa: Known<bool>,
    /// The key slots that are not empty; at most two.
    pub keys: Vec<ReportedKey>,
}

/// A key as the report tells it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ReportedKey {
    /// Active or Inactive.
    pub status: KeyStatus,
    /// When it was made or last rotated.
    pub created: Option<Timestamp>,
    /// Its last use, as far as the report tells.
    pub last_use: Known<LastUse>,
}
