//! Sessions: renewal, change of profile, and MFA codes.

use std::sync::Arc;
use std::time::Duration;

use crossterm::event::Event;

use crate::model::{
    AccountId, Arn, Endpoint, ErrorKind, IamRead, KeyId, Outcome, Profile, Route, ServiceError,
    SessionContext, SessionId,
};
use crate::tui::effect::{OpenRequest, TaskEffect};
use crate::tui::keymap::Keymap;
use crate::tui::message::{Message, SessionEvent};
use crate::tui::popups::Popup;
use crate::tui::tests::{Driver, ONE, TWO_B, incident, press, session_context};

pub(super) fn profile(name: &str, account: &str) -> Profile {
    Profile {
        name: name.into(),
        account: Some(AccountId::from_service(account)),
        account_guess: None,
        region: None,
        kind: "SSO".into(),
        mfa_serial: None,
    }
}

fn staging() -> SessionContext {
    let mut staging = session_context();
    staging.caller.account = AccountId::from_service("210987654321");
    staging.profile = Some("staging".into());
    staging
}

fn to_staging(driver: &mut Driver) {
    driver.keys("p");
    driver.batch(vec![Message::Profiles(vec![
        profile("prod", "123456789012"),
        profile("staging", "210987654321"),
    ])]);
    for key in "stag".chars() {
        driver.keys(&key.to_string());
    }
    driver.keys("enter");
}

#[test]
fn the_endpoint_is_shown_before_the_session_is_open() {
    let url = "NOT AWS http://127.0.0.1:4566";
    let configured = |driver: &mut Driver| {
        let endpoint = Endpoint::Custom("http://127.0.0.1:4566".into());
        let id = driver.app.shared.session.id;
        driver.batch(vec![Message::Session(id, SessionEvent::Configured(endpoint))]);
    };
    for (columns, rows) in [(40, 10), (120, 40)] {
        let mut driver = Driver::new(columns, rows);
        driver.assert_hides("NOT AWS");
        configured(&mut driver);
        driver.assert_shows(url);
        let id = driver.app.shared.session.id;
        let waiting = SessionEvent::Opening("Identifying the caller".into());
        let code = SessionEvent::NeedsCode("arn:aws:iam::123456789012:mfa/me".into(), None);
        let failed = Arc::new(ServiceError::internal("GetCallerIdentity"));
        for event in [waiting, code, SessionEvent::Failed(failed)] {
            driver.batch(vec![Message::Session(id, event)]);
            driver.assert_shows(url);
        }
    }
    // The next session may have another endpoint.
    let mut driver = Driver::ready(120, 40);
    configured(&mut driver);
    to_staging(&mut driver);
    driver.assert_hides("NOT AWS");
}

#[test]
fn a_change_of_profile_clears_data_and_marks() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("space");
    to_staging(&mut driver);
    assert_eq!(driver.app.shared.session.id, SessionId(2));
    driver.assert_hides("alice");
    driver.assert_hides("123456789012");
    assert!(driver.app.shared.marks.is_empty());
    let late = driver.answer(SessionId(1), IamRead::Users { from: None });
    driver.batch(vec![Message::Reply(late)]);
    driver.assert_hides("alice");
    driver.open(staging());
    driver.assert_shows("210987654321");
}

#[test]
fn a_change_in_flight_ends_in_its_own_session() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(300);
    driver.keys("y");
    to_staging(&mut driver);
    driver.open(staging());
    driver.serve();
    assert_eq!(driver.changes()[0].session, SessionId(1));
    let at = driver.now.wall;
    let outcome = Outcome::Verified { at, took: Duration::from_secs(1), refused: false };
    driver.finish(outcome, "IAM reports it Inactive in 123456789012.");
    driver.assert_shows("IAM reports it Inactive in 123456789012.");
    driver.assert_shows("● Active");
    driver.keys("u");
    driver.assert_shows("There is no change to undo in this account");
}

