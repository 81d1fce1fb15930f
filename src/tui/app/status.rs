//! Status area: result of the last action, latest error, progress and coverage.

use unicode_width::UnicodeWidthStr as _;

use crate::inventory::ReportState;
use crate::model::format_date_time;
use crate::tui::app::{State, Tone, header_lines, wrap_text};
use crate::tui::keymap::Action;
use crate::tui::layout;
use crate::tui::messages::popups as messages;

/// Style of a row of the status area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StatusTone {
    /// Result of an action.
    Result(Tone),
    /// Error that has not been dismissed.
    Error,
}

/// One row of the status area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StatusRow {
    /// Style.
    pub tone: StatusTone,
    /// `true` for the first row of a text.
    pub first: bool,
    /// Text. The last row of a text may be too long, and is truncated.
    pub text: String,
}

/// Position of the coverage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CoveragePlacement {
    /// At the right end of the last row.
    InStatus(String),
    /// In the title of the list, if the status area has no room.
    InTitle(String),
}

/// Contents of the status area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StatusArea {
    /// Rows; at least one.
    pub rows: Vec<StatusRow>,
    /// Coverage: the part of the account that has been read.
    pub coverage: CoveragePlacement,
}

/// Screens with fewer rows than this have no row for the coverage alone.
const LOW_SCREEN_ROWS: u16 = 16;

/// Returns the rows of the status area for the screen's size. A result and an error take up to
/// three rows each.
pub(crate) fn status_rows(state: &State) -> StatusArea {
    let (columns, screen_rows) = state.size;
    let width = usize::from(columns).saturating_sub(4).max(10);
    let low = screen_rows < LOW_SCREEN_ROWS;
    let mut rows = Vec::new();
    if let Some(notification) = state.notifications.result() {
        let beside = usize::from(!state.notifications.undismissed().is_empty());
        let room = layout::status_room(screen_rows, header_lines(state).len());
        let most = if low { room.saturating_sub(beside).clamp(1, 2) } else { 3 };
        add_wrapped(
            &mut rows,
            StatusTone::Result(notification.tone),
            &notification.text,
            width,
            most,
        );
    } else if let Some(progress) = state.change_progress() {
        add_wrapped(
            &mut rows,
            StatusTone::Result(Tone::Info),
            &progress,
            width,
            if low { 1 } else { 2 },
        );
    }
    if let [earlier @ .., failure] = state.notifications.undismissed() {
        let times = messages::repeated(failure.times);
        let more = messages::more_errors(earlier.len(), state.key_for(Action::Errors));
        let text = format!("{}{times}{more}", failure.text);
        add_wrapped(&mut rows, StatusTone::Error, &text, width, if low { 1 } else { 3 });
    }
    let words = coverage(state, width);
    let used = rows.last().map_or(0, |row| row.text.width() + 2);
    let blank =
        || StatusRow { tone: StatusTone::Result(Tone::Info), first: true, text: String::new() };
    let fits = used + words.width() <= width;
    // The activity comes and goes, so it must not move other text.
    let words = match state.activity_text().map(|busy| format!("{busy}{words}")) {
        Some(both) if !fits || used + both.width() <= width => both,
        _ => words,
    };
    if rows.is_empty() || !(fits || low) {
        rows.push(blank());
    }
    let coverage = if fits || !low {
        CoveragePlacement::InStatus(words)
    } else {
        CoveragePlacement::InTitle(words)
    };
    StatusArea { rows, coverage }
}

/// Appends a text in at most `most` rows; the rest of it stays in the last one.
fn add_wrapped(rows: &mut Vec<StatusRow>, tone: StatusTone, text: &str, width: usize, most: usize) {
    let mut pieces = wrap_text(text, width);
    if pieces.len() > most {
        let rest = pieces.split_off(most - 1).join(" ");
        pieces.push(rest);
    }
    rows.extend(pieces.into_iter().enumerate().map(|(number, text)| StatusRow {
        tone,
        first: number == 0,
        text,
    }));
}

/// Returns how much of the account has been read: as many parts as fit, the most important first.
fn coverage(state: &State, width: usize) -> String {
    let coverage = state.inventory.coverage();
    let mut words = vec![match coverage.users_in_account {
        Some(all) if !coverage.listed => format!("{} of {all} users", coverage.users),
        _ => format!("{} users", coverage.users),
    }];
    words.push(
        state.scan_progress_text().unwrap_or_else(|| format!("keys of {} read", coverage.read)),
    );
    if let Some(rate) = state.throttle_rate.throttled_per_second(state.settled) {
        words.push(format!("{rate}/s throttled"));
    }
    if state.watch.is_on() {
        words.push("watching".to_owned());
    }
    let counts = [
        (coverage.denied, "denied"),
        (coverage.failed, "failed"),
        (coverage.deleted, messages::FACT_DELETED),
        (state.undecided(), "undecided"),
    ];
    words.extend(
        counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}")),
    );
    if let ReportState::Read { made } = state.inventory.report()
        && coverage.reported + coverage.reported_uses > 0
    {
        words.push(format!("~ report of {}", format_date_time(*made)));
    }
    let joined = |words: &[String]| words.join(" · ");
    while words.len() > 1 && joined(&words).width() > width {
        words.pop();
    }
    joined(&words)
}
