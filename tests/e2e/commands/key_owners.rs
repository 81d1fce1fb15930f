//! Tests of keys whose owner was just renamed or deleted, and of keys listed for two users.

use serde_json::json;

use super::{KEY, OTHER_KEY, USER, at, ends, operations};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::moto::Moto;
use crate::support::screen_steps::JOURNAL;

/// The message used by the commands and the screen.
const UNKNOWN: &str =
    "IAM knows no such user (renamed or deleted just now?). The key may still be Active.";

const NEW_NAME: &str = "svc-billing-new";

/// An active key of ci-deploy-0007.
const THIRD_KEY: &str = "AKIARZPUZDIKNHN4FYRQ";
const THIRD_USER: &str = "ci-deploy-0007";

fn renamed(demo: &Demo, forgotten: bool) {
    demo.apply(&json!({ "rename_user": { "user": USER, "to": NEW_NAME, "forgotten": forgotten } }));
}

fn changes(demo: &Demo) -> usize {
    operations(demo).iter().filter(|operation| *operation == "UpdateAccessKey").count()
}

#[test]
fn a_key_of_a_renamed_user_is_not_reported_as_deleted() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    renamed(&demo, false);
    let found = ends(at(&home, &demo, &["find", KEY]), 1).stdout;
    assert!(
        found.contains(&format!("IAM names {USER} as the owner of {KEY} in "))
            && found.contains(UNKNOWN),
        "{found}"
    );
    for command in ["deactivate", "activate"] {
        let reported = ends(at(&home, &demo, &[command, KEY, "--yes"]), 1).stdout;
        assert!(
            reported.contains(UNKNOWN) && reported.contains("Nothing was sent."),
            "{command}: {reported}"
        );
        assert!(reported.contains(&format!("keyflip list {KEY}")), "{command}: {reported}");
    }
    assert_eq!(changes(&demo), 0);
    // The advice in the message works.
    let listed = ends(at(&home, &demo, &["list", KEY, "--format", "csv"]), 0).stdout;
    assert!(listed.contains(&format!("{NEW_NAME},{KEY},Active,")), "{listed}");
    let words = ["--access-key-id", KEY, "--user-name", NEW_NAME, "--status", "Inactive"];
    ends(at(&home, &demo, &[&["update-access-key"], &words[..]].concat()), 0);
}

#[test]
fn a_key_of_a_user_renamed_in_moto_is_found() {
    let Some(moto) = Moto::start() else { return };
    let home = Home::new();
    let key = moto.create_user("ann", None);
    moto.rename_user("ann", "ann-new");
    let operator = moto.operator();
    let run = |words: &[&str], code| {
        let launch = Launch::keyflip(&home, words);
        let launch = launch.signed_by(operator.access_key_id(), operator.secret_access_key());
        ends(launch.env("AWS_ENDPOINT_URL", moto.url()), code).stdout
    };
    let found = run(&["find", key.access_key_id()], 1);
    assert!(found.contains(UNKNOWN) && !found.contains("never existed"), "{found}");
    let listed = run(&["list", key.access_key_id(), "--format", "csv"], 0);
    assert!(listed.contains("ann-new,"), "{listed}");
}

#[test]
fn an_undo_for_a_renamed_user_sends_nothing() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    ends(at(&home, &demo, &["deactivate", KEY, "--yes"]), 0);
    renamed(&demo, false);
    let reported = ends(at(&home, &demo, &["undo", "--yes"]), 1).stderr;
    assert!(
        reported.contains(&format!("The journal names {USER} as the owner of {KEY}")),
        "{reported}"
    );
    assert!(reported.contains(UNKNOWN), "{reported}");
    assert_eq!(changes(&demo), 1);
}

/// Writes a journal with a change of the key left open by an old crash.
fn left_open(home: &Home, demo: &Demo) {
    ends(at(home, demo, &["deactivate", KEY, "--yes"]), 0);
    let journal = home.read(JOURNAL);
    let mut intent: serde_json::Value =
        serde_json::from_str(journal.lines().next().unwrap()).unwrap();
    (intent["time"], intent["deadline"]) =
        ("2026-01-01T10:00:00Z".into(), "2026-01-01T10:02:00Z".into());
    home.write(JOURNAL, &format!("{intent}\n"));
}

#[test]
fn recovery_leaves_a_change_open_if_its_user_is_not_found() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    left_open(&home, &demo);
    renamed(&demo, false);
    let reported = ends(at(&home, &demo, &["journal"]), 0).stderr;
    assert!(
        reported.contains("Its outcome is still unknown") && reported.contains(UNKNOWN),
        "{reported}"
    );
    assert_eq!(home.journal().len(), 1, "no outcome was made up");
    // If the user was deleted with the key, the change stays open.
    demo.apply(&json!({ "delete_user": { "user": NEW_NAME } }));
    ends(at(&home, &demo, &["journal"]), 0);
    assert_eq!(home.journal().len(), 1);
}

#[test]
fn recovery_looks_up_the_keys_current_owner() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    left_open(&home, &demo);
    renamed(&demo, true);
    ends(at(&home, &demo, &["journal"]), 0);
    let journal = home.journal();
    assert_eq!(
        (&journal[1]["outcome"], &journal[1]["status_seen"]),
        (&"settled".into(), &"Inactive".into())
    );
}

#[test]
fn a_key_listed_for_two_users_fails_the_list() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.apply(&json!({ "list_key_too": { "key": KEY, "user": THIRD_USER } }));
    let finished = ends(at(&home, &demo, &["list", "--format", "csv"]), 1);
    assert_eq!(finished.stdout.matches(KEY).count(), 1, "one row a key: {finished:?}");
    assert!(finished.stderr.contains(&format!("lists {KEY} for 2 users: ")), "{finished:?}");
    assert!(finished.stderr.contains(USER) && finished.stderr.contains(THIRD_USER), "{finished:?}");
    let calls = demo.calls();
    let of_key = |call: &&serde_json::Value| call["params"]["AccessKeyId"] == KEY;
    assert_eq!(calls.iter().filter(of_key).count(), 1, "its last use is asked for once");
}

#[test]
fn a_key_listed_for_two_users_is_not_changed() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.apply(&json!({ "list_key_too": { "key": KEY, "user": THIRD_USER } }));
    let reported = ends(at(&home, &demo, &["deactivate", KEY, THIRD_KEY, "--yes"]), 1).stdout;
    assert!(
        reported.contains(&format!("lists {KEY} for 2 users"))
            && reported.contains("Nothing was sent"),
        "{reported}"
    );
    assert!(reported.contains(&format!("IAM reports {THIRD_KEY}")), "{reported}");
    assert_eq!(changes(&demo), 1);
    let reported = ends(at(&home, &demo, &["deactivate", OTHER_KEY, "--yes"]), 0).stdout;
    assert!(reported.contains("already"), "{reported}");
}
