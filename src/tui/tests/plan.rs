//! A plan that is opened on the screen: its marks, its account, and what its changes record.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use crate::changes::test_fixtures::{change, error};
use crate::changes::{ChangeLimits, ChangeOrigin, Intent, Journal, OutcomeKind, OutcomeRecord};
use crate::model::{
    AccountId, Direction, Endpoint, ErrorKind, KeyChange, KeyId, KeyStatus, Known, LastUse,
    Outcome, SessionContext, UserName,
};
use crate::ops::plan::{Author, Plan, PlanFileError, PlannedKey};
use crate::tui::effect::TaskEffect;
use crate::tui::keymap::Keymap;
use crate::tui::message::Message;
use crate::tui::popups::Popup;
use crate::tui::tests::{Driver, ONE, OWN, TWO_A, TWO_B, key, session_context, start};

const PLAN_ID: &str = "20261124T120000Z-p1a2n";

/// A key of account 123456789012 that the account does not have.
const GONE: &str = "AKIARZPUZDIKGONE2345";

fn id(key: &str) -> KeyId {
    KeyId::parse(key).unwrap()
}

/// Returns a plan of active keys that were last used three days before, as IAM still says.
fn plan_of(keys: &[(&str, &str)], account: &str) -> Plan {
    plan_of_unused(keys, account, 3)
}

/// Returns a plan of active keys that were not used for that many days when it was made.
fn plan_of_unused(keys: &[(&str, &str)], account: &str, days: i64) -> Plan {
    let author = Author { os_user: "ann".into(), sudo_user: None, host: "bastion".into() };
    let place = (AccountId::from_service(account), session_context().caller.arn, Endpoint::Aws);
    let mut plan = Plan::new(PLAN_ID.into(), start().wall, author, place);
    plan.filter = "unused>90d".into();
    plan.reason = Some("OPS-7, quarterly".into());
    plan.keys = keys
        .iter()
        .map(|(user, id)| {
            let mut planned = key(id, &KeyStatus::Active);
            let at = start().wall - SignedDuration::from_hours(24 * days);
            let used = LastUse::Used { at, service: None, region: None };
            planned.last_use = Known::live(used, start().wall);
            PlannedKey::from_key(UserName::from_service(user), &planned, "unused 100d").unwrap()
        })
        .collect();
    plan
}

fn give(driver: &mut Driver, plan: Plan) {
    driver.batch(vec![Message::Plan(PathBuf::from("plan.json"), Ok(Box::new(plan)))]);
}

fn marks(driver: &Driver) -> Vec<&str> {
    driver.app.shared.marks.iter().map(KeyId::as_str).collect()
}

/// Starts a screen on an account whose bob has two active keys, and opens a plan there.
fn opened(keys: &[(&str, &str)]) -> Driver {
    let mut driver = Driver::ready(120, 40);
    driver.statuses[2].2 = KeyStatus::Active;
    give(&mut driver, plan_of(keys, "123456789012"));
    driver.serve();
    driver
}

/// Adds a change of the plan, by another process, to the journal of the screen: its begin, and its
/// outcome if there is one. With `undoes`, it activates the key again. Returns its ID.
fn record(
    driver: &Driver,
    key: &str,
    undoes: Option<&str>,
    outcome: Option<(OutcomeKind, Option<KeyStatus>)>,
) -> String {
    let direction = if undoes.is_some() { Direction::Activate } else { Direction::Deactivate };
    let plan = undoes.is_none().then(|| PLAN_ID.into());
    let undoes = undoes.map(Into::into);
    let change = KeyChange { key: id(key), direction, plan, undoes, ..change() };
    let origin = ChangeOrigin::from(&session_context());
    let longest = ChangeLimits::default().max_duration(change.verification);
    let now = driver.now.wall;
    let intent = Intent::new(&change, &origin, now, longest);
    driver.journal.record_intent(&intent, now).unwrap();
    if let Some((kind, status_seen)) = outcome {
        let outcome = OutcomeRecord { status_seen, ..OutcomeRecord::new(&intent.id, kind, now) };
        driver.journal.record_outcome(&outcome).unwrap();
    }
    intent.id.to_string()
}

