//! The organization of the demo: its member accounts, by number. A member account is
//! created when it is first used; until then it is only this number.

mod member_account;

use jiff::Timestamp;

use super::ids::{account_in, unique_id};
use super::sso::sign_ins::SignIns;
use crate::demo::rng::Rng;

pub(crate) use member_account::{HUB_ROLE, reserved_role_name};

/// A role of Identity Center that may change keys.
pub(crate) const INCIDENT_RESPONDER: &str = "IncidentResponder";
/// A role of Identity Center that may only read.
pub(crate) const READ_ONLY_ACCESS: &str = "ReadOnlyAccess";
/// The key ID from before IDs named their account. It belongs to [`Special::SharedName`].
pub(crate) const OLD_KEY: &str = "AKIAIOLDGENDEMO27XQA";

/// The number that the lowest account ID, of no member, stands for.
const FIRST_ACCOUNT: u64 = 300_000_000_000;
/// The distance of account IDs. 5,000 members stay below twelve digits.
const ACCOUNT_STEP: u64 = 98_765_431;
/// The account ID with leading zeros.
const LEADING_ZEROS: &str = "004815162342";
/// The odd factor that spreads the keys of an account over its key IDs.
const KEY_STEP: u64 = 0x9e_3779_b97f;

/// The members and who is signed in to the portal.
#[derive(Debug)]
pub(crate) struct Organization {
    size: u32,
    /// Seed of the member accounts.
    pub seed: u64,
    /// URL of the endpoint, `http://127.0.0.1:PORT`.
    pub url: String,
    /// Start of the demo, from which all ages count.
    pub started: Timestamp,
    /// Tokens, clients and device codes.
    pub sign_ins: SignIns,
}

/// A member account: its number, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Member(u32);

/// What sets a member apart from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Special {
    /// Has the name of the next member, and the key [`OLD_KEY`].
    SharedName,
    /// Has the name of the member before, and an account ID with leading zeros.
    SharedNameToo,
    /// Has a name of 50 characters, and the role `BreakGlass`.
    LongName,
    /// Has a name that is not ASCII, and only the role `ReadOnlyAccess`.
    OddName,
    /// Is suspended: the portal lists it and refuses its roles.
    Suspended,
    /// Is assigned to the user without any role.
    NoRole,
    /// Has only the role `ReadOnlyAccess`.
    ReadOnly,
}

impl Organization {
    /// Creates an organization with this number of members.
    pub(crate) fn new(size: u32, seed: u64, url: &str, now: Timestamp) -> Self {
        let sign_ins = SignIns::new(seed, now);
        Self { size, seed, url: url.to_owned(), started: now, sign_ins }
    }

    /// Returns the members in order.
    pub(crate) fn members(&self) -> impl Iterator<Item = Member> + use<> {
        (1..=self.size).map(Member)
    }

    /// Returns the member with this account ID.
    pub(crate) fn member(&self, account: &str) -> Option<Member> {
        let number = if account == LEADING_ZEROS {
            3
        } else {
            let above = account.parse::<u64>().ok()?.checked_sub(FIRST_ACCOUNT)?;
            u32::try_from(above / ACCOUNT_STEP).ok()?
        };
        let member = Member(number);
        ((1..=self.size).contains(&number) && member.account() == account).then_some(member)
    }

    /// Returns the member that a key ID belongs to, if such a key exists, or would belong to.
    pub(crate) fn member_of_key(&self, id: &str) -> Option<Member> {
        if id == OLD_KEY {
            return self.members().find(|member| member.special() == Some(Special::SharedName));
        }
        self.member(&account_in(id)?)
    }
}

impl Member {
    /// Returns the number, from 1.
    pub(crate) fn number(self) -> u32 {
        self.0
    }

    fn special(self) -> Option<Special> {
        match self.0 {
            2 => Some(Special::SharedName),
            3 => Some(Special::SharedNameToo),
            4 => Some(Special::LongName),
            5 => Some(Special::OddName),
            6 => Some(Special::Suspended),
            7 => Some(Special::NoRole),
            number if number % 50 == 8 => Some(Special::ReadOnly),
            _ => None,
        }
    }

    /// Returns the account ID.
    pub(crate) fn account(self) -> String {
        if self.special() == Some(Special::SharedNameToo) {
            return LEADING_ZEROS.to_owned();
        }
        format!("{:012}", FIRST_ACCOUNT + u64::from(self.0) * ACCOUNT_STEP)
    }

    /// Returns the account's name in the organization.
    pub(crate) fn name(self) -> String {
        match self.special() {
            Some(Special::SharedNameToo) => Self(self.0 - 1).name(),
            Some(Special::LongName) => {
                format!("team-{:04}-payment-reconciliation-and-settlement-eu", self.0)
            }
            Some(Special::OddName) => format!("équipe-データ-{:04}", self.0),
            _ => format!("team-{:04}", self.0),
        }
    }

    /// Returns whether the account is suspended.
    pub(crate) fn is_suspended(self) -> bool {
        self.special() == Some(Special::Suspended)
    }

    /// Returns the names of the roles that the portal gives the user in this account.
    pub(crate) fn assigned_roles(self) -> &'static [&'static str] {
        match self.special() {
            Some(Special::NoRole) => &[],
            Some(Special::OddName | Special::ReadOnly) => &[READ_ONLY_ACCESS],
            _ => &[INCIDENT_RESPONDER, READ_ONLY_ACCESS],
        }
    }

    /// Returns the ID of the `index`th key of the account.
    fn key_id(self, seed: u64, index: u64) -> String {
        let first = Rng::new(seed ^ u64::from(self.0) << 24).next();
        let serial = first.wrapping_add(index.wrapping_mul(KEY_STEP));
        unique_id("AKIA", &self.account(), serial)
    }

    /// Returns the ID of the key that looks leaked.
    pub(crate) fn leaked_key(self, seed: u64) -> String {
        self.key_id(seed, 0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_account_id_is_valid_unique_and_leads_back_to_its_member() {
        let organization = Organization::new(5_000, 0, "", Timestamp::UNIX_EPOCH);
        let mut seen = HashSet::new();
        for member in organization.members() {
            let account = member.account();
            assert!(account.len() == 12 && account.bytes().all(|c| c.is_ascii_digit()));
            assert_eq!(organization.member(&account), Some(member));
            assert_eq!(organization.member_of_key(&member.leaked_key(7)), Some(member));
            assert!(seen.insert(account));
        }
        assert_eq!(seen.len(), 5_000);
        for other in ["123456789012", "210987654321", "300000000000", "300098765430", "", "x"] {
            assert_eq!(organization.member(other), None, "{other}");
        }
        let small = Organization::new(1, 0, "", Timestamp::UNIX_EPOCH);
        assert_eq!(small.member(&Member(2).account()), None);
        assert_eq!(small.member_of_key(OLD_KEY), None);
    }

    #[test]
    fn names_are_as_awkward_as_real_ones() {
        assert_eq!(Member(1).name(), "team-0001");
        assert_eq!((Member(2).name(), Member(3).name()), ("team-0002".into(), "team-0002".into()));
        assert_eq!(Member(4).name().len(), 50);
        assert!(!Member(5).name().is_ascii());
        assert!(Member(3).account().starts_with("00"));
        assert!(Member(6).is_suspended() && Member(7).assigned_roles().is_empty());
        assert_eq!(Member(58).assigned_roles(), [READ_ONLY_ACCESS]);
        assert_eq!(account_in(OLD_KEY), None);
    }
}