#[test]
fn changes_at_another_endpoint_belong_to_another_account() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(300);
    driver.keys("y");
    to_staging(&mut driver);
    driver.open(SessionContext {
        endpoint: Endpoint::Custom("http://127.0.0.1:5000".into()),
        ..session_context()
    });
    driver.serve();
    let at = driver.now.wall;
    driver.finish(
        Outcome::Verified { at, took: Duration::from_secs(1), refused: false },
        "IAM reports it Inactive.",
    );
    driver.assert_shows("● Active");
    driver.keys("u");
    driver.assert_shows("There is no change to undo in this account");
}

#[test]
fn credentials_renewed_for_another_account_close_the_dialog() {
    let mut driver = Driver::ready(120, 40);
    let at = driver.now.wall;
    let error = ServiceError::new(ErrorKind::Expired, "ListAccessKeys", "expired");
    let answer = crate::model::ReadReply {
        session: SessionId(1),
        read: IamRead::Alias,
        result: Err(Arc::new(error)),
        asked_at: at,
        at,
    };
    driver.batch(vec![Message::Reply(answer)]);
    driver.keys("r");
    driver.assert_shows(ONE);
    driver.assert_shows("123456789012");
    let mut temporary = SessionContext { signing_keys: Arc::new([]), signer: None, ..staging() };
    temporary.caller.arn = Arn::from_service("arn:aws:sts::210987654321:assumed-role/Ops/ann");
    driver.open(temporary);
    driver.assert_shows("The credentials now belong to another account, 210987654321.");
    driver.assert_shows("Could not determine which access key issued this session");
    driver.assert_hides(ONE);
}

#[test]
fn texts_of_an_account_close_when_the_credentials_belong_to_another() {
    for (keys, is_closed) in [("tab enter", true), ("!", false)] {
        for there in [session_context(), staging()] {
            let mut driver = Driver::ready(120, 40);
            let ended = incident::refused(&driver, IamRead::Alias, ErrorKind::Expired);
            driver.batch(vec![ended]);
            driver.keys("r");
            driver.keys(keys);
            assert!(matches!(driver.app.popup(), Some(Popup::Text(_))), "{keys}");
            let is_other = there.caller.account != session_context().caller.account;
            driver.open(there);
            assert_eq!(driver.app.popup().is_none(), is_other && is_closed, "{keys}");
        }
    }
}

#[test]
fn an_mfa_code_never_appears_in_an_effect() {
    let mut driver = Driver::new(120, 40);
    let serial: Arc<str> = "arn:aws:iam::123456789012:mfa/ann".into();
    driver.batch(vec![Message::Session(SessionId(1), SessionEvent::NeedsCode(serial, None))]);
    driver.assert_shows("╭ MFA code");
    driver.paste("654 321\n");
    driver.keys("enter");
    let sent = format!("{:?}", driver.tasks.last().unwrap());
    assert!(
        matches!(driver.tasks.last(), Some(TaskEffect::Code { .. })) && !sent.contains("654"),
        "{sent}"
    );
    driver.open(session_context());
    driver.assert_shows("acme-prod 123456789012".trim_start_matches("acme-prod "));
}

#[test]
fn the_profile_of_a_foreign_key_is_offered_first() {
    let mut driver = Driver::ready(120, 40);
    let foreign = KeyId::parse("AKIATCH6YDSYQDEMOOPS").unwrap();
    let account = foreign.account().unwrap();
    driver.paste(foreign.as_str());
    driver.batch(vec![Message::Profiles(vec![
        profile("other", "999999999999"),
        profile("there", account.as_str()),
    ])]);
    driver.tasks.clear();
    let at = driver.now.wall;
    let refuse = |read| {
        let error = ServiceError::new(ErrorKind::Denied, "GetAccessKeyLastUsed", "no");
        Message::Reply(crate::model::ReadReply {
            session: SessionId(1),
            read,
            result: Err(Arc::new(error)),
            asked_at: at,
            at,
        })
    };
    driver.batch(vec![refuse(IamRead::LastUse { key: foreign.clone() })]);
    driver.batch(vec![refuse(IamRead::Account { key: foreign.clone() })]);
    driver.keys("esc");
    driver.assert_shows("The screen still shows");
    driver.keys("p enter");
    let opens = |effect: &TaskEffect| matches!(effect, TaskEffect::Open(OpenRequest { route: Some(Route::Profile(name)), .. }) if &**name == "there");
    assert!(driver.tasks.iter().any(opens), "{:?}", driver.tasks);
    driver.tasks.clear();
    driver.open(staging());
    let asked = TaskEffect::Read {
        session: SessionId(2),
        lane: crate::inventory::Lane::Screen,
        read: IamRead::LastUse { key: foreign },
    };
    assert!(driver.tasks.contains(&asked));
}

