//! Tests of the complete incident workflow: open, find, select, confirm, change, verify, record.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::moto::Moto;
use crate::support::process::Exit;
use crate::support::pty::Pty;
use crate::support::screen_steps::{JOURNAL, KEY, USER, lines, outcomes};

/// Policy that lets a responder read what the screen shows, and change key statuses.
const RESPONDER: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:List*","iam:Get*",
    "iam:GenerateCredentialReport","iam:UpdateAccessKey"],"Resource":"*"}]}"#;

#[test]
fn the_demo_deactivates_verifies_and_journals_a_key() {
    let home = Home::new();
    let launch = Launch::keyflip(&home, &["--demo"]).env("HTTP_PROXY", "http://127.0.0.1:9");
    let mut pty = launch.on_pty(120, 40);
    pty.wait_ready(KEY);
    pty.ask("t");
    assert!(
        pty.screen().contains(&format!("Key         {KEY}"))
            && pty.screen().contains("Active → Inactive"),
        "{}",
        pty.screen()
    );
    pty.press("y");
    pty.wait_for_words(&format!("IAM reports {KEY} of {USER}"));
    pty.wait_for("○ Inactive");
    pty.press("q");
    assert_eq!(pty.exit(), Exit::Code(0));
    pty.assert_restored();
    let journal = lines(&home.read(".local/state/keyflip/demo-journal.jsonl"));
    assert_eq!(
        (&journal[0]["line"], &journal[0]["key"], &journal[0]["status_after"]),
        (&"intent".into(), &KEY.into(), &"Inactive".into())
    );
    assert_eq!((outcomes(&journal), journal.len()), (vec!["verified"], 2));
}

#[test]
fn the_journal_is_complete_and_readable_by_its_owner_only() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut pty = demo.screen(&home, &["--reason", "leaked in build log"]).on_pty(120, 40);
    pty.wait_ready(KEY);
    pty.ask("t");
    pty.press("y");
    pty.wait_for("IAM reports");
    assert_eq!(demo.changes(), [(KEY.to_owned(), "Inactive".to_owned())]);
    let journal = home.journal();
    let intent = &journal[0];
    assert_eq!(intent["account"], "123456789012");
    assert_eq!(intent["caller"], "arn:aws:iam::123456789012:user/operator");
    assert_eq!(intent["endpoint"], format!("NOT AWS {}", demo.url()));
    assert_eq!(
        (&intent["status_before"], &intent["reason"]),
        (&"Active".into(), &"leaked in build log".into())
    );
    let outcome = &journal[1];
    assert_eq!((&outcome["id"], &outcome["attempts"]), (&intent["id"], &1.into()));
    assert_eq!(outcome["request_ids"].as_array().unwrap().len(), 2);
    let mode = fs::metadata(home.path(JOURNAL)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(!home.read(JOURNAL).contains("demo-secret"));
}

/// Changes the status of ann's only key; returns the status that moto then has.
fn deactivate_at_moto(
    moto: &Moto,
    signer: &aws_sdk_iam::types::AccessKey,
    key: &str,
) -> (String, Pty, Home) {
    let home = Home::new();
    let launch = Launch::keyflip(&home, &["--endpoint-url", moto.url()]);
    let launch = launch.signed_by(signer.access_key_id(), signer.secret_access_key());
    let mut pty = launch.on_pty(120, 40);
    pty.wait_for(&format!("NOT AWS {}", moto.url()));
    pty.wait_for("users");
    pty.wait_ready(key);
    pty.ask("t");
    assert!(
        pty.screen().contains(&format!("Endpoint    NOT AWS {}", moto.url())),
        "{}",
        pty.screen()
    );
    pty.press("y");
    pty.wait_for(&format!("IAM reports {key} of ann Inactive in 123456789012, NOT AWS http://"));
    pty.press("q");
    assert_eq!(pty.exit(), Exit::Code(0));
    (moto.status("ann", key), pty, home)
}

#[test]
fn the_walkthrough_works_against_moto() {
    let Some(moto) = Moto::start() else { return };
    let key = moto.create_user("ann", None);
    let operator = moto.operator().clone();
    let (status, mut pty, home) = deactivate_at_moto(&moto, &operator, key.access_key_id());
    assert_eq!(status, "Inactive");
    assert_eq!(outcomes(&home.journal()), ["verified"]);
    pty.assert_restored();
}

#[test]
fn the_walkthrough_works_against_moto_with_authorization() {
    let Some(moto) = Moto::start() else { return };
    let key = moto.create_user("ann", None);
    let responder = moto.create_user("responder", Some(RESPONDER));
    let onlooker =
        moto.create_user("zoe", Some(&RESPONDER.replace("iam:UpdateAccessKey", "iam:ListUsers")));
    moto.require_authorization();
    let home = Home::new();
    let launch = Launch::keyflip(&home, &["--endpoint-url", moto.url()]);
    let mut pty =
        launch.signed_by(onlooker.access_key_id(), onlooker.secret_access_key()).on_pty(120, 40);
    pty.wait_ready(key.access_key_id());
    pty.ask("t");
    pty.press("y");
    pty.wait_for_words("IAM refused to deactivate");
    pty.press("!");
    pty.wait_for_words("iam:UpdateAccessKey");
    assert_eq!(moto.status("ann", key.access_key_id()), "Active");
    drop(pty);
    assert_eq!(outcomes(&home.journal()), ["refused"]);
    assert_eq!(deactivate_at_moto(&moto, &responder, key.access_key_id()).0, "Inactive");
}
