//! The keys pane: the access keys of the selected user.

use ratatui::Frame;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr as _;

use crate::inventory::{UserFacts, UserIndex};
use crate::model::{KeyId, Known};
use crate::tui::context::Shared;
use crate::tui::keymap::Action;
use crate::tui::messages::panes as messages;
use crate::tui::panes::cursor_list::CursorList;
use crate::tui::panes::key_table::KeyColumns;
use crate::tui::panes::pane_view::PaneView;
use crate::tui::render::block::{draw_list_pane, draw_paragraph, title};
use crate::tui::render::table::{TableRow, draw_table, row_style};

/// Keys of the selected user.
#[derive(Clone, Debug, Default)]
pub(crate) struct UserKeysPane {
    /// Rows.
    pub list: CursorList<KeyId>,
}

/// Rows for the reason why keys could not be read, which ends with what to do.
const ERROR_ROWS: u16 = 6;

impl UserKeysPane {
    /// Returns the rows that the keys of a user take, or the reason why they are not read.
    pub(crate) fn rows(&self, user: Option<UserIndex>, shared: &Shared) -> u16 {
        match user.map(|user| &shared.inventory.facts(user).keys) {
            Some(Known::Denied(_) | Known::Failed(_)) => ERROR_ROWS,
            _ => u16::try_from(self.list.items().len()).unwrap_or(u16::MAX),
        }
    }

    /// Shows the keys of a user.
    pub(super) fn show_user(&mut self, user: Option<UserIndex>, shared: &Shared) {
        let keys = user.map_or(&[][..], |index| shared.inventory.facts(index).live_keys());
        let is_shown = keys.iter().map(|key| &key.id).eq(self.list.items());
        if !is_shown {
            self.list.show(keys.iter().map(|key| key.id.clone()).collect());
        }
    }

    /// Draws the keys of the selected user.
    pub(super) fn draw(
        &self,
        user: Option<UserIndex>,
        view: &PaneView<'_>,
        frame: &mut Frame<'_>,
        area: Rect,
    ) {
        let PaneView { shared, theme, .. } = *view;
        let facts = user.map(|index| shared.inventory.facts(index));
        let (name, more) = match facts {
            Some(facts) => (messages::keys_of(&facts.name), messages::read_at(&facts.keys)),
            None => (messages::KEYS.to_owned(), String::new()),
        };
        let room = usize::from(area.width).saturating_sub(more.len() + 8);
        let name = theme.glyphs.fit(&name, room.min(name.width()));
        let title = title(&name, &more, theme);
        let inside = draw_list_pane(title, self.list.position(), view.focused, theme, frame, area);
        let Some(facts) = facts else { return };
        let columns = KeyColumns::of_user(usize::from(inside.width));
        let rows = self.list.visible().filter_map(|(id, is_selected)| {
            let cells = columns.cells(shared, facts.key(id)?, None, is_selected, theme);
            // The cursor stays visible without the focus, but not underlined.
            let style = if is_selected && !view.focused {
                theme.strong
            } else {
                row_style(is_selected, view.focused, theme)
            };
            Some(TableRow { cells, style })
        });
        draw_table(&columns.table(), rows.collect(), theme, frame, inside);
        if self.list.items().is_empty() {
            draw_paragraph(&no_keys(shared, facts), 1, theme, frame, inside);
        }
    }
}

/// Returns the reason for a list without keys.
fn no_keys(shared: &Shared, facts: &UserFacts) -> String {
    match &facts.keys {
        Known::Live { .. } => messages::NO_KEYS.to_owned(),
        Known::Denied(failure) => {
            messages::keys_denied(&failure.error, shared.key_for(Action::Errors))
        }
        Known::Failed(failure) => {
            messages::keys_failed(&failure.error, shared.key_for(Action::Refresh))
        }
        Known::Vanished { at } => messages::user_gone(*at),
        Known::NotRead | Known::Reported { .. } => messages::keys_not_read_yet(
            facts.report.as_ref().map(|(row, at)| (row.keys.len(), *at)),
        ),
    }
}
