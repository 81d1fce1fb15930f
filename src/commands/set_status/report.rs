//! Prints the outcome for each key: a line as soon as it is known, or one JSON
//! array at the end.

use std::collections::HashSet;
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
    AccountId, ChangeReport, Direction, ErrorKind, KeyChange, KeyStatus, NotSentReason, Outcome,
    SessionContext, SessionId, UserName,
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
}

/// A row of the report.
struct ReportRow {
    result: KeyResult,
    account: ReportAccount,
    /// The status now, as far as it is known.
    status: Option<KeyStatus>,
    /// The report of the change, if one was made or attempted.
    change: Option<Box<ChangeReport>>,
}

impl ReportRow {
    /// Returns the row of a change that has ended.
    fn of_change(change_report: ChangeReport, session_context: &SessionContext) -> Self {
        let change = &change_report.change;
        let status = match &change_report.outcome {
            Outcome::Verified { .. } => Some(change.direction.status()),
            Outcome::Refused(_) | Outcome::NotSent(_) => change.before.clone(),
            Outcome::Unverified { last_status, .. } | Outcome::Unknown { last_status, .. } => {
                last_status.clone()
            }
            Outcome::Accepted => None,
        };
        let sentence = change_report.sentence(&ChangeOrigin::from(session_context));
        let exit = exit_for_outcome(&change_report.outcome);
        let kind = outcome_record(&change_report).kind;
        let result = KeyResult::of_change(change, kind, sentence, exit)
            .because(outcome_code(&change_report.outcome));
        let account = ReportAccount::from(session_context);
        Self { result, account, status, change: Some(Box::new(change_report)) }
    }

    /// Returns the row of a key that was not changed.
    fn unchanged(result: KeyResult, account: ReportAccount) -> Self {
        Self { status: result.before.clone(), result, account, change: None }
    }

    /// Returns the row as JSON. `names` may know the name of the account.
    fn json(&self, names: Option<&AccountNames>) -> Value {
        let Self { result, account, status, change } = self;
        let record = change.as_deref().map(outcome_record);
        let name = account.name.clone().or_else(|| names?.get(account.id.as_ref()?));
        let other_keys = change.iter().flat_map(|change_report| &change_report.siblings);
        let request_ids = change.iter().flat_map(|change_report| &change_report.request_ids);
        json!({
            "AccessKeyId": result.key.as_str(),
            "UserName": result.user.as_ref().map(UserName::as_str),
            "Account": account.id.as_ref().map(AccountId::as_str),
            "AccountName": name.as_deref(),
            "Route": account.route,
            "StatusBefore": result.before.as_ref().map(KeyStatus::as_str),
            "Status": status.as_ref().map(KeyStatus::as_str),
            "Outcome": result.outcome.as_str(),
            "Sentence": result.sentence,
            "RequestIds": request_ids.map(|id| &**id).collect::<Vec<_>>(),
            "Attempts": change.as_ref().map_or(0, |change_report| change_report.attempts),
            "VerifiedAt": record.as_ref().and_then(|record| Some(record.verified_at?.to_string())),
            "TookMilliseconds": record.as_ref().and_then(|record| record.took_ms),
            "JournalId": change.as_ref().and_then(|it| it.journal_id.as_deref()),
            "OtherKeys": other_keys
                .map(|(id, status)| json!({ "AccessKeyId": id.as_str(), "Status": status.as_str() }))
                .collect::<Vec<_>>(),
        })
    }
}

/// Returns the outcome of a change as the journal records it.
fn outcome_record(change_report: &ChangeReport) -> OutcomeRecord {
    let id = change_report.journal_id.clone().unwrap_or_default();
    OutcomeRecord::from_report(&id.into(), change_report, Timestamp::now())
}

/// Collects and prints the outcomes of a command.
pub(in crate::commands) struct BatchReport {
    format: TextOrJson,
    rows: Vec<ReportRow>,
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
        Self { format, rows: Vec::new(), names: None, closed: None, unwritten: Vec::new() }
    }

    /// Adds a change that has ended.
    pub(in crate::commands) fn add_report(
        &mut self,
        change_report: ChangeReport,
        session_context: &SessionContext,
    ) {
        self.add_row(ReportRow::of_change(change_report, session_context));
    }

    /// Adds a key whose change was not sent because of an interrupt.
    pub(super) fn add_not_started(&mut self, change: &KeyChange, account: ReportAccount) {
        self.add(KeyResult::not_started(change, &account.label()), account);
    }

    /// Adds a key whose change was sent, and whose outcome was not waited for.
    pub(in crate::commands) fn add_abandoned(
        &mut self,
        change: &KeyChange,
        ends_by: Timestamp,
        account: ReportAccount,
    ) {
        let result = KeyResult::abandoned(change, ends_by, &account.label());
        self.add_row(ReportRow { result, account, status: None, change: None });
    }

    /// Adds a key that was not changed, and prints its sentence.
    pub(in crate::commands) fn add(&mut self, result: KeyResult, account: ReportAccount) {
        self.add_row(ReportRow::unchanged(result, account));
    }

    /// Adds a key that was not changed. Its sentence is only in JSON.
    pub(in crate::commands) fn add_unprinted(&mut self, result: KeyResult, account: ReportAccount) {
        self.rows.push(ReportRow::unchanged(result, account));
    }

    /// Returns the sessions whose caller was denied a change.
    pub(in crate::commands) fn denied_sessions(&self) -> HashSet<SessionId> {
        let changes = self.rows.iter().filter_map(|row| row.change.as_deref());
        let denied = changes.filter(
            |it| matches!(&it.outcome, Outcome::Refused(error) if error.kind == ErrorKind::Denied),
        );
        denied.map(|change_report| change_report.change.session).collect()
    }

    /// Returns the exit code so far.
    pub(in crate::commands) fn exit(&self) -> Exit {
        Exit::combine(self.rows.iter().map(|row| row.result.exit))
    }

    /// Prints the outcomes like [`Self::finish`], and then a summary if there are several keys.
    ///
    /// # Errors
    /// Returns an error if something could not be printed.
    pub(in crate::commands) async fn finish_with_summary(
        self,
        direction: Direction,
    ) -> Result<Exit, CommandError> {
        let summary = KeyTally::of(self.rows.iter().map(|row| &row.result)).summary(direction);
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
        let failed = self.closed.take();
        if let Some(failed) = failed.filter(|it| !matches!(it, CommandError::StdoutClosed)) {
            for sentence in &self.unwritten {
                output::eprint_line(sentence);
            }
            return Err(failed);
        }
        if self.format == TextOrJson::Json {
            if let Some(names) = &self.names {
                names.wait().await;
            }
            let rows = self.rows.iter().map(|row| row.json(self.names.as_ref()));
            output::print(&output::pretty_json(&rows.collect())).inspect_err(|_| {
                for row in &self.rows {
                    output::eprint_line(&row.result.sentence);
                }
            })?;
        }
        Ok(self.exit())
    }

    /// Adds a row, and prints its sentence. If the reader closes the pipe, the other changes are
    /// still made.
    fn add_row(&mut self, row: ReportRow) {
        if self.format == TextOrJson::Text {
            let sentence = &row.result.sentence;
            if self.closed.is_none() {
                self.closed = output::write(&format!("{sentence}\n")).err();
            }
            if self.closed.is_some() {
                self.unwritten.push(sentence.clone());
            }
        }
        self.rows.push(row);
    }
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
