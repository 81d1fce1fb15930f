//! Two accounts with users of the same names, and the replies of their IAM.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::model::{
    AccessKey, AccountId, Arn, Caller, CredentialReport, Endpoint, ErrorKind, IamRead, IamSummary,
    KeyId, KeyLastUse, KeyStatus, Known, LastUse, Marker, ReadData, ReadReply, ServiceError,
    SessionContext, SessionId, UserDetailPart, UserName,
};
use crate::tui::tests::{session_context, user};

/// A key and its owner.
#[derive(Clone, Debug)]
pub(super) struct FakeKey {
    pub account: usize,
    /// `None` for the root user.
    pub user: Option<&'static str>,
    pub id: KeyId,
    pub status: KeyStatus,
    /// The status before the last change, which a stale read returns.
    pub previous_status: KeyStatus,
    pub deleted: bool,
    pub used: Option<Timestamp>,
}

/// The account IDs, which the key IDs encode.
pub(super) const ACCOUNTS: [&str; 2] = ["123456789012", "210987654321"];
const USERS: [&str; 7] = ["alice", "bob", "carol", "dave", "eve", "mallory", "operator"];

/// Both accounts.
pub(super) struct FakeAccounts {
    pub keys: Vec<FakeKey>,
}

impl FakeAccounts {
    pub(super) fn new() -> Self {
        let owners = [
            Some("alice"),
            Some("bob"),
            Some("bob"),
            Some("dave"),
            Some("eve"),
            Some("eve"),
            Some("mallory"),
            Some("operator"),
            None,
            // Not created yet.
            Some("carol"),
            Some("dave"),
        ];
        let key = |account: usize, number: usize, user| {
            let status = if number % 3 == 2 { KeyStatus::Inactive } else { KeyStatus::Active };
            let id = KeyId::parse(&format!(
                "AKIA{}{number:02}{}ZQ",
                ["RZPUZDIKQQ", "TCH6YDSYWW"][account],
                22 + number
            ))
            .unwrap();
            FakeKey {
                account,
                user,
                id,
                previous_status: status.clone(),
                status,
                deleted: number > 8,
                used: None,
            }
        };
        let keys = (0..ACCOUNTS.len()).flat_map(|account| {
            owners.iter().enumerate().map(move |(number, user)| key(account, number, *user))
        });
        Self { keys: keys.collect() }
    }

    pub(super) fn key_mut(&mut self, id: &KeyId) -> Option<&mut FakeKey> {
        self.keys.iter_mut().find(|key| key.id == *id)
    }

    pub(super) fn key(&self, id: &KeyId) -> Option<&FakeKey> {
        self.keys.iter().find(|key| key.id == *id)
    }

    /// Returns the other keys of a key's user, as the verifying read shows them.
    pub(super) fn siblings(&self, id: &KeyId) -> Vec<(KeyId, KeyStatus)> {
        let Some(one) = self.key(id) else { return Vec::new() };
        let same = |key: &&FakeKey| {
            (key.account, key.user) == (one.account, one.user) && key.id != *id && !key.deleted
        };
        self.keys.iter().filter(same).map(|key| (key.id.clone(), key.status.clone())).collect()
    }

    /// Returns a journal note on one key.
    pub(super) fn journal_notes(&self, n: usize) -> Vec<(KeyId, String)> {
        let key = &self.keys[n % self.keys.len()];
        vec![(key.id.clone(), "Deactivated yesterday: leaked.".into())]
    }

    /// Lets someone else change, create, use or delete a key.
    pub(super) fn change_by_someone_else(&mut self, n: usize, m: u32, now: Timestamp) {
        let all = self.keys.len();
        let key = &mut self.keys[n % all];
        key.previous_status = key.status.clone();
        match m % 12 {
            0 => key.deleted = true,
            2 => key.deleted = false,
            3 => key.used = Some(now),
            1 => key.status = KeyStatus::Other("Expired".into()),
            _ if key.status.is_active() => key.status = KeyStatus::Inactive,
            _ => key.status = KeyStatus::Active,
        }
    }

    /// Returns the context of a session in that account.
    pub(super) fn session_context(&self, account: usize, m: u32) -> SessionContext {
        let root = m.is_multiple_of(7);
        let name = if root { "root" } else { "user/operator" };
        let number = ACCOUNTS[account];
        // Sometimes several keys may sign.
        let signs = |user| user == Some("operator") || (m.is_multiple_of(3) && user == Some("bob"));
        let own = self.keys.iter().filter(|key| key.account == account && signs(key.user));
        SessionContext {
            caller: Caller {
                account: AccountId::from_service(number),
                arn: Arn::from_service(&format!("arn:aws:iam::{number}:{name}")),
            },
            signing_keys: own.clone().map(|key| key.id.clone()).collect(),
            // In a role's session none of the keys signs.
            signer: own.map(|key| key.id.clone()).next().filter(|_| !m.is_multiple_of(4)),
            read_only: m % 5 == 1,
            route: None,
            endpoint: if m % 11 == 3 {
                Endpoint::Custom("http://127.0.0.1:9".into())
            } else {
                Endpoint::Aws
            },
            ..session_context()
        }
    }

