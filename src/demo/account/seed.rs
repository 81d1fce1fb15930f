//! The demo's accounts, parsed from `assets/demo/`.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde::Deserialize;

use super::ids::derived_id;
use super::time_format::{before, parse_age};
use super::types::{
    AccessKey, Certificate, LastUse, LoginProfile, MfaDevice, Role, Root, ServiceCredential,
    Status, User,
};
use super::{Account, AccountStore, Contradictions, Owner};

const ACCOUNT_FILES: [&str; 2] = [
    include_str!("../../../assets/demo/acme-prod.toml"),
    include_str!("../../../assets/demo/acme-staging.toml"),
];

impl AccountStore {
    /// Returns the two accounts of the demo as of `now`.
    ///
    /// # Errors
    /// Returns an error if the embedded data is invalid, which a test rules out.
    pub(crate) fn demo(now: Timestamp) -> Result<Self, toml::de::Error> {
        let accounts =
            ACCOUNT_FILES.iter().map(|text| account(text, now)).collect::<Result<_, _>>()?;
        Ok(Self {
            accounts,
            created: HashMap::new(),
            organization: None,
            sessions: HashMap::new(),
            issued: 0,
            started: now,
        })
    }
}

fn account(text: &str, now: Timestamp) -> Result<Account, toml::de::Error> {
    let data: AccountData = toml::from_str(text)?;
    let id = data.account.as_str();
    let root = data.root.build(id, now);
    let owners = root.keys.iter().map(|key| (key.id.clone(), Owner::Root)).collect();
    let roles = data.roles.into_iter().map(|role| role.build(id)).collect();
    let mut account = Account {
        id: id.to_owned(),
        alias: data.alias,
        root,
        roles,
        users: BTreeMap::new(),
        owners,
        contradictions: Contradictions::default(),
        report: None,
        trail: None,
    };
    for user in data.users {
        account.add(user.build(id, now));
    }
    Ok(account)
}

/// An age: a time before the start of the demo.
pub(super) struct Age(jiff::SignedDuration);

impl Age {
    pub(super) fn from(&self, now: Timestamp) -> Timestamp {
        before(now, self.0)
    }
}

