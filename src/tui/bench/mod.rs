//! Benchmarks of the screen: 5,000 users with two keys each, 120x40. Times are
//! wall clock times of the thread minus the time it waited for a CPU, which
//! Linux reports.
#![expect(clippy::print_stdout, reason = "figures for a person, in no binary that is shipped")]

mod organization;

use std::fmt::Write as _;
use std::time::{Duration, Instant};
use std::{fs, io};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use jiff::{SignedDuration, Timestamp};
use ratatui::Terminal;

use crate::aws::parse_report;
use crate::inventory::{SortBy, SortOrder};
use crate::model::{
    AccessKey, AccountId, Arn, Caller, Endpoint, IamRead, KeyId, KeyStatus, Known, LastUse, Now,
    ReadData, ReadReply, SessionContext, SessionId, User, UserName,
};
use crate::tui::app::App;
use crate::tui::context::ScreenOptions;
use crate::tui::message::{Effects, Message, SessionEvent};
use crate::tui::render::Theme;
use crate::tui::runtime::BenchBackend;

const USERS: u32 = 5_000;
const SESSION: SessionId = SessionId(1);

/// Runs the benchmarks and prints one line each.
pub(crate) fn run() {
    println!("{:<58} {:>9} {:>9} {:>9}", "5,000 users, 10,000 keys, 120x40", "p50", "p99", "max");
    key_to_frame();
    keystrokes();
    sorting();
    report();
    organization::measure();
}

/// Measures CPU time.
struct CpuTimer {
    waited: Duration,
    started: Instant,
}

impl CpuTimer {
    fn start() -> Self {
        Self { waited: waited(), started: Instant::now() }
    }

    fn elapsed(&self) -> Duration {
        let elapsed = self.started.elapsed();
        elapsed.saturating_sub(waited().saturating_sub(self.waited))
    }
}

/// Returns the time that this thread has waited for a CPU so far: the second
/// field of `/proc/thread-self/schedstat`, in nanoseconds. Zero on other systems.
///
/// <https://docs.kernel.org/scheduler/sched-stats.html>
fn waited() -> Duration {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(
        stat.split_whitespace().nth(1).and_then(|field| field.parse().ok()).unwrap_or_default(),
    )
}

/// A screen with a terminal that discards its output.
struct Bench {
    app: App,
    now: Now,
    terminal: Terminal<BenchBackend<io::Sink>>,
}

impl Bench {
    /// Creates a screen with all users listed and the keys of the first `read` users
    /// read.
    fn new(read: u32) -> Option<Self> {
        let now = Now {
            wall: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(480_000),
            mono: Duration::ZERO,
        };
        let app = App::new(ScreenOptions::default(), (120, 40), now, &mut Effects::default());
        let terminal = Terminal::new(BenchBackend::new(io::sink(), (120, 40), true)).ok()?;
        let mut bench = Self { app, now, terminal };
        bench.update(Message::Session(SESSION, SessionEvent::Open(Box::new(session_context()))));
        let users = (0..USERS).map(|n| user(n, now.wall)).collect();
        bench.answer(IamRead::Users { from: None }, ReadData::Users { users, next: None });
        bench.settle();
        for n in 0..read {
            bench.read_keys(n);
        }
        bench.settle();
        bench.draw();
        Some(bench)
    }

    fn update(&mut self, message: Message) {
        self.app.update(message, self.now, &mut Effects::default());
    }

    fn answer(&mut self, read: IamRead, found: ReadData) {
        let at = self.now.wall;
        self.update(Message::Reply(ReadReply {
            session: SESSION,
            read,
            result: Ok(found),
            asked_at: at,
            at,
        }));
    }

    fn read_keys(&mut self, n: u32) {
        let keys = (0..2).filter_map(|slot| key(2 * n + slot, self.now.wall)).collect();
        self.answer(
            IamRead::Keys { user: Some(UserName::from_service(&name(n))) },
            ReadData::Keys(keys),
        );
    }

