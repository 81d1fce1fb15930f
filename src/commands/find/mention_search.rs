//! A key that the text names without its ID, and what the profiles asked so far have answered.

use std::collections::HashSet;
use std::sync::Arc;

use crate::commands::find::profile_groups::{ProfileGroup, Round};
use crate::commands::find::result::{FindResult, FoundAs};
use crate::commands::key_lookup::{KeyLookupResult, MentionMiss};
use crate::commands::messages::find as sentences;
use crate::model::{ServiceEndpoints, ServiceError};
use crate::ops::key_lookup::KeyMention;

/// A key that is looked for.
pub(super) struct MentionSearch {
    /// What names it.
    pub(super) mention: KeyMention,
    /// Where a key was found.
    found_at: HashSet<Option<ServiceEndpoints>>,
    /// Number of accounts that were read and do not have it.
    read: usize,
    /// The first of their results, else that of an account of which the text does not speak.
    miss: Option<FindResult>,
    /// The first result of an account that could not be read in full.
    failure: Option<FindResult>,
}

impl MentionSearch {
    /// Begins the search.
    pub(super) fn new(mention: KeyMention) -> Self {
        Self { mention, found_at: HashSet::new(), read: 0, miss: None, failure: None }
    }

    /// Returns whether a group is asked for it now.
    pub(super) fn is_wanted(&self, group: &ProfileGroup, round: Round) -> bool {
        match (round, &group.account) {
            (Round::Named, Some(account)) => self.mention.other_accounts(account).is_none(),
            (Round::Named, None) => self.mention.account().is_none(),
            (Round::Others, None) => {
                let is_found_at_aws = self.found_at.iter().flatten().any(ServiceEndpoints::are_aws);
                let is_found = is_found_at_aws || self.found_at.contains(&group.endpoints);
                self.mention.account().is_some() && !is_found
            }
            (Round::Others, Some(_)) | (Round::Confirmed, _) => false,
        }
    }

    /// Notes a result of a session. Returns it if it is a key.
    pub(super) fn note(&mut self, result: FindResult, group: &ProfileGroup) -> Option<FindResult> {
        if result.lookup.is_found() {
            self.found_at.insert(group.endpoints.clone());
            return Some(result);
        }
        if result.lookup.has_failed() {
            self.failure.get_or_insert(result);
        } else if matches!(result.lookup, KeyLookupResult::Mention(MentionMiss::OtherAccount(_))) {
            self.miss.get_or_insert(result);
        } else {
            self.read += 1;
            if self.read == 1 {
                self.miss = Some(result);
            }
        }
        None
    }

    /// Notes the error of a group of which no session could be opened.
    pub(super) fn give_up(&mut self, group: &ProfileGroup, error: &Arc<ServiceError>) {
        if self.failure.is_none() {
            let label = group.account.as_ref().map_or_else(
                || sentences::account_of_profile(group.profiles.iter().map(|it| &*it.name)),
                ToString::to_string,
            );
            let failed = self.result(MentionMiss::Failed(Arc::clone(error)), &label);
            self.failure = Some(FindResult { account: group.account.clone(), ..failed });
        }
    }

    /// Returns whether an account that could not be read might have it.
    pub(super) fn is_unanswered(&self) -> bool {
        self.failure.is_some()
    }

    /// Returns the result if no key was found. An account that could not be read counts more than
    /// those that do not have it.
    pub(super) fn into_miss(mut self) -> Option<FindResult> {
        if !self.found_at.is_empty() {
            return None;
        }
        let (failure, miss) = (self.failure.take(), self.miss.take());
        Some(match (self.read, failure, miss) {
            (0, Some(failure), _) => failure,
            (0 | 1, None, Some(miss)) => miss,
            (0, None, None) => {
                let missed = MentionMiss::NoProfile(self.mention.accounts_label().into());
                let label = sentences::accounts_read(0);
                FindResult { account: self.mention.account(), ..self.result(missed, &label) }
            }
            (read, failure, _) => {
                let missed = MentionMiss::InNoAccount { is_partial: failure.is_some() };
                self.result(missed, &sentences::accounts_read(read))
            }
        })
    }

    fn result(&self, miss: MentionMiss, label: &str) -> FindResult {
        let subject = self.mention.label().into();
        let lookup = KeyLookupResult::Mention(miss);
        let result = FindResult::new(subject, FoundAs::from_mention(&self.mention), lookup);
        FindResult { label: Some(label.into()), ..result }
    }
}
