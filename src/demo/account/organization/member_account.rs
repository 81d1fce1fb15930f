//! Creates the member accounts and finds accounts by their IDs.

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{INCIDENT_RESPONDER, Member, OLD_KEY, Organization, READ_ONLY_ACCESS, Special};
use crate::demo::OPERATOR;
use crate::demo::account::ids::{account_in, derived_id};
use crate::demo::account::time_format::before;
use crate::demo::account::types::{AccessKey, LastUse, LoginProfile, Role, Root, Status, User};
use crate::demo::account::{Account, AccountStore, Contradictions};
use crate::demo::rng::Rng;

/// Path of the IAM roles of Identity Center.
const SSO_ROLE_PATH: &str = "/aws-reserved/sso.amazonaws.com/";
/// The external ID of the role `BreakGlass`.
const BREAK_GLASS_EXTERNAL_ID: &str = "acme-7731";
/// The role that every member account has for the operator of the first account.
pub(crate) const HUB_ROLE: &str = "OrganizationAccountAccessRole";
/// Where the leaked key was used last; all other keys are used in other Regions.
const LEAKED_KEY_REGION: &str = "ap-southeast-3";

/// The users of a member account: start of the name, path, and whether each key is active.
/// The first key of [`LEAKED_USER`] is that of [`Member::leaked_key`].
const USERS: [(&str, &str, &[bool]); 5] = [
    (LEAKED_USER, "/service/", &[true, false]),
    ("ci-deploy", "/ci/", &[true, true]),
    ("svc-backup", "/service/", &[true]),
    (PERSON, "/people/", &[true, false]),
    ("svc-legacy", "/service/", &[true]),
];
/// The user with the leaked key.
const LEAKED_USER: &str = "svc-api";
/// The user with a password.
const PERSON: &str = "ana.sousa";
/// The index of the key that has [`OLD_KEY`] in the account with an old key.
const OLD_KEY_INDEX: u64 = 7;

/// Returns the name of the IAM role that Identity Center creates for one of its roles.
pub(crate) fn reserved_role_name(role: &str) -> String {
    format!("AWSReservedSSO_{role}_0123456789abcdef")
}

impl AccountStore {
    /// Adds an organization. The built-in accounts get the roles of Identity Center.
    pub(crate) fn join(&mut self, organization: Organization) {
        for account in &mut self.accounts {
            let roles = [INCIDENT_RESPONDER, READ_ONLY_ACCESS];
            account.roles.extend(roles.map(|role| sso_role(&account.id, role)));
        }
        self.organization = Some(organization);
    }

    /// Returns the index of the account with this ID. Creates the account if it is a
    /// member that was not used before.
    pub(crate) fn account_index(&mut self, id: &str) -> Option<usize> {
        if let Some(index) = self.built_in_index(id).or_else(|| self.created.get(id).copied()) {
            return Some(index);
        }
        let organization = self.organization.as_ref()?;
        let account = build(organization.member(id)?, organization);
        let index = self.accounts.len();
        self.created.insert(account.id.clone(), index);
        self.accounts.push(account);
        Some(index)
    }

    /// Returns the index of the account of a long-term key that exists.
    pub(crate) fn account_of_key(&mut self, id: &str) -> Option<usize> {
        let member = self.organization.as_ref().and_then(|all| all.member_of_key(id));
        if let Some(index) = member.and_then(|member| self.account_index(&member.account()))
            && self.accounts[index].owners.contains_key(id)
        {
            return Some(index);
        }
        self.accounts.iter().position(|account| account.owners.contains_key(id))
    }

    /// Returns the account that a key ID belongs to, or would belong to, without creating
    /// the account.
    pub(crate) fn account_named_by_key(&self, id: &str) -> Option<String> {
        let member = self.organization.as_ref().and_then(|all| all.member_of_key(id));
        member.map(Member::account).or_else(|| account_in(id))
    }

    /// Returns whether the account is suspended. Nothing in it can be used.
    pub(crate) fn is_suspended(&self, index: usize) -> bool {
        let id = self.accounts.get(index).map(|account| account.id.as_str());
        let member = self.organization.as_ref().zip(id).and_then(|(all, id)| all.member(id));
        member.is_some_and(Member::is_suspended)
    }

    /// Returns the members as JSON, for tests. None of them is created.
    pub(crate) fn describe_organization(&self) -> Value {
        let Some(organization) = &self.organization else { return json!([]) };
        let member = |member: Member| {
            json!({
                "number": member.number(),
                "account": member.account(),
                "name": member.name(),
                "suspended": member.is_suspended(),
                "roles": member.assigned_roles(),
                "leaked_key": member.leaked_key(organization.seed),
                "leaked_user": user_name(LEAKED_USER, member),
            })
        };
        organization.members().map(member).collect()
    }