    /// Returns IAM's reply in that account; `stale` shows keys before their last
    /// change.
    pub(super) fn reply_data(
        &self,
        account: usize,
        read: &IamRead,
        at: Timestamp,
        stale: bool,
    ) -> Result<ReadData, ErrorKind> {
        let keys_of = |user: Option<&UserName>| {
            let name = user.map(UserName::as_str).map(str::to_owned);
            let owned = move |key: &&FakeKey| {
                key.account == account && !key.deleted && key.user == name.as_deref()
            };
            self.keys.iter().filter(owned).map(|key| access_key(key, stale)).collect::<Vec<_>>()
        };
        let first_page = || USERS[..4].iter().map(|name| user(name)).collect();
        Ok(match read {
            IamRead::Alias => ReadData::Alias((account == 0).then(|| "acme-prod".into())),
            IamRead::Summary => {
                ReadData::Summary(IamSummary { users: 7, root_has_key: Some(true) })
            }
            IamRead::Users { from: None } => {
                ReadData::Users { users: first_page(), next: Some(Marker("page 2".into())) }
            }
            IamRead::Users { .. } => ReadData::Users {
                users: USERS[4..].iter().map(|name| user(name)).collect(),
                next: None,
            },
            IamRead::Keys { user } => ReadData::Keys(keys_of(user.as_ref())),
            IamRead::LastUse { key } => {
                let known =
                    self.keys.iter().find(|known| known.id == *key && known.account == account);
                let known = known.ok_or(ErrorKind::Denied)?;
                let used = |at| LastUse::Used { at, service: Some("s3".into()), region: None };
                ReadData::LastUse(KeyLastUse {
                    owner: known.user.map(UserName::from_service),
                    last_use: known.used.map_or(LastUse::Never, used),
                })
            }
            IamRead::Account { key } => {
                let known =
                    self.keys.iter().find(|known| known.id == *key).ok_or(ErrorKind::Invalid)?;
                ReadData::Account(AccountId::from_service(ACCOUNTS[known.account]))
            }
            IamRead::Detail { part: UserDetailPart::BoundaryAndTags, .. } => {
                ReadData::BoundaryAndTags { boundary: None, tags: Vec::new() }
            }
            IamRead::Detail { part: UserDetailPart::Console, .. } => ReadData::Console(None),
            IamRead::Detail { .. } => ReadData::Names(vec!["Admins".into()]),
            IamRead::GenerateReport => ReadData::ReportPending,
            IamRead::Report => ReadData::Report(CredentialReport {
                rows: Vec::new(),
                odd: Vec::new(),
                generated: at - SignedDuration::from_hours(1),
                sha256: [0; 32],
            }),
        })
    }
}

fn access_key(key: &FakeKey, stale: bool) -> AccessKey {
    AccessKey {
        id: key.id.clone(),
        user: key.user.map(UserName::from_service),
        status: if stale { key.previous_status.clone() } else { key.status.clone() },
        created: None,
        last_use: Known::NotRead,
    }
}

/// Every kind of failure of a call.
pub(super) const ERRORS: [ErrorKind; 21] = [
    ErrorKind::Throttled,
    ErrorKind::Denied,
    ErrorKind::NotFound,
    ErrorKind::Invalid,
    ErrorKind::QuotaExceeded,
    ErrorKind::NotReady,
    ErrorKind::Expired,
    ErrorKind::BadCredentials,
    ErrorKind::ClockSkew,
    ErrorKind::Settings,
    ErrorKind::NoCredentials,
    ErrorKind::CredentialSourceFailed,
    ErrorKind::CallerChanged,
    ErrorKind::Withheld,
    ErrorKind::Server,
    ErrorKind::TimedOut,
    ErrorKind::Unreachable,
    ErrorKind::BadCertificate,
    ErrorKind::ConnectionLost,
    ErrorKind::Unreadable,
    ErrorKind::Other,
];

/// A failed call.
pub(super) fn failure(kind: ErrorKind) -> Arc<ServiceError> {
    Arc::new(ServiceError::new(kind, "ListAccessKeys", format!("{kind:?}")))
}

/// A pending read.
#[derive(Clone, Debug)]
pub(super) struct PendingRead {
    pub session: SessionId,
    pub read: IamRead,
    pub asked_at: Timestamp,
}

impl PendingRead {
    pub(super) fn reply(self, result: Result<ReadData, ErrorKind>, at: Timestamp) -> ReadReply {
        ReadReply {
            session: self.session,
            read: self.read,
            result: result.map_err(failure),
            asked_at: self.asked_at,
            at,
        }
    }
}
