//! Prints the outcome for each key: a line as soon as it is known, or one JSON
//! array at the end.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::changes::{ChangeOrigin, OutcomeKind, OutcomeRecord};
use crate::cli::TextOrJson;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::messages::change as messages;
use crate::commands::reach::AccountNames;
use crate::commands::set_status::target::{ChangeTarget, UnresolvedKey};
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
            "Account": self.id.as_ref().map(AccountId::as_str),
            "AccountName": self.name.as_deref(),
            "Route": self.route,
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

/// A key that was not changed, for a reason of the command.
pub(in crate::commands) struct UnchangedKey<'a> {
    /// The key.
    pub(in crate::commands) key: &'a KeyId,
    /// Its owner.
    pub(in crate::commands) user: &'a UserName,
    /// The outcome for programs.
    pub(in crate::commands) outcome: &'a str,
    /// The outcome in words.
    pub(in crate::commands) sentence: &'a str,
    /// The exit code for it.
    pub(in crate::commands) exit: Exit,
}

/// Collects and prints the outcomes of a command.
pub(in crate::commands) struct BatchReport {
    format: TextOrJson,
    values: Vec<Value>,
    exits: Vec<Exit>,
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
        let (user, before) = (change.user.as_ref(), change.before.as_ref());
        let kind = record.kind.as_str();
        let account = ReportAccount::from(session_context);
        let mut value = account.value(&change.key, user, before, kind, &sentence);
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
        let (status, location) = (direction.status(), account.label());
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
        let sentence = messages::not_started(&change.key, &account.label());
        let (user, before) = (change.user.as_ref(), change.before.as_ref());
        let value = account.value(&change.key, user, before, "not sent", &sentence);
        self.add_result(&sentence, value, Exit::Interrupted);
    }

    /// Adds a change that was sent, and whose outcome was not waited for.
    pub(in crate::commands) fn add_abandoned(
        &mut self,
        change: &KeyChange,
        account: &ReportAccount,
    ) {
        let sentence = messages::abandoned(&change.key, &account.label());
        let (user, before) = (change.user.as_ref(), change.before.as_ref());
        let outcome = OutcomeKind::Unknown.as_str();
        let mut value = account.value(&change.key, user, before, outcome, &sentence);
        value["Status"] = Value::Null;
        self.add_result(&sentence, value, Exit::Interrupted);
    }

    /// Adds a key that was not changed, and prints its sentence.
    pub(in crate::commands) fn add_other(
        &mut self,
        unchanged: &UnchangedKey<'_>,
        account: &ReportAccount,
    ) {
        let UnchangedKey { key, user, outcome, sentence, exit } = *unchanged;
        let value = account.value(key, Some(user), None, outcome, sentence);
        self.add_result(sentence, value, exit);
    }

    /// Adds a key that was not changed. Its sentence is only in JSON.
    pub(in crate::commands) fn add_unprinted(
        &mut self,
        unchanged: &UnchangedKey<'_>,
        account: &ReportAccount,
    ) {
        match self.format {
            TextOrJson::Json => self.add_other(unchanged, account),
            TextOrJson::Text => self.exits.push(unchanged.exit),
        }
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
    fn add_result(&mut self, sentence: &str, value: Value, end: Exit) {
        self.exits.push(end);
        match self.format {
            TextOrJson::Json => self.values.push(value),
            TextOrJson::Text if self.closed.is_none() => {
                self.closed = output::write(&format!("{sentence}\n")).err();
            }
            TextOrJson::Text => {}
        }
        if self.closed.is_some() {
            self.unwritten.push(sentence.to_owned());
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
