//! Tests of credentials that change to another caller or another key while keyflip runs, through
//! a `credential_process` that prints the current content of a file.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{OPERATOR, SECRET, STAGING, WANTED, session_keys, signers};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::process::Exit;
use crate::support::pty::Pty;
use crate::support::screen_steps::{KEY, outcomes};

/// Starts a demo, and a home whose default profile uses such a process.
fn demo_with_config() -> (Home, Demo) {
    let (home, demo) = super::demo_with_config("", "");
    configure(&home, &demo);
    (home, demo)
}

/// Configures such a process for the home's default profile; it starts with the operator's key.
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

/// Sets the credentials that the process returns from now on. They expire so soon that every call
/// renews them.
pub(crate) fn hand_out(home: &Home, key: &str) {
    let end = Timestamp::now() + SignedDuration::from_secs(5);
    let json = json!({"Version": 1, "AccessKeyId": key, "SecretAccessKey": SECRET, "Expiration": end.to_string()});
    // Replace the file atomically, since the process may read it at any time.
    home.write("next.json", &json.to_string());
    std::fs::rename(home.path("next.json"), home.path("credentials.json")).unwrap();
}

fn screen(home: &Home) -> Pty {
    let pty = Launch::keyflip(home, &[]).on_pty(120, 40);
    pty.wait_ready(KEY);
    pty
}

/// Returns the operations signed by this key.
fn signed_by(demo: &Demo, key: &str) -> Vec<String> {
    let calls = demo.calls();
    let own = calls.iter().filter(|call| call["key"] == key);
    own.map(|call| call["operation"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn credentials_renewed_for_another_account_end_the_session() {
    let (home, demo) = demo_with_config();
    home.write("config.toml", "[accounts.210987654321]\nread_only = true\n");
    let config = home.path("config.toml").display().to_string();
    let mut pty = Launch::keyflip(&home, &["--config", &config]).on_pty(120, 40);
    pty.wait_ready(KEY);
    pty.ask("t");
    hand_out(&home, STAGING);
    // The last read is more than a second old, so the status is read again before the intent.
    pty.wait_quiet(std::time::Duration::from_millis(1_100));
    pty.press("y");
    pty.wait_for_words("The credentials now belong to");
    pty.wait_for_words("210987654321");
    assert_eq!(demo.changes(), [], "nothing was sent");
    assert_eq!(home.journal().len(), 0, "and nothing was begun");
    pty.press("r");
    pty.wait_for("qa-robot");
    pty.wait_for("READ-ONLY");
    // In the session that ended, this key signed GetCallerIdentity only.
    let by_staging = signed_by(&demo, STAGING);
    let asked = by_staging.iter().take_while(|operation| *operation == "GetCallerIdentity").count();
    assert!(asked >= 2, "once for the renewal and once for the new session: {by_staging:?}");
}

#[test]
fn a_command_with_changed_credentials_sends_nothing() {
    let (home, demo) = demo_with_config();
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
fn a_key_that_begins_to_sign_is_protected() {
    let (home, demo) = demo_with_config();
    let second =
        demo.apply(&json!({"add_key": {"user": "operator"}}))["key"].as_str().unwrap().to_owned();
    let mut pty = Launch::keyflip(&home, &["deactivate", &second]).on_pty(120, 40);
    pty.wait_for("Type y:");
    hand_out(&home, &second);
    pty.wait_quiet(std::time::Duration::from_millis(1_100));
    pty.send("y\r");
    pty.wait_for_words("now signs this session");
    assert_eq!(pty.exit(), Exit::Code(255));
    assert_eq!(demo.changes(), []);
    // The dialog on the screen then requires the key's last four characters.
    let mut pty = screen(&home);
    pty.paste(&second);
    pty.wait_for(&format!("▸ {second}"));
    pty.ask("d");
    pty.wait_for_words("is the key that signs this session");
}

#[test]
fn all_keys_of_a_temporary_sessions_user_are_protected() {
    let (home, demo) = super::demo_with_config("[profile temp]\nendpoint_url = URL\n", "");
    let session =
        demo.apply(&json!({"open_session": {"user": "operator", "seconds": 3600, "mfa": true}}));
    home.write(".aws/credentials", &session_keys("temp", &session));
    let launch = Launch::keyflip(&home, &["--profile", "temp", "deactivate", OPERATOR, "--yes"]);
    super::says(launch, 252, &["may be the key that signs this session", "--yes-lock-me-out"]);
    assert_eq!(demo.changes(), []);
    assert!(signers(&demo, "UpdateAccessKey").is_empty());
}
