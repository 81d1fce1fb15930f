//! Reads that the screen requests.

use crate::inventory::{Lane, LaneSlots, ReadWishes};
use crate::model::{IamRead, Now, UserName};
use crate::tui::app::{Effect, Popup, SETTLE_DELAY, State, View};

/// Maximum number of reads in flight for what is shown.
const SCREEN_LANE_SLOTS: usize = 8;

/// Maximum number of reads in flight for the full scan.
const FULL_SCAN_LANE_SLOTS: usize = 16;

impl State {
    /// Returns the selected user, or the owner of the selected key.
    pub(crate) fn selected_user(&self) -> Option<&UserName> {
        let index = match self.view {
            View::Users => self.users.selected(),
            View::Keys => self.all_keys.selected().map(|index| self.inventory.key_at(index).0),
        };
        index.map(|index| &self.inventory.at(index).name)
    }

    /// Returns the users of the visible rows.
    pub(super) fn users_in_view(&self) -> Vec<UserName> {
        let name = |index| self.inventory.at(index).name.clone();
        match self.view {
            View::Users => self.users.list().window().1.iter().map(|index| name(*index)).collect(),
            View::Keys => {
                let keys = self.all_keys.list().window().1;
                keys.iter().map(|index| name(self.inventory.key_at(*index).0)).collect()
            }
        }
    }

    /// Reads the keys of the visible rows and their last use again.
    pub(super) fn refresh_shown(&mut self) {
        let mut users: Vec<_> = self.selected_user().cloned().into_iter().collect();
        users.extend(self.users_in_view());
        for user in users {
            let keys: Vec<_> = self
                .inventory
                .user(&user)
                .map(|facts| facts.live_keys().to_vec())
                .unwrap_or_default();
            self.inventory.refresh(IamRead::Keys { user: Some(user) });
            for key in keys {
                self.inventory.refresh(IamRead::LastUse { key: key.id });
            }
        }
    }

    /// Returns whether the full scan pauses: while a dialog is open or a change is in flight.
    pub(crate) fn pauses_full_scan(&self) -> bool {
        matches!(self.popup, Some(Popup::Confirm(_))) || !self.change_queue.in_flight().is_empty()
    }

    fn read_wishes(&self, now: Now) -> ReadWishes {
        let at_rest = now.mono >= self.moved_at() + SETTLE_DELAY;
        let selected = self.selected_user().cloned();
        ReadWishes {
            detail: selected.clone().filter(|_| at_rest),
            selected,
            in_view: if at_rest { self.users_in_view() } else { Vec::new() },
            requested: self.key_search.reads(&self.inventory),
            users: true,
            report: true,
            spare_calls: true,
            pause_full_scan: self.pauses_full_scan(),
        }
    }

    pub(super) fn reads(&mut self, now: Now) -> Vec<Effect> {
        if self.session.session_context().is_none() {
            return Vec::new();
        }
        let wanted = self.read_wishes(now);
        let free = LaneSlots {
            screen: SCREEN_LANE_SLOTS.saturating_sub(self.inventory.in_flight(Lane::Screen)),
            full_scan: FULL_SCAN_LANE_SLOTS
                .saturating_sub(self.inventory.in_flight(Lane::FullScan)),
        };
        let session = self.session.id;
        let reads = self.inventory.next(&wanted, free, now);
        reads.into_iter().map(|(lane, read)| Effect::Read { session, lane, read }).collect()
    }
}
