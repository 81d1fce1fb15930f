//! Hints of the footer: as many as fit, the most important ones first, beside the filter if there
//! is one.

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use crate::model::Direction;
use crate::tui::context::Shared;
use crate::tui::keymap::{ACTIONS, Action, Keymap};
use crate::tui::messages::{organization as messages, overview};
use crate::tui::panes::{Panes, View};
use crate::tui::render::Theme;
use crate::tui::render::block::draw_row;

/// A key and a label for what it does now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FooterHint {
    /// Drop order in a narrow footer: the highest rank goes first, 0 last.
    pub rank: u8,
    /// Key, or several separated by spaces.
    pub key: String,
    /// Label.
    pub label: Cow<'static, str>,
}

impl FooterHint {
    /// Returns a hint.
    pub(crate) fn new(rank: u8, key: &str, label: impl Into<Cow<'static, str>>) -> Self {
        Self { rank, key: key.to_owned(), label: label.into() }
    }

    /// Returns a hint for the first key of an action; `None` if it has none.
    pub(crate) fn of_action(
        rank: u8,
        action: Action,
        label: &'static str,
        keymap: &Keymap,
    ) -> Option<Self> {
        Some(Self::new(rank, keymap.keys(action).next()?, label))
    }
}

/// Draws the hints that fit.
pub(crate) fn draw_hints(hints: Vec<FooterHint>, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let mut spans = vec![Span::raw(" ")];
    for hint in fitting(hints, usize::from(area.width).saturating_sub(1)) {
        spans.push(Span::styled(hint.key, theme.key));
        spans.push(Span::raw(format!(" {}  ", hint.label)));
    }
    draw_row(spans, theme.plain, frame, area, 0);
}

/// Returns the hints that fit, in their order.
fn fitting(mut hints: Vec<FooterHint>, width: usize) -> Vec<FooterHint> {
    // The spaces after the last hint may be cut.
    let columns = |hints: &[FooterHint]| -> usize {
        hints
            .iter()
            .map(|hint| hint.key.width() + hint.label.width() + 3)
            .sum::<usize>()
            .saturating_sub(2)
    };
    while columns(&hints) > width {
        let Some(least) = hints.iter().map(|hint| hint.rank).max() else { break };
        let Some(last) = hints.iter().rposition(|hint| hint.rank == least) else { break };
        hints.remove(last);
    }
    hints
}

/// Returns the hints for the panes. With marked keys, they are about these.
pub(crate) fn pane_hints(panes: &Panes, shared: &Shared) -> Vec<FooterHint> {
    let shown = ACTIONS.iter().filter(|spec| {
        panes.is_possible(spec.action, shared) && is_useful(spec.action, panes, shared)
    });
    let is_sum = panes.view == View::Organization && panes.organization.shows_overview();
    let marked = shared.marks.len();
    let hint = shown.filter_map(|spec| {
        let key = shared.options.keymap.keys(spec.action).next()?;
        let hint = |rank, label| FooterHint::new(rank, key, label);
        Some(match spec.action {
            Action::Open if is_sum => hint(0, messages::OPEN_BAR),
            Action::View if is_sum => hint(2, messages::ACCOUNTS),
            Action::View if panes.view == View::Organization => hint(4, messages::OVERVIEW),
            Action::Open if panes.view == View::Organization => hint(0, messages::OPEN_ACCOUNT),
            Action::Open if panes.view == View::Overview => hint(0, overview::OPEN_BAR),
            Action::Organization if panes.view == View::Organization => hint(0, messages::BACK),
            // It is about keys, of which none is shown.
            Action::Undo if panes.view == View::Organization => hint(5, spec.label),
            Action::Deactivate if marked > 0 => {
                FooterHint::new(0, key, format!("{} {marked}", spec.label))
            }
            Action::Activate if marked > 0 => {
                FooterHint::new(2, key, format!("{} {marked}", spec.label))
            }
            // It is the only change that is possible. It takes the columns of its opposite, so that
            // the other hints stay where they are from one key to the next.
            Action::Activate if !panes.is_possible(Action::Deactivate, shared) => {
                let columns = Direction::Deactivate.verb().len();
                // What was just deactivated should rather be looked into.
                let rank = if shared.has_changed() { 4 } else { 1 };
                FooterHint::new(rank, key, format!("{:columns$}", spec.label))
            }
            Action::Mark if marked > 0 => hint(2, "mark, unmark"),
            Action::MarkAll => hint(2, spec.label),
            // After a change, what the key has done matters more than other keys.
            Action::Find | Action::Filter if shared.has_changed() => hint(4, spec.label),
            Action::Cancel => {
                let (rank, label) = panes.what_cancel_clears(shared)?.hint();
                hint(rank, label)
            }
            _ => hint(spec.footer?, spec.label),
        })
    });
    hint.collect()
}

/// Returns whether the footer shows the possible action: only once it is of use.
fn is_useful(action: Action, panes: &Panes, shared: &Shared) -> bool {
    match action {
        // It is about the selected key, and may activate it.
        Action::Toggle => shared.marks.is_empty(),
        Action::MarkAll => panes.filter.is_active() && shared.marks.is_empty(),
        Action::Watch => !shared.watch.is_on(),
        Action::AwsCommands => shared.has_changed(),
        Action::Errors => {
            let coverage = shared.inventory.coverage();
            // Rows that could not be read have their errors there alone.
            coverage.failed + coverage.denied > 0 || !shared.notifications.undismissed().is_empty()
        }
        _ => true,
    }
}
