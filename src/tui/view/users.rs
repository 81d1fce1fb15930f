//! The list of users. Builds only the rows in view.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::inventory::{SortOrder, UserFacts};
use crate::model::{IamRead, KeyStatus, Known, LastUse, format_age, format_ago};
use crate::tui::app::{CoveragePlacement, SessionPhase, State, View, status_rows};
use crate::tui::keymap::Action;
use crate::tui::layout::Pane;
use crate::tui::view::block::{draw_heading, draw_pane, draw_paragraph, draw_row, title};
use crate::tui::view::theme::Theme;

/// Column widths.
struct UserColumns {
    name: usize,
    keys: usize,
    oldest: usize,
    last_used: usize,
}

impl UserColumns {
    /// Returns the widths for a list of that width. The age of the oldest key is
    /// dropped first.
    fn of(width: usize) -> Self {
        let (keys, last_used) = (7, 10);
        let oldest = if width >= 44 { 7 } else { 0 };
        Self { name: width.saturating_sub(2 + keys + oldest + last_used), keys, oldest, last_used }
    }
}

/// Draws the list of users.
pub(crate) fn draw(state: &State, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let focused = state.focus == Pane::Users;
    let inside = draw_pane(
        title(&heading(state), &title_details(state), theme),
        focused,
        theme,
        frame,
        area,
    );
    let columns = UserColumns::of(usize::from(inside.width));
    let UserColumns { name, keys, oldest, last_used } = columns;
    draw_heading(
        &[("USER", name), ("KEYS", keys), ("OLDEST", oldest), ("LAST USED", last_used)],
        theme,
        frame,
        inside,
    );

    let (_, window) = state.users.list().window();
    for (line, index) in window.iter().enumerate() {
        let facts = state.inventory.at(*index);
        let selected = state.users.list().cursor_line() == Some(line);
        let style = match (selected, focused) {
            (true, true) => theme.selected,
            (true, false) => theme.selected_elsewhere,
            _ => theme.plain,
        };
        draw_row(cells(state, facts, selected, &columns, theme), style, frame, inside, line + 1);
    }
    if window.is_empty() {
        draw_paragraph(&empty(state), 2, theme, frame, inside);
    }
}

fn heading(state: &State) -> String {
    let shown = state.users.list().items().len();
    let coverage = state.inventory.coverage();
    if state.filter.is_active() {
        format!("Users {shown} of {}", coverage.users)
    } else {
        format!("Users {}", coverage.users)
    }
}

/// Returns the details in the title of the list in view: the sort order, or the
/// coverage if the status bar has no room for it.
pub(crate) fn title_details(state: &State) -> String {
    match status_rows(state).coverage {
        CoveragePlacement::InTitle(coverage) => coverage,
        CoveragePlacement::InStatus(_) => order_label(state),
    }
}

/// Returns the sort order of the list in view, and the coverage that it is
/// based on if it is not complete.
fn order_label(state: &State) -> String {
    let (order, reverse, unsorted) = state.sort_in_force();
    let mut label = format!("by {}", order.name());
    if state.filter.filter().has_free_text() {
        "best match first".clone_into(&mut label);
    }
    if reverse {
        label.push_str(", reversed");
    }
    let coverage = state.inventory.coverage();
    let known = match state.view {
        View::Users => coverage.read + coverage.reported,
        View::Keys => coverage.read,
    };
    if (order != SortOrder::Name || state.view == View::Keys) && known < coverage.users {
        label = format!("{label}, {known} of {} users read", coverage.users);
    }
    if unsorted > 0 && state.inventory.is_listing_complete() {
        label = format!("{label}, {unsorted} unsorted, press {}", state.key_for(Action::Sort));
    }
    label
}

/// Returns the reason for a list without users.
fn empty(state: &State) -> String {
    let (clear, again) = (state.key_for(Action::Cancel), state.key_for(Action::Refresh));
    if state.filter.is_active() && state.filter.error.is_some() {
        format!("Nothing matches the valid part of the filter ({clear} clears it).")
    } else if state.filter.is_active() {
        format!("Nothing matches the filter ({clear} clears it).")
    } else if state.inventory.is_listing_complete() {
        "This account has no IAM users.".to_owned()
    } else if state.inventory.listing_failure().is_some() {
        format!("Could not list the users. Press {again} to try again.")
    } else if state.inventory.stopped().is_some() {
        format!("The session ended before the users were listed. Press {again} to try again.")
    } else {
        match state.session.phase {
            SessionPhase::Failed => {
                let profile = state.key_for(Action::Profile);
                format!("No session. Press {again} to try again, or {profile} for another profile.")
            }
            SessionPhase::NeedsCode(_) => {
                format!("No session yet. Press {again} to enter the MFA code.")
            }
            SessionPhase::Opening(_) | SessionPhase::Open(_) => "Listing the users…".to_owned(),
        }
    }
}

