//! Tests of the routes into other accounts: one that only the user can choose, a role that is not
//! assigned, and settings that cannot be used.

use super::other_accounts::{member, organization};
use super::{MEMBER_KEY, ends, json};
use crate::support::home::Home;

const MEMBER_1: &str = "300098765431";
/// The account of member 5, where Identity Center assigns only ReadOnlyAccess.
const MEMBER_5: &str = "300493827155";

#[test]
fn a_key_of_an_account_with_several_roles_says_to_choose_one() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    home.write(".config/keyflip/config.toml", "");
    let finding = |words: &[&str], code| {
        let rows = ends(member(&home, &demo, words), code);
        (json(&rows.stdout)[0]["Finding"].as_str().unwrap().to_owned(), rows.stdout)
    };
    let words = ["find", "--any-account", MEMBER_KEY, "--format", "json"];
    let (label, rows) = finding(&words, 1);
    assert_eq!(label, "choose a role");
    assert!(rows.contains("Give the role with --role NAME"), "{rows}");
    let with_role = [&words[..], &["--role", "ReadOnlyAccess"]].concat();
    assert_eq!(finding(&with_role, 0).0, "found");
}

#[test]
fn a_role_that_is_not_assigned_is_answered_with_those_that_are() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let words = ["list", "--account", MEMBER_5, "--role", "IncidentResponder"];
    let finished = ends(member(&home, &demo, &words), 253);
    for part in [
        "Identity Center gives you the role ReadOnlyAccess, not IncidentResponder.",
        "Could not assume the role",
        "Name a role that you have with --role, or ask who manages Identity Center for \
         IncidentResponder.",
    ] {
        assert!(finished.stderr.contains(part), "{part}: {finished:?}");
    }
    let words = ["list", "--account", MEMBER_5, "--role", "ReadOnlyAccess"];
    ends(member(&home, &demo, &words), 0);
}

#[test]
fn a_setting_that_cannot_be_used_leaves_the_other_routes() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let find = |config: &str, code| {
        home.write(".config/keyflip/config.toml", &format!("[reach]\n{config}"));
        let words = ["find", "--any-account", MEMBER_KEY, "--format", "json"];
        let finished = ends(member(&home, &demo, &words), code);
        (json(&finished.stdout)[0]["Account"] == MEMBER_1, finished.stderr)
    };
    let role = "roles = [\"OrganizationAccountAccessRole\"]\n";
    let sso = "sso_session = \"demo\"\nsso_roles = [\"IncidentResponder\"]\n";
    for (config, warning) in [
        (format!("{sso}from = \"hub\"\n"), "Warning: from in [reach] is not used. Profile hub"),
        (
            format!("{role}sso_session = \"corp\"\n"),
            "Warning: sso_session in [reach] is not used. There is no [sso-session corp]",
        ),
    ] {
        let (is_found, stderr) = find(&config, 0);
        assert!(is_found && stderr.matches(warning).count() == 1, "{stderr}");
    }
    home.write(".config/keyflip/config.toml", &format!("[reach]\n{role}from = \"hub\"\n"));
    let words = ["deactivate", MEMBER_KEY, "--any-account", "--role", "Auditor", "--yes"];
    let finished = ends(member(&home, &demo, &words), 255);
    assert!(finished.stdout.contains("Profile hub does not exist"), "{finished:?}");
    assert_eq!(demo.changes(), []);
}

#[test]
fn a_sign_in_that_cannot_be_used_leaves_the_others() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let typo =
        "[profile zz]\nsso_region = eu west 1\nsso_start_url = https://zz.example.org/start\n";
    home.write(".aws/config", &format!("{}\n{typo}", home.read(".aws/config")));
    for words in [
        &["list", "--account", "team-0001"][..],
        &["accounts"],
        &["find", "--any-account", MEMBER_KEY],
    ] {
        let finished = ends(member(&home, &demo, words), 0);
        let warning = "Warning: a sign-in of Identity Center is not used. sso_region";
        assert_eq!(finished.stderr.matches(warning).count(), 1, "{words:?}: {finished:?}");
        assert!(finished.stderr.contains("is not a valid region name"), "{words:?}: {finished:?}");
    }
}
