//! Popups of text, and text fields.

use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{Event, KeyCode};

use crate::model::{
    Arn, ChangeReport, IamRead, KeyId, KeyStatus, NotSentReason, Outcome, ReadData, ReadReply,
    SessionId, UserName, escape_hidden,
};
use crate::tui::context::Shutdown;
use crate::tui::effect::{TaskEffect, TerminalEffect};
use crate::tui::handlers::{sent_changes, unsent_changes};
use crate::tui::keymap::Keymap;
use crate::tui::message::{ChangeEvent, JournalReading, Message, SessionEvent};
use crate::tui::popups::Popup;
use crate::tui::popups::confirm::ConfirmStage;
use crate::tui::tests::{Driver, ONE, OWN, key, press, session_context, user};

/// Answers the last request to read the journal, as of that session.
fn journal(driver: &mut Driver, session: u32, lines: &[&str]) {
    let is_request = |effect: &&TaskEffect| matches!(effect, TaskEffect::ReadJournal { .. });
    let Some(TaskEffect::ReadJournal { request, .. }) =
        driver.tasks.iter().rfind(is_request).cloned()
    else {
        panic!("the journal was not requested")
    };
    let reading = JournalReading {
        request,
        lines: lines.iter().map(ToString::to_string).collect(),
        notes: vec![(KeyId::parse(ONE).unwrap(), "It was deactivated.".to_owned())],
        undo: None,
        elsewhere: Vec::new(),
        plan_history: None,
    };
    driver.batch(vec![Message::Journal(SessionId(session), Box::new(reading))]);
}

#[test]
fn the_journal_is_shown_only_in_its_own_popup() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("L");
    journal(&mut driver, 1, &["a line of the journal"]);
    driver.assert_shows("a line of the journal");
    driver.keys("esc L esc tab enter");
    driver.assert_shows(&format!("Key {ONE}"));
    journal(&mut driver, 1, &["a line of the journal"]);
    driver.assert_shows(&format!("Key {ONE}"));
    driver.assert_hides("a line of the journal");
    driver.keys("y");
    assert_eq!(driver.copied(), ONE);
}

#[test]
fn the_journal_of_a_closed_session_is_not_shown() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("L");
    journal(&mut driver, 7, &["a line of the journal"]);
    driver.assert_shows("The journal has no changes");
    driver.assert_hides("a line of the journal");
    assert!(driver.app.shared.journal.notes.is_empty());
}

#[test]
fn without_a_session_the_missing_journal_is_explained() {
    let mut driver = Driver::new(120, 40);
    driver.keys("L");
    driver.assert_hides("Reading the journal");
    driver.assert_shows("The journal is shown for one account");
}

#[test]
fn a_hostile_name_is_inert_in_pasted_commands() {
    let name = "a'\u{1b}[201~\nreboot\u{202e}";
    let mut driver = Driver::new(160, 40);
    driver.open(session_context());
    for (read, found) in [
        (IamRead::Users { from: None }, ReadData::Users { users: vec![user(name)], next: None }),
        (
            IamRead::Keys { user: Some(UserName::from_service(name)) },
            ReadData::Keys(vec![key(ONE, &KeyStatus::Active)]),
        ),
    ] {
        let (session, at) = (driver.app.shared.session.id, driver.now.wall);
        driver.batch(vec![Message::Reply(ReadReply {
            session,
            read,
            result: Ok(found),
            asked_at: at,
            at,
        })]);
    }
    driver.keys("Y");
    driver.keys("y");
    let copied = driver.copied();
    assert!(
        copied.contains(r"--user-name 'a'\''<U+001B>[201~<U+000A>reboot<U+202E>' "),
        "{copied:?}"
    );
    assert!(copied.lines().all(|line| line == escape_hidden(line)), "{copied:?}");
}

#[test]
fn commands_name_a_region_of_the_partition() {
    for (partition, region) in
        [("aws", "us-east-1"), ("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")]
    {
        let mut driver = Driver::new(160, 40);
        let mut session_context = session_context();
        session_context.caller.arn =
            Arn::from_service(&format!("arn:{partition}:iam::123456789012:user/operator"));
        driver.open(session_context);
        driver.serve();
        driver.keys("Y");
        driver.keys("y");
        let lines = driver.copied();
        assert!(lines.contains(&format!("--region {region} ")), "{lines}");
    }
}

#[test]
fn the_journal_keeps_its_indents() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("L");
    journal(&mut driver, 1, &["a change", "  Reason: a leak"]);
    driver.assert_shows("│   Reason: a leak");
}

