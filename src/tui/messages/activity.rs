//! Texts of the popup on what a key has done.

use jiff::{SignedDuration, Timestamp};

use crate::model::{EscapedText, KeyId, ServiceError, format_age, format_ago, format_utc};
use crate::ops::activity::messages::{self as activity_messages, events};
use crate::ops::activity::{ActivityQuery, Count};

/// What CloudTrail does not have, in a line; the sentences below the Regions say more.
pub(crate) const LIMITS: &str =
    "Management events of 90 days, minutes late; data events need a trail";

/// The same for a small screen.
pub(crate) const SHORT_LIMITS: &str = "management events, 90 d, may be late";

/// The reading was requested and has not begun.
pub(crate) const STARTING: &str = "Asking CloudTrail…";

/// No event contains the words of the filter.
pub(crate) const NOTHING_MATCHES: &str = "No event contains these words.";

/// Label of the summary.
pub(crate) const SUMMARY: &str = "summary";

/// Label of the timeline.
pub(crate) const TIMELINE: &str = "timeline";

/// Title of the popup.
pub(crate) fn title(key: &KeyId, owner: Option<&str>) -> String {
    match owner {
        Some(owner) => format!("Activity of {key} of {owner}"),
        None => format!("Activity of {key}"),
    }
}

/// State of the reading in the title.
pub(crate) fn state(tab: &str, count: &str, is_reading: bool) -> String {
    let reading = if is_reading { ", reading" } else { "" };
    format!("{tab}, {count}{reading}")
}

/// Window of the reading.
pub(crate) fn window(query: &ActivityQuery) -> String {
    format!("events from {}", activity_messages::window(query))
}

/// Time of an event for a narrow list: month, day and minute in UTC.
pub(crate) fn short_time(at: Timestamp) -> String {
    at.strftime("%m-%d %H:%M").to_string()
}

/// Outcome of a call that AWS carried out, for a narrow list.
pub(crate) const DONE: &str = "done";

/// Outcome of a call that AWS did not carry out, for a narrow list.
pub(crate) const FAILED: &str = "failed";

/// Outcome of a call whose record could not be read, for a narrow list.
pub(crate) const OUTCOME_NOT_KNOWN: &str = "?";

/// Outcome of a call that AWS did not carry out, with the error code.
pub(crate) fn failed_with(code: &str) -> String {
    format!("{FAILED}: {code}")
}

/// Number of calls that failed, and of those of which that is not known; `None` if there are none.
pub(crate) fn outcomes(count: &Count<EscapedText>) -> Option<String> {
    let failed = (count.failed > 0).then(|| format!("{} {FAILED}", count.failed));
    let not_known = count.outcome_not_known;
    let not_known = (not_known > 0).then(|| activity_messages::outcome_not_known(not_known));
    let outcomes: Vec<_> = [failed, not_known].into_iter().flatten().collect();
    (!outcomes.is_empty()).then(|| outcomes.join(", "))
}

/// Events whose record could not be read; the sentences below the Regions say why.
pub(crate) fn without_readable_record(number: usize) -> String {
    format!("No readable record of {}: not known whether they failed.", events(number))
}

/// First and last event.
pub(crate) fn first_and_last(first: Timestamp, last: Timestamp) -> String {
    format!("first {}, last {}", format_utc(first), format_utc(last))
}

/// Scale of the sparkline.
pub(crate) fn scale(slice: SignedDuration, highest: u32) -> String {
    format!("calls per {}, at most {highest}", format_age(slice))
}

/// Scale of the sparkline of the last hours of activity.
pub(crate) fn hourly_scale(hours: usize, highest: u32) -> String {
    format!("calls per 1h, at most {highest}, last {hours} h")
}

/// A session that still works.
pub(crate) fn live_for(end: Timestamp, now: Timestamp) -> String {
    format!("{} left", format_age(end.duration_since(now)))
}

/// A session that has ended.
pub(crate) fn ended(end: Timestamp, now: Timestamp) -> String {
    format!("ended {}", format_ago(end, now))
}

/// A long-term key.
pub(crate) const LONG_TERM: &str = "no end";

/// A session whose end is not known.
pub(crate) const END_UNKNOWN: &str = "end unknown";

/// Regions that were read to the end and have no events.
pub(crate) fn without_events(regions: &str) -> String {
    format!("  Read, nothing recorded yet: {regions}")
}

/// Further rows of a section that are not shown.
pub(crate) fn more(count: usize) -> String {
    format!("and {count} more, see the timeline")
}

/// Number of events on the timeline, if a filter hides some.
pub(crate) fn shown_of(shown: usize, all: usize) -> String {
    format!("{shown} of {}", events(all))
}

/// The Markdown, or the record of an event, was copied.
pub(crate) const COPIED: &str = "Copied.";

/// No issued access key is selected that could be marked or deactivated.
pub(crate) fn nothing_to_change(mark: &str, deactivate: &str) -> String {
    format!(
        "Select an access key among the issued credentials (AKIA…): {mark} marks it, {deactivate} \
         lists it to deactivate it."
    )
}

/// The key has issued no access key that could be marked or deactivated.
pub(crate) fn no_issued_key(mark: &str, deactivate: &str) -> String {
    format!("{mark} and {deactivate} are for access keys that this key has issued: none was found.")
}

/// Credentials that were issued by issued credentials are not opened.
pub(crate) fn too_deep(key: &KeyId) -> String {
    format!(
        "keyflip follows issued credentials two levels deep. For this one, run keyflip activity {key}"
    )
}

/// CloudTrail is no longer asked about a key that is watched.
pub(crate) fn not_watched(key: &KeyId, error: &ServiceError) -> String {
    format!("{key} is watched without CloudTrail. {error}")
}

// Keys of the popup, for the help.

/// What `enter` opens.
pub(crate) const HELP_OPEN: &str =
    "open the events of a row, an event whole, or what issued credentials did";
/// The other part.
pub(crate) const HELP_TAB: &str = "change between the summary and the timeline";
/// The words that narrow the timeline.
pub(crate) const HELP_FILTER: &str =
    "show the events that contain words; ip:, service: and error: compare a whole value";
/// Marks.
pub(crate) const HELP_MARK: &str = "mark or unmark the selected access key that was issued (AKIA…)";
/// Issued keys.
pub(crate) const HELP_DEACTIVATE: &str =
    "list the marked issued access keys, else the selected one, to deactivate them";
/// Every Region.
pub(crate) const HELP_ALL_REGIONS: &str = "read every Region";
/// The same Regions.
pub(crate) const HELP_REFRESH: &str = "read again";
/// The export.
pub(crate) const HELP_EXPORT: &str = "export the activity: Markdown, JSON, JSON Lines or CSV";
/// What is copied.
pub(crate) const HELP_COPY: &str = "copy the event, the selected key ID, or the summary";
/// The way back.
pub(crate) const HELP_BACK: &str = "go back one step; close the popup, which ends the reading";
