//! Benchmarks of the Organization view.

use crossterm::event::KeyCode;
use jiff::Timestamp;

use crate::model::{AccountId, ErrorKind, ListedAccount, ServiceError};
use crate::ops::organization::{
    AccountFailure, AccountReading, AccountSummary, Count, OldestKey, OrganizationEvent,
};
use crate::ops::overview::Overview;
use crate::tui::bench::screen::{Bench, CpuTimer, USERS, created_at, name, print_times};
use crate::tui::message::Message;

/// Measures the Organization view with as many accounts.
pub(super) fn measure() {
    let Some(mut bench) = Bench::new(0) else { return };
    bench.press(KeyCode::Char('o'));
    bench.settle();
    let send = |bench: &mut Bench, event| bench.update(Message::Organization { load: 1, event });
    let accounts = (0..USERS).map(account).collect();
    send(&mut bench, OrganizationEvent::Listed(accounts));
    send(&mut bench, OrganizationEvent::AllListed);
    bench.settle();
    let keys = [KeyCode::Down, KeyCode::PageDown, KeyCode::End, KeyCode::PageUp, KeyCode::Home];
    let times = (0..USERS).zip(keys.iter().cycle()).map(|(n, key)| {
        let reading = reading(n, bench.now.wall);
        let started = CpuTimer::start();
        send(&mut bench, OrganizationEvent::Read(Box::new(reading)));
        bench.press(*key);
        bench.settle();
        bench.draw();
        started.elapsed()
    });
    print_times("key to frame in Organization, rows filling in", times.collect());
    let times = (0..100).map(|_| {
        let started = CpuTimer::start();
        bench.press(KeyCode::Char('s'));
        bench.settle();
        started.elapsed()
    });
    print_times("sort of the accounts", times.collect());
    bench.press(KeyCode::Char('/'));
    bench.settle();
    let times = "billing-04 003".chars().cycle().take(500).map(|c| {
        let started = CpuTimer::start();
        bench.press(KeyCode::Char(c));
        bench.settle();
        started.elapsed()
    });
    print_times("filter keystroke in Organization", times.collect());
}

fn account(n: u32) -> ListedAccount {
    ListedAccount {
        id: AccountId::from_number(300_000_000_000 + u64::from(n)),
        name: Some(name(n).into()),
        email: Some(format!("aws+{n}@example.org").into()),
        session: "corp".into(),
    }
}

/// Returns what was read of an account; every 20th failed.
fn reading(n: u32, now: Timestamp) -> AccountReading {
    let exactly = |count: u32| Count { certain: count as usize, may_be_more: false };
    let failed = || {
        let error = ServiceError::new(ErrorKind::Denied, "GetCredentialReport", format!("no {n}"));
        AccountFailure { reason: "access denied".into(), error: error.into() }
    };
    let summary = (!n.is_multiple_of(20)).then(|| AccountSummary {
        generated: now,
        users: exactly(n % 500),
        active: exactly(n % 70),
        unused: exactly(n % 30),
        never_used: exactly(n % 7),
        oldest: OldestKey::Since(created_at(n, now)),
        odd_rows: 0,
        overview: Overview::empty(now),
    });
    AccountReading { account: account(n).id, route: None, summary: summary.ok_or_else(failed) }
}
