//! Carries recovery out: finds what was left open, reads, and writes down what
//! the reads have settled. It has no way to send a change.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::plan::{Unsettled, lacks_user, plan_recovery, settle};
use crate::aws::{KeyListing, Reader};
use crate::changes::change_context::ChangeContext;
use crate::changes::journal::entry::JournalEntry;
use crate::changes::journal::outcome::OutcomeRecord;
use crate::changes::journal::{Damage, Journal, JournalError};
use crate::changes::messages::format_utc;
use crate::changes::process_info::ProcessInfo;
use crate::model::{ErrorKind, Missing, NamedBy, ServiceError, owner_not_found};

/// A read that failed in passing is tried again after so long.
const RETRY_INTERVAL: SignedDuration = SignedDuration::from_mins(1);

/// What recovery has to tell of one change.
#[derive(Clone, Debug)]
pub(crate) enum RecoveryFinding {
    /// Another process has it under way, or had when it ended.
    InFlight(JournalEntry),
    /// It is open, and about to be read.
    Open(JournalEntry),
    /// A read has settled it; the entry's last ending says how.
    Settled {
        /// The change, with that ending.
        entry: JournalEntry,
        /// Why that could not be written to the journal, if so.
        journal_error: Option<Arc<str>>,
    },
    /// The read has not settled it; why, where the read has failed.
    Unsettled(JournalEntry, Option<Arc<ServiceError>>),
}

/// What is left after recovery.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RecoverySummary {
    /// So many open changes belong to other accounts, callers or endpoints.
    pub elsewhere: usize,
    /// When to recover again: something is under way, or could not be read.
    pub next_run: Option<Timestamp>,
    /// What of the journal could not be read.
    pub damage: Damage,
    /// Who else can write to the journal, in a sentence.
    pub warning: Option<String>,
}

impl RecoveryFinding {
    /// What was found, in a sentence or two.
    pub(crate) fn sentence(&self, now: Timestamp) -> String {
        match self {
            Self::InFlight(entry) => {
                format!(
                    "{} has no outcome yet. {} Then a read will tell.",
                    describe_change(entry),
                    entry.sentence(now)
                )
            }
            Self::Open(entry) => {
                format!(
                    "{} was left open. {} It is being read now.",
                    describe_change(entry),
                    entry.sentence(now)
                )
            }
            Self::Settled { entry, journal_error } => {
                let journal_error =
                    journal_error.as_ref().map(|why| format!(" That is not in the journal: {why}"));
                let journal_error = journal_error.unwrap_or_default();
                format!(
                    "{} was left open. {}{journal_error}",
                    describe_change(entry),
                    entry.sentence(now)
                )
            }
            Self::Unsettled(entry, error) => {
                let intent = &entry.intent;
                let why = match (error, &intent.user) {
                    (Some(error), Some(user)) if lacks_user(entry, error) => {
                        let next = format!("keyflip find {} tells its owner now.", intent.key);
                        owner_not_found(
                            &intent.key,
                            user,
                            &intent.location_label(),
                            NamedBy::Journal,
                            Missing::User,
                            &next,
                        )
                    }
                    (Some(error), _) => error.to_string(),
                    (None, _) if intent.in_flight(now) => format!(
                        "IAM does not report it {}, which may be an old answer so soon after the call. A read after {} will tell.",
                        intent.direction.status(),
                        format_utc(intent.over_by())
                    ),
                    (None, _) => {
                        "IAM does not list the key for its user, which decides nothing here."
                            .to_owned()
                    }
                };
                format!(
                    "{} was left open, and what came of it is still not known. {why}",
                    describe_change(entry)
                )
            }
        }
    }
}

/// Which change it is about: `The change of AKIA… of ann to Inactive in
/// 123456789012, begun 2026-11-24 14:02:11Z,`
fn describe_change(entry: &JournalEntry) -> String {
    let intent = &entry.intent;
    format!(
        "The change of {} to {} in {}, begun {},",
        intent.key_and_owner(),
        intent.direction.status(),
        intent.location_label(),
        format_utc(intent.time)
    )
}

/// The changes that were left open, found in a journal and not settled yet.
#[derive(Debug)]
pub(crate) struct Open {
    /// Under way in other processes, at this site.
    pub in_flight: Vec<JournalEntry>,
    /// To be settled by reads, the first first. One stays here until its read
    /// has ended.
    pub to_settle: VecDeque<JournalEntry>,
    left: RecoverySummary,
}

