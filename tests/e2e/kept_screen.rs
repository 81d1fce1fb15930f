//! What is kept of the screen: exported tables, and the last view of an account.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::screen_steps::KEY;
use crate::support::wait_until;

/// The file of the last views, in the state directory.
const VIEWS: &str = ".local/state/keyflip/views.json";

#[test]
fn a_filtered_list_is_exported_to_a_new_private_file_and_never_over_one() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut pty = demo.screen(&home, &[]).on_pty(120, 40);
    pty.wait_ready(KEY);
    pty.press("/");
    pty.send("user:operator");
    pty.press("enter");
    pty.wait_for("Users 1 of");
    for (name, outcome) in [("~/shown.csv", "Written to"), ("shown.csv", "Could not write")] {
        pty.press("e");
        pty.wait_for_words("enter writes a new file");
        pty.press("ctrl-u");
        pty.paste(name);
        pty.wait_for(&format!("> {name}"));
        pty.press("enter");
        pty.wait_for_words(outcome);
    }
    let path = home.path("shown.csv");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let text = home.read("shown.csv");
    assert!(text.starts_with("AccountId,AccountName,UserName,AccessKeyId,Status,"), "{text}");
    assert!(text.lines().count() > 1, "{text}");
    assert!(text.lines().skip(1).all(|line| line.contains(",operator,")), "{text}");
    // The prompt is open for another name.
    pty.wait_for("> shown.csv");
    pty.press("esc");
    pty.press("q");
    pty.exit();
}

#[test]
fn the_next_start_shows_the_last_view_and_a_damaged_file_is_only_noted() {
    let home = Home::new();
    home.write(".config/keyflip/config.toml", "[screen]\nrestore = true\n");
    let demo = Demo::start(&home, &[]);
    let kept =
        |text: &str| fs::read_to_string(home.path(VIEWS)).is_ok_and(|views| views.contains(text));
    let mut pty = demo.screen(&home, &[]).on_pty(120, 40);
    pty.wait_ready(KEY);
    pty.press("/");
    pty.send("user:operator");
    pty.press("enter");
    pty.wait_for("Users 1 of");
    wait_until("the view is kept", || kept("user:operator"));
    let mode = fs::metadata(home.path(VIEWS)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    pty.press("q");
    pty.exit();

    let mut pty = demo.screen(&home, &[]).on_pty(120, 40);
    pty.wait_for("Users 1 of");
    pty.wait_for("/user:operator");
    pty.press("esc");
    pty.wait_gone("/user:operator");
    wait_until("the filter is not kept", || !kept("user:operator"));
    pty.press("q");
    pty.exit();

    home.write(VIEWS, "not JSON");
    let mut pty = demo.screen(&home, &[]).on_pty(120, 40);
    pty.wait_ready(KEY);
    pty.press("!");
    pty.wait_for_words("Could not restore the last view");
    pty.press("esc q");
    pty.exit();
}
