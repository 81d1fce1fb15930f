//! Sort order of the list in view.

use crate::inventory::{SortBy, SortOrder};
use crate::tui::context::{Context, Shared, Tone};
use crate::tui::keymap::Action;
use crate::tui::messages;
use crate::tui::panes::{Panes, View};

impl Panes {
    /// Sorts by the same order again if rows were added since, else by the next order.
    pub(crate) fn sort(&mut self, context: &mut Context<'_>) {
        if self.view == View::Organization {
            return self.organization.sort(context);
        }
        let (order, unsorted) = self.sort_in_force();
        self.sort_by(if unsorted > 0 { order } else { order.next() }, context);
    }

    /// Reverses the sort order.
    pub(crate) fn sort_reversed(&mut self, context: &mut Context<'_>) {
        if self.view == View::Organization {
            return self.organization.sort_reversed(context);
        }
        let (order, _) = self.sort_in_force();
        self.sort_by(order.reversed(), context);
    }

    /// Returns the order of the list of users or keys, and the number of rows added since it was
    /// sorted.
    pub(crate) fn sort_in_force(&self) -> (SortOrder, usize) {
        if self.view == View::Keys {
            return (self.all_keys.list.order, self.all_keys.list.unsorted);
        }
        (self.users.list.order, self.users.list.unsorted)
    }

    fn sort_by(&mut self, order: SortOrder, context: &mut Context<'_>) {
        let (shared, now) = (&mut *context.shared, context.now);
        if self.view == View::Keys {
            self.all_keys.list.sort_by_user(order, &shared.inventory, now);
        } else {
            self.users.list.sort_by_user(order, &shared.inventory, now);
        }
        shared.notifications.notify(Tone::Info, messages::lists::sorted(order));
    }

    /// Returns the sort order of the list of users or keys.
    pub(super) fn order_in_words(&self) -> String {
        let best_match = self.filter.filter().has_free_text();
        messages::lists::order_label(self.sort_in_force().0, best_match, None, 0, "")
    }

    /// Returns the sort order of the list in view for its title, and the coverage that it is based
    /// on if it is not complete.
    pub(super) fn order_label(&self, shared: &Shared) -> String {
        let (order, unsorted) = self.sort_in_force();
        let best_match = self.filter.filter().has_free_text();
        let coverage = shared.inventory.coverage();
        let is_of_keys = self.view == View::Keys;
        let known = coverage.read + if is_of_keys { 0 } else { coverage.reported };
        let depends_on_reads = order.by != SortBy::Name || is_of_keys;
        let partial =
            (depends_on_reads && known < coverage.users).then_some((known, coverage.users));
        let unsorted = if shared.inventory.is_listing_complete() { unsorted } else { 0 };
        let sort = shared.key_for(Action::Sort);
        let label = messages::lists::order_label(order, best_match, partial, unsorted, sort);
        let clear = self.filter.is_active().then(|| shared.key_for(Action::Cancel));
        messages::lists::order_and_filter(label, clear)
    }
}
