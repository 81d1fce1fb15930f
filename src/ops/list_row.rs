//! A row of a list: a key with its owner, or a user without keys, with AWS's field names. Unknown
//! values are empty, and `AccessKeysFrom` and `LastUsedFrom` have the sources of the others.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::cli::ListColumn;
use crate::filter::MatchRank;
use crate::inventory::UserFacts;
use crate::model::{
    AccessKey, AccountId, KeyId, KeyStatus, Known, LastUse, ROOT_USER_NAME, ReportRow, ReportedKey,
    format_age, whole_days,
};
use crate::ops::aws_format::{self, LastUseCells, iso_time};

/// The columns of CSV, in order.
pub(crate) const LIST_CSV_COLUMNS: [ListColumn; 16] = [
    ListColumn::UserName,
    ListColumn::AccessKeyId,
    ListColumn::Status,
    ListColumn::CreateDate,
    ListColumn::LastUsedDate,
    ListColumn::ServiceName,
    ListColumn::Region,
    ListColumn::UserId,
    ListColumn::Path,
    ListColumn::Arn,
    ListColumn::UserCreateDate,
    ListColumn::PasswordLastUsed,
    ListColumn::AccessKeysFrom,
    ListColumn::LastUsedFrom,
    ListColumn::AgeDays,
    ListColumn::UnusedDays,
];

/// The columns of the table.
pub(crate) const LIST_TABLE_COLUMNS: [ListColumn; 7] = [
    ListColumn::UserName,
    ListColumn::AccessKeyId,
    ListColumn::Status,
    ListColumn::CreateDate,
    ListColumn::LastUsedDate,
    ListColumn::ServiceName,
    ListColumn::Region,
];

/// The columns that come before the others if there are several accounts.
pub(crate) const ACCOUNT_COLUMNS: [ListColumn; 2] =
    [ListColumn::AccountId, ListColumn::AccountName];

/// The source of a fact, or why it is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FactSource {
    /// Read from IAM.
    Live,
    /// The credential report.
    Report,
    /// Not known: not read yet.
    NotRead,
    /// Not known: IAM has refused the read.
    Denied,
    /// Not known: what it is about was deleted.
    Deleted,
    /// Not known: the read has failed.
    Failed,
}

impl FactSource {
    /// Returns the source of a fact.
    pub(crate) fn from_known<T>(known: &Known<T>) -> Self {
        match known {
            Known::NotRead => Self::NotRead,
            Known::Reported { .. } => Self::Report,
            Known::Live { .. } => Self::Live,
            Known::Denied(_) => Self::Denied,
            Known::Vanished { .. } => Self::Deleted,
            Known::Failed(_) => Self::Failed,
        }
    }

    /// Returns the source as tables and programs get it.
    fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Report => "report",
            Self::NotRead => "not read",
            Self::Denied => "denied",
            Self::Deleted => "deleted",
            Self::Failed => "failed",
        }
    }
}

/// The account of a row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AccountCells {
    /// The account's ID.
    pub(crate) id: AccountId,
    /// Its name in Identity Center, else its alias.
    pub(crate) name: Option<Arc<str>>,
}

/// A row of a list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ListRow {
    /// The account, if the list has several.
    pub(crate) account: Option<Arc<AccountCells>>,
    user_name: Arc<str>,
    user_id: Option<Arc<str>>,
    path: Option<Arc<str>>,
    arn: Option<Arc<str>>,
    user_created: Option<Timestamp>,
    password_last_used: Option<Timestamp>,
    key: Option<KeyCells>,
    /// The source of the keys.
    keys_from: FactSource,
    /// The rank of the match with the free text of the filter.
    pub(crate) rank: MatchRank,
}

#[derive(Clone, Debug, PartialEq)]
struct KeyCells {
    id: Option<KeyId>,
    /// `None` for a key that IAM no longer lists.
    status: Option<KeyStatus>,
    created: Option<Timestamp>,
    last_use: Known<LastUse>,
}

impl ListRow {
    /// A user's row, with a key or without; `facts` is `None` for the root user.
    pub(crate) fn live(
        facts: Option<&UserFacts>,
        key: Option<&AccessKey>,
        keys_from: FactSource,
        rank: MatchRank,
    ) -> Self {
        let user = facts.and_then(|facts| facts.user.value());
        Self {
            account: None,
            user_name: facts.map_or(ROOT_USER_NAME, |facts| facts.name.as_str()).into(),
            user_id: user.map(|user| Arc::clone(&user.id)),
            path: user.map(|user| Arc::clone(&user.path)),
            arn: user.map(|user| user.arn.as_str().into()),
            user_created: user.and_then(|user| user.created),
            password_last_used: user.and_then(|user| user.password_last_used),
            key: key.map(|key| KeyCells {
                id: Some(key.id.clone()),
                status: Some(key.status.clone()),
                created: key.created,
                last_use: key.last_use.clone(),
            }),
            keys_from,
            rank,
        }
    }

