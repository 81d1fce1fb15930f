//! What of the dialog's words there is room for. What matters least is left
//! out first. Where several keys do not fit, a part of their list is shown.

use std::ops::Range;

use jiff::Timestamp;

use crate::tui::app::confirm::Confirm;
use crate::tui::app::confirm::content::{DialogContent, DialogLine, LineTone, dialog_content};
use crate::tui::app::text_wrap::wrap_text;
use crate::tui::layout;

/// The dialog's widest text.
pub(crate) const MAX_TEXT_COLUMNS: u16 = 84;

/// Columns for a line's label.
pub(crate) const LABEL_COLUMNS: usize = 11;

/// Where a list of keys has fewer rows than this, other lines make room.
const MIN_LIST_ROWS: usize = 8;

/// What the dialog shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DialogPage {
    /// Its lines, in their order.
    pub lines: Vec<DialogLine>,
    /// Which of the targets are among them, each whole.
    pub shown: Range<usize>,
}

/// The columns and rows for the dialog's words.
#[derive(Clone, Copy)]
struct DialogRoom {
    width: usize,
    rows: usize,
}

impl DialogRoom {
    fn height<'a>(self, lines: impl IntoIterator<Item = &'a DialogLine>) -> usize {
        lines.into_iter().map(|line| wrapped(line, self.width).len()).sum()
    }
}

/// What a screen of that size shows of the dialog. `None` where not even what
/// it must say has room.
pub(crate) fn lay_out(
    confirm: &Confirm,
    columns: u16,
    rows: u16,
    now: Timestamp,
) -> Option<DialogPage> {
    let (_, inside) = layout::popup_area(columns, rows, MAX_TEXT_COLUMNS, rows);
    // Below the text stand what is typed and the buttons.
    let below = 1 + usize::from(confirm.typed.is_some());
    let room = DialogRoom {
        width: usize::from(inside.width),
        rows: usize::from(inside.height).saturating_sub(below),
    };
    let parts = |brief| dialog_content(confirm, now, brief);
    if confirm.targets.len() == 1 {
        return whole(parts(false), room, 0).or_else(|| whole(parts(true), room, 0));
    }
    // Rather than the warnings, part of the list is left out: it can be gone
    // through.
    let part = |brief| scrolled(parts(brief), brief, confirm.first_target(), room);
    whole(parts(false), room, 1).or_else(|| part(false)).or_else(|| part(true))
}

/// The targets that a screen of that size shows at that time; none where
/// nothing can be confirmed on it.
pub(crate) fn visible_targets(
    confirm: &Confirm,
    (columns, rows): (u16, u16),
    now: Timestamp,
) -> Option<Range<usize>> {
    let page = || lay_out(confirm, columns, rows, now);
    layout::is_usable(columns, rows).then(page).flatten().map(|page| page.shown)
}

/// A line's text in pieces that fit the width beside its label.
pub(crate) fn wrapped(line: &DialogLine, width: usize) -> Vec<String> {
    let indent = if line.label.is_empty() { 0 } else { LABEL_COLUMNS };
    wrap_text(&line.text, width.saturating_sub(indent).max(8))
}

/// All of the targets, and as many of the other lines as have room; those up to
/// that rank in any case.
fn whole(parts: DialogContent, room: DialogRoom, kept: u8) -> Option<DialogPage> {
    let all = parts.keys.len();
    let mut lines: Vec<_> =
        parts.head.into_iter().chain(parts.keys.into_iter().flatten()).chain(parts.tail).collect();
    let mut height = room.height(&lines);
    while height > room.rows {
        let skipped = drop_least_important(&mut [&mut lines], kept)?;
        height -= room.height([&skipped]);
    }
    Some(DialogPage { lines, shown: 0..all })
}