#[test]
fn what_was_pasted_before_the_first_session_is_looked_up_in_it() {
    let user = "arn:aws:iam::210987654321:user/bob";
    for text in [TWO_B, user] {
        let mut driver = Driver::new(120, 40);
        driver.paste(text);
        driver.batch(vec![Message::Profiles(vec![profile("staging", "210987654321")])]);
        driver.keys("p enter");
        driver.tasks.clear();
        driver.open(staging());
        let read = IamRead::LastUse { key: KeyId::parse(TWO_B).unwrap() };
        let is_asked = driver
            .tasks
            .iter()
            .any(|effect| matches!(effect, TaskEffect::Read { read: asked, .. } if *asked == read));
        let is_shown = driver.app.ui.panes.filter.input.value() == "user:bob";
        assert_eq!((is_asked, is_shown), (text == TWO_B, text == user), "{text}");
    }
}

#[test]
fn a_user_of_another_account_is_shown_after_a_change_of_profile() {
    let mut driver = Driver::ready(160, 40);
    driver.batch(vec![Message::Profiles(vec![
        profile("other", "999999999999"),
        profile("staging", "210987654321"),
    ])]);
    let arn = "arn:aws:iam::210987654321:user/bob".to_owned();
    driver.paste(&arn);
    driver.assert_shows("belongs to account 210987654321");
    driver.assert_shows("open that account");
    driver.keys("p enter");
    driver.open(staging());
    assert_eq!(driver.app.ui.panes.filter.input.value(), "user:bob");
}

#[test]
fn a_paste_never_chooses_a_profile() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("p");
    driver.batch(vec![Message::Profiles(vec![profile("staging", "210987654321")])]);
    driver.paste("staging\n");
    assert!(matches!(driver.app.popup(), Some(Popup::Accounts(_))));
    driver.batch(vec![press("esc")]);
    assert!(driver.app.popup().is_none());
}

#[test]
fn reloading_the_profiles_keeps_the_selection() {
    let mut driver = Driver::ready(120, 40);
    let profiles = |names: &[&str]| {
        Message::Profiles(names.iter().map(|name| profile(name, "123456789012")).collect())
    };
    driver.keys("p");
    driver.batch(vec![profiles(&["prod", "sandbox", "staging"])]);
    driver.keys("esc p down down");
    driver.batch(vec![profiles(&["dev", "prod", "sandbox", "staging"])]);
    driver.keys("enter");
    let opens = |effect: &TaskEffect| matches!(effect, TaskEffect::Open(OpenRequest { route: Some(Route::Profile(name)), .. }) if &**name == "staging");
    assert!(driver.tasks.iter().any(opens), "{:?}", driver.tasks);
}

#[test]
fn typing_selects_the_first_matching_profile() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("p");
    driver.batch(vec![Message::Profiles(
        ["dev", "stage-1", "stage-2"].map(|name| profile(name, "1")).into(),
    )]);
    driver.keys("down down s backspace enter");
    let opens = |effect: &TaskEffect| matches!(effect, TaskEffect::Open(OpenRequest { route: Some(Route::Profile(name)), .. }) if &**name == "dev");
    assert!(driver.tasks.iter().any(opens), "{:?}", driver.tasks);
}

