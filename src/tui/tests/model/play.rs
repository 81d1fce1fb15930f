//! Plays events on a screen.

use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{Event as Input, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use jiff::SignedDuration;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::event::{Event, WORDS};
use super::promises::{Ledger, Shown, check_state, selected_words};
use super::world::{ACCOUNTS, ERRORS, Question, World, failure};
use crate::model::{Answer, KeyChange, KeyStatus, NotSent, Now, Outcome, Profile, Receipt, SessionId};
use crate::tui::app::{
    ChangeNews, Effect, Message, Options, Overlay, RecoveryNews, SessionNews, Signal, State, Step, Tone,
};
use crate::tui::tests::{press, start};
use crate::tui::view::{Theme, draw};

/// What a run has led to.
#[derive(Debug, Default)]
pub(super) struct Played {
    pub confirmed: usize,
    pub received: usize,
    pub unwritten: usize,
    pub dialogs: usize,
    pub starts: usize,
    pub frames: usize,
}

impl std::ops::AddAssign for Played {
    fn add_assign(&mut self, other: Self) {
        self.confirmed += other.confirmed;
        self.received += other.received;
        self.unwritten += other.unwritten;
        self.dialogs += other.dialogs;
        self.starts += other.starts;
        self.frames += other.frames;
    }
}

/// Every so many batches the frame is drawn and looked at; and whenever a
/// dialog is on it that was not yet.
const LOOK: usize = 64;

/// A screen, the world around it, and what was promised.
pub(super) struct Screen {
    state: State,
    now: Now,
    terminal: Terminal<TestBackend>,
    world: World,
    ledger: Ledger,
    shown: Option<Shown>,
    questions: Vec<Question>,
    answers: Vec<Answer>,
    /// Messages of the batch that is gathering.
    batch: Vec<Message>,
    /// In which account each session is, once it is open.
    accounts: Vec<(SessionId, usize)>,
    played: Played,
    batches: usize,
}

impl Screen {
    pub(super) fn new() -> Self {
        Self {
            state: State::new(Options::default(), (120, 40), start()).0,
            now: start(),
            terminal: Terminal::new(TestBackend::new(120, 40)).unwrap(),
            world: World::new(),
            ledger: Ledger::default(),
            shown: None,
            questions: Vec::new(),
            answers: Vec::new(),
            batch: Vec::new(),
            accounts: Vec::new(),
            played: Played { starts: 1, ..Played::default() },
            batches: 0,
        }
        .opened()
    }

    fn opened(mut self) -> Self {
        self.open(0, 2);
        self.serve();
        self
    }

    /// The run is over.
    pub(super) fn end(mut self) -> Played {
        self.settle();
        self.count();
        self.played
    }

    fn count(&mut self) {
        self.played.confirmed += self.ledger.confirmations();
        self.played.received += self.ledger.receipts();
    }

    /// One event of the run.
    pub(super) fn play(&mut self, event: Event, at: usize) {
        let (n, m) = (usize::try_from(event.n).unwrap(), event.m);
        match event.name() {
            "key" | "press" => self.batch.push(press(event.key())),
            "type" => WORDS[n % WORDS.len()].chars().for_each(|c| self.stroke(c)),
            "comply" => self.comply(m),
            "change" => self.change(n, m),
            "paste" => self.batch.push(Message::Input(Input::Paste(self.clipboard(n)))),
            "paste-raw" => {
                let text = self.clipboard(n);
                self.batch.extend(text.chars().map(|c| press(&c.to_string())));
            }
            "mouse" => self.batch.push(mouse(n, m)),
            "resize" => {
                let (columns, rows) = [(120, 40), (80, 24), (40, 10), (30, 8), (160, 50), (60, 12)][n % 6];
                self.batch.push(Message::Input(Input::Resize(columns, rows)));
            }
            "wait" => self.wait(u64::from(m) % [40, 300, 2_000, 40_000][n % 4]),
            "hold" => self.passes(u64::from(m) % 5_000),
            "answer" => self.answer(n, |question, world, account, now| {
                question.clone().answered(world.find(account, &question.read, now.wall, false), now.wall)
            }),
            "answers" => self.serve(),
            "stale" => self.answer(n, |question, world, account, now| {
                question.clone().answered(world.find(account, &question.read, now.wall, true), now.wall)
            }),
            "fail" => self.answer(n, |question, _, _, now| {
                question.clone().answered(Err(ERRORS[usize::try_from(m).unwrap() % ERRORS.len()]), now.wall)
            }),
            "repeat" if !self.answers.is_empty() => {
                self.batch.push(Message::Answer(self.answers[n % self.answers.len()].clone()));
            }
            "foreign" if !self.answers.is_empty() => {
                let mut answer = self.answers[n % self.answers.len()].clone();
                answer.session = SessionId(m % 5);
                if answer.session != self.state.session.id {
                    self.batch.push(Message::Answer(answer));
                }
            }
            "step" => self.step(n, m),
            "receipt" => self.receipt(n, m, at),
            "elsewhere" => self.world.change(n, m),
            "session" => self.session(n, m),
            "recovery" => {
                let news = if m.is_multiple_of(2) {
                    RecoveryNews::Told(Tone::Info, "Found.".into())
                } else {
                    RecoveryNews::Failed("Left open.".into())
                };
                self.batch.push(Message::Recovery(self.state.session.id, news));
            }
            "throttled" => self.batch.push(Message::Throttled(self.state.session.id, u64::from(m))),
            "profiles" => self.batch.push(Message::Profiles(profiles())),
            "journal" => self.batch.push(Message::Journal(vec![format!("line {n}")], Vec::new())),
            "signal" => {
                let signals = [Signal::Continue, Signal::Stop, Signal::Continue, Signal::End];
                self.batch.push(Message::Signal(signals[n % 4]));
            }
            _ => {}
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

    fn passes(&mut self, millis: u64) {
        self.now.mono += Duration::from_millis(millis);
        self.now.wall += SignedDuration::from_millis(i64::try_from(millis).unwrap());
    }

    /// One key, alone and at a person's pace.
    fn stroke(&mut self, c: char) {
        self.passes(10);
        self.batch.push(press(&if c == ' ' { "space".to_owned() } else { c.to_string() }));
        self.settle();
    }

    fn keys(&mut self, keys: &[&str]) {
        for key in keys {
            self.passes(10);
            self.batch.push(press(key));
            self.settle();
        }
    }

    /// Changes a key, or several, as a person does who knows the way there.
    fn change(&mut self, n: usize, m: u32) {
        self.keys(&["esc", "esc", "esc"]);
        if self.state.session.place().is_none() {
            self.open(0, 2);
        }
        self.keys(&["r"]);
        if self.state.session.place().is_none() {
            self.open(0, 2);
        }
        self.serve();
        for _ in 0..n % 5 {
            self.keys(&["j"]);
        }
        self.wait(200);
        self.serve();
        match m % 4 {
            0 => self.keys(&["tab", "t"]),
            1 => self.keys(&["u"]),
            2 => self.keys(&["ctrl-a", "space", "d"]),
            _ => self.keys(&["t"]),
        }
        self.comply(m);
    }

    /// Does what the dialog asks for: waits until it is armed, and confirms.
    fn comply(&mut self, m: u32) {
        let typed = match &self.state.overlay {
            Some(Overlay::Confirm(confirm)) => confirm.typed.as_ref().map(|typed| typed.expected.clone()),
            _ => return,
        };
        self.settle();
        self.serve();
        self.wait(300);
        match typed {
            None => self.stroke('y'),
            Some(expected) => {
                expected.chars().for_each(|c| self.stroke(c));
                self.batch.push(press("enter"));
            }
        }
        if m.is_multiple_of(5) {
            // Pressed twice in a hurry.
            self.settle();
            self.batch.push(press("y"));
        }
    }

    /// Lets time pass, waking the screen at its deadlines.
    fn wait(&mut self, millis: u64) {
        self.settle();
        let end = self.now.mono + Duration::from_millis(millis);
        for _ in 0..1_000 {
            let Some(deadline) = self.state.deadline().filter(|deadline| *deadline <= end) else {
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

    fn answer(&mut self, n: usize, answer: impl Fn(&Question, &World, usize, Now) -> Answer) {
        if self.questions.is_empty() {
            return;
        }
        let question = self.questions.remove(n % self.questions.len());
        let account = self.accounts.iter().find(|(session, _)| *session == question.session);
        let answer = answer(&question, &self.world, account.map_or(0, |(_, account)| *account), self.now);
        if self.answers.len() < 50 {
            self.answers.push(answer.clone());
        }
        self.batch.push(Message::Answer(answer));
    }

    /// Answers all that is out, and what follows from it.
    fn serve(&mut self) {
        for _ in 0..60 {
            self.settle();
            if self.questions.is_empty() {
                return;
            }
            for _ in 0..self.questions.len() {
                self.answer(0, |question, world, account, now| {
                    question.clone().answered(world.find(account, &question.read, now.wall, false), now.wall)
                });
            }
        }
        panic!("it never stops asking: {:?}", self.questions);
    }

    fn step(&mut self, n: usize, m: u32) {
        let Some(change) = self.sent(n) else { return };
        let step = if m.is_multiple_of(2) { Step::Sent } else { Step::Proving };
        self.batch.push(Message::Change(ChangeNews::Step { ticket: change.ticket, step }));
    }

    fn sent(&self, n: usize) -> Option<KeyChange> {
        let sent = &self.ledger.sent;
        (!sent.is_empty()).then(|| sent[n % sent.len()].clone())
    }

    fn receipt(&mut self, n: usize, m: u32, at: usize) {
        let Some(change) = self.sent(n) else { return };
        self.settle();
        let (outcome, carried_out) = self.outcome(&change, m);
        if carried_out && let Some(key) = self.world.key_mut(&change.key) {
            key.former = std::mem::replace(&mut key.status, change.direction.status());
        }
        self.ledger.receive(&change);
        let receipt = Box::new(Receipt {
            change,
            outcome,
            request_ids: vec!["r".into()],
            attempts: 1,
            journal_id: (!m.is_multiple_of(6)).then(|| format!("2026-{at}").into()),
            siblings: Vec::new(),
            unwritten: m.is_multiple_of(9).then(|| "the disk is full".into()),
        });
        let sentence = format!("What came of change {}.", receipt.change.ticket);
        self.batch.push(Message::Change(ChangeNews::Done { receipt: receipt.clone(), sentence: sentence.clone() }));
        let starts = self.played.starts;
        self.settle();
        if self.played.starts != starts {
            return; // it was waited for to leave
        }
        let told = self.state.notices.failures().iter().any(|failure| failure.text == sentence);
        assert!(receipt.outcome.is_done() || told, "an outcome that is not told: {receipt:?}");
    }

    /// An outcome, and whether the change was carried out.
    fn outcome(&self, change: &KeyChange, m: u32) -> (Outcome, bool) {
        let error = failure(ERRORS[usize::try_from(m / 16).unwrap() % ERRORS.len()]);
        let still: Option<KeyStatus> = change.before.clone().filter(|_| m.is_multiple_of(2));
        match m % 16 {
            0..=6 => {
                let refused = change.proof == crate::model::Proof::Refusal;
                (Outcome::Proved { at: self.now.wall, took: Duration::from_millis(400), refused }, true)
            }
            7 => (Outcome::Accepted, true),
            8 => (Outcome::NotProved { still, error: Some(error) }, true),
            9 => (Outcome::Unknown { still, error }, true),
            10 => (Outcome::Unknown { still, error }, false),
            11 => (Outcome::Refused(error), false),
            12 => (Outcome::NotSent(NotSent::InFlight("another process".into())), false),
            13 => (Outcome::NotSent(NotSent::Call(error)), false),
            _ => (Outcome::NotSent(NotSent::Journal("the disk is full".into())), false),
        }
    }

    fn open(&mut self, account: usize, m: u32) {
        let id = self.state.session.id;
        let place = Box::new(self.world.place(account, m));
        self.accounts.retain(|(session, _)| *session != id);
        self.accounts.push((id, account));
        self.batch.push(Message::Session(id, SessionNews::Open(place)));
        self.settle();
    }

    /// News of the session; one that is open stays where it is.
    fn session(&mut self, n: usize, m: u32) {
        self.settle();
        if m.is_multiple_of(7) {
            let other = SessionId(self.state.session.id.0 + 1);
            self.batch.push(Message::Session(other, SessionNews::Failed(failure(ERRORS[n % ERRORS.len()]))));
            return;
        }
        if self.state.session.place().is_some() {
            return;
        }
        let id = self.state.session.id;
        let news = match n % 6 {
            0 => SessionNews::Waits("Asking".into()),
            1 => {
                let refused = m.is_multiple_of(2).then(|| failure(ERRORS[n % ERRORS.len()]));
                SessionNews::NeedsCode("arn:aws:iam::123456789012:mfa/operator".into(), refused)
            }
            2 => SessionNews::Failed(failure(ERRORS[n % ERRORS.len()])),
            _ => return self.open(usize::from(m.is_multiple_of(4)) % ACCOUNTS.len(), m),
        };
        self.batch.push(Message::Session(id, news));
    }

    /// Takes the batch in as the program's loop does, draws, and checks.
    fn settle(&mut self) {
        let (mut inputs, mut effects) = (0, Vec::new());
        for message in std::mem::take(&mut self.batch) {
            if matches!(message, Message::Input(_)) && self.state.discards_input() {
                continue;
            }
            inputs += usize::from(matches!(message, Message::Input(Input::Key(_) | Input::Paste(_) | Input::Mouse(_))));
            effects.extend(self.state.update(message, self.now));
        }
        effects.extend(self.state.settle(self.now));
        self.ledger.confirm(&self.state, self.shown.as_ref(), inputs, self.now);
        for effect in effects {
            self.take_effect(effect);
        }
        if let Some(shown) = &mut self.shown {
            shown.note(inputs, self.now);
        }
        self.ledger.check(&self.state);
        check_state(&self.state, self.now);
        self.show();
        if self.state.has_left() {
            self.restart();
        }
    }

    fn take_effect(&mut self, effect: Effect) {
        self.ledger.send(&effect);
        match effect {
            Effect::ChangeUnwritten(_) => self.played.unwritten += 1,
            Effect::Read { session, read, .. } => {
                self.questions.push(Question { session, read, asked: self.now.wall });
            }
            _ => {}
        }
    }

    /// The frame reaches the terminal; now and then it is looked at.
    fn show(&mut self) {
        self.batches += 1;
        let before = self.shown.take();
        self.shown = Shown::of(&self.state, before, self.now);
        self.state.drawn(self.now);
        let unseen =
            self.shown.as_ref().is_some_and(|shown| shown.looked != Some(self.state.size) || !shown.is_whole());
        if !unseen && !self.batches.is_multiple_of(LOOK) {
            return;
        }
        let text = self.draw();
        if let Some(shown) = &mut self.shown {
            self.played.dialogs += 1;
            let flat: String = text.split(|c: char| c.is_whitespace() || c == '│').collect();
            let account = self.state.session.place().map_or("-", |place| place.caller.account.as_str());
            shown.look(&flat, self.state.size, account);
        }
        if let Some(words) = selected_words(&self.state) {
            let drawn = ["▸ ", "▸◆"].iter().any(|cursor| text.contains(&format!("{cursor}{words}")));
            assert!(drawn, "{words} is selected:\n{text}");
        }
    }

    fn draw(&mut self) -> String {
        let (columns, rows) = self.state.size;
        self.played.frames += 1;
        self.terminal.backend_mut().resize(columns, rows);
        self.terminal.draw(|frame| draw(&self.state, &Theme::default(), frame)).unwrap();
        let buffer = self.terminal.backend().buffer();
        let row = |row: &[ratatui::buffer::Cell]| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>();
        buffer.content.chunks(usize::from(columns)).map(row).collect::<Vec<_>>().join("\n")
    }

    /// The program has ended, and is started anew.
    fn restart(&mut self) {
        self.count();
        self.played.starts += 1;
        self.ledger = Ledger::default();
        self.shown = None;
        self.questions.clear();
        self.answers.clear();
        self.accounts.clear();
        self.state = State::new(Options::default(), self.state.size, self.now).0;
        self.open(0, 2);
    }
}

fn mouse(n: usize, m: u32) -> Message {
    let kinds = [MouseEventKind::Down(MouseButton::Left), MouseEventKind::ScrollDown, MouseEventKind::ScrollUp];
    let (column, row) = (u16::try_from(m % 120).unwrap(), u16::try_from(m / 120 % 40).unwrap());
    Message::Input(Input::Mouse(MouseEvent { kind: kinds[n % 3], column, row, modifiers: KeyModifiers::NONE }))
}

fn profiles() -> Vec<Profile> {
    let profile = |name: &str| Profile {
        name: name.into(),
        account: None,
        account_guess: None,
        region: None,
        kind: Arc::from("access key"),
        mfa_serial: None,
    };
    ["prod", "staging", "audit"].map(profile).into()
}