fn cells<'a>(
    state: &State,
    facts: &'a UserFacts,
    selected: bool,
    columns: &UserColumns,
    theme: &Theme,
) -> Vec<Span<'a>> {
    let glyphs = &theme.glyphs;
    let marked = facts.live_keys().iter().any(|key| state.marks.contains(&key.id));
    let mark = if marked { glyphs.mark } else { " " };
    let cursor = if selected { glyphs.cursor } else { " " };
    let name = glyphs.fit(facts.name.as_str(), columns.name.saturating_sub(1));
    let now = state.shown_at.wall;
    let (last_used, last_style) = last_used(facts, now, theme);
    let mut spans = vec![Span::raw(format!("{cursor}{mark}{name} "))];
    spans.extend(statuses(state, facts, columns.keys, theme));
    if columns.oldest > 0 {
        let (oldest, style) = oldest(facts, now, theme);
        spans.push(Span::styled(glyphs.fit(&oldest, columns.oldest), style));
    }
    spans.push(Span::styled(glyphs.fit(&last_used, columns.last_used), last_style));
    spans
}

/// Returns the statuses of the user's keys, one character each, padded to
/// `width` columns.
fn statuses<'a>(state: &State, facts: &UserFacts, width: usize, theme: &Theme) -> Vec<Span<'a>> {
    let cell = |text: &str, style| vec![Span::styled(theme.glyphs.fit(text, width), style)];
    if facts.is_deleted() {
        return cell("deleted", theme.dim);
    }
    let statuses = facts.key_statuses();
    if matches!(statuses, Known::NotRead)
        && state.inventory.is_in_flight(&IamRead::Keys { user: facts.sent_name() })
    {
        return cell(theme.glyphs.ellipsis, theme.dim);
    }
    if let Known::Live { value, .. } = &statuses
        && (1..=width).contains(&value.len())
    {
        let sign = |status: &KeyStatus| {
            let style = if *status == KeyStatus::Active { theme.active } else { theme.inactive };
            Span::styled(theme.glyphs.status(status), style)
        };
        return value
            .iter()
            .map(sign)
            .chain([Span::raw(" ".repeat(width - value.len()))])
            .collect();
    }
    let (text, style) = known_cell(&statuses, theme, |statuses| match statuses.as_slice() {
        [] => theme.glyphs.none.to_owned(),
        some => some.iter().map(|status| theme.glyphs.status(status)).collect(),
    });
    cell(&text, style)
}

/// Returns the age of the user's oldest key.
fn oldest(facts: &UserFacts, now: jiff::Timestamp, theme: &Theme) -> (String, Style) {
    if facts.is_deleted() {
        return (String::new(), theme.dim);
    }
    known_cell(&facts.key_ages(), theme, |ages| {
        ages.iter().min().map_or_else(String::new, |oldest| format_age(now.duration_since(*oldest)))
    })
}

fn last_used(facts: &UserFacts, now: jiff::Timestamp, theme: &Theme) -> (String, Style) {
    let has_keys = facts.key_statuses().value().is_none_or(|statuses| !statuses.is_empty());
    if !has_keys || facts.is_deleted() {
        return (String::new(), theme.dim);
    }
    known_cell(&facts.latest_use(), theme, |last_use| match last_use {
        LastUse::Never => "never".to_owned(),
        LastUse::Used { at, .. } => format_ago(*at, now),
    })
}

/// Returns the text and style of a fact in a cell: its value, or the reason why
/// it is not known. A value from the credential report gets a prefix.
pub(crate) fn known_cell<T>(
    known: &Known<T>,
    theme: &Theme,
    show: impl Fn(&T) -> String,
) -> (String, Style) {
    match known {
        Known::Live { value, .. } => (show(value), theme.plain),
        Known::Reported { value, .. } => {
            (format!("{}{}", theme.glyphs.reported, show(value)), theme.dim)
        }
        Known::NotRead => (theme.glyphs.unknown.to_owned(), theme.dim),
        Known::Denied(_) => ("denied".to_owned(), theme.warning),
        Known::Vanished { .. } => ("deleted".to_owned(), theme.dim),
        Known::Failed(_) => ("failed".to_owned(), theme.warning),
    }
}
