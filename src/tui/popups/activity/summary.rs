//! Summary of what a key has done: one column of lines, of which some can be opened.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::ops::activity::Activity;
use crate::tui::context::Marks;
use crate::tui::panes::{CursorList, CursorMove, page_rows};
use crate::tui::popups::activity::summary_lines::SummaryLine;
use crate::tui::popups::activity::summary_rows::{SummaryItem, items};
use crate::tui::render::Theme;
use crate::tui::render::block::draw_row;
use crate::tui::render::table::{cursor_cell, row_style};

/// Cursor in the summary, and the part of it in view.
#[derive(Clone, Debug, Default)]
pub(super) struct Summary {
    items: CursorList<SummaryItem>,
    /// Generation of the activity that the items were taken from.
    generation: Option<u64>,
    /// Line of the screen that the selected one is on; outside the area if it was scrolled away.
    row: isize,
    /// Rows of the area.
    height: usize,
}

impl Summary {
    /// Returns the selected line.
    pub(super) fn selected(&self) -> Option<&SummaryItem> {
        self.items.selected()
    }

    /// Moves the cursor to another line that can be opened, or scrolls by a line where the next of
    /// them is not in view: every line can be reached.
    pub(super) fn go(&mut self, step: CursorMove, lines: &[SummaryLine]) {
        let mut viewport = self.viewport(lines);
        match step {
            CursorMove::By(count) => {
                for _ in 0..count.unsigned_abs() {
                    viewport.step(count > 0);
                }
            }
            CursorMove::Pages(pages) => {
                viewport.scroll(pages.saturating_mul(page_rows(self.height)));
            }
            CursorMove::First => viewport.scroll(isize::MIN),
            CursorMove::Last => {
                viewport.selected = viewport.items.last().copied().unwrap_or_default();
                viewport.scroll(isize::MAX);
            }
            CursorMove::ToLine(_) => {}
        }
        let (first, selected) = (viewport.first, viewport.selected);
        if let Some(item) = lines.get(selected).and_then(|line| line.item.as_ref()) {
            self.items.select(item);
        }
        self.row = distance(first, selected);
    }

    /// Brings the lines that can be opened up to date.
    pub(super) fn settle(&mut self, activity: &Activity, inside: Rect) {
        let height = usize::from(inside.height);
        if self.height != height {
            self.height = height;
            let last = isize::try_from(height.saturating_sub(1)).unwrap_or(0);
            self.row = self.row.clamp(0, last);
        }
        let generation = activity.generation();
        if self.generation != Some(generation) {
            self.generation = Some(generation);
            self.items.show(items(activity));
        }
    }

    /// Returns the index of the first line in view.
    pub(super) fn first(&self, lines: &[SummaryLine]) -> usize {
        self.viewport(lines).first
    }

    fn viewport(&self, lines: &[SummaryLine]) -> Viewport {
        let is_item = |line: &SummaryLine| line.item.is_some();
        let is_selected =
            |line: &SummaryLine| is_item(line) && line.item.as_ref() == self.selected();
        let selected = lines.iter().position(is_selected).unwrap_or(0);
        let last_first = lines.len().saturating_sub(self.height);
        let first = distance(0, selected).saturating_sub(self.row).max(0).unsigned_abs();
        Viewport {
            items: (0..lines.len()).filter(|at| lines.get(*at).is_some_and(is_item)).collect(),
            selected,
            first: first.min(last_first),
            last_first,
            height: self.height,
        }
    }

    /// Draws the lines in view.
    pub(super) fn draw(
        &self,
        lines: Vec<SummaryLine>,
        marked: &Marks,
        theme: &Theme,
        frame: &mut Frame<'_>,
        inside: Rect,
    ) {
        let height = usize::from(inside.height);
        let first = self.first(&lines);
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

/// Part of the lines in view while the cursor moves. All are indexes of lines.
struct Viewport {
    /// Lines that can be opened, in order.
    items: Vec<usize>,
    selected: usize,
    first: usize,
    last_first: usize,
    height: usize,
}

impl Viewport {
    /// Selects the next item, or the one before, if it is in view or becomes so by one line;
    /// scrolls by one line otherwise.
    fn step(&mut self, down: bool) {
        let (next, by) = if down {
            (self.items.iter().find(|at| **at > self.selected), 1)
        } else {
            (self.items.iter().rev().find(|at| **at < self.selected), -1)
        };
        let next = next.copied();
        if let Some(next) = next.filter(|next| self.is_in_view(*next)) {
            self.selected = next;
            return;
        }
        self.first = self.first.saturating_add_signed(by).min(self.last_first);
        if let Some(next) = next.filter(|next| self.is_in_view(*next)) {
            self.selected = next;
        }
    }

    /// Scrolls by a number of lines, and selects the item in view that is nearest to the end that
    /// it scrolls to.
    fn scroll(&mut self, by: isize) {
        self.first = self.first.saturating_add_signed(by).min(self.last_first);
        let mut in_view = self.items.iter().filter(|at| self.is_in_view(**at));
        let nearest = if by > 0 { in_view.next_back() } else { in_view.next() };
        self.selected = nearest.copied().unwrap_or(self.selected);
    }

    fn is_in_view(&self, line: usize) -> bool {
        (self.first..self.first + self.height).contains(&line)
    }
}

/// Returns how far a line is below another.
fn distance(from: usize, to: usize) -> isize {
    let lines = |index: usize| isize::try_from(index).unwrap_or(isize::MAX);
    lines(to).saturating_sub(lines(from))
}