#[test]
fn the_keys_of_a_plan_are_read_and_marked() {
    let mut driver = opened(&[("bob", TWO_A)]);
    assert_eq!(marks(&driver), [TWO_A]);
    driver.assert_shows(&format!("Plan {PLAN_ID} · 1 key ─ 1 marked"));
    driver.assert_shows("unused 100d");
    driver.assert_shows("Reason: OPS-7, quarterly.");
    driver.keys("esc");
    driver.assert_shows("Marked 1 key of the plan in acme-prod 123456789012.");
}

#[test]
fn keys_that_the_plan_may_not_change_are_listed_with_the_reason_and_not_marked() {
    let mut driver = opened(&[
        ("alice", ONE),
        ("bob", TWO_A),
        ("bob", GONE),
        ("operator", OWN),
        ("zoe", "AKIARZPUZDIKN2USER22"),
    ]);
    assert_eq!(marks(&driver), [TWO_A]);
    for reason in [
        "is the last active key of its user and was used at",
        "is no longer in its owner's list of keys",
    ] {
        driver.assert_shows(reason);
    }
    driver.keys("esc");
    driver.assert_shows("Marked 1 of 5 keys of the plan");
    driver.assert_shows("Not marked: 2 deleted, 2 last active key.");
}

#[test]
fn a_key_that_was_used_or_changed_since_is_not_marked() {
    let mut driver = Driver::ready(120, 40);
    let keys = [("bob", TWO_A), ("bob", TWO_B)];
    give(&mut driver, plan_of_unused(&keys, "123456789012", 4));
    driver.serve();
    assert!(marks(&driver).is_empty());
    driver.assert_shows("was used since the plan was created");
    driver.assert_shows("is Inactive now");
}

#[test]
fn a_change_of_a_planned_key_has_the_plan_and_its_reason_in_the_journal() {
    let mut driver = opened(&[("bob", TWO_A)]);
    driver.keys("d");
    driver.serve();
    driver.wait(400);
    driver.keys("y");
    let change = driver.changes()[0].clone();
    assert_eq!(change.key, id(TWO_A));
    assert_eq!(change.plan.as_deref(), Some(PLAN_ID));
    assert_eq!(change.reason.as_deref(), Some("OPS-7, quarterly"));

    driver.statuses[1].2 = KeyStatus::Inactive;
    let took = Duration::from_secs(1);
    let verified = Outcome::Verified { at: driver.now.wall, took, refused: false };
    driver.finish(verified, "IAM reports the key Inactive.");
    driver.serve();
    driver.keys("P enter");
    driver.assert_shows("was deactivated by this plan at");
}

#[test]
fn a_key_outside_the_plan_is_changed_without_it() {
    let mut driver = opened(&[("bob", TWO_A)]);
    driver.keys("esc esc esc");
    assert!(marks(&driver).is_empty());
    driver.app.shared.marks.add([id(TWO_B)]);
    driver.keys("d");
    driver.serve();
    driver.wait(400);
    driver.keys("y");
    assert_eq!(driver.changes()[0].key, id(TWO_B));
    assert_eq!(driver.changes()[0].plan, None);
}

#[test]
fn a_marked_key_that_was_used_since_is_read_again_before_the_dialog_arms() {
    let mut driver = opened(&[("bob", TWO_A)]);
    driver.last_used = driver.now.wall;
    driver.keys("d");
    driver.serve_journal();
    driver.wait(400);
    driver.keys("y");
    assert!(driver.changes().is_empty(), "the last use is not read yet");
    driver.serve();
    assert!(driver.app.popup().is_none() && marks(&driver).is_empty());
    driver.assert_shows("was used since the plan was created");
}

