//! Progress of a load of the Organization view.

use std::time::Duration;

use crate::tui::messages::organization::{self as messages, AccountCounts};

/// The load that was requested last.
#[derive(Clone, Debug, Default)]
pub(super) struct LoadProgress {
    /// Its number, from 1; 0 before the first.
    load: u64,
    /// When it was requested.
    started: Duration,
    is_running: bool,
    /// Number of accounts listed so far.
    pub listed: usize,
    /// Whether all lists have ended.
    pub all_listed: bool,
    /// Whether a list could not be read to its end.
    pub list_failed: bool,
    /// Estimate of the time left.
    pub time_left: Option<Duration>,
}

impl LoadProgress {
    /// Returns whether a load was ever requested.
    pub(super) fn has_started(&self) -> bool {
        self.load > 0
    }

    /// Returns the number of the last load.
    pub(super) fn load(&self) -> u64 {
        self.load
    }

    /// Returns whether this is the number of the last load.
    pub(super) fn is_current(&self, load: u64) -> bool {
        self.load == load
    }

    /// Returns whether accounts are being read.
    pub(super) fn is_running(&self) -> bool {
        self.is_running
    }

    /// Begins a load; returns its number.
    pub(super) fn start(&mut self, now: Duration) -> u64 {
        let load = self.load + 1;
        *self = Self { load, started: now, is_running: true, ..Self::default() };
        load
    }

    /// Ends the load.
    pub(super) fn end(&mut self) {
        self.is_running = false;
    }

    /// Estimates the time left from the rate so far, once the number of accounts is known. `read`
    /// is the number of accounts read so far, with those that failed.
    pub(super) fn estimate(&mut self, read: usize, now: Duration) {
        let left = u32::try_from(self.listed.saturating_sub(read)).unwrap_or(u32::MAX);
        let read = u32::try_from(read).unwrap_or(u32::MAX);
        let is_known = self.is_running && self.all_listed && read > 0;
        self.time_left =
            is_known.then(|| now.saturating_sub(self.started).saturating_mul(left) / read);
    }

    /// Returns the progress in a few words. `counts` is of this load, `rows` is the number of rows,
    /// also of earlier loads.
    pub(super) fn text(&self, counts: AccountCounts, rows: usize) -> String {
        if self.is_running {
            messages::reading(counts, self.listed, self.all_listed, self.time_left)
        } else {
            messages::all_read(rows, counts, self.list_failed)
        }
    }
}
