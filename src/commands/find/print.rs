//! What was found, in each format and in sentences.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::cli::Format;
use crate::commands::aws_json;
use crate::commands::aws_json::{csv_line, iso_time};
use crate::commands::find::FindResult;
use crate::commands::key_lookup;
use crate::commands::key_lookup::KeyLookup;
use crate::commands::output;
use crate::commands::table;
use crate::model::{
    KeyKind, KeyStatus, LastUse, NamedBy, ROOT_USER_NAME, SessionContext, UserName, format_age,
    format_date_time, owner_not_found,
};

const CSV_COLUMNS: [&str; 10] = [
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
];

/// The answers in that format.
pub(super) fn render(answers: &[FindResult], format: Format, now: Timestamp) -> String {
    match format {
        Format::Table => {
            let rows: Vec<_> = answers.iter().map(FindResult::table).collect();
            let mut text = table::aligned(
                ["AccessKeyId", "Account", "UserName", "Status", "LastUsedDate", "Finding"],
                &rows,
            );
            for sentence in answers.iter().map(|answer| answer.sentence(now)) {
                text.extend(["\n", &sentence, "\n"]);
            }
            text
        }
        Format::Json => {
            output::pretty_json(&answers.iter().map(|answer| answer.json(now)).collect())
        }
        Format::Jsonl => {
            answers.iter().map(|answer| output::json_line(&answer.json(now))).collect()
        }
        Format::Csv => {
            let rows = answers.iter().map(|answer| csv_line(&answer.cells()));
            std::iter::once(csv_line(&CSV_COLUMNS)).chain(rows).collect()
        }
    }
}

impl FindResult {
    fn account(&self) -> Option<String> {
        match &self.lookup {
            KeyLookup::OtherAccount { account, .. } => Some(account.to_string()),
            KeyLookup::ThisAccount { .. } | KeyLookup::NotListed { .. } => self
                .session_context
                .as_ref()
                .map(|session_context| session_context.caller.account.to_string()),
            _ => self.id.account().map(|account| account.to_string()),
        }
    }

    fn user(&self) -> Option<String> {
        match &self.lookup {
            KeyLookup::ThisAccount { user, .. } => {
                Some(user.as_ref().map_or(ROOT_USER_NAME, UserName::as_str).to_owned())
            }
            KeyLookup::NotListed { user, .. } => Some(user.as_str().to_owned()),
            _ => None,
        }
    }

    fn status(&self) -> Option<&KeyStatus> {
        match &self.lookup {
            KeyLookup::ThisAccount { key: Ok((status, _)), .. } => Some(status),
            _ => None,
        }
    }

    fn last_use(&self) -> Option<&LastUse> {
        match &self.lookup {
            KeyLookup::ThisAccount { last_use, .. } | KeyLookup::NotListed { last_use, .. } => {
                Some(last_use)
            }
            _ => None,
        }
    }

    fn created(&self) -> Option<Timestamp> {
        match &self.lookup {
            KeyLookup::ThisAccount { key: Ok((_, created)), .. } => *created,
            _ => None,
        }
    }

    fn cells(&self) -> [String; CSV_COLUMNS.len()] {
        let (used, service, region) = match self.last_use() {
            Some(LastUse::Used { at, service, region }) => (
                iso_time(*at),
                service.as_deref().unwrap_or_default().to_owned(),
                region.as_deref().unwrap_or_default().to_owned(),
            ),
            Some(LastUse::Never) => (String::new(), "N/A".to_owned(), "N/A".to_owned()),
            None => Default::default(),
        };
        [
            self.id.to_string(),
            self.lookup.label().to_owned(),
            self.account().unwrap_or_default(),
            self.user().unwrap_or_default(),
            self.status().map(ToString::to_string).unwrap_or_default(),
            self.created().map(iso_time).unwrap_or_default(),
            used,
            service,
            region,
            self.profiles.join(" "),
        ]
    }

    fn table(&self) -> [String; 6] {
        let [id, finding, account, user, status, _, last_used, ..] = self.cells();
        let never = self.last_use() == Some(&LastUse::Never);
        [id, account, user, status, if never { "never".to_owned() } else { last_used }, finding]
    }

