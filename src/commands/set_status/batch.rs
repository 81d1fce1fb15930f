//! The accounts of a batch, and its changes.

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use crate::aws::{Session, Writer};
use crate::changes::{ChangeLimits, ChangeOrigin, ChangeRequest, Journal};
use crate::commands::error::CommandError;
use crate::commands::interrupts::Interrupts;
use crate::commands::messages::change as messages;
use crate::commands::output;
use crate::commands::progress::ProgressLine;
use crate::commands::running_changes::{ChangeEnd, RunningChanges};
use crate::commands::set_status::report::ReportAccount;
use crate::commands::set_status::target::ChangeTarget;
use crate::model::{ChangeReport, KeyChange, SessionContext, SessionId};
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

/// A change of a batch that has no report.
pub(super) enum UnreportedChange {
    /// It was not sent because of an interrupt.
    NotStarted(KeyChange),
    /// It was sent, and a second interrupt ended the wait for its outcome.
    Abandoned(KeyChange),
}

/// Makes the changes in the account of their session, and passes each report to
/// `report`. After an interrupt, waits for those that were sent, and returns the
/// others.
pub(super) async fn run_batch(
    accounts: &[AccountBatch],
    settings: &ChangeSettings,
    changes: Vec<KeyChange>,
    interrupts: &Interrupts,
    mut report: impl FnMut(ChangeReport),
) -> Vec<UnreportedChange> {
    let mut schedule = ChangeBatch::default();
    for change in changes {
        schedule.add(&change.clone(), change);
    }
    let running = RunningChanges::new(interrupts);
    let (mut in_flight, mut unreported) = (FuturesUnordered::new(), Vec::new());
    let (mut interrupted, mut is_announced) = (running.clone(), false);
    let progress = ProgressLine::new();
    loop {
        while !interrupts.is_set()
            && let Some(change) = schedule.start_next()
        {
            // Each change is of one of the accounts.
            if let Some(account) = accounts.iter().find(|it| it.session == change.session) {
                let end = run_one(account, settings, change.clone(), &running);
                in_flight.push(async move { (change, end.await) });
            }
        }
        let number = in_flight.len();
        let next = async {
            tokio::select! {
                biased;
                ended = in_flight.next() => Some(ended),
                () = interrupted.wait_for_interrupted(), if !is_announced => None,
            }
        };
        let text = || messages::changes_in_progress(number, progress.elapsed());
        let next = progress.during(next, text).await;
        progress.clear();
        let (change, end) = match next {
            Some(Some(ended)) => ended,
            Some(None) => break,
            None => {
                output::eprint_line(messages::WAITING_FOR_OUTCOMES);
                is_announced = true;
                continue;
            }
        };
        schedule.end_one(change.session);
        match end {
            ChangeEnd::Ended(change_report) => report(*change_report),
            ChangeEnd::NotStarted => unreported.push(UnreportedChange::NotStarted(change)),
            ChangeEnd::Abandoned => unreported.push(UnreportedChange::Abandoned(change)),
        }
    }
    unreported.extend(schedule.into_waiting().map(UnreportedChange::NotStarted));
    unreported
}

/// Makes one change. Once it is polled, it is carried out to its end, even if it is dropped.
pub(in crate::commands) fn run_one(
    account: &AccountBatch,
    settings: &ChangeSettings,
    change: KeyChange,
    running: &RunningChanges,
) -> impl Future<Output = ChangeEnd> + use<> {
    let request = ChangeRequest {
        change,
        change_origin: ChangeOrigin::from(&account.session_context),
        limits: settings.limits,
    };
    running.run(account.writer.clone(), settings.journal.clone(), request)
}
