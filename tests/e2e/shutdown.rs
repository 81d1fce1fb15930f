//! Tests of suspending and quitting the screen while changes are in flight.

use rustix::process::Signal;
use serde_json::json;

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::process::Exit;
use crate::support::pty::Pty;
use crate::support::screen_steps::{KEY, outcomes};
use crate::support::wait_until;

/// A pager that ends on enter.
const PAGER: &str = "echo this is the pager; read -r line </dev/tty";

/// Confirms several changes whose calls take that many seconds.
fn several_in_flight(launch: Launch, demo: &Demo, seconds: f64) -> (Pty, usize) {
    let mut pty = launch.on_pty(120, 40);
    pty.wait_ready(KEY);
    pty.mark_several();
    demo.faults(&json!({"latency": {"fixed": seconds, "on": {"operations": ["UpdateAccessKey"]}}}));
    let number = pty.confirm_several();
    assert!(number > 4, "some of {number} changes wait for the others");
    wait_until("the first calls", || demo.changes().len() >= 4);
    (pty, number)
}

fn in_the_pager(pty: &mut Pty) {
    pty.press("?");
    pty.wait_for("v pager");
    pty.press("v");
    pty.wait_for("this is the pager");
}

#[test]
fn confirmed_changes_are_finished_after_the_terminal_closes() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let (mut pty, number) = several_in_flight(demo.screen(&home, &[]), &demo, 1.0);
    pty.hang_up();
    assert_eq!(pty.exit(), Exit::Code(255));
    assert_eq!(
        (demo.changes().len(), outcomes(&home.journal())),
        (number, vec!["verified"; number])
    );
}

#[test]
fn changes_not_sent_on_immediate_exit_are_listed_afterwards() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let (mut pty, number) = several_in_flight(demo.screen(&home, &[]), &demo, 30.0);
    pty.press("q");
    pty.wait_for("Not sent yet. If you quit now, they are not sent:");
    pty.press("ctrl-c");
    assert_eq!(pty.exit(), Exit::Code(0));
    pty.assert_restored();
    let screen = pty.screen();
    assert!(screen.contains("Confirmed but not sent"), "{screen}");
    let (unsent, sent) = screen.split_once("Sent, outcome unknown").unwrap();
    let named = |text: &str| text.matches(" → ").count();
    assert_eq!((named(unsent), named(sent)), (number - 4, 4), "{screen}");
    assert_eq!((demo.changes().len(), home.journal().len()), (4, 4));
}

#[test]
fn outcomes_of_awaited_changes_are_printed_after_exit() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut pty = demo.screen(&home, &[]).on_pty(120, 40);
    pty.wait_ready(KEY);
    demo.faults(&json!({
        "latency": {"fixed": 0.5, "on": {"operations": ["UpdateAccessKey"]}},
        "permissions": {"deny": ["UpdateAccessKey"]},
    }));
    pty.press("d");
    pty.wait_for("Deactivate this access key?");
    pty.wait_quiet(std::time::Duration::from_millis(300));
    pty.press("y");
    wait_until("the call", || !demo.changes().is_empty());
    pty.press("q");
    pty.wait_for("y waits for them, then quits");
    pty.press("y");
    assert_eq!(pty.exit(), Exit::Code(0));
    let screen = pty.screen().replace('\n', " ");
    assert!(
        screen.contains("IAM refused to deactivate") && !pty.cells().alternate_screen(),
        "{screen}"
    );
}

#[test]
fn the_terminal_is_restored_when_the_pager_is_killed() {
    let home = Home::new();
    let pager = home.path("pager");
    // Like less: it keeps its terminal modes until it ends by itself.
    home.write(
        "pager",
        "#!/bin/sh\ntrap 'stty sane < /dev/tty; echo in order > order; exit' TERM\n\
                         stty -icanon -echo < /dev/tty\necho this is the pager\nwhile :; do sleep 0.05; done\n",
    );
    std::fs::set_permissions(&pager, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let mut pty =
        Launch::keyflip(&home, &["--demo"]).env("PAGER", pager.to_str().unwrap()).on_pty(100, 30);
    pty.wait_ready(KEY);
    in_the_pager(&mut pty);
    pty.signal(Signal::TERM);
    assert_eq!(pty.exit(), Exit::Code(130));
    pty.assert_restored();
    assert_eq!(home.read("order"), "in order\n");
}

#[test]
fn changes_continue_while_the_pager_is_open() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let (mut pty, number) =
        several_in_flight(demo.screen(&home, &[]).env("PAGER", PAGER), &demo, 1.0);
    in_the_pager(&mut pty);
    wait_until("all of the changes", || outcomes(&home.journal()).len() == number);
    assert!(
        pty.screen().contains("this is the pager") && !pty.cells().alternate_screen(),
        "{}",
        pty.screen()
    );
    pty.press("enter");
    pty.wait_for("v pager");
    pty.press("esc");
    pty.wait_for(&format!("IAM reports {number} of {number} keys Inactive"));
}

#[test]
fn a_signal_ends_the_program_while_the_pager_is_open() {
    let home = Home::new();
    let mut pty = Launch::keyflip(&home, &["--demo"]).env("PAGER", PAGER).on_pty(100, 30);
    pty.wait_ready(KEY);
    in_the_pager(&mut pty);
    pty.signal(Signal::TERM);
    assert_eq!(pty.exit(), Exit::Code(130));
    pty.assert_restored();
}

#[test]
fn ctrl_z_in_the_pager_is_ignored_without_a_parent_shell() {
    let home = Home::new();
    let mut pty = Launch::keyflip(&home, &["--demo"]).env("PAGER", PAGER).on_pty(100, 30);
    pty.wait_ready(KEY);
    in_the_pager(&mut pty);
    pty.press("ctrl-z");
    pty.press("enter");
    pty.wait_for("v pager");
    pty.press("esc");
    pty.press("q");
    assert_eq!(pty.exit(), Exit::Code(0));
}

#[test]
fn the_terminal_modes_are_set_again_after_sigstop() {
    let home = Home::new();
    let mut pty = Launch::keyflip(&home, &["--demo"]).on_pty(100, 30);
    pty.wait_ready(KEY);
    pty.press("/");
    pty.wait_until("the filter's cursor", |cells| !cells.hide_cursor());
    pty.signal(Signal::STOP);
    pty.cook();
    let mark = pty.bytes_written();
    pty.signal(Signal::CONT);
    wait_until("raw mode", || pty.is_raw());
    pty.wait_written(mark);
    pty.wait_until("the filter's cursor again", |cells| {
        !cells.hide_cursor() && cells.alternate_screen()
    });
    pty.press("esc");
    pty.wait_until("no cursor", vt100::Screen::hide_cursor);
    pty.press("q");
    assert_eq!(pty.exit(), Exit::Code(0));
    pty.assert_restored();
}
