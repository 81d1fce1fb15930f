//! Tests of MFA codes: asked for, entered, cached, and asked for again.

use serde_json::json;

use super::{OPERATOR, OWNER, WANTED, demo_with_config, find, keys, says, signers};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::process::Exit;
use crate::support::screen_steps::KEY;

const PROFILE: [&str; 2] = ["--profile", "incident"];
const QUESTION: &str = "Code of the MFA device arn:aws:iam::123456789012:mfa/operator:";

fn incident() -> (Home, Demo) {
    let config = "[profile incident]\nendpoint_url = URL\nsource_profile = base\n\
                  role_arn = arn:aws:iam::123456789012:role/ops/IncidentResponse\n\
                  mfa_serial = arn:aws:iam::123456789012:mfa/operator\n";
    demo_with_config(config, &keys("base", OPERATOR))
}

#[test]
fn a_script_passes_the_mfa_code_as_an_option() {
    let (home, demo) = incident();
    let lacking =
        says(find(&home, &PROFILE), 253, &["requires a code from the MFA device", "--mfa-code"]);
    assert!(!lacking.stderr.contains(QUESTION), "nobody is there to ask: {}", lacking.stderr);
    assert_eq!(demo.calls().len(), 0);
    let given = |code: &str| find(&home, &[&PROFILE[..], &["--mfa-code", code]].concat());
    says(
        given("000000"),
        253,
        &["Could not assume the role", "invalid MFA one time pass code", "wait until"],
    );
    says(given("12345"), 252, &["six digits"]);
    says(given("123456"), 0, &["(incident, role IncidentResponse from profile base, access key)"]);
    assert_eq!(signers(&demo, "AssumeRole"), [OPERATOR, OPERATOR]);
    let calls = demo.calls();
    assert!(
        calls.iter().all(|call| call["operation"] == "AssumeRole" || call["key"] != OPERATOR),
        "{calls:?}"
    );
}

#[test]
fn a_terminal_user_is_asked_until_the_mfa_code_is_valid() {
    let (home, demo) = incident();
    let mut pty = find(&home, &PROFILE).on_pty(400, 40);
    pty.wait_for(QUESTION);
    pty.send("000000\n");
    pty.wait_for_words("invalid MFA one time pass code");
    pty.send("123456\n");
    assert_eq!(pty.exit(), Exit::Code(0));
    assert_eq!(signers(&demo, "AssumeRole").len(), 2);
    let update = [
        "update-access-key",
        "--access-key-id",
        WANTED,
        "--status",
        "Inactive",
        "--user-name",
        OWNER,
    ];
    let mut pty = Launch::keyflip(&home, &[&update[..], &PROFILE].concat()).on_pty(400, 40);
    pty.wait_for(QUESTION);
    pty.send("123456\n");
    assert_eq!(pty.exit(), Exit::Code(0));
    assert_eq!(demo.changes(), [(WANTED.to_owned(), "Inactive".to_owned())]);
}

#[test]
fn the_screen_asks_for_mfa_again_after_the_session_ends() {
    let (home, demo) = incident();
    let mut pty = Launch::keyflip(&home, &PROFILE).on_pty(120, 40);
    pty.wait_for("╭ MFA code");
    pty.send("000000");
    pty.press("enter");
    pty.wait_for_words("invalid MFA one time pass code");
    pty.wait_for("╭ MFA code");
    pty.send("123456");
    pty.press("enter");
    pty.wait_ready(KEY);
    pty.press("r");
    pty.wait_for("Refreshing");
    pty.wait_quiet(std::time::Duration::from_millis(300));
    assert_eq!(signers(&demo, "AssumeRole").len(), 2, "one session serves every call");
    demo.apply(&json!({"expire_sessions": {}}));
    pty.press("r");
    // A background read may have failed first.
    pty.wait_until("the end of the session", |cells| {
        let text = cells.contents();
        text.contains("Nothing more is read") || text.contains("╭ MFA code")
    });
    if !pty.screen().contains("╭ MFA code") {
        pty.press("r");
    }
    pty.wait_for("╭ MFA code");
    assert!(pty.screen().contains(KEY), "what was shown stays: {}", pty.screen());
    pty.send("123456");
    pty.press("enter");
    pty.wait_gone("╭ MFA code");
    pty.wait_for("IncidentResponse");
    pty.wait_ready(KEY);
    assert_eq!(signers(&demo, "AssumeRole").len(), 3);
}

#[test]
fn searching_all_profiles_never_prompts() {
    let (home, _demo) = incident();
    let pty = find(&home, &["--all-profiles"]).on_pty(400, 40);
    assert_eq!(pty.exit(), Exit::Code(1));
    let words = pty.words();
    assert!(
        words.contains("Could not look up keys with profile incident.")
            && !words.contains(QUESTION),
        "{words}"
    );
    assert!(words.contains(WANTED), "{words}");
}
