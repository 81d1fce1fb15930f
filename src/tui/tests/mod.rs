//! Tests of the whole screen without a terminal: keys go in by name, reads are answered from a small
//! account, tests control the clock, and frames are drawn on a test backend.

mod account_picker;
mod accounts;
mod action_list;
pub(super) mod activity;
mod activity_bytes;
mod activity_layout;
mod activity_watch;
mod aws_commands;
mod carried_lookups;
mod confirm;
mod confirm_freshness;
mod denied_reads;
mod early_input;
mod export;
mod filter_line;
mod follow_found_key;
mod footer;
mod frame_rate;
mod incident;
mod journal_steps;
mod key_owners;
mod key_table;
mod lists;
mod mangled_text;
mod model;
mod no_session;
mod notifications;
mod organization;
mod organization_overview;
mod other_accounts;
mod outcomes;
mod overview;
mod paste_detection;
mod plan;
mod popups;
mod restore;
mod root;
mod screens;
mod search_results;
mod sessions;
mod sign_in;
mod small_dialog;
mod undo;
mod unknown_outcome;
mod views;

use std::collections::HashMap;
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use jiff::{SignedDuration, Timestamp};
use ratatui::Terminal;
use ratatui::backend::{Backend as _, TestBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::Size;

use crate::changes::{ChangeOrigin, Journal};
use crate::model::{
    AccessKey, AccountId, Arn, Caller, CredentialReport, Direction, Endpoint, IamRead, IamSummary,
    KeyChange, KeyId, KeyLastUse, KeyStatus, Known, LastUse, Now, Outcome, ROOT_USER_NAME,
    ReadData, ReadReply, SessionContext, SessionId, User, UserDetailPart, UserName,
};
use crate::tui::app::App;
use crate::tui::bars::FooterHint;
use crate::tui::context::ScreenOptions;
use crate::tui::effect::{Effects, TaskEffect, TerminalEffect};
use crate::tui::message::{Message, SessionEvent};
use crate::tui::render::Theme;

/// The active key of the user with one key.
pub(super) const ONE: &str = "AKIARZPUZDIKFYHOWX26";
/// The active key of the user with two keys.
pub(super) const TWO_A: &str = "AKIARZPUZDIKJ3TBYUFZ";
/// The inactive key of the user with two keys.
pub(super) const TWO_B: &str = "AKIARZPUZDIKKQLMNO2P";
/// The key that signs the session.
pub(super) const OWN: &str = "AKIARZPUZDIKAOWNKEY2";

/// A screen under test.
pub(super) struct Driver {
    pub app: App,
    pub now: Now,
    /// Tasks requested so far.
    pub tasks: Vec<TaskEffect>,
    /// Uses of the terminal requested so far.
    pub terminal_effects: Vec<TerminalEffect>,
    /// User, key ID and status of each key of the account.
    pub statuses: Vec<(&'static str, &'static str, KeyStatus)>,
    /// Time at which IAM says that all keys were last used.
    pub last_used: Timestamp,
    /// The journal that [`Self::record`] writes.
    pub journal: Journal,
    /// Account and endpoint of each session.
    origins: HashMap<SessionId, ChangeOrigin>,
    terminal: Terminal<TestBackend>,
}

pub(super) fn start() -> Now {
    Now { wall: "2026-11-24T14:02:11Z".parse().unwrap(), mono: Duration::from_secs(1) }
}

pub(super) fn session_context() -> SessionContext {
    SessionContext {
        caller: Caller {
            account: AccountId::from_service("123456789012"),
            arn: Arn::from_service("arn:aws:iam::123456789012:user/operator"),
        },
        alias: None,
        profile: Some("prod".into()),
        source: "prod, access key".into(),
        route: None,
        endpoint: Endpoint::Aws,
        signing_keys: [KeyId::parse(OWN).unwrap()].into(),
        signer: KeyId::parse(OWN).ok(),
        read_only: false,
        tls_unverified: false,
    }
}

impl Driver {
    /// Starts a screen.
    pub(super) fn new(columns: u16, rows: u16) -> Self {
        let mut effects = Effects::default();
        let app =
            App::new(ScreenOptions::default(), Size::new(columns, rows), start(), &mut effects);
        let statuses = vec![
            ("alice", ONE, KeyStatus::Active),
            ("bob", TWO_A, KeyStatus::Active),
            ("bob", TWO_B, KeyStatus::Inactive),
            ("operator", OWN, KeyStatus::Active),
        ];
        let terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
        let Effects { tasks, terminal: terminal_effects } = effects;
        Self {
            app,
            now: start(),
            tasks,
            terminal_effects,
            statuses,
            last_used: start().wall - SignedDuration::from_hours(24 * 3),
            journal: Journal::memory(),
            origins: HashMap::new(),
            terminal,
        }
    }

    /// Starts a screen and reads its account.
    pub(super) fn ready(columns: u16, rows: u16) -> Self {
        let mut driver = Self::new(columns, rows);
        driver.open(session_context());
        driver.serve();
        driver.wait(200);
        driver.serve();
        driver
    }

    /// Opens the session.
    pub(super) fn open(&mut self, session_context: SessionContext) {
        let id = self.app.shared.session.id;
        self.origins.insert(id, ChangeOrigin::from(&session_context));
        self.batch(vec![Message::Session(id, SessionEvent::Open(Box::new(session_context)))]);
    }

    /// Handles messages as one batch, and draws.
    pub(super) fn batch(&mut self, messages: Vec<Message>) {
        let mut effects = Effects::default();
        for message in messages {
            self.app.update(message, self.now, &mut effects);
        }
        self.app.settle(self.now, &mut effects);
        self.tasks.append(&mut effects.tasks);
        self.terminal_effects.append(&mut effects.terminal);
        let frame = self.frame();
        assert_eq!(frame.area.width, self.app.shared.size.width);
        self.app.drawn(self.now);
    }

    /// Presses keys, each alone and 10 ms apart: `j`, `ctrl-c`, `enter`, …
    pub(super) fn keys(&mut self, keys: &str) {
        for key in keys.split(' ') {
            self.now_passes(10);
            self.batch(vec![press(key)]);
        }
    }

    /// Types text in one batch, as an unbracketed paste does.
    pub(super) fn types(&mut self, text: &str) {
        self.now_passes(10);
        self.batch(text.chars().map(|c| press(&c.to_string())).collect());
    }

    fn now_passes(&mut self, millis: u64) {
        self.now.mono += Duration::from_millis(millis);
        self.now.wall += SignedDuration::from_millis(i64::try_from(millis).unwrap());
    }

    /// Lets time pass, waking the screen at its deadlines.
    pub(super) fn wait(&mut self, millis: u64) {
        let end = self.now.mono + Duration::from_millis(millis);
        while let Some(deadline) = self.app.deadline().filter(|deadline| *deadline <= end) {
            let step = deadline.saturating_sub(self.now.mono);
            self.now_passes(u64::try_from(step.as_millis()).unwrap() + 1);
            self.batch(vec![Message::Deadline]);
        }
        let rest = end.saturating_sub(self.now.mono);
        self.now_passes(u64::try_from(rest.as_millis()).unwrap());
        self.batch(vec![Message::Deadline]);
    }

    /// Answers every pending read, and those that follow.
    pub(super) fn serve(&mut self) {
        self.serve_journal();
        for _ in 0..50 {
            let reads: Vec<_> = self
                .tasks
                .extract_if(.., |effect| matches!(effect, TaskEffect::Read { .. }))
                .collect();
            if reads.is_empty() {
                return;
            }
            for effect in reads {
                let TaskEffect::Read { session, read, .. } = effect else { continue };
                let answer = self.answer(session, read);
                self.batch(vec![Message::Reply(answer)]);
            }
        }
        panic!("the screen never stops reading");
    }

    /// Returns the account's reply to a read.
    pub(super) fn answer(&self, session: SessionId, read: IamRead) -> ReadReply {
        let at = self.now.wall;
        let found = match &read {
            IamRead::Alias => ReadData::Alias(Some("acme-prod".into())),
            IamRead::Summary => {
                ReadData::Summary(IamSummary { users: 4, root_has_key: Some(false) })
            }
            IamRead::Users { .. } => ReadData::Users {
                users: ["alice", "bob", "carol", "operator"].map(user).into(),
                next: None,
            },
            IamRead::Keys { user } => {
                let user = user.as_ref().map_or(ROOT_USER_NAME, UserName::as_str);
                let keys = self.statuses.iter().filter(|(owner, ..)| *owner == user);
                ReadData::Keys(keys.map(|(_, id, status)| key(id, status)).collect())
            }
            IamRead::LastUse { .. } => ReadData::LastUse(KeyLastUse {
                owner: None,
                last_use: LastUse::Used {
                    at: self.last_used,
                    service: Some("s3".into()),
                    region: Some("us-east-1".into()),
                },
            }),
            IamRead::Account { .. } => ReadData::Account(AccountId::from_service("123456789012")),
            IamRead::Detail { part: UserDetailPart::BoundaryAndTags, .. } => {
                ReadData::BoundaryAndTags { boundary: None, tags: Vec::new() }
            }
            IamRead::Detail { part: UserDetailPart::Console, .. } => ReadData::Console(None),
            IamRead::Detail { .. } => ReadData::Names(Vec::new()),
            IamRead::GenerateReport => ReadData::ReportPending,
            IamRead::Report => ReadData::Report(CredentialReport {
                rows: Vec::new(),
                odd: Vec::new(),
                generated: at,
                sha256: [0; 32],
            }),
        };
        ReadReply { session, read, result: Ok(found), asked_at: at, at }
    }

    /// Returns the changes sent so far.
    pub(super) fn changes(&self) -> Vec<&KeyChange> {
        self.tasks
            .iter()
            .filter_map(|effect| match effect {
                TaskEffect::Change(change) => Some(change),
                _ => None,
            })
            .collect()
    }

    /// Returns the key and direction of the only change sent.
    pub(super) fn only_change(&self) -> (String, Direction) {
        let changes = self.changes();
        assert_eq!(changes.len(), 1, "{changes:?}");
        (changes[0].key.to_string(), changes[0].direction)
    }

    /// Finishes the first change.
    pub(super) fn finish(&mut self, outcome: Outcome, sentence: &str) {
        let change = self.changes()[0].clone();
        self.end_change(change, outcome, sentence);
    }

    /// Returns the text copied to the clipboard last.
    pub(super) fn copied(&self) -> &str {
        let copied = self.terminal_effects.iter().rev().find_map(|effect| match effect {
            TerminalEffect::Copy(text) => Some(text.as_str()),
            _ => None,
        });
        copied.expect("nothing was copied")
    }

    /// Draws the frame.
    pub(super) fn frame(&mut self) -> Buffer {
        let Size { width, height } = self.app.shared.size;
        self.terminal.backend_mut().resize(width, height);
        self.terminal.draw(|frame| self.app.draw(&Theme::default(), frame)).unwrap();
        self.terminal.backend().buffer().clone()
    }

    /// Returns the screen as text.
    pub(super) fn text(&mut self) -> String {
        let buffer = self.frame();
        let width = usize::from(buffer.area.width);
        let rows = buffer
            .content
            .chunks(width)
            .map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>());
        rows.map(|row| row.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }

    /// Returns the hints of the footer.
    pub(super) fn hints(&self) -> Vec<FooterHint> {
        self.app.ui.hints(&self.app.shared)
    }

    /// Returns the column and row of the cursor.
    pub(super) fn cursor(&mut self) -> (u16, u16) {
        self.frame();
        self.terminal.backend_mut().get_cursor_position().unwrap().into()
    }

    /// Fails unless the screen shows the text.
    pub(super) fn assert_shows(&mut self, text: &str) {
        let screen = self.text();
        assert!(screen.contains(text), "the screen does not show {text:?}:\n{screen}");
    }

    /// Fails if the screen shows the text.
    pub(super) fn assert_hides(&mut self, text: &str) {
        let screen = self.text();
        assert!(!screen.contains(text), "the screen shows {text:?}:\n{screen}");
    }
}

/// Returns the message of a key press: `t`, `ctrl-c`, `alt-d`, `enter`.
pub(super) fn press(key: &str) -> Message {
    let (key, modifiers) = match key.split_once('-') {
        Some(("ctrl", key)) => (key, KeyModifiers::CONTROL),
        Some(("alt", key)) => (key, KeyModifiers::ALT),
        _ => (key, KeyModifiers::NONE),
    };
    let code = match key {
        "enter" | "\n" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" | "\t" => KeyCode::Tab,
        "backtab" => KeyCode::BackTab,
        "space" => KeyCode::Char(' '),
        "backspace" => KeyCode::Backspace,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pageup" => KeyCode::PageUp,
        "pagedown" => KeyCode::PageDown,
        one => KeyCode::Char(one.chars().next().unwrap()),
    };
    Message::Input(Event::Key(KeyEvent::new(code, modifiers)))
}

pub(super) fn user(name: &str) -> User {
    User {
        name: UserName::from_service(name),
        id: format!("AIDA{name}").into(),
        path: "/".into(),
        arn: Arn::from_service(&format!("arn:aws:iam::123456789012:user/{name}")),
        created: Some(created_at()),
        password_last_used: None,
    }
}

pub(super) fn key(id: &str, status: &KeyStatus) -> AccessKey {
    let (id, status) = (KeyId::parse(id).unwrap(), status.clone());
    AccessKey { id, user: None, status, created: Some(created_at()), last_use: Known::NotRead }
}

fn created_at() -> Timestamp {
    start().wall - SignedDuration::from_hours(24 * 412)
}
