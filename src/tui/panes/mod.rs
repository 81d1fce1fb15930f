//! The panes: users, keys of the selected user, details of that user; or all keys in one list; or
//! how they are distributed; or every account of the organization.
//! Each pane owns its list and draws it; [`Panes`] routes to the one in view.

mod all_keys;
mod availability;
mod cancel;
mod cells;
mod chosen_keys;
mod cursor_list;
mod export;
mod filter_history;
mod filter_line;
mod follow_lookup;
mod full_scan;
mod key_table;
mod order;
mod organization;
mod overview;
mod pane_view;
mod saved_view;
mod sorted_list;
mod user_detail;
mod user_keys;
mod users;
mod view_switch;

use ratatui::Frame;

use crate::inventory::UserIndex;
use crate::model::{AccountId, KeyId, UserName};
use crate::tui::context::{Context, Shared};
use crate::tui::handlers::ShownRows;
use crate::tui::keymap::Action;
use crate::tui::render::Theme;
use crate::tui::render::layout::{self, Pane, Regions};

pub(crate) use crate::tui::context::View;
pub(crate) use all_keys::AllKeysPane;
pub(crate) use cells::key_status;
pub(crate) use cursor_list::{CursorList, CursorMove, page_rows};
pub(crate) use filter_line::FilterLine;
pub(crate) use full_scan::FilterScan;
pub(crate) use organization::{AccountOpening, OrganizationPane};
use overview::BarFilter;
pub(crate) use overview::OverviewPane;
use pane_view::PaneView;
pub(crate) use user_detail::user_facts;
pub(crate) use user_keys::UserKeysPane;
use users::NameColumns;
pub(crate) use users::UsersPane;

/// The panes of all views.
#[derive(Clone, Debug, Default)]
pub(crate) struct Panes {
    /// View of the account.
    pub view: View,
    /// Pane with the focus.
    pub focus: Pane,
    /// List of users.
    pub users: UsersPane,
    /// Keys of the selected user.
    pub user_keys: UserKeysPane,
    /// List of all keys.
    pub all_keys: AllKeysPane,
    /// Whether the key selected in that list leads to its owner among the users: it was selected
    /// there before, or by moving in the list, and is not only the first.
    leads_to_owner: bool,
    /// How the active keys are distributed.
    pub overview: OverviewPane,
    /// Every account of the organization.
    pub organization: OrganizationPane,
    /// View from which the organization was opened.
    view_before: View,
    /// Account that is being opened from a bar, and the keys to show there.
    bar_to_open: Option<(AccountId, BarFilter)>,
    /// Filter of the lists of users and keys.
    pub filter: FilterLine,
    /// Relation of the filter to the full scan.
    filter_scan: FilterScan,
    /// Time at which a full scan begins if the list of all keys stays in view.
    scan_at: Option<std::time::Duration>,
    /// Width of the user names.
    name_columns: NameColumns,
}

