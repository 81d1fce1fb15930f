//! Looks up everything that a text names in one account.

use std::collections::{HashMap, HashSet};
use std::future::ready;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream;

use crate::aws::Session;
use crate::commands::find::mentions;
use crate::commands::find::result::{FindResult, FoundAs};
use crate::commands::key_lookup::{
    self, AccountLookup, KeyLookupResult, LookupProgress, MAX_CONCURRENT_LOOKUPS, OwnerReplies,
    OwnerReply,
};
use crate::commands::read_retry::ReadRetry;
use crate::model::{FoundId, KeyId, SessionContext, TextScan};
use crate::ops::key_lookup::{KeyMention, MentionKind, by_kind};

/// Returns the result for an ID that is not looked up.
pub(super) fn resolve_by_kind(found: &FoundId) -> Option<FindResult> {
    let lookup = KeyLookupResult::Miss(by_kind(&found.id)?);
    Some(FindResult::new(found.id.as_str().into(), FoundAs::Id(found.form), lookup))
}

/// The results of one account.
pub(super) struct AccountResults {
    /// One for each ID, in the order of the text.
    pub(super) ids: Vec<FindResult>,
    /// Keys that the text names in other ways.
    pub(super) mentions: Vec<FindResult>,
}

impl AccountResults {
    /// Returns the results.
    pub(super) fn iter(&self) -> impl Iterator<Item = &FindResult> {
        self.ids.iter().chain(&self.mentions)
    }

    /// Returns the results, to be changed.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut FindResult> {
        self.ids.iter_mut().chain(&mut self.mentions)
    }

    /// Returns whether the account has answered: nothing was denied, and nothing has failed.
    pub(super) fn is_complete(&self) -> bool {
        !self.iter().any(|result| result.lookup.was_denied() || result.lookup.has_failed())
    }

    /// Returns all results.
    pub(super) fn all(self) -> Vec<FindResult> {
        self.ids.into_iter().chain(self.mentions).collect()
    }
}

/// Asks IAM for the owner of each key of the text. Needs no identity, so that it can be asked
/// beside it.
pub(super) async fn first_reads(
    session: &Session,
    scan: &TextScan,
    retry: &ReadRetry,
) -> OwnerReplies {
    let keys = scan.ids.iter().filter(|found| by_kind(&found.id).is_none());
    let keys: Vec<_> = keys.map(|found| found.id.clone()).collect();
    let reader = session.screen_reader();
    let read = async |key: &KeyId| reader.last_use(key).await;
    key_lookup::read_owners(&keys, MAX_CONCURRENT_LOOKUPS, retry, read).await
}

/// Looks up everything in the account of the session, from the replies of [`first_reads`] on.
/// Prints nothing if progress is hidden.
pub(super) async fn find_in_account(
    session: &Session,
    session_context: &SessionContext,
    scan: &TextScan,
    owners: OwnerReplies,
    retry: &ReadRetry,
    progress: LookupProgress,
) -> AccountResults {
    let lookup = AccountLookup::new(session, session_context, retry, progress);
    lookup.note_replies(&owners);
    let owners: HashMap<KeyId, OwnerReply> = owners.into_iter().collect();
    let (lookup, owners) = (&lookup, &owners);
    let (mentions, _) = KeyMention::of_text(scan);
    let is_mention = |found: &&FoundId| {
        mentions.iter().any(|it| matches!(&it.kind, MentionKind::UserId(id) if *id == found.id))
    };
    let ids: Vec<_> = scan.ids.iter().filter(|found| !is_mention(found)).cloned().collect();
    let ids = stream::iter(ids).map(|found| async move {
        let Some(reply) = owners.get(&found.id) else { return resolve_by_kind(&found) };
        let (subject, origin) = (found.id.as_str().into(), FoundAs::Id(found.form));
        Some(FindResult {
            session_context: Some(session_context.clone()),
            ..FindResult::new(subject, origin, lookup.look_up(&found.id, reply).await)
        })
    });
    let ids: Vec<_> = ids.buffered(MAX_CONCURRENT_LOOKUPS).filter_map(ready).collect().await;
    let mut mentions = mentions::find(lookup, session_context, &mentions, scan).await;
    let mut known: HashSet<_> = ids.iter().map(|result| Arc::clone(&result.subject)).collect();
    mentions.retain(|result| known.insert(Arc::clone(&result.subject)));
    AccountResults { ids, mentions }
}
