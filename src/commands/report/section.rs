//! The part of a report about one account.

use std::sync::Arc;

use jiff::Timestamp;

use crate::aws::Session;
use crate::cli::BenchmarkVersion;
use crate::commands::messages::report as messages;
use crate::commands::{open_session, output};
use crate::model::{
    AccountId, Endpoint, IamRead, ListedAccount, ROOT_USER_NAME, ReadData, ServiceError,
    SessionContext, UserName,
};
use crate::ops::cis_report::{self, CisReport, Verdict};
use crate::ops::credential_report::read_report;

/// The report on one account.
#[derive(Clone, Debug)]
pub(super) struct Section {
    /// The account's ID.
    pub(super) account: AccountId,
    /// Its name in Identity Center, else its alias.
    pub(super) name: Option<Arc<str>>,
    /// The caller's ARN.
    pub(super) caller: String,
    /// The source of the credentials.
    pub(super) source: Arc<str>,
    /// The endpoint that was called.
    pub(super) endpoint: Endpoint,
    /// When the report was read.
    pub(super) read_at: Timestamp,
    /// The controls.
    pub(super) report: CisReport,
}

impl Section {
    /// Returns the URL of an endpoint that is not AWS's, or `DEMO`.
    pub(super) fn not_aws(&self) -> Option<&str> {
        match &self.endpoint {
            Endpoint::Custom(url) => Some(url),
            Endpoint::Aws | Endpoint::Demo(_) => self.endpoint.mark(),
        }
    }
}

/// An account that could not be read.
#[derive(Clone, Debug)]
pub(super) struct NotRead {
    /// The account.
    pub(super) account: ListedAccount,
    /// The reason, in a sentence.
    pub(super) error: String,
}

/// Everything that is printed.
#[derive(Clone, Debug)]
pub(super) struct Document {
    /// The version of the benchmark.
    pub(super) benchmark: BenchmarkVersion,
    /// When the document is made.
    pub(super) now: Timestamp,
    /// The accounts.
    pub(super) sections: Vec<Section>,
    /// The accounts that could not be read.
    pub(super) not_read: Vec<NotRead>,
    /// Why the list of accounts is not complete, in sentences.
    pub(super) list_errors: Vec<String>,
}

impl Document {
    /// A document without accounts.
    pub(super) fn new(benchmark: BenchmarkVersion) -> Self {
        Self {
            benchmark,
            now: Timestamp::now(),
            sections: Vec::new(),
            not_read: Vec::new(),
            list_errors: Vec::new(),
        }
    }

    /// Sorts the accounts by name and ID.
    pub(super) fn sort(&mut self) {
        let key = |name: Option<&str>, id: &AccountId| {
            (name.unwrap_or_default().to_lowercase(), id.to_string())
        };
        self.sections.sort_by_cached_key(|it| key(it.name.as_deref(), &it.account));
        self.not_read.sort_by_cached_key(|it| key(it.account.name.as_deref(), &it.account.id));
    }

    /// Returns whether every control passes in every account, and there is one.
    pub(super) fn passes(&self) -> bool {
        !self.sections.is_empty()
            && self.not_read.is_empty()
            && self.list_errors.is_empty()
            && self.sections.iter().all(|section| section.report.passes())
    }
}

/// Returns a user's name as in the credential report.
pub(super) fn user_name(user: Option<&UserName>) -> &str {
    user.map_or(ROOT_USER_NAME, UserName::as_str)
}

/// Reads an account and checks its controls. Counts of the account that cannot be read are reported
/// on standard error.
///
/// # Errors
/// Returns an error if the credential report cannot be read.
pub(super) async fn read(
    session: &Session,
    session_context: &SessionContext,
    benchmark: BenchmarkVersion,
) -> Result<Section, ServiceError> {
    let reader = session.screen_reader();
    let report = read_report(session, &session_context.caller.account).await?;
    // Read after the credential report, so that no user is only in the earlier one of the two.
    let counts = match reader.read(&IamRead::Summary).await {
        Ok(ReadData::Summary(summary)) => Some(summary),
        Ok(_) => None,
        Err(error) => {
            let label = session_context.account_label();
            output::eprint_line(&format!("{label}: {}", messages::not_counted(&error)));
            None
        }
    };
    let name = match &session_context.alias {
        Some(name) => Some(Arc::clone(name)),
        // The name is only shown.
        None => match reader.read(&IamRead::Alias).await {
            Ok(ReadData::Alias(alias)) => alias,
            _ => None,
        },
    };
    Ok(Section {
        account: session_context.caller.account.clone(),
        name,
        caller: session_context.caller.arn.to_string(),
        source: Arc::clone(&session_context.source),
        endpoint: session_context.endpoint.clone(),
        read_at: Timestamp::now(),
        report: cis_report::check(&report, counts, benchmark, Timestamp::now()),
    })
}

/// Prints the numbers of controls by their verdict on standard error.
pub(super) fn print_verdicts(section: &Section, session_context: &SessionContext) {
    let count =
        |verdict| section.report.results.iter().filter(|result| result.verdict == verdict).count();
    output::eprint_status(&messages::verdicts(
        &open_session::context_label(session_context),
        count(Verdict::Pass),
        count(Verdict::Fail),
        count(Verdict::NotKnown),
    ));
}
