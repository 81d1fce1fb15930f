//! Changing between the views of the account.

use std::time::Duration;

use crate::model::Now;
use crate::tui::context::{Context, Shared, Tone};
use crate::tui::keymap::Action;
use crate::tui::messages::overview as messages;
use crate::tui::panes::organization::BarFilter;
use crate::tui::panes::overview::BarKeys;
use crate::tui::panes::{Panes, View, full_scan};
use crate::tui::render::layout::Pane;

/// Time for which the list of all keys stays in view before a full scan begins, so that `v` can pass it.
const TIME_TO_PASS_KEYS: Duration = Duration::from_millis(400);

impl Panes {
    /// Shows the next view of the account: users, all keys, overview. The same user and key stay
    /// selected. In the organization, changes between the accounts and their Overview.
    pub(crate) fn change_view(&mut self, context: &mut Context<'_>) {
        match self.view {
            View::Users => {
                self.select_in_all_keys(context);
                self.list_all_keys(context);
                self.scan_at = Some(context.now.mono + TIME_TO_PASS_KEYS);
            }
            View::Keys => self.show_overview(context),
            View::Overview => self.show_owner(context),
            View::Organization => {
                self.organization.toggle_overview();
                self.settle_rows(context);
            }
        }
    }

    /// Shows a view of the account. The same user and key stay selected.
    pub(crate) fn show_view(&mut self, view: View, context: &mut Context<'_>) {
        if self.view == View::Organization {
            self.leave_organization(context);
        }
        if self.view == view {
            return;
        }
        if self.view == View::Users {
            self.select_in_all_keys(context);
        }
        match view {
            View::Users => self.show_owner(context),
            View::Keys => self.show_all_keys(context),
            View::Overview => self.show_overview(context),
            View::Organization => self.toggle_organization(context),
        }
    }

    /// Shows the list of all keys, and starts a full scan if keys are missing.
    pub(super) fn show_all_keys(&mut self, context: &mut Context<'_>) {
        self.list_all_keys(context);
        self.scan_missing_keys(context.shared);
    }

    fn list_all_keys(&mut self, context: &mut Context<'_>) {
        self.view = View::Keys;
        self.focus = Pane::Users;
        self.settle(context);
    }

    /// Starts a full scan once the list of all keys was in view for long enough.
    pub(super) fn scan_for_list(&mut self, context: &mut Context<'_>) {
        if self.view != View::Keys {
            self.scan_at = None;
        }
        if self.scan_at.take_if(|at| context.now.mono >= *at).is_some() {
            self.scan_missing_keys(context.shared);
        }
    }

    fn scan_missing_keys(&self, shared: &mut Shared) {
        if !shared.inventory.coverage().is_complete() {
            full_scan::start(&self.filter, shared);
        }
    }

    fn show_overview(&mut self, context: &mut Context<'_>) {
        self.view = View::Overview;
        self.settle(context);
    }

    /// Selects the key that is selected among those of a user in the list of all keys, too.
    fn select_in_all_keys(&mut self, context: &mut Context<'_>) {
        let (shared, now) = (&*context.shared, context.now);
        let key = self.keys.list.selected();
        if let Some(key) = key.and_then(|id| shared.inventory.key_index(id)) {
            let list = &mut self.all_keys.list;
            list.settle(&shared.inventory, &mut self.filter, &shared.marks, now);
            list.select(key, now);
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
        let keys = self.all_keys.list.list().items().len();
        let (mark, clear) = (shared.key_for(Action::MarkAll), shared.key_for(Action::Cancel));
        let sentence = messages::showing(keys, mark, clear);
        shared.notifications.notify(Tone::Info, sentence);
    }
}
