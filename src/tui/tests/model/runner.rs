//! Plays events on a screen, as the event loop does.

use std::collections::HashMap;
use std::time::Duration;

use crossterm::event::{Event as Input, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use jiff::SignedDuration;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::confirm::ShownDialog;
use super::event::{ModelEvent, WORDS};
use super::expected_calls::ExpectedCalls;
use super::fake_accounts::{FakeAccounts, PendingRead};
use super::invariants::{
    Lists, check_session_context, check_state, expected_notifications, selected_words,
};
use super::simultaneous_keys::KeysResult;
use crate::changes::{ChangeOrigin, Journal};
use crate::model::{Now, ReadReply, SessionId};
use crate::tui::app::App;
use crate::tui::context::ScreenOptions;
use crate::tui::message::{ChangeEvent, Effects, Message, Signal, TaskEffect};
use crate::tui::render::Theme;
use crate::tui::tests::{press, start};

/// Counts of a run.
#[derive(Debug, Default)]
pub(super) struct RunStats {
    pub confirmed: usize,
    pub received: usize,
    pub unjournaled: usize,
    /// Changes undone.
    pub undone: usize,
    /// Of those, changes that an earlier run of the program has made.
    pub undone_later: usize,
    /// Reports of changes of an earlier session.
    pub foreign_reports: usize,
    pub dialogs: usize,
    /// Dialogs that did not fit the screen.
    pub cramped: usize,
    /// Batches while changed keys were watched.
    pub watched: usize,
    /// Required reports about verified keys.
    pub alerts: usize,
    /// Read-only sessions.
    pub read_only: usize,
    /// Dialogs that closed because another key started to sign.
    pub renewals: usize,
    /// Sessions whose caller changed.
    pub turned: usize,
    /// Dialogs confirmed after more than 30 seconds.
    pub kept_open: usize,
    pub sessions: usize,
    pub starts: usize,
    pub frames: usize,
}

impl std::ops::AddAssign for RunStats {
    fn add_assign(&mut self, other: Self) {
        self.confirmed += other.confirmed;
        self.received += other.received;
        self.unjournaled += other.unjournaled;
        self.undone += other.undone;
        self.undone_later += other.undone_later;
        self.foreign_reports += other.foreign_reports;
        self.dialogs += other.dialogs;
        self.cramped += other.cramped;
        self.watched += other.watched;
        self.alerts += other.alerts;
        self.read_only += other.read_only;
        self.renewals += other.renewals;
        self.turned += other.turned;
        self.kept_open += other.kept_open;
        self.sessions += other.sessions;
        self.starts += other.starts;
        self.frames += other.frames;
    }
}

/// Number of batches between frames that are drawn and checked; a new dialog is
/// always checked.
const FRAME_CHECK_INTERVAL: usize = 64;

/// The account of an open session.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenSession {
    pub session: SessionId,
    pub account: usize,
    pub read_only: bool,
}

/// A screen, its environment, and the expected calls.
pub(super) struct ModelScreen {
    pub app: App,
    pub now: Now,
    terminal: Terminal<TestBackend>,
    pub world: FakeAccounts,
    pub ledger: ExpectedCalls,
    pub shown: Option<ShownDialog>,
    pub questions: Vec<PendingRead>,
    pub answers: Vec<ReadReply>,
    /// Messages of the current batch.
    pub batch: Vec<Message>,
    pub opened: Vec<OpenSession>,
    /// The journal, which outlives the program.
    pub journal: Journal,
    /// Account and endpoint of each session of this run of the program.
    pub origins: HashMap<SessionId, ChangeOrigin>,
    /// The last request to read the journal.
    pub journal_request: Option<(SessionId, u64)>,
    pub played: RunStats,
    batches: usize,
}

impl ModelScreen {
    /// Starts the program; `m` chooses the account of its session.
    pub(super) fn new(m: u32) -> Self {
        let mut screen = Self {
            app: new_app((120, 40), start()),
            now: start(),
            terminal: Terminal::new(TestBackend::new(120, 40)).unwrap(),
            world: FakeAccounts::new(),
            ledger: ExpectedCalls::default(),
            shown: None,
            questions: Vec::new(),
            answers: Vec::new(),
            batch: Vec::new(),
            opened: Vec::new(),
            journal: Journal::memory(),
            origins: HashMap::new(),
            journal_request: None,
            played: RunStats { starts: 1, ..RunStats::default() },
            batches: 0,
        };
        screen.open(0, m);
        screen.serve();
        screen
    }

    /// Ends the run.
    pub(super) fn end(mut self) -> RunStats {
        self.settle();
        self.count();
        self.played
    }

    fn count(&mut self) {
        self.played.confirmed += self.ledger.confirmations();
        self.played.undone += self.ledger.undone();
        self.played.received += self.ledger.change_reports();
    }

