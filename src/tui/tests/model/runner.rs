//! Applies events to a screen as the event loop does.

use std::collections::HashMap;
use std::time::Duration;

use crossterm::event::{Event as Input, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use jiff::SignedDuration;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Size;

use super::confirm::ShownDialog;
use super::event::{ModelEvent, WORDS};
use super::expected_calls::ExpectedCalls;
use super::fake_accounts::{FakeAccounts, PendingRead};
use super::invariants::{
    ListState, check_session_context, check_state, expected_notifications, selected_text,
};
use super::simultaneous_keys::KeysResult;
use super::stats::RunStats;
use crate::changes::{ChangeOrigin, Journal};
use crate::model::{AccountId, KeyId, Now, ReadReply, SessionId};
use crate::tui::app::App;
use crate::tui::context::ScreenOptions;
use crate::tui::effect::{AccountToOpen, Effects, TaskEffect};
use crate::tui::message::{ChangeEvent, Message, Signal};
use crate::tui::render::Theme;
use crate::tui::tests::{press, start};

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
    pub accounts: FakeAccounts,
    pub expected_calls: ExpectedCalls,
    pub shown: Option<ShownDialog>,
    pub pending_reads: Vec<PendingRead>,
    pub sent_replies: Vec<ReadReply>,
    /// Messages of the current batch.
    pub batch: Vec<Message>,
    pub opened: Vec<OpenSession>,
    /// Other accounts that wait to be opened.
    pub opening: Vec<AccountToOpen>,
    /// Readings of activity that were requested and have not ended.
    pub readings: Vec<(u64, KeyId)>,
    /// Keys that CloudTrail was asked about by the watch.
    pub watched: Vec<KeyId>,
    /// Accounts whose routes are wanted.
    pub routes_wanted: Vec<AccountId>,
    /// The journal, which outlives the program.
    pub journal: Journal,
    /// Account and endpoint of each session of this run of the program.
    pub origins: HashMap<SessionId, ChangeOrigin>,
    /// The last request to read the journal.
    pub journal_request: Option<(SessionId, u64)>,
    pub stats: RunStats,
    batches: usize,
}

impl ModelScreen {
    /// Starts the program; `m` chooses the account of its session.
    pub(super) fn new(m: u32) -> Self {
        let mut screen = Self {
            app: new_app(Size::new(120, 40), start()),
            now: start(),
            terminal: Terminal::new(TestBackend::new(120, 40)).unwrap(),
            accounts: FakeAccounts::new(),
            expected_calls: ExpectedCalls::default(),
            shown: None,
            pending_reads: Vec::new(),
            sent_replies: Vec::new(),
            batch: Vec::new(),
            opened: Vec::new(),
            opening: Vec::new(),
            readings: Vec::new(),
            watched: Vec::new(),
            routes_wanted: Vec::new(),
            journal: Journal::memory(),
            origins: HashMap::new(),
            journal_request: None,
            stats: RunStats { starts: 1, ..RunStats::default() },
            batches: 0,
        };
        screen.open(0, m);
        screen.reply_to_all();
        screen
    }

    /// Ends the run.
    pub(super) fn end(mut self) -> RunStats {
        self.settle();
        self.add_call_counts();
        self.stats
    }

    fn add_call_counts(&mut self) {
        self.stats.confirmed += self.expected_calls.confirmations();
        self.stats.undone += self.expected_calls.undone();
        self.stats.received += self.expected_calls.change_reports();
    }

