//! Events for tests.

use jiff::Timestamp;

use crate::model::{KeyId, Region, TrailEvent};
use crate::ops::activity::query::ActivityQuery;

/// The end of the window.
pub(super) fn now() -> Timestamp {
    "2026-11-24T14:00:00Z".parse().unwrap()
}

/// A Region.
pub(super) fn region(name: &str) -> Region {
    Region::parse(name).unwrap()
}

/// A query of the last day.
pub(super) fn query(regions: &[&str]) -> ActivityQuery {
    ActivityQuery {
        account: "123456789012".into(),
        notes: Vec::new(),
        key: KeyId::parse("AKIARZPUZDIKFYHOWX26").unwrap(),
        since: now() - jiff::SignedDuration::from_hours(24),
        until: now(),
        ends_now: true,
        regions: regions.iter().map(|name| region(name)).collect(),
        max_events: 1_000,
        keeps_all_records: false,
    }
}

/// A call in us-east-1 at the end of the window.
pub(super) fn call(service: &str, name: &str) -> TrailEvent {
    TrailEvent {
        id: format!("{service}-{name}").into(),
        time: now(),
        region: region("us-east-1"),
        service: service.into(),
        name: name.into(),
        source_ip: Some("198.51.100.7".into()),
        user_agent: Some("aws-cli/2.31".into()),
        principal: None,
        error_code: None,
        error_message: None,
        read_only: None,
        target: None,
        issued: None,
        record: None,
        unread_record: None,
        search_text: Box::default(),
    }
}
