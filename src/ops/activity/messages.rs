//! The sentences about the activity of a key.

use jiff::Timestamp;

use crate::model::{
    CallOutcome, ErrorKind, KeyId, KeyKind, Region, ServiceError, counted, format_utc,
};
use crate::ops::activity::coverage::{RegionActivity, RegionState};
use crate::ops::activity::query::{ActivityQuery, CLOCK_MARGIN};
use crate::ops::activity::records::RecordCounts;
use crate::ops::activity::summary::Activity;

/// Heading of the credentials that the key's calls have issued.
pub(crate) const ISSUED: &str = "Issued credentials";

/// Heading of the calls that keep access, widen permissions, plant code or stop logging.
pub(crate) const SUSPECT_CALLS: &str = "Calls that change access, code or logging";

/// Heading of the column with what such a call may be for.
pub(crate) const TACTIC: &str = "May be for";

/// The same as the heading of a column of a command's table.
pub(crate) const TACTIC_COLUMN: &str = "MAY BE FOR";

/// Heading of the sources of the calls.
pub(crate) const SOURCES: &str = "Sources";

/// Heading of the calls by service.
pub(crate) const SERVICES: &str = "Calls by service";

/// Heading of the calls that failed, by error code.
pub(crate) const FAILED: &str = "Failed calls";

/// Heading of the Regions.
pub(crate) const REGIONS: &str = "Regions";

/// What CloudTrail's event history does not contain.
pub(crate) const MANAGEMENT_EVENTS_ONLY: &str = "Only management events are shown. Data events, \
     such as reading objects of S3 or invoking functions, need a trail.";

/// How far back CloudTrail's event history goes.
pub(crate) const LAST_90_DAYS: &str = "CloudTrail's event history has the last 90 days.";

/// How late events appear.
pub(crate) const MINUTES_OF_DELAY: &str =
    "An event appears some minutes after its call, so the latest calls may be missing.";

/// What deactivating does not end.
pub(crate) const SESSIONS_SURVIVE: &str = "Issued credentials stay valid when the key is \
     deactivated. A long-term key must be deactivated itself; sessions end at their time, or by a \
     policy that denies those issued before now.";

/// Number of Regions up to which a sentence names them; the list of the Regions has them all.
const MAX_NAMED_REGIONS: usize = 6;

/// A page of a Region named the same next page as one before.
pub(super) const REPEATED_TOKEN: &str =
    "CloudTrail has returned the same next page twice, so older events are not shown.";

/// A Region has returned one page without an event after the other.
pub(super) const TOO_MANY_EMPTY_PAGES: &str =
    "CloudTrail has returned too many pages without an event, so older events are not shown.";

/// The last use of the key could not be read.
pub(super) fn last_use_unknown(key: &KeyId, error: &ServiceError) -> String {
    format!(
        "The Region in which {key} was last used is not known, and may not be among those read: {error}"
    )
}

/// Regions that were named do not belong to the partition of the session.
pub(super) fn other_partition(regions: &[Region], partition: &str) -> String {
    let names: Vec<_> = regions.iter().map(Region::as_str).collect();
    format!("Not asked, since the session is in the partition {partition}: {}.", names.join(", "))
}

/// The window of a reading.
pub(crate) fn window(query: &ActivityQuery) -> String {
    let (since, until) = (format_utc(query.since), format_utc(query.until));
    if query.ends_now {
        let minutes = CLOCK_MARGIN.as_mins();
        format!("{since} to {until} (this computer's clock; read {minutes} minutes beyond it)")
    } else {
        format!("{since} to {until}")
    }
}

impl Activity {
    /// Returns a sentence if events are later than this computer's clock. Whether issued
    /// credentials are still valid is judged by that clock.
    pub(crate) fn clock_warning(&self) -> Option<String> {
        let late = self.later_than_clock();
        (late > 0).then(|| {
            let began = format_utc(self.query().until);
            format!(
                "Later than this computer's clock when reading began, {began}: {}. The clock may be \
                 slow: check it.",
                events(late)
            )
        })
    }

