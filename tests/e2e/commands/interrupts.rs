//! Tests of commands that are asked to end while they print.

use std::fs::{File, OpenOptions};

use jiff::SignedDuration;
use rustix::io::ioctl_fionread;
use rustix::process::Signal;

use super::{KEY, at, by_shell, ends, intent, write_journal};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::process::Exit;
use crate::support::wait_until;

/// Bytes that a pipe holds (pipe(7)).
const PIPE_SIZE: u64 = 64 * 1024;

/// Creates a pipe with a name, which nobody reads.
fn pipe(home: &Home) -> File {
    ends(Launch::program(home, "mkfifo", &["pipe"]), 0);
    OpenOptions::new().read(true).write(true).open(home.path("pipe")).unwrap()
}

/// Starts a command whose output fills a pipe, sends the signal, and expects its end.
fn ends_at(signal: Signal, home: &Home, demo: &Demo, arguments: &str) {
    let pipe = pipe(home);
    let running = by_shell(home, demo, "", &format!("{arguments} >pipe")).start();
    wait_until("a full pipe", || ioctl_fionread(&pipe).unwrap() >= PIPE_SIZE);
    running.signal(signal);
    assert_eq!(running.finish().exit, Exit::Code(130), "{arguments} at {signal:?}");
    std::fs::remove_file(home.path("pipe")).unwrap();
}

#[test]
fn a_change_interrupted_before_it_was_sent_says_so() {
    let home = Home::new();
    let demo = Demo::start(&home, &["--latency", "2s"]);
    let running = at(&home, &demo, &["deactivate", KEY, "--yes"]).start();
    wait_until("a first call", || !demo.calls().is_empty());
    running.signal(Signal::INT);
    let ended = running.finish();
    assert_eq!(
        (ended.exit, &*ended.stderr),
        (Exit::Code(130), "keyflip: Interrupted. Nothing was sent.\n")
    );
}

#[test]
fn a_signal_ends_a_command_whose_output_nobody_reads() {
    let home = Home::new();
    let demo = Demo::start(&home, &["--users", "500"]);
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        ends_at(signal, &home, &demo, "list --format json");
        // Reads the changes left open, and prints only then.
        let open = (0..300).map(|n| intent(n, KEY, SignedDuration::from_hours(1)));
        write_journal(&home, &demo, open);
        ends_at(signal, &home, &demo, "journal --format json");
    }
}
