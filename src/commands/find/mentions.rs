//! Keys that a text names without their IDs: by a masked ID, or by their user.

use std::sync::Arc;

use crate::commands::find::result::{FindResult, FoundAs};
use crate::commands::key_lookup::{AccountLookup, KeyLookupResult, MentionMiss};
use crate::commands::list::{FoundKey, SearchResult};
use crate::commands::messages::find as sentences;
use crate::commands::output;
use crate::model::{Arn, ErrorKind, KeyId, KeyKind, MaskedId, SessionContext, TextScan, UserName};

/// Finds the keys in the account of the session.
pub(super) async fn find(
    lookup: &AccountLookup<'_>,
    session_context: &SessionContext,
    scan: &TextScan,
) -> Vec<FindResult> {
    let search = MentionSearch { lookup, session_context };
    let mut results = Vec::new();
    for arn in &scan.users {
        results.extend(search.keys_of_arn(arn).await);
    }
    let account = &session_context.caller.account;
    let may_be_here = |id: &KeyId| id.account().is_none_or(|of| of == *account);
    for found in scan.ids.iter().filter(|found| found.id.kind() == KeyKind::UserId) {
        if may_be_here(&found.id) {
            results.extend(search.keys_of_unique_id(&found.id).await);
        }
    }
    for masked in &scan.masked {
        results.extend(search.keys_of_masked_id(masked, scan).await);
    }
    results
}

/// A search in the account of a session.
struct MentionSearch<'a> {
    lookup: &'a AccountLookup<'a>,
    session_context: &'a SessionContext,
}

impl MentionSearch<'_> {
    /// Returns the keys of the user with this ARN.
    async fn keys_of_arn(&self, arn: &Arn) -> Vec<FindResult> {
        let subject: Arc<str> = arn.as_str().into();
        let origin = FoundAs::User(Arc::clone(&subject));
        let here = &self.session_context.caller.account;
        let lookup = match (arn.account(), arn.user_name()) {
            (Some(account), _) if account != *here => {
                MentionMiss::OtherAccount(account.to_string().into())
            }
            (_, None) => MentionMiss::NoSuchUser,
            (_, Some(name)) => {
                let user = UserName::from_service(name);
                match self.lookup.keys_of(&user).await {
                    Ok(keys) if keys.is_empty() => MentionMiss::NoKeys,
                    Ok(keys) => return self.results(keys, &origin).await,
                    Err(error) if error.kind == ErrorKind::NotFound => MentionMiss::NoSuchUser,
                    Err(error) => MentionMiss::Failed(error),
                }
            }
        };
        vec![self.miss(subject, origin, lookup)]
    }

    /// Returns the keys of the user with this unique ID, or nothing if there is no such user.
    async fn keys_of_unique_id(&self, id: &KeyId) -> Vec<FindResult> {
        let subject: Arc<str> = id.as_str().into();
        let origin = FoundAs::User(Arc::clone(&subject));
        output::eprint_line(&sentences::searching_lists(&subject));
        match self.lookup.keys_that_match(&format!("user-id:{id}")).await {
            Ok(SearchResult { keys, .. }) if !keys.is_empty() => self.results(keys, &origin).await,
            Ok(SearchResult { has_user: true, .. }) => {
                vec![self.miss(subject, origin, MentionMiss::NoKeys)]
            }
            _ => Vec::new(),
        }
    }

    /// Returns the keys that may have this masked ID: of the users whom the text names, else of
    /// all users.
    async fn keys_of_masked_id(&self, masked: &MaskedId, scan: &TextScan) -> Vec<FindResult> {
        let shown: Arc<str> = masked.to_string().into();
        let origin = FoundAs::Masked(Arc::clone(&shown));
        let here = self.session_context.caller.account.to_string();
        if let Some(other) = scan.accounts.first()
            && !scan.accounts.iter().any(|account| here.ends_with(&**account))
        {
            return vec![self.miss(shown, origin, MentionMiss::OtherAccount(Arc::clone(other)))];
        }
        for user in scan.users.iter().filter_map(Arn::user_name).map(UserName::from_service) {
            let keys = self.matching_keys_of(&user, masked).await;
            if !keys.is_empty() {
                return self.results(keys, &origin).await;
            }
        }
        for user in &scan.user_names {
            let keys = self.matching_keys_of(user, masked).await;
            if !keys.is_empty() {
                return self.results(keys, &origin).await;
            }
        }
        output::eprint_line(&sentences::searching_lists(&shown));
        match self.lookup.keys_that_match(&format!("key:{}", masked.pattern())).await {
            Ok(found) if found.keys.is_empty() => {
                let miss =
                    MentionMiss::NoMatch { users: found.users, failure: found.failure.clone() };
                vec![self.miss(shown, origin, miss)]
            }
            Ok(found) => self.results(found.keys, &origin).await,
            Err(_) => Vec::new(),
        }
    }

    /// Returns the keys of a user that may have a masked ID. A user who does not exist, or whose
    /// keys cannot be read, has none: the lists of all users are read then.
    async fn matching_keys_of(&self, user: &UserName, masked: &MaskedId) -> Vec<FoundKey> {
        let mut keys = self.lookup.keys_of(user).await.unwrap_or_default();
        keys.retain(|found| masked.matches(&found.key.id));
        keys
    }

    /// Returns the results for keys, with their last uses.
    async fn results(&self, keys: Vec<FoundKey>, origin: &FoundAs) -> Vec<FindResult> {
        let mut results = Vec::new();
        for FoundKey { user, key } in keys {
            let last_use = self.lookup.last_use(&key.id).await;
            results.push(FindResult {
                subject: key.id.as_str().into(),
                origin: origin.clone(),
                lookup: KeyLookupResult::ThisAccount {
                    user,
                    key: Ok((key.status, key.created)),
                    last_use,
                },
                session_context: Some(self.session_context.clone()),
                profiles: Vec::new(),
            });
        }
        results
    }

    fn miss(&self, subject: Arc<str>, origin: FoundAs, miss: MentionMiss) -> FindResult {
        FindResult {
            subject,
            origin,
            lookup: KeyLookupResult::Mention(miss),
            session_context: Some(self.session_context.clone()),
            profiles: Vec::new(),
        }
    }
}
