//! Tests of the terminal: idle silence, all exits, sizes, and suspension.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::process::Exit;
use crate::support::pty::Pty;
use crate::support::screen_steps::{KEY, outcomes};
use crate::support::wait_until;

fn demo_screen(home: &Home, columns: u16, rows: u16) -> Pty {
    let pty = Launch::keyflip(home, &["--demo"]).on_pty(columns, rows);
    pty.wait_ready(KEY);
    pty
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "reads /proc")]
fn an_idle_screen_writes_nothing_and_uses_no_cpu() {
    let home = Home::new();
    let mut pty = demo_screen(&home, 120, 40);
    pty.wait_quiet(Duration::from_secs(1));
    let used = pty.cpu_time();
    pty.assert_silent(Duration::from_secs(3));
    let spent = pty.cpu_time().saturating_sub(used);
    assert!(spent <= Duration::from_millis(20), "{spent:?}");
    pty.press("#");
    pty.assert_silent(Duration::from_millis(300));
}

#[test]
fn the_terminal_is_restored_after_every_exit() {
    type End = fn(&mut Pty);
    let home = Home::new();
    let ends: [(&str, End, i32); 6] = [
        ("q", |pty| pty.press("q"), 0),
        ("ctrl-c", |pty| pty.press("ctrl-c"), 0),
        ("SIGTERM", |pty| pty.signal(Signal::TERM), 130),
        ("SIGINT", |pty| pty.signal(Signal::INT), 130),
        ("SIGHUP of a terminal that is still there", |pty| pty.signal(Signal::HUP), 255),
        ("q in the midst of loading", |pty| pty.press("q"), 0),
    ];
    for (name, end, code) in ends {
        let mut pty = demo_screen(&home, 100, 30);
        assert!(pty.is_raw() && pty.cells().alternate_screen() && pty.cells().bracketed_paste());
        end(&mut pty);
        assert_eq!(pty.exit(), Exit::Code(code), "{name}");
        pty.assert_restored();
    }
}

#[cfg(debug_assertions)]
#[test]
fn a_panic_restores_the_terminal_before_its_message() {
    let home = Home::new();
    let mut pty =
        Launch::keyflip(&home, &["--demo", "--mouse"]).env("KEYFLIP_PANIC", "1").on_pty(100, 30);
    pty.wait_ready(KEY);
    pty.press("j");
    assert_eq!(pty.exit(), Exit::Code(255));
    pty.assert_restored();
    assert!(pty.screen().contains("KEYFLIP_PANIC is set"), "{}", pty.screen());
}

#[test]
fn a_closed_terminal_ends_the_program() {
    let home = Home::new();
    let mut pty = demo_screen(&home, 100, 30);
    pty.hang_up();
    assert_eq!(pty.exit(), Exit::Code(255));
}

#[test]
fn a_terminal_closed_right_after_a_key_ends_the_program() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    for turn in 0..12 {
        let mut pty = demo.screen(&home, &[]).on_pty(120, 40);
        pty.wait_ready(KEY);
        pty.send(if turn % 2 == 0 { "j" } else { "/svc" });
        pty.hang_up();
        assert_eq!(pty.exit(), Exit::Code(255), "turn {turn}");
    }
}

/// Sends a change whose call takes that many seconds.
fn in_flight(demo: &Demo, home: &Home, seconds: f64) -> Pty {
    let mut pty = demo.screen(home, &[]).on_pty(120, 40);
    pty.wait_ready(KEY);
    demo.faults(&json!({"latency": {"fixed": seconds, "on": {"operations": ["UpdateAccessKey"]}}}));
    pty.ask("t");
    pty.press("y");
    pty.wait_gone("access key?");
    wait_until("the call to arrive", || !demo.changes().is_empty());
    pty
}

#[test]
fn a_change_in_flight_is_finished_after_the_terminal_closes() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut pty = in_flight(&demo, &home, 2.0);
    let begun = Instant::now();
    pty.hang_up();
    assert_eq!(pty.exit(), Exit::Code(255));
    assert!(begun.elapsed() < Duration::from_secs(11));
    assert_eq!(outcomes(&home.journal()), ["verified"]);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "reads /proc")]
fn the_program_ends_despite_a_change_without_a_response() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut pty = in_flight(&demo, &home, 60.0);
    let used = pty.cpu_time();
    let begun = Instant::now();
    pty.hang_up();
    wait_until("half of its ten seconds", || begun.elapsed() > Duration::from_secs(5));
    assert!(pty.cpu_time().saturating_sub(used) < Duration::from_millis(500), "it spins");
    assert_eq!(pty.exit(), Exit::Code(255));
    assert_eq!(home.journal().len(), 1, "the intent alone is in the journal");
}

#[test]
fn quitting_with_a_change_in_flight_asks_and_waits_for_the_outcome() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut pty = in_flight(&demo, &home, 2.0);
    pty.press("q");
    pty.wait_for("Changes are still in progress");
    pty.press("n");
    pty.wait_gone("still in progress");
    pty.press("q");
    pty.wait_for("Changes are still in progress");
    pty.press("y");
    assert_eq!(pty.exit(), Exit::Code(0));
    pty.assert_restored();
    assert_eq!(outcomes(&home.journal()), ["verified"]);
}

