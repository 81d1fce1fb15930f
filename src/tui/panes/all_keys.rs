//! The Keys view: every key of the account in one list. Builds only the rows in view.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::inventory::{KeyIndex, UserIndex};
use crate::model::{KeyId, UserName};
use crate::ops::list_row::ListRow;
use crate::tui::context::Shared;
use crate::tui::keymap::Action;
use crate::tui::messages::panes as messages;
use crate::tui::panes::key_table::KeyColumns;
use crate::tui::panes::pane_view::PaneView;
use crate::tui::panes::sorted_list::SortedList;
use crate::tui::render::Theme;
use crate::tui::render::block::{draw_list_pane, draw_paragraph, title};
use crate::tui::render::table::{TableRow, cursor_cell, draw_table, row_style};

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
            &shared.inventory.coverage(),
            view.filter.is_active(),
        );
        let title = title(&name, view.details, theme);
        let position = self.list.position();
        let inside = draw_list_pane(title, position, view.focused, theme, frame, area);
        let columns = KeyColumns::with_user(usize::from(inside.width), view.name_columns);
        let rows = self.list.visible().map(|(index, is_selected)| {
            let style = row_style(is_selected, view.focused, theme);
            let (owner, id) = shared.inventory.key_at(index);
            let facts = shared.inventory.facts(owner);
            let cells = match facts.key(id) {
                Some(key) => {
                    columns.cells(shared, key, Some(facts.name.as_str()), is_selected, theme)
                }
                None => deleted_cells(shared, (owner, id), is_selected, theme),
            };
            TableRow { cells, style }
        });
        draw_table(&columns.table(), rows.collect(), theme, frame, inside);
        if self.list.items().is_empty() {
            draw_paragraph(&no_keys(view, self.list.undecided), 2, theme, frame, inside);
        }
    }
}

/// Returns the reason for a list without keys; the filter cannot decide `undecided` of them.
fn no_keys(view: &PaneView<'_>, undecided: usize) -> String {
    let coverage = view.shared.inventory.coverage();
    if undecided > 0 {
        messages::no_known_match(undecided, "key", view.shared.key_for(Action::Cancel))
    } else if view.filter.is_active() && coverage.keys > 0 {
        messages::no_key_matches(view.shared.key_for(Action::Cancel))
    } else if coverage.denied > 0 && coverage.read == 0 {
        messages::all_keys_denied(view.shared.key_for(Action::Errors))
    } else if coverage.is_complete() {
        messages::NO_KEYS_IN_ACCOUNT.to_owned()
    } else if view.shared.inventory.is_scanning() {
        messages::READING_ALL_KEYS.to_owned()
    } else {
        messages::no_keys_read(view.shared.key_for(Action::FullScan))
    }
}

/// Returns the cells of a key that IAM no longer lists.
fn deleted_cells<'a>(
    shared: &'a Shared,
    (owner, id): (UserIndex, &'a KeyId),
    is_selected: bool,
    theme: &Theme,
) -> Vec<Line<'a>> {
    let facts = shared.inventory.facts(owner);
    let gone = if facts.is_deleted() { "user deleted" } else { "deleted" };
    vec![
        cursor_cell(is_selected, shared.marks.contains(id), theme).into(),
        id.as_str().into(),
        Span::styled(gone, theme.dim).into(),
        Line::default(),
        facts.name.as_str().into(),
    ]
}
