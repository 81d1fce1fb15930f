//! Tests of credentials and accounts in realistic configurations: each test has its own AWS
//! files, and the demo endpoint as STS and IAM.

mod failures;
mod identity_center;
pub(crate) mod identity_change;
mod mfa;
mod other_accounts;
mod policies;
mod screen;
mod sign_in;
mod sources;
mod transport;

use serde_json::{Value, json};

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::process::{Exit, Finished};

/// The access key ID of the demo's operator.
const OPERATOR: &str = "AKIARZPUZDIKDEMOOPER";
/// The access key ID of an operator of the second account.
const STAGING: &str = "AKIATCH6YDSYQDEMOOPS";
const SECRET: &str = "demo-secret-that-opens-nothing-anywhere0";
/// The access key ID to search for.
const WANTED: &str = "AKIARZPUZDIKFYHOWX26";
const OWNER: &str = "svc-billing-0042";

/// Creates a home with these AWS files, and starts a demo; `URL` in the config file is replaced
/// by the demo's.
fn demo_with_config(config: &str, credentials: &str) -> (Home, Demo) {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    home.write(".aws/config", &config.replace("URL", demo.url()));
    home.write(".aws/credentials", credentials);
    (home, demo)
}

/// Returns a section of the credentials file.
fn keys(profile: &str, id: &str) -> String {
    format!("[{profile}]\naws_access_key_id = {id}\naws_secret_access_key = {SECRET}\n")
}

/// Returns a section of the credentials file with a session of the demo.
fn session_keys(profile: &str, session: &Value) -> String {
    let text = |name: &str| session[name].as_str().unwrap();
    let (id, secret, token) = (text("AccessKeyId"), text("SecretAccessKey"), text("SessionToken"));
    format!(
        "[{profile}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\naws_session_token = {token}\n"
    )
}

/// Returns credentials of a role session that was opened outside keyflip.
fn session_of(demo: &Demo, role: &str) -> Value {
    demo.apply(&json!({"open_session": {"role": role, "seconds": 3600}}))
}

/// Launches `keyflip find` for a key, which prints the account and the credential source.
fn find(home: &Home, arguments: &[&str]) -> Launch {
    Launch::keyflip(home, &[&["find", WANTED, "--format", "json"], arguments].concat())
}

/// Runs it; checks the exit code, and that the output contains all sentences.
fn says(launch: Launch, code: i32, sentences: &[&str]) -> Finished {
    let finished = launch.run();
    assert_eq!(finished.exit, Exit::Code(code), "{finished:?}");
    for sentence in sentences {
        let said = finished.stderr.contains(sentence) || finished.stdout.contains(sentence);
        assert!(said, "{sentence:?} was not said: {finished:?}");
    }
    finished
}

/// Returns the keys that signed calls of that operation.
fn signers(demo: &Demo, operation: &str) -> Vec<String> {
    let calls = demo.calls();
    let calls = calls.iter().filter(|call| call["operation"] == operation);
    calls.map(|call| call["key"].as_str().unwrap_or("nobody").to_owned()).collect()
}
