//! The accounts of a batch, and its changes.

use jiff::Timestamp;
use tokio::task::JoinSet;

use crate::aws::{Session, Writer};
use crate::changes::{self, ChangeLimits, ChangeOrigin, ChangeRequest, Journal};
use crate::commands::error::CommandError;
use crate::commands::interrupts::Interrupts;
use crate::commands::messages::change as messages;
use crate::commands::output;
use crate::commands::set_status::report::ReportAccount;
use crate::commands::set_status::target::ChangeTarget;
use crate::model::{ChangeReport, KeyChange, ServiceError, SessionContext, SessionId};
use crate::ops::change_batch::ChangeBatch;

/// An account of a batch, with the keys to change there.
pub(in crate::commands) struct AccountBatch {
    /// The session in the account.
    pub(in crate::commands) session: SessionId,
    /// Sends the changes.
    pub(in crate::commands) writer: Writer,
    /// The account and the caller that are shown.
    pub(in crate::commands) session_context: SessionContext,
    /// The keys, those that may lock the session out last.
    pub(in crate::commands) targets: Vec<ChangeTarget>,
}

impl AccountBatch {
    /// Returns a batch without keys.
    ///
    /// # Errors
    /// Returns an error if the session is read-only.
    pub(in crate::commands) fn new(
        session: &Session,
        session_context: SessionContext,
    ) -> Result<Self, CommandError> {
        let writer = session.writer().filter(|_| !session_context.read_only);
        let writer = writer.ok_or(CommandError::ReadOnly)?;
        Ok(Self { session: session.id(), writer, session_context, targets: Vec::new() })
    }

    /// Returns the account for the rows of the report.
    pub(in crate::commands) fn report_account(&self) -> ReportAccount {
        ReportAccount::from(&self.session_context)
    }
}

/// The journal and the timeouts of changes.
pub(in crate::commands) struct ChangeSettings {
    /// Records the changes.
    pub(in crate::commands) journal: Journal,
    /// The timeouts of each change.
    pub(in crate::commands) limits: ChangeLimits,
}

/// Makes the changes in the account of their session, and passes each report to
/// `report`. After an interrupt, waits for those in flight, and returns the
/// others, which were not sent.
pub(super) async fn run_batch(
    accounts: &[AccountBatch],
    settings: &ChangeSettings,
    changes: Vec<KeyChange>,
    interrupts: &Interrupts,
    mut report: impl FnMut(ChangeReport),
) -> Vec<KeyChange> {
    let mut schedule = ChangeBatch::default();
    for change in changes {
        schedule.add(&change.clone(), change);
    }
    let mut in_flight = JoinSet::new();
    let (mut interrupted, mut is_announced) = (interrupts.clone(), false);
    loop {
        while !interrupts.is_set()
            && let Some(change) = schedule.start_next()
        {
            // Each change is of one of the accounts.
            if let Some(account) = accounts.iter().find(|it| it.session == change.session) {
                in_flight.spawn(run_one(account, settings, change));
            }
        }
        let ended = tokio::select! {
            ended = in_flight.join_next() => ended,
            () = interrupted.wait(), if !is_announced && !in_flight.is_empty() => {
                output::eprint_line(messages::WAITING_FOR_OUTCOMES);
                is_announced = true;
                continue;
            }
        };
        match ended {
            Some(Ok(change_report)) => {
                schedule.end_one(change_report.change.session);
                report(change_report);
            }
            // Only when the runtime ends, which waits for this loop.
            Some(Err(_)) => {}
            None => return schedule.into_waiting().collect(),
        }
    }
}

/// Makes one change. Once it is polled, it is carried out to its end, even if it is dropped.
pub(in crate::commands) fn run_one(
    account: &AccountBatch,
    settings: &ChangeSettings,
    change: KeyChange,
) -> impl Future<Output = ChangeReport> + use<> {
    let (writer, journal) = (account.writer.clone(), settings.journal.clone());
    let request = ChangeRequest {
        change: change.clone(),
        change_origin: ChangeOrigin::from(&account.session_context),
        limits: settings.limits,
    };
    let work =
        async move { changes::execute(&writer, &journal, request, Timestamp::now, |_| {}).await };
    async move {
        let unknown = |_| {
            ChangeReport::with_unknown_outcome(change, ServiceError::internal("UpdateAccessKey"))
        };
        tokio::spawn(work).await.unwrap_or_else(unknown)
    }
}
