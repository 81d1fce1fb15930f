//! Benchmarks of the screen: 5,000 users with two keys each, 120x40. Times are
//! wall clock times of the thread minus the time it waited for a CPU, which
//! Linux reports.
#![expect(clippy::print_stdout, reason = "figures for a person, in no binary that is shipped")]

mod activity;
mod dialog;
mod organization;
mod screen;

use crossterm::event::KeyCode;
use jiff::{SignedDuration, Timestamp};

use crate::aws::parse_report;
use crate::inventory::{SortBy, SortOrder};
use crate::model::{IamRead, ReadData};

use screen::{Bench, CpuTimer, USERS, csv, print_times};

/// Runs the benchmarks and prints one line each.
pub(crate) fn run() {
    println!("{:<58} {:>9} {:>9} {:>9}", "5,000 users, 10,000 keys, 120x40", "p50", "p99", "max");
    key_to_frame();
    keystrokes();
    sorting();
    report();
    dialog::measure();
    organization::measure();
    activity::measure();
}

/// Measures key presses up to their frame while replies of a full scan arrive.
fn key_to_frame() {
    let keys = [
        KeyCode::Down,
        KeyCode::PageDown,
        KeyCode::Char('j'),
        KeyCode::End,
        KeyCode::PageUp,
        KeyCode::Home,
    ];
    for (what, view) in [
        ("key to frame in Users, during a full scan", 0),
        ("key to frame in Keys, during a full scan", 1),
        ("key to frame in Overview, during a full scan", 2),
    ] {
        let Some(mut bench) = Bench::new(USERS / 2) else { return };
        for _ in 0..view {
            bench.press(KeyCode::Char('v'));
            bench.settle();
        }
        if view == 0 {
            bench.press(KeyCode::Char('R'));
        }
        let times = (USERS / 2..USERS).zip(keys.iter().cycle()).map(|(n, key)| {
            let started = CpuTimer::start();
            bench.read_keys(n);
            bench.press(*key);
            bench.settle();
            bench.draw();
            started.elapsed()
        });
        print_times(what, times.collect());
    }
    let Some(mut bench) = Bench::new(0) else { return };
    let times = (0..USERS).map(|n| {
        let started = CpuTimer::start();
        bench.read_keys(n);
        bench.settle();
        started.elapsed()
    });
    print_times("update and settle of one reply", times.collect());
    let times = (0..2_000).map(|_| {
        bench.press(KeyCode::PageDown);
        bench.settle();
        let started = CpuTimer::start();
        bench.draw();
        started.elapsed()
    });
    print_times("draw of a page", times.collect());
}

/// Measures keystrokes of a filter: 15,000 names and IDs in Users, 10,000 keys
/// with their owners' names in Keys.
fn keystrokes() {
    for (what, view) in [("filter keystroke in Users", false), ("filter keystroke in Keys", true)] {
        let Some(mut bench) = Bench::new(USERS) else { return };
        if view {
            bench.press(KeyCode::Char('v'));
        }
        bench.settle();
        let mut times = Vec::new();
        for text in ["billing-04", "svc", "AKIAQQAAB", "status:inactive mob", "unused>90d"]
            .iter()
            .cycle()
            .take(50)
        {
            bench.press(KeyCode::Char('/'));
            for c in text.chars() {
                let started = CpuTimer::start();
                bench.press(KeyCode::Char(c));
                bench.settle();
                times.push(started.elapsed());
            }
            bench.press(KeyCode::Esc);
            bench.settle();
        }
        print_times(what, times);
    }
}

fn sorting() {
    let Some(bench) = Bench::new(USERS) else { return };
    for by in [SortBy::Name, SortBy::NewestKey, SortBy::LongestUnused] {
        let order = SortOrder { by, ..SortOrder::default() };
        let sort = |sort: &dyn Fn()| {
            let times = (0..100).map(|_| {
                let started = CpuTimer::start();
                sort();
                started.elapsed()
            });
            times.collect::<Vec<_>>()
        };
        let (inventory, now) = (&bench.app.shared.inventory, bench.now.wall);
        let users = sort(&|| drop(std::hint::black_box(inventory.sorted(order, now))));
        print_times(&format!("sort of the users by {}", by.name()), users);
        let keys = sort(&|| drop(std::hint::black_box(inventory.sorted_keys(order, now))));
        print_times(&format!("sort of the keys by {}", by.name()), keys);
    }
}

fn report() {
    let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(480_000);
    let text = csv(now);
    let Ok(report) = parse_report(text.as_bytes(), now) else { return };
    let times = (0..50).map(|_| {
        let started = CpuTimer::start();
        drop(std::hint::black_box(parse_report(text.as_bytes(), now)));
        started.elapsed()
    });
    print_times("parsing the report (off the loop's thread)", times.collect());
    let Some(mut bench) = Bench::new(0) else { return };
    let times = (0..50).map(|_| {
        let report = report.clone();
        let started = CpuTimer::start();
        bench.answer(IamRead::Report, ReadData::Report(report));
        bench.settle();
        started.elapsed()
    });
    print_times("applying the report", times.collect());
}
