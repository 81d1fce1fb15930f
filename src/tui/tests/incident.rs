//! From a leaked key ID to a verified Inactive, on the screen.

use std::sync::Arc;
use std::time::Duration;

use crate::model::{
    Arn, Direction, ErrorKind, IamRead, KeyId, KeyLastUse, KeyStatus, LastUse, Outcome, ReadData,
    ReadReply, ServiceError, SessionContext, UserName, Verification,
};
use crate::tui::app::App;
use crate::tui::context::ScreenOptions;
use crate::tui::effect::{Effects, TaskEffect};
use crate::tui::message::Message;
use crate::tui::popups::Popup;
use crate::tui::render::layout::Pane;
use crate::tui::tests::{Driver, ONE, OWN, TWO_A, TWO_B, session_context};

/// Removes and returns the pending reads, to answer them one by one.
fn reads(driver: &mut Driver) -> Vec<IamRead> {
    let taken: Vec<_> =
        driver.tasks.extract_if(.., |effect| matches!(effect, TaskEffect::Read { .. })).collect();
    taken
        .into_iter()
        .filter_map(
            |effect| if let TaskEffect::Read { read, .. } = effect { Some(read) } else { None },
        )
        .collect()
}

pub(super) fn owned(driver: &Driver, key: &str, owner: Option<&str>) -> Message {
    let read = IamRead::LastUse { key: KeyId::parse(key).unwrap() };
    let found = ReadData::LastUse(KeyLastUse {
        owner: owner.map(UserName::from_service),
        last_use: LastUse::Never,
    });
    let at = driver.now.wall;
    Message::Reply(ReadReply {
        session: driver.app.shared.session.id,
        read,
        result: Ok(found),
        asked_at: at,
        at,
    })
}

pub(super) fn refused(driver: &Driver, read: IamRead, kind: ErrorKind) -> Message {
    let at = driver.now.wall;
    let error = ServiceError {
        kind,
        operation: "GetAccessKeyLastUsed",
        code: Some("AccessDenied".into()),
        message: "no".into(),
        request_id: None,
        hint: None,
        sign_in: None,
        proxy: None,
    };
    Message::Reply(ReadReply {
        session: driver.app.shared.session.id,
        read,
        result: Err(Arc::new(error)),
        asked_at: at,
        at,
    })
}

pub(super) fn verified(driver: &mut Driver, number: usize) {
    let change = driver.changes()[number].clone();
    let at = driver.now.wall;
    let outcome = Outcome::Verified { at, took: Duration::from_millis(400), refused: false };
    driver.end_change(change, outcome, &format!("verified {number}"));
}

#[test]
fn a_key_argument_is_shown_after_two_calls() {
    let options = ScreenOptions { find: Some(TWO_B.to_owned()), ..ScreenOptions::default() };
    let mut driver = Driver::new(120, 40);
    let mut effects = Effects::default();
    driver.app = App::new(options, (120, 40).into(), driver.now, &mut effects);
    driver.tasks = effects.tasks;
    driver.open(session_context());
    let first = reads(&mut driver);
    assert_eq!(
        first[0],
        IamRead::LastUse { key: KeyId::parse(TWO_B).unwrap() },
        "the owner is asked for before all else"
    );
    let owner = owned(&driver, TWO_B, Some("bob"));
    driver.batch(vec![owner]);
    let second = reads(&mut driver);
    assert_eq!(second[0], IamRead::Keys { user: Some(UserName::from_service("bob")) });
    let keys = driver.answer(driver.app.shared.session.id, second[0].clone());
    driver.batch(vec![Message::Reply(keys)]);
    assert_eq!(driver.app.ui.panes.user_keys.list.selected().map(KeyId::as_str), Some(TWO_B));
    assert_eq!(driver.app.ui.panes.focus, Pane::UserKeys);
    driver.keys("t");
    driver.assert_shows("Activate this access key?");
    driver.assert_shows(TWO_B);
}

#[test]
fn text_pasted_anywhere_leads_to_the_key_in_it() {
    let mut driver = Driver::ready(120, 40);
    driver.paste(&format!("Hi,\nwe saw aws_access_key_id%3D{TWO_A}&x in a public repository!\n"));
    driver.serve();
    assert_eq!(driver.app.ui.panes.user_keys.list.selected().map(KeyId::as_str), Some(TWO_A));
    assert!(driver.app.shared.marks.is_empty() && driver.changes().is_empty());
    driver.assert_shows("belongs to bob");
}

#[test]
fn several_ids_open_a_list_with_none_marked() {
    let mut driver = Driver::ready(120, 40);
    let text = format!("{TWO_A} ASIAY34FZKBOKMUTVV7A AIDARZPUZDIKFYHOWX26 {ONE}");
    driver.paste(&text);
    driver.serve();
    driver.assert_shows("4 key IDs found, none marked");
    driver.assert_shows("bob, ● Active");
    driver.assert_shows("is a temporary key");
    driver.assert_shows("is the unique ID of an IAM user");
    assert!(driver.app.shared.marks.is_empty());
    driver.keys("j j j enter");
    driver.serve();
    assert_eq!(driver.app.ui.panes.user_keys.list.selected().map(KeyId::as_str), Some(ONE));
}

