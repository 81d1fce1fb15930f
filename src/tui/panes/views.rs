//! Changing between the views of the account.

use crate::model::Now;
use crate::tui::context::{Context, Tone};
use crate::tui::keymap::Action;
use crate::tui::messages::overview as messages;
use crate::tui::panes::organization::BarFilter;
use crate::tui::panes::overview::BarKeys;
use crate::tui::panes::{Panes, View, full_scan};
use crate::tui::render::layout::Pane;

impl Panes {
    /// Shows the next view of the account: users, all keys, overview. The same user and key stay
    /// selected. In the organization, changes between the accounts and their Overview.
    pub(crate) fn change_view(&mut self, context: &mut Context<'_>) {
        match self.view {
            View::Users => {
                let key = self.keys.list.selected();
                let key = key.and_then(|id| context.shared.inventory.key_index(id));
                self.show_all_keys(context);
                if let Some(key) = key {
                    self.all_keys.list.select(key, context.now);
                }
            }
            View::Keys => {
                self.view = View::Overview;
                self.settle(context);
            }
            View::Overview => self.show_owner(context),
            View::Organization => {
                self.organization.toggle_overview();
                self.settle_rows(context);
            }
        }
    }

    /// Shows a view, by way of those before it in the cycle.
    pub(crate) fn show_view(&mut self, view: View, context: &mut Context<'_>) {
        if self.view != view && (view == View::Organization || self.view == View::Organization) {
            self.toggle_organization(context);
        }
        while self.view != view {
            self.change_view(context);
        }
    }

    /// Shows the list of all keys, and starts a full scan if keys are missing.
    pub(super) fn show_all_keys(&mut self, context: &mut Context<'_>) {
        self.view = View::Keys;
        self.focus = Pane::Users;
        self.settle(context);
        if !context.shared.inventory.coverage().is_complete() {
            full_scan::start(&self.filter, context.shared);
        }
    }

    /// Shows the selected key of the list of all keys among those of its owner.
    fn show_owner(&mut self, context: &mut Context<'_>) {
        let key = self.all_keys.list.selected();
        let key = key.map(|index| context.shared.inventory.key_at(index));
        let key = key.map(|(owner, id)| (owner, id.clone()));
        self.show_users(context);
        if let Some((owner, id)) = key
            && self.users.list.select(owner, context.now)
        {
            self.show_keys_of_user(context.shared);
            self.keys.list.select(&id);
        }
    }

    /// Shows the list of users.
    pub(super) fn show_users(&mut self, context: &mut Context<'_>) {
        if self.view != View::Users {
            self.view = View::Users;
            self.settle_rows(context);
        }
    }

    /// Lists the keys of the selected bar, or reports why they cannot be listed. Their ages count
    /// back from the same time as those of the bar.
    pub(crate) fn open_bar(&mut self, context: &mut Context<'_>) {
        let shared = &mut *context.shared;
        match self.overview.selected_keys() {
            Some(BarKeys::Filter(filter, counted_at)) => {
                self.show_keys_of_bar((filter, counted_at), context);
            }
            Some(BarKeys::NotKnown) => {
                let sentence = messages::not_known(shared.key_for(Action::FullScan));
                shared.notifications.notify(Tone::Info, sentence);
            }
            Some(BarKeys::RootOnly) => {
                shared.notifications.notify(Tone::Info, messages::ROOT_ONLY);
            }
            None => {}
        }
    }

    /// Lists the keys that a filter finds, whose ages count back from a time.
    pub(super) fn show_keys_of_bar(
        &mut self,
        (filter, counted_at): BarFilter,
        context: &mut Context<'_>,
    ) {
        let saved = &context.shared.options.filters;
        self.filter.set(filter, saved, Now { wall: counted_at, ..context.now });
        self.show_all_keys(context);
        self.report_keys_of_bar(context);
    }

    /// Reports what can be done with the keys of a bar, unless the full scan reports its start.
    fn report_keys_of_bar(&self, context: &mut Context<'_>) {
        let shared = &mut *context.shared;
        if shared.inventory.is_scanning() {
            return;
        }
        let keys = self.all_keys.list.items().len();
        let (mark, clear) = (shared.key_for(Action::MarkAll), shared.key_for(Action::Cancel));
        let sentence = messages::showing(keys, mark, clear);
        shared.notifications.notify(Tone::Info, sentence);
    }
}
