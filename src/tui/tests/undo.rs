//! Undo of what the journal says was changed last.

use std::sync::Arc;
use std::time::Duration;

use crate::model::{
    AccountId, ChangeReport, Direction, ErrorKind, IamRead, JournalError, KeyStatus, NotSentReason,
    Outcome, ServiceError, UserName,
};
use crate::ops::undo::ChangesElsewhere;
use crate::tui::effect::TaskEffect;
use crate::tui::message::{ChangeEvent, Message};
use crate::tui::popups::Popup;
use crate::tui::tests::incident::verified;
use crate::tui::tests::{Driver, ONE, TWO_A, session_context};

#[test]
fn undo_reverts_the_changes_of_this_session_once() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("u");
    driver.assert_shows("There is no change to undo in this account");
    driver.keys("t");
    driver.wait(300);
    driver.keys("y");
    driver.statuses[0].2 = KeyStatus::Inactive;
    verified(&mut driver, 0);
    driver.keys("u");
    driver.assert_shows("Undo: activate this access key?");
    driver.wait(1_000);
    driver.keys("W X 2 6 enter");
    assert_eq!(driver.changes().len(), 1, "it is read again before it arms");
    driver.keys("u");
    driver.serve();
    driver.wait(300);
    driver.keys("W X 2 6 enter");
    assert_eq!(driver.changes()[1].direction, Direction::Activate);
    driver.statuses[0].2 = KeyStatus::Active;
    verified(&mut driver, 1);
    driver.keys("u");
    driver.assert_shows("There is no change to undo in this account");
}

#[test]
fn undo_reverts_a_batch_in_one_dialog_except_what_others_have_changed() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("space tab space d");
    driver.wait(300);
    driver.keys("2 enter");
    driver.statuses[0].2 = KeyStatus::Inactive;
    driver.statuses[1].2 = KeyStatus::Inactive;
    verified(&mut driver, 0);
    verified(&mut driver, 1);
    driver.serve();
    driver.keys("u");
    driver.assert_shows("Undo: activate these 2 access keys?");
    driver.keys("esc");
    driver.statuses[0].2 = KeyStatus::Active;
    driver.keys("tab k r");
    driver.serve();
    driver.keys("u");
    driver.assert_shows("Undo: activate this access key?");
    driver.assert_shows("it left the key Inactive, but IAM now reports Active");
}

#[test]
fn undo_names_the_accounts_where_the_rest_of_the_confirmation_can_be_undone() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(300);
    driver.keys("y");
    driver.statuses[0].2 = KeyStatus::Inactive;
    verified(&mut driver, 0);
    let account = AccountId::from_number(300_987_654_310);
    driver.app.shared.journal.elsewhere = vec![ChangesElsewhere { account, keys: 1 }];
    driver.keys("u");
    driver.assert_shows("Undo: activate this access key?");
    driver.assert_shows("1 key of the same confirmation is in account 300987654310");
}

#[test]
fn undo_stops_if_someone_else_has_changed_the_key_meanwhile() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(300);
    driver.keys("y");
    verified(&mut driver, 0);
    driver.keys("u");
    driver.serve();
    driver.wait(300);
    assert!(driver.app.popup().is_none());
    driver.assert_shows("in acme-prod 123456789012 is now Active, not Inactive");
    assert_eq!(driver.changes().len(), 1);
}

/// Deactivates the two active keys of alice and bob in one dialog, and verifies that.
fn two_deactivated(driver: &mut Driver) {
    driver.keys("space tab space d");
    driver.wait(300);
    driver.keys("2 enter");
    driver.statuses[0].2 = KeyStatus::Inactive;
    driver.statuses[1].2 = KeyStatus::Inactive;
    verified(driver, 0);
    verified(driver, 1);
}

#[test]
fn after_a_restart_undo_reverts_what_the_journal_has_and_reads_it_before() {
    let mut driver = Driver::ready(120, 40);
    two_deactivated(&mut driver);
    driver.restart();
    driver.open(session_context());
    driver.keys("u");
    driver.assert_shows("The journal is still being read. The undo opens then");
    // Another key cancels the wish.
    driver.keys("j");
    driver.serve_journal();
    assert!(driver.app.popup().is_none());
    // No list was read yet.
    driver.assert_shows("u undo");
    driver.keys("u");
    driver.assert_shows("Undo: activate these 2 access keys?");
    driver.assert_shows(&format!("{ONE} of alice"));
    driver.wait(1_000);
    driver.keys("2 enter");
    assert_eq!(driver.changes().len(), 0, "the keys are read before");
    driver.keys("esc u");
    driver.serve();
    driver.wait(300);
    driver.keys("2 enter");
    let changes: Vec<_> = driver
        .changes()
        .iter()
        .map(|change| (change.key.as_str(), change.direction, change.undoes.is_some()))
        .collect();
    assert_eq!(changes, [ONE, TWO_A].map(|key| (key, Direction::Activate, true)));
    driver.statuses[0].2 = KeyStatus::Active;
    driver.statuses[1].2 = KeyStatus::Active;
    verified(&mut driver, 0);
    verified(&mut driver, 1);
    driver.keys("u");
    driver.assert_shows("There is no change to undo in this account");
    driver.assert_hides("u undo");
}