#[test]
fn a_key_of_another_account_names_it() {
    let mut driver = Driver::ready(120, 40);
    let foreign = KeyId::parse("AKIAYVP4CIPPERUVIFXG").unwrap();
    driver.paste(foreign.as_str());
    driver.tasks.clear();
    let no = refused(&driver, IamRead::LastUse { key: foreign.clone() }, ErrorKind::Denied);
    driver.batch(vec![no]);
    assert_eq!(reads(&mut driver)[0], IamRead::Account { key: foreign.clone() });
    let no = refused(&driver, IamRead::Account { key: foreign }, ErrorKind::Denied);
    driver.batch(vec![no]);
    driver.assert_shows("Account   595918472158, according to its ID");
}

#[test]
fn a_deleted_key_and_a_denied_look_up_are_distinguished() {
    let key = KeyId::parse("AKIARZPUZDIKZZ222222").unwrap();
    let own = IamRead::LastUse { key: KeyId::parse(OWN).unwrap() };
    for (kind, may_look_up, says) in [
        (ErrorKind::NotFound, true, "It was deleted or never existed."),
        (ErrorKind::Denied, true, "the key was deleted, or the caller lacks the permission"),
        (
            ErrorKind::Denied,
            false,
            "The caller lacks the permission iam:GetAccessKeyLastUsed to look up",
        ),
    ] {
        let mut driver = Driver::ready(200, 40);
        driver.paste(key.as_str());
        driver.tasks.clear();
        let no = refused(&driver, IamRead::LastUse { key: key.clone() }, kind);
        driver.batch(vec![no]);
        driver.tasks.clear();
        let session = driver.app.shared.session.id;
        let account = driver.answer(session, IamRead::Account { key: key.clone() });
        driver.batch(vec![Message::Reply(account)]);
        if !may_look_up {
            driver.tasks.clear();
            let no = refused(&driver, own.clone(), kind);
            driver.batch(vec![no]);
        }
        driver.serve();
        let reported = driver.app.shared.notifications.result().unwrap().text.clone();
        assert!(reported.contains(says), "{kind:?}: {reported}");
    }
}

#[test]
fn a_listed_key_is_selected_although_its_look_up_is_denied() {
    let mut driver = Driver::ready(120, 40);
    driver.paste(TWO_B);
    let no =
        refused(&driver, IamRead::LastUse { key: KeyId::parse(TWO_B).unwrap() }, ErrorKind::Denied);
    driver.batch(vec![no]);
    driver.assert_shows(&format!("{TWO_B} belongs to bob."));
    assert_eq!(
        driver.app.ui.panes.selected_key(&driver.app.shared).map(KeyId::as_str),
        Some(TWO_B)
    );
}

#[test]
fn bad_text_gets_a_clear_answer_and_changes_nothing() {
    let mut driver = Driver::ready(120, 40);
    let huge = "x".repeat(10_000_000);
    for text in ["", "hello", "\u{0}\u{1}\u{ffff}", &huge] {
        driver.paste(text);
        driver.assert_shows("No access key ID in this text (");
    }
    assert!(driver.changes().is_empty());
    let many: String =
        (0..200).fold(String::new(), |text, n| text + &format!("AKIARZPUZDIKAAAA{n:04}\n"));
    driver.paste(&many);
    driver.assert_shows("200 key IDs found");
}

#[test]
fn marked_keys_share_one_dialog_and_one_direction() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("space tab ctrl-a d");
    let Some(Popup::Confirm(confirm)) = driver.app.popup() else { panic!("no dialog") };
    let keys: Vec<_> = confirm.targets.iter().map(|target| target.key.as_str()).collect();
    assert_eq!(keys, [ONE, TWO_A], "the inactive one has nothing to change");
    driver.wait(300);
    driver.keys("y");
    assert!(driver.changes().is_empty(), "several ask for their number");
    driver.wait(300);
    driver.keys("2 enter");
    assert_eq!(driver.changes().len(), 2);
    assert!(driver.changes().iter().all(|change| change.direction == Direction::Deactivate));
}

#[test]
fn the_signing_key_comes_last_and_is_verified_by_refusal() {
    let mut driver = Driver::new(120, 40);
    let both = [OWN, ONE].map(|key| KeyId::parse(key).unwrap());
    driver.open(SessionContext { signing_keys: both.into(), ..session_context() });
    driver.serve();
    driver.wait(200);
    driver.serve();
    driver.keys("t esc space G space d");
    driver.wait(300);
    driver.keys("2 enter");
    assert_eq!(driver.changes().len(), 1, "{:?}", driver.changes());
    let at = driver.now.wall;
    driver.finish(Outcome::Verified { at, took: Duration::from_secs(1), refused: false }, "done");
    let keys: Vec<_> =
        driver.changes().iter().map(|change| (change.key.as_str(), change.verification)).collect();
    assert_eq!(keys, [(ONE, Verification::ByRead), (OWN, Verification::ByRefusal)]);
}

