//! A large account: thousands of generated users, the same in every run.

use jiff::{SignedDuration, Timestamp};

use super::ids::unique_id;
use super::time_format::before;
use super::types::{AccessKey, LastUse, LoginProfile, Status, User};
use super::{AccountStore, Owner};
use crate::demo::rng::Rng;

const TEAMS: [&str; 12] = [
    "billing",
    "search",
    "payments",
    "identity",
    "mobile",
    "data",
    "growth",
    "platform",
    "media",
    "risk",
    "support",
    "logistics",
];
const SERVICES: [&str; 8] = ["s3", "ec2", "dynamodb", "sqs", "lambda", "kms", "ecr", "monitoring"];
const REGIONS: [&str; 4] = ["us-east-1", "eu-central-1", "eu-west-1", "ap-northeast-1"];
/// Of fifty users, this many have one key. The others have two or none, which gives
/// 6,200 keys for 5,000 users.
const USERS_WITH_ONE_KEY: u64 = 28;
/// Of fifty users, this many have two keys.
const USERS_WITH_TWO_KEYS: u64 = 17;

impl AccountStore {
    /// Replaces the users of the demo account with `users` generated ones, among them
    /// the operator.
    pub(crate) fn generate(
        &mut self,
        users: usize,
        two_keys_each: bool,
        seed: u64,
        now: Timestamp,
    ) {
        let Some(account) = self.accounts.first_mut() else { return };
        let operator = account.user(crate::demo::OPERATOR).cloned();
        account.users.clear();
        account.owners.retain(|_, owner| *owner == Owner::Root);
        let mut operator = operator.filter(|_| users > 0);
        if let Some(user) = operator.as_mut().filter(|_| two_keys_each) {
            let id = unique_id("AKIA", &account.id, 0);
            user.keys.push(AccessKey::new(id, user.created, Status::Inactive));
        }
        let generated = (1..)
            .take(users.saturating_sub(1))
            .map(|n| user(&account.id, n, two_keys_each, seed, now));
        let everybody: Vec<_> = operator.into_iter().chain(generated).collect();
        for user in everybody {
            account.add(user);
        }
    }
}

/// Returns the `n`th user.
fn user(account: &str, n: u64, two_keys_each: bool, seed: u64, now: Timestamp) -> User {
    let mut rng = Rng::new(seed ^ n << 20);
    let team = pick(&mut rng, &TEAMS);
    let days_old = 1 + rng.below(2_200);
    let created = before(now, days(days_old));
    let is_person = rng.below(4) == 0;
    let (path, name) = if is_person {
        ("/people/", format!("{team}.person-{n:04}"))
    } else {
        ("/service/", format!("svc-{team}-{n:04}"))
    };
    let mut user = User::new(account, &name, path, created);
    user.tags.insert("team".to_owned(), team.to_owned());
    if is_person {
        user.login_profile = Some(LoginProfile { created });
        user.password_last_used = Some(before(now, days(rng.below(days_old))));
        user.groups.push("developers".to_owned());
    }
    for index in 0..key_count(n, two_keys_each) {
        // An odd factor spreads the serials without collisions.
        let id = unique_id("AKIA", account, (2 * n + index).wrapping_mul(0x9e_3779_b97f));
        user.keys.push(key(&mut rng, id, days_old, now));
    }
    user
}

fn key_count(n: u64, two_keys_each: bool) -> u64 {
    match n % 50 {
        _ if two_keys_each => 2,
        index if index < USERS_WITH_ONE_KEY => 1,
        index if index < USERS_WITH_ONE_KEY + USERS_WITH_TWO_KEYS => 2,
        _ => 0,
    }
}

fn key(rng: &mut Rng, id: String, user_days: u64, now: Timestamp) -> AccessKey {
    let age = rng.below(user_days);
    let status = if rng.below(5) == 0 { Status::Inactive } else { Status::Active };
    let mut key = AccessKey::new(id, before(now, days(age)), status);
    if rng.below(4) != 0 {
        let minutes = i64::try_from(rng.below(1 + age * 1_440)).unwrap_or(0);
        let at = before(now, SignedDuration::from_mins(minutes));
        let (service, region) = (pick(rng, &SERVICES).to_owned(), pick(rng, &REGIONS).to_owned());
        key.last_use = Some(LastUse { at, service, region });
    }
    key
}

fn days(count: u64) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::try_from(count).unwrap_or(0))
}

fn pick(rng: &mut Rng, from: &[&'static str]) -> &'static str {
    let index = usize::try_from(rng.below(from.len() as u64)).unwrap_or(0);
    from.get(index).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn ids(users: usize, two_keys_each: bool) -> Vec<String> {
        let mut store = AccountStore::demo(Timestamp::UNIX_EPOCH).unwrap();
        store.generate(users, two_keys_each, 7, Timestamp::UNIX_EPOCH);
        let account = &store.accounts[0];
        assert_eq!(account.users.len(), users);
        let keys = account.users.values().flat_map(|user| &user.keys);
        keys.map(|key| key.id.clone()).collect()
    }

    #[test]
    fn five_thousand_users_have_6200_keys_or_two_each() {
        let keys = ids(5_000, false);
        assert_eq!(keys.len(), 6_200);
        assert_eq!(keys.iter().collect::<HashSet<_>>().len(), 6_200);
        assert!(keys.iter().all(|id| id.starts_with("AKIARZPUZDIK")));
        assert_eq!(ids(5_000, true).len(), 10_000);
    }

    #[test]
    fn the_same_seed_makes_the_same_account() {
        assert_eq!(ids(500, false), ids(500, false));
    }
}