    fn built_in_index(&self, id: &str) -> Option<usize> {
        let count = self.accounts.len() - self.created.len();
        self.accounts[..count].iter().position(|account| account.id == id)
    }

    /// Returns the built-in accounts: ID and name.
    pub(crate) fn built_in_accounts(&self) -> impl Iterator<Item = (String, String)> {
        let count = self.accounts.len() - self.created.len();
        let named = |account: &Account| {
            (account.id.clone(), account.alias.clone().unwrap_or_else(|| account.id.clone()))
        };
        self.accounts[..count].iter().map(named)
    }
}

/// Creates the account of a member as of the start of the demo.
fn build(member: Member, organization: &Organization) -> Account {
    let (id, now) = (member.account(), organization.started);
    let mut rng = Rng::new(organization.seed ^ u64::from(member.number()) << 32);
    let age = 400 + rng.below(2_000);
    let mut account = Account {
        alias: Some(format!("acme-team-{:04}", member.number())),
        root: Root {
            created: days_ago(now, age),
            password_last_used: None,
            mfa: None,
            keys: Vec::new(),
        },
        roles: roles(member, &id),
        users: BTreeMap::new(),
        owners: HashMap::new(),
        contradictions: Contradictions::default(),
        report: None,
        trail: None,
        id,
    };
    let mut index = 0;
    for (start, path, keys) in USERS {
        let name = user_name(start, member);
        let user_age = 30 + rng.below(age - 30);
        let mut user = User::new(&account.id, &name, path, days_ago(now, user_age));
        user.tags.insert("team".to_owned(), member.name());
        match start {
            PERSON => user.login_profile = Some(LoginProfile { created: user.created }),
            LEAKED_USER => {
                let policy = "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3";
                user.attached.push(policy.to_owned());
            }
            _ => {}
        }
        for is_active in keys {
            user.keys.push(key(&mut rng, member, organization, index, user_age, *is_active));
            index += 1;
        }
        account.add(user);
    }
    account
}

fn user_name(start: &str, member: Member) -> String {
    format!("{start}-{:04}", member.number())
}

/// Creates the `index`th key of an account.
fn key(
    rng: &mut Rng,
    member: Member,
    organization: &Organization,
    index: u64,
    user_age: u64,
    is_active: bool,
) -> AccessKey {
    let now = organization.started;
    let is_old = index == OLD_KEY_INDEX && member.special() == Some(Special::SharedName);
    let id = if is_old { OLD_KEY.to_owned() } else { member.key_id(organization.seed, index) };
    let key_age = 1 + rng.below(user_age - 1);
    let status = if is_active { Status::Active } else { Status::Inactive };
    let mut key = AccessKey::new(id, days_ago(now, key_age), status);
    let minutes = i64::try_from(1 + rng.below(key_age * 1_440 - 1)).unwrap_or(1);
    let (ago, service, region) = match index {
        0 => (1 + minutes % 30, "ec2", LEAKED_KEY_REGION),
        _ => (minutes, "s3", "us-east-1"),
    };
    let at = before(now, SignedDuration::from_mins(ago));
    key.last_use = Some(LastUse { at, service: service.to_owned(), region: region.to_owned() });
    key
}

/// Returns the roles of a member account.
fn roles(member: Member, account: &str) -> Vec<Role> {
    let operator = format!("arn:aws:iam::123456789012:user/{OPERATOR}");
    let hub = Role { trust: vec![operator], ..role(account, HUB_ROLE, "/") };
    let mut roles = Vec::new();
    if member.special() == Some(Special::LongName) {
        roles.push(Role {
            trust: hub.trust.clone(),
            external_id: Some(BREAK_GLASS_EXTERNAL_ID.to_owned()),
            ..role(account, "BreakGlass", "/")
        });
    }
    roles.push(hub);
    roles.extend(member.assigned_roles().iter().map(|role| sso_role(account, role)));
    roles
}

/// Returns the IAM role of a role of Identity Center. AssumeRole cannot assume it.
fn sso_role(account: &str, name: &str) -> Role {
    let read_only = name == READ_ONLY_ACCESS;
    Role { read_only, ..role(account, &reserved_role_name(name), SSO_ROLE_PATH) }
}

/// Returns a role that nobody may assume.
fn role(account: &str, name: &str, path: &str) -> Role {
    Role {
        name: name.to_owned(),
        path: path.to_owned(),
        id: derived_id("AROA", account, name),
        trust: Vec::new(),
        needs_mfa: false,
        external_id: None,
        web_identity: false,
        read_only: false,
        max_seconds: 3_600,
    }
}

fn days_ago(now: Timestamp, days: u64) -> Timestamp {
    before(now, SignedDuration::from_hours(24 * i64::try_from(days).unwrap_or(0)))
}