#[test]
fn at_most_four_changes_run_at_once() {
    let mut driver = Driver::ready(120, 40);
    driver.statuses.extend([
        ("carol", "AKIARZPUZDIKB2222222", KeyStatus::Active),
        ("carol", "AKIARZPUZDIKB3333333", KeyStatus::Active),
        ("carol", "AKIARZPUZDIKB4444444", KeyStatus::Active),
    ]);
    driver.keys("r");
    driver.serve();
    driver.keys("ctrl-a d");
    driver.wait(300);
    driver.keys("6 enter");
    assert_eq!(driver.changes().len(), 4);
    for number in 0..5 {
        verified(&mut driver, number);
        let own = driver.changes().iter().filter(|change| change.key.as_str() == OWN).count();
        assert_eq!(own, usize::from(number == 4), "after {number}");
    }
    let last = driver.changes()[5];
    assert_eq!((last.key.as_str(), last.verification), (OWN, Verification::ByRefusal));
    verified(&mut driver, 5);
    driver.assert_shows(
        "IAM reports 6 of 6 keys Inactive in acme-prod 123456789012. Press u to undo.",
    );
    assert!(driver.app.shared.marks.is_empty());
}

#[test]
fn the_use_of_a_watched_key_is_reported() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("w");
    driver.assert_shows("nothing to watch");
    driver.keys("t");
    driver.wait(300);
    driver.keys("y");
    driver.statuses[0].2 = KeyStatus::Inactive;
    verified(&mut driver, 0);
    driver.keys("w");
    driver.assert_shows("Watching the changed key");
    driver.serve();
    driver.wait(61_000);
    let read = IamRead::LastUse { key: KeyId::parse(ONE).unwrap() };
    assert!(reads(&mut driver).contains(&read), "it is read again after a minute");
    let used = LastUse::Used { at: driver.now.wall, service: None, region: None };
    let at = driver.now.wall;
    let found = ReadData::LastUse(KeyLastUse {
        owner: Some(UserName::from_service("alice")),
        last_use: used,
    });
    let answer = ReadReply {
        session: driver.app.shared.session.id,
        read,
        result: Ok(found),
        asked_at: at,
        at,
    };
    driver.batch(vec![Message::Reply(answer)]);
    let reported = &driver.app.shared.notifications.undismissed()[0].text;
    assert!(reported.contains("after IAM reported it Inactive"), "{reported}");
}

#[test]
fn root_keys_have_a_row_if_the_caller_is_root() {
    let mut driver = Driver::new(120, 40);
    let mut root: SessionContext = session_context();
    root.caller.arn = Arn::from_service("arn:aws:iam::123456789012:root");
    driver.open(root);
    driver.serve();
    driver.assert_shows("<root_account>");
}

#[test]
fn the_commands_use_the_same_profile_and_endpoint() {
    let mut driver = Driver::ready(160, 40);
    driver.keys("Y");
    driver.assert_shows("aws:TokenIssueTime");
    driver.keys("y");
    let command = format!(
        "aws iam update-access-key --user-name alice --access-key-id {ONE} --status Inactive --profile prod"
    );
    let copied = driver.copied();
    assert!(copied.lines().any(|line| line == command), "{copied}");
    assert!(copied.contains("aws cloudtrail lookup-events"));
}

#[test]
fn the_activation_of_an_inactive_key_is_only_a_comment_among_the_commands() {
    let mut driver = Driver::ready(160, 40);
    driver.statuses[0].2 = KeyStatus::Inactive;
    driver.keys("r");
    driver.serve();
    driver.keys("Y y");
    let copied = driver.copied();
    let commands: Vec<_> = copied.lines().filter(|line| line.starts_with("aws ")).collect();
    assert!(commands[0].starts_with("aws iam put-user-policy"), "{copied}");
    assert!(commands.iter().all(|line| !line.contains("update-access-key")), "{copied}");
    let last = copied.lines().last().unwrap_or_default();
    assert!(last.starts_with("# aws iam update-access-key"), "{copied}");
    assert!(last.contains("--status Active"), "{copied}");
}

#[test]
fn the_commands_of_a_session_without_a_profile_name_the_credentials() {
    let mut driver = Driver::new(160, 40);
    driver.open(SessionContext { profile: None, ..session_context() });
    driver.serve();
    driver.keys("Y y");
    let copied = driver.copied();
    let sentence = "# Run these with credentials of account 123456789012 that allow iam:UpdateAccessKey, \
                    iam:PutUserPolicy and iam:PutRolePolicy.";
    assert_eq!(copied.lines().nth(1), Some(sentence), "{copied}");
}
