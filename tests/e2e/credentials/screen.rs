//! Tests of sessions on the screen: renewal, and changing to another profile.

use serde_json::json;

use super::{OPERATOR, STAGING, demo_with_config, keys, session_keys, session_of, signers};
use crate::support::launch::Launch;
use crate::support::process::Exit;
use crate::support::screen_steps::{KEY, outcomes};

const RECENT: &str = ".local/state/keyflip/profiles";

#[test]
fn renewed_files_are_read_and_unknown_outcomes_resolved() {
    let (home, demo) = demo_with_config("[profile temp]\nendpoint_url = URL\n", "");
    let first = session_of(&demo, "ReadOnly");
    home.write(".aws/credentials", &session_keys("temp", &first));
    let mut pty =
        Launch::keyflip(&home, &["--profile", "temp", "--cli-read-timeout", "1"]).on_pty(120, 40);
    pty.wait_ready(KEY);
    // The change is applied, its reply is lost, and no read can verify it.
    let expired = json!({"status": 403, "code": "ExpiredToken", "message": "The token is expired",
        "on": {"operations": ["ListAccessKeys", "GetAccessKeyLastUsed"]}});
    pty.ask("t");
    demo.faults(&json!({"hang_after": {"operations": ["UpdateAccessKey"]}}));
    pty.press("y");
    pty.wait_gone("access key?");
    pty.wait_until("the call", |_| !demo.changes().is_empty());
    demo.faults(&json!({"reset_after": {"operations": ["UpdateAccessKey"]}, "errors": [expired]}));
    // The sentence of the change, or that of the recovery, which replaces it.
    pty.wait_until("the unknown outcome", |cells| {
        let text = cells.contents();
        text.contains("Outcome unknown") || text.contains("Unfinished change of")
    });
    assert_eq!(outcomes(&home.journal()), ["unknown"]);
    demo.apply(&json!({"expire_sessions": {}}));
    demo.faults(&json!({}));
    pty.press("r");
    // A background read may have failed first: then this key press has tried to open the session
    // again.
    pty.wait_until("the end of the session", |cells| {
        let text = cells.contents();
        text.contains("Nothing more is read") || text.contains("no session")
    });
    assert!(pty.screen().contains(KEY), "what was shown stays: {}", pty.screen());
    let second = session_of(&demo, "ReadOnly");
    home.write(".aws/credentials", &session_keys("temp", &second));
    pty.press("r");
    pty.wait_for("○ Inactive");
    pty.wait_until("the settled outcome", |_| outcomes(&home.journal()) == ["unknown", "settled"]);
    assert_eq!(
        signers(&demo, "GetCallerIdentity").last(),
        second["AccessKeyId"].as_str().map(str::to_owned).as_ref()
    );
    assert!(pty.screen().contains(KEY));
}

#[test]
fn a_change_in_flight_is_verified_after_a_profile_change() {
    let config = "[profile prod]\nendpoint_url = URL\n[profile staging]\nendpoint_url = URL\n[profile other]\n";
    let (home, demo) =
        demo_with_config(config, &(keys("prod", OPERATOR) + &keys("staging", STAGING)));
    let mut pty = Launch::keyflip(&home, &["--profile", "prod"]).on_pty(120, 40);
    pty.wait_ready(KEY);
    demo.faults(&json!({"latency": {"fixed": 3.0, "on": {"operations": ["UpdateAccessKey"]}}}));
    pty.ask("t");
    pty.press("y");
    pty.wait_gone("access key?");
    pty.press("p");
    pty.wait_for("type to filter");
    pty.wait_for("no credentials"); // the list has been read
    pty.send("stag");
    pty.wait_for("▸ staging");
    pty.press("enter");
    pty.wait_for("210987654321");
    pty.wait_for("qa-robot");
    assert_eq!(outcomes(&home.journal()), [""; 0], "the change is under way");
    assert!(!pty.screen().contains(KEY), "{}", pty.screen());
    pty.wait_for_words(&format!("IAM reports {KEY}"));
    pty.wait_for_words("123456789012");
    let journal = home.journal();
    assert_eq!(outcomes(&journal), ["verified"]);
    assert_eq!(
        (&journal[0]["account"], &journal[0]["profile"]),
        (&"123456789012".into(), &"prod".into())
    );
    let changed = signers(&demo, "UpdateAccessKey");
    assert_eq!(changed, [OPERATOR], "signed by the profile under which it was confirmed");
    pty.press("q");
    assert_eq!(pty.exit(), Exit::Code(0));
    assert_eq!(home.read(RECENT), "staging\nprod\n");
}

#[test]
fn the_list_of_profiles_begins_with_the_last_used() {
    let config = "[profile alpha]\n[profile beta]\nendpoint_url = URL\n[profile gamma]\n";
    let (home, _demo) = demo_with_config(config, &keys("beta", OPERATOR));
    let mut pty = Launch::keyflip(&home, &["--profile", "beta"]).on_pty(120, 40);
    pty.wait_ready(KEY);
    pty.press("p");
    pty.wait_until("beta before alpha", |cells| {
        let text = cells.contents();
        let window = text.find("type to filter").map(|at| &text[at..]).unwrap_or_default();
        let place = |name: &str| window.find(name);
        place("beta").is_some() && place("beta") < place("alpha") && place("alpha") < place("gamma")
    });
    assert_eq!(home.read(RECENT), "beta\n");
}
