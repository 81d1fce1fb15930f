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
use crate::commands::reach::AccountNames;
use crate::commands::set_status::key_result::KeyResult;
use crate::commands::set_status::tally::KeyTally;
use crate::commands::{open_session, output};
use crate::model::{
    AccountId, ChangeReport, Direction, KeyChange, KeyId, KeyStatus, NotSentReason, Outcome,
    SessionContext, UserName,
};

/// The account of a row.
#[derive(Clone, Debug)]
pub(in crate::commands) struct ReportAccount {
    id: Option<AccountId>,
    /// The name in Identity Center, or the alias.
    name: Option<Arc<str>>,
    /// The route to the account, unless the credentials are in the environment.
    route: Option<String>,
    /// What is known of the session.
    change_origin: Option<ChangeOrigin>,
}

impl From<&SessionContext> for ReportAccount {
    fn from(session_context: &SessionContext) -> Self {
        Self {
            id: Some(session_context.caller.account.clone()),
            name: session_context.alias.clone(),
            route: open_session::route_label(session_context),
            change_origin: Some(ChangeOrigin::from(session_context)),
        }
    }
}

impl ReportAccount {
    /// Returns an account without a session; without an ID, that of the current credentials.
    pub(super) fn unreached(id: Option<AccountId>, name: Option<Arc<str>>) -> Self {
        Self { id, name, route: None, change_origin: None }
    }

    /// Returns the account for a sentence.
    pub(super) fn label(&self) -> String {
        match (&self.change_origin, &self.id, &self.name) {
            (Some(change_origin), ..) => change_origin.label(),
            (None, Some(id), Some(name)) => format!("{name} {id}"),
            (None, Some(id), None) => id.to_string(),
            (None, None, _) => messages::CURRENT_ACCOUNT.to_owned(),
        }
    }

