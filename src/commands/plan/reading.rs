//! Reads what became of planned keys, from IAM and from the journal.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::aws::Reader;
use crate::changes::{ChangeOrigin, Journal, JournalError};
use crate::commands::error::CommandError;
use crate::commands::interrupts::Interrupts;
use crate::commands::open_session::{self, CommandSession};
use crate::commands::plan::file::check_account;
use crate::commands::read_retry::ReadRetry;
use crate::commands::{CommandContext, recovery};
use crate::model::{ErrorKind, KeyId, SessionContext};
use crate::ops::plan::{AppliedState, KeyReading, Plan, PlanHistory, PlannedKey};

/// Reads the keys of the planned owner, and the last use of the key.
pub(in crate::commands) async fn read_key(
    entry: &PlannedKey,
    reader: &Reader,
    retry: &ReadRetry,
) -> KeyReading {
    let (listed, last_use) = tokio::join!(
        retry.retry(async || reader.keys(Some(&entry.user)).await),
        retry.retry(async || reader.last_use(&entry.key).await),
    );
    let has_user = !listed.as_ref().is_err_and(|error| error.kind == ErrorKind::NotFound);
    let listed = listed.map(|read| read.keys.into_iter().map(|key| (key.id, key.status)).collect());
    KeyReading {
        listed: listed.map_err(Arc::new),
        has_user,
        last_use: last_use.map_err(Arc::new),
        at: Timestamp::now(),
    }
}

/// A session in the account of a plan, and what the journal says of the plan.
pub(in crate::commands) struct PlanAccount {
    /// The session context.
    pub session_context: SessionContext,
    /// The journal.
    pub journal: Journal,
    /// The state of each key that the plan has changed, by the journal.
    pub states: HashMap<KeyId, AppliedState>,
}

impl PlanAccount {
    /// Identifies the session, records the outcomes that earlier runs have left open, and reads the
    /// journal.
    ///
    /// # Errors
    /// Returns an error if the session is in another account than the plan, the journal cannot be
    /// read, or the user interrupts.
    pub(in crate::commands) async fn identify(
        plan: &Plan,
        context: &CommandContext,
        opened: &CommandSession,
        interrupts: &mut Interrupts,
    ) -> Result<Self, CommandError> {
        let session_context = open_session::identify(context, opened, interrupts).await?;
        check_account(plan, &session_context)?;
        let journal = context.journal()?;
        open_session::warn_of_journal(&journal);
        let change_origin = ChangeOrigin::from(&session_context);
        let settle = recovery::recover_unfinished(
            &opened.session,
            &journal,
            &change_origin,
            recovery::FOR_JOURNAL,
        );
        interrupts.race(settle).await?;
        let states = plan_states(plan, &journal, &change_origin)?;
        Ok(Self { session_context, journal, states })
    }
}

fn plan_states(
    plan: &Plan,
    journal: &Journal,
    change_origin: &ChangeOrigin,
) -> Result<HashMap<KeyId, AppliedState>, JournalError> {
    let mut history = PlanHistory::new(plan, change_origin);
    journal.scan(&mut |number, line| history.add_line(number, line))?;
    Ok(history.states(Timestamp::now()))
}
