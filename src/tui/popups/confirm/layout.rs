//! The layout of the dialog: drops the least important lines until the rest
//! fits. Where several keys do not fit, shows a part of their list.

use std::collections::VecDeque;
use std::ops::Range;

use jiff::Timestamp;
use ratatui::layout::Size;

use crate::tui::popups::confirm::Confirm;
use crate::tui::popups::confirm::content::{
    DialogContent, DialogLine, KEPT_RANK, LABEL_COLUMNS, WANTED_RANK,
};
use crate::tui::popups::confirm::messages::{self, Wording};
use crate::tui::render::text_wrap::wrap_text;
use crate::tui::render::{TextTone, layout};

/// Maximum width of the dialog's text, in columns.
pub(super) const MAX_TEXT_COLUMNS: u16 = 84;

/// Rows that a list of keys gets before other lines are kept.
const MIN_LIST_ROWS: usize = 8;

/// The part of the dialog that fits the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DialogPage {
    /// Its lines, in their order.
    pub lines: Vec<DialogLine>,
    /// The targets among them, each with all its lines.
    pub shown: Range<usize>,
}

/// The columns and rows available for the dialog's lines.
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

/// Lays the dialog out for a screen of that size. Returns `None` if a required
/// line does not fit.
pub(super) fn lay_out(confirm: &Confirm, screen: Size, now: Timestamp) -> Option<DialogPage> {
    let inside = layout::highest_popup_area(screen, MAX_TEXT_COLUMNS).inside;
    // Below the text: the typed confirmation and the buttons.
    let below = 1 + usize::from(confirm.typed.is_some());
    let room = DialogRoom {
        width: usize::from(inside.width),
        rows: usize::from(inside.height).saturating_sub(below),
    };
    // A reason is worth more than a line that can be dropped.
    let beside_reason =
        DialogRoom { rows: room.rows.saturating_sub(usize::from(confirm.has_reason())), ..room };
    let content = |wording| DialogContent { confirm, now, wording, columns: room.width };
    let whole = |wording, kept| {
        let fits = |room| whole(content(wording), kept, room);
        fits(beside_reason).or_else(|| fits(room))
    };
    if confirm.targets.len() == 1 {
        let mut forms = [WANTED_RANK, KEPT_RANK]
            .into_iter()
            .flat_map(|kept| [Wording::Full, Wording::Brief].map(|wording| (wording, kept)));
        return forms.find_map(|(wording, kept)| whole(wording, kept));
    }
    // Cut the list rather than the warnings: it can be scrolled.
    let part = |wording, kept| {
        let fits = |room| scrolled(content(wording), kept, room);
        fits(beside_reason).or_else(|| fits(room))
    };
    whole(Wording::Full, WANTED_RANK)
        .or_else(|| part(Wording::Full, WANTED_RANK))
        .or_else(|| part(Wording::Brief, WANTED_RANK))
        .or_else(|| part(Wording::Full, KEPT_RANK))
        .or_else(|| part(Wording::Brief, KEPT_RANK))
}

/// Returns the targets that a screen of that size shows; `None` if nothing can
/// be confirmed on it.
pub(super) fn visible_targets(
    confirm: &Confirm,
    screen: Size,
    now: Timestamp,
) -> Option<Range<usize>> {
    let page = || lay_out(confirm, screen, now);
    layout::is_usable(screen).then(page).flatten().map(|page| page.shown)
}

/// Wraps a line's text to the width beside its label.
pub(super) fn wrapped(line: &DialogLine, width: usize) -> Vec<String> {
    let indent = if line.label.is_empty() { 0 } else { LABEL_COLUMNS };
    wrap_text(&line.text, width.saturating_sub(indent).max(8))
}

/// Lays out all targets, with as many of the other lines as fit, the most important ones first.
/// Returns `None` if the lines up to the rank `kept` do not fit.
fn whole(content: DialogContent<'_>, kept: u8, room: DialogRoom) -> Option<DialogPage> {
    let all = content.confirm.targets.len();
    // Each takes a row at least.
    if all > room.rows {
        return None;
    }
    let keys = (0..all).flat_map(|at| content.key(at));
    let lines: Vec<_> = content.head().into_iter().chain(keys).chain(content.tail()).collect();
    let mut by_rank: Vec<_> = (0..lines.len()).collect();
    by_rank.sort_unstable_by_key(|at| (lines[*at].rank, *at));
    let mut fits = vec![false; lines.len()];
    let mut left = room.rows;
    for at in by_rank {
        match left.checked_sub(room.height([&lines[at]])) {
            Some(rest) => (left, fits[at]) = (rest, true),
            None if lines[at].rank <= kept => return None,
            None => {}
        }
    }
    let lines = lines.into_iter().zip(fits).filter(|(_, fits)| *fits).map(|(line, _)| line);
    Some(DialogPage { lines: lines.collect(), shown: 0..all })
}

