//! Status bar: result of the last action, latest error, progress and coverage.

use ratatui::Frame;
use ratatui::layout::{Rect, Size};
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use crate::inventory::ReportState;
use crate::tui::bars::header::header_rows;
use crate::tui::bars::loading::{LoadingIndicator, loading_text};
use crate::tui::context::{Shared, Tone};
use crate::tui::keymap::Action;
use crate::tui::messages::{popups, status as messages};
use crate::tui::render::block::draw_row;
use crate::tui::render::text_wrap::wrap_text;
use crate::tui::render::{TextTone, Theme, layout};

/// What the status bar shows.
pub(crate) struct StatusState<'a> {
    /// Shared data.
    pub shared: &'a Shared,
    /// Activity indicator.
    pub loading: LoadingIndicator,
    /// Number of rows in view that the filter cannot decide.
    pub undecided: usize,
    /// Whether the full scan pauses.
    pub scan_paused: bool,
    /// Coverage of a view that is not of the account; `None` for that of the account.
    pub coverage: Option<String>,
}

/// One row of the status area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StatusRow {
    /// Style, which also decides the sign before the text.
    pub tone: TextTone,
    /// Whether it is the first row of a text.
    pub first: bool,
    /// Text. One that is too long is truncated.
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

/// Screens with at least this many rows have room for whole sentences.
const TALL_SCREEN_ROWS: u16 = 36;

