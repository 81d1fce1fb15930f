//! The Keys view: every key of the account in one list. Builds only the rows in view.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::inventory::KeyIndex;
use crate::model::{KeyId, UserName};
use crate::ops::list_row::ListRow;
use crate::tui::context::Shared;
use crate::tui::keymap::Action;
use crate::tui::messages::panes as messages;
use crate::tui::panes::cells::{
    AGE_COLUMNS, BAR_COLUMNS, KEY_ID_COLUMNS, LAST_USED_COLUMNS, STATUS_COLUMNS, age_cell,
    last_used_cell, status_cell,
};
use crate::tui::panes::pane_view::PaneView;
use crate::tui::panes::sorted_list::SortedList;
use crate::tui::render::Theme;
use crate::tui::render::block::{draw_list_pane, draw_paragraph, title};
use crate::tui::render::table::{TableColumn, TableRow, cursor_cell, draw_table, row_style};

/// Minimum columns beside key ID and status for the age.
const MIN_COLUMNS_FOR_AGE: usize = 40;

/// Minimum columns of the user where age and last use have bars.
const USER_COLUMNS_BESIDE_BARS: usize = 25;

/// List of all keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct AllKeysPane {
    /// Rows.
    pub list: SortedList<KeyIndex>,
}

impl AllKeysPane {
    /// Returns the selected key.
    pub(super) fn selected_key<'a>(&self, shared: &'a Shared) -> Option<&'a KeyId> {
        self.list.selected().map(|index| shared.inventory.key_at(index).1)
    }

    /// Returns the owners of the visible keys.
    pub(super) fn visible_users(&self, shared: &Shared) -> Vec<UserName> {
        let owner = |index: &KeyIndex| shared.inventory.facts(shared.inventory.key_at(*index).0);
        self.list.window().iter().map(|index| owner(index).name.clone()).collect()
    }

    /// Returns the keys of all rows, without deleted ones.
    pub(super) fn listed_keys(&self, shared: &Shared) -> Vec<KeyId> {
        let rows = self.list.items().iter();
        let ids = rows.map(|index| shared.inventory.key_at(*index).1);
        ids.filter(|id| shared.inventory.key(id).is_some()).cloned().collect()
    }

    /// Returns the rows for an export, with deleted keys.
    pub(super) fn rows(&self, shared: &Shared) -> Vec<ListRow> {
        let rows = self.list.items().iter().map(|index| {
            let (owner, id) = shared.inventory.key_at(*index);
            let facts = shared.inventory.facts(owner);
            facts
                .key(id)
                .map_or_else(|| ListRow::deleted(facts, id), |key| ListRow::of_key(facts, key))
        });
        rows.collect()
    }

    /// Draws the list.
    pub(super) fn draw(&self, view: &PaneView<'_>, frame: &mut Frame<'_>, area: Rect) {
        let PaneView { shared, theme, .. } = *view;
        let name = messages::all_keys_title(
            self.list.items().len(),
            shared.inventory.coverage().keys,
            view.filter.is_active(),
        );
        let title = title(&name, view.details, theme);
        let position = self.list.position();
        let inside = draw_list_pane(title, position, view.focused, theme, frame, area);
        let columns = KeyColumns::new(usize::from(inside.width), view.name_columns);
        let rows = self.list.visible().map(|(index, is_selected)| {
            let style = row_style(is_selected, view.focused, theme);
            let cells = cells(shared, index, is_selected, columns.has_bars, theme);
            TableRow { cells, style }
        });
        draw_table(&columns.table(), rows.collect(), theme, frame, inside);
        if self.list.items().is_empty() {
            draw_paragraph(&no_keys(view), 2, theme, frame, inside);
        }
    }
}

/// Widths of the columns beside cursor, key ID and status.
struct KeyColumns {
    age: usize,
    user: usize,
    last_used: usize,
    /// Whether age and last use have bars.
    has_bars: bool,
}

impl KeyColumns {
    /// Divides a list of that width, where the longest name has `name` columns. The key ID is never
    /// cut if it fits. Names are as wide as they can be beside a whole last use; in a narrow list
    /// both share the rest. The bars are dropped first, then the age.
    fn new(width: usize, name: usize) -> Self {
        let rest = width.saturating_sub(2 + KEY_ID_COLUMNS + STATUS_COLUMNS);
        let has_bars =
            rest >= AGE_COLUMNS + USER_COLUMNS_BESIDE_BARS + LAST_USED_COLUMNS + 2 * BAR_COLUMNS;
        let bar = if has_bars { BAR_COLUMNS } else { 0 };
        let age = if rest >= MIN_COLUMNS_FOR_AGE { AGE_COLUMNS + bar } else { 0 };
        let (user, last_used) = match rest - age {
            0..5 => (0, 0),
            narrow @ 5..20 => (narrow, 0),
            both => {
                let user =
                    (name + 1).min(both.saturating_sub(LAST_USED_COLUMNS + bar).max(both / 2));
                (user, both - user)
            }
        };
        Self { age, user, last_used, has_bars }
    }

    fn table(&self) -> [TableColumn; 6] {
        [
            ("", 2),
            ("KEY ID", KEY_ID_COLUMNS),
            ("STATUS", STATUS_COLUMNS),
            ("AGE", self.age),
            ("USER", self.user),
            ("LAST USED", self.last_used),
        ]
    }
}

fn no_keys(view: &PaneView<'_>) -> String {
    let coverage = view.shared.inventory.coverage();
    if view.filter.is_active() && coverage.keys > 0 {
        messages::no_key_matches(view.shared.key_for(Action::Cancel))
    } else if coverage.denied > 0 && coverage.read == 0 {
        messages::all_keys_denied(view.shared.key_for(Action::Errors))
    } else if coverage.is_complete() {
        messages::NO_KEYS_IN_ACCOUNT.to_owned()
    } else {
        messages::no_keys_read(view.shared.key_for(Action::FullScan))
    }
}

fn cells<'a>(
    shared: &'a Shared,
    index: KeyIndex,
    is_selected: bool,
    has_bars: bool,
    theme: &Theme,
) -> Vec<Line<'a>> {
    let now = shared.shown_at.wall;
    let (owner, id) = shared.inventory.key_at(index);
    let facts = shared.inventory.facts(owner);
    let cursor = cursor_cell(is_selected, shared.marks.contains(id), theme).into();
    let (id_cell, user) = (id.as_str().into(), facts.name.as_str().into());
    let Some(key) = facts.key(id) else {
        let gone = if facts.is_deleted() { "user deleted" } else { "deleted" };
        return vec![cursor, id_cell, Span::styled(gone, theme.dim).into(), Line::default(), user];
    };
    vec![
        cursor,
        id_cell,
        status_cell(shared, key, theme),
        age_cell(key, now, has_bars, theme),
        user,
        last_used_cell(key, now, has_bars, theme),
    ]
}
