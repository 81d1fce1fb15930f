//! The accounts of a batch, and its changes.

use crate::aws::{Session, Writer};
use crate::changes::{ChangeLimits, ChangeOrigin, ChangeRequest, Journal};
use crate::commands::error::CommandError;
use crate::commands::running_changes::{ChangeEnd, RunningChanges};
use crate::commands::set_status::report::ReportAccount;
use crate::commands::set_status::target::ChangeTarget;
use crate::model::{KeyChange, SessionContext, SessionId};

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

    /// Orders the keys for their changes: after the session's own key is deactivated, no other
    /// change can be sent.
    pub(in crate::commands) fn put_own_keys_last(&mut self) {
        self.targets.sort_by_key(|target| target.lockout_risk);
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
