//! Keys of accounts without a profile, on the screen: found, deactivated, verified and recorded.

use serde_json::Value;

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::http;
use crate::support::launch::Launch;
use crate::support::pty::Pty;
use crate::support::screen_steps::{KEY, outcomes};

/// A demo with an organization, its files, and the preference for a role.
struct Organization {
    home: Home,
    demo: Demo,
    members: Vec<Value>,
}

impl Organization {
    fn start(reach: &str) -> Self {
        let home = Home::new();
        let files = home.path(".aws");
        let demo = Demo::start(&home, &["--organization", "8", "--files", files.to_str().unwrap()]);
        let members = http::get(demo.url(), "/_demo/organization");
        home.write(".config/keyflip/config.toml", &format!("[reach]\n{reach}"));
        Self { home, demo, members: serde_json::from_str(&members).unwrap() }
    }

    fn leaked_key(&self, member: usize) -> &str {
        self.members[member - 1]["leaked_key"].as_str().unwrap()
    }

    fn account(&self, member: usize) -> &str {
        self.members[member - 1]["account"].as_str().unwrap()
    }

    fn screen(&self) -> Pty {
        let launch = Launch::keyflip(&self.home, &["--profile", "demo"]);
        let pty = launch.env("AWS_ENDPOINT_URL", self.demo.url()).on_pty(120, 40);
        pty.wait_ready(KEY);
        pty
    }

    /// Returns the calls that lead from a key to its verified status, without those for other
    /// lists.
    fn calls_for(&self, key: &str, user: &str) -> Vec<String> {
        let counts = |call: &&Value| {
            let param = |name: &str| call["params"][name].as_str();
            match call["operation"].as_str().unwrap() {
                "ListAccountRoles" | "GetRoleCredentials" | "AssumeRole" | "GetCallerIdentity"
                | "UpdateAccessKey" => true,
                "GetAccessKeyLastUsed" => param("AccessKeyId") == Some(key),
                "ListAccessKeys" => param("UserName") == Some(user),
                _ => false,
            }
        };
        let calls = self.demo.calls();
        let names = calls.iter().filter(counts).map(|call| call["operation"].as_str().unwrap());
        names.map(str::to_owned).collect()
    }

    /// Pastes the leaked key of a member, opens its account, and deactivates the key. Returns the
    /// calls from the paste on that lead there.
    fn deactivate(&self, pty: &mut Pty, member: usize, route: &str) -> Vec<String> {
        let (key, user) = (self.leaked_key(member), format!("svc-api-{member:04}"));
        let before = self.calls_for(key, &user).len();
        pty.paste(&format!("leaked: {key} in a repository"));
        pty.wait_for("Key of another account");
        pty.wait_for(&format!("▸ {route}"));
        pty.wait_for(self.account(member));
        pty.press("enter");
        pty.wait_for(&format!("{key} belongs to {user}"));
        pty.ask("d");
        for words in [self.account(member), &user, key, route, "Active → Inactive"] {
            assert!(pty.words().contains(words), "{words} is not in {}", pty.screen());
        }
        pty.press("y");
        pty.wait_for_words(&format!("IAM reports {key} of {user}"));
        let mut calls = self.calls_for(key, &user).split_off(before);
        let verified = calls.iter().rposition(|call| call == "UpdateAccessKey").unwrap() + 2;
        calls.truncate(verified);
        // The first is sent in the account of the start, beside the question; the second finds the
        // owner. The dialog reads the last use again, beside the rest.
        let mut last_uses = 0;
        calls.retain(|call| {
            last_uses += usize::from(call == "GetAccessKeyLastUsed");
            call != "GetAccessKeyLastUsed" || last_uses == 2
        });
        calls
    }
}

#[test]
fn a_pasted_key_is_deactivated_in_its_account_through_identity_center() {
    let organization = Organization::start("sso_roles = [\"IncidentResponder\"]\n");
    let mut pty = organization.screen();
    let calls = organization.deactivate(&mut pty, 1, "via demo · IncidentResponder");
    assert!(calls.len() <= 8, "{}: {calls:?}", calls.len());
    let journal = organization.home.journal();
    assert_eq!(journal[0]["account"], organization.account(1));
    assert_eq!(journal[0]["route"], "via demo · IncidentResponder");
    assert_eq!(outcomes(&journal), ["verified"]);
    let changed = [(organization.leaked_key(1).to_owned(), "Inactive".to_owned())];
    assert_eq!(organization.demo.changes(), changed);
}

