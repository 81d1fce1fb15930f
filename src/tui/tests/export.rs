//! Export of what is shown.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;

use super::*;
use crate::model::ErrorKind;
use crate::ops::plan::{Author, Plan, PlannedKey};
use crate::tui::context::SessionPhase;
use crate::tui::popups::Popup;
use crate::tui::tests::incident::refused;

/// Returns the file and the text of the last export.
fn exported(driver: &Driver) -> (PathBuf, String) {
    let found = driver.tasks.iter().rev().find_map(|effect| match effect {
        TaskEffect::Export { path, text, .. } => Some((path.clone(), text.clone())),
        _ => None,
    });
    found.unwrap()
}

fn exports(driver: &Driver) -> usize {
    driver.tasks.iter().filter(|effect| matches!(effect, TaskEffect::Export { .. })).count()
}

/// Answers the last export.
fn write(driver: &mut Driver, written: Result<(), Arc<str>>) {
    let (requested, _) = exported(driver);
    let path = PathBuf::from("/home/ann").join(&requested);
    driver.batch(vec![Message::Exported { requested, path, written }]);
}

fn json(driver: &mut Driver) -> Value {
    driver.keys("e tab tab enter");
    let (path, text) = exported(driver);
    assert_eq!(path.extension().unwrap(), "json");
    write(driver, Ok(()));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_users_shown_are_exported_with_their_matching_keys() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("R");
    driver.serve();
    driver.keys("/ s t a t u s : i n a c t i v e enter e");
    driver.assert_shows("keyflip-users-123456789012-20261124T1402");
    driver.keys("tab enter");
    let (path, text) = exported(&driver);
    assert_eq!(path.extension().unwrap(), "csv");
    let lines: Vec<_> = text.lines().collect();
    let cells: Vec<_> = lines[1].split(',').collect();
    assert_eq!(lines.len(), 2, "bob has an active key too, which does not match: {text}");
    assert!(lines[0].starts_with("AccountId,AccountName,UserName,AccessKeyId,Status,"), "{text}");
    assert_eq!(cells[..5], ["123456789012", "acme-prod", "bob", TWO_B, "Inactive"]);
}

#[test]
fn each_list_is_exported_in_its_order_with_account_filter_and_coverage() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("R");
    driver.serve();
    driver.keys("v S");
    let keys = json(&mut driver);
    let users = |value: &Value| -> Vec<String> {
        let rows = value["Rows"].as_array().unwrap().iter();
        rows.map(|row| row["UserName"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(users(&keys), ["operator", "bob", "bob", "alice"], "reversed");
    assert_eq!(keys["Order"], "by name, reversed");
    assert!(keys["Account"].as_str().unwrap().contains("123456789012"));
    assert_eq!(keys["Coverage"], "keys of 4 of 4 users read");
    assert!(keys.get("Filter").is_none());
    driver.keys("v");
    let overview = json(&mut driver);
    assert_eq!(overview["Rows"][0]["Group"], "AGE");
    driver.keys("v tab");
    let of_user = json(&mut driver);
    assert_eq!(users(&of_user), ["operator"]);
}

#[test]
fn what_was_not_read_is_exported_as_such() {
    let mut driver = Driver::new(120, 40);
    driver.open(session_context());
    let session = driver.app.shared.session.id;
    let users = driver.answer(session, IamRead::Users { from: None });
    driver.batch(vec![Message::Reply(users)]);
    let users = json(&mut driver);
    let row = &users["Rows"][0];
    assert!(row["AccessKeyId"].is_null() && row["AccessKeysFrom"] == "not read", "{row}");
    driver.keys("e enter");
    let (_, markdown) = exported(&driver);
    assert!(markdown.contains("| alice | (not read) |"), "{markdown}");
    assert!(markdown.contains("keys of 0 of 4 users read"), "{markdown}");
}

#[test]
fn a_window_offers_no_table_and_stays_open_behind_the_prompt() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("!");
    driver.keys("e");
    driver.assert_shows(".md, .txt");
    for _ in 0..60 {
        driver.keys("backspace");
    }
    driver.types("errors.csv");
    driver.keys("enter");
    driver.assert_shows("This cannot be written in that format");
    assert_eq!(exports(&driver), 0);
    driver.keys("tab");
    driver.assert_shows("> errors.md");
    driver.keys("tab ctrl-y");
    assert!(driver.copied().starts_with("Errors"));
    driver.assert_shows("Sent the text to the clipboard");
    assert!(matches!(driver.app.popup(), Some(Popup::Text(_))), "the errors are shown again");
    driver.keys("esc");
    assert!(driver.app.popup().is_none());
}

#[test]
fn the_organization_is_exported_without_an_account_and_with_the_endpoint() {
    let mut driver = organization::opened(120, 40);
    let SessionPhase::Open(context) = &mut driver.app.shared.session.phase else { panic!() };
    context.endpoint = Endpoint::Custom("http://127.0.0.1:9".into());
    driver.keys("e");
    driver.assert_shows("> keyflip-organization-20261124T1402");
    driver.keys("esc");
    let accounts = json(&mut driver);
    assert_eq!(accounts["Endpoint"], "NOT AWS http://127.0.0.1:9");
    assert!(accounts.get("Account").is_none() && accounts.get("Caller").is_none(), "{accounts}");
    assert!(accounts["Rows"][0].get("KeysOfBar").is_none(), "no bar is open");
    driver.keys("v");
    let overview = json(&mut driver);
    assert_eq!(overview["Title"], "Organization 84+ active keys");
    assert_eq!(
        overview["Coverage"],
        "credential reports of 3 of 12 accounts, the oldest from 2026-11-24 11:02Z, 1 in part, 1 \
         failed, others still being read"
    );
    let rows = overview["Rows"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["Filter"].is_string()), "a bar without filter has none");
}

