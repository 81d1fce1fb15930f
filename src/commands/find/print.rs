//! Prints the results of `find` in each format.

use std::fmt::Display;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::cli::Format;
use crate::commands::aws_format;
use crate::commands::aws_format::{NO_USE_PLACEHOLDER, csv_line, iso_time};
use crate::commands::find::result::{FindResult, FoundAs};
use crate::commands::key_lookup::{KeyLookupResult, MentionMiss};
use crate::commands::messages::find as messages;
use crate::commands::output;
use crate::commands::table;
use crate::model::{KeyStatus, LastUse, ROOT_USER_NAME, SessionContext, UserName};
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

/// Returns the results in a format.
pub(super) fn render(results: &[FindResult], format: Format, now: Timestamp) -> String {
    match format {
        Format::Table => {
            let rows: Vec<_> = results.iter().map(FindResult::table).collect();
            let mut text = table::aligned(
                [
                    "AccessKeyId",
                    "Account",
                    "UserName",
                    "Status",
                    "LastUsedDate",
                    "Finding",
                    "FoundAs",
                ],
                &rows,
            );
            for sentence in results.iter().map(|result| result.sentence(now)) {
                text.extend(["\n", &sentence, "\n"]);
            }
            text
        }
        Format::Json => {
            output::pretty_json(&results.iter().map(|result| result.json(now)).collect())
        }
        Format::Jsonl => {
            results.iter().map(|result| output::json_line(&result.json(now))).collect()
        }
        Format::Csv => {
            let rows = results.iter().map(|result| csv_line(&result.cells()));
            std::iter::once(csv_line(&FIND_CSV_COLUMNS)).chain(rows).collect()
        }
    }
}

impl FindResult {
    fn account(&self) -> Option<String> {
        match &self.lookup {
            KeyLookupResult::Miss(LookupMiss::OtherAccount { account, .. }) => {
                Some(account.to_string())
            }
            KeyLookupResult::ThisAccount { .. }
            | KeyLookupResult::NotListed { .. }
            | KeyLookupResult::Miss(LookupMiss::RootKey(_)) => self
                .session_context
                .as_ref()
                .map(|session_context| session_context.caller.account.to_string()),
            KeyLookupResult::Mention(MentionMiss::OtherAccount(account)) => {
                Some(account.to_string())
            }
            KeyLookupResult::Mention(_) => None,
            KeyLookupResult::Miss(_) => self.id()?.account().map(|account| account.to_string()),
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
        let (used, service, region) = match self.last_use() {
            Some(LastUse::Used { at, service, region }) => (
                iso_time(*at),
                service.as_deref().unwrap_or_default().to_owned(),
                region.as_deref().unwrap_or_default().to_owned(),
            ),
            Some(LastUse::Never) => {
                (String::new(), NO_USE_PLACEHOLDER.to_owned(), NO_USE_PLACEHOLDER.to_owned())
            }
            None => Default::default(),
        };
        [
            self.subject.to_string(),
            self.lookup.label().to_owned(),
            self.account().unwrap_or_default(),
            self.user().unwrap_or_default(),
            self.status().map(ToString::to_string).unwrap_or_default(),
            self.created().map(iso_time).unwrap_or_default(),
            used,
            service,
            region,
            self.profiles.join(" "),
            self.origin.label().to_owned(),
        ]
    }

    fn table(&self) -> [String; 7] {
        let [id, finding, account, user, status, _, last_used, _, _, _, found_as] = self.cells();
        let is_unused = self.last_use() == Some(&LastUse::Never);
        let last_used = if is_unused { "never".to_owned() } else { last_used };
        [id, account, user, status, last_used, finding, found_as]
    }

    fn json(&self, now: Timestamp) -> Value {
        let last_use = self.last_use().map(aws_format::last_use_json);
        json!({
            "AccessKeyId": &*self.subject,
            "Finding": self.lookup.label(),
            "Account": self.account(),
            "UserName": self.user(),
            "Status": self.status().map(KeyStatus::as_str),
            "CreateDate": self.created().map(iso_time),
            "AccessKeyLastUsed": last_use,
            "Profiles": self.profiles.iter().map(|name| &**name).collect::<Vec<_>>(),
            "FoundAs": self.origin.label(),
            "Sentence": self.sentence(now),
        })
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
        let account = self
            .session_context
            .as_ref()
            .map_or_else(|| "this account".to_owned(), SessionContext::account_label);
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
                let here = self.session_context.as_ref().map(SessionContext::account_label);
                let sentence = miss.sentence(
                    id,
                    &Advice {
                        here: here.as_deref(),
                        other_account: &|_| messages::profiles_leading_there(id, &self.profiles),
                        revoke_sessions: messages::REVOKE_SESSIONS,
                        find_user: messages::FIND_USER,
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
