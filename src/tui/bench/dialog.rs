//! Benchmarks of the confirmation dialog on many marked keys.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use jiff::SignedDuration;

use crate::tui::bench::screen::{Bench, CpuTimer, print_times};
use crate::tui::message::Message;

/// Number of users; of the two keys of each, one in five is inactive, so 13,400 can be deactivated.
const USERS: u32 = 8_375;

/// Measures opening the dialog, keys in it, and replies, with statuses that must be read again.
pub(super) fn measure() {
    let mut opening = Vec::new();
    for _ in 0..10 {
        let Some(mut bench) = marked() else { return };
        let started = CpuTimer::start();
        bench.press(KeyCode::Char('d'));
        bench.settle();
        bench.draw();
        opening.push(started.elapsed());
    }
    print_times("dialog of 13,400 marked keys: opening (budget 20)", opening);
    let Some(mut bench) = marked() else { return };
    bench.press(KeyCode::Char('d'));
    bench.settle();
    bench.draw();
    bench.app.drawn(bench.now);
    let keys = [KeyCode::Char('j'), KeyCode::PageDown, KeyCode::Char('k'), KeyCode::Char('1')];
    let times = keys.iter().cycle().take(400).map(|key| {
        let started = CpuTimer::start();
        bench.press(*key);
        bench.settle();
        bench.draw();
        started.elapsed()
    });
    print_times("… key to frame (budget 2)", times.collect());
    let times = (0..400).map(|n| {
        let started = CpuTimer::start();
        bench.read_keys(n);
        bench.settle();
        bench.draw();
        started.elapsed()
    });
    print_times("… reply to frame (budget 20)", times.collect());
}

/// Returns a screen with all keys read a minute ago, and marked.
fn marked() -> Option<Bench> {
    let mut bench = Bench::with_users(USERS, USERS)?;
    bench.press(KeyCode::Char('v'));
    bench.settle();
    let mark_all = KeyEvent::new(KeyCode::Char('a'), KeyModifiers::CONTROL);
    bench.update(Message::Input(Event::Key(mark_all)));
    bench.now.wall += SignedDuration::from_mins(1);
    bench.settle();
    bench.draw();
    Some(bench)
}
