//! Keys that a text names without their IDs: by a masked ID, or by their user.

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream;

use crate::commands::find::result::{FindResult, FoundAs};
use crate::commands::key_lookup::{
    AccountLookup, KeyLookupResult, LookupProgress, MAX_CONCURRENT_LOOKUPS, MentionMiss,
};
use crate::commands::list::FoundKey;
use crate::commands::messages::find as sentences;
use crate::commands::output;
use crate::model::{Arn, ErrorKind, MaskedId, SessionContext, TextScan, UserName};
use crate::ops::key_lookup::{KeyMention, MentionKind};

/// Finds the keys in the account of the session.
pub(super) async fn find(
    lookup: &AccountLookup<'_>,
    session_context: &SessionContext,
    mentions: &[KeyMention],
    scan: &TextScan,
) -> Vec<FindResult> {
    let search = AccountMentions { lookup, session_context };
    let here = &session_context.caller.account;
    let may_be_here = |mention: &&KeyMention| {
        matches!(mention.kind, MentionKind::Masked(_)) && mention.other_accounts(here).is_none()
    };
    let named = match mentions.iter().find(may_be_here) {
        Some(_) => search.keys_of_named_users(scan).await,
        None => Vec::new(),
    };
    let mut results = Vec::new();
    for mention in mentions {
        let found = match mention.other_accounts(here) {
            Some(accounts) => Err(MentionMiss::OtherAccount(accounts.into())),
            None => match &mention.kind {
                MentionKind::User(arn) => search.keys_of_arn(arn).await,
                MentionKind::UserId(_) => search.keys_in_lists(mention).await,
                MentionKind::Masked(id) => match matching(&named, id) {
                    keys if keys.is_empty() => search.keys_in_lists(mention).await,
                    keys => Ok(FoundKeys::complete(keys)),
                },
            },
        };
        let origin = FoundAs::from_mention(mention);
        let (keys, miss) = match found {
            Ok(FoundKeys { keys, incomplete }) => (keys, incomplete),
            Err(miss) => (Vec::new(), Some(miss)),
        };
        results.extend(search.results(keys, &origin).await);
        results.extend(miss.map(|miss| FindResult {
            session_context: Some(session_context.clone()),
            ..FindResult::new(mention.label().into(), origin, KeyLookupResult::Mention(miss))
        }));
    }
    results
}

/// Keys that were found.
struct FoundKeys {
    keys: Vec<FoundKey>,
    /// That there may be others, since not all lists could be read.
    incomplete: Option<MentionMiss>,
}

impl FoundKeys {
    fn complete(keys: Vec<FoundKey>) -> Self {
        Self { keys, incomplete: None }
    }
}

fn matching(keys: &[FoundKey], masked: &MaskedId) -> Vec<FoundKey> {
    keys.iter().filter(|found| masked.matches(&found.key.id)).cloned().collect()
}

/// A search in the account of a session.
struct AccountMentions<'a> {
    lookup: &'a AccountLookup<'a>,
    session_context: &'a SessionContext,
}

impl AccountMentions<'_> {
    /// Returns the keys of the users whom a text with a masked ID names. A word that is no user has
    /// none: the lists of all users are read then.
    async fn keys_of_named_users(&self, scan: &TextScan) -> Vec<FoundKey> {
        let arns = scan.users.iter().filter_map(Arn::user_name).map(UserName::from_service);
        let names: Vec<_> = arns.chain(scan.user_names.iter().cloned()).collect();
        let reads = stream::iter(names)
            .map(|user| async move { self.lookup.keys_of(&user).await.unwrap_or_default() });
        let keys: Vec<_> = reads.buffered(MAX_CONCURRENT_LOOKUPS).collect().await;
        keys.into_iter().flatten().collect()
    }

    /// Returns the keys of the user with this ARN.
    async fn keys_of_arn(&self, arn: &Arn) -> Result<FoundKeys, MentionMiss> {
        let user = arn.user_name().ok_or(MentionMiss::NoSuchUser)?;
        match self.lookup.keys_of(&UserName::from_service(user)).await {
            Ok(keys) if keys.is_empty() => Err(MentionMiss::NoKeys),
            Ok(keys) => Ok(FoundKeys::complete(keys)),
            Err(error) if error.kind == ErrorKind::NotFound => Err(MentionMiss::NoSuchUser),
            Err(error) => Err(MentionMiss::Failed(error)),
        }
    }

    /// Returns the keys that the lists of all users have.
    async fn keys_in_lists(&self, mention: &KeyMention) -> Result<FoundKeys, MentionMiss> {
        if self.lookup.progress == LookupProgress::Shown {
            output::eprint_status(&sentences::searching_lists(&mention.label()));
        }
        let found = self.lookup.keys_that_match(&mention.filter()).await;
        let found = found.map_err(|error| MentionMiss::Failed(Arc::new(error)))?;
        let is_user = matches!(mention.kind, MentionKind::UserId(_));
        match found.incomplete {
            incomplete if !found.keys.is_empty() => {
                // A user has no others.
                let incomplete = incomplete
                    .filter(|_| !is_user)
                    .map(|error| MentionMiss::MayHaveOthers { users: found.users, error });
                Ok(FoundKeys { keys: found.keys, incomplete })
            }
            Some(error) if is_user => Err(MentionMiss::Failed(error)),
            None if is_user && found.has_user => Err(MentionMiss::NoKeys),
            None if is_user => Err(MentionMiss::NoSuchUser),
            incomplete => Err(MentionMiss::NoMatch { users: found.users, incomplete }),
        }
    }

    /// Returns the results for keys, with their last uses.
    async fn results(&self, keys: Vec<FoundKey>, origin: &FoundAs) -> Vec<FindResult> {
        let reads = stream::iter(keys).map(|FoundKey { user, key }| async move {
            let last_use = self.lookup.last_use(&key.id).await;
            let found = Ok((key.status, key.created));
            let lookup = KeyLookupResult::ThisAccount { user, key: found, last_use };
            FindResult {
                session_context: Some(self.session_context.clone()),
                ..FindResult::new(key.id.as_str().into(), origin.clone(), lookup)
            }
        });
        reads.buffered(MAX_CONCURRENT_LOOKUPS).collect().await
    }
}