#[test]
fn a_key_that_only_a_later_check_allows_is_changed_by_the_plan() {
    let mut driver = Driver::ready(120, 40);
    give(&mut driver, plan_of(&[("bob", TWO_B)], "123456789012"));
    driver.serve();
    driver.assert_shows("is Inactive now");
    driver.statuses[2].2 = KeyStatus::Active;
    driver.keys("r");
    driver.serve();
    assert!(marks(&driver).is_empty(), "nothing is marked by itself later");
    driver.keys("space d");
    driver.serve();
    driver.wait(400);
    driver.keys("y");
    assert_eq!(driver.changes()[0].plan.as_deref(), Some(PLAN_ID));
}

#[test]
fn a_dialog_on_planned_keys_closes_if_the_journal_cannot_be_read() {
    let mut driver = opened(&[("bob", TWO_A)]);
    driver.journal = Journal::file(std::env::temp_dir());
    driver.keys("d");
    driver.serve();
    assert!(driver.app.popup().is_none());
    driver.assert_shows("Nothing was changed, since the journal could not be read");
}

#[test]
fn a_refresh_reads_every_key_of_the_plan_again() {
    let mut driver = opened(&[("bob", TWO_A), ("bob", TWO_B)]);
    assert_eq!(marks(&driver), [TWO_A]);
    driver.assert_shows("is the last active key of its user");
    driver.statuses[1].2 = KeyStatus::Inactive;
    driver.keys("r");
    driver.serve();
    assert!(marks(&driver).is_empty());
    driver.assert_shows("is Inactive now");
    driver.assert_shows("of bob is Inactive now. It is no longer marked.");
}

#[test]
fn a_plan_of_another_account_offers_to_open_it_and_marks_nothing() {
    let mut driver = Driver::ready(120, 40);
    give(&mut driver, plan_of(&[("bob", TWO_A)], "210987654321"));
    driver.serve();
    assert!(marks(&driver).is_empty());
    let Some(Popup::RoutePicker(_)) = driver.app.popup() else { panic!("no question") };
    let asks = |task: &TaskEffect| matches!(task, TaskEffect::FindRoutes { account, .. } if account.as_str() == "210987654321");
    assert!(driver.tasks.iter().any(asks));
    driver.keys("esc");
    driver.assert_shows("belongs to account 210987654321, not to acme-prod 123456789012.");
    driver.wait(1_000);
    assert!(driver.app.popup().is_none(), "the question comes once");
}

#[test]
fn a_plan_of_another_endpoint_marks_nothing() {
    let mut driver = Driver::new(120, 40);
    let endpoint = Endpoint::Custom("http://127.0.0.1:9".into());
    driver.open(SessionContext { endpoint, ..session_context() });
    give(&mut driver, plan_of(&[("bob", TWO_A)], "123456789012"));
    driver.serve();
    assert!(driver.app.popup().is_none() && marks(&driver).is_empty());
    driver.assert_shows("was made at endpoint aws, and this session calls NOT AWS");
}

#[test]
fn a_plan_given_before_the_session_is_open_waits_for_it() {
    let mut driver = Driver::new(120, 40);
    give(&mut driver, plan_of(&[("bob", TWO_A)], "123456789012"));
    assert!(driver.app.popup().is_none());
    driver.statuses[2].2 = KeyStatus::Active;
    driver.open(session_context());
    driver.serve();
    assert_eq!(marks(&driver), [TWO_A]);
}

#[test]
fn a_file_that_is_no_plan_is_explained() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("P");
    driver.assert_shows("File that keyflip plan has written.");
    driver.types("p.json");
    driver.keys("enter");
    let path = PathBuf::from("p.json");
    assert!(driver.tasks.contains(&TaskEffect::ReadPlan(path.clone())));
    let missing = io::Error::new(io::ErrorKind::NotFound, "No such file or directory");
    let error = Arc::new(PlanFileError::Unreadable(missing));
    driver.batch(vec![Message::Plan(path.clone(), Err(error))]);
    driver.assert_shows("Could not open p.json: No such file or directory.");
    let error = PlanFileError::Invalid(Plan::parse(b"{}").unwrap_err());
    driver.batch(vec![Message::Plan(path, Err(Arc::new(error)))]);
    driver.assert_shows("Could not open p.json: it is not a plan of keyflip:");
}

