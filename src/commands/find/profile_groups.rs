//! The profiles by the account that they lead to.

use std::collections::HashMap;

use crate::model::{AccountId, Profile, ServiceEndpoints};

/// Profiles that lead to one account at the same endpoints. One that answers for the account is
/// enough.
pub(super) struct ProfileGroup {
    /// The position of the group.
    pub(super) number: usize,
    /// The account, if the files name it.
    pub(super) account: Option<AccountId>,
    /// Where the account is; `None` if no session can be opened.
    pub(super) endpoints: Option<ServiceEndpoints>,
    /// The profiles, in the order in which they are asked. One without an account is alone.
    pub(super) profiles: Vec<Profile>,
}

/// Groups profiles by account and endpoints, in the order of the first of each. In a group,
/// profiles that need an MFA code come last.
pub(super) fn group_profiles(
    profiles: Vec<(Profile, Option<ServiceEndpoints>)>,
) -> Vec<ProfileGroup> {
    let (mut groups, mut known) = (Vec::<ProfileGroup>::new(), HashMap::new());
    for (profile, endpoints) in profiles {
        let (account, number) = (profile.likely_account().cloned(), groups.len());
        let at = match (&account, &endpoints) {
            (Some(account), Some(endpoints)) => {
                *known.entry((account.clone(), endpoints.clone())).or_insert(number)
            }
            _ => number,
        };
        match groups.get_mut(at) {
            Some(group) => group.profiles.push(profile),
            None => {
                groups.push(ProfileGroup { number, account, endpoints, profiles: vec![profile] });
            }
        }
    }
    for group in &mut groups {
        let profiles = std::mem::take(&mut group.profiles).into_iter();
        let (with_mfa, others): (Vec<_>, Vec<_>) =
            profiles.partition(|profile| profile.mfa_serial.is_some());
        group.profiles = others.into_iter().chain(with_mfa).collect();
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
