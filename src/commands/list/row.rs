//! A row of a list: a key with its owner, or a user without keys, with AWS's
//! field names. Unknown values are empty, and two fields have the sources of the
//! others.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::commands::aws_format;
use crate::commands::aws_format::{NO_USE_PLACEHOLDER, iso_time};
use crate::filter::Rank;
use crate::inventory::UserFacts;
use crate::model::{
    AccessKey, AccountId, KeyId, KeyStatus, Known, LastUse, ROOT_USER_NAME, ReportRow, ReportedKey,
};

/// The columns of CSV, in order.
pub(super) const LIST_CSV_COLUMNS: [&str; 14] = [
    "UserName",
    "AccessKeyId",
    "Status",
    "CreateDate",
    "LastUsedDate",
    "ServiceName",
    "Region",
    "UserId",
    "Path",
    "Arn",
    "UserCreateDate",
    "PasswordLastUsed",
    "AccessKeysFrom",
    "LastUsedFrom",
];

/// The columns of the table.
pub(super) const LIST_TABLE_COLUMNS: [&str; 7] =
    ["UserName", "AccessKeyId", "Status", "CreateDate", "LastUsedDate", "ServiceName", "Region"];

/// The columns that come before the others if there are several accounts.
pub(super) const ACCOUNT_COLUMNS: [&str; 2] = ["AccountId", "AccountName"];

/// The account of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct AccountCells {
    /// The account's ID.
    pub(super) id: AccountId,
    /// Its name in Identity Center, else its alias.
    pub(super) name: Option<Arc<str>>,
}

/// A row of a list.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ListRow {
    /// The account, if the list has several.
    pub(super) account: Option<Arc<AccountCells>>,
    user_name: Arc<str>,
    user_id: Option<Arc<str>>,
    path: Option<Arc<str>>,
    arn: Option<Arc<str>>,
    user_created: Option<Timestamp>,
    password_last_used: Option<Timestamp>,
    key: Option<KeyCells>,
    /// The source of the keys: `live`, `report`, or why they are not known.
    keys_from: &'static str,
    /// The rank of the match with the free text of the filter.
    pub(super) rank: Rank,
}

#[derive(Clone, Debug, PartialEq)]
struct KeyCells {
    id: Option<KeyId>,
    status: KeyStatus,
    created: Option<Timestamp>,
    last_use: Known<LastUse>,
}

impl ListRow {
    /// A user's row, with a key or without; `facts` is `None` for the root user.
    pub(super) fn live(
        facts: Option<&UserFacts>,
        key: Option<&AccessKey>,
        keys_from: &'static str,
        rank: Rank,
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
                status: key.status.clone(),
                created: key.created,
                last_use: key.last_use.clone(),
            }),
            keys_from,
            rank,
        }
    }

    /// A row of the credential report, with a key or without.
    pub(super) fn reported(row: &ReportRow, key: Option<&ReportedKey>, rank: Rank) -> Self {
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
                status: key.status.clone(),
                created: key.created,
                last_use: key.last_use.clone(),
            }),
            keys_from: "report",
            rank,
        }
    }

    /// Returns the sort key of a finished list.
    pub(super) fn sort_key(&self) -> (std::cmp::Reverse<Rank>, [String; 3]) {
        let [id, name] = self.account_cells();
        (std::cmp::Reverse(self.rank), [name.to_lowercase(), id, self.user_name.to_lowercase()])
    }

    /// Returns the row as JSON, with the last use nested as in AWS's responses.
    pub(super) fn json(&self) -> Value {
        let key = self.key.as_ref();
        let last_use = key.and_then(|key| key.last_use.value()).map(aws_format::last_use_json);
        let mut row = json!({
            "UserName": &*self.user_name,
            "AccessKeyId": key.and_then(|key| key.id.as_ref()).map(KeyId::as_str),
            "Status": key.map(|key| key.status.as_str()),
            "CreateDate": key.and_then(|key| key.created).map(iso_time),
            "AccessKeyLastUsed": last_use,
            "UserId": self.user_id.as_deref(),
            "Path": self.path.as_deref(),
            "Arn": self.arn.as_deref(),
            "UserCreateDate": self.user_created.map(iso_time),
            "PasswordLastUsed": self.password_last_used.map(iso_time),
            "AccessKeysFrom": self.keys_from,
            "LastUsedFrom": self.last_use_from(),
        });
        if let Some(account) = &self.account {
            let [id, name] = ACCOUNT_COLUMNS;
            row[id] = account.id.as_str().into();
            row[name] = account.name.as_deref().into();
        }
        row
    }

    /// Returns the cells of the account, in the order of [`ACCOUNT_COLUMNS`].
    pub(super) fn account_cells(&self) -> [String; ACCOUNT_COLUMNS.len()] {
        self.account.as_ref().map_or_else(Default::default, |account| {
            [account.id.to_string(), account.name.as_deref().unwrap_or_default().to_owned()]
        })
    }

    /// Returns the cells, in the order of [`LIST_CSV_COLUMNS`].
    pub(super) fn cells(&self) -> [String; LIST_CSV_COLUMNS.len()] {
        let key = self.key.as_ref();
        let text = |text: &Option<Arc<str>>| text.as_deref().unwrap_or_default().to_owned();
        let when = |at: Option<Timestamp>| at.map(iso_time).unwrap_or_default();
        let (used, service, region) = match key.and_then(|key| key.last_use.value()) {
            None => Default::default(),
            Some(LastUse::Never) => {
                (String::new(), NO_USE_PLACEHOLDER.to_owned(), NO_USE_PLACEHOLDER.to_owned())
            }
            Some(LastUse::Used { at, service, region }) => {
                (iso_time(*at), text(service), text(region))
            }
        };
        [
            self.user_name.to_string(),
            key.and_then(|key| key.id.as_ref()).map(ToString::to_string).unwrap_or_default(),
            key.map(|key| key.status.to_string()).unwrap_or_default(),
            when(key.and_then(|key| key.created)),
            used,
            service,
            region,
            text(&self.user_id),
            text(&self.path),
            text(&self.arn),
            when(self.user_created),
            when(self.password_last_used),
            self.keys_from.to_owned(),
            self.last_use_from().to_owned(),
        ]
    }

    /// Returns the cells of the table, which has the sources in place of unknown
    /// values.
    pub(super) fn table(&self) -> [String; LIST_TABLE_COLUMNS.len()] {
        let [user, id, status, created, last_used, service, region, ..] = self.cells();
        let Some(key) = &self.key else {
            let instead = if self.keys_from == "live" || self.keys_from == "report" {
                "none"
            } else {
                self.keys_from
            };
            return [user, format!("({instead})"), status, created, last_used, service, region];
        };
        let id = if key.id.is_some() { id } else { "(not in the report)".to_owned() };
        let last_used = match &key.last_use {
            known if known.value() == Some(&LastUse::Never) => "never".to_owned(),
            Known::Reported { .. } | Known::Live { .. } => last_used,
            _ => format!("({})", self.last_use_from()),
        };
        [user, id, status, created, last_used, service, region]
    }

    fn last_use_from(&self) -> &'static str {
        self.key.as_ref().map_or("", |key| source_label(&key.last_use))
    }
}

/// Returns the source of a fact, or why it is not known, for tables and
/// programs.
pub(super) fn source_label<T>(known: &Known<T>) -> &'static str {
    match known {
        Known::NotRead => "not read",
        Known::Reported { .. } => "report",
        Known::Live { .. } => "live",
        Known::Denied(_) => "denied",
        Known::Vanished { .. } => "vanished",
        Known::Failed(_) => "failed",
    }
}
