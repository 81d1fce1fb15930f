//! Prints the results of `find` in each format.

use std::fmt::Display;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::cli::Format;
use crate::commands::error::CommandError;
use crate::commands::find::result::{FindResult, FoundAs};
use crate::commands::key_lookup::{KeyLookupResult, MentionMiss};
use crate::commands::messages::find as messages;
use crate::commands::table::{self, Column};
use crate::commands::{open_session, output};
use crate::model::{
    AccountId, KeyStatus, LastUse, ROOT_USER_NAME, SessionContext, UserName, csv_line,
};
use crate::ops::aws_format;
use crate::ops::aws_format::{LastUseCells, iso_time};
use crate::ops::key_lookup::LookupMiss;
use crate::ops::key_lookup::messages::Advice;

/// The columns of CSV, in order.
const FIND_CSV_COLUMNS: [&str; 11] = [
    "AccessKeyId",
    "Finding",
    "Account",
    "UserName",
    "Status",
    "CreateDate",
    "LastUsedDate",
    "ServiceName",
    "Region",
    "Profiles",
    "FoundAs",
];

/// The columns of the table.
const FIND_TABLE_COLUMNS: [Column; 7] = [
    Column::whole("AccessKeyId"),
    Column::whole("Account").expendable(2),
    Column::cut_to("UserName", 16),
    Column::whole("Status"),
    LAST_USED_COLUMN,
    Column::cut_to("Finding", 8).expendable(4),
    Column::whole("FoundAs").expendable(6),
];

/// The column of the last use, and its name if cells have ages.
const LAST_USED_COLUMN: Column = Column::whole("LastUsedDate").expendable(1);
const LAST_USED_AGO: &str = "LastUsed";

/// The columns that follow if there may be several accounts.
const ACCOUNT_COLUMNS: [&str; 2] = ["AccountName", "Route"];

/// Prints results: as they come if the format allows it, else at the end.
pub(super) struct ResultPrinter {
    format: Format,
    /// Whether there may be several accounts, so that rows have their columns.
    with_accounts: bool,
    buffered: Vec<FindResult>,
    header_due: bool,
    /// For each result, whether the text has its ID and whether it is incomplete.
    added: Vec<(bool, bool)>,
}

impl ResultPrinter {
    /// A printer without results.
    pub(super) fn new(format: Format, with_accounts: bool) -> Self {
        let header_due = format == Format::Csv;
        Self { format, with_accounts, buffered: Vec::new(), header_due, added: Vec::new() }
    }

    /// Takes results, and prints them if the format allows it.
    ///
    /// # Errors
    /// Returns an error if nothing more can be printed.
    pub(super) fn add(&mut self, results: Vec<FindResult>) -> Result<(), CommandError> {
        let added = results.iter().map(|it| (it.origin.is_id(), it.lookup.is_incomplete()));
        self.added.extend(added);
        if !matches!(self.format, Format::Jsonl | Format::Csv) {
            self.buffered.extend(results);
            return Ok(());
        }
        let now = Timestamp::now();
        let mut text = self.header();
        text.extend(results.iter().map(|it| it.line(self.format, self.with_accounts, now)));
        output::write(&text)
    }

    /// Prints the results that were buffered. Returns whether one is incomplete that counts: users
    /// and masked IDs do not if `has_ids`.
    ///
    /// # Errors
    /// Returns an error if nothing more can be printed.
    pub(super) fn finish(mut self, has_ids: bool) -> Result<bool, CommandError> {
        let text = match self.format {
            Format::Jsonl | Format::Csv => self.header(),
            format => render(&self.buffered, format, self.with_accounts, Timestamp::now()),
        };
        output::write(&text)?;
        Ok(self.added.iter().any(|(is_id, is_incomplete)| *is_incomplete && (*is_id || !has_ids)))
    }

    /// Prints the results that were buffered before an error; nothing without any.
    ///
    /// # Errors
    /// Returns an error if nothing more can be printed.
    pub(super) fn finish_early(self) -> Result<(), CommandError> {
        if self.buffered.is_empty() { Ok(()) } else { self.finish(false).map(drop) }
    }

    fn header(&mut self) -> String {
        if !std::mem::take(&mut self.header_due) {
            return String::new();
        }
        let accounts: &[&str] = if self.with_accounts { &ACCOUNT_COLUMNS } else { &[] };
        csv_line(&[&FIND_CSV_COLUMNS, accounts].concat())
    }
}

