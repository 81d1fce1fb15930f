//! The activity popup on every size of screen, with long and hostile texts.

use crate::model::{TrailEvent, UnreadRecord};
use crate::tui::context::ActivityUpdate;
use crate::tui::message::Message;
use crate::tui::popups::Component as _;
use crate::tui::tests::activity::{begin, call, page, query, read, send};
use crate::tui::tests::{Driver, ONE};

#[test]
fn a_long_notification_stays_visible_below_the_popup() {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let mut driver = read(columns, rows);
        let path = format!("/home/{}keyflip-{ONE}.md", "directory/".repeat(6));
        driver.batch(vec![Message::Exported {
            requested: path.clone().into(),
            path: path.into(),
            written: Ok(()),
        }]);
        for part in ["✓ Written to", &format!("keyflip-{ONE}.md"), "you can read."] {
            driver.assert_shows(part);
        }
        driver.keys("G");
        driver.assert_shows("Only management events");
    }
}

#[test]
fn the_popup_works_on_every_size_of_screen() {
    for (columns, rows) in [(40, 10), (50, 14), (80, 24), (120, 40), (200, 50)] {
        let mut driver = read(columns, rows);
        let count = driver.text().contains("6 events");
        assert!(count, "{columns}x{rows}:\n{}", driver.text());
        driver.keys("G g j j j tab j j k enter j k esc / i a m enter j enter esc e esc R r");
        driver.keys("tab esc");
    }
}

#[test]
fn a_small_screen_says_which_lines_it_shows_and_leaves_out_the_sparkline() {
    let mut driver = read(80, 24);
    driver.assert_shows("summary, 6 events, 1-");
    driver.assert_hides("calls per");
    let mut driver = read(120, 40);
    driver.assert_shows("calls per");
}

#[test]
fn the_outcome_of_a_call_is_never_cut() {
    for (columns, rows) in [(40, 10), (50, 14), (80, 24), (120, 40)] {
        let mut driver = Driver::ready(columns, rows);
        driver.keys("tab c");
        let number = begin(&mut driver, query(ONE, &["us-east-1"]));
        let attempt = |id, name, error_code: Option<&str>| TrailEvent {
            target: Some("user/autoscaling-service-account".into()),
            error_code: error_code.map(Into::into),
            ..call(id, 60, "iam", name)
        };
        let events = vec![
            attempt("e1", "CreateUser", Some("AccessDenied")),
            attempt("e2", "CreateServiceSpecificCredential", Some("LimitExceeded")),
            attempt("e3", "CreateLoginProfile", None),
        ];
        send(&mut driver, number, page("us-east-1", events, true));
        let line = |driver: &mut Driver, name: &str| {
            let screen = driver.text();
            let found = screen.lines().find(|line| line.contains(&format!("iam {name}")));
            found.unwrap_or_else(|| panic!("{columns}x{rows}: {name}\n{screen}")).to_owned()
        };
        driver.keys("j j j");
        let denied = line(&mut driver, "CreateU");
        assert!(denied.contains(" failed") && !denied.contains("access kept"), "{denied}");
        let long = line(&mut driver, "CreateSe");
        assert!(long.contains(" failed") && !long.contains("access kept"), "{long}");
        let done = line(&mut driver, "CreateLo");
        assert!(done.contains("access kept") || done.contains(" done"), "{done}");
        driver.keys("tab");
        let denied = line(&mut driver, "CreateU");
        assert!(denied.contains("failed") || denied.contains("AccessDenied"), "{denied}");
        let done = line(&mut driver, "CreateLo");
        assert!(!done.contains("failed"), "{done}");
    }
}

#[test]
fn a_call_without_a_readable_record_is_marked() {
    for (columns, rows) in [(40, 10), (80, 24), (120, 40)] {
        let mut driver = Driver::ready(columns, rows);
        driver.keys("tab c");
        let number = begin(&mut driver, query(ONE, &["us-east-1"]));
        let unread = TrailEvent {
            unread_record: Some(UnreadRecord::NotJson),
            ..call("e1", 60, "iam", "CreateUser")
        };
        send(&mut driver, number, page("us-east-1", vec![unread], true));
        driver.assert_shows("No readable record of 1 event");
        for keys in ["j", "tab"] {
            driver.keys(keys);
            let screen = driver.text();
            let line = screen.lines().find(|line| line.contains("iam C")).expect(&screen);
            assert!(line.contains(" not known ") || line.contains(" ? "), "{screen}");
        }
    }
}

