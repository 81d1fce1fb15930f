//! A key whose ID the text has, and what the profiles asked so far have answered.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::commands::find::profile_groups::{ProfileGroup, Round};
use crate::commands::find::result::{FindResult, FoundAs};
use crate::commands::key_lookup::KeyLookupResult;
use crate::commands::messages::find as sentences;
use crate::model::{AccountId, ErrorKind, FoundId, ServiceEndpoints, ServiceError};
use crate::ops::key_lookup::{KeyHome, LookupMiss, by_kind};

/// A key that is looked for.
pub(super) struct KeySearch {
    /// Its ID in the text.
    pub(super) found: FoundId,
    /// The account that its ID encodes.
    named: Option<AccountId>,
    /// Groups of which no profile has answered for the account.
    given_up: HashSet<usize>,
    /// What was answered at each endpoint.
    results: BTreeMap<Option<ServiceEndpoints>, EndpointResults>,
}

/// What the profiles of the same endpoints have answered.
#[derive(Default)]
struct EndpointResults {
    /// The account that STS has named.
    confirmed: Option<AccountId>,
    /// The accounts that have answered.
    asked: HashSet<AccountId>,
    /// The most specific result.
    best: Option<FindResult>,
    /// The first denial or failure of each account.
    failures: Vec<(AccountId, FindResult)>,
    /// Whether no profile of a group has answered.
    has_failed: bool,
}

/// The result at some endpoints.
struct EndpointResult {
    is_aws: bool,
    /// Whether a session could be opened there.
    is_usable: bool,
    /// How specific it is.
    specificity: u8,
    result: FindResult,
}

/// How specific a denial or failure in the key's own account is: more than what other accounts say.
const OWN_FAILURE: u8 = 7;

impl KeySearch {
    /// Begins the search.
    pub(super) fn new(found: FoundId) -> Self {
        let named = found.id.account();
        Self { found, named, given_up: HashSet::new(), results: BTreeMap::new() }
    }

    /// Returns whether a group is asked for the key now.
    pub(super) fn is_wanted(&self, group: &ProfileGroup, round: Round) -> bool {
        let results = self.results.get(&group.endpoints);
        let account = group.account.as_ref();
        let has_answered = results.is_some_and(|results| {
            results.is_settled() || account.is_some_and(|account| results.asked.contains(account))
        });
        if has_answered || self.given_up.contains(&group.number) {
            return false;
        }
        let confirmed = results.and_then(|results| results.confirmed.as_ref());
        match (round, account) {
            (Round::Named, account) => account.is_some() && self.named.as_ref() == account,
            (Round::Others, Some(_)) => confirmed.is_none() && !self.is_found_at_aws(),
            (Round::Others, None) => !self.is_found_at_aws(),
            (Round::Confirmed, account) => account.is_some() && confirmed == account,
        }
    }

    /// Notes a result of a session in the account `here`. `is_complete` if the account has
    /// answered.
    pub(super) fn note(
        &mut self,
        result: FindResult,
        group: &ProfileGroup,
        here: &AccountId,
        is_complete: bool,
    ) {
        let is_named = self.named.as_ref() == Some(here);
        let results = self.results.entry(group.endpoints.clone()).or_default();
        match &result.lookup {
            KeyLookupResult::Miss(LookupMiss::OtherAccount { account, confirmed: true }) => {
                results.confirmed = Some(account.clone());
            }
            // The account that is named was reached. Others know no more.
            _ if is_named => results.confirmed = Some(here.clone()),
            _ => {}
        }
        if is_complete {
            results.asked.insert(here.clone());
        }
        results.add(result, Some(here));
    }

    /// Notes that no profile of a group has answered, with the error if a session could not be
    /// opened.
    pub(super) fn give_up(&mut self, group: &ProfileGroup, error: Option<&Arc<ServiceError>>) {
        self.given_up.insert(group.number);
        let failure = error.map(|error| {
            let failed = KeyLookupResult::Miss(LookupMiss::Failed(Arc::clone(error)));
            let result = self.result(failed);
            FindResult { account: group.account.clone(), profiles: names(group), ..result }
        });
        let results = self.results.entry(group.endpoints.clone()).or_default();
        results.has_failed = true;
        if let Some(failure) = failure {
            results.add(failure, group.account.as_ref());
        }
    }

    /// Returns whether a profile that has not answered might have said more.
    pub(super) fn is_unanswered(&self) -> bool {
        let is_open = |results: &EndpointResults| results.has_failed && !results.is_settled();
        !self.is_found_at_aws() && self.results.values().any(is_open)
    }

    /// Returns the owner at each of the endpoints, and the failure in the key's own account of AWS;
    /// else the most specific result, of AWS if it was asked.
    pub(super) fn into_results(mut self) -> Vec<FindResult> {
        let results = std::mem::take(&mut self.results).into_iter();
        let results = results.filter_map(|(endpoints, results)| {
            let (result, specificity) = results.into_result(self.named.as_ref())?;
            let (is_aws, is_usable) = (are_aws(endpoints.as_ref()), endpoints.is_some());
            Some(EndpointResult { is_aws, is_usable, specificity, result })
        });
        let (listed, rest): (Vec<_>, Vec<_>) = results.partition(|it| {
            names_owner(&it.result) || (it.is_aws && it.specificity == OWN_FAILURE)
        });
        if !listed.is_empty() {
            return listed.into_iter().map(|it| it.result).collect();
        }
        let best =
            rest.into_iter().rev().max_by_key(|it| (it.is_aws, it.specificity, it.is_usable));
        // Where other accounts have failed, the account that the ID names says more.
        let says_more = |best: &EndpointResult| {
            self.named.is_none()
                || best.specificity == OWN_FAILURE
                || !best.result.lookup.has_failed()
        };
        let best = best.filter(says_more).map(|it| it.result);
        vec![best.unwrap_or_else(|| self.unasked())]
    }

