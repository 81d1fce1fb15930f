//! Full scan of the account: starting, stopping and progress.

use std::time::Duration;

use crate::inventory::ScanStage;
use crate::tui::app::{Activity, State, Tone};
use crate::tui::keymap::Action;
use crate::tui::messages;

/// Relation of the filter to the full scan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FilterScan {
    /// The filter does not need a full scan.
    #[default]
    NotNeeded,
    /// The filter has started the full scan.
    Started,
    /// The filter needs a full scan, which the user has started or stopped.
    UserControlled,
}

impl State {
    /// Starts the full scan, or stops it.
    pub(super) fn toggle_full_scan(&mut self) {
        if self.filter_scan == FilterScan::Started {
            self.filter_scan = FilterScan::UserControlled;
        }
        if self.inventory.is_scanning() {
            self.inventory.stop_full_scan();
            let sentence = messages::lists::scan_stopped(self.key_for(Action::FullScan));
            self.notifications.notify(Tone::Info, sentence);
            return;
        }
        self.inventory.start_full_scan(self.filter.filter().asks_for_new_keys());
        if self.inventory.listing_failure().is_some() {
            self.inventory.resume_listing();
        }
        let sentence = messages::lists::scan_started(self.key_for(Action::FullScan));
        self.notifications.notify_activity(Activity::FullScan, sentence);
    }

    /// Removes notifications about activities that have ended, and updates that about the marks.
    pub(super) fn settle_notifications(&mut self) {
        match self.notifications.activity() {
            Some(Activity::FullScan) if !self.inventory.is_scanning() => {
                self.notifications.clear_result();
                if self.inventory.coverage().is_complete() {
                    self.notifications.notify(Tone::Info, messages::lists::SCAN_COMPLETE);
                }
            }
            Some(Activity::Refresh) if !self.inventory.is_refreshing() => {
                self.notifications.clear_result();
            }
            Some(Activity::Marks(_)) if self.marks.is_empty() => self.notifications.clear_result(),
            Some(Activity::Marks(unread)) => self.notify_marks(unread),
            _ => {}
        }
    }

    /// Starts a full scan for a filter that needs live keys, and stops it when that filter is
    /// removed.
    pub(super) fn settle_full_scan(&mut self) {
        let filter = self.filter.filter();
        let needed = filter.needs_live_keys();
        match (self.filter_scan, needed) {
            (FilterScan::NotNeeded, true) if self.inventory.coverage().is_complete() => {
                self.filter_scan = FilterScan::UserControlled;
            }
            (FilterScan::NotNeeded, true) => {
                let was_on = self.inventory.is_scanning();
                self.inventory.start_full_scan(filter.asks_for_new_keys());
                self.filter_scan =
                    if was_on { FilterScan::UserControlled } else { FilterScan::Started };
                let sentence = messages::lists::scan_needed(self.key_for(Action::FullScan));
                self.notifications.notify_activity(Activity::FullScan, sentence);
            }
            (FilterScan::Started, false) => {
                self.inventory.stop_full_scan();
                self.filter_scan = FilterScan::NotNeeded;
            }
            (_, false) => self.filter_scan = FilterScan::NotNeeded,
            (_, true) => {}
        }
    }

    /// Returns the progress of the full scan in a few words; `None` without one.
    pub(super) fn scan_progress_text(&self) -> Option<String> {
        let progress = self.inventory.scan_progress()?;
        let what = match progress.stage {
            ScanStage::Keys => "keys",
            ScanStage::LastUses => "last uses",
        };
        let paused = self.pauses_full_scan();
        let verb = if paused { "paused at" } else { "reading" };
        let left = progress.left.filter(|_| !paused);
        let left =
            left.map(|left| format!(", about {} left", estimate_text(left))).unwrap_or_default();
        Some(format!("{verb} {what} {} of {}{left}", progress.done, progress.of))
    }
}

/// Returns an estimate of time: in steps of ten seconds, or in minutes.
fn estimate_text(left: Duration) -> String {
    match left.as_secs() {
        seconds @ ..90 => format!("{} s", seconds.div_ceil(10).max(1) * 10),
        seconds => format!("{} min", seconds.div_ceil(60)),
    }
}