#[test]
fn a_profile_name_hides_nothing_on_the_screen() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("p");
    driver.batch(vec![Message::Profiles(vec![profile("a\u{202e}dorp", "123456789012")])]);
    driver.assert_shows("a<U+202E>dorp");
    driver.keys("enter");
    driver.assert_shows("profile a<U+202E>dorp");
    driver.assert_hides("\u{202e}");
}

#[test]
fn ctrl_c_closes_the_profile_list_and_the_mfa_prompt() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("p ctrl-c");
    assert!(driver.app.popup().is_none());
    let serial: Arc<str> = "arn:aws:iam::123456789012:mfa/ann".into();
    driver.batch(vec![Message::Session(SessionId(1), SessionEvent::NeedsCode(serial, None))]);
    driver.keys("ctrl-c");
    assert!(driver.app.popup().is_none());
    driver.keys("ctrl-c");
    assert!(driver.app.should_exit());
}

#[test]
fn ctrl_c_quits_when_the_screen_is_too_small() {
    for open in ["p", "f", "?", "t"] {
        let mut driver = Driver::ready(120, 40);
        driver.keys(open);
        assert!(driver.app.popup().is_some());
        driver.batch(vec![Message::Input(Event::Resize(30, 8))]);
        driver.assert_shows("ctrl-c quits");
        driver.keys("ctrl-c");
        assert!(driver.app.should_exit(), "{open}");
    }
}

#[test]
fn a_new_session_counts_throttling_from_zero() {
    let mut driver = Driver::ready(120, 40);
    driver.batch(vec![Message::Throttled(SessionId(1), 30)]);
    to_staging(&mut driver);
    driver.open(staging());
    driver.batch(vec![Message::Throttled(SessionId(2), 6)]);
    assert_eq!(driver.app.shared.throttle_rate.throttled_per_second(driver.now.mono), Some(2));
}

#[test]
fn a_reopened_session_keeps_its_account_alias() {
    let mut driver = Driver::ready(120, 40);
    let ended = incident::refused(&driver, IamRead::Alias, ErrorKind::Expired);
    driver.batch(vec![ended]);
    driver.keys("r");
    driver.open(session_context());
    driver.serve();
    driver.assert_shows("acme-prod 123456789012");
}

#[test]
fn the_list_of_profiles_has_page_keys_and_follows_the_bindings() {
    let mut driver = Driver::ready(80, 24);
    let names: Vec<_> = (0..100).map(|number| format!("profile-{number:02}")).collect();
    let profiles =
        || Message::Profiles(names.iter().map(|name| profile(name, "123456789012")).collect());
    let selected = |driver: &mut Driver| {
        let text = driver.text();
        let (_, rest) = text.split_once("▸ profile-").expect("no profile is selected");
        format!("profile-{}", &rest[..2])
    };
    driver.keys("p");
    driver.batch(vec![profiles()]);
    assert_eq!(driver.hints()[0].key, "↓ ↑");
    driver.keys("pagedown");
    let page = selected(&mut driver);
    driver.assert_shows(&format!("▸ {page}"));
    driver.assert_shows("profile-15");
    assert_eq!(page, "profile-15", "a page is the rows in view but for one");
    driver.keys("ctrl-f ctrl-b ctrl-b");
    assert_eq!(selected(&mut driver), "profile-00");
    driver.keys("esc");
    let keys = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
    let (down, cancel) = (keys(&["x", "ctrl-n"]), keys(&["ctrl-g"]));
    driver.app.shared.options.keymap =
        Keymap::with([("down", &down[..]), ("cancel", &cancel[..])].into_iter()).unwrap();
    driver.keys("p");
    driver.batch(vec![profiles()]);
    assert_eq!(driver.hints()[0].key, "ctrl-n ↑");
    driver.keys("ctrl-n");
    assert_eq!(selected(&mut driver), "profile-01");
    driver.keys("x");
    // A letter is typed, whatever it is bound to.
    driver.assert_shows("> x");
    driver.keys("ctrl-g");
    assert!(driver.app.popup().is_none());
}