/// Finds the changes that were left open, as seen from `change_context`.
///
/// # Errors
/// The journal can't be read.
pub(crate) async fn find_open(
    journal: &Journal,
    change_context: &ChangeContext,
    now: Timestamp,
) -> Result<Open, JournalError> {
    let journal = journal.clone();
    let found = tokio::task::spawn_blocking(move || {
        let (unsettled, mut scan) = Unsettled::scan(&journal)?;
        Ok((unsettled.entries(&mut scan)?, scan.damage().clone(), journal.warning()))
    });
    let (entries, damage, warning) = found.await.map_err(|_| JournalError::Thread)??;
    let plan = plan_recovery(&entries, change_context, now);
    let here = ProcessInfo::current();
    let in_flight = plan.in_flight.iter().copied().filter(|entry| {
        let own = entry.intent.pid == here.pid && entry.intent.host == here.host;
        !own && entry.intent.matches(change_context)
    });
    Ok(Open {
        in_flight: in_flight.cloned().collect(),
        to_settle: plan.to_settle.iter().copied().cloned().collect(),
        left: RecoverySummary {
            elsewhere: plan.elsewhere.len(),
            next_run: plan.next_run(),
            damage,
            warning,
        },
    })
}

impl Open {
    /// Settles by reads what can be settled so, and writes that down. `tell`
    /// hears of each as it happens; `clock` tells the time of day. Dropped
    /// half-way, it leaves the rest in `to_settle`.
    pub(crate) async fn settle(
        &mut self,
        reader: &Reader,
        journal: &Journal,
        clock: fn() -> Timestamp,
        mut tell: impl FnMut(RecoveryFinding),
    ) -> RecoverySummary {
        while let Some(entry) = self.to_settle.front().cloned() {
            tell(RecoveryFinding::Open(entry.clone()));
            let found = settle_by_read(reader, journal, entry, clock).await;
            if let Some(again) = retry_at(&found, clock()) {
                self.left.next_run = Some(self.left.next_run.map_or(again, |wake| wake.min(again)));
            }
            tell(found);
            self.to_settle.pop_front();
        }
        self.left.clone()
    }
}

/// When to read again what this read has not settled, if that may help.
fn retry_at(found: &RecoveryFinding, now: Timestamp) -> Option<Timestamp> {
    match found {
        RecoveryFinding::Unsettled(entry, _) if entry.intent.in_flight(now) => {
            Some(entry.intent.over_by())
        }
        RecoveryFinding::Unsettled(_, Some(error)) if error.kind.is_transient() => {
            now.checked_add(RETRY_INTERVAL).ok()
        }
        _ => None,
    }
}

/// The keys of the change's user. Where there is no such user any more, those
/// of the owner whom IAM names now, if that one lists the key; or none, if IAM
/// knows no such key.
async fn keys_now(reader: &Reader, entry: &JournalEntry) -> Result<KeyListing, ServiceError> {
    let intent = &entry.intent;
    let read = reader.keys(intent.user.as_ref()).await;
    if !read.as_ref().is_err_and(|error| lacks_user(entry, error)) {
        return read;
    }
    match reader.last_use(&intent.key).await {
        Ok((Some(owner), _)) if intent.user.as_ref() != Some(&owner) => {
            let now = reader.keys(Some(&owner)).await;
            now.ok().filter(|now| now.keys.iter().any(|key| key.id == intent.key)).map_or(read, Ok)
        }
        Err(error) if error.kind == ErrorKind::NotFound => {
            Ok(KeyListing { keys: Vec::new(), request_id: error.request_id })
        }
        _ => read,
    }
}

async fn settle_by_read(
    reader: &Reader,
    journal: &Journal,
    mut entry: JournalEntry,
    clock: fn() -> Timestamp,
) -> RecoveryFinding {
    let read = keys_now(reader, &entry).await;
    let (answer, request_id) = match &read {
        Ok(read) => (Ok(&read.keys[..]), read.request_id.clone()),
        Err(error) => (Err(error), None),
    };
    let Some(ending) = settle(&entry, answer, request_id, clock()) else {
        return RecoveryFinding::Unsettled(entry, read.err().map(Arc::new));
    };
    let journal_error =
        write_outcome(journal, ending.clone()).await.err().map(|error| error.to_string().into());
    entry.outcomes.push(ending);
    RecoveryFinding::Settled { entry, journal_error }
}

async fn write_outcome(journal: &Journal, ending: OutcomeRecord) -> Result<(), JournalError> {
    let journal = journal.clone();
    tokio::task::spawn_blocking(move || journal.end(&ending))
        .await
        .map_err(|_| JournalError::Thread)?
}
