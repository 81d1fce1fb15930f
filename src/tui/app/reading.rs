//! What the screen wants to know, and the questions that follow from it.

use crate::inventory::{Free, Lane, Wanted};
use crate::model::{Now, Read, UserName};
use crate::tui::app::{Effect, Overlay, REST, State, View};

/// So many questions of the screen's lane are in flight at once.
const SCREEN_LANE: usize = 8;

/// So many questions of the sweep's lane are in flight at once.
const SWEEP_LANE: usize = 16;

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
    pub(super) fn read_shown_again(&mut self) {
        let mut users: Vec<_> = self.selected_user().cloned().into_iter().collect();
        users.extend(self.users_in_view());
        for user in users {
            let keys: Vec<_> = self.inventory.user(&user).map(|facts| facts.live_keys().to_vec()).unwrap_or_default();
            self.inventory.ask_again(Read::Keys { user: Some(user) });
            for key in keys {
                self.inventory.ask_again(Read::LastUse { key: key.id });
            }
        }
    }

    /// Whether the sweep has to wait: from a dialog until its change is
    /// proved.
    pub(crate) fn pauses_sweep(&self) -> bool {
        matches!(self.overlay, Some(Overlay::Confirm(_))) || !self.changes.under_way().is_empty()
    }

    fn wanted(&self, now: Now) -> Wanted {
        let at_rest = now.mono >= self.moved() + REST;
        let selected = self.selected_user().cloned();
        Wanted {
            detail: selected.clone().filter(|_| at_rest),
            selected,
            in_view: if at_rest { self.users_in_view() } else { Vec::new() },
            asked: self.finding.reads(&self.inventory),
            users: true,
            report: true,
            spare_calls: true,
            pause_sweep: self.pauses_sweep(),
        }
    }

    pub(super) fn reads(&mut self, now: Now) -> Vec<Effect> {
        if self.session.place().is_none() {
            return Vec::new();
        }
        let wanted = self.wanted(now);
        let free = Free {
            screen: SCREEN_LANE.saturating_sub(self.inventory.in_flight(Lane::Screen)),
            sweep: SWEEP_LANE.saturating_sub(self.inventory.in_flight(Lane::Sweep)),
        };
        let session = self.session.id;
        let reads = self.inventory.next(&wanted, free, now);
        reads.into_iter().map(|(lane, read)| Effect::Read { session, lane, read }).collect()
    }
}
