//! Summary of what a key has done: one column of lines, of which some can be opened.

use std::collections::BTreeSet;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::model::KeyId;
use crate::ops::activity::Activity;
use crate::tui::panes::{CursorList, CursorMove};
use crate::tui::popups::activity::summary_lines::SummaryLine;
use crate::tui::popups::activity::summary_rows::{SummaryItem, items};
use crate::tui::render::Theme;
use crate::tui::render::block::draw_row;
use crate::tui::render::table::{cursor_cell, row_style};

/// Cursor in the summary.
#[derive(Clone, Debug, Default)]
pub(super) struct Summary {
    items: CursorList<SummaryItem>,
    /// Generation of the activity that the items were taken from.
    generation: Option<u64>,
}

impl Summary {
    /// Returns the selected line.
    pub(super) fn selected(&self) -> Option<&SummaryItem> {
        self.items.selected()
    }

    /// Moves the cursor to another line that can be opened.
    pub(super) fn go(&mut self, step: CursorMove) {
        self.items.go(step);
    }

    /// Brings the lines that can be opened up to date.
    pub(super) fn settle(&mut self, activity: &Activity, inside: Rect) {
        // A page of the cursor moves by the items that are in view at least.
        self.items.set_height(usize::from(inside.height / 2));
        let generation = activity.generation();
        if self.generation != Some(generation) {
            self.generation = Some(generation);
            self.items.show(items(activity));
        }
    }

    /// Returns the index of the first line in view.
    pub(super) fn first(&self, lines: &[SummaryLine], inside: Rect) -> usize {
        let height = usize::from(inside.height);
        let selected = self.items.selected();
        let at =
            lines.iter().position(|line| line.item.is_some() && line.item.as_ref() == selected);
        let last_first = lines.len().saturating_sub(height);
        // The last item shows what is below it.
        if at.is_some() && selected == self.items.items().last() {
            return last_first;
        }
        at.unwrap_or(0).saturating_sub(height * 2 / 3).min(last_first)
    }

    /// Draws the lines in view.
    pub(super) fn draw(
        &self,
        lines: Vec<SummaryLine>,
        marked: &BTreeSet<KeyId>,
        theme: &Theme,
        frame: &mut Frame<'_>,
        inside: Rect,
    ) {
        let height = usize::from(inside.height);
        let first = self.first(&lines, inside);
        for (row, line) in lines.into_iter().skip(first).take(height).enumerate() {
            let is_selected = line.item.is_some() && line.item.as_ref() == self.items.selected();
            let is_marked =
                matches!(&line.item, Some(SummaryItem::Issued(key)) if marked.contains(key));
            let cursor = line.item.as_ref().map(|_| cursor_cell(is_selected, is_marked, theme));
            let spans = cursor.into_iter().chain(line.spans).collect();
            draw_row(spans, row_style(is_selected, true, theme), frame, inside, row);
        }
    }
}