    /// Returns the sentences that are shown beside the activity always: what it does not contain,
    /// and which Regions were not read, or not to the end.
    pub(crate) fn caveats(&self) -> Vec<String> {
        let mut sentences =
            vec![MANAGEMENT_EVENTS_ONLY.into(), LAST_90_DAYS.into(), MINUTES_OF_DELAY.into()];
        sentences.extend(self.query().notes.iter().cloned());
        sentences.extend(self.clock_warning());
        sentences.push(coverage(self));
        sentences.extend(self.gaps());
        sentences.extend(dropped_records(self.records()));
        for (what, number, others) in [
            ("sources", self.calls_of_other_sources(), "came from other sources"),
            ("services", self.calls_of_other_services(), "went to other services"),
            ("error codes", self.calls_with_other_errors(), "failed with other codes"),
            ("operations", self.calls_of_other_operations(), "were of other operations"),
        ] {
            if number > 0 {
                let calls = calls(number);
                sentences.push(format!("Not all {what} are listed: {calls} {others}."));
            }
        }
        sentences
    }

    /// Returns what is missing of the activity, and why: Regions that were not read, or not to the
    /// end, and events that could not be read, or not whole.
    pub(crate) fn gaps(&self) -> Vec<String> {
        let gaps = self.regions().iter().filter_map(|region| gap(region, self));
        gaps.chain(unreadable(self)).chain(self.unread_records()).collect()
    }

    /// Returns a sentence if the records of events could not be read, and why.
    fn unread_records(&self) -> Option<String> {
        let RecordCounts { missing, not_json, .. } = self.records();
        let causes =
            causes([(*missing, "CloudTrail sent none"), (*not_json, "it is not a JSON object")])?;
        Some(format!(
            "The record of {} could not be read ({causes}): whether these calls failed, where they \
             came from, and what they issued is not known.",
            events(self.records().unread())
        ))
    }

    /// Returns the sentence below the issued credentials if there may be more of them.
    pub(crate) fn issued_not_known(&self) -> Option<String> {
        let number = self.records().unread();
        (number > 0).then(|| {
            format!("There may be more: the record of {} could not be read.", events(number))
        })
    }

    /// Returns the sentence in place of events if there are none. An empty history does not show
    /// that a key was not used.
    pub(crate) fn nothing_recorded(&self) -> Option<String> {
        if !self.events().is_empty() {
            return None;
        }
        let query = self.query();
        let of = match query.key.kind() {
            KeyKind::Temporary => "this temporary key",
            _ => "this key",
        };
        let read = complete_regions(self);
        if self.is_reading() {
            return Some(format!("No calls by {of} read so far."));
        }
        if read.is_empty() {
            return Some(format!(
                "It is not known whether {of} made calls: no Region could be read."
            ));
        }
        Some(format!(
            "No calls by {of} are recorded in {}: {}. It may still have been used.",
            region_names(&read),
            window(query)
        ))
    }
}

/// Returns how many calls failed, and of how many that is not known: `3`, `3, 15 not known`.
pub(crate) fn failed(failed: usize, not_known: usize) -> String {
    match not_known {
        0 => failed.to_string(),
        _ => format!("{failed}, {}", outcome_not_known(not_known)),
    }
}

/// Returns of how many calls it is not known whether they failed: `15 not known`.
pub(crate) fn outcome_not_known(number: usize) -> String {
    format!("{number} {}", CallOutcome::NotKnown.as_str())
}

/// Returns a sentence on the records that were read and not kept.
fn dropped_records(records: &RecordCounts) -> Option<String> {
    let RecordCounts { too_long, over_total, .. } = records;
    let causes = causes([
        (*too_long, "it is longer than 16 KiB"),
        (*over_total, "all together would be longer than 32 MiB"),
    ])?;
    let events = events(too_long + over_total);
    Some(format!("The whole record of {events} was not kept ({causes})."))
}

/// Returns the causes that have a number, with it: `3: CloudTrail sent none; 15: …`. `None` if none
/// has one.
fn causes<const N: usize>(causes: [(usize, &str); N]) -> Option<String> {
    let causes = causes.into_iter().filter(|(number, _)| *number > 0);
    let causes: Vec<_> = causes.map(|(number, cause)| format!("{number}: {cause}")).collect();
    (!causes.is_empty()).then(|| causes.join("; "))
}