/// Returns the results as a table or JSON; with the columns of accounts if there may be several.
fn render(results: &[FindResult], format: Format, with_accounts: bool, now: Timestamp) -> String {
    match format {
        Format::Table => {
            let mut text = table(results, with_accounts, now, output::terminal_columns());
            for sentence in results.iter().map(|result| result.sentence(now)) {
                text.extend(["\n", &sentence, "\n"]);
            }
            text
        }
        Format::Json | Format::Jsonl | Format::Csv => {
            let rows = results.iter().map(|result| result.json(with_accounts, now));
            output::pretty_json(&rows.collect())
        }
    }
}

/// Returns the results as a table. It fits a terminal of `limit` columns, and then has ages in
/// place of dates.
fn table(
    results: &[FindResult],
    with_accounts: bool,
    now: Timestamp,
    limit: Option<usize>,
) -> String {
    let [id, account, user, status, used, finding, found_as] = FIND_TABLE_COLUMNS;
    let used = if limit.is_some() { used.renamed(LAST_USED_AGO) } else { used };
    let now = limit.map(|_| now);
    if !with_accounts {
        let rows: Vec<_> = results.iter().map(|result| result.table(now)).collect();
        let columns = [id, account, user, status, used, finding, found_as];
        return table::fitted(&columns, &rows, limit);
    }
    let rows = results.iter().map(|result| {
        let [id, account, user, status, used, finding, found_as] = result.table(now);
        let [name, route] = result.account_cells();
        [id, account, name, user, status, used, finding, found_as, route]
    });
    let [name, route] = ACCOUNT_COLUMNS;
    let name = Column::cut_to(name, 8).expendable(3);
    let route = Column::cut_to(route, 12).expendable(5);
    let columns = [id, account, name, user, status, used, finding, found_as, route];
    table::fitted(&columns, &rows.collect::<Vec<_>>(), limit)
}

impl FindResult {
    /// Returns the account of the key, as far as it is known.
    pub(super) fn account_id(&self) -> Option<AccountId> {
        match &self.lookup {
            KeyLookupResult::Miss(LookupMiss::OtherAccount { account, .. }) => {
                Some(account.clone())
            }
            KeyLookupResult::ThisAccount { .. }
            | KeyLookupResult::NotListed { .. }
            | KeyLookupResult::Miss(LookupMiss::RootKey(_)) => {
                self.session_context.as_ref().map(|it| it.caller.account.clone())
            }
            KeyLookupResult::Mention(_) => self.account.clone(),
            KeyLookupResult::Miss(_) => self.account.clone().or_else(|| self.id()?.account()),
        }
    }

    fn account(&self) -> Option<String> {
        match &self.lookup {
            KeyLookupResult::Mention(MentionMiss::OtherAccount(account)) => {
                Some(account.to_string())
            }
            _ => self.account_id().map(|account| account.to_string()),
        }
    }

    fn user(&self) -> Option<String> {
        match &self.lookup {
            KeyLookupResult::ThisAccount { user, .. } => {
                Some(user.as_ref().map_or(ROOT_USER_NAME, UserName::as_str).to_owned())
            }
            KeyLookupResult::NotListed { user, .. } => Some(user.as_str().to_owned()),
            KeyLookupResult::Miss(LookupMiss::RootKey(_)) => Some(ROOT_USER_NAME.to_owned()),
            KeyLookupResult::Mention(_) | KeyLookupResult::Miss(_) => None,
        }
    }

    fn status(&self) -> Option<&KeyStatus> {
        match &self.lookup {
            KeyLookupResult::ThisAccount { key: Ok((status, _)), .. } => Some(status),
            _ => None,
        }
    }

    fn last_use(&self) -> Option<&LastUse> {
        match &self.lookup {
            KeyLookupResult::ThisAccount { last_use, .. }
            | KeyLookupResult::NotListed { last_use, .. } => last_use.as_ref(),
            KeyLookupResult::Miss(LookupMiss::RootKey(last_use)) => Some(last_use),
            KeyLookupResult::Mention(_) | KeyLookupResult::Miss(_) => None,
        }
    }

    fn created(&self) -> Option<Timestamp> {
        match &self.lookup {
            KeyLookupResult::ThisAccount { key: Ok((_, created)), .. } => *created,
            _ => None,
        }
    }

    /// Returns the cells, in the order of [`FIND_CSV_COLUMNS`].
    fn cells(&self) -> [String; FIND_CSV_COLUMNS.len()] {
        let LastUseCells { date, service, region } = self.last_use().into();
        [
            self.subject.to_string(),
            self.finding().to_owned(),
            self.account().unwrap_or_default(),
            self.user().unwrap_or_default(),
            self.status().map(ToString::to_string).unwrap_or_default(),
            self.created().map(iso_time).unwrap_or_default(),
            date,
            service,
            region,
            self.profiles.join(" "),
            self.origin.label().to_owned(),
        ]
    }