    fn json(&self, now: Timestamp) -> Value {
        let last_use = self.last_use().map(aws_json::last_use_json);
        json!({
            "AccessKeyId": self.id.as_str(),
            "Finding": self.lookup.label(),
            "Account": self.account(),
            "UserName": self.user(),
            "Status": self.status().map(KeyStatus::as_str),
            "CreateDate": self.created().map(iso_time),
            "AccessKeyLastUsed": last_use,
            "Profiles": self.profiles.iter().map(|name| &**name).collect::<Vec<_>>(),
            "Sentence": self.sentence(now),
        })
    }

    /// What it is, and what to do now.
    fn sentence(&self, now: Timestamp) -> String {
        let id = &self.id;
        match &self.lookup {
            KeyLookup::ThisAccount { user, key, last_use } => {
                let account = self
                    .session_context
                    .as_ref()
                    .map(SessionContext::account_label)
                    .unwrap_or_default();
                let owner =
                    user.as_ref().map_or_else(|| "the root user".to_owned(), ToString::to_string);
                let status = match key {
                    Ok((status, _)) => format!("it is {status}"),
                    Err(error) => format!(
                        "its status could not be read. {}",
                        error.to_string().trim_end_matches('.')
                    ),
                };
                format!(
                    "{id} belongs to {owner} in {account}: {status}. {}",
                    last_use_phrase(last_use, now)
                )
            }
            KeyLookup::NotListed { user, lacks, last_use } => {
                let account = self
                    .session_context
                    .as_ref()
                    .map(SessionContext::account_label)
                    .unwrap_or_default();
                let next =
                    format!("{} {}", last_use_phrase(last_use, now), key_lookup::next_step(id));
                owner_not_found(id, user, &account, NamedBy::Iam, *lacks, &next)
            }
            KeyLookup::OtherAccount { account, certain } => {
                let how = if *certain { "" } else { ", as far as the ID itself tells" };
                format!("{id} belongs to account {account}{how}. {}", self.profiles_phrase())
            }
            KeyLookup::NotFound { is_ours } => {
                let account = self
                    .session_context
                    .as_ref()
                    .map_or_else(|| "this account".to_owned(), SessionContext::account_label);
                key_lookup::not_found_sentence(id, &account, *is_ours)
            }
            KeyLookup::NotPermitted(error) => {
                format!("{id}: the caller may not ask whose it is. {error}")
            }
            KeyLookup::Refused(error) => format!(
                "{id}: IAM refused, which it does both where there is no such key here and where the caller may not \
                 ask; nothing tells which. {error}"
            ),
            KeyLookup::Failed(error) => format!("{id} was not looked up. {error}"),
            KeyLookup::NotAKey(KeyKind::Temporary) => format!(
                "{id} is a temporary key{}: it can't be switched off, and ends by itself. Find out in CloudTrail who \
                 minted it, switch that key off, and deny sessions older than now by aws:TokenIssueTime.",
                self.account_source_note()
            ),
            KeyLookup::NotAKey(KeyKind::UserId) => format!(
                "{id} is the unique ID of a user{}, and no access key: keyflip list --format csv shows the ID of each user.",
                self.account_source_note()
            ),
            KeyLookup::NotAKey(_) => format!(
                "{id} is an identifier of AWS's{}, and no access key.",
                self.account_source_note()
            ),
        }
    }

    fn account_source_note(&self) -> String {
        self.id.account().map(|account| format!(" of account {account}")).unwrap_or_default()
    }

    fn profiles_phrase(&self) -> String {
        match &self.profiles[..] {
            [] => "No profile that is configured here is known to lead there.".to_owned(),
            [one] => format!("Profile {one} leads there: keyflip find {} --profile {one}", self.id),
            several => format!("These profiles lead there: {}.", several.join(", ")),
        }
    }
}

fn last_use_phrase(last_use: &LastUse, now: Timestamp) -> String {
    match last_use {
        LastUse::Never => "IAM has no record of its use.".to_owned(),
        LastUse::Used { at, service, region } => {
            let service =
                service.as_deref().map(|service| format!(" for {service}")).unwrap_or_default();
            let region =
                region.as_deref().map(|region| format!(" in {region}")).unwrap_or_default();
            let ago = format_age(now.duration_since(*at));
            format!("It was last used {ago} ago, at {}{service}{region}.", format_date_time(*at))
        }
    }
}