    /// Plays one event.
    pub(super) fn play(&mut self, event: ModelEvent) {
        let (n, m) = (usize::try_from(event.n).unwrap(), event.m);
        match event.name() {
            "key" | "press" => self.batch.push(press(event.key())),
            "type" => WORDS[n % WORDS.len()].chars().for_each(|c| self.stroke(c)),
            "at-once" => self.at_once(n, m),
            "comply" => self.comply(m),
            "change" => self.change(n, m),
            "linger" => self.linger(n, m),
            "watch" => self.watch(n),
            "paste" => self.batch.push(Message::Input(Input::Paste(self.clipboard(n)))),
            "paste-raw" => {
                let text = self.clipboard(n);
                self.batch.extend(text.chars().map(|c| press(&c.to_string())));
            }
            "mouse" => self.batch.push(mouse(n, m)),
            "resize" => {
                let (columns, rows) =
                    [(120, 40), (80, 24), (40, 10), (30, 8), (160, 50), (60, 12)][n % 6];
                self.batch.push(Message::Input(Input::Resize(columns, rows)));
            }
            "wait" => self.wait(u64::from(m) % [40, 300, 2_000, 40_000][n % 4]),
            "clock" => {
                let seconds = i64::from(m) - 5_000;
                self.now.wall += SignedDuration::from_secs(seconds * [1, 60][n % 2]);
            }
            "hold" => self.passes(u64::from(m) % 5_000),
            "answer" => self.answer_now(n, false),
            "answers" => self.serve(),
            "stale" => self.answer_now(n, true),
            "fail" => self.fail(n, m),
            "repeat" => self.repeat(n),
            "foreign" => self.foreign(n, m),
            "step" => self.step(n, m),
            "receipt" => self.change_report(n, m),
            "elsewhere" => self.world.change(n, m, self.now.wall),
            "session" => self.session(n, m),
            "renewed" => self.renewed(n, m),
            "turned" => self.turned(),
            "profile" => self.change_profile(n, m),
            "recovery" => self.recovery(n, m),
            "throttled" => {
                self.batch.push(Message::Throttled(self.app.shared.session.id, u64::from(m)));
            }
            "journal" => self.answer_journal(n),
            "signal" => {
                let signals =
                    [Signal::Continue, Signal::Stop, Signal::Continue, Signal::End, Signal::Gone];
                self.batch.push(Message::Signal(signals[n % 5]));
            }
            other => panic!("nothing plays {other}"),
        }
        if !event.joined {
            self.passes(u64::from(m) % 20);
            self.settle();
        }
    }

    fn clipboard(&self, n: usize) -> String {
        let keys: Vec<_> = self.world.keys.iter().map(|key| key.id.as_str()).collect();
        let (key, other) = (keys[n % keys.len()], keys[(n / 7) % keys.len()]);
        match n % 5 {
            0 => WORDS[n % WORDS.len()].to_owned(),
            1 => format!("look: {key} and {other}\nand AKIA"),
            2 => String::new(),
            3 => format!("aws_access_key_id={key}&y=y\ny"),
            _ => key.to_owned(),
        }
    }

    pub(super) fn passes(&mut self, millis: u64) {
        self.now.mono += Duration::from_millis(millis);
        self.now.wall += SignedDuration::from_millis(i64::try_from(millis).unwrap());
    }

    /// Presses one key alone, at the pace of typing.
    pub(super) fn stroke(&mut self, c: char) {
        self.passes(10);
        self.batch.push(press(&if c == ' ' { "space".to_owned() } else { c.to_string() }));
        self.settle();
    }

    pub(super) fn keys(&mut self, keys: &[&str]) {
        for key in keys {
            self.passes(10);
            self.batch.push(press(key));
            self.settle();
        }
    }

    /// Lets time pass, waking the screen at its deadlines.
    pub(super) fn wait(&mut self, millis: u64) {
        self.settle();
        let end = self.now.mono + Duration::from_millis(millis);
        for _ in 0..1_000 {
            let Some(deadline) = self.app.deadline().filter(|deadline| *deadline <= end) else {
                let rest = end.saturating_sub(self.now.mono);
                self.passes(u64::try_from(rest.as_millis()).unwrap());
                return;
            };
            let step = deadline.saturating_sub(self.now.mono);
            self.passes(u64::try_from(step.as_millis()).unwrap() + 1);
            self.batch.push(Message::Deadline);
            self.settle();
        }
        panic!("it woke a thousand times in {millis} ms");
    }

