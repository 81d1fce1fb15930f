//! Decides which profiles are asked for what, and when the rest need not be asked. Does no I/O.
//!
//! 1. Profiles that lead to an account which the text names, by their settings or by their key. What
//!    names no account and is not the ID of a key is looked for everywhere.
//! 2. The others, for keys that were not found: those of which the account is not known may lead
//!    there. STS names the account of any key to each caller, so the first answer spares the rest:
//!    <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html>.
//! 3. Profiles that lead to an account which only STS has named.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::commands::find::account::AccountResults;
use crate::commands::find::result::{FindResult, FoundAs};
use crate::commands::key_lookup::KeyLookupResult;
use crate::commands::messages::find as sentences;
use crate::model::{AccountId, ErrorKind, FoundId, Profile, ServiceError, TextScan};
use crate::ops::key_lookup::{KeyHome, KeyMention, LookupMiss, by_kind};

/// Profiles that lead to one account. One that answers for the account is enough.
pub(super) struct ProfileGroup {
    /// The account, if the files name it.
    pub(super) account: Option<AccountId>,
    /// The profiles, in the order in which they are asked. One without an account is alone.
    pub(super) profiles: Vec<Profile>,
}

/// Groups profiles by account, in the order of the first of each. In a group, profiles that need an
/// MFA code come last.
pub(super) fn group_profiles(profiles: Vec<Profile>) -> Vec<ProfileGroup> {
    let (mut groups, mut known) = (Vec::<ProfileGroup>::new(), HashMap::new());
    for profile in profiles {
        let account = profile.likely_account().cloned();
        let new = groups.len();
        let at = match &account {
            Some(account) => *known.entry(account.clone()).or_insert(new),
            None => new,
        };
        match groups.get_mut(at) {
            Some(group) => group.profiles.push(profile),
            None => groups.push(ProfileGroup { account, profiles: vec![profile] }),
        }
    }
    for group in &mut groups {
        group.profiles.sort_by_key(|profile| profile.mfa_serial.is_some());
    }
    groups
}

/// A pass over the profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Round {
    /// The accounts that the text names.
    Named,
    /// All others, until nothing is left to learn.
    Others,
    /// The accounts that STS has named instead.
    Confirmed,
}

/// A search in the accounts of all profiles.
pub(super) struct ProfileSearch<'a> {
    scan: &'a TextScan,
    keys: Vec<KeySearch>,
    mentions: Vec<MentionSearch>,
    /// Keys that mentions lead to. Several profiles may lead to one account.
    mentioned: Vec<FindResult>,
}

/// A key, and what the profiles asked so far have answered.
struct KeySearch {
    found: FoundId,
    /// The account that its ID encodes.
    named: Option<AccountId>,
    /// The account that STS has named.
    confirmed: Option<AccountId>,
    /// The accounts that were asked.
    asked: HashSet<AccountId>,
    /// The most specific result.
    best: Option<FindResult>,
}

/// A key that the text names without its ID.
struct MentionSearch {
    mention: KeyMention,
    is_found: bool,
    /// The first result, if no key was found.
    miss: Option<FindResult>,
}

impl KeySearch {
    /// Returns whether no other account can say more.
    fn is_settled(&self) -> bool {
        self.best.as_ref().is_some_and(|best| match &best.lookup {
            KeyLookupResult::ThisAccount { .. } | KeyLookupResult::NotListed { .. } => true,
            KeyLookupResult::Miss(miss) => matches!(
                miss,
                LookupMiss::RootKey(_)
                    | LookupMiss::SeveralOwners(_)
                    | LookupMiss::NotFound(KeyHome::ThisAccount)
            ),
            KeyLookupResult::Mention(_) => false,
        })
    }

