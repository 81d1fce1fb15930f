//! The screen that the benchmarks measure, its clock, and the data that it shows.

use std::fmt::Write as _;
use std::time::{Duration, Instant};
use std::{fs, io};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use jiff::{SignedDuration, Timestamp};
use ratatui::Terminal;

use crate::model::{
    AccessKey, AccountId, Arn, Caller, Endpoint, IamRead, KeyId, KeyStatus, Known, LastUse, Now,
    ReadData, ReadReply, SessionContext, SessionId, User, UserName,
};
use crate::tui::app::App;
use crate::tui::context::{Context, ScreenOptions};
use crate::tui::effect::Effects;
use crate::tui::message::{Message, SessionEvent};
use crate::tui::popups::PopupOutcome;
use crate::tui::render::Theme;
use crate::tui::runtime::FrameBackend;

pub(super) const USERS: u32 = 5_000;
pub(super) const SESSION: SessionId = SessionId(1);

/// Measures CPU time.
pub(super) struct CpuTimer {
    waited: Duration,
    started: Instant,
}

impl CpuTimer {
    pub(super) fn start() -> Self {
        Self { waited: waited(), started: Instant::now() }
    }

    pub(super) fn elapsed(&self) -> Duration {
        let elapsed = self.started.elapsed();
        elapsed.saturating_sub(waited().saturating_sub(self.waited))
    }
}

/// Returns the time that this thread has waited for a CPU so far: the second
/// field of `/proc/thread-self/schedstat`, in nanoseconds. Zero on other systems.
///
/// <https://docs.kernel.org/scheduler/sched-stats.html>
pub(super) fn waited() -> Duration {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(
        stat.split_whitespace().nth(1).and_then(|field| field.parse().ok()).unwrap_or_default(),
    )
}

/// A screen with a terminal that discards its output.
pub(super) struct Bench {
    pub(super) app: App,
    pub(super) now: Now,
    terminal: Terminal<FrameBackend<io::Sink>>,
}

impl Bench {
    /// Creates a screen with all users listed and the keys of the first `read` users
    /// read.
    pub(super) fn new(read: u32) -> Option<Self> {
        Self::with_users(USERS, read)
    }

    /// Creates a screen with that many users listed and the keys of the first `read` users read.
    pub(super) fn with_users(users: u32, read: u32) -> Option<Self> {
        let now = Now {
            wall: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(480_000),
            mono: Duration::ZERO,
        };
        let app =
            App::new(ScreenOptions::default(), (120, 40).into(), now, &mut Effects::default());
        let terminal = Terminal::new(FrameBackend::new(io::sink(), (120, 40), true)).ok()?;
        let mut bench = Self { app, now, terminal };
        bench.update(Message::Session(SESSION, SessionEvent::Open(Box::new(session_context()))));
        let users = (0..users).map(|n| user(n, now.wall)).collect();
        bench.answer(IamRead::Users { from: None }, ReadData::Users { users, next: None });
        bench.settle();
        for n in 0..read {
            bench.read_keys(n);
        }
        bench.settle();
        bench.draw();
        Some(bench)
    }

    pub(super) fn update(&mut self, message: Message) {
        self.app.update(message, self.now, &mut Effects::default());
    }

    pub(super) fn answer(&mut self, read: IamRead, found: ReadData) {
        let at = self.now.wall;
        self.update(Message::Reply(ReadReply {
            session: SESSION,
            read,
            result: Ok(found),
            asked_at: at,
            at,
        }));
    }

    pub(super) fn read_keys(&mut self, n: u32) {
        let keys = (0..2).filter_map(|slot| key(2 * n + slot, self.now.wall)).collect();
        self.answer(
            IamRead::Keys { user: Some(UserName::from_service(&name(n))) },
            ReadData::Keys(keys),
        );
    }

    pub(super) fn open(&mut self, outcome: PopupOutcome) {
        let (now, effects) = (self.now, &mut Effects::default());
        let App { shared, ui } = &mut self.app;
        ui.apply_popup_outcome(outcome, &mut Context { shared, now, effects });
    }

    pub(super) fn press(&mut self, code: KeyCode) {
        self.update(Message::Input(Event::Key(KeyEvent::new(code, KeyModifiers::NONE))));
    }

    pub(super) fn settle(&mut self) {
        self.now.mono += Duration::from_millis(10);
        self.app.settle(self.now, &mut Effects::default());
    }

    pub(super) fn draw(&mut self) {
        let (app, theme) = (&self.app, Theme::default());
        let _ = self.terminal.draw(|frame| app.draw(&theme, frame));
    }
}

pub(super) fn print_times(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| {
        times.get((times.len() * share / 100).min(times.len() - 1)).copied().unwrap_or_default()
    };
    let shown = |time: Duration| format!("{:.3} ms", time.as_secs_f64() * 1e3);
    println!("{what:<58} {:>9} {:>9} {:>9}", shown(at(50)), shown(at(99)), shown(at(100)));
}

pub(super) fn session_context() -> SessionContext {
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

pub(super) fn name(n: u32) -> String {
    const TEAMS: [&str; 5] = ["billing", "search", "payments", "mobile", "platform"];
    format!("svc-{}-{n:04}", TEAMS[n as usize % TEAMS.len()])
}

pub(super) fn created_at(n: u32, now: Timestamp) -> Timestamp {
    now - SignedDuration::from_hours(24 * i64::from(n * 37 % 2_000))
        - SignedDuration::from_secs(i64::from(n))
}

pub(super) fn user(n: u32, now: Timestamp) -> User {
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

pub(super) fn key(n: u32, now: Timestamp) -> Option<AccessKey> {
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

pub(super) fn csv(now: Timestamp) -> String {
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