    /// A row of the credential report, with a key or without.
    pub(crate) fn reported(row: &ReportRow, key: Option<&ReportedKey>, rank: MatchRank) -> Self {
        Self {
            account: None,
            user_name: row.user.as_ref().map_or(ROOT_USER_NAME, |user| user.as_str()).into(),
            user_id: None,
            path: row.arn.user_path().map(Arc::from),
            arn: Some(row.arn.as_str().into()),
            user_created: row.created,
            password_last_used: None,
            key: key.map(|key| KeyCells {
                id: None,
                status: Some(key.status.clone()),
                created: key.created,
                last_use: key.last_use.clone(),
            }),
            keys_from: FactSource::Report,
            rank,
        }
    }

    /// Returns the rows of a user that the screen shows: the keys that IAM has listed, only the
    /// `matching` ones if there are any; else the keys of the credential report. One row without a
    /// key if there is none, or none is known.
    pub(crate) fn of_user(facts: &UserFacts, matching: &[&AccessKey]) -> Vec<Self> {
        let user = (!facts.is_root).then_some(facts);
        let rank = MatchRank::default();
        let source = FactSource::from_known(&facts.keys);
        let rows: Vec<_> = match (&facts.keys, facts.report_for_keys()) {
            (Known::Live { value, .. }, _) => {
                let row = |key| Self::live(user, Some(key), source, rank);
                match matching {
                    [] => value.iter().map(row).collect(),
                    matching => matching.iter().copied().map(row).collect(),
                }
            }
            (_, Some((row, _))) => {
                let keys = row.keys.iter().map(Some);
                let none = row.keys.is_empty().then_some(None);
                keys.chain(none).map(|key| Self::reported(row, key, rank)).collect()
            }
            _ => Vec::new(),
        };
        if rows.is_empty() { vec![Self::live(user, None, source, rank)] } else { rows }
    }

    /// Returns the row of a key that IAM has listed.
    pub(crate) fn of_key(facts: &UserFacts, key: &AccessKey) -> Self {
        let user = (!facts.is_root).then_some(facts);
        Self::live(user, Some(key), FactSource::from_known(&facts.keys), MatchRank::default())
    }

    /// Returns the row of a key that IAM no longer lists.
    pub(crate) fn deleted(facts: &UserFacts, id: &KeyId) -> Self {
        let key = KeyCells {
            id: Some(id.clone()),
            status: None,
            created: None,
            last_use: Known::NotRead,
        };
        let user = (!facts.is_root).then_some(facts);
        let row = Self::live(user, None, FactSource::Deleted, MatchRank::default());
        Self { key: Some(key), ..row }
    }

    /// Returns the sort key of a finished list.
    pub(crate) fn sort_key(&self) -> (std::cmp::Reverse<MatchRank>, [String; 3]) {
        let [id, name] = [ListColumn::AccountId, ListColumn::AccountName]
            .map(|column| self.account_cell(column).to_owned());
        (std::cmp::Reverse(self.rank), [name.to_lowercase(), id, self.user_name.to_lowercase()])
    }

    /// Returns the user's name.
    pub(crate) fn user_name(&self) -> &str {
        &self.user_name
    }

    /// Returns the status of the key; `None` if there is no key, or IAM no longer lists it.
    pub(crate) fn status(&self) -> Option<&KeyStatus> {
        self.key.as_ref()?.status.as_ref()
    }

    /// Returns when the key was created; `None` if that is not known, or there is no key.
    pub(crate) fn created(&self) -> Option<Timestamp> {
        self.key.as_ref()?.created
    }

    /// Returns the last use of the key; `None` if that is not known, or there is no key.
    pub(crate) fn last_use(&self) -> Option<&LastUse> {
        self.key.as_ref()?.last_use.value()
    }

    /// Returns the row as JSON, with the last use nested as in AWS's responses. Ages count back
    /// from `now`.
    pub(crate) fn json(&self, now: Timestamp) -> Value {
        let key = self.key.as_ref();
        let mut row = json!({
            "UserName": &*self.user_name,
            "AccessKeyId": key.and_then(|key| key.id.as_ref()).map(KeyId::as_str),
            "Status": self.status().map(KeyStatus::as_str),
            "CreateDate": self.created().map(iso_time),
            "AccessKeyLastUsed": self.last_use().map(aws_format::last_use_json),
            "UserId": self.user_id.as_deref(),
            "Path": self.path.as_deref(),
            "Arn": self.arn.as_deref(),
            "UserCreateDate": self.user_created.map(iso_time),
            "PasswordLastUsed": self.password_last_used.map(iso_time),
            "AccessKeysFrom": self.keys_from.as_str(),
            "LastUsedFrom": self.last_use_label(),
            "AgeDays": self.age_days(now),
            "UnusedDays": self.unused_days(now),
        });
        if let Some(account) = &self.account {
            row[ListColumn::AccountId.name()] = account.id.as_str().into();
            row[ListColumn::AccountName.name()] = account.name.as_deref().into();
        }
        row
    }

