//! Signing in to Identity Center: the offer, the code, and the session that goes on afterwards.

use std::sync::Arc;
use std::time::Duration;

use crate::model::{ErrorKind, IamRead, KeyId, ReadReply, ServiceError, SessionId};
use crate::ops::sign_in::{SignInPrompt, SignInStep};
use crate::tui::effect::{TaskEffect, TerminalEffect};
use crate::tui::message::{Message, SessionEvent, SignInEvent};
use crate::tui::popups::Popup;
use crate::tui::tests::{Driver, ONE, session_context};

fn no_token() -> Arc<ServiceError> {
    let message = "Could not get credentials (prod, SSO): the SSO token has expired.";
    let error = ServiceError::new(ErrorKind::CredentialSourceFailed, "ListUsers", message);
    Arc::new(error.with_sign_in("corp"))
}

fn prompt(not_aws: Option<&str>) -> SignInPrompt {
    let page = "https://device.sso.us-east-1.amazonaws.com/";
    SignInPrompt {
        session: "corp".into(),
        start_url: "https://d-9067f3a1b2.awsapps.com/start".into(),
        region: "us-east-1".into(),
        code: Some("PQCF-FCCN".into()),
        page: page.into(),
        complete_page: Some(format!("{page}?user_code=PQCF-FCCN").into()),
        host: "device.sso.us-east-1.amazonaws.com".into(),
        not_aws: not_aws.map(Into::into),
        lifetime: Duration::from_mins(10),
    }
}

/// A screen whose session could not be opened without a token.
fn without_token(columns: u16, rows: u16) -> Driver {
    let mut driver = Driver::new(columns, rows);
    driver.batch(vec![Message::Session(SessionId(1), SessionEvent::Failed(no_token()))]);
    driver
}

/// Accepts the offer, and returns the number of the sign-in.
fn accept(driver: &mut Driver) -> u64 {
    driver.keys("enter");
    let started = driver.tasks.iter().rev().find_map(|effect| match effect {
        TaskEffect::SignIn { number, sso_session } if &**sso_session == "corp" => Some(*number),
        _ => None,
    });
    started.unwrap()
}

fn progress(driver: &mut Driver, number: u64, event: SignInEvent) {
    driver.batch(vec![Message::SignIn { number, event }]);
}

fn shows_code(driver: &mut Driver, number: u64, not_aws: Option<&str>) {
    progress(driver, number, SignInEvent::Step(SignInStep::Code(prompt(not_aws))));
}

fn signed_in() -> SignInEvent {
    SignInEvent::Done("2026-11-24T22:02:11Z".parse().unwrap())
}

fn opened(driver: &Driver) -> usize {
    driver.tasks.iter().filter(|effect| matches!(effect, TaskEffect::Open(_))).count()
}

#[test]
fn a_session_without_a_token_offers_the_sign_in_and_opens_after_it() {
    let mut driver = without_token(120, 40);
    driver.assert_shows("You are not signed in to session corp.");
    let number = accept(&mut driver);
    driver.assert_shows("Requesting a code for session corp");
    shows_code(&mut driver, number, None);
    for text in [
        "Start URL  https://d-9067f3a1b2.awsapps.com/start",
        "Region     us-east-1",
        "Host       device.sso.us-east-1.amazonaws.com",
        "Code: PQCF-FCCN",
        "█▄▄▄  ▄▄▄▄▄ █▄▄▄  █",
        "█▀▀▀▀▀█",
        "Approve it only if you have started this sign-in",
        "10:00 left",
    ] {
        driver.assert_shows(text);
    }
    assert!(!driver.text().contains("NOT AWS"));
    driver.wait(61_000);
    driver.assert_shows("8:59 left");
    let error = ServiceError::new(ErrorKind::Unreachable, "CreateToken", "no connection");
    let unanswered = SignInStep::Unanswered(Some(Arc::new(error)));
    progress(&mut driver, number, SignInEvent::Step(unanswered));
    driver.assert_shows("No answer from Identity Center (no connection)");
    driver.keys("y");
    let address = "https://device.sso.us-east-1.amazonaws.com/?user_code=PQCF-FCCN".to_owned();
    assert_eq!(driver.terminal_effects, [TerminalEffect::Copy(address)]);
    assert_eq!(opened(&driver), 1);
    progress(&mut driver, number, signed_in());
    assert!(driver.app.popup().is_none());
    assert_eq!(opened(&driver), 2, "the session is opened again");
    driver.assert_hides("the SSO token has expired");
    assert_eq!(driver.app.shared.notifications.errors().len(), 1, "the list of errors keeps it");
    driver.assert_shows("Signed in to IAM Identity Center until 2026-11-24 22:02:11Z.");
    driver.open(session_context());
    driver.serve();
    driver.assert_shows(ONE);
}

