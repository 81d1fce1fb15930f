//! Sentences on what was read of a key, and on what CloudTrail does not have.

use super::coverage::{RegionActivity, RegionState};
use super::history::Activity;
use crate::model::{Region, format_date_time, format_utc};

/// What CloudTrail's event history does not have; said wherever its events are shown.
pub(crate) const LIMITS: &str = "CloudTrail's event history has management events of the last 90 \
    days, some minutes late. Data events, such as reads of S3 objects, are only in a trail that \
    records them.";

impl Activity {
    /// Returns what must be known to read the events: what CloudTrail does not have, and what was
    /// not read.
    pub(crate) fn caveats(&self) -> Vec<String> {
        let mut caveats = vec![LIMITS.to_owned()];
        if self.without_record() > 0 {
            caveats.push(format!(
                "{} without the whole record: those were too long, or more than is kept.",
                event_count(self.without_record())
            ));
        }
        let unreadable: usize = self.regions().iter().map(|region| region.unreadable).sum();
        if unreadable > 0 {
            caveats.push(format!(
                "{} not shown: CloudTrail returned no ID, time or name.",
                event_count(unreadable)
            ));
        }
        if self.regions().iter().any(|region| matches!(region.state, RegionState::Stopped)) {
            caveats.push(format!(
                "Stopped at {}: older ones are not shown.",
                event_count(self.query().max_events)
            ));
        }
        caveats
    }

    /// Returns a sentence for the case that there are no events so far.
    pub(crate) fn absence(&self) -> String {
        let (key, query) = (&self.query().key, self.query());
        if self.is_reading() {
            return "Nothing has been read yet.".to_owned();
        }
        let read = self.regions().iter().filter(|region| region.error().is_none());
        let read: Vec<_> = read.map(|region| region.region.as_str()).collect();
        if read.is_empty() {
            return format!("The activity of {key} could not be read in any Region.");
        }
        format!(
            "Nothing recorded yet for {key} between {} and {} in {}.",
            format_date_time(query.since),
            format_date_time(query.until),
            read.join(", ")
        )
    }
}

impl RegionActivity {
    /// Returns how far the Region was read.
    pub(crate) fn coverage(&self) -> String {
        let back_to = match self.oldest {
            Some(oldest) => format!("back to {}", format_utc(oldest)),
            None => "no event".to_owned(),
        };
        match &self.state {
            RegionState::Waiting => "waiting".to_owned(),
            RegionState::Reading => format!("reading, {back_to}"),
            RegionState::Complete if self.unreadable > 0 => "read, some events unreadable".into(),
            RegionState::Complete => "complete".to_owned(),
            RegionState::Stopped => format!("stopped, {back_to}"),
            RegionState::Failed(error) if self.events > 0 => format!("failed, {back_to}: {error}"),
            RegionState::Failed(error) => error.to_string(),
        }
    }
}

/// Returns "1 event" or "7 events".
pub(crate) fn event_count(count: usize) -> String {
    if count == 1 { "1 event".to_owned() } else { format!("{count} events") }
}

/// Returns the names of Regions in one text.
pub(crate) fn region_names<'a>(regions: impl Iterator<Item = &'a Region>) -> String {
    regions.map(Region::as_str).collect::<Vec<_>>().join(", ")
}