    /// Applies one event.
    pub(super) fn apply(&mut self, event: ModelEvent) {
        let (n, m) = (usize::try_from(event.n).unwrap(), event.m);
        match event.name() {
            "key" | "press" => self.batch.push(press(event.key())),
            "type" => WORDS[n % WORDS.len()].chars().for_each(|c| self.type_char(c)),
            "together" => self.press_together(n, m),
            "palette" => self.run_by_palette(n),
            "confirm" => self.confirm_dialog(m),
            "change" => self.change(n, m),
            "change-late" => self.change_late(n, m),
            "watch" => self.watch_changed_keys(n),
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
            "stall" => self.advance_clock(u64::from(m) % 5_000),
            "reply" => self.reply_from_account(n, false),
            "reply-all" => self.reply_to_all(),
            "stale" => self.reply_from_account(n, true),
            "fail" => self.fail_read(n, m),
            "repeat" => self.repeat_reply(n),
            "other-session" => self.reply_to_other_session(n, m),
            "step" => self.advance_change(n, m),
            "outcome" => self.finish_change(n, m),
            "other-user" => self.accounts.change_by_someone_else(n, m, self.now.wall),
            "session" => self.send_session_event(n, m),
            "renewed" => self.renew_credentials(n, m),
            "caller-changed" => self.change_caller(),
            "profile" => self.change_profile(n, m),
            "recovery" => self.send_recovery_event(n, m),
            "throttled" => {
                self.batch.push(Message::Throttled(self.app.shared.session.id, u64::from(m)));
            }
            "journal" => self.reply_with_journal(n),
            "elsewhere" => self.change_elsewhere(n, m),
            "others" => self.open_other(n, m),
            "routes" => self.send_routes(n, m),
            "activity" => self.send_activity(n, m),
            "signal" => {
                let signals = [
                    Signal::Continue,
                    Signal::Stop,
                    Signal::Continue,
                    Signal::Terminate,
                    Signal::HangUp,
                ];
                self.batch.push(Message::Signal(signals[n % 5]));
            }
            other => panic!("unknown event {other}"),
        }
        if !event.joined {
            self.advance_clock(u64::from(m) % 20);
            self.settle();
        }
    }

    pub(super) fn advance_clock(&mut self, millis: u64) {
        self.now.mono += Duration::from_millis(millis);
        self.now.wall += SignedDuration::from_millis(i64::try_from(millis).unwrap());
    }

    /// Presses one key in a batch of its own, 10 ms after the last.
    pub(super) fn type_char(&mut self, c: char) {
        self.advance_clock(10);
        self.batch.push(press(&if c == ' ' { "space".to_owned() } else { c.to_string() }));
        self.settle();
    }

