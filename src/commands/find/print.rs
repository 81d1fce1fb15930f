//! What was found, in each format and in sentences.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::cli::Format;
use crate::commands::find::Answer;
use crate::commands::look::{self, Finding};
use crate::commands::out;
use crate::commands::table;
use crate::commands::values::{self, csv_line, time};
use crate::model::{KeyKind, KeyStatus, LastUse, NamedBy, Place, ROOT, UserName, age, date_and_time, owner_not_found};

const COLUMNS: [&str; 10] = [
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
pub(super) fn text(answers: &[Answer], format: Format, now: Timestamp) -> String {
    match format {
        Format::Table => {
            let rows: Vec<_> = answers.iter().map(Answer::table).collect();
            let mut text =
                table::aligned(["AccessKeyId", "Account", "UserName", "Status", "LastUsedDate", "Finding"], &rows);
            for sentence in answers.iter().map(|answer| answer.sentence(now)) {
                text.extend(["\n", &sentence, "\n"]);
            }
            text
        }
        Format::Json => out::json(&answers.iter().map(|answer| answer.json(now)).collect()),
        Format::Jsonl => answers.iter().map(|answer| out::json_line(&answer.json(now))).collect(),
        Format::Csv => {
            let rows = answers.iter().map(|answer| csv_line(&answer.cells()));
            std::iter::once(csv_line(&COLUMNS)).chain(rows).collect()
        }
    }
}

impl Answer {
    fn account(&self) -> Option<String> {
        match &self.finding {
            Finding::Elsewhere { account, .. } => Some(account.to_string()),
            Finding::Here { .. } | Finding::NotListed { .. } => {
                self.place.as_ref().map(|place| place.caller.account.to_string())
            }
            _ => self.id.account().map(|account| account.to_string()),
        }
    }

    fn user(&self) -> Option<String> {
        match &self.finding {
            Finding::Here { user, .. } => Some(user.as_ref().map_or(ROOT, UserName::as_str).to_owned()),
            Finding::NotListed { user, .. } => Some(user.as_str().to_owned()),
            _ => None,
        }
    }

    fn status(&self) -> Option<&KeyStatus> {
        match &self.finding {
            Finding::Here { key: Ok((status, _)), .. } => Some(status),
            _ => None,
        }
    }

    fn last_use(&self) -> Option<&LastUse> {
        match &self.finding {
            Finding::Here { last_use, .. } | Finding::NotListed { last_use, .. } => Some(last_use),
            _ => None,
        }
    }

    fn created(&self) -> Option<Timestamp> {
        match &self.finding {
            Finding::Here { key: Ok((_, created)), .. } => *created,
            _ => None,
        }
    }

    fn cells(&self) -> [String; COLUMNS.len()] {
        let (used, service, region) = match self.last_use() {
            Some(LastUse::Used { at, service, region }) => (
                time(*at),
                service.as_deref().unwrap_or_default().to_owned(),
                region.as_deref().unwrap_or_default().to_owned(),
            ),
            Some(LastUse::Never) => (String::new(), "N/A".to_owned(), "N/A".to_owned()),
            None => Default::default(),
        };
        [
            self.id.to_string(),
            self.finding.word().to_owned(),
            self.account().unwrap_or_default(),
            self.user().unwrap_or_default(),
            self.status().map(ToString::to_string).unwrap_or_default(),
            self.created().map(time).unwrap_or_default(),
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
        let last_use = self.last_use().map(values::last_use);
        json!({
            "AccessKeyId": self.id.as_str(),
            "Finding": self.finding.word(),
            "Account": self.account(),
            "UserName": self.user(),
            "Status": self.status().map(KeyStatus::as_str),
            "CreateDate": self.created().map(time),
            "AccessKeyLastUsed": last_use,
            "Profiles": self.profiles.iter().map(|name| &**name).collect::<Vec<_>>(),
            "Sentence": self.sentence(now),
        })
    }

    /// What it is, and what to do now.
    fn sentence(&self, now: Timestamp) -> String {
        let id = &self.id;
        match &self.finding {
            Finding::Here { user, key, last_use } => {
                let account = self.place.as_ref().map(Place::account_label).unwrap_or_default();
                let owner = user.as_ref().map_or_else(|| "the root user".to_owned(), ToString::to_string);
                let status = match key {
                    Ok((status, _)) => format!("it is {status}"),
                    Err(error) => format!("its status could not be read. {}", error.to_string().trim_end_matches('.')),
                };
                format!("{id} belongs to {owner} in {account}: {status}. {}", used(last_use, now))
            }
            Finding::NotListed { user, lacks, last_use } => {
                let account = self.place.as_ref().map(Place::account_label).unwrap_or_default();
                let next = format!("{} {}", used(last_use, now), look::next_step(id));
                owner_not_found(id, user, &account, NamedBy::Iam, *lacks, &next)
            }
            Finding::Elsewhere { account, certain } => {
                let how = if *certain { "" } else { ", as far as the ID itself tells" };
                format!("{id} belongs to account {account}{how}. {}", self.way_there())
            }
            Finding::NotHere { is_ours } => {
                let account = self.place.as_ref().map_or_else(|| "this account".to_owned(), Place::account_label);
                look::not_here(id, &account, *is_ours)
            }
            Finding::NotPermitted(error) => {
                format!("{id}: the caller may not ask whose it is. {error}")
            }
            Finding::Refused(error) => format!(
                "{id}: IAM refused, which it does both where there is no such key here and where the caller may not \
                 ask; nothing tells which. {error}"
            ),
            Finding::Failed(error) => format!("{id} was not looked up. {error}"),
            Finding::NoKey(KeyKind::Temporary) => format!(
                "{id} is a temporary key{}: it can't be switched off, and ends by itself. Find out in CloudTrail who \
                 minted it, switch that key off, and deny sessions older than now by aws:TokenIssueTime.",
                self.read_out()
            ),
            Finding::NoKey(KeyKind::UserId) => format!(
                "{id} is the unique ID of a user{}, and no access key: keyflip list --format csv shows the ID of each user.",
                self.read_out()
            ),
            Finding::NoKey(_) => format!("{id} is an identifier of AWS's{}, and no access key.", self.read_out()),
        }
    }

    fn read_out(&self) -> String {
        self.id.account().map(|account| format!(" of account {account}")).unwrap_or_default()
    }

    fn way_there(&self) -> String {
        match &self.profiles[..] {
            [] => "No profile that is configured here is known to lead there.".to_owned(),
            [one] => format!("Profile {one} leads there: keyflip find {} --profile {one}", self.id),
            several => format!("These profiles lead there: {}.", several.join(", ")),
        }
    }
}

fn used(last_use: &LastUse, now: Timestamp) -> String {
    match last_use {
        LastUse::Never => "IAM has no record of its use.".to_owned(),
        LastUse::Used { at, service, region } => {
            let service = service.as_deref().map(|service| format!(" for {service}")).unwrap_or_default();
            let region = region.as_deref().map(|region| format!(" in {region}")).unwrap_or_default();
            let ago = age(now.duration_since(*at));
            format!("It was last used {ago} ago, at {}{service}{region}.", date_and_time(*at))
        }
    }
}
