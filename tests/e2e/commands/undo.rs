//! Tests of undo from the journal, by a later run of the screen and by the command.

use std::time::Duration;

use super::{KEY as BILLING_KEY, OTHER_KEY, USER, at, ends, json};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::process::Exit;
use crate::support::pty::Pty;
use crate::support::screen_cells;
use crate::support::screen_steps::KEY;

/// An active key of ci-deploy-0007.
const THIRD_KEY: &str = "AKIARZPUZDIKNHN4FYRQ";

/// Starts a screen, opens the dialog that undoes `keys` keys, and confirms it with `typed`.
fn undo_at_start(demo: &Demo, home: &Home, question: &str, typed: &str) -> Pty {
    let mut pty = demo.screen(home, &[]).on_pty(120, 40);
    pty.wait_for("u undo");
    pty.press("u");
    pty.wait_until("an armed dialog", |cells| {
        let text = screen_cells::text(cells);
        text.contains(question) && !text.contains("one moment") && !text.contains("status again")
    });
    pty.send(typed.to_lowercase());
    pty.wait_for(&format!("then enter: {typed}"));
    pty.press("enter");
    pty
}

fn quit(mut pty: Pty) {
    pty.press("q");
    assert_eq!(pty.exit(), Exit::Code(0));
}

#[test]
fn a_change_of_an_earlier_run_is_undone_and_verified_once() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut pty = demo.screen(&home, &[]).on_pty(120, 40);
    pty.wait_ready(KEY);
    pty.ask("t");
    pty.press("y");
    pty.wait_for("IAM reports");
    quit(pty);

    let mut pty = undo_at_start(&demo, &home, "Undo: activate this access key?", "7FQD");
    pty.wait_for("Active in");
    // Nothing on the screen tells when the journal has been read again after the change.
    let nothing_to_undo = "There is no change to undo in this account";
    for _ in 0..20 {
        pty.press("u");
        if pty.comes(Duration::from_secs(1), |text| text.contains(nothing_to_undo)) {
            break;
        }
    }
    pty.wait_for(nothing_to_undo);
    quit(pty);
    let sent = ["Inactive", "Active"].map(|status| (KEY.to_owned(), status.to_owned()));
    assert_eq!(demo.changes(), sent);
    let journal = home.journal();
    assert_eq!(journal[2]["undoes"], journal[0]["id"]);
    assert_eq!(journal[3]["outcome"], "verified");
}

#[test]
fn keys_confirmed_together_are_undone_together_by_the_screen_and_by_the_command() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let keys = [KEY, THIRD_KEY];
    let changes = |sent: &[(String, String)]| {
        let mut sent = sent.to_vec();
        sent.sort();
        sent
    };
    let both = |status: &str| changes(&keys.map(|key| (key.to_owned(), status.to_owned())));
    for _ in 0..2 {
        ends(at(&home, &demo, &["deactivate", KEY, "--yes"]), 0);
        ends(at(&home, &demo, &["undo", KEY, "--yes"]), 0);
    }
    ends(at(&home, &demo, &["deactivate", KEY, THIRD_KEY, "--yes"]), 0);
    let before = demo.changes().len();
    let pty = undo_at_start(&demo, &home, "Undo: activate these 2 access keys?", "2");
    pty.wait_for("IAM reports 2 of 2 keys Active");
    quit(pty);
    assert_eq!(changes(&demo.changes()[before..]), both("Active"));

    ends(at(&home, &demo, &["deactivate", KEY, THIRD_KEY, "--yes"]), 0);
    let before = demo.changes().len();
    ends(at(&home, &demo, &["undo", "--yes"]), 0);
    assert_eq!(changes(&demo.changes()[before..]), both("Active"));
    assert!(ends(at(&home, &demo, &["undo", "--yes"]), 1).stderr.contains("all are undone"));

    // What someone else has changed since is left out, with a sentence.
    ends(at(&home, &demo, &["deactivate", KEY, THIRD_KEY, "--yes"]), 0);
    demo.apply(&serde_json::json!({ "set_status": { "key": THIRD_KEY, "status": "Active" } }));
    let before = demo.changes().len();
    let told = ends(at(&home, &demo, &["undo", "--yes", "--format", "json"]), 1);
    assert!(told.stderr.contains("so someone else changed it"), "{}", told.stderr);
    assert!(told.stderr.contains("2 keys: 1 activated, 1 unchanged: "), "{}", told.stderr);
    let rows = json(&told.stdout);
    let row =
        |key: &str| rows.as_array().unwrap().iter().find(|row| row["AccessKeyId"] == key).unwrap();
    assert_eq!(row(KEY)["Outcome"], "verified");
    assert_eq!(row(THIRD_KEY)["Outcome"], "not sent");
    assert!(row(THIRD_KEY)["Sentence"].as_str().unwrap().contains("so someone else changed it"));
    assert_eq!(demo.changes()[before..], [(KEY.to_owned(), "Active".to_owned())]);
    let journal = home.journal();
    let batches: Vec<_> = journal.iter().filter_map(|line| line["batch"].as_str()).collect();
    assert_eq!(batches.len(), 10, "{batches:?}");
}

/// IAM accepts a change before its lists show it.
#[test]
fn a_list_that_lags_behind_a_change_does_not_stop_the_opposite_change() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.faults(&serde_json::json!({"stale": {"seconds": 3600}}));
    let set = |key: &str, status: &str| {
        let words =
            ["update-access-key", "--user-name", USER, "--access-key-id", key, "--status", status];
        ends(at(&home, &demo, &words), 0);
    };
    set(OTHER_KEY, "Active");
    let finished = ends(at(&home, &demo, &["deactivate", OTHER_KEY, "--yes"]), 0);
    assert!(
        finished
            .stderr
            .contains(&format!("IAM reports {OTHER_KEY} Inactive, which may be out of date"))
            && finished.stderr.contains("Active → Inactive"),
        "{finished:?}"
    );
    set(BILLING_KEY, "Inactive");
    ends(at(&home, &demo, &["undo", BILLING_KEY, "--to", "Active", "--yes"]), 0);
    let sent = [
        (OTHER_KEY, "Active"),
        (OTHER_KEY, "Inactive"),
        (BILLING_KEY, "Inactive"),
        (BILLING_KEY, "Active"),
    ];
    assert_eq!(demo.changes(), sent.map(|(key, status)| (key.to_owned(), status.to_owned())));
    let finished = ends(at(&home, &demo, &["deactivate", OTHER_KEY, "--yes"]), 0);
    assert!(finished.stdout.contains("is already Inactive. Nothing was sent"), "{finished:?}");
}

#[test]
fn an_undo_reads_a_list_again_that_may_not_show_the_change_yet() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    ends(at(&home, &demo, &["deactivate", BILLING_KEY, "--yes"]), 0);
    // Reads show what was before.
    demo.faults(&serde_json::json!({"stale": {"seconds": 2}}));
    let finished = ends(at(&home, &demo, &["undo", "--yes"]), 0);
    assert!(finished.stderr.contains("Inactive → Active"), "{finished:?}");
    let sent = ["Inactive", "Active"].map(|status| (BILLING_KEY.to_owned(), status.to_owned()));
    assert_eq!(demo.changes(), sent);
}