    fn is_wanted(&self, group: Option<&AccountId>, round: Round) -> bool {
        if self.is_settled() || group.is_some_and(|group| self.asked.contains(group)) {
            return false;
        }
        match (round, group) {
            (Round::Named, group) => group.is_some() && self.named.as_ref() == group,
            (Round::Others, Some(_)) => self.confirmed.is_none(),
            (Round::Others, None) => true,
            (Round::Confirmed, group) => group.is_some() && self.confirmed.as_ref() == group,
        }
    }

    /// Notes a result of a session in an account.
    fn note(&mut self, result: FindResult, here: &AccountId) {
        match &result.lookup {
            KeyLookupResult::Miss(LookupMiss::OtherAccount { account, confirmed: true }) => {
                self.confirmed = Some(account.clone());
            }
            // The account that is named was reached. Others know no more.
            _ if self.named.as_ref() == Some(here) => self.confirmed.clone_from(&self.named),
            _ => {}
        }
        let specificity = |result: &FindResult| result.lookup.specificity();
        if self.best.as_ref().is_none_or(|best| specificity(&result) > specificity(best)) {
            self.best = Some(result);
        }
    }
}

impl MentionSearch {
    fn is_wanted(&self, group: Option<&AccountId>, round: Round) -> bool {
        match (round, group) {
            (Round::Named, Some(group)) => self.mention.other_accounts(group).is_none(),
            (Round::Named, None) => self.mention.account().is_none(),
            (Round::Others, None) => self.mention.account().is_some() && !self.is_found,
            (Round::Others, Some(_)) | (Round::Confirmed, _) => false,
        }
    }
}

impl<'a> ProfileSearch<'a> {
    /// Begins a search for everything that a text names.
    pub(super) fn new(scan: &'a TextScan) -> Self {
        let keys = scan.ids.iter().filter(|found| by_kind(&found.id).is_none());
        let keys = keys.map(|found| KeySearch {
            found: found.clone(),
            named: found.id.account(),
            confirmed: None,
            asked: HashSet::new(),
            best: None,
        });
        let mentions = KeyMention::of_text(scan).0.into_iter();
        let mentions =
            mentions.map(|mention| MentionSearch { mention, is_found: false, miss: None });
        Self { scan, keys: keys.collect(), mentions: mentions.collect(), mentioned: Vec::new() }
    }

    /// Returns whether a group is asked for anything now.
    pub(super) fn is_wanted(&self, group: &ProfileGroup, round: Round) -> bool {
        let account = group.account.as_ref();
        self.keys.iter().any(|key| key.is_wanted(account, round))
            || self.mentions.iter().any(|mention| mention.is_wanted(account, round))
    }

    /// Returns what a group is asked for now, which may be nothing.
    pub(super) fn scan_for(&self, group: &ProfileGroup, round: Round) -> TextScan {
        let account = group.account.as_ref();
        let user_names = self.scan.user_names.clone();
        let mut scan = TextScan { user_names, ..TextScan::default() };
        let keys = self.keys.iter().filter(|key| key.is_wanted(account, round));
        scan.ids.extend(keys.map(|key| key.found.clone()));
        let mentions = self.mentions.iter().filter(|mention| mention.is_wanted(account, round));
        for MentionSearch { mention, .. } in mentions {
            mention.copy(self.scan, &mut scan);
        }
        scan
    }

    /// Notes the results of a session in the account `here`, which was opened by a profile of the
    /// group. Returns whether they are complete, so that the other profiles of the group need not be
    /// asked.
    pub(super) fn note(
        &mut self,
        results: AccountResults,
        group: &ProfileGroup,
        here: &AccountId,
    ) -> bool {
        let is_there = group.account.as_ref().is_none_or(|account| account == here);
        let is_complete = is_there && results.is_complete();
        for result in results.ids {
            let key = self.keys.iter_mut().find(|key| *key.found.id.as_str() == *result.subject);
            if let Some(key) = key {
                key.note(result, here);
                if is_complete {
                    key.asked.insert(here.clone());
                }
            }
        }
        for result in results.mentions {
            let of_result = |it: &&mut MentionSearch| FoundAs::of(&it.mention) == result.origin;
            let Some(mention) = self.mentions.iter_mut().find(of_result) else { continue };
            if !result.lookup.is_found() {
                mention.miss.get_or_insert(result);
                continue;
            }
            mention.is_found = true;
            if !self.mentioned.iter().any(|known| known.subject == result.subject) {
                self.mentioned.push(result);
            }
        }
        is_complete
    }