    /// Returns the cell of a column for programs; empty if the value is not known. Ages count back
    /// from `now`.
    pub(crate) fn cell(&self, column: ListColumn, now: Timestamp) -> String {
        let key = self.key.as_ref();
        let text = |text: &Option<Arc<str>>| text.as_deref().unwrap_or_default().to_owned();
        let when = |at: Option<Timestamp>| at.map(iso_time).unwrap_or_default();
        let days = |days: Option<i64>| days.map(|days| days.to_string()).unwrap_or_default();
        match column {
            ListColumn::AccountId | ListColumn::AccountName => self.account_cell(column).to_owned(),
            ListColumn::UserName => self.user_name.to_string(),
            ListColumn::AccessKeyId => {
                key.and_then(|key| key.id.as_ref()).map(ToString::to_string).unwrap_or_default()
            }
            ListColumn::Status => self.status().map(ToString::to_string).unwrap_or_default(),
            ListColumn::CreateDate => when(self.created()),
            ListColumn::LastUsedDate => LastUseCells::from(self.last_use()).date,
            ListColumn::ServiceName => LastUseCells::from(self.last_use()).service,
            ListColumn::Region => LastUseCells::from(self.last_use()).region,
            ListColumn::UserId => text(&self.user_id),
            ListColumn::Path => text(&self.path),
            ListColumn::Arn => text(&self.arn),
            ListColumn::UserCreateDate => when(self.user_created),
            ListColumn::PasswordLastUsed => when(self.password_last_used),
            ListColumn::AccessKeysFrom => self.keys_from.as_str().to_owned(),
            ListColumn::LastUsedFrom => self.last_use_label().to_owned(),
            ListColumn::AgeDays => days(self.age_days(now)),
            ListColumn::UnusedDays => days(self.unused_days(now)),
        }
    }

    /// Returns the cell of a column for people, which has the source in place of an unknown value.
    pub(crate) fn table_cell(&self, column: ListColumn, now: Timestamp) -> String {
        match (column, &self.key) {
            (ListColumn::AccessKeyId, None) => match self.keys_from {
                FactSource::Live | FactSource::Report => "(none)".to_owned(),
                unknown => format!("({})", unknown.as_str()),
            },
            (ListColumn::Status, Some(KeyCells { status: None, .. })) => {
                format!("({})", self.keys_from.as_str())
            }
            (ListColumn::CreateDate, Some(KeyCells { status: Some(_), created: None, .. })) => {
                "(not known)".to_owned()
            }
            (ListColumn::AccessKeyId, Some(KeyCells { id: None, .. })) => {
                "(not in the report)".to_owned()
            }
            (ListColumn::LastUsedDate, Some(key)) => match key.last_use.value() {
                Some(LastUse::Never) => "never".to_owned(),
                Some(LastUse::Used { .. }) => self.cell(column, now),
                None => format!("({})", self.last_use_label()),
            },
            _ => self.cell(column, now),
        }
    }

    /// Returns the cell of a column like [`Self::table_cell`], with an age in place of a date. A
    /// last use from the credential report has the mark `~`.
    pub(crate) fn terminal_cell(&self, column: ListColumn, now: Timestamp) -> String {
        let key = self.key.as_ref();
        match (column, key.and_then(|key| key.last_use.value())) {
            (ListColumn::CreateDate, _) => self.created().map_or_else(
                || self.table_cell(column, now),
                |created| format_age(now.duration_since(created)),
            ),
            (ListColumn::LastUsedDate, Some(last_use)) => {
                let mark = if self.last_use_from() == Some(FactSource::Report) { "~" } else { "" };
                format!("{mark}{}", last_use.ago(now))
            }
            (ListColumn::ServiceName | ListColumn::Region, Some(LastUse::Never)) => String::new(),
            _ => self.table_cell(column, now),
        }
    }

    /// Returns the ID of the account, or its name; empty if it is not known.
    fn account_cell(&self, column: ListColumn) -> &str {
        self.account.as_deref().map_or("", |account| match column {
            ListColumn::AccountName => account.name.as_deref().unwrap_or_default(),
            _ => account.id.as_str(),
        })
    }

    fn age_days(&self, now: Timestamp) -> Option<i64> {
        Some(whole_days(self.created()?, now))
    }

    /// Returns the whole days since the last use. A key that was never used counts from its
    /// creation, as in the filter `unused>90d`.
    fn unused_days(&self, now: Timestamp) -> Option<i64> {
        Some(whole_days(self.last_use()?.unused_since(self.created())?, now))
    }

    fn last_use_from(&self) -> Option<FactSource> {
        self.key.as_ref().map(|key| FactSource::from_known(&key.last_use))
    }

    fn last_use_label(&self) -> &'static str {
        self.last_use_from().map_or("", FactSource::as_str)
    }
}
