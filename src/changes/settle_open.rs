//! Settles what a crash left open: reads the owners' keys and writes down
//! what IAM reports. Sends no change, and can't: it is given a reader.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::StreamExt as _;
use jiff::Timestamp;

use super::entry::Entry;
use super::journal::{Journal, JournalError};
use super::recovery;
use super::site::Site;
use crate::aws::{KeysRead, Reader};
use crate::model::{ServiceError, UserName};

/// So many users' keys are read at once.
const AT_ONCE: usize = 4;

/// What came of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct SettledOpen {
    /// The changes that are settled now, with the outcome just written.
    pub settled: Vec<Entry>,
    /// Changes of this site that no read could settle, and why the last one
    /// failed, if it did.
    pub left: Vec<(Entry, Option<Arc<ServiceError>>)>,
}

impl SettledOpen {
    /// What to say, a sentence for each change.
    pub(crate) fn sentences(&self, now: Timestamp) -> Vec<String> {
        let told = |entry: &Entry, what: &str| {
            let intent = &entry.intent;
            format!("Change {} ({}, {}) had no outcome. {what}", intent.id, intent.subject(), intent.transition())
        };
        let settled = self.settled.iter().map(|entry| told(entry, &entry.sentence(now)));
        let left = self.left.iter().map(|(entry, error)| match error {
            Some(error) => told(entry, &format!("It could not be settled: {error}")),
            None => told(entry, "It could not be settled: the key is not listed, and the account is not certain."),
        });
        settled.chain(left).collect()
    }
}

type Answer = Result<KeysRead, Arc<ServiceError>>;

/// Settles every change of `site` that has no outcome, or none that is
/// certain, and whose time is up. Asks nothing where there is none. `clock`
/// tells the time of day.
///
/// # Errors
/// The journal can't be read or written.
pub(crate) async fn settle_open(
    reader: &Reader,
    journal: &Journal,
    site: &Site,
    clock: fn() -> Timestamp,
) -> Result<SettledOpen, JournalError> {
    let book = journal.clone();
    let history = blocking(move || book.read()).await?;
    let open = recovery::plan(&history.entries, site, clock()).to_settle;
    let answers = read_all(reader, open.iter().map(|entry| entry.intent.user.clone())).await;
    let mut result = SettledOpen::default();
    for entry in open {
        let Some(answer) = answers.get(&entry.intent.user) else { continue };
        let (found, request_id) = match answer {
            Ok(read) => (Ok(&read.keys[..]), read.request_id.clone()),
            Err(error) => (Err(&**error), None),
        };
        match recovery::settle(entry, found, request_id, clock()) {
            Some(ending) => {
                let (book, line) = (journal.clone(), ending.clone());
                blocking(move || book.end(&line)).await?;
                let mut settled = entry.clone();
                settled.endings.push(ending);
                result.settled.push(settled);
            }
            None => result.left.push((entry.clone(), answer.as_ref().err().cloned())),
        }
    }
    Ok(result)
}

/// Each owner's keys, read once.
async fn read_all(
    reader: &Reader,
    owners: impl Iterator<Item = Option<UserName>>,
) -> HashMap<Option<UserName>, Answer> {
    let mut distinct: Vec<Option<UserName>> = Vec::new();
    for owner in owners {
        if !distinct.contains(&owner) {
            distinct.push(owner);
        }
    }
    let reads = futures_util::stream::iter(distinct).map(|owner| async move {
        let answer = reader.keys(owner.as_ref()).await.map_err(Arc::new);
        (owner, answer)
    });
    reads.buffer_unordered(AT_ONCE).collect().await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, JournalError> + Send + 'static,
) -> Result<T, JournalError> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(JournalError::Thread))
}
