//! Users that IAM does not allow, as a broken or malicious endpoint might return them.

use jiff::Timestamp;

use super::AccountStore;
use super::types::{AccessKey, Status, User};

/// The path of the hostile users.
const HOSTILE_USER_PATH: &str = "/hostile/";

impl AccountStore {
    /// Adds the hostile users to the demo account, or removes them.
    pub(crate) fn set_hostile(&mut self, names: bool, ids: bool, now: Timestamp) {
        let Some(account) = self.accounts.first_mut() else { return };
        account.users.retain(|_, user| user.path != HOSTILE_USER_PATH);
        let id = account.id.clone();
        let users = names.then(|| hostile_names(&id, now)).into_iter().flatten();
        let everybody: Vec<_> = users.chain(ids.then(|| hostile_ids(&id, now))).collect();
        for user in everybody {
            account.add(user);
        }
    }
}

fn hostile_names(account: &str, now: Timestamp) -> Vec<User> {
    let names = [
        "escape\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m".to_owned(),
        "bidi-\u{202e}nimda\u{2066}".to_owned(),
        "zero\u{200b}width\u{feff}\u{ad}".to_owned(),
        "line\nfeed\r\ttab".to_owned(),
        format!("long-{}", "x".repeat(10_000)),
        format!("combining-{}", "e\u{301}\u{302}\u{303}".repeat(200)),
    ];
    let user = |(place, name): (u64, &String)| {
        let mut user = User::new(account, name, HOSTILE_USER_PATH, now);
        let id = super::ids::unique_id("AKIA", account, 0x4_0000_0000 + place);
        user.keys.push(AccessKey::new(id, now, Status::Active));
        user.tags.insert(name.clone(), name.clone());
        user.groups.push(name.clone());
        user.inline.push(name.clone());
        user
    };
    (0..).zip(&names).map(user).collect()
}

fn hostile_ids(account: &str, now: Timestamp) -> User {
    let ids = ["SHORT", "", "AKIA RZPUZDIK-\u{1b}[31m", "akiarzpuzdikfyhowx26"].map(str::to_owned);
    let mut user = User::new(account, "odd-key-ids", HOSTILE_USER_PATH, now);
    user.keys = ids
        .into_iter()
        .chain([format!("AKIA{}", "A".repeat(10_000))])
        .map(|id| AccessKey::new(id, now, Status::Active))
        .collect();
    user
}
