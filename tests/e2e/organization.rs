//! The Organization view on a terminal, with the demo's Identity Center.

use serde_json::{Value, json};

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::http;

/// Starts a demo with 8 member accounts, and writes the files for its sign-in and roles.
fn organization(home: &Home) -> Demo {
    let files = home.path(".aws");
    let demo = Demo::start(home, &["--organization", "8", "--files", files.to_str().unwrap()]);
    home.write(
        ".config/keyflip/config.toml",
        "[reach]\nsso_roles = [\"IncidentResponder\", \"ReadOnlyAccess\"]\n",
    );
    demo
}

fn member(demo: &Demo, number: usize) -> String {
    let members: Value =
        serde_json::from_str(&http::get(demo.url(), "/_demo/organization")).unwrap();
    members[number - 1]["account"].as_str().unwrap().to_owned()
}

#[test]
fn the_view_fills_in_with_failed_accounts_among_the_rows() {
    let home = Home::new();
    let demo = organization(&home);
    demo.faults(&json!({"latency": {"fixed": 0.02}}));
    let mut pty = demo.screen(&home, &[]).env("AWS_ENDPOINT_URL", demo.url()).on_pty(120, 40);
    pty.wait_for("Users 42");
    pty.press("o");
    pty.wait_for("of 10 accounts read");
    // 6 is suspended, and in 7 the user has no role.
    pty.wait_for("10 accounts, 2 failed");
    let screen = pty.screen();
    let row = |account: &str| {
        let row = screen.lines().find(|line| line.contains(account));
        row.unwrap_or_else(|| panic!("no row of {account}:\n{screen}")).to_owned()
    };
    assert!(row(&member(&demo, 7)).contains("✗ no role: "), "{screen}");
    assert!(row(&member(&demo, 6)).contains("✗ "), "{screen}");
    let figures: Vec<_> = row(&member(&demo, 1)).split_whitespace().map(str::to_owned).collect();
    // Users, active keys, and those unused for more than 90 days.
    assert_eq!(figures[3..6], ["5", "6", "2"], "{screen}");

    // Only reads were sent, and no portal call was throttled.
    assert_eq!(demo.changes(), []);
    let throttled = demo.calls().iter().filter(|call| call["status"] == 429).count();
    assert_eq!(throttled, 0);

    pty.press("!");
    pty.wait_for("Could not read account team-0007");
    pty.press("esc");
    pty.wait_gone("Could not read account team-0007");
    pty.send("/");
    pty.send("team-0001");
    pty.wait_for("Organization 1 of 10");
    pty.press("enter");
    pty.press("enter");
    pty.wait_for("via demo · IncidentResponder");
    pty.wait_for("ci-deploy-0001");
    // The rows are still there.
    pty.press("o");
    pty.wait_for("Organization 1 of 10");
    pty.press("esc");
    pty.wait_for("10 accounts, 2 failed");
    pty.press("q");
    pty.exit();
}

#[test]
fn an_account_whose_report_is_denied_is_a_row_and_is_read_again() {
    let home = Home::new();
    let demo = organization(&home);
    demo.faults(&json!({"permissions": {"deny": ["GenerateCredentialReport"]}}));
    let mut pty =
        demo.screen(&home, &["--ascii"]).env("AWS_ENDPOINT_URL", demo.url()).on_pty(80, 24);
    pty.wait_for("Users 42");
    pty.press("o");
    pty.wait_for("10 accounts, 10 failed");
    pty.wait_for("! access denied: GenerateCredentialReport");
    demo.faults(&json!({}));
    pty.press("r");
    pty.wait_for("10 accounts, 2 failed");
    pty.wait_gone("access denied: GenerateCredentialReport");
    pty.press("q");
    pty.exit();
}
