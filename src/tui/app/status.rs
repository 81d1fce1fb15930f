//! What the status says: the result of the last action, the latest error, and
//! how much of the account is known.

use unicode_width::UnicodeWidthStr as _;

use crate::inventory::ReportState;
use crate::model::date_and_time;
use crate::tui::app::{State, Tone, wrap};

/// How a line of the status is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StatusTone {
    /// The result of an action.
    Result(Tone),
    /// An error that has not been dismissed.
    Error,
}

/// One line of the status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StatusLine {
    /// How it is meant.
    pub tone: StatusTone,
    /// Whether a sentence begins here.
    pub first: bool,
    /// The text.
    pub text: String,
}

/// Columns before a sentence: for the glyph of its tone.
pub(crate) const STATUS_INDENT: usize = 2;

/// A sentence has so many lines where the screen has room for them.
const MOST: usize = 3;

/// A screen with fewer rows has one line for each sentence.
const ROOMY: u16 = 20;

/// The lines of the status: the result of the last action, and the latest
/// error that has not been dismissed, which no later result takes away. The
/// last one has room for the coverage behind it, if the screen has.
pub(crate) fn status_lines(state: &State) -> Vec<StatusLine> {
    let mut lines = Vec::new();
    let (columns, rows) = state.size;
    let width = usize::from(columns).saturating_sub(2 + STATUS_INDENT).max(20);
    let most = if rows >= ROOMY { MOST } else { 1 };
    for (tone, text) in sentences(state) {
        let mut pieces = wrap(&text, width);
        let rest = pieces.split_off(most.min(pieces.len()));
        if let Some(last) = pieces.last_mut() {
            for piece in rest {
                last.push(' ');
                last.push_str(&piece);
            }
        }
        let numbered = pieces.into_iter().enumerate();
        lines.extend(numbered.map(|(number, text)| StatusLine { tone, first: number == 0, text }));
    }
    if let Some(last) = lines.last()
        && rows >= ROOMY
        && last.text.width() + 2 + coverage_words(state).width() > width
    {
        lines.push(StatusLine { tone: last.tone, first: false, text: String::new() });
    }
    lines
}

fn sentences(state: &State) -> Vec<(StatusTone, String)> {
    let mut sentences = Vec::new();
    if let Some(notice) = state.notices.result() {
        sentences.push((StatusTone::Result(notice.tone), notice.text.clone()));
    }
    if let [earlier @ .., failure] = state.notices.standing() {
        let times = if failure.times > 1 { format!(" ({} times)", failure.times) } else { String::new() };
        let more = if earlier.is_empty() { String::new() } else { format!(" (and {} more: !)", earlier.len()) };
        sentences.push((StatusTone::Error, format!("{}{times}{more}", failure.text)));
    }
    sentences
}

/// How much of the account is known, in a few words.
pub(crate) fn coverage_words(state: &State) -> String {
    let coverage = state.inventory.coverage();
    let mut words = vec![match coverage.users_in_account {
        Some(all) if !coverage.listed => format!("{} of {all} users", coverage.users),
        _ => format!("{} users", coverage.users),
    }];
    words.push(state.progress_words().unwrap_or_else(|| format!("keys of {} read", coverage.read)));
    if let Some(rate) = state.pace.throttled_per_second(state.settled) {
        words.push(format!("throttled {rate}/s"));
    }
    let counts = [
        (coverage.denied, "denied"),
        (coverage.failed, "failed"),
        (coverage.gone, "gone"),
        (state.undecided(), "undecided"),
    ];
    words.extend(counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")));
    if let ReportState::Read { made } = state.inventory.report()
        && coverage.reported + coverage.reported_uses > 0
    {
        words.push(format!("~ report of {}", date_and_time(*made)));
    }
    words.join(" · ")
}