/// Returns the rows of the status area for the screen's size. A result and an error take up to
/// three rows each, or five on a tall screen.
pub(crate) fn status_area(status: &StatusState<'_>) -> StatusArea {
    let shared = status.shared;
    let Size { width, height: screen_rows } = shared.size;
    let width = usize::from(width).saturating_sub(4).max(10);
    let low = screen_rows < LOW_SCREEN_ROWS;
    let most_rows = if screen_rows < TALL_SCREEN_ROWS { 3 } else { 5 };
    let mut rows = Vec::new();
    if let Some(notification) = shared.notifications.result() {
        let beside = usize::from(!shared.notifications.undismissed().is_empty());
        let room = layout::status_room(screen_rows, header_rows(shared));
        let most = if low { room.saturating_sub(beside).clamp(1, 2) } else { most_rows };
        let tone = match notification.tone {
            Tone::Info => TextTone::Plain,
            Tone::Success => TextTone::Success,
            Tone::Warning => TextTone::Warning,
        };
        add_wrapped(&mut rows, tone, &notification.text, width, most);
    } else if let Some(progress) = change_progress(shared) {
        let most = if low { 1 } else { 2 };
        add_wrapped(&mut rows, TextTone::Plain, &progress, width, most);
    }
    if let [earlier @ .., failure] = shared.notifications.undismissed() {
        let times = popups::repeated(failure.times);
        let more = popups::more_errors(earlier.len(), shared.key_for(Action::Errors));
        let text = format!("{}{times}{more}", failure.text);
        add_wrapped(&mut rows, TextTone::Error, &text, width, if low { 1 } else { most_rows });
    }
    let is_of_account = status.coverage.is_none();
    let words = status.coverage.clone().unwrap_or_else(|| coverage(status, width));
    let used = rows.last().map_or(0, |row| row.text.width() + 2);
    let blank = || StatusRow { tone: TextTone::Plain, first: true, text: String::new() };
    let fits = used + words.width() <= width;
    // The indicator comes and goes, so it must not move other text.
    let busy = loading_text(status.loading, shared).filter(|_| is_of_account);
    let words = match busy.map(|busy| format!("{busy}{words}")) {
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

/// Appends a text in at most `most` rows. The last sentence says what to do next, so it stays whole
/// if it leaves a row to the others; but that of a success does not, where its outcome would be
/// cut.
fn add_wrapped(rows: &mut Vec<StatusRow>, tone: TextTone, text: &str, width: usize, most: usize) {
    let mut pieces = wrap_text(text, width);
    if pieces.len() > most {
        let (before, next_step) = split_last_sentence(text);
        let next_step = wrap_text(next_step, width);
        let is_cut = tone == TextTone::Success && wrap_text(before, width).len() > 1;
        let has_room = next_step.len() < most && !before.is_empty();
        if has_room && !(is_cut && most - next_step.len() == 1) {
            pieces = wrap_text(before, width);
            join_from(&mut pieces, most - next_step.len());
            pieces.extend(next_step);
        } else {
            join_from(&mut pieces, most);
        }
    }
    rows.extend(pieces.into_iter().enumerate().map(|(number, text)| StatusRow {
        tone,
        first: number == 0,
        text,
    }));
}

/// Leaves at most that many rows, at least one, with the rest of the text in the last of them.
fn join_from(pieces: &mut Vec<String>, rows: usize) {
    if pieces.len() > rows {
        let rest = pieces.split_off(rows - 1).join(" ");
        pieces.push(rest);
    }
}

/// Splits a text before its last sentence. What is in parentheses belongs to the sentence before.
fn split_last_sentence(text: &str) -> (&str, &str) {
    let ends = text.rmatch_indices(". ").map(|(at, end)| at + end.len());
    let mut starts = ends.filter(|at| !text[*at..].starts_with('('));
    text.split_at(starts.next().unwrap_or(0))
}

/// Returns how much of the account has been read: as many parts as fit, the most important first.
fn coverage(status: &StatusState<'_>, width: usize) -> String {
    let shared = status.shared;
    let coverage = shared.inventory.coverage();
    let scan = shared.inventory.scan_progress();
    let scan = scan.map(|progress| messages::scan_progress(&progress, status.scan_paused));
    let failed = shared.inventory.listing_failure().is_some();
    let mut words = vec![messages::users(&coverage, failed)];
    let has_users = coverage.users > 0 || coverage.is_list_complete;
    words.extend(scan.or_else(|| has_users.then(|| messages::keys_read(coverage.read))));
    if let Some(rate) = shared.throttle_rate.throttled_per_second(shared.settled_at) {
        words.push(messages::throttled(rate));
    }
    if shared.watch.is_on() {
        words.push(messages::WATCHING.to_owned());
    }
    let counts = [
        (coverage.denied, messages::DENIED),
        (coverage.failed, messages::FAILED),
        (coverage.deleted, popups::FACT_DELETED),
        (status.undecided, messages::UNDECIDED),
    ];
    words.extend(
        counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}")),
    );
    if let ReportState::Read { generated, .. } = shared.inventory.report()
        && coverage.reported + coverage.reported_uses > 0
    {
        words.push(messages::report_of(*generated));
    }
    let joined = |words: &[String]| words.join(" · ");
    while words.len() > 1 && joined(&words).width() > width {
        words.pop();
    }
    joined(&words)
}

/// Returns the progress of the changes in flight. Changes of another account, begun before a change
/// of profile, are not shown among this account's keys.
fn change_progress(shared: &Shared) -> Option<String> {
    let first = shared.change_queue.in_flight().first()?;
    let is_here = shared.session.is_of_this_account(first.change.session);
    is_here.then(|| shared.change_queue.progress(shared.settled_at)).flatten()
}

/// Draws the status bar.
pub(crate) fn draw_status(status: &StatusArea, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let width = usize::from(area.width).saturating_sub(2);
    for (number, line) in status.rows.iter().enumerate() {
        let style = theme.style(line.tone);
        let sign = if line.first { status_sign(line.tone, theme) } else { " " };
        let text = theme.glyphs.fit(&line.text, width.saturating_sub(2).min(line.text.width()));
        let spans = vec![
            Span::raw(" "),
            Span::styled(sign, style),
            Span::raw(" "),
            Span::styled(text, style),
        ];
        draw_row(spans, theme.plain, frame, area, number);
    }
    if let CoveragePlacement::InStatus(words) = &status.coverage {
        let Ok(columns) = u16::try_from(words.width() + 1) else { return };
        let last = Rect {
            x: area.right().saturating_sub(columns).max(area.x),
            y: area.bottom().saturating_sub(1),
            width: columns.min(area.width),
            height: area.height.min(1),
        };
        draw_row(vec![Span::raw(words.as_str())], theme.plain, frame, last, 0);
    }
}

/// Returns the sign before a text.
fn status_sign(tone: TextTone, theme: &Theme) -> &'static str {
    match tone {
        TextTone::Success => theme.glyphs.done,
        TextTone::Warning => "!",
        TextTone::Error => theme.glyphs.failed,
        _ => " ",
    }
}
