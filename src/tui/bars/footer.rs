//! Footer: the filter while there is one, else as many hints as fit, the most important ones first.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use crate::tui::bars::footer_hint::FooterHint;
use crate::tui::context::Shared;
use crate::tui::keymap::{ACTIONS, Action};
use crate::tui::messages::{organization as messages, overview};
use crate::tui::panes::{Panes, View};
use crate::tui::render::Theme;
use crate::tui::render::block::draw_row;

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
        hints.retain(|hint| hint.rank != least);
    }
    hints
}

/// Returns the hints for the panes.
pub(crate) fn pane_hints(panes: &Panes, shared: &Shared) -> Vec<FooterHint> {
    let shown = ACTIONS.iter().filter(|command| {
        panes.is_possible(command.action, shared) && is_useful(command.action, shared)
    });
    let is_sum = panes.view == View::Organization && panes.organization.shows_overview();
    let hint = shown.filter_map(|command| {
        let key = shared.options.keymap.keys(command.action).next()?;
        let (rank, label) = match command.action {
            Action::Open if is_sum => (0, messages::OPEN_BAR),
            Action::View if is_sum => (0, messages::ACCOUNTS),
            Action::View if panes.view == View::Organization => (4, messages::OVERVIEW),
            Action::Open if panes.view == View::Organization => (0, messages::OPEN_ACCOUNT),
            Action::Open if panes.view == View::Overview => (0, overview::OPEN_BAR),
            Action::Organization if panes.view == View::Organization => (1, messages::BACK),
            _ => (command.footer?, command.label),
        };
        Some(FooterHint::new(rank, key, label))
    });
    hint.collect()
}

/// Returns whether the footer shows the possible action: only once it is of use.
fn is_useful(action: Action, shared: &Shared) -> bool {
    match action {
        Action::Watch => !shared.watch.is_on(),
        Action::AwsCommands => shared.has_changed(),
        Action::Errors => !shared.notifications.undismissed().is_empty(),
        _ => true,
    }
}