    /// Handles the batch as the event loop does, draws, and checks.
    pub(super) fn settle(&mut self) {
        let batch = std::mem::take(&mut self.batch);
        let (mut inputs, mut effects, mut expected) = (0, Effects::default(), Vec::new());
        let lists = Lists::of(&self.app);
        let one_by_one = self.one_by_one(&batch);
        let change_reports = batch
            .iter()
            .any(|message| matches!(message, Message::Change(ChangeEvent::Done { .. })));
        let messages = batch.len();
        for message in batch {
            if matches!(message, Message::Input(_)) && self.app.discards_input() {
                continue;
            }
            inputs += usize::from(matches!(
                message,
                Message::Input(Input::Key(_) | Input::Paste(_) | Input::Mouse(_))
            ));
            if let Message::Reply(answer) = &message {
                expected.extend(expected_notifications(&self.app, answer, self.now));
            }
            self.app.update(message, self.now, &mut effects);
        }
        self.app.settle(self.now, &mut effects);
        let new = self.ledger.confirm(&self.app, self.shown.as_ref(), inputs, self.now);
        self.check_undone(&new);
        if let Some(done) = one_by_one {
            assert_eq!(
                KeysResult::of(&self.app, &effects),
                done,
                "keys at once do not do what they do one by one"
            );
        }
        for effect in effects.tasks {
            self.take_effect(effect);
        }
        if let Some(shown) = &mut self.shown {
            shown.note(inputs, self.now);
        }
        self.ledger.check(&self.app);
        check_state(&self.app, self.now);
        self.check_reported(&expected);
        if inputs == 0 {
            lists.check(&self.app);
        }
        // A dialog that is still open is the same one, if no two keys can have
        // closed it and opened another, and no report has opened one.
        self.show(!change_reports && (inputs == 0 || messages == 1));
        self.played.watched += usize::from(self.app.shared.watch.is_on());
        if self.app.has_left() {
            self.restart();
        }
    }

    fn check_reported(&mut self, expected: &[String]) {
        for text in expected {
            let failures = self.app.shared.notifications.errors();
            assert!(
                failures.iter().any(|failure| failure.text.contains(text)),
                "not reported: {text}"
            );
        }
        self.played.alerts += expected.len();
    }

    fn take_effect(&mut self, effect: TaskEffect) {
        self.ledger.send(&effect);
        match effect {
            TaskEffect::Change(change) | TaskEffect::ChangeUnjournaled(change) => {
                let opened = self.opened.iter().find(|opened| opened.session == change.session);
                let opened = opened.expect("a change by a session that was never open");
                assert!(!opened.read_only, "a change in a read-only session: {change:?}");
                let account = self.world.key(&change.key).expect("a key that is nobody's").account;
                assert_eq!(
                    account, opened.account,
                    "a change in another account than the key's: {change:?}"
                );
                self.played.unjournaled += usize::from(self.ledger.is_unjournaled(change.id));
            }
            TaskEffect::Close { session } => {
                self.opened.retain(|opened| opened.session != session);
                let by_it = self.ledger.sent.iter().find(|change| change.session == session);
                assert_eq!(by_it, None, "its session was closed");
            }
            TaskEffect::ReadJournal { session, request } => {
                self.journal_request = Some((session, request));
            }
            TaskEffect::Read { session, read, .. } => {
                self.questions.push(PendingRead { session, read, asked: self.now.wall });
            }
            _ => {}
        }
    }

    /// Flushes the frame; checks it sometimes.
    fn show(&mut self, same: bool) {
        self.batches += 1;
        let before = self.shown.take();
        self.shown = ShownDialog::of(&self.app, before, same, self.now);
        self.app.drawn(self.now);
        let unseen = self
            .shown
            .as_ref()
            .is_some_and(|shown| shown.looked != Some(self.app.shared.size) || !shown.whole);
        if !unseen && !self.batches.is_multiple_of(FRAME_CHECK_INTERVAL) {
            return;
        }
        let text = self.draw();
        check_session_context(&self.app, &text);
        if let Some(shown) = &mut self.shown {
            self.played.dialogs += 1;
            shown.look(&text, self.app.shared.size);
            self.played.cramped += usize::from(!shown.whole);
        }
        if let Some(words) = selected_words(&self.app) {
            let drawn =
                ["▸ ", "▸◆"].iter().any(|cursor| text.contains(&format!("{cursor}{words}")));
            assert!(drawn, "{words} is selected:\n{text}");
        }
    }

    fn draw(&mut self) -> String {
        let (columns, rows) = self.app.shared.size;
        self.played.frames += 1;
        self.terminal.backend_mut().resize(columns, rows);
        self.terminal.draw(|frame| self.app.draw(&Theme::default(), frame)).unwrap();
        let buffer = self.terminal.backend().buffer();
        let row = |row: &[ratatui::buffer::Cell]| {
            row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>()
        };
        buffer.content.chunks(usize::from(columns)).map(row).collect::<Vec<_>>().join("\n")
    }

    /// Starts the program again after it ended.
    fn restart(&mut self) {
        self.count();
        self.played.starts += 1;
        self.ledger = ExpectedCalls::default();
        self.shown = None;
        self.questions.clear();
        self.answers.clear();
        self.opened.clear();
        self.origins.clear();
        self.journal_request = None;
        self.app = new_app(self.app.shared.size, self.now);
        self.open(0, 2);
    }
}

fn new_app(size: (u16, u16), now: Now) -> App {
    App::new(ScreenOptions::default(), size, now, &mut Effects::default())
}

fn mouse(n: usize, m: u32) -> Message {
    let kinds = [
        MouseEventKind::Down(MouseButton::Left),
        MouseEventKind::ScrollDown,
        MouseEventKind::ScrollUp,
    ];
    let (column, row) = (u16::try_from(m % 120).unwrap(), u16::try_from(m / 120 % 40).unwrap());
    Message::Input(Input::Mouse(MouseEvent {
        kind: kinds[n % 3],
        column,
        row,
        modifiers: KeyModifiers::NONE,
    }))
}