#[test]
fn a_pasted_key_is_deactivated_in_its_account_by_an_assumed_role() {
    let organization = Organization::start("roles = [\"OrganizationAccountAccessRole\"]\n");
    let mut pty = organization.screen();
    // Identity Center has no role for the user there, which is asked beside.
    let route = "via role OrganizationAccountAccessRole";
    let mut calls = organization.deactivate(&mut pty, 7, route);
    calls.retain(|call| call != "ListAccountRoles");
    assert!(calls.len() <= 6, "{}: {calls:?}", calls.len());
    assert_eq!(organization.home.journal()[0]["route"], route);
}

#[test]
fn keys_of_several_accounts_are_deactivated_by_one_confirmation() {
    let organization = Organization::start("sso_roles = [\"IncidentResponder\"]\n");
    let mut pty = organization.screen();
    // Member 6 is suspended: it has a row and stops no other.
    let members = [1, 2, 3, 6];
    let keys = members.map(|member| organization.leaked_key(member));
    pty.paste(&format!("{} {KEY}", keys.join("\n")));
    pty.wait_for("5 key IDs found");
    pty.wait_until("the accounts of all keys", |cells| {
        cells.contents().matches("enter opens it").count() == 4
    });
    pty.press("r");
    pty.wait_until("the keys of the other accounts", |cells| {
        let text = cells.contents();
        text.contains("svc-api-0003, ● Active") && text.contains("svc-api-0002, ● Active")
    });
    pty.wait_for_words("gives you no role there");
    pty.press("ctrl-a");
    pty.press("d");
    pty.wait_for("type 4 to confirm");
    for member in [1, 2, 3] {
        let target = format!(
            "{} of svc-api-{member:04} in {}",
            organization.leaked_key(member),
            organization.account(member)
        );
        pty.wait_for_words(&target);
    }
    assert_eq!(pty.confirm_several(), 4);
    pty.wait_for_words("IAM reports 4 of 4 keys Inactive in 4 accounts");
    let mut changed: Vec<_> = organization.demo.changes().into_iter().map(|(key, _)| key).collect();
    changed.sort_unstable();
    let mut wanted = vec![keys[0], keys[1], keys[2], KEY];
    wanted.sort_unstable();
    assert_eq!(changed, wanted);
    let journal = organization.home.journal();
    let intents = || journal.iter().filter(|line| line["line"] == "intent");
    let account_of = |key: &str| {
        intents().find(|line| line["key"] == key).unwrap()["account"].as_str().unwrap().to_owned()
    };
    for member in [1, 2, 3] {
        assert_eq!(account_of(organization.leaked_key(member)), organization.account(member));
    }
    assert_eq!(account_of(KEY), "123456789012");
    let batches: std::collections::BTreeSet<_> =
        intents().map(|line| line["batch"].as_str().unwrap()).collect();
    assert_eq!(batches.len(), 1, "one confirmation: {batches:?}");
}

#[test]
fn an_account_is_chosen_from_the_list_and_the_start_is_offered_there() {
    let organization = Organization::start("sso_roles = [\"IncidentResponder\"]\n");
    let mut pty = organization.screen();
    pty.press("p");
    pty.wait_for("team-0001");
    pty.send("0001");
    pty.wait_gone("team-0007");
    pty.press("enter");
    pty.wait_for("via demo · IncidentResponder");
    pty.press("enter");
    pty.wait_for("svc-api-0001");
    pty.wait_for_words("team-0001 300098765431");
    pty.press("p");
    pty.wait_for("Accounts and profiles");
    // Used last.
    pty.wait_for("▸ team-0001");
    pty.send("demo");
    pty.wait_gone("▸ team-0001");
    pty.press("enter");
    pty.wait_ready(KEY);
}

#[test]
fn a_setting_that_cannot_be_used_is_named_and_leaves_the_other_routes() {
    let config = "sso_roles = [\"IncidentResponder\"]\nfrom = \"hub\"\n";
    let organization = Organization::start(config);
    let mut pty = organization.screen();
    organization.deactivate(&mut pty, 1, "via demo · IncidentResponder");
    pty.press("!");
    pty.wait_for_words("from in [reach] is not used. Profile hub does not exist");
}
