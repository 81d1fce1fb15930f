//! Reads from IAM and STS, their replies, and the rows of the credential report.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::{
    AccessKey, AccountId, Arn, KeyId, KeyStatus, Known, LastUse, Marker, ROOT_USER_NAME,
    ServiceError, SessionId, User, UserName,
};

/// One read. Equal reads are sent once: while one is in flight, it is not sent again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum IamRead {
    /// [ListAccountAliases](https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html):
    /// the account's alias.
    Alias,
    /// [GetAccountSummary](https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html):
    /// the number of users, and whether root has a key.
    Summary,
    /// One page of
    /// [ListUsers](https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html).
    Users {
        /// The marker of the page; `None` for the first.
        from: Option<Marker>,
    },
    /// All pages of
    /// [ListAccessKeys](https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html)
    /// for one user.
    Keys {
        /// The user; `None` for the caller's own keys, which is how root's are read.
        user: Option<UserName>,
    },
    /// [GetAccessKeyLastUsed](https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html):
    /// the last use, and the owner's name.
    LastUse {
        /// The key.
        key: KeyId,
    },
    /// [GetAccessKeyInfo](https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html)
    /// of STS: the account that owns a key ID, whichever it is.
    Account {
        /// The key ID.
        key: KeyId,
    },
    /// One part of a user's detail.
    Detail {
        /// The user.
        user: UserName,
        /// The part.
        part: UserDetailPart,
    },
    /// [GenerateCredentialReport](https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateCredentialReport.html):
    /// starts the generation of a report.
    GenerateReport,
    /// [GetCredentialReport](https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetCredentialReport.html).
    Report,
}

/// Parts of a user's detail. Each is one operation of the
/// [IAM API](https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum UserDetailPart {
    /// GetUser: permissions boundary and tags.
    BoundaryAndTags,
    /// ListGroupsForUser.
    Groups,
    /// ListAttachedUserPolicies.
    AttachedPolicies,
    /// ListUserPolicies.
    InlinePolicies,
    /// ListMFADevices.
    Mfa,
    /// GetLoginProfile: whether there is a console password.
    Console,
    /// ListServiceSpecificCredentials.
    ServiceCredentials,
    /// ListSigningCertificates.
    Certificates,
}

impl UserDetailPart {
    /// Every part, in the order of reading and display.
    pub(crate) const ALL: [Self; 8] = [
        Self::AttachedPolicies,
        Self::Console,
        Self::Mfa,
        Self::Groups,
        Self::InlinePolicies,
        Self::BoundaryAndTags,
        Self::ServiceCredentials,
        Self::Certificates,
    ];
}

/// Reply to an [`IamRead`].
#[derive(Clone, Debug)]
pub(crate) struct ReadReply {
    /// The session that sent the read.
    pub session: SessionId,
    /// The read.
    pub read: IamRead,
    /// The data, or the error.
    pub result: Result<ReadData, Arc<ServiceError>>,
    /// When the read was sent. Facts known since then are newer than the reply.
    pub asked_at: Timestamp,
    /// When the reply came.
    pub at: Timestamp,
}

/// Counts of an account, from
/// [GetAccountSummary](https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IamSummary {
    /// Number of users.
    pub users: usize,
    /// Whether root has an access key, if the summary says so.
    pub root_has_key: Option<bool>,
}

/// Owner and last use of a key, from
/// [GetAccessKeyLastUsed](https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KeyLastUse {
    /// The owner; `None` for a key of root.
    pub owner: Option<UserName>,
    /// The last use.
    pub last_use: LastUse,
}

