//! Decides which profiles are asked for what, and when the rest need not be asked. Does no I/O.
//!
//! 1. Profiles that lead to an account which the text names, by their settings or by their key.
//!    What names no account and is not the ID of a key is looked for everywhere.
//! 2. The others, for keys that were not found: those of which the account is not known may lead
//!    there. STS names the account of any key to each caller, so the first answer spares the rest:
//!    <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html>.
//! 3. Profiles that lead to an account which only STS has named.
//!
//! What is answered at one endpoint says nothing about accounts at another: a local service may use
//! the account numbers and key IDs of AWS. Only a key that AWS has is not looked for elsewhere.

use std::sync::Arc;

use crate::commands::find::account::{AccountResults, resolve_by_kind};
use crate::commands::find::key_search::KeySearch;
use crate::commands::find::mention_search::MentionSearch;
use crate::commands::find::profile_groups::{ProfileGroup, Round};
use crate::commands::find::result::{FindResult, FoundAs};
use crate::model::{AccountId, ServiceError, TextScan};
use crate::ops::key_lookup::{KeyMention, by_kind};

/// A search in the accounts of all profiles.
pub(super) struct ProfileSearch<'a> {
    scan: &'a TextScan,
    keys: Vec<KeySearch>,
    mentions: Vec<MentionSearch>,
    /// Keys that mentions lead to. Several profiles may lead to one account.
    mentioned: Vec<FindResult>,
}

impl<'a> ProfileSearch<'a> {
    /// Begins a search for everything that a text names.
    pub(super) fn new(scan: &'a TextScan) -> Self {
        let keys = scan.ids.iter().filter(|found| by_kind(&found.id).is_none());
        let keys = keys.cloned().map(KeySearch::new).collect();
        let mentions = KeyMention::of_text(scan).0.into_iter().map(MentionSearch::new).collect();
        Self { scan, keys, mentions, mentioned: Vec::new() }
    }

    /// Returns whether a group is asked for anything now.
    pub(super) fn is_wanted(&self, group: &ProfileGroup, round: Round) -> bool {
        self.keys.iter().any(|key| key.is_wanted(group, round))
            || self.mentions.iter().any(|mention| mention.is_wanted(group, round))
    }

    /// Returns what a group is asked for now, which may be nothing.
    pub(super) fn scan_for(&self, group: &ProfileGroup, round: Round) -> TextScan {
        let user_names = self.scan.user_names.clone();
        let mut scan = TextScan { user_names, ..TextScan::default() };
        let keys = self.keys.iter().filter(|key| key.is_wanted(group, round));
        scan.ids.extend(keys.map(|key| key.found.clone()));
        let mentions = self.mentions.iter().filter(|mention| mention.is_wanted(group, round));
        for MentionSearch { mention, .. } in mentions {
            mention.copy(self.scan, &mut scan);
        }
        scan
    }

    /// Notes the results of a session in the account `here`, which was opened by a profile of the
    /// group. Returns whether they are complete, so that the other profiles of the group need not
    /// be asked.
    pub(super) fn note(
        &mut self,
        results: AccountResults,
        group: &ProfileGroup,
        here: &AccountId,
    ) -> bool {
        let is_there = group.account.as_ref().is_none_or(|account| account == here);
        let is_complete = is_there && results.is_complete();
        for result in results.ids {
            let is_of = |key: &&mut KeySearch| *key.found.id.as_str() == *result.subject;
            if let Some(key) = self.keys.iter_mut().find(is_of) {
                key.note(result, group, here, is_complete);
            }
        }
        for result in results.mentions {
            let is_of =
                |it: &&mut MentionSearch| FoundAs::from_mention(&it.mention) == result.origin;
            let mention = self.mentions.iter_mut().find(is_of);
            let Some(found) = mention.and_then(|it| it.note(result, group)) else { continue };
            if !self.mentioned.iter().any(|known| known.is_same_key(&found)) {
                self.mentioned.push(found);
            }
        }
        is_complete
    }

    /// Notes that no profile of a group has answered in full, with the error if a session could not
    /// be opened. It is not asked again.
    pub(super) fn give_up(
        &mut self,
        group: &ProfileGroup,
        round: Round,
        error: Option<&Arc<ServiceError>>,
    ) {
        for key in self.keys.iter_mut().filter(|key| key.is_wanted(group, round)) {
            key.give_up(group, error);
        }
        let Some(error) = error else { return };
        for mention in self.mentions.iter_mut().filter(|it| it.is_wanted(group, round)) {
            mention.give_up(group, error);
        }
    }

    /// Returns whether an account that could not be read might have said more.
    pub(super) fn is_unanswered(&self) -> bool {
        self.mentions.iter().any(MentionSearch::is_unanswered)
            || self.keys.iter().any(KeySearch::is_unanswered)
    }

