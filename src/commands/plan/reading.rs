//! Reads what became of planned keys, from IAM and from the journal.

use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::StreamExt as _;
use futures_util::stream;
use jiff::Timestamp;
use tokio::task::spawn_blocking;

use crate::aws::Reader;
use crate::changes::{ChangeOrigin, Journal, JournalError};
use crate::commands::error::CommandError;
use crate::commands::interrupts::Interrupts;
use crate::commands::open_session::{self, CommandSession};
use crate::commands::plan::file::check_account;
use crate::commands::read_retry::ReadRetry;
use crate::commands::{CommandContext, recovery};
use crate::model::SessionContext;
use crate::ops::plan::{KeyReading, KeyReadings, Plan, PlanHistory, PlannedKey};

/// The number of keys that are read at once.
const MAX_CONCURRENT_READS: usize = 8;

/// Reads the keys of the planned owner, and the last use of the key.
pub(in crate::commands) async fn read_key(
    entry: &PlannedKey,
    reader: &Reader,
    retry: &ReadRetry,
) -> KeyReading {
    let list = async {
        let listed = retry.retry(async || reader.keys(Some(&entry.user)).await).await;
        // The last use may be repeated for a minute more, in which the list grows old.
        (listed, Timestamp::now())
    };
    let ((listed, at), last_use) =
        tokio::join!(list, retry.retry(async || reader.last_use(&entry.key).await));
    let listed = listed.map(|read| read.keys.into_iter().map(|key| (key.id, key.status)).collect());
    KeyReading { listed: listed.map_err(Arc::new), last_use: last_use.map_err(Arc::new), at }
}

/// A session in the account of a plan, and what the journal says of the plan.
pub(in crate::commands) struct PlanSession {
    /// The session context.
    pub session_context: SessionContext,
    /// The journal.
    pub journal: Journal,
    /// What the journal says of the plan.
    pub plan_journal: PlanJournal,
}

impl PlanSession {
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
        let plan_journal = PlanJournal::read(plan, journal.clone(), change_origin).await?;
        Ok(Self { session_context, journal, plan_journal })
    }
}

/// Reads keys, several at once.
pub(in crate::commands) async fn read_keys<'a>(
    entries: impl IntoIterator<Item = &'a PlannedKey>,
    reader: &Reader,
    retry: &ReadRetry,
) -> KeyReadings<'a> {
    stream::iter(entries)
        .map(async |entry| (entry, read_key(entry, reader, retry).await))
        .buffered(MAX_CONCURRENT_READS)
        .collect()
        .await
}

/// What the journal says of a plan. Other processes may add to it at any time.
#[derive(Clone)]
pub(in crate::commands) struct PlanJournal {
    journal: Journal,
    /// What was found, and the number of bytes that were read for it.
    found: Arc<Mutex<(PlanHistory, u64)>>,
}

impl PlanJournal {
    /// Reads the journal.
    ///
    /// # Errors
    /// Returns an error if it cannot be read.
    pub(in crate::commands) async fn read(
        plan: &Plan,
        journal: Journal,
        change_origin: ChangeOrigin,
    ) -> Result<Self, JournalError> {
        let history = PlanHistory::new(plan, change_origin);
        let read = Self { journal, found: Arc::new(Mutex::new((history, 0))) };
        read.read_on().await.map(|()| read)
    }

    /// Reads what was added since.
    ///
    /// # Errors
    /// Returns an error if the journal cannot be read.
    pub(in crate::commands) async fn read_on(&self) -> Result<(), JournalError> {
        let plan_journal = self.clone();
        let reading = spawn_blocking(move || {
            let (history, end) = &mut *plan_journal.lock();
            *end = plan_journal.journal.read_on(*end, &mut |line| history.add_line(line))?;
            Ok(())
        });
        reading.await.unwrap_or_else(|panic| resume_unwind(panic.into_panic()))
    }

    /// Calls `work` with what was found so far.
    pub(in crate::commands) fn with<T>(&self, work: impl FnOnce(&PlanHistory) -> T) -> T {
        work(&self.lock().0)
    }

    fn lock(&self) -> MutexGuard<'_, (PlanHistory, u64)> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