impl<'de> Deserialize<'de> for Age {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_age(&text).map(Self).ok_or_else(|| {
            serde::de::Error::custom(format!("“{text}” is not an age such as 90s, 3m, 4h or 412d"))
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountData {
    account: String,
    alias: Option<String>,
    root: RootData,
    #[serde(default)]
    roles: Vec<RoleData>,
    users: Vec<UserData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RootData {
    created: Age,
    password_last_used: Option<Age>,
    mfa: Option<Age>,
    #[serde(default)]
    keys: Vec<KeyData>,
}

impl RootData {
    fn build(self, account: &str, now: Timestamp) -> Root {
        Root {
            created: self.created.from(now),
            password_last_used: self.password_last_used.map(|age| age.from(now)),
            mfa: self.mfa.map(|age| MfaDevice {
                serial: format!("arn:aws:iam::{account}:mfa/root-account-mfa-device"),
                enabled: age.from(now),
            }),
            keys: self.keys.into_iter().map(|key| key.build(now)).collect(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleData {
    name: String,
    #[serde(default = "no_path")]
    path: String,
    #[serde(default)]
    trust: Vec<String>,
    #[serde(default)]
    needs_mfa: bool,
    external_id: Option<String>,
    #[serde(default)]
    web_identity: bool,
    #[serde(default)]
    read_only: bool,
    #[serde(default = "one_hour")]
    max_seconds: i64,
}

fn no_path() -> String {
    "/".to_owned()
}

fn one_hour() -> i64 {
    3_600
}

impl RoleData {
    fn build(self, account: &str) -> Role {
        Role {
            id: derived_id("AROA", account, &self.name),
            name: self.name,
            path: self.path,
            trust: self.trust,
            needs_mfa: self.needs_mfa,
            external_id: self.external_id,
            web_identity: self.web_identity,
            read_only: self.read_only,
            max_seconds: self.max_seconds,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserData {
    name: String,
    #[serde(default = "no_path")]
    path: String,
    created: Age,
    password: Option<Age>,
    password_last_used: Option<Age>,
    mfa: Option<Age>,
    boundary: Option<String>,
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    attached: Vec<String>,
    #[serde(default)]
    inline: Vec<String>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    #[serde(default)]
    keys: Vec<KeyData>,
    #[serde(default)]
    service_credentials: Vec<ServiceCredentialData>,
    #[serde(default)]
    certificates: Vec<CertificateData>,
}

impl UserData {
    fn build(self, account: &str, now: Timestamp) -> User {
        let name = self.name.as_str();
        let user = User::new(account, name, &self.path, self.created.from(now));
        let number = |n: usize| if n == 0 { String::new() } else { format!("+{n}") };
        User {
            password_last_used: self.password_last_used.map(|age| age.from(now)),
            login_profile: self.password.map(|age| LoginProfile { created: age.from(now) }),
            mfa: Vec::from_iter(self.mfa.map(|age| MfaDevice {
                serial: format!("arn:aws:iam::{account}:mfa/{name}"),
                enabled: age.from(now),
            })),
            boundary: self.boundary,
            groups: self.groups,
            attached: self.attached,
            inline: self.inline,
            tags: self.tags,
            keys: self.keys.into_iter().map(|key| key.build(now)).collect(),
            service_credentials: (0..)
                .zip(self.service_credentials)
                .map(|(n, data)| ServiceCredential {
                    id: derived_id("ACCA", account, &format!("{name}/{n}")),
                    user_name: format!("{name}{}-at-{account}", number(n)),
                    service: data.service,
                    created: data.created.from(now),
                    status: data.status,
                })
                .collect(),
            certificates: (0..)
                .zip(self.certificates)
                .map(|(n, data): (usize, _)| Certificate {
                    id: derived_id("", account, &format!("{name}/certificate/{n}")),
                    uploaded: data.uploaded.from(now),
                    status: data.status,
                })
                .collect(),
            ..user
        }
    }
}

fn active() -> Status {
    Status::Active
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyData {
    id: String,
    status: Status,
    created: Age,
    used: Option<UseData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UseData {
    ago: Age,
    service: String,
    region: String,
}

impl KeyData {
    fn build(self, now: Timestamp) -> AccessKey {
        let mut key = AccessKey::new(self.id, self.created.from(now), self.status);
        key.last_use = self.used.map(|used| LastUse {
            at: used.ago.from(now),
            service: used.service,
            region: used.region,
        });
        key
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServiceCredentialData {
    service: String,
    created: Age,
    #[serde(default = "active")]
    status: Status,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CertificateData {
    uploaded: Age,
    #[serde(default = "active")]
    status: Status,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::demo::account::MAX_KEYS_PER_USER;
    use crate::demo::account::ids::account_in;

    #[test]
    fn the_demo_accounts_respect_the_limits_of_iam() {
        let store = AccountStore::demo(Timestamp::now()).unwrap();
        let mut seen = HashSet::new();
        for account in &store.accounts {
            for user in account.users.values() {
                assert!(
                    user.name.len() <= 64 && user.keys.len() <= MAX_KEYS_PER_USER,
                    "{}",
                    user.name
                );
                for key in &user.keys {
                    assert_eq!(account_in(&key.id).as_deref(), Some(account.id.as_str()));
                    assert!(key.created >= user.created, "{} is older than its user", key.id);
                    assert!(
                        key.last_use.as_ref().is_none_or(|used| used.at >= key.created),
                        "{}",
                        key.id
                    );
                    assert!(seen.insert(key.id.clone()), "{} twice", key.id);
                }
            }
        }
    }

    #[test]
    fn the_demo_account_has_every_kind_of_user() {
        let store = AccountStore::demo(Timestamp::now()).unwrap();
        let users: Vec<_> = store.accounts[0].users.values().collect();
        for keys in 0..=2 {
            assert!(users.iter().any(|user| user.keys.len() == keys), "{keys} keys");
        }
        assert!(users.iter().any(|user| user.is_quarantined()));
        assert!(users.iter().any(|user| user.tags.values().any(|value| !value.is_ascii())));
        assert!(users.iter().any(|user| !user.certificates.is_empty()));
        assert!(users.iter().any(|user| !user.service_credentials.is_empty()));
        assert!((40..=45).contains(&users.len()));
    }
}