    /// Returns the results in the order of the text: those of each ID, then the keys that mentions
    /// lead to, and one for each mention that leads to none.
    pub(super) fn into_results(self) -> Vec<FindResult> {
        let Self { scan, mut keys, mentions, mentioned } = self;
        let mut results = Vec::new();
        for found in &scan.ids {
            if let Some(at) = keys.iter().position(|key| key.found.id == found.id) {
                results.extend(keys.swap_remove(at).into_results());
            } else if !mentions.iter().any(|it| it.mention.label() == *found.id.as_str()) {
                results.extend(resolve_by_kind(found));
            }
        }
        results.extend(mentioned);
        results.extend(mentions.into_iter().filter_map(MentionSearch::into_miss));
        results
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::find::profile_groups::group_profiles;
    use crate::commands::key_lookup::{KeyLookupResult, MentionMiss};
    use crate::commands::list::UsersRead;
    use crate::model::{Endpoint, ErrorKind, KeyStatus, Profile, ServiceEndpoints, scan_text};
    use crate::ops::key_lookup::{KeyHome, LookupMiss};

    /// Its account is 123456789012.
    const KEY: &str = "AKIARZPUZDIKFYHOWX26";
    const HOME: &str = "123456789012";
    /// It names no account.
    const OLD_KEY: &str = "AKIAIOSFODNN7EXAMPLE";

    fn account(id: &str) -> AccountId {
        AccountId::from_service(id)
    }

    /// Returns the endpoints of AWS, or of a service with this URL.
    fn endpoints(url: Option<&str>) -> ServiceEndpoints {
        let endpoint = url.map_or(Endpoint::Aws, |url| Endpoint::Custom(url.into()));
        ServiceEndpoints::new(&endpoint, &endpoint, "aws")
    }

    /// Returns groups of profiles that lead to these accounts; `?` leads to one that is not known.
    /// One with `@URL` leads to a service that is not AWS's.
    fn groups(accounts: &[&str]) -> Vec<ProfileGroup> {
        let profile = |(number, place): (usize, &&str)| {
            let (id, url) =
                place.split_once('@').map_or((*place, None), |(id, url)| (id, Some(url)));
            let profile = Profile {
                name: format!("p{number}").into(),
                account: (id != "?").then(|| account(id)),
                account_guess: None,
                region: None,
                kind: "access key".into(),
                mfa_serial: None,
            };
            (profile, Some(endpoints(url)))
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

    fn denied() -> KeyLookupResult {
        let error = ServiceError::new(ErrorKind::Denied, "GetAccessKeyLastUsed", "no");
        KeyLookupResult::Miss(LookupMiss::NotPermitted(Arc::new(error)))
    }

    /// Returns the error of a session that could not be opened.
    fn expired() -> Arc<ServiceError> {
        Arc::new(ServiceError::new(ErrorKind::Expired, "GetCallerIdentity", "expired"))
    }

    fn labels(search: ProfileSearch<'_>) -> Vec<&'static str> {
        search.into_results().iter().map(|result| result.lookup.label()).collect()
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
        let of_first = of_first.into_iter().map(|profile| (profile, Some(endpoints(None))));
        let sorted = group_profiles(of_first.collect());
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
            assert!(!search.is_unanswered());
        }
    }

    #[test]
    fn after_a_failure_only_profiles_are_asked_that_may_lead_there() {
        let (scan, groups) = (scan_text(KEY), groups(&["1", HOME, "?"]));
        let mut search = ProfileSearch::new(&scan);
        search.give_up(&groups[1], Round::Named, Some(&expired()));
        assert_eq!(wanted(&search, &groups, Round::Others), [0, 2], "the account is not sure");
        let other = answer(KEY, belongs_to(HOME, true));
        assert!(search.note(other, &groups[0], &account("1")));
        assert_eq!(wanted(&search, &groups, Round::Others), [2], "STS has named the account");
        assert!(search.is_unanswered());
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
        assert!(!search.note(answer(KEY, denied()), &groups[0], &account(HOME)));
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

    #[test]
    fn an_account_number_at_another_endpoint_is_another_account() {
        let (scan, groups) = (scan_text(KEY), groups(&["123456789012@http://mock", HOME]));
        assert_eq!(groups.len(), 2);
        let mut search = ProfileSearch::new(&scan);
        assert_eq!(wanted(&search, &groups, Round::Named), [0, 1]);
        let deleted = KeyLookupResult::Miss(LookupMiss::NotFound(KeyHome::ThisAccount));
        assert!(search.note(answer(KEY, deleted), &groups[0], &account(HOME)));
        assert_eq!(wanted(&search, &groups, Round::Named), [1], "AWS has not answered");
        search.give_up(&groups[1], Round::Named, Some(&expired()));
        assert!(search.is_unanswered());
        assert_eq!(labels(search), ["failed"], "the account of AWS counts");
        let mut search = ProfileSearch::new(&scan);
        search.give_up(&groups[0], Round::Named, Some(&expired()));
        search.note(answer(KEY, found()), &groups[1], &account(HOME));
        assert!(!search.is_unanswered());
        assert_eq!(labels(search), ["found"], "AWS has it, whatever the local service says");
    }

    #[test]
    fn only_the_sts_of_an_endpoint_decides_which_of_its_profiles_are_asked() {
        let places = ["1@http://mock", "2@http://mock", "3", "4"];
        let (scan, groups) = (scan_text(OLD_KEY), groups(&places));
        let mut search = ProfileSearch::new(&scan);
        search.note(answer(OLD_KEY, belongs_to("3", true)), &groups[0], &account("1"));
        assert_eq!(wanted(&search, &groups, Round::Others), [2, 3], "all of AWS");
        assert_eq!(wanted(&search, &groups, Round::Confirmed), [0; 0], "3 is not there");
        search.note(answer(OLD_KEY, belongs_to("4", true)), &groups[2], &account("3"));
        assert_eq!(wanted(&search, &groups, Round::Confirmed), [3]);
        search.note(answer(OLD_KEY, found()), &groups[3], &account("4"));
        assert_eq!(labels(search), ["found"]);
    }

    #[test]
    fn a_key_of_a_local_service_is_looked_for_in_aws_but_not_the_other_way_round() {
        let (scan, groups) = (scan_text(OLD_KEY), groups(&["1@http://mock", "2"]));
        for (first, second) in [(0, vec![1]), (1, vec![])] {
            let mut search = ProfileSearch::new(&scan);
            let of_group = groups[first].account.clone().unwrap();
            search.note(answer(OLD_KEY, found()), &groups[first], &of_group);
            assert_eq!(wanted(&search, &groups, Round::Others), second);
        }
    }

    #[test]
    fn a_failure_in_the_account_of_a_key_counts_more_than_what_others_guess() {
        let (scan, groups) = (scan_text(KEY), groups(&[HOME, "1"]));
        for (confirmed, is_denied) in [(false, false), (true, false), (false, true), (true, true)] {
            let mut search = ProfileSearch::new(&scan);
            let error = expired();
            if is_denied {
                search.note(answer(KEY, denied()), &groups[0], &account(HOME));
            }
            search.give_up(&groups[0], Round::Named, (!is_denied).then_some(&error));
            search.note(answer(KEY, belongs_to(HOME, confirmed)), &groups[1], &account("1"));
            assert!(search.is_unanswered());
            assert_eq!(labels(search), [if is_denied { "denied" } else { "failed" }]);
        }
    }

    #[test]
    fn a_group_that_did_not_answer_is_not_asked_again() {
        let (scan, groups) = (scan_text(KEY), groups(&[HOME, "?"]));
        let mut search = ProfileSearch::new(&scan);
        search.note(answer(KEY, denied()), &groups[0], &account(HOME));
        search.give_up(&groups[0], Round::Named, None);
        assert_eq!(wanted(&search, &groups, Round::Others), [1]);
        search.give_up(&groups[1], Round::Others, Some(&expired()));
        assert_eq!(wanted(&search, &groups, Round::Others), [0; 0]);
        assert_eq!(wanted(&search, &groups, Round::Confirmed), [0; 0]);
        assert_eq!(labels(search), ["denied"]);
    }

    #[test]
    fn a_masked_id_that_is_nowhere_has_one_result_for_all_accounts() {
        let (scan, groups) = (scan_text("AKIA************WX26"), groups(&["1", "2", "3"]));
        let missing = || {
            let origin = FoundAs::Masked("AKIA************WX26".into());
            let miss =
                MentionMiss::NoMatch { users: UsersRead { read: 5, listed: 5 }, incomplete: None };
            let lookup = KeyLookupResult::Mention(miss);
            let result = FindResult::new("AKIA************WX26".into(), origin, lookup);
            AccountResults { ids: Vec::new(), mentions: vec![result] }
        };
        let after = |missing_in: &[usize], failed_in: &[usize]| {
            let mut search = ProfileSearch::new(&scan);
            for at in missing_in {
                let here = groups[*at].account.clone().unwrap();
                assert!(search.note(missing(), &groups[*at], &here));
            }
            for at in failed_in {
                search.give_up(&groups[*at], Round::Named, Some(&expired()));
            }
            assert_eq!(search.is_unanswered(), !failed_in.is_empty());
            match search.into_results().remove(0) {
                FindResult { lookup: KeyLookupResult::Mention(miss), label, .. } => (miss, label),
                other => panic!("{:?}", other.lookup),
            }
        };
        assert!(matches!(after(&[0], &[]).0, MentionMiss::NoMatch { .. }));
        assert!(matches!(after(&[], &[0]).0, MentionMiss::Failed(_)));
        let (miss, label) = after(&[0, 2], &[]);
        assert!(matches!(miss, MentionMiss::InNoAccount { is_partial: false }), "{miss:?}");
        assert_eq!(label.as_deref(), Some("the 2 accounts that were read"));
        let (miss, label) = after(&[0], &[1]);
        assert!(matches!(miss, MentionMiss::InNoAccount { is_partial: true }), "{miss:?}");
        assert_eq!(label.as_deref(), Some("the 1 account that was read"));
    }

    #[test]
    fn a_user_of_an_account_without_a_profile_has_a_result() {
        let (scan, groups) = (scan_text("arn:aws:iam::999988887777:user/ann"), groups(&["1"]));
        let search = ProfileSearch::new(&scan);
        assert_eq!(wanted(&search, &groups, Round::Named), [0; 0]);
        assert_eq!(labels(search), ["other account"]);
    }
}
