//! Changing between the views, and opening what a bar or a row of accounts stands for.

use std::time::Duration;

use crate::model::Now;
use crate::tui::context::{Context, Shared, Tone};
use crate::tui::keymap::Action;
use crate::tui::messages::{organization, overview as messages};
use crate::tui::panes::overview::{BarFilter, BarKeys};
use crate::tui::panes::{AccountOpening, Panes, View, full_scan};
use crate::tui::render::layout::Pane;

/// Time for which the list of all keys stays in view before a full scan begins, so that `v` can
/// pass it.
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
        self.focus = Pane::List;
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
        let key = self.user_keys.list.selected();
        self.leads_to_owner =
            key.and_then(|id| shared.inventory.key_index(id)).is_some_and(|key| {
                let list = &mut self.all_keys.list;
                list.settle(&shared.inventory, &mut self.filter, &shared.marks, now);
                list.select(key, now)
            });
    }

    /// Shows the key that was chosen in the list of all keys among those of its owner.
    fn show_owner(&mut self, context: &mut Context<'_>) {
        let key = self.all_keys.list.selected().filter(|_| self.leads_to_owner);
        let key = key.map(|index| context.shared.inventory.key_at(index));
        let key = key.map(|(owner, id)| (owner, id.clone()));
        self.show_users(context);
        if let Some((owner, id)) = key
            && self.users.list.select(owner, context.now)
        {
            self.show_keys_of_user(context.shared);
            self.user_keys.list.select(&id);
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
            Some(BarKeys::Filter(bar)) => self.show_keys_of_bar(bar, context),
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

    /// Lists the keys of a bar.
    fn show_keys_of_bar(&mut self, bar: BarFilter, context: &mut Context<'_>) {
        let saved = &context.shared.options.filters;
        self.filter.set(bar.filter, saved, Now { wall: bar.counted_at, ..context.now });
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

    /// Shows every account of the organization, which are read the first time; or returns to the
    /// view before.
    pub(crate) fn toggle_organization(&mut self, context: &mut Context<'_>) {
        if self.view == View::Organization {
            return self.leave_organization(context);
        }
        self.view_before = self.view;
        self.view = View::Organization;
        context.shared.shown_at = context.now;
        self.organization.load_once(context);
        self.settle_rows(context);
    }

    /// Returns to the view from which the organization was opened.
    pub(super) fn leave_organization(&mut self, context: &mut Context<'_>) {
        self.view = self.view_before;
        self.settle(context);
    }

    /// Returns how to open the selected account, whose keys of the bar are shown then. If it is
    /// open already, shows them, or its users. From the Overview, lists the accounts of the
    /// selected bar.
    pub(crate) fn account_to_open(&mut self, context: &mut Context<'_>) -> Option<AccountOpening> {
        if self.organization.shows_overview() {
            self.organization.open_bar(context);
            return None;
        }
        let bar = self.organization.bar_filter();
        let Some((account, route)) = self.organization.selected_account() else {
            context.shared.notifications.notify(Tone::Info, organization::NO_ACCOUNT_TO_SELECT);
            return None;
        };
        let current = context.shared.session_context().map(|context| &context.caller.account);
        if current == Some(account) {
            match bar {
                Some(bar) => self.show_keys_of_bar(bar, context),
                None => self.show_users(context),
            }
            return None;
        }
        Some(match route {
            Some(route) => {
                self.bar_to_open = bar.map(|bar| (account.clone(), bar));
                AccountOpening::Route(route.clone(), account.clone())
            }
            None => AccountOpening::AskForRoute(account.clone()),
        })
    }

    /// Shows the keys of the bar that an account was opened for, once its session is open.
    pub(super) fn show_bar_to_open(&mut self, context: &mut Context<'_>) {
        let Some(here) = context.shared.session_context() else { return };
        let Some((account, bar)) = self.bar_to_open.take() else { return };
        if account == here.caller.account {
            self.show_keys_of_bar(bar, context);
        }
    }

    /// Reads the accounts again, if they are in view. Returns whether they are.
    pub(crate) fn refresh_organization(&mut self, context: &mut Context<'_>) -> bool {
        let is_shown = self.view == View::Organization;
        if is_shown {
            self.organization.load(context);
        }
        is_shown
    }
}