/// A part of the targets, and the lines around their list.
fn scrolled(
    parts: DialogContent,
    brief: bool,
    first: usize,
    room: DialogRoom,
) -> Option<DialogPage> {
    let DialogContent { mut head, mut keys, mut tail } = parts;
    // The change is the head's last line; it shares one where room is short.
    let change = if brief { head.pop() } else { None };
    // Below the list stands which part of it is shown; the reason has its row
    // where there is one to spare.
    let below = 1 + usize::from(room.rows > 2 * MIN_LIST_ROWS);
    let list = |head: &[DialogLine], tail: &[DialogLine]| {
        room.rows.checked_sub(room.height(head.iter().chain(tail)) + below)
    };
    while list(&head, &tail).is_none_or(|rows| rows < MIN_LIST_ROWS.max(room.rows / 2)) {
        if drop_least_important(&mut [&mut head, &mut tail], 0).is_none() {
            break;
        }
    }
    let rows = list(&head, &tail)?;
    for lines in &mut keys {
        while room.height(&*lines) > rows {
            drop_least_important(&mut [lines], 0)?;
        }
    }
    let heights: Vec<_> = keys.iter().map(|lines| room.height(lines)).collect();
    let shown = visible_items(&heights, first, rows);
    let mut lines = head;
    let used: usize = heights[shown.clone()].iter().sum();
    lines.extend(keys.drain(shown.clone()).flatten());
    // The window stays as high as it is wherever the list stands.
    lines.extend((used..rows).map(|_| DialogLine::blank()));
    lines.push(match change {
        Some(change) => DialogLine {
            text: format!("{}, {}", change.text, position(&shown, heights.len(), true)),
            ..change
        },
        None => DialogLine::dim(position(&shown, heights.len(), false)),
    });
    lines.extend(tail);
    Some(DialogPage { lines, shown })
}

/// The items from `first` on that fit, each whole; from further above where
/// there are too few below.
fn visible_items(heights: &[usize], first: usize, rows: usize) -> Range<usize> {
    let fitting = |heights: &mut dyn Iterator<Item = &usize>| {
        let mut left = rows;
        heights
            .take_while(|height| left.checked_sub(**height).inspect(|rest| left = *rest).is_some())
            .count()
    };
    let last = heights.len() - fitting(&mut heights.iter().rev());
    let first = first.min(last);
    first..first + fitting(&mut heights[first..].iter())
}

fn position(shown: &Range<usize>, all: usize, brief: bool) -> String {
    if shown.len() == all {
        return format!("all {all} keys");
    }
    let (arrow, word) = if shown.end < all { ("↓", "shows more") } else { ("↑", "goes back") };
    let part = match shown.len() {
        1 => format!("{} of {all}", shown.end),
        _ => format!("{}–{} of {all}", shown.start + 1, shown.end),
    };
    if brief { format!("{part} {arrow}") } else { format!("{part}, {arrow} {word}") }
}

/// Leaves out the last of the lines that matter least, and gives it back;
/// `None` where only lines up to the rank are left that is kept.
fn drop_least_important(lines: &mut [&mut Vec<DialogLine>], kept: u8) -> Option<DialogLine> {
    let ranks = lines.iter().flat_map(|lines| lines.iter()).map(|line| line.rank);
    let rank = ranks.max().filter(|rank| *rank > kept)?;
    let session_context = |lines: &[DialogLine]| lines.iter().rposition(|line| line.rank == rank);
    let (among, at) = lines
        .iter()
        .enumerate()
        .rev()
        .find_map(|(among, lines)| Some((among, session_context(lines)?)))?;
    Some(lines[among].remove(at))
}

impl DialogLine {
    fn blank() -> Self {
        Self::dim(String::new())
    }

    fn dim(text: String) -> Self {
        Self { label: "", text, tone: LineTone::Dim, rank: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_list_holds_whole_items_and_ends_with_the_last() {
        let heights = [1, 2, 2, 1, 3];
        assert_eq!(visible_items(&heights, 0, 4), 0..2);
        assert_eq!(visible_items(&heights, 1, 4), 1..3);
        assert_eq!(visible_items(&heights, 4, 4), 3..5, "no rows stay empty");
        assert_eq!(visible_items(&heights, 9, 20), 0..5);
    }
}