    /// Returns the JSON of a key whose status has not changed.
    fn value(&self, result: &KeyResult) -> Value {
        let before = result.before.as_ref().map(KeyStatus::as_str);
        json!({
            "AccessKeyId": result.key.as_str(),
            "UserName": result.user.as_ref().map(UserName::as_str),
            "Account": self.id.as_ref().map(AccountId::as_str),
            "AccountName": self.name.as_deref(),
            "Route": self.route,
            "StatusBefore": before,
            "Status": before,
            "Outcome": result.outcome,
            "Sentence": result.sentence,
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
    tally: KeyTally,
    /// Names of accounts that may arrive while changes are made.
    pub(super) names: Option<AccountNames>,
    /// The end of standard output, after which nothing is printed.
    closed: Option<CommandError>,
    /// Sentences that could not be printed. They go to standard error, unless the reader has closed
    /// standard output.
    unwritten: Vec<String>,
}

impl BatchReport {
    /// A report without outcomes.
    pub(in crate::commands) fn new(format: TextOrJson) -> Self {
        Self {
            format,
            values: Vec::new(),
            exits: Vec::new(),
            tally: KeyTally::default(),
            names: None,
            closed: None,
            unwritten: Vec::new(),
        }
    }

    /// Adds a change that has ended.
    pub(in crate::commands) fn add_report(
        &mut self,
        change_report: &ChangeReport,
        session_context: &SessionContext,
    ) {
        let change = &change_report.change;
        let id = change_report.journal_id.clone().unwrap_or_default();
        let record = OutcomeRecord::from_report(&id.into(), change_report, Timestamp::now());
        let status = match &change_report.outcome {
            Outcome::Verified { .. } => Some(change.direction.status()),
            Outcome::Refused(_) | Outcome::NotSent(_) => change.before.clone(),
            Outcome::Unverified { last_status, .. } | Outcome::Unknown { last_status, .. } => {
                last_status.clone()
            }
            Outcome::Accepted => None,
        };
        let siblings = change_report.siblings.iter();
        let sentence = change_report.sentence(&ChangeOrigin::from(session_context));
        let exit = exit_for_outcome(&change_report.outcome);
        let result = KeyResult::of_change(change, record.kind.as_str(), sentence, exit)
            .because(outcome_code(&change_report.outcome));
        let mut value = ReportAccount::from(session_context).value(&result);
        value["Status"] = status.as_ref().map(KeyStatus::as_str).into();
        value["RequestIds"] = change_report.request_ids.iter().map(|id| &**id).collect();
        value["Attempts"] = change_report.attempts.into();
        value["VerifiedAt"] = record.verified_at.map(|at| at.to_string()).into();
        value["TookMilliseconds"] = record.took_ms.into();
        value["JournalId"] = change_report.journal_id.as_deref().into();
        value["OtherKeys"] = siblings
            .map(|(id, status)| json!({ "AccessKeyId": id.as_str(), "Status": status.as_str() }))
            .collect();
        self.add_value(&result, value);
    }

    /// Adds a key whose change was sent, and whose outcome was not waited for.
    pub(in crate::commands) fn add_abandoned(
        &mut self,
        change: &KeyChange,
        account: &ReportAccount,
    ) {
        let result = KeyResult::abandoned(change, &account.label());
        let mut value = account.value(&result);
        value["Status"] = Value::Null;
        self.add_value(&result, value);
    }

    /// Adds a key that was not changed, and prints its sentence.
    pub(in crate::commands) fn add(&mut self, result: &KeyResult, account: &ReportAccount) {
        self.add_value(result, account.value(result));
    }

    /// Adds a key that was not changed. Its sentence is only in JSON.
    pub(in crate::commands) fn add_unprinted(
        &mut self,
        result: &KeyResult,
        account: &ReportAccount,
    ) {
        match self.format {
            TextOrJson::Json => self.add(result, account),
            TextOrJson::Text => self.exits.push(result.exit),
        }
    }

    /// Adds a key that was left out after its reason was printed.
    pub(in crate::commands) fn add_left_out(&mut self, key: Option<KeyId>, exit: Exit) {
        self.exits.push(exit);
        if let Some(key) = key {
            self.tally.add_unchanged(key, None);
        }
    }

    /// Returns the exit code so far.
    pub(in crate::commands) fn exit(&self) -> Exit {
        Exit::combine(self.exits.iter().copied())
    }

    /// Prints the outcomes like [`Self::finish`], and then a summary if there are several keys.
    ///
    /// # Errors
    /// Returns an error if something could not be printed.
    pub(in crate::commands) async fn finish_with_summary(
        self,
        direction: Direction,
    ) -> Result<Exit, CommandError> {
        let summary = self.tally.summary(direction);
        let is_complete = self.exit() == Exit::Done;
        let exit = self.finish().await?;
        if let Some(summary) = summary {
            output::eprint_summary(&summary, is_complete);
        }
        Ok(exit)
    }

    /// Prints the JSON array, and returns the end of the command.
    ///
    /// # Errors
    /// Returns an error if something could not be printed.
    pub(in crate::commands) async fn finish(mut self) -> Result<Exit, CommandError> {
        match self.closed {
            None | Some(CommandError::StdoutClosed) => {}
            Some(failed) => {
                for sentence in &self.unwritten {
                    output::eprint_line(sentence);
                }
                return Err(failed);
            }
        }
        if self.format == TextOrJson::Json {
            if let Some(names) = self.names.take() {
                names.wait().await;
                self.values.iter_mut().for_each(|value| add_name(value, &names));
            }
            let sentences: Vec<_> = self.values.iter().map(sentence_of).collect();
            output::print(&output::pretty_json(&self.values.into())).inspect_err(|_| {
                for sentence in &sentences {
                    output::eprint_line(sentence);
                }
            })?;
        }
        Ok(Exit::combine(self.exits))
    }

    /// Adds an outcome, and prints its sentence. If the reader closes the pipe,
    /// the other changes are still made.
    fn add_value(&mut self, result: &KeyResult, value: Value) {
        self.exits.push(result.exit);
        self.tally.add(result);
        match self.format {
            TextOrJson::Json => self.values.push(value),
            TextOrJson::Text if self.closed.is_none() => {
                self.closed = output::write(&format!("{}\n", result.sentence)).err();
            }
            TextOrJson::Text => {}
        }
        if self.closed.is_some() {
            self.unwritten.push(result.sentence.clone());
        }
    }
}

/// Adds the name of the account, if it has arrived since.
fn add_name(value: &mut Value, names: &AccountNames) {
    if value["AccountName"].is_null()
        && let Some(account) = value["Account"].as_str().map(AccountId::from_service)
    {
        value["AccountName"] = names.get(&account).as_deref().into();
    }
}

/// Returns the sentence of a result in JSON.
fn sentence_of(value: &Value) -> String {
    value["Sentence"].as_str().unwrap_or_default().to_owned()
}

/// Returns the error code of the service, if it has refused the change.
fn outcome_code(outcome: &Outcome) -> Option<Arc<str>> {
    match outcome {
        Outcome::Refused(error) | Outcome::NotSent(NotSentReason::Call(error)) => {
            error.code.clone()
        }
        _ => None,
    }
}

fn exit_for_outcome(outcome: &Outcome) -> Exit {
    match outcome {
        Outcome::Verified { .. } | Outcome::Accepted => Exit::Done,
        Outcome::Unverified { .. } | Outcome::Unknown { .. } => Exit::Partial,
        Outcome::Refused(error) | Outcome::NotSent(NotSentReason::Call(error)) => {
            Exit::for_error(error)
        }
        Outcome::NotSent(_) => Exit::Failed,
    }
}
