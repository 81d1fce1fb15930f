//! AWS CLI commands for what keyflip does not do.

use std::sync::Arc;

use crate::model::{AccountId, Route, SessionContext, TrailEvent};
use crate::tui::context::ActivityUpdate;
use crate::tui::tests::activity::{begin, call, page, query, send};
use crate::tui::tests::{Driver, ONE, session_context};

/// Reads the activity of a key in two Regions, all of them if `R` is among the keys.
fn after_reading(keys: &str, events: Vec<TrailEvent>) -> String {
    let mut driver = Driver::ready(160, 40);
    driver.keys(keys);
    let number = begin(&mut driver, query(ONE, &["us-east-1", "eu-west-1"]));
    send(&mut driver, number, page("us-east-1", events, true));
    send(&mut driver, number, page("eu-west-1", Vec::new(), true));
    send(&mut driver, number, ActivityUpdate::Ended);
    driver.keys("esc Y y");
    driver.copied().to_owned()
}

#[test]
fn the_template_for_a_role_is_left_out_where_all_regions_have_none() {
    let none = "# No role was assumed with the key in the last 90 days (2 Regions read;";
    let copied = after_reading("tab c R", vec![call("e1", 60, "s3", "ListBuckets")]);
    assert!(copied.contains(none) && !copied.contains("ROLE"), "{copied}");
    let refused = TrailEvent {
        error_code: Some("AccessDenied".into()),
        ..call("e2", 60, "sts", "AssumeRole")
    };
    assert!(after_reading("tab c R", vec![refused]).contains(none));
    for (keys, name) in [("tab c", "ListBuckets"), ("tab c R", "AssumeRole")] {
        let copied = after_reading(keys, vec![call("e3", 60, "sts", name)]);
        assert!(copied.contains("--role-name ROLE"), "{name}: {copied}");
    }
}

#[test]
fn the_commands_of_a_session_of_identity_center_have_its_profile() {
    let mut driver = Driver::new(160, 40);
    let account = AccountId::from_service("123456789012");
    let role: Arc<str> = "IncidentResponder".into();
    let route = Some(Route::Sso { session: "demo".into(), account, role });
    driver.open(SessionContext { profile: None, route, ..session_context() });
    driver.serve();
    driver.keys("Y y");
    let copied = driver.copied();
    let section = "# [profile IncidentResponder-123456789012]\n# sso_session = demo\n\
                   # sso_account_id = 123456789012\n# sso_role_name = IncidentResponder\n\
                   # region = us-east-1\n";
    assert!(copied.contains(section), "{copied}");
    let mut commands = copied.lines().filter(|line| line.starts_with("aws "));
    assert!(
        commands.all(|line| line.ends_with("--profile IncidentResponder-123456789012")),
        "{copied}"
    );
}
