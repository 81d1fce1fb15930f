//! Calls over time.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::model::TrailEvent;

/// Numbers of calls in equal slices of time, the earliest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Histogram {
    /// Start of the first slice.
    pub start: Timestamp,
    /// Length of a slice; whole seconds, at least one.
    pub slice: SignedDuration,
    /// Number of calls in each slice.
    pub calls: Vec<u32>,
}

/// Length of a slice of [`Histogram::per_hour`].
const HOUR: SignedDuration = SignedDuration::from_hours(1);

impl Histogram {
    /// Counts events, the newest first, in the whole hours up to that of `end`.
    pub(super) fn per_hour(events: &[Arc<TrailEvent>], end: Timestamp, hours: usize) -> Self {
        let hour_of = |at: Timestamp| at.as_second().div_euclid(HOUR.as_secs());
        let hours_wanted = i64::try_from(hours).unwrap_or(i64::MAX);
        let first = hour_of(end).saturating_sub(hours_wanted).saturating_add(1);
        let mut calls = vec![0; hours];
        for event in events.iter().take_while(|event| hour_of(event.time) >= first) {
            let at = usize::try_from(hour_of(event.time) - first).unwrap_or(usize::MAX);
            if let Some(calls) = calls.get_mut(at) {
                *calls += 1;
            }
        }
        let start = Timestamp::from_second(first.saturating_mul(HOUR.as_secs())).unwrap_or(end);
        Self { start, slice: HOUR, calls }
    }

    /// Counts events, the newest first, in `columns` slices that cover `start` to `end`. An event
    /// before or after that counts in the first or last slice.
    pub(super) fn from_events(
        events: &[Arc<TrailEvent>],
        start: Timestamp,
        end: Timestamp,
        columns: usize,
    ) -> Self {
        let seconds = end.as_second().saturating_sub(start.as_second()).max(0);
        let slices = i64::try_from(columns).unwrap_or(i64::MAX).max(1);
        let slice = (seconds / slices + 1).max(1);
        let mut calls = Vec::with_capacity(columns);
        let mut counted = 0;
        for column in 1..=columns {
            let up_to = i64::try_from(column).unwrap_or(i64::MAX).saturating_mul(slice);
            let limit = start.as_second().saturating_add(up_to);
            // Events of the slice and those before it are at the end of the list.
            let so_far = if column == columns {
                events.len()
            } else {
                events.len() - events.partition_point(|event| event.time.as_second() >= limit)
            };
            calls.push(u32::try_from(so_far - counted).unwrap_or(u32::MAX));
            counted = so_far;
        }
        Self { start, slice: SignedDuration::from_secs(slice), calls }
    }
}
