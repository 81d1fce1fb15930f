//! What came of each key: a line as it comes, or one JSON document.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::changes::{Ending, Site};
use crate::cli::TextOrJson;
use crate::commands::out::{self, Exit};
use crate::commands::place::exit_of;
use crate::commands::switch::target::{Lost, Target};
use crate::model::{AccountId, Direction, KeyChange, KeyId, KeyStatus, NotSent, Outcome, Receipt, UserName};

/// Collects and prints what came of each key.
pub(in crate::commands) struct Results {
    format: TextOrJson,
    site: Site,
    values: Vec<Value>,
    ends: Vec<Exit>,
    /// Why nothing more is printed.
    closed: Option<Exit>,
}

impl Results {
    /// Nothing has come yet.
    pub(in crate::commands) fn new(format: TextOrJson, site: Site) -> Self {
        Self { format, site, values: Vec::new(), ends: Vec::new(), closed: None }
    }

    /// A change has ended.
    pub(in crate::commands) fn receipt(&mut self, receipt: &Receipt) {
        let change = &receipt.change;
        let id = receipt.journal_id.clone().unwrap_or_default();
        let ending = Ending::of(&id, receipt, Timestamp::now());
        let status = match &receipt.outcome {
            Outcome::Proved { .. } => Some(change.direction.status()),
            Outcome::Refused(_) | Outcome::NotSent(_) => change.before.clone(),
            Outcome::NotProved { still, .. } | Outcome::Unknown { still, .. } => still.clone(),
            Outcome::Accepted => None,
        };
        let siblings = receipt.siblings.iter();
        let sentence = receipt.sentence(&self.site);
        let (user, before) = (change.user.as_ref(), change.before.as_ref());
        let mut value = self.value(&change.key, user, before, ending.verdict.as_str(), &sentence);
        value["Status"] = status.as_ref().map(KeyStatus::as_str).into();
        value["RequestIds"] = receipt.request_ids.iter().map(|id| &**id).collect();
        value["Attempts"] = receipt.attempts.into();
        value["ProvedAt"] = ending.proved_at.map(|at| at.to_string()).into();
        value["TookMilliseconds"] = ending.took_ms.into();
        value["JournalId"] = receipt.journal_id.as_deref().into();
        value["OtherKeys"] =
            siblings.map(|(id, status)| json!({ "AccessKeyId": id.as_str(), "Status": status.as_str() })).collect();
        self.take(&sentence, value, exit(&receipt.outcome));
    }

    /// The key is as it is wanted already.
    pub(in crate::commands) fn already(&mut self, target: &Target, direction: Direction) {
        let owner = target.user.as_ref().map_or("the root user", |user| user.as_str());
        let (key, status, place) = (&target.key, direction.status(), self.site.label());
        let sentence = format!("{key} of {owner} in {place} is {status} already. Nothing was sent.");
        let value = self.value(&target.key, target.user.as_ref(), Some(&status), "already", &sentence);
        self.take(&sentence, value, Exit::Done);
    }

    /// The key can't be changed.
    pub(super) fn lost(&mut self, lost: &Lost) {
        let value = self.value(&lost.key, None, None, "not sent", &lost.sentence);
        self.take(&lost.sentence, value, lost.exit);
    }

    /// An interrupt came before the change was begun.
    pub(in crate::commands) fn dropped(&mut self, change: &KeyChange) {
        let sentence = format!("{} is as it was: the interrupt came before anything was sent.", change.key);
        let value = self.value(&change.key, change.user.as_ref(), change.before.as_ref(), "not sent", &sentence);
        self.take(&sentence, value, Exit::Interrupted);
    }

    /// Prints what has waited, and tells how the command ends.
    pub(in crate::commands) fn finish(self) -> Exit {
        let end = out::together(self.ends);
        match (self.format, self.closed) {
            (_, Some(Exit::Done)) | (TextOrJson::Text, None) => end,
            (_, Some(failed)) => failed,
            (TextOrJson::Json, None) => match out::write(&out::json(&self.values.into())) {
                Ok(()) | Err(Exit::Done) => end,
                Err(failed) => failed,
            },
        }
    }

    /// A key's record, with the status as it was.
    fn value(
        &self,
        key: &KeyId,
        user: Option<&UserName>,
        before: Option<&KeyStatus>,
        outcome: &str,
        sentence: &str,
    ) -> Value {
        let before = before.map(KeyStatus::as_str);
        json!({
            "AccessKeyId": key.as_str(),
            "UserName": user.map(UserName::as_str),
            "Account": self.site.account.as_ref().map(AccountId::as_str),
            "StatusBefore": before,
            "Status": before,
            "Outcome": outcome,
            "Sentence": sentence,
            "RequestIds": [],
            "Attempts": 0,
            "ProvedAt": null,
            "TookMilliseconds": null,
            "JournalId": null,
            "OtherKeys": [],
        })
    }

    /// A reader who has gone stops no change: the others are carried out.
    fn take(&mut self, sentence: &str, value: Value, end: Exit) {
        self.ends.push(end);
        match self.format {
            TextOrJson::Json => self.values.push(value),
            TextOrJson::Text if self.closed.is_none() => self.closed = out::write(&format!("{sentence}\n")).err(),
            TextOrJson::Text => {}
        }
    }
}

fn exit(outcome: &Outcome) -> Exit {
    match outcome {
        Outcome::Proved { .. } | Outcome::Accepted => Exit::Done,
        Outcome::NotProved { .. } | Outcome::Unknown { .. } => Exit::Partly,
        Outcome::Refused(error) | Outcome::NotSent(NotSent::Call(error)) => exit_of(error),
        Outcome::NotSent(_) => Exit::Failed,
    }
}
