//! Lines of the summary that can be opened.

use crate::model::{EscapedText, KeyId, TrailEvent};
use crate::ops::activity::{Activity, ErrorCount, Issued, Service, Source};

/// Rows of a section; the timeline has the rest.
pub(super) const MAX_ROWS: usize = 12;

/// Rows of what an intruder may come back with: none of it should be overlooked.
pub(super) const MAX_IMPORTANT_ROWS: usize = 200;

/// Line of the summary that can be opened.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum SummaryItem {
    /// Credentials that were issued.
    Issued(KeyId),
    /// A call, by the ID of its event.
    Event(EscapedText),
    /// The events that contain these words.
    Words(String),
}

/// Returns what can be opened, from top to bottom.
pub(super) fn items(activity: &Activity) -> Vec<SummaryItem> {
    let all = std::iter::once(SummaryItem::Words(String::new()));
    let issued = activity.issued_by_risk(activity.query().until);
    let issued = issued.into_iter().take(MAX_IMPORTANT_ROWS).map(issued_item);
    let persistence =
        activity.persistence().iter().take(MAX_IMPORTANT_ROWS).map(|it| event_item(&it.event));
    let sources = activity.sources().iter().take(MAX_ROWS).map(source_item);
    let services = activity.services().iter().take(MAX_ROWS).map(service_item);
    let errors = activity.errors().iter().take(MAX_ROWS).map(error_item);
    all.chain(issued).chain(persistence).chain(sources).chain(services).chain(errors).collect()
}

pub(super) fn issued_item(issued: &Issued) -> SummaryItem {
    SummaryItem::Issued(issued.key.clone())
}

pub(super) fn event_item(event: &TrailEvent) -> SummaryItem {
    SummaryItem::Event(event.id.clone())
}

pub(super) fn source_item(source: &Source) -> SummaryItem {
    let words = match (&source.ip, &source.user_agent) {
        (Some(ip), _) => format!("ip:{ip}"),
        (None, Some(agent)) => agent.to_string(),
        (None, None) => String::new(),
    };
    SummaryItem::Words(words)
}

pub(super) fn service_item(service: &Service) -> SummaryItem {
    SummaryItem::Words(format!("service:{}", service.name))
}

pub(super) fn error_item(error: &ErrorCount) -> SummaryItem {
    SummaryItem::Words(format!("error:{}", error.code))
}
