//! How often the screen is drawn: input and dialogs at once, data that arrives at most 15 times a
//! second, and nothing while nothing happens.

use std::time::Duration;

use jiff::SignedDuration;

use crate::model::{IamRead, Now, UserName};
use crate::tui::effect::Effects;
use crate::tui::message::Message;
use crate::tui::runtime::FrameSchedule;
use crate::tui::tests::{Driver, press};

/// A screen whose frames are drawn as the event loop draws them.
struct Screen {
    driver: Driver,
    schedule: FrameSchedule,
    frames: usize,
}

impl Screen {
    fn ready() -> Self {
        let driver = Driver::ready(120, 40);
        let mut screen = Self { driver, schedule: FrameSchedule::new(), frames: 0 };
        assert!(screen.schedule.take_due(&screen.driver.app, screen.driver.now.mono));
        screen.wait(1_000);
        screen.frames = 0;
        screen
    }

    /// Handles a message, and draws if a frame is due. Returns whether it was.
    fn handle(&mut self, message: Message) -> bool {
        let (app, now) = (&mut self.driver.app, self.driver.now);
        self.schedule.note(&message);
        let mut effects = Effects::default();
        app.update(message, now, &mut effects);
        app.settle(now, &mut effects);
        let is_due = self.schedule.take_due(app, now.mono);
        if is_due {
            self.driver.frame();
            self.driver.app.drawn(now);
            self.frames += 1;
        }
        is_due
    }

    /// Lets time pass, waking up at each deadline.
    fn wait(&mut self, millis: u64) {
        let end = self.driver.now.mono + Duration::from_millis(millis);
        let deadline = |screen: &Self| {
            let deadlines = [screen.driver.app.deadline(), screen.schedule.deadline()];
            deadlines.into_iter().flatten().min().filter(|deadline| *deadline <= end)
        };
        while let Some(deadline) = deadline(self) {
            self.pass_until(deadline);
            self.handle(Message::Deadline);
        }
        self.pass_until(end);
    }

    fn pass_until(&mut self, mono: Duration) {
        let Now { wall, mono: before } = self.driver.now;
        let passed = SignedDuration::try_from(mono.saturating_sub(before)).unwrap();
        self.driver.now = Now { wall: wall + passed, mono };
    }

    /// Handles a reply with the keys of alice.
    fn reply(&mut self) -> bool {
        let session = self.driver.app.shared.session.id;
        let read = IamRead::Keys { user: Some(UserName::from_service("alice")) };
        self.handle(Message::Reply(self.driver.answer(session, read)))
    }
}

#[test]
fn replies_are_drawn_at_most_15_times_a_second_and_the_last_one_soon() {
    let mut screen = Screen::ready();
    for _ in 0..400 {
        screen.reply();
        screen.wait(5);
    }
    assert!((28..=31).contains(&screen.frames), "{} frames in 2 seconds", screen.frames);
    screen.reply();
    let before = screen.frames;
    screen.wait(67);
    assert_eq!(screen.frames, before + 1, "the last reply is not on the screen");
    screen.wait(1_000);
    assert!(screen.reply(), "a reply after a pause need not wait");
}

#[test]
fn a_key_is_drawn_at_once_between_replies() {
    let mut screen = Screen::ready();
    for key in ["j", "/", "a", "enter", "v", "v", "esc"] {
        screen.wait(500);
        assert!(screen.reply(), "before {key}");
        screen.wait(5);
        assert!(!screen.reply(), "before {key}");
        assert!(screen.handle(press(key)), "{key} is not drawn at once");
    }
}

#[test]
fn everything_is_drawn_at_once_while_a_dialog_is_open() {
    let mut screen = Screen::ready();
    screen.driver.keys("tab");
    screen.reply();
    screen.handle(press("t"));
    assert!(screen.driver.app.must_be_current());
    for _ in 0..20 {
        screen.wait(1);
        assert!(screen.reply(), "a reply may disarm the dialog");
    }
    // A reply that closes it is drawn at once as well.
    screen.driver.statuses[0].2 = crate::model::KeyStatus::Inactive;
    screen.wait(1);
    assert!(screen.reply());
    assert!(screen.driver.app.popup().is_none());
}

#[test]
fn what_comes_of_held_characters_is_drawn_at_once() {
    let mut screen = Screen::ready();
    screen.driver.types("delete it today, quickly");
    screen.handle(press("!"));
    let end = screen.driver.app.deadline().unwrap();
    screen.pass_until(end.checked_sub(Duration::from_millis(1)).unwrap());
    assert!(screen.reply(), "the next frame for data has to wait");
    assert!(screen.driver.app.holds_input(), "they may be the beginning of a paste");
    screen.pass_until(end);
    assert!(screen.handle(Message::Deadline), "it waits for the next frame for data");
    assert!(!screen.driver.app.holds_input());
    screen.driver.assert_shows("Ignored pasted text");
}

#[test]
fn nothing_is_drawn_while_nothing_happens() {
    let mut screen = Screen::ready();
    screen.reply();
    screen.wait(2_000);
    let before = screen.frames;
    screen.wait(60_000);
    assert_eq!(screen.frames, before);
    assert_eq!(screen.schedule.deadline(), None);
}