impl Panes {
    /// Returns the selected user, or the owner of the selected key.
    pub(crate) fn selected_user<'a>(&self, shared: &'a Shared) -> Option<&'a UserName> {
        let index = match self.view {
            View::Users => self.users.list.selected(),
            View::Keys => {
                self.all_keys.list.selected().map(|index| shared.inventory.key_at(index).0)
            }
            View::Overview | View::Organization => None,
        };
        index.map(|index| &shared.inventory.facts(index).name)
    }

    /// Returns the key that is selected among those of the user, or in the list of all keys.
    pub(crate) fn selected_key<'a>(&'a self, shared: &'a Shared) -> Option<&'a KeyId> {
        match self.view {
            View::Users => self.user_keys.list.selected(),
            View::Keys => self.all_keys.selected_key(shared),
            View::Overview | View::Organization => None,
        }
    }

    /// Returns the rows of the list in view.
    pub(crate) fn shown_rows(&self, shared: &Shared) -> ShownRows {
        let (users, moved_at) = match self.view {
            View::Users => (self.users.visible_users(shared), self.users.list.moved_at()),
            View::Keys => (self.all_keys.visible_users(shared), self.all_keys.list.moved_at()),
            View::Overview | View::Organization => return ShownRows::default(),
        };
        ShownRows { selected: self.selected_user(shared).cloned(), users, moved_at }
    }

    /// Returns the number of rows in view that the filter cannot decide.
    pub(crate) fn undecided(&self) -> usize {
        match self.view {
            View::Users => self.users.list.undecided,
            View::Keys => self.all_keys.list.undecided,
            View::Overview | View::Organization => 0,
        }
    }

    /// Returns the key that an action is about: the selected one, or the only one of the selected
    /// user.
    pub(crate) fn key_of_action<'a>(&'a self, shared: &'a Shared) -> Option<&'a KeyId> {
        match (self.view, self.focus) {
            (View::Overview | View::Organization, _) => None,
            (View::Keys, _) | (_, Pane::UserKeys) => self.selected_key(shared),
            (View::Users, Pane::List) => match self.user_keys.list.items() {
                [only] => Some(only),
                _ => None,
            },
        }
    }

    /// Returns the time at which the list in view last moved.
    pub(crate) fn moved_at(&self) -> std::time::Duration {
        match self.view {
            View::Users => self.users.list.moved_at(),
            View::Keys => self.all_keys.list.moved_at(),
            View::Overview | View::Organization => std::time::Duration::ZERO,
        }
    }

    /// Moves the cursor of the focused pane.
    pub(crate) fn go(&mut self, step: CursorMove, context: &mut Context<'_>) {
        self.go_in(self.focus, step, context);
    }

    /// Moves the cursor of a pane.
    pub(crate) fn go_in(&mut self, pane: Pane, step: CursorMove, context: &mut Context<'_>) {
        context.shared.lookups.cancel_auto_select();
        match (self.view, pane) {
            (View::Organization, _) => self.organization.go(step),
            (View::Overview, _) => self.overview.go(step),
            (View::Keys, _) => {
                self.leads_to_owner = true;
                self.all_keys.list.go(step, context.now);
            }
            (View::Users, Pane::List) => self.users.list.go(step, context.now),
            (View::Users, Pane::UserKeys) => {
                self.user_keys.list.go(step);
            }
        }
    }

    /// Moves the focus to the other pane; only the view of users has two.
    pub(crate) fn move_focus(&mut self, action: Action) {
        if self.view != View::Users {
            return;
        }
        self.focus = match (action, self.focus) {
            (Action::Left, _) | (Action::NextPane, Pane::UserKeys) => Pane::List,
            _ => Pane::UserKeys,
        };
    }

    /// Updates the lists, and selects a key that was looked up once it is listed.
    pub(crate) fn settle(&mut self, context: &mut Context<'_>) {
        self.settle_rows(context);
        self.show_bar_to_open(context);
        self.show_mention(context);
        self.select_lookup_target(context);
        self.show_keys_of_user(context.shared);
    }

    /// Updates the selection in the middle of a batch of input, so that an action applies to what
    /// the keys before it have selected. Cheap unless the filter has changed.
    pub(crate) fn settle_selection(&mut self, context: &mut Context<'_>) {
        self.settle_rows(context);
        self.show_keys_of_user(context.shared);
    }

    fn settle_rows(&mut self, context: &mut Context<'_>) {
        let (shared, now) = (&*context.shared, context.now);
        let filter = &mut self.filter;
        self.name_columns.settle(&shared.inventory);
        match self.view {
            View::Users => self.users.list.settle(&shared.inventory, filter, &shared.marks, now),
            View::Keys => self.all_keys.list.settle(&shared.inventory, filter, &shared.marks, now),
            View::Overview => self.overview.settle(&shared.inventory, now),
            View::Organization => self.organization.settle(),
        }
    }

    fn show_keys_of_user(&mut self, shared: &Shared) {
        self.user_keys.show_user(self.users.list.selected(), shared);
    }

    /// Starts or stops the full scan as the filter needs it, and starts it for the list of all
    /// keys.
    pub(crate) fn settle_full_scan(&mut self, context: &mut Context<'_>) {
        self.filter_scan = full_scan::settle(self.filter_scan, &self.filter, context.shared);
        self.scan_for_list(context);
    }

    /// Returns the time at which a full scan begins if the list of all keys stays in view.
    pub(crate) fn scan_at(&self) -> Option<std::time::Duration> {
        self.scan_at
    }

    /// Starts the full scan, or stops it.
    pub(crate) fn toggle_full_scan(&mut self, shared: &mut Shared) {
        self.filter_scan = full_scan::toggle(self.filter_scan, &self.filter, shared);
    }

    /// Returns the regions of the view: the list of all keys takes the whole body, that of accounts
    /// all but the details.
    pub(crate) fn fit(&self, regions: Regions) -> Regions {
        match self.view {
            View::Organization if !self.organization.shows_overview() => {
                layout::list_with_detail(regions)
            }
            View::Users => regions,
            View::Keys | View::Overview | View::Organization => {
                Regions { list: Some(regions.body), user_keys: None, detail: None, ..regions }
            }
        }
    }

    /// Returns the columns of the list of users, with its border, at which no name is cut.
    pub(crate) fn users_columns(&self) -> u16 {
        UsersPane::columns_needed(self.name_columns.widest())
    }

    /// Fits the lists to their panes, on a screen of that many rows; returns whether a height has
    /// changed.
    pub(crate) fn set_heights(&mut self, regions: &Regions, rows: u16) -> bool {
        let height = |pane| layout::rows_in(pane, rows);
        let list = match self.view {
            View::Users => self.users.list.set_height(height(regions.list)),
            View::Keys => self.all_keys.list.set_height(height(regions.list)),
            View::Overview => self.overview.set_height(height(regions.list)),
            View::Organization => self.organization.set_height(height(regions.list)),
        };
        self.user_keys.list.set_height(height(regions.user_keys)) || list
    }

    /// Draws the panes. `coverage` replaces the sort order in the title of the list, if the status
    /// bar has no room for it.
    pub(crate) fn draw(
        &self,
        shared: &Shared,
        regions: &Regions,
        coverage: Option<&str>,
        theme: &Theme,
        frame: &mut Frame<'_>,
    ) {
        if self.view == View::Organization {
            let areas = (regions.list, regions.detail);
            return self.organization.draw(shared, areas, coverage, theme, frame);
        }
        let details = coverage.map_or_else(|| self.order_label(shared), str::to_owned);
        let view = |pane| PaneView {
            shared,
            filter: &self.filter,
            details: &details,
            focused: self.view == View::Keys || self.focus == pane,
            name_columns: self.name_columns.widest(),
            theme,
        };
        if let Some(area) = regions.list {
            match self.view {
                View::Keys => self.all_keys.draw(&view(Pane::List), frame, area),
                View::Overview => self.overview.draw(&view(Pane::List), coverage, frame, area),
                _ => self.users.draw(&view(Pane::List), frame, area),
            }
        }
        let user = self.users.list.selected();
        if let Some(area) = regions.user_keys {
            self.user_keys.draw(user, &view(Pane::UserKeys), frame, area);
        }
        if let Some(area) = regions.detail {
            user_detail::draw(user, shared, theme, frame, area);
        }
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

    /// Returns the filter of the list in view; the bars of the Overview count every active key.
    pub(crate) fn filter_in_view(&self) -> Option<&FilterLine> {
        match self.view {
            View::Users | View::Keys => Some(&self.filter),
            View::Overview => None,
            View::Organization => Some(&self.organization.filter),
        }
    }

    /// Returns the filter of the list in view, to change it.
    pub(crate) fn filter_in_view_mut(&mut self) -> Option<&mut FilterLine> {
        match self.view {
            View::Users | View::Keys => Some(&mut self.filter),
            View::Overview => None,
            View::Organization => Some(&mut self.organization.filter),
        }
    }

    /// Returns whether the filter of the list in view is being edited.
    pub(crate) fn is_editing_filter(&self) -> bool {
        self.filter_in_view().is_some_and(FilterLine::is_editing)
    }

    /// Returns how much a view covers that is not of the account.
    pub(crate) fn other_coverage(&self) -> Option<String> {
        (self.view == View::Organization).then(|| self.organization.coverage())
    }

    /// Returns the user that is selected in the list of users.
    pub(crate) fn user_index(&self) -> Option<UserIndex> {
        self.users.list.selected()
    }
}
