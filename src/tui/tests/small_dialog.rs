//! The confirmation dialog on a small terminal, and its warnings.

use std::time::Duration;

use crate::model::{Arn, Caller, Endpoint, KeyId, Outcome, SessionContext};
use crate::tui::popups::Popup;
use crate::tui::tests::{Driver, ONE, OWN, TWO_A, session_context};

fn elsewhere(columns: u16, rows: u16, url: &str) -> Driver {
    let mut driver = Driver::new(columns, rows);
    let endpoint = Endpoint::Custom(url.into());
    driver.open(SessionContext { endpoint, ..session_context() });
    driver.serve();
    driver.wait(200);
    driver.serve();
    driver
}

#[test]
fn the_smallest_dialog_has_not_aws_on_one_row_and_the_last_use() {
    let mut driver = elsewhere(40, 10, "http://127.0.0.1:5000");
    driver.keys("t");
    driver.wait(300);
    insta::assert_snapshot!(driver.text(), @"
    ╭ Deactivate this access key? ─────────╮
    │ NOT AWS http://127.0.0.1:5000        │
    │ Account acme-prod 123456789012       │
    │ via prod, access key · user/operator │
    │ alice                                │
    │ Key AKIARZPUZDIKFYHOWX26             │
    │ Active → Inactive, used 3d ago       │
    │ Other none                           │
    │  n Cancel    y Deactivate            │
    ╰──────────────────────────────────────╯
    ");
    driver.keys("y");
    assert_eq!(driver.only_change().0, ONE);
}

#[test]
fn the_smallest_dialog_on_the_key_that_signs_keeps_the_warning_and_the_last_use() {
    let mut driver = elsewhere(40, 10, "https://vpce-0a1b2c3d.iam.example.internal:8443/path");
    driver.keys("G t");
    driver.wait(300);
    insta::assert_snapshot!(driver.text(), @"
    ╭ Deactivate this access key? ─────────╮
    │ NOT AWS …d.iam.example.internal:8443 │
    │ Account acme-prod 123456789012       │
    │ operator                             │
    │ Key AKIARZPUZDIKAOWNKEY2             │
    │ Active → Inactive, used 3d ago       │
    │ Signs this session: no undo.         │
    │ Type KEY2, then enter: ____          │
    │  esc Cancel    enter Deactivate      │
    ╰──────────────────────────────────────╯
    ");
    driver.keys("K E Y 2 enter");
    assert_eq!(driver.only_change().0, OWN);
}

#[test]
fn a_dialog_without_room_for_the_required_lines_cannot_be_confirmed() {
    let mut driver = elsewhere(40, 10, "http://127.0.0.1:5000");
    driver.keys("G t");
    let Some(Popup::Confirm(confirm)) = driver.app.ui.popups.top_mut() else { panic!("no dialog") };
    confirm.targets[0].user = Some(crate::model::UserName::from_service(&"long-".repeat(12)));
    driver.wait(300);
    driver.assert_shows("too small");
    driver.assert_hides("enter confirm");
    let hints = driver.app.ui.hints(&driver.app.shared);
    assert_eq!(hints.len(), 1, "only cancel");
    driver.keys("K E Y 2 enter");
    assert!(driver.changes().is_empty());
}

#[test]
fn only_an_uncertain_lock_out_is_called_possible() {
    let context = |signer| SessionContext { signer, ..session_context() };
    for (signer, sentence, undo) in [
        (
            KeyId::parse(OWN).ok(),
            "is the key that signs this session. You cannot",
            "Only another identity of this account can activate your own key again.",
        ),
        (
            None,
            "may be the key that signs this session. If so, you cannot",
            "If the key signs this session, only another identity of this account can",
        ),
    ] {
        let mut driver = Driver::new(120, 40);
        driver.open(context(signer));
        driver.serve();
        driver.wait(200);
        driver.serve();
        driver.keys("G t");
        driver.assert_shows(&format!("{OWN} {sentence}"));
        driver.assert_shows(undo);
    }
}

#[test]
fn credentials_without_a_profile_are_called_credentials() {
    let mut driver = Driver::new(120, 40);
    let source = "environment".into();
    driver.open(SessionContext { profile: None, source, ..session_context() });
    driver.serve();
    driver.wait(200);
    driver.serve();
    driver.keys("t");
    driver.assert_shows("│ Credentials environment ");
}

#[test]
fn the_source_of_the_credentials_is_named_by_its_kind() {
    for (profile, source, shown) in [
        (Some("prod"), "prod, SSO", "Profile     prod, SSO"),
        (Some("profile x"), "profile x, SSO", "Profile     profile x, SSO"),
        (None, "environment variables", "Credentials environment variables"),
    ] {
        let mut driver = Driver::new(120, 40);
        let profile = profile.map(Into::into);
        driver.open(SessionContext { profile, source: source.into(), ..session_context() });
        driver.serve();
        driver.keys("t");
        driver.assert_shows(shown);
    }
}

#[test]
fn a_small_dialog_names_the_caller_and_the_route() {
    for (columns, rows) in [(40, 10), (60, 15), (80, 24)] {
        let mut driver = Driver::new(columns, rows);
        let arn = "arn:aws:sts::123456789012:assumed-role/IncidentResponder/operator";
        let base = session_context();
        let caller = Caller { arn: Arn::from_service(arn), ..base.caller };
        driver.open(SessionContext { caller, source: "demo".into(), ..base });
        driver.serve();
        driver.wait(200);
        driver.serve();
        driver.keys("t");
        driver.wait(300);
        driver.assert_shows("demo");
        driver.assert_shows("Responder/operator");
        driver.keys("esc ctrl-a d");
        driver.wait(300);
        driver.assert_shows("demo");
        driver.assert_shows("Responder/operator");
    }
}

#[test]
fn a_reason_is_visible_while_it_is_typed_and_afterwards() {
    let mut driver = Driver::ready(80, 24);
    driver.last_used = driver.now.wall;
    driver.keys("r");
    driver.serve();
    driver.keys("t");
    driver.wait(300);
    driver.assert_shows("Whatever uses it will");
    driver.keys("tab l e a k");
    driver.assert_shows("Reason      leak");
    driver.assert_shows("y Deactivate");
    driver.keys("enter");
    driver.assert_shows("Reason      leak");
    driver.assert_shows("y Deactivate");
    driver.wait(300);
    driver.keys("y");
    assert_eq!(driver.changes()[0].reason.as_deref(), Some("leak"));
}

#[test]
fn a_small_screen_of_a_role_has_room_for_the_result_of_a_change() {
    for (columns, rows) in [(40, 10), (45, 12)] {
        let mut driver = Driver::new(columns, rows);
        let role = "AWSReservedSSO_IncidentResponder_0123456789abcdef/ann.lee@example.org";
        let arn = format!("arn:aws:sts::123456789012:assumed-role/{role}");
        let base = session_context();
        let caller = Caller { arn: Arn::from_service(&arn), ..base.caller };
        let source = "via corp · IncidentResponder".into();
        driver.open(SessionContext { caller, source, ..base });
        driver.serve();
        driver.wait(200);
        driver.serve();
        driver.keys("t");
        driver.wait(300);
        driver.keys("y");
        let at = driver.now.wall;
        let verified = Outcome::Verified { at, took: Duration::from_millis(400), refused: false };
        let sentence = format!(
            "IAM reports {ONE} of svc-billing-0042 Inactive in acme-prod 123456789012 (verified in \
             0.4 s). Other keys of the user: {TWO_A} Active."
        );
        driver.finish(verified, &sentence);
        driver.assert_shows(&format!("IAM reports {ONE} of"));
        driver.assert_shows("svc-billing-0042 Inactive");
        driver.assert_shows("acme-prod 123456789012");
        driver.assert_shows("@example.org");
        driver.assert_shows("alice");
    }
}
