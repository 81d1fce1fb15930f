//! Runs recovery: finds unfinished changes, reads their keys, and records what the reads resolve.
//! It has no means to send a change.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::plan::{
    Lookback, Recoverability, UnresolvedChanges, lacks_user, outcome_of_read, recoverability,
};
use crate::aws::{KeyListing, Reader};
use crate::changes::change_origin::ChangeOrigin;
use crate::changes::journal::entry::JournalEntry;
use crate::changes::journal::{Damage, Journal, JournalError};
use crate::changes::os_identity::OsIdentity;
use crate::model::{ErrorKind, KeyLastUse, ServiceError};

/// Pause before a read with a transient error is repeated.
const RETRY_INTERVAL: SignedDuration = SignedDuration::from_mins(1);

/// A finding of recovery about one change.
#[derive(Clone, Debug)]
pub(crate) enum RecoveryFinding {
    /// Another process is making it, or was when it ended.
    InFlight(JournalEntry),
    /// It is unfinished, and its key is about to be read.
    Reading(JournalEntry),
    /// A read has resolved it.
    Resolved {
        /// The change; its last outcome is the one from the read.
        entry: JournalEntry,
        /// The error if the outcome could not be recorded.
        journal_error: Option<Arc<JournalError>>,
    },
    /// The read has not resolved it. Has the error if the read failed.
    Unresolved(JournalEntry, Option<Arc<ServiceError>>),
}

/// Summary of a recovery run.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RecoverySummary {
    /// Number of unfinished changes of other accounts, callers or endpoints.
    pub elsewhere: usize,
    /// When to run again, if a change is in flight or could not be read.
    pub next_run: Option<Timestamp>,
    /// The parts of the journal that could not be read.
    pub damage: Damage,
    /// The warning that others can write to the journal.
    pub warning: Option<String>,
}

/// The unfinished changes of a journal, as far as this session can resolve them.
#[derive(Debug)]
pub(crate) struct UnfinishedChanges {
    /// In flight in other processes, in this account and endpoint.
    pub in_flight: Vec<JournalEntry>,
    /// To resolve by reads, the oldest first. A change stays here until its read has ended.
    pub recoverable: VecDeque<JournalEntry>,
    summary: RecoverySummary,
}

/// Finds the unfinished changes that a session in `change_origin` can resolve.
///
/// # Errors
/// Returns an error if the journal cannot be read.
pub(crate) async fn find_unfinished(
    journal: &Journal,
    change_origin: &ChangeOrigin,
    lookback: Lookback,
    now: Timestamp,
) -> Result<UnfinishedChanges, JournalError> {
    let (journal, change_origin) = (journal.clone(), change_origin.clone());
    let found = tokio::task::spawn_blocking(move || {
        UnfinishedChanges::find(&journal, &change_origin, lookback, now)
    });
    found.await.map_err(|_| JournalError::Thread)?
}

impl UnfinishedChanges {
    /// Finds the unfinished changes, as [`find_unfinished`] does on another thread.
    ///
    /// # Errors
    /// Returns an error if the journal cannot be read.
    pub(super) fn find(
        journal: &Journal,
        change_origin: &ChangeOrigin,
        lookback: Lookback,
        now: Timestamp,
    ) -> Result<Self, JournalError> {
        let process = OsIdentity::current();
        let (unresolved, mut scan) = UnresolvedChanges::scan(journal, lookback, now)?;
        let summary = RecoverySummary {
            damage: scan.damage().clone(),
            warning: journal.warning(),
            ..RecoverySummary::default()
        };
        let mut found = Self { in_flight: Vec::new(), recoverable: VecDeque::new(), summary };
        for entry in unresolved.entries(&mut scan) {
            let entry = entry?;
            match recoverability(&entry, change_origin, now) {
                Recoverability::Resolved => {}
                Recoverability::InFlight => {
                    found.run_again_at(entry.intent.effective_deadline());
                    let intent = &entry.intent;
                    let is_own = intent.pid == process.pid && intent.host == process.host;
                    if !is_own && intent.matches(change_origin) {
                        found.in_flight.push(entry);
                    }
                }
                Recoverability::Here => found.recoverable.push_back(entry),
                Recoverability::Elsewhere => found.summary.elsewhere += 1,
            }
        }
        Ok(found)
    }

    fn run_again_at(&mut self, time: Timestamp) {
        let next_run = self.summary.next_run;
        self.summary.next_run = Some(next_run.map_or(time, |next| next.min(time)));
    }

    /// Reads the keys of the changes and records what that resolves. `report` is called with each
    /// finding; `clock` returns the wall clock's time. If dropped early, the rest stays in
    /// `recoverable`.
    pub(crate) async fn recover(
        &mut self,
        reader: &Reader,
        journal: &Journal,
        clock: fn() -> Timestamp,
        mut report: impl FnMut(RecoveryFinding),
    ) -> RecoverySummary {
        while let Some(entry) = self.recoverable.front().cloned() {
            report(RecoveryFinding::Reading(entry.clone()));
            let finding = recover_by_read(reader, journal, entry, clock).await;
            if let Some(retry) = retry_at(&finding, clock()) {
                self.run_again_at(retry);
            }
            report(finding);
            self.recoverable.pop_front();
        }
        self.summary.clone()
    }
}