/// Data of a successful read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ReadData {
    /// The account's alias, if it has one.
    Alias(Option<Arc<str>>),
    /// Counts of the account.
    Summary(IamSummary),
    /// A page of users.
    Users {
        /// The users of the page.
        users: Vec<User>,
        /// The marker of the next page; `None` if this was the last.
        next: Option<Marker>,
    },
    /// All keys of the user.
    Keys(Vec<AccessKey>),
    /// A key's owner and last use.
    LastUse(KeyLastUse),
    /// The account that owns a key ID.
    Account(AccountId),
    /// A user's permissions boundary and tags.
    BoundaryAndTags {
        /// The permissions boundary.
        boundary: Option<Arn>,
        /// Tags as key and value, with hidden characters escaped.
        tags: Vec<(Arc<str>, Arc<str>)>,
    },
    /// Names of groups, policies, MFA devices, credentials or certificates, as texts to show with
    /// their details.
    Names(Vec<Arc<str>>),
    /// When the console password was created; `None` if there is none.
    Console(Option<Timestamp>),
    /// The credential report is being generated.
    ReportPending,
    /// The credential report.
    Report(CredentialReport),
}

/// The credential report of the account.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CredentialReport {
    /// One row per user, root's first.
    pub rows: Vec<ReportRow>,
    /// Rows that could not be used, and are not among the others.
    pub odd: Vec<OddReportRow>,
    /// When it was generated.
    pub generated: Timestamp,
    /// SHA-256 of its text as received.
    pub sha256: [u8; 32],
}

impl CredentialReport {
    /// Moves the rows of other accounts to the odd ones.
    pub(crate) fn set_aside_other_accounts(&mut self, account: &AccountId) {
        let is_other = |row: &mut ReportRow| row.arn.account().is_some_and(|it| it != *account);
        let others = self.rows.extract_if(.., is_other);
        self.odd.extend(others.map(|row| row.into_odd(ReportRowDefect::OtherAccount)));
        self.odd.sort_unstable_by_key(|row| row.number);
    }

    /// Returns the number of users of the account that the odd rows may be of.
    pub(crate) fn unread_users(&self) -> usize {
        let mut repeated = HashSet::new();
        let odd = self.odd.iter().filter(|row| match row.defect {
            ReportRowDefect::OtherAccount => false,
            ReportRowDefect::Repeated => {
                repeated.insert(&row.user) && self.rows.iter().all(|read| read.user != row.user)
            }
            _ => true,
        });
        odd.count()
    }
}

/// A row of the credential report that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OddReportRow {
    /// Its number, from 1 and without the header line.
    pub number: usize,
    /// The user, if the row names one.
    pub user: Option<UserName>,
    /// Why it could not be used.
    pub defect: ReportRowDefect,
}

/// Why a row of the credential report could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReportRowDefect {
    /// It is not UTF-8 text.
    NotText,
    /// It has fewer columns than the header line.
    CutShort,
    /// The value in this column is not valid.
    BadValue(&'static str),
    /// Another row has the same user.
    Repeated,
    /// Its ARN is of another account.
    OtherAccount,
}

/// One user's row in the credential report. The report has no key IDs:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ReportRow {
    /// Its number, from 1 and without the header line.
    pub number: usize,
    /// The user; `None` for root.
    pub user: Option<UserName>,
    /// The user's ARN.
    pub arn: Arn,
    /// When the user was created.
    pub created: Option<Timestamp>,
    /// Whether there is a console password.
    pub password_enabled: Known<bool>,
    /// The last sign-in with the console password; `None` in it if IAM has no record.
    pub password_last_use: Known<Option<Timestamp>>,
    /// When the console password was last set.
    pub password_changed: Option<Timestamp>,
    /// Whether an MFA device is enabled.
    pub mfa: Known<bool>,
    /// The keys in the two slots of the row, without empty slots.
    pub keys: Vec<ReportedKey>,
}

impl ReportRow {
    /// Returns the row as one that is not used.
    pub(crate) fn into_odd(self, defect: ReportRowDefect) -> OddReportRow {
        let root = || UserName::from_service(ROOT_USER_NAME);
        OddReportRow { number: self.number, user: self.user.or_else(|| Some(root())), defect }
    }
}

/// A key in the credential report.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ReportedKey {
    /// The number of its slot in the report, 1 or 2.
    pub slot: u8,
    /// Active or Inactive.
    pub status: KeyStatus,
    /// When it was created or last rotated.
    pub created: Option<Timestamp>,
    /// Its last use, if the report has it.
    pub last_use: Known<LastUse>,
}
