//! Rows of the summary, which can be opened.

use crate::model::{EscapedText, KeyId};
use crate::ops::activity::{
    Activity, Count, Issued, Source, SuspectCall, messages as activity_messages,
};

/// Maximum number of rows of a section; the timeline has the rest.
const MAX_ROWS: usize = 12;

/// Maximum number of rows of what an intruder may come back with: none of it should be overlooked.
const MAX_IMPORTANT_ROWS: usize = 200;

/// What a row opens. No two rows have the same.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum SummaryItem {
    /// All events.
    All,
    /// Credentials that were issued.
    Issued(KeyId),
    /// A call, by the ID of its event.
    Event(EscapedText),
    /// The events from an IP address and a user agent.
    Source { ip: Option<EscapedText>, user_agent: Option<EscapedText> },
    /// The events of a service.
    Service(EscapedText),
    /// The calls that failed with an error code.
    Error(EscapedText),
}

/// Row of a section.
#[derive(Clone, Copy)]
pub(super) enum SummaryRow<'a> {
    Issued(&'a Issued),
    SuspectCall(&'a SuspectCall),
    Source(&'a Count<Source>),
    Service(&'a Count<EscapedText>),
    Error(&'a Count<EscapedText>),
}

/// Rows below a heading.
pub(super) struct SummarySection<'a> {
    pub heading: &'static str,
    pub rows: Vec<SummaryRow<'a>>,
    /// Number of further rows, which are not shown.
    pub hidden: usize,
}

impl SummaryItem {
    /// Returns the words that the events of the item contain on the timeline. Two agents at one IP
    /// address have the same.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Source { ip: Some(ip), .. } => format!("ip:{ip}"),
            Self::Source { ip: None, user_agent: Some(agent) } => agent.to_string(),
            Self::Service(name) => format!("service:{name}"),
            Self::Error(code) => format!("error:{code}"),
            Self::All | Self::Issued(_) | Self::Event(_) | Self::Source { .. } => String::new(),
        }
    }
}

impl SummaryRow<'_> {
    /// Returns what the row opens.
    pub(super) fn item(self) -> SummaryItem {
        match self {
            Self::Issued(issued) => SummaryItem::Issued(issued.key.clone()),
            Self::SuspectCall(call) => SummaryItem::Event(call.event.id.clone()),
            Self::Source(source) => SummaryItem::Source {
                ip: source.key.ip.clone(),
                user_agent: source.key.user_agent.clone(),
            },
            Self::Service(service) => SummaryItem::Service(service.key.clone()),
            Self::Error(error) => SummaryItem::Error(error.key.clone()),
        }
    }
}

/// Returns the sections from top to bottom, as far as they have rows.
pub(super) fn sections(activity: &Activity) -> impl Iterator<Item = SummarySection<'_>> {
    fn section<'a, T>(
        heading: &'static str,
        rows: impl ExactSizeIterator<Item = T>,
        max: usize,
        row: impl Fn(T) -> SummaryRow<'a>,
    ) -> SummarySection<'a> {
        let hidden = rows.len().saturating_sub(max);
        SummarySection { heading, rows: rows.take(max).map(row).collect(), hidden }
    }
    let issued = activity.issued_by_risk(activity.query().until).into_iter();
    let suspect_calls = activity.suspect_calls().iter();
    let (sources, services) = (activity.sources().iter(), activity.services().iter());
    let sections = [
        section(activity_messages::ISSUED, issued, MAX_IMPORTANT_ROWS, SummaryRow::Issued),
        section(
            activity_messages::SUSPECT_CALLS,
            suspect_calls,
            MAX_IMPORTANT_ROWS,
            SummaryRow::SuspectCall,
        ),
        section(activity_messages::SOURCES, sources, MAX_ROWS, SummaryRow::Source),
        section(activity_messages::SERVICES, services, MAX_ROWS, SummaryRow::Service),
        section(activity_messages::FAILED, activity.errors().iter(), MAX_ROWS, SummaryRow::Error),
    ];
    sections.into_iter().filter(|section| !section.rows.is_empty())
}

/// Returns what can be opened, from top to bottom.
pub(super) fn items(activity: &Activity) -> Vec<SummaryItem> {
    let rows = sections(activity).flat_map(|section| section.rows);
    std::iter::once(SummaryItem::All).chain(rows.map(SummaryRow::item)).collect()
}