#[test]
fn the_list_of_a_plan_wide_and_narrow() {
    for (name, columns, rows) in
        [("plan-120x40", 120, 40), ("plan-80x24", 80, 24), ("plan-40x10", 40, 10)]
    {
        let mut driver = Driver::ready(columns, rows);
        driver.statuses[2].2 = KeyStatus::Active;
        give(&mut driver, plan_of(&[("alice", ONE), ("bob", TWO_A)], "123456789012"));
        driver.serve();
        insta::assert_snapshot!(name, driver.text());
    }
}

#[test]
fn a_plan_whose_journal_cannot_be_read_marks_nothing() {
    let mut driver = Driver::ready(120, 40);
    // A directory cannot be read as a journal.
    driver.journal = Journal::file(std::env::temp_dir());
    give(&mut driver, plan_of(&[("bob", TWO_A)], "123456789012"));
    driver.serve();
    assert!(marks(&driver).is_empty());
    driver.assert_shows("No key is marked, since the journal could not be read.");
}

#[test]
fn a_key_whose_sibling_is_in_the_middle_of_a_change_is_not_marked() {
    let mut driver = Driver::ready(120, 40);
    driver.statuses[2].2 = KeyStatus::Active;
    record(&driver, TWO_A, None, None);
    give(&mut driver, plan_of(&[("bob", TWO_A), ("bob", TWO_B)], "123456789012"));
    driver.serve();
    assert!(marks(&driver).is_empty());
    driver.keys("esc");
    driver.assert_shows("Not marked: 1 in progress, 1 other key in progress.");
}

#[test]
fn a_sibling_that_the_screen_is_deactivating_counts_as_inactive() {
    let mut driver = opened(&[("bob", TWO_A)]);
    assert_eq!(marks(&driver), [TWO_A]);
    driver.keys("esc");
    driver.app.shared.marks.clear();
    driver.app.shared.marks.add([id(TWO_B)]);
    driver.keys("d");
    driver.serve();
    driver.wait(400);
    driver.keys("y");
    assert_eq!(driver.changes()[0].key, id(TWO_B));
    driver.keys("P enter");
    driver.assert_shows("is the last active key of its user");
    driver.finish(Outcome::Refused(error(ErrorKind::Denied, "AccessDenied")), "It was refused.");
    assert_eq!(marks(&driver), [TWO_B], "what was withdrawn is not marked again");
}

#[test]
fn a_key_that_an_interrupted_run_may_have_changed_is_not_marked() {
    let mut driver = Driver::ready(120, 40);
    driver.statuses[2].2 = KeyStatus::Active;
    let found_active = (OutcomeKind::Settled, Some(KeyStatus::Active));
    record(&driver, TWO_A, None, Some(found_active));
    give(&mut driver, plan_of(&[("bob", TWO_A)], "123456789012"));
    driver.serve();
    assert!(marks(&driver).is_empty());
    driver.keys("esc");
    driver.assert_shows("Not marked: 1 outcome unknown.");
}

#[test]
fn a_plan_that_another_process_has_undone_meanwhile_changes_nothing() {
    let mut driver = opened(&[("bob", TWO_A)]);
    let applied = record(&driver, TWO_A, None, Some((OutcomeKind::Verified, None)));
    record(&driver, TWO_A, Some(&applied), Some((OutcomeKind::Verified, None)));
    driver.keys("d");
    // The journal is not read yet.
    driver.wait(400);
    driver.keys("y");
    assert!(driver.changes().is_empty());
    driver.serve();
    assert!(driver.app.popup().is_none() && marks(&driver).is_empty());
    driver.assert_shows("Nothing was changed.");
}

#[test]
fn the_action_is_named_if_no_key_is_bound_to_it() {
    let mut driver = Driver::ready(120, 40);
    driver.statuses[2].2 = KeyStatus::Active;
    let bindings = [("deactivate", &[][..])];
    driver.app.shared.options.keymap = Keymap::with(bindings.into_iter()).unwrap();
    give(&mut driver, plan_of(&[("bob", TWO_A)], "123456789012"));
    driver.serve();
    driver.keys("esc");
    driver.assert_shows("deactivate deactivates the marked keys.");
}
