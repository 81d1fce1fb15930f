//! What the screen wants to know, and the questions that follow from it.

use crate::inventory::{Lane, LaneSlots, ReadWishes};
use crate::model::{IamRead, Now, UserName};
use crate::tui::app::{Effect, Popup, SETTLE_DELAY, State, View};

/// So many questions of the screen's lane are in flight at once.
const SCREEN_LANE_SLOTS: usize = 8;

/// So many questions of the sweep's lane are in flight at once.
const FULL_SCAN_LANE_SLOTS: usize = 16;

impl State {
    /// The selected user's name; of the list of all keys, the owner's.
    pub(crate) fn selected_user(&self) -> Option<&UserName> {
        let index = match self.view {
            View::Users => self.users.selected(),
            View::Keys => self.all_keys.selected().map(|index| self.inventory.key_at(index).0),
        };
        index.map(|index| &self.inventory.at(index).name)
    }

    /// The users whose rows are in view.
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

    /// Asks again for the keys of the rows in view, and their last use.
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

    /// Whether the sweep has to wait: from a dialog until its change is
    /// proved.
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