/// Lays out a part of the targets, and the lines around their list. Builds only the lines of the
/// targets in view. Returns `None` if the lines around the list up to the rank `kept` do not fit,
/// or if whole sentences leave too few rows for the list.
fn scrolled(content: DialogContent<'_>, kept: u8, room: DialogRoom) -> Option<DialogPage> {
    let (mut head, mut tail) = (content.head(), content.tail());
    // The change is the head's last line; if brief, it shares the list's last line.
    let change = if content.wording == Wording::Brief { head.pop() } else { None };
    // Below the list: its position, and the reason if there is a row to spare.
    let below = 1 + usize::from(room.rows > 2 * MIN_LIST_ROWS);
    let list = |head: &[DialogLine], tail: &[DialogLine]| {
        room.rows.checked_sub(room.height(head.iter().chain(tail)) + below)
    };
    while list(&head, &tail).is_none_or(|rows| rows < MIN_LIST_ROWS.max(room.rows / 2)) {
        if drop_least_important(&mut [&mut head, &mut tail], kept).is_none() {
            break;
        }
    }
    let is_long = content.wording == Wording::Full && kept >= WANTED_RANK;
    let rows = list(&head, &tail).filter(|rows| !is_long || *rows >= MIN_LIST_ROWS)?;
    let item = |at| {
        let mut lines = content.key(at);
        while room.height(&lines) > rows {
            drop_least_important(&mut [&mut lines], KEPT_RANK)?;
        }
        Some((room.height(&lines), lines))
    };
    let (all, first) = (content.confirm.targets.len(), content.confirm.first_target);
    let (shown, keys) = visible_items(all, first, rows, item)?;
    let mut lines = head;
    let above = lines.len();
    lines.extend(keys.into_iter().flatten());
    // Keep the height of the popup while scrolling.
    let used = room.height(&lines[above..]);
    lines.extend((used..rows).map(|_| DialogLine::blank()));
    lines.push(match change {
        Some(change) => DialogLine {
            text: format!("{}, {}", change.text, position(&shown, all, Wording::Brief)),
            ..change
        },
        None => DialogLine::dim(position(&shown, all, Wording::Full)),
    });
    lines.extend(tail);
    Some(DialogPage { lines, shown })
}

/// Returns the items from `first` on that fit as a whole, and their range; starts earlier if there
/// are too few below. `item` returns the height of an item, and the item; `None` if it never fits.
/// Asks only for those in view, and the ones beside them.
fn visible_items<T>(
    all: usize,
    first: usize,
    rows: usize,
    item: impl Fn(usize) -> Option<(usize, T)>,
) -> Option<(Range<usize>, VecDeque<T>)> {
    let first = first.min(all.saturating_sub(1));
    let (mut shown, mut items, mut left) = (first..first, VecDeque::new(), rows);
    while shown.end < all {
        let (height, next) = item(shown.end)?;
        let Some(rest) = left.checked_sub(height) else { return Some((shown, items)) };
        left = rest;
        items.push_back(next);
        shown.end += 1;
    }
    while shown.start > 0 {
        let (height, previous) = item(shown.start - 1)?;
        let Some(rest) = left.checked_sub(height) else { break };
        left = rest;
        items.push_front(previous);
        shown.start -= 1;
    }
    Some((shown, items))
}

fn position(shown: &Range<usize>, all: usize, wording: Wording) -> String {
    messages::position(shown.start + 1, shown.end, all, wording)
}

/// Removes and returns the last of the least important lines. Returns `None` if
/// only lines up to the rank `kept` are left.
fn drop_least_important(lines: &mut [&mut Vec<DialogLine>], kept: u8) -> Option<DialogLine> {
    let ranks = lines.iter().flat_map(|lines| lines.iter()).map(|line| line.rank);
    let rank = ranks.max().filter(|rank| *rank > kept)?;
    let position = |lines: &[DialogLine]| lines.iter().rposition(|line| line.rank == rank);
    let (group, at) = lines
        .iter()
        .enumerate()
        .rev()
        .find_map(|(group, lines)| Some((group, position(lines)?)))?;
    Some(lines[group].remove(at))
}

impl DialogLine {
    fn blank() -> Self {
        Self::dim(String::new())
    }

    fn dim(text: String) -> Self {
        Self { label: "", text, tone: TextTone::Dim, rank: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_a_list_holds_whole_items_and_ends_with_the_last() {
        let heights = [1, 2, 2, 1, 3];
        let shown = |first, rows| {
            let item = |at: usize| Some((heights[at], at));
            let (shown, items) = visible_items(heights.len(), first, rows, item).unwrap();
            assert!(shown.clone().eq(items), "{shown:?}");
            shown
        };
        assert_eq!(shown(0, 4), 0..2);
        assert_eq!(shown(1, 4), 1..3);
        assert_eq!(shown(4, 4), 3..5, "no rows stay empty");
        assert_eq!(shown(9, 20), 0..5);
        assert_eq!(visible_items(2, 0, 4, |at| (at == 1).then_some((1, at))), None);
    }

    #[test]
    fn only_the_items_in_view_are_built() {
        let built = std::cell::Cell::new(0);
        let item = |at: usize| {
            built.set(built.get() + 1);
            Some((2, at))
        };
        for first in [0, 5_000, 13_399, 20_000] {
            built.set(0);
            let (shown, _) = visible_items(13_400, first, 30, item).unwrap();
            assert_eq!(shown.len(), 15);
            assert!(built.get() <= 17, "{} of 13,400 items", built.get());
        }
    }
}
