//! Opening and leaving the Organization view.

use crate::tui::context::{Context, Tone};
use crate::tui::messages::organization as messages;
use crate::tui::panes::{AccountOpening, FilterLine, Panes, View};

impl Panes {
    /// Shows every account of the organization, which are read the first time; or returns to the view
    /// before.
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

    /// Drops what is shown of the account. The accounts of the organization stay, the filters to
    /// recall, and what is to be shown of the next account.
    pub(crate) fn forget_account(&mut self) {
        let mut before = std::mem::take(self);
        before.filter.clear();
        let view = if before.view == View::Organization { before.view } else { View::default() };
        let (organization, bar_to_open) = (before.organization, before.bar_to_open);
        *self = Self { view, filter: before.filter, organization, bar_to_open, ..Self::default() };
    }

    /// Returns the filter of the list in view.
    pub(crate) fn filter_in_view(&self) -> &FilterLine {
        match self.view {
            View::Users | View::Keys => &self.filter,
            View::Overview => &self.overview.filter,
            View::Organization => &self.organization.filter,
        }
    }

    /// Returns the filter of the list in view, to change it.
    pub(crate) fn filter_in_view_mut(&mut self) -> &mut FilterLine {
        match self.view {
            View::Users | View::Keys => &mut self.filter,
            View::Overview => &mut self.overview.filter,
            View::Organization => &mut self.organization.filter,
        }
    }

    /// Returns how much a view covers that is not of the account.
    pub(crate) fn other_coverage(&self) -> Option<String> {
        (self.view == View::Organization).then(|| self.organization.coverage())
    }

    /// Returns how to open the selected account, whose keys of the bar are shown then. If it is open
    /// already, shows them, or its users. From the Overview, lists the accounts of the selected bar.
    pub(crate) fn account_to_open(&mut self, context: &mut Context<'_>) -> Option<AccountOpening> {
        if self.organization.shows_overview() {
            self.organization.open_bar(context);
            return None;
        }
        let bar = self.organization.bar_filter();
        let Some((account, route)) = self.organization.selected_account() else {
            context.shared.notifications.notify(Tone::Info, messages::NO_ACCOUNT_TO_SELECT);
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