#[test]
fn the_accounts_of_a_bar_are_exported_with_the_number_of_its_keys() {
    let mut driver = organization_overview::bars(120, 40);
    organization_overview::go_to(&mut driver, "over 365 days");
    driver.keys("enter");
    let of_bar = json(&mut driver);
    let rows = of_bar["Rows"].as_array().unwrap().iter();
    assert_eq!(rows.map(|row| &row["KeysOfBar"]).collect::<Vec<_>>(), [45, 31, 8]);
}

#[test]
fn search_results_are_exported_with_the_account_of_each() {
    let mut driver = Driver::ready(120, 40);
    let foreign = KeyId::parse("AKIAY34FZKBOKMUTVV7A").unwrap();
    driver.paste(&format!("{TWO_A} {foreign} AKIA************{}", &ONE[16..]));
    for read in
        [IamRead::LastUse { key: foreign.clone() }, IamRead::Account { key: foreign.clone() }]
    {
        let unknown = refused(&driver, read, ErrorKind::NotFound);
        driver.batch(vec![unknown]);
    }
    let results = json(&mut driver);
    let rows = results["Rows"].as_array().unwrap();
    assert_eq!(rows.len(), 3, "{results}");
    assert_eq!(
        (&rows[0]["AccountId"], &rows[0]["UserName"]),
        (&"123456789012".into(), &"bob".into())
    );
    assert_eq!(rows[1]["AccountId"], foreign.account().unwrap().as_str());
    assert_eq!(rows[2]["Result"], "not looked up: this is no whole key ID");
}

#[test]
fn a_plan_is_exported_with_its_account() {
    let mut driver = Driver::ready(120, 40);
    let author = Author { os_user: "ann".into(), sudo_user: None, host: "bastion".into() };
    let caller = session_context().caller;
    let mut plan =
        Plan::new("p1".into(), start().wall, author, (caller.account, caller.arn, Endpoint::Aws));
    let key = key(ONE, &KeyStatus::Active);
    plan.keys =
        vec![PlannedKey::from_key(UserName::from_service("alice"), &key, "unused").unwrap()];
    driver.batch(vec![Message::Plan("plan.json".into(), Ok(Box::new(plan)))]);
    let exported = json(&mut driver);
    assert_eq!(exported["Rows"][0]["AccountId"], "123456789012");
}

#[test]
fn the_prompt_shows_the_name_on_a_small_screen() {
    for (columns, rows) in [(40, 10), (80, 24), (200, 50)] {
        let mut driver = Driver::ready(columns, rows);
        driver.keys("e");
        driver.assert_shows("Z.md");
        driver.keys("esc");
        assert_eq!(exports(&driver), 0);
    }
}

#[test]
fn on_a_small_screen_the_prompt_is_alone_with_its_hints() {
    let mut driver = Driver::ready(40, 10);
    driver.keys("?");
    driver.assert_shows("╭ Help");
    driver.keys("esc !");
    driver.keys("e");
    let screen = driver.text();
    assert_eq!(screen.matches('╰').count(), 1, "{screen}");
    driver.assert_shows("enter write");
    driver.keys("esc");
    driver.assert_shows("╭ Errors");
}

#[test]
fn a_failed_export_leaves_the_prompt_open_for_another_name() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("e enter");
    driver.assert_shows("Writing the file");
    driver.keys("x enter");
    assert_eq!(exports(&driver), 1);
    write(&mut driver, Err("File exists (os error 17)".into()));
    driver.assert_shows("Could not write /home/ann/keyflip-users-123456789012-");
    driver.assert_shows("> keyflip-users-123456789012-");
    assert_eq!(driver.app.shared.notifications.errors().len(), 1);
    driver.keys("tab enter");
    write(&mut driver, Ok(()));
    assert!(driver.app.popup().is_none());
    driver.assert_shows("which only you can read");
}

#[test]
fn a_later_export_ends_the_error_of_one_whose_prompt_was_closed() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("e enter esc");
    assert!(driver.app.popup().is_none());
    write(&mut driver, Err("No space left on device".into()));
    assert_eq!(driver.app.shared.notifications.undismissed().len(), 1);
    driver.keys("e enter");
    write(&mut driver, Ok(()));
    assert_eq!(driver.app.shared.notifications.undismissed(), []);
}

#[test]
fn quitting_waits_for_a_file_that_is_being_written() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("e enter esc q");
    assert!(!driver.app.should_exit() && driver.app.waits_for_files());
    driver.assert_shows("keyflip quits once the exported file is written");
    write(&mut driver, Ok(()));
    assert!(driver.app.should_exit());
}

#[test]
fn a_pasted_path_loses_its_quotes() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("e");
    for _ in 0..60 {
        driver.keys("backspace");
    }
    driver.paste("'/tmp/a b.csv' ");
    driver.keys("enter");
    assert_eq!(exported(&driver).0, PathBuf::from("/tmp/a b.csv"));
}
