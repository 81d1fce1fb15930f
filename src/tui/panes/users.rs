//! The list of users. Builds only the rows in view.

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use crate::filter::Searcher;
use crate::inventory::{Inventory, UserFacts, UserIndex};
use crate::model::{AccessKey, KeyId, KeyStatus, Known, LastUse, UserName, format_age, format_ago};
use crate::tui::context::{SessionPhase, Shared};
use crate::tui::keymap::Action;
use crate::tui::messages::panes as messages;
use crate::tui::panes::cells::{is_unused, known_cell};
use crate::tui::panes::filter_line::FilterLine;
use crate::tui::panes::pane_view::PaneView;
use crate::tui::panes::sorted_list::SortedList;
use crate::tui::render::Theme;
use crate::tui::render::block::{draw_list_pane, draw_paragraph, title};
use crate::tui::render::table::{TableColumn, TableRow, cursor_cell, draw_table, row_style};

/// Columns of the status signs of a user's keys.
const STATUSES_COLUMNS: usize = 7;

/// Columns of the age of the oldest key.
const OLDEST_COLUMNS: usize = 7;

/// Columns of the last use.
const LAST_USED_COLUMNS: usize = 10;

/// Minimum width of the list for the age of the oldest key, in columns.
const MIN_COLUMNS_FOR_AGE: usize = 44;

/// List of users.
#[derive(Clone, Debug, Default)]
pub(crate) struct UsersPane {
    /// Rows.
    pub list: SortedList<UserIndex>,
}

impl UsersPane {
    /// Returns the users of the visible rows.
    pub(super) fn visible_users(&self, shared: &Shared) -> Vec<UserName> {
        let rows = self.list.window().iter();
        rows.map(|index| shared.inventory.facts(*index).name.clone()).collect()
    }

    /// Returns the keys of all rows that match the filter, and the number of users whose keys are
    /// not read yet. The filter shows a user for one matching key; the others do not count.
    pub(super) fn matching_keys(
        &self,
        filter: &FilterLine,
        shared: &Shared,
    ) -> (Vec<KeyId>, usize) {
        let (mut keys, mut unread) = (Vec::new(), 0);
        let mut searcher = Searcher::default();
        for index in self.list.items() {
            let facts = shared.inventory.facts(*index);
            unread += usize::from(facts.keys.live_value().is_none());
            let matching = filter.matching_keys(facts, shared, &mut searcher);
            keys.extend(matching.into_iter().map(|key| key.id.clone()));
        }
        (keys, unread)
    }

    /// Returns the columns, with the border, at which a list with a name of `name` columns cuts
    /// nothing.
    pub(super) fn columns_needed(name: usize) -> u16 {
        let columns = 4 + name + 1 + STATUSES_COLUMNS + OLDEST_COLUMNS + LAST_USED_COLUMNS;
        u16::try_from(columns).unwrap_or(u16::MAX)
    }

    /// Draws the list.
    pub(super) fn draw(&self, view: &PaneView<'_>, frame: &mut Frame<'_>, area: Rect) {
        let PaneView { shared, theme, .. } = *view;
        let name = messages::users_title(
            self.list.items().len(),
            &shared.inventory.coverage(),
            view.filter.is_active(),
            shared.inventory.listing_failure().is_some(),
        );
        let title = title(&name, view.details, theme);
        let position = self.list.position();
        let inside = draw_list_pane(title, position, view.focused, theme, frame, area);
        let columns = columns(usize::from(inside.width));
        let rows = self.list.visible().map(|(index, is_selected)| TableRow {
            cells: cells(shared, shared.inventory.facts(index), is_selected, theme),
            style: row_style(is_selected, view.focused, theme),
        });
        draw_table(&columns, rows.collect(), theme, frame, inside);
        if self.list.items().is_empty() {
            draw_paragraph(&no_users(view, self.list.undecided), 2, theme, frame, inside);
        }
    }
}

/// Width of the longest user name of the account.
#[derive(Clone, Debug, Default)]
pub(super) struct NameColumns {
    /// Number of users measured so far, in the order of first sight.
    measured: usize,
    /// Columns of the longest name.
    widest: usize,
}

impl NameColumns {
    /// Measures the names that were added to the inventory.
    pub(super) fn settle(&mut self, inventory: &Inventory) {
        for (_, facts) in inventory.users().skip(self.measured) {
            self.measured += 1;
            self.widest = self.widest.max(facts.name.as_str().width());
        }
    }

    /// Returns the columns of the longest name; 0 before a user is known.
    pub(super) fn widest(&self) -> usize {
        self.widest
    }
}

