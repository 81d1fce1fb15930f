//! Prints the outcome for each key: a line as soon as it is known, or one JSON
//! array at the end.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::changes::{ChangeOrigin, OutcomeRecord};
use crate::cli::TextOrJson;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::messages::change as messages;
use crate::commands::output;
use crate::commands::set_status::target::{ChangeTarget, UnresolvedKey};
use crate::model::{
    AccountId, ChangeReport, Direction, KeyChange, KeyId, KeyStatus, NotSentReason, Outcome,
    SessionContext, UserName,
};

/// The account of a row.
#[derive(Clone, Debug)]
pub(in crate::commands) struct ReportAccount {
    change_origin: ChangeOrigin,
    /// The name in Identity Center, else the alias.
    name: Option<Arc<str>>,
}

impl ReportAccount {
    /// Returns the account of a session, with its name in Identity Center if that is known.
    pub(in crate::commands) fn new(
        session_context: &SessionContext,
        name: Option<Arc<str>>,
    ) -> Self {
        let name = name.or_else(|| session_context.alias.clone());
        Self { change_origin: ChangeOrigin::from(session_context), name }
    }

    /// Returns the JSON of a key whose status has not changed.
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
            "Account": self.change_origin.account.as_ref().map(AccountId::as_str),
            "AccountName": self.name.as_deref(),
            "StatusBefore": before,
            "Status": before,
            "Outcome": outcome,
            "Sentence": sentence,
            "RequestIds": [],
            "Attempts": 0,
            "VerifiedAt": null,
            "TookMilliseconds": null,
            "JournalId": null,
            "OtherKeys": [],
        })
    }
}

/// Collects and prints the outcomes of a command.
pub(in crate::commands) struct BatchReport {
    format: TextOrJson,
    values: Vec<Value>,
    exits: Vec<Exit>,
    /// The end of standard output, after which nothing is printed.
    closed: Option<CommandError>,
}

impl BatchReport {
    /// A report without outcomes.
    pub(in crate::commands) fn new(format: TextOrJson) -> Self {
        Self { format, values: Vec::new(), exits: Vec::new(), closed: None }
    }

    /// Adds a change that has ended.
    pub(in crate::commands) fn add_report(
        &mut self,
        change_report: &ChangeReport,
        account: &ReportAccount,
    ) {
        let change = &change_report.change;
        let id = change_report.journal_id.clone().unwrap_or_default();
        let record = OutcomeRecord::of(&id.into(), change_report, Timestamp::now());
        let status = match &change_report.outcome {
            Outcome::Verified { .. } => Some(change.direction.status()),
            Outcome::Refused(_) | Outcome::NotSent(_) => change.before.clone(),
            Outcome::Unverified { last_status, .. } | Outcome::Unknown { last_status, .. } => {
                last_status.clone()
            }
            Outcome::Accepted => None,
        };
        let siblings = change_report.siblings.iter();
        let sentence = change_report.sentence(&account.change_origin);
        let (user, before) = (change.user.as_ref(), change.before.as_ref());
        let mut value = account.value(&change.key, user, before, record.kind.as_str(), &sentence);
        value["Status"] = status.as_ref().map(KeyStatus::as_str).into();
        value["RequestIds"] = change_report.request_ids.iter().map(|id| &**id).collect();
        value["Attempts"] = change_report.attempts.into();
        value["VerifiedAt"] = record.verified_at.map(|at| at.to_string()).into();
        value["TookMilliseconds"] = record.took_ms.into();
        value["JournalId"] = change_report.journal_id.as_deref().into();
        value["OtherKeys"] = siblings
            .map(|(id, status)| json!({ "AccessKeyId": id.as_str(), "Status": status.as_str() }))
            .collect();
        self.add_result(&sentence, value, exit_for_outcome(&change_report.outcome));
    }

    /// Adds a key that already has the wanted status.
    pub(in crate::commands) fn add_unchanged(
        &mut self,
        target: &ChangeTarget,
        direction: Direction,
        account: &ReportAccount,
    ) {
        let (status, location) = (direction.status(), account.change_origin.label());
        let sentence = messages::already_set(&target.key, target.user.as_ref(), &status, &location);
        let value =
            account.value(&target.key, target.user.as_ref(), Some(&status), "already", &sentence);
        self.add_result(&sentence, value, Exit::Done);
    }

    /// Adds a key that cannot be changed.
    pub(in crate::commands::set_status) fn add_unresolved(
        &mut self,
        unresolved: &UnresolvedKey,
        account: &ReportAccount,
    ) {
        let UnresolvedKey { key, sentence, exit } = unresolved;
        let value = account.value(key, None, None, "not sent", sentence);
        self.add_result(sentence, value, *exit);
    }

    /// Adds a change that was not sent because of an interrupt.
    pub(in crate::commands) fn add_not_started(
        &mut self,
        change: &KeyChange,
        account: &ReportAccount,
    ) {
        let sentence = messages::not_started(&change.key, &account.change_origin.label());
        let value = account.value(
            &change.key,
            change.user.as_ref(),
            change.before.as_ref(),
            "not sent",
            &sentence,
        );
        self.add_result(&sentence, value, Exit::Interrupted);
    }

    /// Adds the exit code of a key that was left out after its reason was printed.
    pub(in crate::commands) fn add_exit(&mut self, exit: Exit) {
        self.exits.push(exit);
    }

    /// Returns the exit code so far.
    pub(in crate::commands) fn exit(&self) -> Exit {
        Exit::combine(self.exits.iter().copied())
    }

    /// Prints the JSON array, and returns the end of the command.
    ///
    /// # Errors
    /// Returns an error if something could not be printed.
    pub(in crate::commands) fn finish(self) -> Result<Exit, CommandError> {
        match self.closed {
            None | Some(CommandError::StdoutClosed) => {}
            Some(failed) => return Err(failed),
        }
        if self.format == TextOrJson::Json {
            output::print(&output::pretty_json(&self.values.into()))?;
        }
        Ok(Exit::combine(self.exits))
    }

    /// Adds an outcome, and prints its sentence. If the reader closes the pipe,
    /// the other changes are still made.
    fn add_result(&mut self, sentence: &str, value: Value, end: Exit) {
        self.exits.push(end);
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
        Outcome::Refused(error) | Outcome::NotSent(NotSentReason::Call(error)) => Exit::of(error),
        Outcome::NotSent(_) => Exit::Failed,
    }
}
