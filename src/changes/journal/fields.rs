//! Values of the journal's fields.

use jiff::Timestamp;

use crate::model::{EscapedText, escape_hidden};

/// Limit for free text, in characters, so that a line stays readable.
const MAX_TEXT_CHARS: usize = 2_000;

/// Returns free text as one line of limited length, with hidden characters escaped.
pub(in crate::changes) fn clip_text(text: &str) -> EscapedText {
    let shown = escape_hidden(text.trim());
    match shown.char_indices().nth(MAX_TEXT_CHARS) {
        Some((end, _)) => format!("{}…", &shown[..end]).into(),
        None => (&*shown).into(),
    }
}

/// Returns the time in whole milliseconds, the precision of the journal.
pub(in crate::changes) fn truncate_to_millis(time: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(time.as_millisecond()).unwrap_or(time)
}