/// Returns the columns of a list of that width. The age of the oldest key is dropped first.
fn columns(width: usize) -> [TableColumn; 5] {
    let oldest = if width >= MIN_COLUMNS_FOR_AGE { OLDEST_COLUMNS } else { 0 };
    let name = width.saturating_sub(2 + STATUSES_COLUMNS + oldest + LAST_USED_COLUMNS);
    [
        ("", 2),
        ("USER", name),
        ("KEYS", STATUSES_COLUMNS),
        ("OLDEST", oldest),
        ("LAST USED", LAST_USED_COLUMNS),
    ]
}

/// Returns the reason for a list without users; the filter cannot decide `undecided` of them.
fn no_users(view: &PaneView<'_>, undecided: usize) -> String {
    let shared = view.shared;
    let (clear, again) = (shared.key_for(Action::Cancel), shared.key_for(Action::Refresh));
    if undecided > 0 {
        messages::no_known_match(undecided, "user", clear)
    } else if view.filter.is_active() {
        messages::nothing_matches(view.filter.error.is_some(), clear)
    } else if shared.inventory.is_listing_complete() {
        messages::NO_USERS.to_owned()
    } else if shared.inventory.listing_failure().is_some() {
        messages::listing_failed(again)
    } else if shared.inventory.stopped().is_some() {
        messages::session_ended_before_listing(again)
    } else {
        match shared.session.phase {
            SessionPhase::Failed => messages::no_session(again, shared.key_for(Action::Accounts)),
            SessionPhase::NeedsCode(_) => messages::no_session_without_code(again),
            SessionPhase::Opening(_) | SessionPhase::Open(_) => messages::LISTING.to_owned(),
        }
    }
}

fn cells<'a>(
    shared: &Shared,
    facts: &'a UserFacts,
    is_selected: bool,
    theme: &Theme,
) -> Vec<Line<'a>> {
    let is_marked = facts.live_keys().iter().any(|key| shared.marks.contains(&key.id));
    let now = shared.shown_at.wall;
    let styled = |(text, style)| Span::styled(text, style);
    vec![
        cursor_cell(is_selected, is_marked, theme).into(),
        Span::raw(facts.name.as_str()).into(),
        statuses(shared, facts, theme),
        styled(oldest(facts, now, theme)).into(),
        styled(last_used(facts, now, theme)).into(),
    ]
}

/// Returns the statuses of the user's keys, one character each.
fn statuses<'a>(shared: &Shared, facts: &UserFacts, theme: &Theme) -> Line<'a> {
    if facts.is_deleted() {
        return Span::styled("deleted", theme.dim).into();
    }
    let statuses = facts.key_statuses();
    if matches!(statuses, Known::NotRead) && shared.inventory.is_in_flight(&facts.keys_read()) {
        return Span::styled(theme.glyphs.ellipsis, theme.dim).into();
    }
    let keys = facts.live_keys();
    if (1..=STATUSES_COLUMNS).contains(&keys.len()) {
        let sign = |key: &AccessKey| {
            if shared.change_queue.uncertain_status(&key.id).is_some() {
                return Span::styled(theme.glyphs.unknown, theme.warning);
            }
            let style = if key.status.is_active() { theme.active } else { theme.inactive };
            Span::styled(theme.glyphs.status(&key.status), style)
        };
        return keys.iter().map(sign).collect::<Vec<_>>().into();
    }
    let (text, style) = known_cell(&statuses, theme, |statuses| match statuses.as_slice() {
        [] => theme.glyphs.none.to_owned(),
        some => some.iter().map(|status| theme.glyphs.status(status)).collect(),
    });
    Span::styled(text, style).into()
}

/// Returns the age of the user's oldest key.
fn oldest(facts: &UserFacts, now: Timestamp, theme: &Theme) -> (String, Style) {
    if facts.is_deleted() {
        return (String::new(), theme.dim);
    }
    known_cell(&facts.key_ages(), theme, |ages| {
        ages.iter().min().map_or_else(String::new, |oldest| format_age(now.duration_since(*oldest)))
    })
}

fn last_used(facts: &UserFacts, now: Timestamp, theme: &Theme) -> (String, Style) {
    let has_keys = facts.key_statuses().value().is_none_or(|statuses| !statuses.is_empty());
    if !has_keys || facts.is_deleted() {
        return (String::new(), theme.dim);
    }
    let latest_use = facts.latest_use();
    let (text, style) = known_cell(&latest_use, theme, |last_use| match last_use {
        LastUse::Never => "never".to_owned(),
        LastUse::Used { at, .. } => format_ago(*at, now),
    });
    let is_active =
        facts.key_statuses().value().is_some_and(|statuses| statuses.contains(&KeyStatus::Active));
    let stands_out = is_active && latest_use.value().is_some_and(|used| is_unused(used, now));
    (text, if stands_out { theme.attention.patch(style) } else { style })
}
