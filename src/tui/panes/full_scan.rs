//! Full scan of the account: starting and stopping it, by the user or for a filter.

use crate::tui::context::{NotificationTopic, Shared, Tone};
use crate::tui::keymap::Action;
use crate::tui::messages;
use crate::tui::panes::filter_line::FilterLine;

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

/// Starts the full scan, and reports it.
pub(super) fn start(filter: &FilterLine, shared: &mut Shared) {
    shared.inventory.start_full_scan(filter.filter().asks_for_new_keys());
    let sentence = messages::lists::scan_started(shared.key_for(Action::FullScan));
    shared.notifications.notify_ongoing(NotificationTopic::FullScan, sentence);
}

/// Starts the full scan, or stops it, for the user. Returns the new relation of the filter to it.
pub(super) fn toggle(
    filter_scan: FilterScan,
    filter: &FilterLine,
    shared: &mut Shared,
) -> FilterScan {
    if shared.inventory.is_scanning() {
        shared.inventory.stop_full_scan();
        let sentence = messages::lists::scan_stopped(shared.key_for(Action::FullScan));
        shared.notifications.notify(Tone::Info, sentence);
    } else {
        if shared.inventory.listing_failure().is_some() {
            shared.inventory.resume_listing();
        }
        start(filter, shared);
    }
    match filter_scan {
        FilterScan::Started => FilterScan::UserControlled,
        other => other,
    }
}

/// Starts a full scan for a filter that needs live keys, and stops it when that filter is removed.
/// Returns the new relation of the filter to it.
pub(super) fn settle(
    filter_scan: FilterScan,
    line: &FilterLine,
    shared: &mut Shared,
) -> FilterScan {
    let filter = line.filter();
    match (filter_scan, filter.needs_live_keys()) {
        (FilterScan::NotNeeded, true) if shared.inventory.coverage().is_complete() => {
            FilterScan::UserControlled
        }
        (FilterScan::NotNeeded, true) => {
            let was_on = shared.inventory.is_scanning();
            shared.inventory.start_full_scan(filter.asks_for_new_keys());
            let sentence = messages::lists::scan_needed(shared.key_for(Action::FullScan));
            shared.notifications.notify_ongoing(NotificationTopic::FullScan, sentence);
            if was_on { FilterScan::UserControlled } else { FilterScan::Started }
        }
        (FilterScan::Started, false) => {
            shared.inventory.stop_full_scan();
            FilterScan::NotNeeded
        }
        (_, false) => FilterScan::NotNeeded,
        (_, true) => filter_scan,
    }
}