    pub(super) fn press_keys(&mut self, keys: &[&str]) {
        for key in keys {
            self.advance_clock(10);
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
                self.advance_clock(u64::try_from(rest.as_millis()).unwrap());
                return;
            };
            let step = deadline.saturating_sub(self.now.mono);
            self.advance_clock(u64::try_from(step.as_millis()).unwrap() + 1);
            self.batch.push(Message::Deadline);
            self.settle();
        }
        panic!("more than a thousand deadlines in {millis} ms");
    }

    /// Handles the batch as the event loop does, draws, and checks.
    pub(super) fn settle(&mut self) {
        let batch = std::mem::take(&mut self.batch);
        let (mut inputs, mut effects, mut expected) = (0, Effects::default(), Vec::new());
        let lists = ListState::from_app(&self.app);
        let sequential = self.sequential_result(&batch);
        let change_reports = batch
            .iter()
            .any(|message| matches!(message, Message::Change(ChangeEvent::Done { .. })));
        let messages = batch.len();
        for message in batch {
            let is_discarded = self.app.discards_input();
            inputs += usize::from(
                !is_discarded
                    && matches!(
                        message,
                        Message::Input(Input::Key(_) | Input::Paste(_) | Input::Mouse(_))
                    ),
            );
            if let Message::Reply(reply) = &message {
                expected.extend(expected_notifications(&self.app, reply, self.now));
            }
            self.app.update(message, self.now, &mut effects);
        }
        self.app.settle(self.now, &mut effects);
        let new = self.expected_calls.confirm(&self.app, self.shown.as_ref(), inputs, self.now);
        self.check_undone(&new);
        if let Some(done) = sequential {
            assert_eq!(
                KeysResult::from_app(&self.app, &effects),
                done,
                "keys in one batch act differently than in several"
            );
        }
        for effect in effects.tasks {
            self.apply_effect(effect);
        }
        if let Some(shown) = &mut self.shown {
            shown.record_inputs(inputs, self.now);
        }
        self.expected_calls.check(&self.app);
        check_state(&self.app, self.now);
        self.check_reported(&expected);
        if inputs == 0 {
            lists.check(&self.app);
        }
        // An open dialog is the previous one unless two keys may have closed it and
        // opened another, or a report may have opened one.
        self.finish_frame(!change_reports && (inputs == 0 || messages == 1));
        self.stats.watched_batches += usize::from(self.app.shared.watch.is_on());
        if self.app.should_exit() {
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
        self.stats.required_reports += expected.len();
    }

    fn apply_effect(&mut self, effect: TaskEffect) {
        self.expected_calls.send(&effect);
        self.note_activity(&effect);
        match effect {
            TaskEffect::Change(change) | TaskEffect::ChangeUnjournaled(change) => {
                let opened = self.opened.iter().find(|opened| opened.session == change.session);
                let opened = opened.expect("a change in a session that was never open");
                assert!(!opened.read_only, "a change in a read-only session: {change:?}");
                let account =
                    self.accounts.key(&change.key).expect("a change of an unknown key").account;
                assert_eq!(
                    account, opened.account,
                    "a change in another account than the key's: {change:?}"
                );
                self.stats.unjournaled +=
                    usize::from(self.expected_calls.is_unjournaled(change.id));
            }
            TaskEffect::Close { session } => {
                self.opened.retain(|opened| opened.session != session);
                let by_it =
                    self.expected_calls.sent.iter().find(|change| change.session == session);
                assert_eq!(by_it, None, "a session was closed with a change in flight");
            }
            TaskEffect::OpenOthers(accounts) => self.opening.extend(accounts),
            TaskEffect::FindRoutes { account, .. } => self.routes_wanted.push(account),
            TaskEffect::ReadJournal { session, request, .. } => {
                self.journal_request = Some((session, request));
            }
            TaskEffect::Read { session, read, .. } => {
                self.pending_reads.push(PendingRead { session, read, asked_at: self.now.wall });
            }
            _ => {}
        }
    }

    /// Marks the frame as drawn. Checks it if its dialog is new or incomplete, and every
    /// [`FRAME_CHECK_INTERVAL`] batches.
    fn finish_frame(&mut self, same: bool) {
        self.batches += 1;
        self.check_activity();
        let before = self.shown.take();
        self.shown = ShownDialog::from_app(&self.app, before, same, self.now);
        self.app.drawn(self.now);
        let needs_check = self.shown.as_ref().is_some_and(|shown| {
            shown.checked_size != Some(self.app.shared.size) || !shown.is_complete
        });
        if !needs_check && !self.batches.is_multiple_of(FRAME_CHECK_INTERVAL) {
            return;
        }
        let text = self.draw();
        check_session_context(&self.app, &text);
        if let Some(shown) = &mut self.shown {
            self.stats.dialogs += 1;
            shown.check_frame(&text, self.app.shared.size);
            self.stats.clipped_dialogs += usize::from(!shown.is_complete);
        }
        if let Some(row) = selected_text(&self.app) {
            let drawn = ["▸ ", "▸◆"].iter().any(|cursor| text.contains(&format!("{cursor}{row}")));
            assert!(drawn, "the selected row {row} has no cursor:\n{text}");
        }
    }

    fn draw(&mut self) -> String {
        let Size { width: columns, height: rows } = self.app.shared.size;
        self.stats.frames += 1;
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
        self.add_call_counts();
        self.stats.starts += 1;
        self.expected_calls = ExpectedCalls::default();
        self.shown = None;
        self.pending_reads.clear();
        self.sent_replies.clear();
        self.opened.clear();
        self.opening.clear();
        self.routes_wanted.clear();
        self.origins.clear();
        self.journal_request = None;
        self.app = new_app(self.app.shared.size, self.now);
        self.open(0, 2);
    }
}

fn new_app(size: Size, now: Now) -> App {
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