/// Returns the names of the Regions that were read to the end.
fn complete_regions(activity: &Activity) -> Vec<&str> {
    let complete = activity.regions().iter().filter(|region| region.state.is_complete());
    complete.map(|region| region.region.as_str()).collect()
}

/// Returns a sentence on the Regions that were read to the end.
fn coverage(activity: &Activity) -> String {
    let complete = complete_regions(activity);
    if complete.is_empty() {
        return "No Region was read to the end.".to_owned();
    }
    format!(
        "Read to the end: {}. Calls in any other Region are not shown.",
        region_names(&complete)
    )
}

/// Returns how many events could not be read.
fn unreadable(activity: &Activity) -> Option<String> {
    let number = activity.regions().iter().map(|region| region.unreadable).sum::<usize>();
    (number > 0).then(|| format!("{} could not be read: without ID, time or name.", events(number)))
}

/// Returns the names of a few Regions, or how many there are.
pub(super) fn region_names<T: AsRef<str>>(regions: &[T]) -> String {
    if regions.len() <= MAX_NAMED_REGIONS {
        return regions.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    }
    format!("{} Regions", regions.len())
}

/// Returns what is missing of a Region, and why.
fn gap(region: &RegionActivity, activity: &Activity) -> Option<String> {
    let name = &region.region;
    let read = |oldest: &Option<_>| match oldest {
        Some(oldest) => format!("{name} was read back to {}", format_utc(*oldest)),
        None => format!("{name} was not read"),
    };
    Some(match &region.state {
        RegionState::Complete => return None,
        RegionState::Waiting => format!("{name} was not read yet."),
        RegionState::Reading { oldest } => {
            format!("{}; older events are still to come.", read(oldest))
        }
        RegionState::Stopped { oldest } => format!(
            "{}; the limit of {} was reached.",
            read(oldest),
            events(activity.query().max_events)
        ),
        RegionState::Failed { error, oldest } => format!("{}: {}", read(oldest), error_text(error)),
    })
}

fn error_text(error: &ServiceError) -> String {
    let text = error.to_string();
    if text.ends_with('.') { text } else { format!("{text}.") }
}

/// Returns how far a Region was read, in a few words for a table.
pub(crate) fn region_state(region: &RegionActivity) -> String {
    let back_to = |oldest: &Option<_>| match oldest {
        Some(oldest) => format!(", back to {}", format_utc(*oldest)),
        None => String::new(),
    };
    match &region.state {
        RegionState::Complete => "read".to_owned(),
        RegionState::Waiting => "waiting".to_owned(),
        RegionState::Reading { oldest } => format!("reading{}", back_to(oldest)),
        RegionState::Stopped { oldest } => {
            format!("stopped at the limit{}", back_to(oldest))
        }
        RegionState::Failed { error, oldest } => {
            let reason = error.code.as_deref().unwrap_or(match error.kind {
                ErrorKind::TimedOut => "no response in time",
                ErrorKind::Unreachable => "not reachable",
                ErrorKind::ConnectionLost => "connection lost",
                ErrorKind::Unreadable => "unreadable response",
                _ => "failed",
            });
            match oldest {
                Some(_) => format!("{reason}{}", back_to(oldest)),
                None => format!("not read: {reason}"),
            }
        }
    }
}

/// CloudTrail was not asked about a watched key after its change was verified.
pub(super) fn not_watched_long_enough(key: &KeyId, since: Timestamp) -> String {
    let since = format_utc(since);
    format!("{key}: was not watched long enough after {since} to say anything about its use.")
}

/// Calls of a watched key in the minutes before its change was verified.
pub(super) fn shortly_before_change(number: usize) -> String {
    format!(
        "Not counted: {} in the {} minutes before the change. If this computer's clock is fast, some of \
         them came after it.",
        calls(number),
        CLOCK_MARGIN.as_mins()
    )
}

/// Returns a number of events: `1 event`, `2 events`.
pub(crate) fn events(number: usize) -> String {
    counted(number, "event")
}

/// Returns a number of calls: `1 call`, `2 calls`.
pub(crate) fn calls(number: usize) -> String {
    counted(number, "call")
}
