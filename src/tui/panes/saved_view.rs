//! The view that is kept of an account.

use crate::tui::context::{Context, SavedView};
use crate::tui::panes::{Panes, View};

/// Maximum number of characters of a filter that is kept.
const MAX_FILTER_CHARACTERS: usize = 1_000;

impl Panes {
    /// Returns what is kept of the account: the view, the orders and the filter. The Organization
    /// is of no account, so the view before it counts. A very long filter is not kept.
    pub(crate) fn saved_view(&self) -> SavedView {
        let filter = self.filter.input.value();
        let is_kept = filter.chars().count() <= MAX_FILTER_CHARACTERS;
        SavedView {
            view: if self.view == View::Organization { self.view_before } else { self.view },
            users: self.users.list.order,
            keys: self.all_keys.list.order,
            filter: if is_kept { filter.to_owned() } else { String::new() },
        }
    }

    /// Shows what was kept of the account, unless something else is shown by now.
    pub(crate) fn restore(&mut self, saved: SavedView, context: &mut Context<'_>) {
        if self.view != View::Users
            || self.filter.is_editing()
            || self.saved_view() != SavedView::default()
        {
            return;
        }
        let (shared, now) = (&*context.shared, context.now);
        self.users.list.sort_by_user(saved.users, &shared.inventory, now);
        self.all_keys.list.order = saved.keys;
        if !saved.filter.is_empty() {
            self.filter.restore(saved.filter, &shared.options.filters, now);
        }
        match saved.view {
            View::Keys => self.show_all_keys(context),
            View::Overview => self.view = View::Overview,
            View::Users | View::Organization => {}
        }
    }
}