#[test]
fn an_undo_asked_for_while_the_journal_is_read_opens_then_and_can_be_cancelled_by_any_input() {
    let start = || {
        let mut driver = Driver::ready(120, 40);
        two_deactivated(&mut driver);
        driver.restart();
        driver.open(session_context());
        driver.keys("u");
        driver
    };
    let mut driver = start();
    driver.serve_journal();
    driver.assert_shows("Undo: activate these 2 access keys?");
    driver.keys("2 enter");
    assert_eq!(driver.changes().len(), 0, "it does not arm at once");
    for cancel in ["j", "esc", "?"] {
        let mut driver = start();
        driver.keys(cancel);
        driver.serve_journal();
        driver.assert_hides("Undo: activate");
    }
    let mut driver = start();
    driver.batch(vec![Message::Input(crossterm::event::Event::Paste("no ID".to_owned()))]);
    driver.serve_journal();
    assert!(driver.app.popup().is_none());
}

#[test]
fn after_a_restart_undo_closes_if_the_first_read_shows_another_status_no_key_or_an_error() {
    for (case, sentence) in [
        ("another status", "is now Active, not Inactive"),
        ("no key", "was deleted: IAM no longer lists it"),
        ("an error", "Could not read the status"),
    ] {
        let mut driver = Driver::ready(120, 40);
        two_deactivated(&mut driver);
        driver.restart();
        driver.open(session_context());
        driver.serve_journal();
        driver.keys("u");
        match case {
            "another status" => driver.statuses[1].2 = KeyStatus::Active,
            "no key" => drop(driver.statuses.remove(1)),
            _ => {}
        }
        let session = driver.app.shared.session.id;
        for user in ["alice", "bob"] {
            let read = IamRead::Keys { user: Some(UserName::from_service(user)) };
            let mut answer = driver.answer(session, read);
            if (case, user) == ("an error", "bob") {
                answer.result = Err(Arc::new(ServiceError {
                    kind: ErrorKind::Denied,
                    ..ServiceError::internal("ListAccessKeys")
                }));
            }
            driver.batch(vec![Message::Reply(answer)]);
        }
        assert!(driver.app.popup().is_none(), "{case}");
        driver.assert_shows(sentence);
        driver.wait(300);
        driver.keys("2 enter");
        assert_eq!(driver.changes().len(), 0, "{case}");
    }
}

#[test]
fn a_change_without_a_journal_entry_is_not_undone_from_the_journal() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(300);
    driver.keys("y");
    let no_journal = || Outcome::NotSent(NotSentReason::Journal(JournalError::Thread.into()));
    driver.finish(no_journal(), "not sent");
    driver.serve();
    driver.wait(300);
    driver.assert_hides("You can undo this change");
    driver.assert_shows("keyflip cannot undo this change");
    driver.keys("y");
    driver.assert_shows("is not UNWRITTEN");
    driver.keys("U N W R I T T E N");
    driver.assert_hides("is not UNWRITTEN");
    driver.keys("enter");
    let change = driver
        .tasks
        .iter()
        .find_map(|effect| match effect {
            TaskEffect::ChangeUnjournaled(change) => Some(change.clone()),
            _ => None,
        })
        .unwrap();
    driver.statuses[0].2 = KeyStatus::Inactive;
    let at = driver.now.wall;
    let report = ChangeReport {
        change,
        outcome: Outcome::Verified { at, took: Duration::from_millis(400), refused: false },
        request_ids: Vec::new(),
        attempts: 1,
        journal_id: Some("in memory".into()),
        siblings: Vec::new(),
        journal_error: None,
    };
    driver.batch(vec![Message::Change(ChangeEvent::Done {
        change_report: Box::new(report),
        sentence: "done".to_owned(),
    })]);
    driver.serve();
    driver.keys("u");
    driver.assert_shows("is not in the journal, so it cannot be undone from there");
}

#[test]
fn changes_that_could_not_be_journaled_are_offered_once_no_popup_is_in_the_way() {
    let mut driver = Driver::ready(120, 40);
    let no_journal = || Outcome::NotSent(NotSentReason::Journal(JournalError::Thread.into()));
    driver.keys("t");
    driver.wait(300);
    driver.keys("y ?");
    let first = driver.changes()[0].clone();
    driver.end_change(first, no_journal(), "not sent");
    driver.assert_shows(" Help ");
    driver.keys("esc j l t");
    driver.wait(300);
    driver.keys("y");
    let second = driver.changes()[1].clone();
    driver.end_change(second, no_journal(), "not sent");
    let Some(Popup::Confirm(dialog)) = driver.app.popup() else { panic!("nothing is offered") };
    assert_eq!(dialog.targets.len(), 2);
}