    /// Returns the cells, in the order of [`FIND_TABLE_COLUMNS`]; with an age in place of a date if
    /// `now` is given.
    fn table(&self, now: Option<Timestamp>) -> [String; 7] {
        let [id, finding, account, user, status, _, last_used, _, _, _, found_as] = self.cells();
        let last_used = match (self.last_use(), now) {
            (Some(last_use), Some(now)) => last_use.ago(now),
            (Some(LastUse::Never), None) => "never".to_owned(),
            _ => last_used,
        };
        [id, account, user, status, last_used, finding, found_as]
    }

    /// Returns the row as a line of CSV or JSON.
    fn line(&self, format: Format, with_accounts: bool, now: Timestamp) -> String {
        match format {
            Format::Csv if with_accounts => {
                csv_line(&self.cells().into_iter().chain(self.account_cells()).collect::<Vec<_>>())
            }
            Format::Csv => csv_line(&self.cells()),
            _ => output::json_line(&self.json(with_accounts, now)),
        }
    }

    /// Returns the cells of the account, in the order of [`ACCOUNT_COLUMNS`].
    fn account_cells(&self) -> [String; ACCOUNT_COLUMNS.len()] {
        let route = self.session_context.as_ref().and_then(open_session::route_label);
        let name = self.account_name.as_deref().unwrap_or_default().to_owned();
        [name, route.unwrap_or_default()]
    }

    fn json(&self, with_accounts: bool, now: Timestamp) -> Value {
        let last_use = self.last_use().map(aws_format::last_use_json);
        let mut row = json!({
            "AccessKeyId": &*self.subject,
            "Finding": self.finding(),
            "Account": self.account(),
            "UserName": self.user(),
            "Status": self.status().map(KeyStatus::as_str),
            "CreateDate": self.created().map(iso_time),
            "AccessKeyLastUsed": last_use,
            "Profiles": self.profiles.iter().map(|name| &**name).collect::<Vec<_>>(),
            "FoundAs": self.origin.label(),
            "Sentence": self.sentence(now),
        });
        if with_accounts {
            for (column, cell) in ACCOUNT_COLUMNS.into_iter().zip(self.account_cells()) {
                row[column] = if cell.is_empty() { Value::Null } else { cell.into() };
            }
        }
        row
    }

    /// Returns what the ID is, and what to do next.
    fn sentence(&self, now: Timestamp) -> String {
        let sentence = self.lookup_sentence(now);
        match &self.origin {
            FoundAs::Masked(masked) if self.lookup.is_found() => {
                messages::matches_masked(masked, &sentence)
            }
            _ => sentence,
        }
    }

    fn lookup_sentence(&self, now: Timestamp) -> String {
        let here = self.label.as_deref().map(str::to_owned);
        let here =
            here.or_else(|| self.session_context.as_ref().map(SessionContext::account_label));
        let account = here.clone().unwrap_or_else(|| "this account".to_owned());
        match &self.lookup {
            KeyLookupResult::ThisAccount { user, key, last_use } => {
                let status = match key {
                    Ok((status, _)) => Ok(status),
                    Err(error) => Err(error as &dyn Display),
                };
                let last_use = messages::last_use(last_use.as_ref(), now);
                messages::found(&self.subject, user.as_ref(), &account, status, &last_use)
            }
            KeyLookupResult::NotListed { user, lacks, last_use } => {
                let last_use = messages::last_use(last_use.as_ref(), now);
                let Some(id) = self.id() else { return String::new() };
                messages::not_listed(&id, user, &account, *lacks, &last_use)
            }
            KeyLookupResult::Mention(miss) => messages::mention_miss(&self.subject, miss, &account),
            KeyLookupResult::Miss(miss) => {
                let Some(id) = &self.id() else { return String::new() };
                if let (LookupMiss::Failed(error), Some(account), [_, ..]) =
                    (miss, &self.account, &*self.profiles)
                {
                    return messages::account_not_asked(
                        id,
                        account.as_str(),
                        &self.profiles,
                        error,
                    );
                }
                let sentence = miss.sentence(
                    id,
                    &Advice {
                        here: here.as_deref(),
                        other_account: &|_| {
                            let name = self.account_name.as_deref();
                            messages::other_account(id, &self.profiles, name)
                        },
                        revoke_sessions: messages::REVOKE_SESSIONS,
                        find_user: messages::FIND_USER,
                        without_lookup: &messages::without_lookup,
                    },
                );
                match miss {
                    LookupMiss::RootKey(last_use) => {
                        format!("{sentence} {}", messages::last_use(Some(last_use), now))
                    }
                    _ => sentence,
                }
            }
        }
    }
}
