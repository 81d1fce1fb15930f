//! View of the command palette and of the help.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use crate::tui::context::Shared;
use crate::tui::keymap::Action;
use crate::tui::messages::action_list as messages;
use crate::tui::messages::shared::lines_in_view;
use crate::tui::popups::action_list::entries::{EntryKind, EntryLine};
use crate::tui::popups::action_list::{ActionList, CURSOR_COLUMNS, INPUT_ROWS, ListKind};
use crate::tui::popups::component::Component as _;
use crate::tui::popups::hint_title::hint_title;
use crate::tui::popups::input_line::draw_input;
use crate::tui::render::Theme;
use crate::tui::render::block::{draw_popup, draw_row};
use crate::tui::render::table::{cursor_cell, row_style};

impl ActionList {
    /// Draws the popup.
    pub(super) fn draw_list(&self, shared: &Shared, theme: &Theme, frame: &mut Frame<'_>) {
        let area = self.area(shared.size);
        let name = match self.kind {
            ListKind::Palette => messages::PALETTE_TITLE,
            ListKind::Help => messages::HELP_TITLE,
        };
        let title = hint_title(name, self.position(), &self.hints(shared), area.frame, theme);
        draw_popup(title, area, theme, frame);
        let inside = area.inside;
        if self.typing || !self.input.value().is_empty() {
            draw_input(&self.input, theme, frame, inside, 0);
        } else {
            let text = messages::filter_help(shared.key_for(Action::Filter), self.runs_actions());
            let text = theme.glyphs.fit(&text, text.width().min(usize::from(inside.width)));
            draw_row(vec![Span::styled(text, theme.dim)], theme.plain, frame, inside, 0);
        }
        let lines = Rect {
            y: inside.y + INPUT_ROWS.min(inside.height),
            height: inside.height.saturating_sub(INPUT_ROWS),
            ..inside
        };
        self.draw_lines(theme, frame, lines);
        if self.lines.items().is_empty() {
            let text = match self.kind {
                ListKind::Palette => messages::no_action_matches(shared.key_for(Action::Help)),
                ListKind::Help => messages::NOTHING_MATCHES.to_owned(),
            };
            draw_row(vec![Span::styled(text, theme.dim)], theme.plain, frame, lines, 0);
        }
    }

    fn draw_lines(&self, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
        let window = self.lines.window();
        let selected = self.lines.selected();
        let mut last = None;
        for (row, line) in window.iter().enumerate() {
            let is_selected = selected.is_some_and(|selected| selected.entry == line.entry);
            let is_first = last != Some(line.entry);
            last = Some(line.entry);
            let cursor = cursor_cell(is_selected && is_first, false, theme);
            let room = usize::from(area.width).saturating_sub(CURSOR_COLUMNS);
            let (left, text) = fitted(line, room, theme);
            let (left_style, text_style) = match line.kind {
                EntryKind::Heading => (theme.strong, theme.strong),
                EntryKind::Action(_) | EntryKind::PopupKey => (theme.key, theme.plain),
                EntryKind::Term => (theme.plain, theme.plain),
                EntryKind::Impossible(_) | EntryKind::Note => (theme.dim, theme.dim),
            };
            let spans =
                vec![cursor, Span::styled(left, left_style), Span::styled(text, text_style)];
            draw_row(spans, row_style(is_selected, true, theme), frame, area, row);
        }
    }

    /// Returns which lines are in view; empty if all are.
    fn position(&self) -> String {
        let position = self.lines.position();
        if position.rows <= position.height {
            return String::new();
        }
        let last = (position.top + position.height).min(position.rows);
        lines_in_view(position.top + 1, last, position.rows)
    }
}

/// Returns the texts of a line, cut to a width.
fn fitted(line: &EntryLine, width: usize, theme: &Theme) -> (String, String) {
    let left = line.left.width().min(width);
    let text = line.text.width().min(width - left);
    (theme.glyphs.fit(&line.left, left), theme.glyphs.fit(&line.text, text))
}
