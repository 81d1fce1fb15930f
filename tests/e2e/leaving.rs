//! Leaving the screen for a while, or for good, with changes under way.

use serde_json::json;

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::keyflip::{KEY, outcomes};
use crate::support::launch::Launch;
use crate::support::process::Exit;
use crate::support::pty::Pty;
use crate::support::wait_until;

/// Several changes, confirmed, whose calls take that long.
fn several_under_way(launch: Launch, demo: &Demo, seconds: f64) -> (Pty, usize) {
    let mut pty = launch.on_pty(120, 40);
    pty.wait_ready(KEY);
    pty.mark_several();
    demo.faults(&json!({"latency": {"fixed": seconds, "on": {"operations": ["UpdateAccessKey"]}}}));
    let number = pty.confirm_several();
    assert!(number > 4, "some of {number} changes wait for the others");
    wait_until("the first calls", || demo.changes().len() >= 4);
    (pty, number)
}

#[test]
fn all_that_was_confirmed_is_carried_out_although_the_terminal_has_gone() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let (mut pty, number) = several_under_way(demo.screen(&home, &[]), &demo, 1.0);
    pty.hang_up();
    assert_eq!(pty.exit(), Exit::Code(255));
    assert_eq!((demo.changes().len(), outcomes(&home.journal())), (number, vec!["proved"; number]));
}

#[test]
fn what_is_not_sent_when_one_leaves_at_once_is_named_afterwards() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let (mut pty, number) = several_under_way(demo.screen(&home, &[]), &demo, 30.0);
    pty.press("q");
    pty.wait_for("Not sent yet; left at once, they are dropped:");
    pty.press("ctrl-c");
    assert_eq!(pty.exit(), Exit::Code(0));
    pty.assert_restored();
    let screen = pty.screen();
    assert!(screen.contains("These changes were confirmed, but not sent"), "{screen}");
    assert_eq!(screen.matches(" to Inactive").count(), number - 4, "{screen}");
    assert_eq!((demo.changes().len(), home.journal().len()), (4, 4));
}