#[test]
fn hostile_texts_are_drawn_without_control_characters() {
    let mut driver = Driver::ready(80, 24);
    driver.keys("tab c");
    let number = begin(&mut driver, query(ONE, &["us-east-1"]));
    let long = "A\u{1b}[31m\u{202e}\u{200b}".repeat(400);
    let hostile = TrailEvent {
        user_agent: Some(long.as_str().into()),
        source_ip: Some("\u{1b}]0;x\u{7}".into()),
        target: Some(long.as_str().into()),
        error_code: Some(long.as_str().into()),
        record: Some("no JSON \u{1b}[2J \u{202e}".into()),
        ..call("h1", 10, "iam", "CreateUser")
    };
    send(&mut driver, number, page("us-east-1", vec![hostile], true));
    for keys in ["j", "G", "tab", "enter"] {
        driver.keys(keys);
        let screen = driver.text();
        assert!(!screen.contains(['\u{1b}', '\u{202e}', '\u{200b}', '\u{7}']), "{screen}");
    }
    driver.assert_shows("h1");
}

#[test]
fn each_agent_at_one_address_is_a_row_of_its_own() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("tab c");
    let number = begin(&mut driver, query(ONE, &["us-east-1"]));
    let from = |id, agent: Option<&str>, ip: Option<&str>| TrailEvent {
        user_agent: agent.map(Into::into),
        source_ip: ip.map(Into::into),
        ..call(id, 100, "s3", "ListBuckets")
    };
    let ip = Some("203.0.113.77");
    let events = vec![
        from("a1", Some("aws-cli"), ip),
        from("a2", Some("aws-cli"), ip),
        from("a3", Some("aws-cli"), ip),
        from("b1", Some("boto3"), ip),
        from("b2", Some("boto3"), ip),
        // Of unknown origin, as some calls of AWS services are.
        from("c1", None, None),
    ];
    send(&mut driver, number, page("us-east-1", events, false));
    let selected = |driver: &mut Driver| {
        let screen = driver.text();
        let rows: Vec<_> = screen.lines().filter(|line| line.contains("▸ ")).collect();
        assert_eq!(rows.len(), 1, "{screen}");
        rows[0].to_owned()
    };
    driver.keys("j j");
    assert!(selected(&mut driver).contains("boto3"));
    let more = vec![from("a4", Some("aws-cli"), ip)];
    send(&mut driver, number, page("us-east-1", more, true));
    assert!(selected(&mut driver).contains("boto3"), "the cursor stays where it is");
    driver.keys("j");
    assert!(selected(&mut driver).contains("      1  ?"));
}

#[test]
fn the_answer_for_a_key_without_events_is_in_view_and_every_line_can_be_reached() {
    for (columns, rows) in [(80, 24), (60, 15), (40, 10)] {
        let mut driver = Driver::ready(columns, rows);
        driver.keys("tab c");
        let number = begin(&mut driver, query(ONE, &["us-east-1"]));
        send(&mut driver, number, page("us-east-1", vec![], true));
        send(&mut driver, number, ActivityUpdate::Ended);
        for text in ["▸ 0 events", "No calls by this key"] {
            driver.assert_shows(text);
        }
        let top = driver.text();
        let mut seen = vec![top.clone()];
        for _ in 0..30 {
            driver.keys("j");
            seen.push(driver.text());
        }
        let end = driver.text();
        assert_ne!(end, top, "{columns}x{rows}: nothing moves");
        for text in ["REGIONS", "us-east-1"] {
            assert!(seen.iter().any(|screen| screen.contains(text)), "{columns}x{rows}: {text}");
        }
        driver.keys("g");
        assert_eq!(driver.text(), top, "{columns}x{rows}");
        driver.keys("G");
        assert_eq!(driver.text(), end, "{columns}x{rows}");
        driver.keys("k k k k k k k k k k k k k k k k k k k k k k k k k k k k k k");
        assert_eq!(driver.text(), top, "{columns}x{rows}");
    }
}

#[test]
fn ctrl_c_ends_the_filter_of_the_timeline() {
    let mut driver = read(120, 40);
    driver.keys("/ s 3 ctrl-c");
    driver.assert_shows("GetCallerIdentity");
    assert!(driver.app.popup().is_some_and(|popup| !popup.takes_text()));
}

#[test]
fn every_part_names_the_account_and_what_cloudtrail_lacks() {
    for (columns, rows) in [(40, 10), (80, 24), (120, 40)] {
        let mut driver = read(columns, rows);
        for keys in ["g", "tab", "enter"] {
            driver.keys(keys);
            driver.assert_shows("acme-prod 123456789012");
            let screen = driver.text().to_lowercase();
            assert!(screen.contains("management events"), "{keys}: {screen}");
        }
    }
}

#[test]
fn long_activity_has_its_last_hours_beside_the_whole() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("tab c");
    let number = begin(&mut driver, query(ONE, &["us-east-1"]));
    let old = call("old", 60 * 86_400, "s3", "ListBuckets");
    let recent = (0..7).map(|n| call(&format!("n{n}"), 600 + n, "s3", "ListBuckets"));
    let events = recent.chain([old]).collect();
    send(&mut driver, number, page("us-east-1", events, true));
    driver.assert_shows("calls per 1d, at most 7");
    driver.assert_shows("calls per 1h, at most 7, last 60 h");
}
