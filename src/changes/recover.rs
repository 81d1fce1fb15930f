//! Carries recovery out: finds what was left open, reads, and writes down what
//! the reads have settled. It has no way to send a change.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::ending::Ending;
use super::entry::Entry;
use super::here::Here;
use super::journal::{Damage, Journal, JournalError};
use super::recovery::{Unsettled, lacks_user, plan, settle};
use super::site::Site;
use super::words::shown;
use crate::aws::{KeysRead, Reader};
use crate::model::{ErrorKind, Lacks, NamedBy, ServiceError, owner_not_found};

/// A read that failed in passing is tried again after so long.
const AGAIN: SignedDuration = SignedDuration::from_mins(1);

/// What recovery has to tell of one change.
#[derive(Clone, Debug)]
pub(crate) enum Finding {
    /// Another process has it under way, or had when it ended.
    InFlight(Entry),
    /// It is open, and about to be read.
    Open(Entry),
    /// A read has settled it; the entry's last ending says how.
    Settled {
        /// The change, with that ending.
        entry: Entry,
        /// Why that could not be written to the journal, if so.
        unwritten: Option<Arc<str>>,
    },
    /// The read has not settled it; why, where the read has failed.
    Unsettled(Entry, Option<Arc<ServiceError>>),
}

/// What is left after recovery.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Recovered {
    /// So many open changes belong to other accounts, callers or endpoints.
    pub elsewhere: usize,
    /// When to recover again: something is under way, or could not be read.
    pub wake: Option<Timestamp>,
    /// What of the journal could not be read.
    pub damage: Damage,
    /// Who else can write to the journal, in a sentence.
    pub warning: Option<String>,
}

impl Finding {
    /// What was found, in a sentence or two.
    pub(crate) fn sentence(&self, now: Timestamp) -> String {
        match self {
            Self::InFlight(entry) => {
                format!("{} has no outcome yet. {} Then a read will tell.", announced(entry), entry.sentence(now))
            }
            Self::Open(entry) => {
                format!("{} was left open. {} It is being read now.", announced(entry), entry.sentence(now))
            }
            Self::Settled { entry, unwritten } => {
                let unwritten = unwritten.as_ref().map(|why| format!(" That is not in the journal: {why}"));
                let unwritten = unwritten.unwrap_or_default();
                format!("{} was left open. {}{unwritten}", announced(entry), entry.sentence(now))
            }
            Self::Unsettled(entry, error) => {
                let intent = &entry.intent;
                let why = match (error, &intent.user) {
                    (Some(error), Some(user)) if lacks_user(entry, error) => {
                        let next = format!("keyflip find {} tells its owner now.", intent.key);
                        owner_not_found(&intent.key, user, &intent.place(), NamedBy::Journal, Lacks::User, &next)
                    }
                    (Some(error), _) => error.to_string(),
                    (None, _) if intent.in_flight(now) => format!(
                        "IAM does not report it {}, which may be an old answer so soon after the call. A read after {} will tell.",
                        intent.direction.status(),
                        shown(intent.over_by())
                    ),
                    (None, _) => "IAM does not list the key for its user, which decides nothing here.".to_owned(),
                };
                format!("{} was left open, and what came of it is still not known. {why}", announced(entry))
            }
        }
    }
}

/// Which change it is about: `The change of AKIA… of ann to Inactive in
/// 123456789012, begun 2026-11-24 14:02:11Z,`
fn announced(entry: &Entry) -> String {
    let intent = &entry.intent;
    format!(
        "The change of {} to {} in {}, begun {},",
        intent.subject(),
        intent.direction.status(),
        intent.place(),
        shown(intent.time)
    )
}

/// The changes that were left open, found in a journal and not settled yet.
#[derive(Debug)]
pub(crate) struct Open {
    /// Under way in other processes, at this site.
    pub in_flight: Vec<Entry>,
    /// To be settled by reads, the first first. One stays here until its read
    /// has ended.
    pub to_settle: VecDeque<Entry>,
    left: Recovered,
}

/// Finds the changes that were left open, as seen from `site`.
///
/// # Errors
/// The journal can't be read.
pub(crate) async fn find_open(journal: &Journal, site: &Site, now: Timestamp) -> Result<Open, JournalError> {
    let journal = journal.clone();
    let found = tokio::task::spawn_blocking(move || {
        let (unsettled, mut scan) = Unsettled::scan(&journal)?;
        Ok((unsettled.entries(&mut scan)?, scan.damage().clone(), journal.warning()))
    });
    let (entries, damage, warning) = found.await.map_err(|_| JournalError::Thread)??;
    let plan = plan(&entries, site, now);
    let here = Here::this_process();
    let in_flight = plan.in_flight.iter().copied().filter(|entry| {
        let own = entry.intent.pid == here.pid && entry.intent.host == here.host;
        !own && entry.intent.concerns(site)
    });
    Ok(Open {
        in_flight: in_flight.cloned().collect(),
        to_settle: plan.to_settle.iter().copied().cloned().collect(),
        left: Recovered { elsewhere: plan.elsewhere.len(), wake: plan.wake(), damage, warning },
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
        mut tell: impl FnMut(Finding),
    ) -> Recovered {
        while let Some(entry) = self.to_settle.front().cloned() {
            tell(Finding::Open(entry.clone()));
            let found = settle_by_read(reader, journal, entry, clock).await;
            if let Some(again) = again(&found, clock()) {
                self.left.wake = Some(self.left.wake.map_or(again, |wake| wake.min(again)));
            }
            tell(found);
            self.to_settle.pop_front();
        }
        self.left.clone()
    }
}

/// When to read again what this read has not settled, if that may help.
fn again(found: &Finding, now: Timestamp) -> Option<Timestamp> {
    match found {
        Finding::Unsettled(entry, _) if entry.intent.in_flight(now) => Some(entry.intent.over_by()),
        Finding::Unsettled(_, Some(error)) if error.kind.may_pass() => now.checked_add(AGAIN).ok(),
        _ => None,
    }
}

/// The keys of the change's user. Where there is no such user any more, those
/// of the owner whom IAM names now, if that one lists the key; or none, if IAM
/// knows no such key.
async fn keys_now(reader: &Reader, entry: &Entry) -> Result<KeysRead, ServiceError> {
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
            Ok(KeysRead { keys: Vec::new(), request_id: error.request_id })
        }
        _ => read,
    }
}

async fn settle_by_read(reader: &Reader, journal: &Journal, mut entry: Entry, clock: fn() -> Timestamp) -> Finding {
    let read = keys_now(reader, &entry).await;
    let (answer, request_id) = match &read {
        Ok(read) => (Ok(&read.keys[..]), read.request_id.clone()),
        Err(error) => (Err(error), None),
    };
    let Some(ending) = settle(&entry, answer, request_id, clock()) else {
        return Finding::Unsettled(entry, read.err().map(Arc::new));
    };
    let unwritten = write(journal, ending.clone()).await.err().map(|error| error.to_string().into());
    entry.endings.push(ending);
    Finding::Settled { entry, unwritten }
}

async fn write(journal: &Journal, ending: Ending) -> Result<(), JournalError> {
    let journal = journal.clone();
    tokio::task::spawn_blocking(move || journal.end(&ending)).await.map_err(|_| JournalError::Thread)?
}
