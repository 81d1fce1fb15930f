//! What came of each key: a line as it comes, or one JSON document.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::changes::{ChangeContext, OutcomeRecord};
use crate::cli::TextOrJson;
use crate::commands::open_session::exit_for;
use crate::commands::output;
use crate::commands::output::Exit;
use crate::commands::set_status::target::{ChangeTarget, UnresolvedKey};
use crate::model::{
    AccountId, ChangeReport, Direction, KeyChange, KeyId, KeyStatus, NotSent, Outcome, UserName,
};

/// Collects and prints what came of each key.
pub(in crate::commands) struct BatchReport {
    format: TextOrJson,
    change_context: ChangeContext,
    values: Vec<Value>,
    ends: Vec<Exit>,
    /// Why nothing more is printed.
    closed: Option<Exit>,
}

impl BatchReport {
    /// Nothing has come yet.
    pub(in crate::commands) fn new(format: TextOrJson, change_context: ChangeContext) -> Self {
        Self { format, change_context, values: Vec::new(), ends: Vec::new(), closed: None }
    }

    /// A change has ended.
    pub(in crate::commands) fn add_report(&mut self, change_report: &ChangeReport) {
        let change = &change_report.change;
        let id = change_report.journal_id.clone().unwrap_or_default();
        let ending = OutcomeRecord::of(&id, change_report, Timestamp::now());
        let status = match &change_report.outcome {
            Outcome::Verified { .. } => Some(change.direction.status()),
            Outcome::Refused(_) | Outcome::NotSent(_) => change.before.clone(),
            Outcome::Unverified { last_status: still, .. }
            | Outcome::Unknown { last_status: still, .. } => still.clone(),
            Outcome::Accepted => None,
        };
        let siblings = change_report.siblings.iter();
        let sentence = change_report.sentence(&self.change_context);
        let (user, before) = (change.user.as_ref(), change.before.as_ref());
        let mut value = self.value(&change.key, user, before, ending.kind.as_str(), &sentence);
        value["Status"] = status.as_ref().map(KeyStatus::as_str).into();
        value["RequestIds"] = change_report.request_ids.iter().map(|id| &**id).collect();
        value["Attempts"] = change_report.attempts.into();
        value["ProvedAt"] = ending.verified_at.map(|at| at.to_string()).into();
        value["TookMilliseconds"] = ending.took_ms.into();
        value["JournalId"] = change_report.journal_id.as_deref().into();
        value["OtherKeys"] = siblings
            .map(|(id, status)| json!({ "AccessKeyId": id.as_str(), "Status": status.as_str() }))
            .collect();
        self.take(&sentence, value, exit_for_outcome(&change_report.outcome));
    }

    /// The key is as it is wanted already.
    pub(in crate::commands) fn add_unchanged(
        &mut self,
        target: &ChangeTarget,
        direction: Direction,
    ) {
        let owner = target.user.as_ref().map_or("the root user", |user| user.as_str());
        let (key, status, session_context) =
            (&target.key, direction.status(), self.change_context.label());
        let sentence =
            format!("{key} of {owner} in {session_context} is {status} already. Nothing was sent.");
        let value =
            self.value(&target.key, target.user.as_ref(), Some(&status), "already", &sentence);
        self.take(&sentence, value, Exit::Done);
    }

    /// The key can't be changed.
    pub(in crate::commands::set_status) fn add_unresolved(&mut self, lost: &UnresolvedKey) {
        let value = self.value(&lost.key, None, None, "not sent", &lost.sentence);
        self.take(&lost.sentence, value, lost.exit);
    }

    /// An interrupt came before the change was begun.
    pub(in crate::commands) fn add_not_started(&mut self, change: &KeyChange) {
        let sentence =
            format!("{} is as it was: the interrupt came before anything was sent.", change.key);
        let value = self.value(
            &change.key,
            change.user.as_ref(),
            change.before.as_ref(),
            "not sent",
            &sentence,
        );
        self.take(&sentence, value, Exit::Interrupted);
    }

    /// Prints what has waited, and tells how the command ends.
    pub(in crate::commands) fn finish(self) -> Exit {
        let end = output::combine(self.ends);
        match (self.format, self.closed) {
            (_, Some(Exit::Done)) | (TextOrJson::Text, None) => end,
            (_, Some(failed)) => failed,
            (TextOrJson::Json, None) => {
                match output::write(&output::pretty_json(&self.values.into())) {
                    Ok(()) | Err(Exit::Done) => end,
                    Err(failed) => failed,
                }
            }
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
            "Account": self.change_context.account.as_ref().map(AccountId::as_str),
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
            TextOrJson::Text if self.closed.is_none() => {
                self.closed = output::write(&format!("{sentence}\n")).err();
            }
            TextOrJson::Text => {}
        }
    }
}

fn exit_for_outcome(outcome: &Outcome) -> Exit {
    match outcome {
        Outcome::Verified { .. } | Outcome::Accepted => Exit::Done,
        Outcome::Unverified { .. } | Outcome::Unknown { .. } => Exit::Partial,
        Outcome::Refused(error) | Outcome::NotSent(NotSent::Call(error)) => exit_for(error),
        Outcome::NotSent(_) => Exit::Failed,
    }
}
