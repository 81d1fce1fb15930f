//! Credentials that become somebody else's, or another key's, while keyflip
//! runs: a `credential_process` that answers whatever its file holds by then.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{OPERATOR, SECRET, STAGING, WANTED, session_keys, signers};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::process::Exit;
use crate::support::pty::Pty;
use crate::support::screen_steps::{KEY, outcomes};

/// A home whose default profile has such a process, and a demo.
fn scene() -> (Home, Demo) {
    let (home, demo) = super::scene("", "");
    configure(&home, &demo);
    (home, demo)
}

/// Gives the home's default profile such a process; it begins with the
/// operator's key.
pub(crate) fn configure(home: &Home, demo: &Demo) {
    let file = home.path("credentials.json");
    let config = format!(
        "[default]\nendpoint_url = {}\ncredential_process = cat {}\n",
        demo.url(),
        file.display()
    );
    home.write(".aws/config", &config);
    hand_out(home, OPERATOR);
}

/// What the process answers from now on: credentials that end so soon that
/// every call has them renewed.
pub(crate) fn hand_out(home: &Home, key: &str) {
    let end = Timestamp::now() + SignedDuration::from_secs(5);
    let json = json!({"Version": 1, "AccessKeyId": key, "SecretAccessKey": SECRET, "Expiration": end.to_string()});
    // Never half a file, whenever the process reads it.
    home.write("next.json", &json.to_string());
    std::fs::rename(home.path("next.json"), home.path("credentials.json")).unwrap();
}

fn screen(home: &Home) -> Pty {
    let pty = Launch::keyflip(home, &[]).on_pty(120, 40);
    pty.wait_ready(KEY);
    pty
}

/// The operations that this key has signed.
fn signed_by(demo: &Demo, key: &str) -> Vec<String> {
    let calls = demo.calls();
    let own = calls.iter().filter(|call| call["key"] == key);
    own.map(|call| call["operation"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_renewal_of_another_account_ends_the_session_before_it_signs_anything_else() {
    let (home, demo) = scene();
    home.write("config.toml", "[accounts.210987654321]\nread_only = true\n");
    let config = home.path("config.toml").display().to_string();
    let mut pty = Launch::keyflip(&home, &["--config", &config]).on_pty(120, 40);
    pty.wait_ready(KEY);
    pty.ask("t");
    hand_out(&home, STAGING);
    // Read more than a second ago, so that it is read again before the intent.
    pty.wait_quiet(std::time::Duration::from_millis(1_100));
    pty.press("y");
    pty.wait_for_words("The credentials now belong to");
    pty.wait_for_words("210987654321");
    assert_eq!(demo.changes(), [], "nothing was sent");
    assert_eq!(home.journal().len(), 0, "and nothing was begun");
    pty.press("r");
    pty.wait_for("qa-robot");
    pty.wait_for("READ-ONLY");
    // In the session that ended this key has answered who it is, and no more.
    let by_staging = signed_by(&demo, STAGING);
    let asked = by_staging.iter().take_while(|operation| *operation == "GetCallerIdentity").count();
    assert!(asked >= 2, "once for the renewal and once for the new session: {by_staging:?}");
}

#[test]
fn a_command_whose_credentials_turn_at_the_question_sends_nothing() {
    let (home, demo) = scene();
    let mut pty = Launch::keyflip(&home, &["deactivate", WANTED]).on_pty(120, 40);
    pty.wait_for("Type y:");
    hand_out(&home, STAGING);
    pty.wait_quiet(std::time::Duration::from_millis(1_100));
    pty.send("y\r");
    pty.wait_for_words("The credentials now belong to");
    assert_eq!(pty.exit(), Exit::Code(255));
    assert_eq!((demo.changes().len(), outcomes(&home.journal()).len()), (0, 0));
    assert_eq!(signed_by(&demo, STAGING), ["GetCallerIdentity"]);
}

#[test]
fn a_key_that_begins_to_sign_is_guarded_from_then_on() {
    let (home, demo) = scene();
    let second =
        demo.apply(&json!({"add_key": {"user": "operator"}}))["key"].as_str().unwrap().to_owned();
    let mut pty = Launch::keyflip(&home, &["deactivate", &second]).on_pty(120, 40);
    pty.wait_for("Type y:");
    hand_out(&home, &second);
    pty.wait_quiet(std::time::Duration::from_millis(1_100));
    pty.send("y\r");
    pty.wait_for_words("may now sign this session");
    assert_eq!(pty.exit(), Exit::Code(255));
    assert_eq!(demo.changes(), []);
    // On the screen the dialog asks for its last four characters by then.
    let mut pty = screen(&home);
    pty.paste(&second);
    pty.wait_for(&format!("▸ {second}"));
    pty.ask("d");
    pty.wait_for_words("may be the key that signs this session");
}

#[test]
fn every_key_of_the_user_behind_temporary_credentials_is_guarded() {
    let (home, demo) = super::scene("[profile temp]\nendpoint_url = URL\n", "");
    let session =
        demo.apply(&json!({"open_session": {"user": "operator", "seconds": 3600, "mfa": true}}));
    home.write(".aws/credentials", &session_keys("temp", &session));
    let launch = Launch::keyflip(&home, &["--profile", "temp", "deactivate", OPERATOR, "--yes"]);
    super::says(launch, 252, &["may be the key that signs this session", "--yes-lock-me-out"]);
    assert_eq!(demo.changes(), []);
    assert!(signers(&demo, "UpdateAccessKey").is_empty());
}