/// Returns when to read again what this read has not resolved, if that may help.
fn retry_at(finding: &RecoveryFinding, now: Timestamp) -> Option<Timestamp> {
    match finding {
        RecoveryFinding::Unresolved(entry, _) if entry.intent.may_be_in_flight(now) => {
            Some(entry.intent.effective_deadline())
        }
        RecoveryFinding::Unresolved(entry, None) if entry.may_not_show(now) => {
            Some(entry.shown_from())
        }
        RecoveryFinding::Unresolved(_, Some(error)) if error.kind.is_transient() => {
            now.checked_add(RETRY_INTERVAL).ok()
        }
        _ => None,
    }
}

/// Reads the keys of the change's user. If that user no longer exists, returns the keys of the
/// owner that
/// [GetAccessKeyLastUsed](https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html)
/// names, provided their list has the key; or no keys, if IAM knows no such key.
///
/// # Errors
/// Returns the error of the first read if the second one resolves nothing.
async fn keys_now(reader: &Reader, entry: &JournalEntry) -> Result<KeyListing, ServiceError> {
    let intent = &entry.intent;
    let read = reader.keys(intent.user.as_ref()).await;
    if !read.as_ref().is_err_and(|error| lacks_user(entry, error)) {
        return read;
    }
    match reader.last_use(&intent.key).await {
        Ok(KeyLastUse { owner: Some(owner), .. }) if intent.user.as_ref() != Some(&owner) => {
            let now = reader.keys(Some(&owner)).await;
            now.ok().filter(|now| now.keys.iter().any(|key| key.id == intent.key)).map_or(read, Ok)
        }
        Err(error) if error.kind == ErrorKind::NotFound => {
            Ok(KeyListing { keys: Vec::new(), request_id: error.request_id })
        }
        _ => read,
    }
}

async fn recover_by_read(
    reader: &Reader,
    journal: &Journal,
    mut entry: JournalEntry,
    clock: fn() -> Timestamp,
) -> RecoveryFinding {
    let read = keys_now(reader, &entry).await;
    let (reply, request_id) = match &read {
        Ok(read) => (Ok(&read.keys[..]), read.request_id.clone()),
        Err(error) => (Err(error), None),
    };
    let Some(record) = outcome_of_read(&entry, reply, request_id, clock()) else {
        return RecoveryFinding::Unresolved(entry, read.err().map(Arc::new));
    };
    let journal_error = journal.write_outcome(record.clone()).await.err().map(Arc::new);
    entry.outcomes.push(record);
    RecoveryFinding::Resolved { entry, journal_error }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::changes::journal::encode;
    use crate::changes::journal::entry::JournalLine;
    use crate::changes::random_journal::{intent_line, random_journal};
    use crate::changes::test_fixtures::{change, change_origin, intent, time};

    #[test]
    fn lines_that_say_no_time_hide_no_change_in_flight() {
        let mut open = intent(&change(), "14:00:00");
        open.pid += 1;
        let line = encode(&JournalLine::Intent(open.clone())).unwrap();
        let text = [line, [vec![b'x'; 1_000], b"\n".to_vec()].concat().repeat(600)].concat();
        let find = |lookback| {
            let journal = Journal::with_text(text.clone());
            let now = time("14:00:01");
            UnfinishedChanges::find(&journal, &change_origin(), lookback, now).unwrap().in_flight
        };
        let recent = find(Lookback::BeforeChange);
        assert_eq!(recent.iter().map(|entry| &entry.intent).collect::<Vec<_>>(), [&open]);
        assert_eq!(find(Lookback::ForScreen), recent);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn a_change_in_flight_is_found_from_the_end_and_so_is_a_recent_one(
            random in random_journal()
        ) {
            let journal = Journal::with_text(random.text.clone());
            let find = |lookback| {
                UnfinishedChanges::find(&journal, &change_origin(), lookback, random.now).unwrap()
            };
            let (all, recent) = (find(Lookback::All), find(Lookback::BeforeChange));
            prop_assert_eq!(all.summary.next_run, recent.summary.next_run);
            prop_assert_eq!(&all.in_flight, &recent.in_flight);
            let end = random.text.len().saturating_sub(128 * 1024);
            let text = String::from_utf8_lossy(&random.text[end..]).into_owned();
            let is_recent = |entry: &&JournalEntry| text.contains(&intent_line(&entry.intent.id));
            for entry in all.recoverable.iter().filter(is_recent) {
                prop_assert!(recent.recoverable.contains(entry), "{:?}", entry);
            }
            prop_assert!(recent.recoverable.iter().all(|entry| all.recoverable.contains(entry)));
            if end == 0 {
                prop_assert_eq!(all.summary, recent.summary);
            }
        }
    }
}