    /// Returns whether an account that could not be read might have said more.
    pub(super) fn is_open(&self) -> bool {
        !self.mentions.is_empty() || !self.keys.iter().all(KeySearch::is_settled)
    }

    /// Returns the results in the order of the text: one for each ID, then the keys that mentions lead
    /// to, and one for each mention that leads to none.
    pub(super) fn into_results(self) -> Vec<FindResult> {
        let mut best: HashMap<_, _> =
            self.keys.into_iter().map(|key| (key.found.id, key.best)).collect();
        let mentions = &self.mentions;
        let ids = self.scan.ids.iter().filter_map(|found| {
            let of_id = |it: &MentionSearch| it.mention.label() == *found.id.as_str();
            match best.remove(&found.id).flatten() {
                Some(best) => Some(best),
                None if mentions.iter().any(of_id) => None,
                None => Some(skipped_lookup(found)),
            }
        });
        let mut results: Vec<_> = ids.collect();
        results.extend(self.mentioned);
        let misses = self.mentions.into_iter().filter(|mention| !mention.is_found);
        results.extend(misses.filter_map(|mention| mention.miss));
        results
    }
}

/// Returns the result for an ID that no profile could look up.
fn skipped_lookup(found: &FoundId) -> FindResult {
    let miss = by_kind(&found.id).unwrap_or_else(|| match found.id.account() {
        Some(account) => LookupMiss::OtherAccount { account, confirmed: false },
        None => LookupMiss::Failed(Arc::new(no_profile_error())),
    });
    let lookup = KeyLookupResult::Miss(miss);
    FindResult::new(found.id.as_str().into(), FoundAs::Id(found.form), lookup)
}

