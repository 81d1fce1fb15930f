//! The table of keys, with or without their users.

use ratatui::text::{Line, Span};

use crate::model::AccessKey;
use crate::tui::context::Shared;
use crate::tui::panes::cells::{
    AGE_COLUMNS, BAR_COLUMNS, KEY_ID_COLUMNS, LAST_USED_COLUMNS, STATUS_COLUMNS, age_cell,
    last_used_cell, status_cell,
};
use crate::tui::render::Theme;
use crate::tui::render::table::{TableColumn, cursor_cell};

/// Minimum columns beside key ID and status for the age, with and without users.
const MIN_COLUMNS_FOR_AGE: usize = 16;
const MIN_COLUMNS_FOR_AGE_AND_USER: usize = 40;

/// Minimum columns of the last use.
const MIN_LAST_USED_COLUMNS: usize = 9;

/// Minimum columns of the user where age and last use have bars.
const USER_COLUMNS_BESIDE_BARS: usize = 25;

/// Widths of the columns beside cursor, key ID and status.
pub(super) struct KeyColumns {
    age: usize,
    /// The user; `None` in a table of one user's keys.
    user: Option<usize>,
    last_used: usize,
    /// Whether age and last use have bars.
    has_bars: bool,
}

impl KeyColumns {
    /// Divides a list of one user's keys. The key ID is never cut if it fits; the bars are dropped
    /// first, then the age, then the last use.
    pub(super) fn of_user(width: usize) -> Self {
        let rest = beside_status(width);
        let has_bars = rest >= AGE_COLUMNS + LAST_USED_COLUMNS + 2 * BAR_COLUMNS;
        let bar = if has_bars { BAR_COLUMNS } else { 0 };
        let age = if rest >= MIN_COLUMNS_FOR_AGE { AGE_COLUMNS + bar } else { 0 };
        let last_used = if rest >= MIN_LAST_USED_COLUMNS { rest - age } else { 0 };
        Self { age, user: None, last_used, has_bars }
    }

    /// Divides a list of all keys, where the longest name has `name` columns. The key ID is never
    /// cut if it fits. Names are as wide as they can be beside a whole last use; in a narrow list
    /// both share the rest. The bars are dropped first, then the age.
    pub(super) fn with_user(width: usize, name: usize) -> Self {
        let rest = beside_status(width);
        let has_bars =
            rest >= AGE_COLUMNS + USER_COLUMNS_BESIDE_BARS + LAST_USED_COLUMNS + 2 * BAR_COLUMNS;
        let bar = if has_bars { BAR_COLUMNS } else { 0 };
        let age = if rest >= MIN_COLUMNS_FOR_AGE_AND_USER { AGE_COLUMNS + bar } else { 0 };
        let (user, last_used) = match rest - age {
            0..5 => (0, 0),
            narrow @ 5..20 => (narrow, 0),
            both => {
                let most = both.saturating_sub(LAST_USED_COLUMNS + bar).max(both / 2);
                let user = (name + 1).min(most);
                (user, both - user)
            }
        };
        Self { age, user: Some(user), last_used, has_bars }
    }

    /// Returns the columns.
    pub(super) fn table(&self) -> Vec<TableColumn> {
        let user = self.user.map(|columns| ("USER", columns));
        let before =
            [("", 2), ("KEY ID", KEY_ID_COLUMNS), ("STATUS", STATUS_COLUMNS), ("AGE", self.age)];
        before.into_iter().chain(user).chain([("LAST USED", self.last_used)]).collect()
    }

    /// Returns the cells of a key; `user` is its owner, if the table has a column for it.
    pub(super) fn cells<'a>(
        &self,
        shared: &Shared,
        key: &'a AccessKey,
        user: Option<&'a str>,
        is_selected: bool,
        theme: &Theme,
    ) -> Vec<Line<'a>> {
        let now = shared.shown_at.wall;
        let mut cells = vec![
            cursor_cell(is_selected, shared.marks.contains(&key.id), theme).into(),
            Span::raw(key.id.as_str()).into(),
            status_cell(shared, key, theme),
            age_cell(key, now, self.has_bars, theme),
        ];
        cells.extend(user.map(Line::from));
        cells.push(last_used_cell(key, now, self.has_bars, theme));
        cells
    }
}

/// Returns the columns beside cursor, key ID and status.
fn beside_status(width: usize) -> usize {
    width.saturating_sub(2 + KEY_ID_COLUMNS + STATUS_COLUMNS)
}
