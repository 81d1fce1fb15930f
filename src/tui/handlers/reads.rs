//! Reads that the screen requests.

use std::time::Duration;

use crate::inventory::{Lane, LaneSlots, ReadWishes};
use crate::model::{IamRead, UserName};
use crate::tui::context::{Context, OpenPlan, Shared};
use crate::tui::effect::TaskEffect;

/// Time without movement in a list before the details of its rows are read.
pub(crate) const SETTLE_DELAY: Duration = Duration::from_millis(150);

/// Maximum number of reads in flight for what is shown.
const SCREEN_LANE_SLOTS: usize = 8;

/// Maximum number of reads in flight for the full scan.
const FULL_SCAN_LANE_SLOTS: usize = 16;

/// Rows that a list shows.
#[derive(Clone, Debug, Default)]
pub(crate) struct ShownRows {
    /// Selected user, or the owner of the selected key.
    pub selected: Option<UserName>,
    /// Users of the visible rows.
    pub users: Vec<UserName>,
    /// Time at which the list last moved.
    pub moved_at: Duration,
}

/// Returns the reads that the session to be opened begins with, whoever its caller is: those of
/// look-ups, and the first users.
pub(super) fn first_reads(shared: &Shared) -> Vec<IamRead> {
    let mut reads = shared.lookups.reads(&shared.inventory);
    if shared.inventory.users().next().is_none() {
        reads.push(IamRead::Users { from: None });
    }
    reads.truncate(SCREEN_LANE_SLOTS);
    reads
}

/// Requests the reads that are wanted now. The full scan can be paused, so that a dialog or a
/// change does not wait for it.
pub(crate) fn request_reads(
    context: &mut Context<'_>,
    rows: impl FnOnce(&Shared) -> ShownRows,
    pause_full_scan: bool,
) {
    if context.shared.session_context().is_none() {
        return;
    }
    let rows = rows(context.shared);
    let shared = &mut *context.shared;
    let mut requested = shared.lookups.reads(&shared.inventory);
    requested.extend(shared.plan.iter().flat_map(OpenPlan::reads));
    let at_rest = context.now.mono >= rows.moved_at + SETTLE_DELAY;
    let wishes = ReadWishes {
        detail: rows.selected.clone().filter(|_| at_rest),
        selected: rows.selected,
        in_view: if at_rest { rows.users } else { Vec::new() },
        requested,
        users: true,
        report: true,
        spare_calls: true,
        pause_full_scan,
    };
    let free = |lane, slots: usize| slots.saturating_sub(shared.inventory.in_flight(lane));
    let free = LaneSlots {
        screen: free(Lane::Screen, SCREEN_LANE_SLOTS),
        full_scan: free(Lane::FullScan, FULL_SCAN_LANE_SLOTS),
    };
    let session = shared.session.id;
    for (lane, read) in shared.inventory.take_next_reads(&wishes, free, context.now) {
        context.effects.task(TaskEffect::Read { session, lane, read });
    }
}

/// Reads the keys of the rows, and their last use, again.
pub(crate) fn refresh_rows(shared: &mut Shared, rows: ShownRows) {
    for user in rows.selected.into_iter().chain(rows.users) {
        let Some(facts) = shared.inventory.user(&user) else { continue };
        let last_uses =
            facts.live_keys().iter().map(|key| IamRead::LastUse { key: key.id.clone() });
        let reads: Vec<_> = std::iter::once(facts.keys_read()).chain(last_uses).collect();
        for read in reads {
            shared.inventory.refresh(read);
        }
    }
}