#[test]
fn the_next_start_resolves_a_change_after_immediate_exit() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut pty = in_flight(&demo, &home, 30.0);
    pty.press("ctrl-c");
    pty.wait_for("Changes are still in progress");
    pty.press("ctrl-c");
    assert_eq!(pty.exit(), Exit::Code(0));
    pty.assert_restored();
    assert_eq!(outcomes(&home.journal()), [""; 0]);
}

#[test]
fn a_signal_waits_for_a_change_in_flight() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut pty = in_flight(&demo, &home, 2.0);
    pty.signal(Signal::TERM);
    pty.wait_for("Received a signal to end");
    assert_eq!(pty.exit(), Exit::Code(130));
    pty.assert_restored();
    assert_eq!(outcomes(&home.journal()), ["verified"]);
}

#[test]
fn the_shell_gets_a_restored_terminal_while_stopped() {
    let home = Home::new();
    let mut pty = Launch::program(&home, "bash", &["--norc", "--noprofile", "-i"])
        .env("PS1", "ready> ")
        .env("KEYFLIP", env!("CARGO_BIN_EXE_keyflip"))
        .on_pty(100, 30);
    pty.wait_for("ready>");
    pty.send("\"$KEYFLIP\" --demo\n");
    pty.wait_ready(KEY);
    assert!(pty.is_raw());
    pty.press("ctrl-z");
    pty.wait_for("Stopped");
    assert!(!pty.cells().alternate_screen() && !pty.cells().hide_cursor());
    pty.send("fg\n");
    pty.wait_until("the screen again", |cells| {
        cells.alternate_screen() && cells.hide_cursor() && cells.contents().contains(KEY)
    });
    // It takes the terminal twice: when it goes on, and for SIGCONT.
    for _ in 0..100 {
        if pty.is_raw() {
            break;
        }
        pty.wait_quiet(Duration::from_millis(20));
    }
    assert!(pty.is_raw());
    pty.press("j");
    pty.wait_for("Keys of backup-admin");
    pty.press("q");
    pty.wait_until("the shell", |cells| !cells.alternate_screen());
    pty.send("exit\n");
    assert_eq!(pty.exit(), Exit::Code(0));
}

#[test]
fn a_stopped_screen_ends_on_a_signal() {
    let home = Home::new();
    let mut pty = Launch::program(&home, "bash", &["--norc", "--noprofile", "-i"])
        .env("PS1", "ready> ")
        .env("KEYFLIP", env!("CARGO_BIN_EXE_keyflip"))
        .on_pty(100, 30);
    pty.wait_for("ready>");
    pty.send("\"$KEYFLIP\" --demo\n");
    pty.wait_ready(KEY);
    pty.press("ctrl-z");
    pty.wait_for("Stopped");
    // bash may not have noticed yet that the job continues, and does not wait for it then. The
    // first list of jobs still has one that has ended meanwhile.
    pty.send(
        "while kill %1 2>/dev/null; do wait %1; done; jobs >/dev/null; echo jobs $(jobs | wc -l)\n",
    );
    pty.wait_for("jobs 0");
    pty.send("exit\n");
    assert_eq!(pty.exit(), Exit::Code(0));
}

#[test]
fn suspend_is_ignored_without_a_parent_shell() {
    let home = Home::new();
    let mut pty = demo_screen(&home, 100, 30);
    pty.press("ctrl-z");
    pty.wait_for("so it cannot be suspended");
    pty.signal(Signal::STOP);
    pty.signal(Signal::CONT);
    pty.press("j");
    pty.wait_for("Keys of backup-admin");
}

#[test]
fn every_screen_size_works_and_40x10_shows_the_view() {
    let home = Home::new();
    let mut pty = demo_screen(&home, 120, 40);
    for (columns, rows) in
        [(1, 1), (2, 1), (1, 50), (300, 1), (5, 5), (39, 10), (40, 9), (41, 11), (400, 100)]
    {
        pty.resize(columns, rows);
        pty.press("t");
        pty.press("esc");
        pty.press("?");
        pty.press("esc");
        pty.press("/");
        pty.press("esc");
    }
    pty.resize(30, 8);
    pty.wait_for("keyflip needs 40x10");
    for step in 0..200_u16 {
        pty.resize(1 + step * 7 % 150, 1 + step * 3 % 50);
    }
    pty.resize(40, 10);
    pty.wait_quiet(Duration::from_millis(300));
    // A dialog that is not drawn yet discards its input, including esc and ctrl-c.
    while !pty.comes(Duration::from_millis(500), |text| {
        text.contains("Users") || text.contains("Keys of")
    }) {
        pty.press("esc");
    }
    while pty.ended(Duration::from_millis(500)).is_none() {
        pty.press("ctrl-c");
    }
    assert_eq!(pty.exit(), Exit::Code(0));
    pty.assert_restored();
}

#[test]
fn without_a_terminal_an_error_is_printed_in_plain_text() {
    let home = Home::new();
    let finished = Launch::keyflip(&home, &["--demo"]).run();
    assert_eq!((finished.exit, finished.stdout.as_str()), (Exit::Code(255), ""));
    assert!(
        finished.stderr.contains("needs a terminal") && !finished.stderr.contains('\x1b'),
        "{}",
        finished.stderr
    );
    let mut dumb = Launch::keyflip(&home, &["--demo"]).env("TERM", "dumb").on_pty(200, 24);
    assert_eq!(dumb.exit(), Exit::Code(255));
    assert!(dumb.words().contains("TERM is “dumb”"), "{}", dumb.screen());
    dumb.assert_restored();
}
