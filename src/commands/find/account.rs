//! Looks up everything that a text names in one account.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream;

use crate::aws::Session;
use crate::commands::find::mentions;
use crate::commands::find::result::{FindResult, FoundAs};
use crate::commands::key_lookup::{AccountLookup, KeyLookupResult, MAX_CONCURRENT_LOOKUPS};
use crate::commands::read_retry::ReadRetry;
use crate::model::{FoundId, SessionContext, TextScan};
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
    /// Returns all results.
    pub(super) fn all(self) -> Vec<FindResult> {
        self.ids.into_iter().chain(self.mentions).collect()
    }
}

/// Looks up everything in the account of the session. Prints nothing if it is one of many.
pub(super) async fn find_in_account(
    session: &Session,
    session_context: &SessionContext,
    scan: &TextScan,
    is_one_of_many: bool,
) -> AccountResults {
    let retry = ReadRetry::new();
    let lookup = if is_one_of_many {
        AccountLookup::one_of_many(session, session_context, &retry)
    } else {
        AccountLookup::new(session, session_context, &retry)
    };
    let lookup = &lookup;
    let (mentions, _) = KeyMention::of_text(scan);
    let is_mention = |found: &&FoundId| {
        mentions.iter().any(|it| matches!(&it.kind, MentionKind::UserId(id) if *id == found.id))
    };
    let ids: Vec<_> = scan.ids.iter().filter(|found| !is_mention(found)).cloned().collect();
    let ids = stream::iter(ids).map(|found| async move {
        if let Some(result) = resolve_by_kind(&found) {
            return result;
        }
        let (subject, origin) = (found.id.as_str().into(), FoundAs::Id(found.form));
        FindResult {
            session_context: Some(session_context.clone()),
            ..FindResult::new(subject, origin, lookup.look_up(&found.id).await)
        }
    });
    let ids: Vec<_> = ids.buffered(MAX_CONCURRENT_LOOKUPS).collect().await;
    let mut mentions = mentions::find(lookup, session_context, &mentions, scan).await;
    let mut known: HashSet<_> = ids.iter().map(|result| Arc::clone(&result.subject)).collect();
    mentions.retain(|result| known.insert(Arc::clone(&result.subject)));
    AccountResults { ids, mentions }
}