#[test]
fn reads_stop_once_and_go_on_where_they_were() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("j j");
    let selected = driver.text();
    let id = driver.app.shared.session.id;
    let fail = |driver: &mut Driver, read| {
        let at = driver.now.wall;
        let result = Err(no_token());
        let reply = ReadReply { session: id, read, result, asked_at: at, at };
        driver.batch(vec![Message::Reply(reply)]);
    };
    fail(&mut driver, IamRead::Report);
    driver.assert_shows("You are not signed in to session corp.");
    driver.keys("esc");
    fail(&mut driver, IamRead::Report);
    assert!(driver.app.popup().is_none(), "it is offered once");
    driver.tasks.clear();
    driver.keys("r");
    driver.batch(vec![Message::Session(SessionId(2), SessionEvent::Failed(no_token()))]);
    let number = accept(&mut driver);
    shows_code(&mut driver, number, None);
    progress(&mut driver, number, signed_in());
    driver.open(session_context());
    driver.serve();
    let row = |text: &str| text.lines().find(|line| line.contains('▸')).map(str::to_owned);
    assert_eq!(row(&driver.text()), row(&selected), "nothing has moved");
}

#[test]
fn cancelling_ends_the_task_and_late_events_count_no_more() {
    let mut driver = without_token(120, 40);
    let number = accept(&mut driver);
    shows_code(&mut driver, number, None);
    driver.keys("esc");
    assert!(driver.tasks.contains(&TaskEffect::CancelSignIn) && driver.app.popup().is_none());
    progress(&mut driver, number, signed_in());
    assert_eq!(opened(&driver), 1);
    driver.keys("r");
    driver.batch(vec![Message::Session(SessionId(2), SessionEvent::Failed(no_token()))]);
    let next = accept(&mut driver);
    progress(&mut driver, next, SignInEvent::Failed("The sign-in was refused.".to_owned()));
    driver.assert_shows("The sign-in was refused.");
    assert_eq!(accept(&mut driver), next + 1, "enter requests a new code");
}

#[test]
fn the_offer_waits_for_an_open_popup() {
    let mut driver = Driver::new(120, 40);
    driver.keys("?");
    driver.batch(vec![Message::Session(SessionId(1), SessionEvent::Failed(no_token()))]);
    assert!(matches!(driver.app.popup(), Some(Popup::Actions(_))));
    driver.keys("esc");
    driver.assert_shows("You are not signed in to session corp.");
}

#[test]
fn code_address_and_a_foreign_host_are_shown_on_the_smallest_screen() {
    for (columns, rows) in [(40, 10), (80, 24), (60, 16), (200, 60)] {
        let mut driver = without_token(columns, rows);
        let number = accept(&mut driver);
        shows_code(&mut driver, number, Some("http://127.0.0.1:4566"));
        for text in ["NOT AWS http://127.0.0.1:4566", "Code: PQCF-FCCN", "left.", "amazonaws.com/"]
        {
            driver.assert_shows(text);
        }
    }
}

#[test]
fn a_sign_in_leaves_the_errors_that_it_does_not_solve() {
    let mut driver = Driver::ready(120, 40);
    let key = KeyId::parse(ONE).unwrap();
    let at = driver.now.wall;
    let notifications = &mut driver.app.shared.notifications;
    notifications.report_failed_change("The outcome of this change is unknown.", &key, at);
    let read = IamRead::Keys { user: None };
    let reply =
        ReadReply { session: SessionId(1), read, result: Err(no_token()), asked_at: at, at };
    driver.batch(vec![Message::Reply(reply)]);
    driver.assert_shows("the SSO token has expired");
    let number = accept(&mut driver);
    progress(&mut driver, number, signed_in());
    driver.assert_hides("the SSO token has expired");
    driver.assert_shows("The outcome of this change is unknown.");
}

#[test]
fn a_session_that_is_reopened_by_hand_leaves_other_errors() {
    let mut driver = Driver::ready(120, 40);
    let at = driver.now.wall;
    driver.app.shared.notifications.report_error("Another error.", at);
    let error = ServiceError::new(ErrorKind::Expired, "ListUsers", "the token has expired");
    let read = IamRead::Keys { user: None };
    let result = Err(Arc::new(error));
    let reply = ReadReply { session: SessionId(1), read, result, asked_at: at, at };
    driver.batch(vec![Message::Reply(reply)]);
    driver.assert_shows("the token has expired");
    driver.keys("r");
    driver.assert_hides("the token has expired");
    driver.assert_shows("Another error.");
}

#[test]
fn a_sign_in_below_the_prompt_for_an_mfa_code_goes_on() {
    let mut driver = without_token(120, 40);
    let number = accept(&mut driver);
    let serial: Arc<str> = "arn:aws:iam::123456789012:mfa/ann".into();
    driver.batch(vec![Message::Session(SessionId(1), SessionEvent::NeedsCode(serial, None))]);
    shows_code(&mut driver, number, None);
    driver.keys("esc");
    driver.assert_shows("Code: PQCF-FCCN");
    let serial: Arc<str> = "arn:aws:iam::123456789012:mfa/ann".into();
    driver.batch(vec![Message::Session(SessionId(1), SessionEvent::NeedsCode(serial, None))]);
    progress(&mut driver, number, signed_in());
    driver.keys("esc");
    assert!(driver.app.popup().is_none(), "{:?}", driver.app.popup());
}