    /// Returns the result for an ID that no profile could look up.
    fn unasked(&self) -> FindResult {
        let id = &self.found.id;
        let miss = by_kind(id).unwrap_or_else(|| match id.account() {
            Some(account) => LookupMiss::OtherAccount { account, confirmed: false },
            None => LookupMiss::Failed(Arc::new(no_profile_error())),
        });
        self.result(KeyLookupResult::Miss(miss))
    }

    fn result(&self, lookup: KeyLookupResult) -> FindResult {
        FindResult::new(self.found.id.as_str().into(), FoundAs::Id(self.found.form), lookup)
    }

    fn is_found_at_aws(&self) -> bool {
        self.results.iter().any(|(endpoints, results)| {
            are_aws(endpoints.as_ref()) && results.best.as_ref().is_some_and(names_owner)
        })
    }
}

impl EndpointResults {
    /// Returns whether no other account at these endpoints can say more.
    fn is_settled(&self) -> bool {
        self.best.as_ref().is_some_and(|best| {
            let not_found = LookupMiss::NotFound(KeyHome::ThisAccount);
            names_owner(best)
                || matches!(&best.lookup, KeyLookupResult::Miss(miss) if *miss == not_found)
        })
    }

    fn add(&mut self, result: FindResult, account: Option<&AccountId>) {
        let lookup = &result.lookup;
        match account {
            Some(account) if lookup.was_denied() || lookup.has_failed() => {
                if !self.failures.iter().any(|(failed, _)| failed == account) {
                    self.failures.push((account.clone(), result));
                }
            }
            _ => {
                self.best = Some(match self.best.take() {
                    Some(best) => most_specific(best, result),
                    None => result,
                });
            }
        }
    }

    /// Returns the result for a key of the account that its ID names, and how specific it is.
    fn into_result(mut self, named: Option<&AccountId>) -> Option<(FindResult, u8)> {
        let is_settled = self.is_settled();
        let own = self.confirmed.as_ref().or(named);
        let own = self.failures.iter().position(|(account, _)| Some(account) == own);
        if let Some(at) = own.filter(|_| !is_settled) {
            let (_, result) = self.failures.swap_remove(at);
            return Some((result, OWN_FAILURE));
        }
        let failures = self.failures.into_iter().map(|(_, result)| result);
        let result = self.best.into_iter().chain(failures).reduce(most_specific)?;
        let specificity = specificity(&result.lookup);
        Some((result, specificity))
    }
}

fn are_aws(endpoints: Option<&ServiceEndpoints>) -> bool {
    endpoints.is_some_and(ServiceEndpoints::are_aws)
}

/// Returns whether a result has the owner of the key, or several that may be.
fn names_owner(result: &FindResult) -> bool {
    match &result.lookup {
        KeyLookupResult::ThisAccount { .. } | KeyLookupResult::NotListed { .. } => true,
        KeyLookupResult::Miss(miss) => {
            matches!(miss, LookupMiss::RootKey(_) | LookupMiss::SeveralOwners(_))
        }
        KeyLookupResult::Mention(_) => false,
    }
}

/// Returns the more specific result; the first if both are.
fn most_specific(first: FindResult, second: FindResult) -> FindResult {
    if specificity(&second.lookup) > specificity(&first.lookup) { second } else { first }
}

/// Returns how specific a result is. One that leaves the key's account open counts least, even less
/// than a failure: the key may be in the account that has failed.
fn specificity(result: &KeyLookupResult) -> u8 {
    match result {
        KeyLookupResult::Mention(_) => 0,
        KeyLookupResult::Miss(miss) => match miss {
            LookupMiss::NotFound(KeyHome::Unknown) | LookupMiss::NotAKey(_) => 0,
            LookupMiss::Failed(_) | LookupMiss::Unsupported(_) => 1,
            LookupMiss::NotPermitted(_) => 2,
            LookupMiss::Refused(..) => 3,
            LookupMiss::OtherAccount { confirmed: false, .. } => 4,
            LookupMiss::OtherAccount { confirmed: true, .. } => 5,
            LookupMiss::NotFound(KeyHome::ThisAccount) => 6,
            LookupMiss::SeveralOwners(_) => 8,
            LookupMiss::RootKey(_) => 9,
        },
        KeyLookupResult::NotListed { .. } => 8,
        KeyLookupResult::ThisAccount { .. } => 9,
    }
}

/// Returns the names of the profiles of a group, if their account is known.
fn names(group: &ProfileGroup) -> Vec<Arc<str>> {
    let profiles = group.profiles.iter().filter(|_| group.account.is_some());
    profiles.map(|profile| Arc::clone(&profile.name)).collect()
}

/// The error of a search without a profile that could look.
fn no_profile_error() -> ServiceError {
    ServiceError::new(ErrorKind::Other, "GetAccessKeyLastUsed", sentences::NO_PROFILE_ASKED)
}