    fn press(&mut self, code: KeyCode) {
        self.update(Message::Input(Event::Key(KeyEvent::new(code, KeyModifiers::NONE))));
    }

    fn settle(&mut self) {
        self.now.mono += Duration::from_millis(10);
        self.app.settle(self.now, &mut Effects::default());
    }

    fn draw(&mut self) {
        let (app, theme) = (&self.app, Theme::default());
        let _ = self.terminal.draw(|frame| app.draw(&theme, frame));
    }
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
        ("key to frame in Users, during a full scan", false),
        ("key to frame in Keys, during a full scan", true),
    ] {
        let Some(mut bench) = Bench::new(USERS / 2) else { return };
        if view {
            bench.press(KeyCode::Char('v'));
            bench.settle();
        } else {
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
    for by in [SortBy::Name, SortBy::Incident, SortBy::Hygiene] {
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

fn print_times(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| {
        times.get((times.len() * share / 100).min(times.len() - 1)).copied().unwrap_or_default()
    };
    let shown = |time: Duration| format!("{:.3} ms", time.as_secs_f64() * 1e3);
    println!("{what:<58} {:>9} {:>9} {:>9}", shown(at(50)), shown(at(99)), shown(at(100)));
}

fn session_context() -> SessionContext {
    let arn = Arn::from_service("arn:aws:iam::123456789012:user/operator");
    SessionContext {
        caller: Caller { account: AccountId::from_service("123456789012"), arn },
        alias: None,
        profile: None,
        source: "environment".into(),
        route: None,
        endpoint: Endpoint::Aws,
        signing_keys: [].into(),
        signer: None,
        read_only: false,
        tls_unverified: false,
    }
}

fn name(n: u32) -> String {
    const TEAMS: [&str; 5] = ["billing", "search", "payments", "mobile", "platform"];
    format!("svc-{}-{n:04}", TEAMS[n as usize % TEAMS.len()])
}

fn created_at(n: u32, now: Timestamp) -> Timestamp {
    now - SignedDuration::from_hours(24 * i64::from(n * 37 % 2_000))
        - SignedDuration::from_secs(i64::from(n))
}

fn user(n: u32, now: Timestamp) -> User {
    let name = name(n);
    User {
        id: format!("AIDA{n:0>16}").into(),
        path: "/service/".into(),
        arn: Arn::from_service(&format!("arn:aws:iam::123456789012:user/service/{name}")),
        name: UserName::from_service(&name),
        created: Some(created_at(n, now)),
        password_last_used: None,
    }
}

fn key(n: u32, now: Timestamp) -> Option<AccessKey> {
    let letters: String =
        format!("{n:012}").bytes().map(|digit| char::from(digit - b'0' + b'A')).collect();
    Some(AccessKey {
        id: KeyId::parse(&format!("AKIAQQ{letters}")).ok()?,
        user: None,
        status: if n.is_multiple_of(5) { KeyStatus::Inactive } else { KeyStatus::Active },
        created: Some(created_at(n, now)),
        last_use: Known::Reported {
            value: LastUse::Used { at: now, service: None, region: None },
            at: now,
        },
    })
}

fn csv(now: Timestamp) -> String {
    let mut text = "user,arn,user_creation_time,password_enabled,mfa_active,access_key_1_active,\
        access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,\
        access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
        access_key_2_last_used_region,access_key_2_last_used_service"
        .to_owned();
    for n in 0..USERS {
        let (name, created) = (name(n), created_at(n, now));
        let keys: Vec<_> = (0..2).map(|slot| created_at(2 * n + slot, now)).collect();
        let (first, second) = (keys[0], keys[1]);
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "\n{name},arn:aws:iam::123456789012:user/service/{name},{created},false,false,true,{first},{now},us-east-1,\
             s3,true,{second},N/A,N/A,N/A"
        );
    }
    text
}
