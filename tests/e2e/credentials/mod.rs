//! Credentials and accounts as people have them: each test with AWS files of
//! its own, and the demo endpoint as STS and IAM.

mod failures;
pub(crate) mod identity_change;
mod mfa;
mod policies;
mod screen;
mod sources;
mod transport;

use serde_json::{Value, json};

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::process::{Exit, Finished};

/// The demo's operator.
const OPERATOR: &str = "AKIARZPUZDIKDEMOOPER";
/// An operator of the second account.
const STAGING: &str = "AKIATCH6YDSYQDEMOOPS";
const SECRET: &str = "demo-secret-that-opens-nothing-anywhere0";
/// A key to look for.
const WANTED: &str = "AKIARZPUZDIKFYHOWX26";
const OWNER: &str = "svc-billing-0042";

/// A home with these AWS files, and a demo; `URL` in the config file becomes
/// the demo's.
fn scene(config: &str, credentials: &str) -> (Home, Demo) {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    home.write(".aws/config", &config.replace("URL", demo.url()));
    home.write(".aws/credentials", credentials);
    (home, demo)
}

/// A section of the credentials file.
fn keys(profile: &str, id: &str) -> String {
    format!("[{profile}]\naws_access_key_id = {id}\naws_secret_access_key = {SECRET}\n")
}

/// A section of the credentials file with a session of the demo's.
fn session_keys(profile: &str, session: &Value) -> String {
    let text = |name: &str| session[name].as_str().unwrap();
    let (id, secret, token) = (text("AccessKeyId"), text("SecretAccessKey"), text("SessionToken"));
    format!(
        "[{profile}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\naws_session_token = {token}\n"
    )
}

/// Credentials of a role's session, opened behind keyflip's back.
fn session_of(demo: &Demo, role: &str) -> Value {
    demo.apply(&json!({"open_session": {"role": role, "seconds": 3600}}))
}

/// `keyflip find` for a key, which says where it looks and by whose
/// credentials.
fn find(home: &Home, arguments: &[&str]) -> Launch {
    Launch::keyflip(home, &[&["find", WANTED, "--format", "json"], arguments].concat())
}

/// Runs it, and fails unless it ends with that code and says all of that.
fn says(launch: Launch, code: i32, sentences: &[&str]) -> Finished {
    let finished = launch.run();
    assert_eq!(finished.exit, Exit::Code(code), "{finished:?}");
    for sentence in sentences {
        let said = finished.stderr.contains(sentence) || finished.stdout.contains(sentence);
        assert!(said, "{sentence:?} was not said: {finished:?}");
    }
    finished
}

/// The keys that have signed calls of that operation.
fn signers(demo: &Demo, operation: &str) -> Vec<String> {
    let calls = demo.calls();
    let calls = calls.iter().filter(|call| call["operation"] == operation);
    calls.map(|call| call["key"].as_str().unwrap_or("nobody").to_owned()).collect()
}