#[test]
fn immediate_exit_warns_about_changes_not_sent() {
    let mut driver = Driver::new(120, 40);
    driver.statuses[2].2 = KeyStatus::Active;
    driver.statuses.push(("carol", "AKIARZPUZDIKCAROL222", KeyStatus::Active));
    driver.statuses.push(("carol", "AKIARZPUZDIKCAROL333", KeyStatus::Active));
    driver.open(session_context());
    driver.serve();
    driver.keys("v ctrl-a d");
    driver.wait(300);
    driver.keys("6 enter");
    assert_eq!(driver.changes().len(), 4);
    driver.keys("q");
    driver.assert_shows("Not sent yet. If you quit now, they are not sent:");
    let unsent = unsent_changes(&driver.app.shared);
    assert_eq!((unsent.len(), sent_changes(&driver.app.shared).len()), (2, 4));
    assert_eq!(unsent[1], format!("  {OWN} of operator in 123456789012 → Inactive"));
    let at = driver.now.wall;
    let verified = Outcome::Verified { at, took: Duration::from_secs(1), refused: false };
    let change_report = ChangeReport {
        outcome: verified,
        ..ChangeReport::not_sent(driver.changes()[0].clone(), NotSentReason::ReadOnly)
    };
    let done = ChangeEvent::Done {
        change_report: Box::new(change_report),
        sentence: "IAM reports it Inactive.".to_owned(),
    };
    driver.batch(vec![press("ctrl-c"), Message::Change(done)]);
    assert!(driver.app.should_exit());
    assert_eq!(
        (driver.changes().len(), unsent_changes(&driver.app.shared)),
        (4, unsent),
        "nothing more is sent"
    );
}

#[test]
fn a_long_filter_shows_its_end_and_its_error() {
    let mut driver = Driver::ready(40, 10);
    driver.keys("/");
    driver.types("user:svc-billing-00* keys>1 unused>30d");
    driver.assert_shows("keys>1 unused>30d");
    assert_eq!(driver.cursor(), (39, 9));
    driver.types(" status:on");
    driver.assert_shows("status:on   ");
    let error = driver.app.ui.panes.filter.error.clone().unwrap().note;
    driver.assert_shows(&error[..10]);
    driver.keys("enter");
    driver.assert_shows(" /user:svc-billing");
}

#[test]
fn a_reason_in_wide_characters_keeps_its_cursor() {
    let mut driver = Driver::ready(40, 14);
    driver.keys("t tab");
    driver.types("鍵が漏洩したので今すぐ止める");
    let (column, row) = driver.cursor();
    let line = driver.text().lines().nth(row.into()).unwrap().to_owned();
    assert!(line.starts_with("│ Reason"), "{line}");
    assert_eq!(line.chars().nth(usize::from(column) - 2), Some('る'), "{line}");
}

#[test]
fn the_popup_of_a_key_shows_its_user_too_and_is_updated_while_open() {
    let mut driver = Driver::ready(80, 24);
    driver.assert_hides("Policies");
    driver.keys("j tab enter");
    driver.assert_shows("not read yet");
    driver.wait(300);
    driver.serve();
    driver.assert_shows("arn:aws:iam::");
    driver.assert_hides("not read yet");
    driver.assert_shows("Policies");
    driver.keys("esc");
    driver.assert_hides("Policies");
}

#[test]
fn a_user_without_keys_has_a_popup_too() {
    let mut driver = Driver::ready(80, 24);
    driver.keys("j j tab enter");
    driver.assert_shows("User carol");
    driver.assert_shows("Groups");
}

#[test]
fn a_text_scrolled_to_its_end_fills_a_terminal_that_grows() {
    let mut driver = Driver::ready(60, 16);
    driver.keys("tab enter G");
    driver.assert_hides("Owner ");
    driver.batch(vec![Message::Input(Event::Resize(60, 50))]);
    driver.assert_shows("Owner         alice");
}

#[test]
fn popups_of_text_follow_the_bindings() {
    let mut driver = Driver::ready(80, 12);
    let keys = |key: &str| vec![key.to_owned()];
    let bindings = [("down", keys("x")), ("page-down", keys("f2")), ("view", keys("V"))];
    let bindings = bindings.iter().map(|(name, keys)| (*name, &keys[..]));
    driver.app.shared.options.keymap = Keymap::with(bindings).unwrap();
    // The title has the lines shown, such as "2-9 of 60".
    let first = |driver: &mut Driver| -> usize {
        let text = driver.text();
        let lines = text.split_whitespace().filter_map(|word| word.split_once('-'));
        let first = lines.filter(|(_, last)| last.parse::<usize>().is_ok());
        first.into_iter().find_map(|(first, _)| first.parse().ok()).expect("no lines are counted")
    };
    driver.keys("L");
    journal(&mut driver, 1, &["a line of the journal"; 60]);
    let hints: Vec<_> = driver.hints().into_iter().map(|hint| hint.key).collect();
    assert_eq!(hints, ["esc", "x k", "V", "y", "e"]);
    driver.keys("x x k");
    assert_eq!(first(&mut driver), 2);
    driver.batch(vec![Message::Input(Event::Key(KeyCode::F(2).into()))]);
    assert!(first(&mut driver) > 6);
    driver.keys("g V");
    assert!(
        matches!(driver.terminal_effects.last(), Some(TerminalEffect::Page(_))),
        "{:?}",
        driver.terminal_effects
    );
    assert_eq!(first(&mut driver), 1);
    driver.keys("j");
    assert!(driver.app.popup().is_none(), "j no longer does anything");
}

