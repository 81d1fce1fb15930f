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
    let available = ACTIONS.iter().filter(|command| is_available(command.action, panes, shared));
    let is_sum = panes.view == View::Organization && panes.organization.shows_overview();
    let hint = available.filter_map(|command| {
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

/// Returns whether the action would do something now, as far as cheap checks can say. Its key
/// works in any case, and reports why nothing can be done.
fn is_available(action: Action, panes: &Panes, shared: &Shared) -> bool {
    if panes.view == View::Organization {
        if panes.organization.shows_overview() {
            let is_of_rows = action.needs_rows_of_keys() || action.needs_list_of_account();
            return !is_of_rows && action != Action::NextPane;
        }
        return match action {
            Action::NextPane => false,
            Action::Open | Action::CopyId => panes.organization.selected_account().is_some(),
            Action::Filter | Action::Sort => true,
            _ => !action.needs_list_of_account() && is_available_in_account(action, panes, shared),
        };
    }
    let has_rows = panes.view != View::Overview || !action.needs_rows_of_keys();
    has_rows && is_available_in_account(action, panes, shared)
}

/// Returns whether the action would do something in a view of the account.
fn is_available_in_account(action: Action, panes: &Panes, shared: &Shared) -> bool {
    let has_key = || panes.has_key(shared);
    match action {
        Action::Toggle => shared.can_write() && has_key(),
        Action::Deactivate | Action::Activate => {
            shared.can_write() && (has_key() || !shared.marks.is_empty())
        }
        Action::Undo => shared.can_write() && matches!(shared.undo, Some(Ok(_))),
        Action::Mark | Action::CopyId | Action::Activity => has_key(),
        Action::Export => false,
        Action::Watch => !shared.watch.is_on() && shared.has_changed(),
        Action::AwsCommands => has_key() && shared.has_changed(),
        Action::Errors => !shared.notifications.undismissed().is_empty(),
        Action::NextPane => panes.view == View::Users && panes.user_index().is_some(),
        Action::Filter | Action::Sort => shared.inventory.coverage().users > 0,
        // Every action is listed, so that the compiler asks about new ones.
        Action::Down
        | Action::Up
        | Action::Top
        | Action::Bottom
        | Action::PageDown
        | Action::PageUp
        | Action::Left
        | Action::Right
        | Action::Open
        | Action::Find
        | Action::MarkAll
        | Action::Journal
        | Action::Reverse
        | Action::View
        | Action::Organization
        | Action::Refresh
        | Action::FullScan
        | Action::OpenPlan
        | Action::Profile
        | Action::Help
        | Action::Quit
        | Action::Cancel
        | Action::Suspend => true,
    }
}
