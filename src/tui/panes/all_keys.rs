//! The Keys view: every key of the account in one list. Builds only the rows in view.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::inventory::KeyIndex;
use crate::model::{KeyId, UserName};
use crate::tui::context::Shared;
use crate::tui::keymap::Action;
use crate::tui::messages::panes as messages;
use crate::tui::panes::cells::{age_cell, cursor_cell, last_used_cell, row_style, status_cell};
use crate::tui::panes::pane_view::PaneView;
use crate::tui::panes::sorted_list::SortedList;
use crate::tui::render::Theme;
use crate::tui::render::block::{draw_list_pane, draw_paragraph, title};
use crate::tui::render::table::{TableColumn, TableRow, draw_table};

/// Minimum columns beside key ID and status for the age.
const MIN_COLUMNS_FOR_AGE: usize = 40;

/// Maximum columns of the user.
const MAX_USER_COLUMNS: usize = 40;

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
        let owner = |index: &KeyIndex| shared.inventory.at(shared.inventory.key_at(*index).0);
        self.list.list().window().1.iter().map(|index| owner(index).name.clone()).collect()
    }

    /// Returns the keys of all rows, without deleted ones.
    pub(super) fn listed_keys(&self, shared: &Shared) -> Vec<KeyId> {
        let rows = self.list.list().items().iter();
        let ids = rows.map(|index| shared.inventory.key_at(*index).1);
        ids.filter(|id| shared.inventory.key(id).is_some()).cloned().collect()
    }

    /// Draws the list.
    pub(super) fn draw(&self, view: &PaneView<'_>, frame: &mut Frame<'_>, area: Rect) {
        let PaneView { shared, theme, .. } = *view;
        let list = self.list.list();
        let name = messages::all_keys_title(
            list.items().len(),
            shared.inventory.coverage().keys,
            view.filter.is_active(),
        );
        let title = title(&name, view.details, theme);
        let inside = draw_list_pane(title, list.position(), view.focused, theme, frame, area);
        let (_, window) = list.window();
        let rows = window.iter().enumerate().map(|(line, index)| {
            let is_selected = list.cursor_line() == Some(line);
            let style = row_style(is_selected, view.focused, theme);
            TableRow::new(cells(shared, *index, is_selected, theme), style)
        });
        draw_table(&columns(usize::from(inside.width)), rows.collect(), theme, frame, inside);
        if window.is_empty() {
            draw_paragraph(&no_keys(view), 2, theme, frame, inside);
        }
    }
}

/// Returns the columns of a list of that width. The key ID is never cut if it fits; user and last
/// use share the rest; the age is dropped first.
fn columns(width: usize) -> [TableColumn; 6] {
    let (id, status) = (22, 13);
    let rest = width.saturating_sub(2 + id + status);
    let age = if rest >= MIN_COLUMNS_FOR_AGE { 8 } else { 0 };
    let (user, last_used) = match rest - age {
        0..5 => (0, 0),
        narrow @ 5..20 => (narrow, 0),
        both => {
            let user = (both / 2).min(MAX_USER_COLUMNS);
            (user, both - user)
        }
    };
    [
        ("", 2),
        ("KEY ID", id),
        ("STATUS", status),
        ("AGE", age),
        ("USER", user),
        ("LAST USED", last_used),
    ]
}

fn no_keys(view: &PaneView<'_>) -> String {
    let coverage = view.shared.inventory.coverage();
    if view.filter.is_active() && coverage.keys > 0 {
        messages::no_key_matches(view.shared.key_for(Action::Cancel))
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
    theme: &Theme,
) -> Vec<Span<'a>> {
    let now = shared.shown_at.wall;
    let (owner, id) = shared.inventory.key_at(index);
    let facts = shared.inventory.at(owner);
    let mut cells =
        vec![cursor_cell(is_selected, shared.marks.contains(id), theme), Span::raw(id.as_str())];
    let user = Span::raw(facts.name.as_str());
    if let Some(key) = facts.key(id) {
        cells.extend([
            status_cell(shared, key, theme),
            age_cell(key, now),
            user,
            last_used_cell(key, now, theme),
        ]);
    } else {
        let gone = if facts.is_deleted() { "user deleted" } else { "deleted" };
        cells.extend([Span::styled(gone, theme.dim), Span::raw(""), user]);
    }
    cells
}