#[test]
fn the_help_key_shows_the_help_in_every_popup_without_a_text_input() {
    for open in ["enter", "L", "!", "Y"] {
        let mut driver = Driver::ready(120, 40);
        driver.keys("tab");
        driver.keys(open);
        let window = driver.text();
        driver.keys("?");
        driver.assert_shows(" Help ");
        driver.keys("?");
        assert_eq!(driver.text(), window, "{open}");
        // Its actions would be those of the panes.
        driver.keys(":");
        assert!(driver.app.popup().is_none(), "{open}");
    }
    let mut driver = Driver::ready(120, 40);
    driver.batch(vec![Message::Input(Event::Paste(format!("{ONE} {OWN}")))]);
    driver.keys("?");
    driver.assert_shows(" Help ");
    driver.keys("esc esc f ?");
    driver.assert_shows("> ?");
}

#[test]
fn the_prompt_for_an_mfa_code_opens_over_a_popup_and_discards_what_was_typed_before_it() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("f a b c");
    let serial: Arc<str> = "arn:aws:iam::123456789012:mfa/ann".into();
    let asks = || {
        let event = SessionEvent::NeedsCode(Arc::clone(&serial), None);
        Message::Session(SessionId(1), event)
    };
    driver.batch(vec![asks(), press("1"), press("enter")]);
    driver.assert_shows("MFA code");
    assert!(!driver.text().contains("six digits"), "enter was not for this prompt");
    driver.batch(vec![asks()]);
    driver.keys("esc");
    assert!(matches!(driver.app.popup(), Some(Popup::FindPrompt(_))));
    driver.assert_shows("abc");
    driver.batch(vec![asks()]);
    driver.keys("1 2 3 4 5 6 enter");
    assert!(matches!(driver.tasks.last(), Some(TaskEffect::Code { .. })), "{:?}", driver.tasks);
    driver.assert_shows("abc");
}

#[test]
fn a_dialog_below_the_prompt_for_an_mfa_code_takes_replies_and_must_be_drawn_again() {
    let mut driver = Driver::ready(120, 40);
    driver.wait(31_000);
    driver.tasks.clear();
    driver.keys("t");
    let serial: Arc<str> = "arn:aws:iam::123456789012:mfa/ann".into();
    driver.batch(vec![Message::Session(SessionId(1), SessionEvent::NeedsCode(serial, None))]);
    driver.assert_shows("MFA code");
    driver.serve();
    driver.batch(vec![Message::Session(
        SessionId(1),
        SessionEvent::Renewed(Box::new(session_context())),
    )]);
    let stage = |driver: &Driver| {
        driver.app.ui.popups.iter().find_map(|popup| match popup {
            Popup::Confirm(dialog) => Some(dialog.stage()),
            _ => None,
        })
    };
    assert_eq!(stage(&driver), Some(ConfirmStage::Unseen));
    driver.keys("esc");
    assert_eq!(stage(&driver), Some(ConfirmStage::Waiting), "it was read, and drawn just now");
}

/// A screen with a change in flight.
fn with_change_in_flight() -> Driver {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(300);
    driver.keys("y");
    assert_eq!(driver.changes().len(), 1);
    driver
}

#[test]
fn the_question_whether_to_quit_is_not_answered_before_it_is_seen_nor_by_ctrl_y() {
    let mut driver = with_change_in_flight();
    driver.batch(vec![press("ctrl-c"), press("ctrl-c"), press("y")]);
    assert!(matches!(driver.app.popup(), Some(Popup::Quit(_))));
    assert_eq!(driver.app.shared.exit.shutdown, Shutdown::None);
    driver.keys("ctrl-y");
    assert_eq!(driver.app.shared.exit.shutdown, Shutdown::None);
    driver.keys("ctrl-c y");
    assert_eq!(driver.app.shared.exit.shutdown, Shutdown::WhenIdle);
}

#[test]
fn the_question_whether_to_quit_closes_once_every_change_has_an_outcome() {
    let mut driver = with_change_in_flight();
    driver.keys("q");
    driver.assert_shows("Changes are still in progress");
    let at = driver.now.wall;
    driver.finish(Outcome::Verified { at, took: Duration::from_secs(1), refused: false }, "done");
    assert!(driver.app.popup().is_none());
}