fn no_profile_error() -> ServiceError {
    ServiceError::new(ErrorKind::Other, "GetAccessKeyLastUsed", sentences::NO_PROFILE_ASKED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{KeyStatus, scan_text};

    /// Its account is 123456789012.
    const KEY: &str = "AKIARZPUZDIKFYHOWX26";
    const HOME: &str = "123456789012";
    /// It names no account.
    const OLD_KEY: &str = "AKIAIOSFODNN7EXAMPLE";

    fn account(id: &str) -> AccountId {
        AccountId::from_service(id)
    }

    /// Returns groups of profiles that lead to these accounts; `?` leads to one that is not known.
    fn groups(accounts: &[&str]) -> Vec<ProfileGroup> {
        let profile = |(number, id): (usize, &&str)| Profile {
            name: format!("p{number}").into(),
            account: (**id != *"?").then(|| account(id)),
            account_guess: None,
            region: None,
            kind: "access key".into(),
            mfa_serial: None,
        };
        group_profiles(accounts.iter().enumerate().map(profile).collect())
    }

    fn wanted(search: &ProfileSearch<'_>, groups: &[ProfileGroup], round: Round) -> Vec<usize> {
        let wanted = groups.iter().enumerate().filter(|(_, it)| search.is_wanted(it, round));
        wanted.map(|(number, _)| number).collect()
    }

    fn answer(id: &str, lookup: KeyLookupResult) -> AccountResults {
        let form = crate::model::IdForm::Exact;
        let result = FindResult::new(id.into(), FoundAs::Id(form), lookup);
        AccountResults { ids: vec![result], mentions: Vec::new() }
    }

    fn belongs_to(id: &str, confirmed: bool) -> KeyLookupResult {
        KeyLookupResult::Miss(LookupMiss::OtherAccount { account: account(id), confirmed })
    }

    fn found() -> KeyLookupResult {
        let key = Ok((KeyStatus::Active, None));
        KeyLookupResult::ThisAccount { user: None, key, last_use: None }
    }

    #[test]
    fn profiles_are_grouped_by_account_and_those_with_mfa_come_last() {
        let mut profiles = groups(&["1", "?", "2", "1", "?"]);
        assert_eq!(profiles.len(), 4);
        let mut of_first = profiles.remove(0).profiles;
        of_first[0].mfa_serial = Some("device".into());
        let sorted = group_profiles(of_first);
        let names: Vec<_> = sorted[0].profiles.iter().map(|profile| &*profile.name).collect();
        assert_eq!(names, ["p3", "p0"]);
    }

    #[test]
    fn the_account_that_an_id_names_is_asked_and_its_answer_is_enough() {
        let (scan, groups) = (scan_text(KEY), groups(&["1", HOME, "?"]));
        for lookup in [found(), KeyLookupResult::Miss(LookupMiss::NotFound(KeyHome::ThisAccount))] {
            let mut search = ProfileSearch::new(&scan);
            assert_eq!(wanted(&search, &groups, Round::Named), [1]);
            assert!(search.note(answer(KEY, lookup), &groups[1], &account(HOME)));
            assert_eq!(wanted(&search, &groups, Round::Others), [0; 0]);
            assert!(!search.is_open());
        }
    }

    #[test]
    fn after_a_failure_only_profiles_are_asked_that_may_lead_there() {
        let (scan, groups) = (scan_text(KEY), groups(&["1", HOME, "?"]));
        let mut search = ProfileSearch::new(&scan);
        assert_eq!(wanted(&search, &groups, Round::Others), [0, 1, 2], "the account is not sure");
        let other = answer(KEY, belongs_to(HOME, true));
        assert!(search.note(other, &groups[0], &account("1")));
        assert_eq!(wanted(&search, &groups, Round::Others), [2], "STS has named the account");
        assert!(search.is_open());
    }

    #[test]
    fn a_key_whose_account_only_sts_names_is_looked_up_there() {
        let (scan, groups) = (scan_text(OLD_KEY), groups(&["1", "2", "3"]));
        let mut search = ProfileSearch::new(&scan);
        assert_eq!(wanted(&search, &groups, Round::Named), [0; 0]);
        assert_eq!(wanted(&search, &groups, Round::Others), [0, 1, 2]);
        search.note(answer(OLD_KEY, belongs_to("3", true)), &groups[0], &account("1"));
        assert_eq!(wanted(&search, &groups, Round::Others), [0; 0]);
        assert_eq!(wanted(&search, &groups, Round::Confirmed), [2]);
        search.note(answer(OLD_KEY, found()), &groups[2], &account("3"));
        assert!(search.into_results()[0].lookup.is_found());
    }

    #[test]
    fn a_denial_or_another_account_does_not_answer_for_a_group() {
        let (scan, groups) = (scan_text(KEY), groups(&[HOME]));
        let mut search = ProfileSearch::new(&scan);
        let denied = Arc::new(ServiceError::new(ErrorKind::Denied, "GetAccessKeyLastUsed", "no"));
        let denied = KeyLookupResult::Miss(LookupMiss::NotPermitted(denied));
        assert!(!search.note(answer(KEY, denied), &groups[0], &account(HOME)));
        let elsewhere = belongs_to(HOME, false);
        assert!(!search.note(answer(KEY, elsewhere), &groups[0], &account("1")));
        assert_eq!(wanted(&search, &groups, Round::Named), [0]);
    }

    #[test]
    fn users_are_looked_for_in_their_account_and_masked_ids_everywhere() {
        let groups = groups(&["111122223333", HOME, "?"]);
        let asked = |text: &str| {
            let scan = scan_text(text);
            wanted(&ProfileSearch::new(&scan), &groups, Round::Named)
        };
        assert_eq!(asked("arn:aws:iam::123456789012:user/ann"), [1]);
        assert_eq!(asked("AKIA************WX26"), [0, 1, 2]);
    }
}
