//! Detection of pastes in terminals without bracketed paste.
//!
//! Pasted text never acts: many characters at once, where characters are actions, are text. It is
//! searched for key IDs, and none of its letters is a command.

use std::collections::HashSet;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::model::scan_text;

/// Minimum number of characters available at once that count as a paste.
const MIN_PASTE_CHARS: usize = 8;

/// Minimum number of distinct characters in a paste; keys that repeat, such as space and j, have
/// fewer.
const MIN_DISTINCT_CHARS: usize = 4;

/// Maximum length of a filter that is typed ahead, in bytes.
const MAX_FILTER_LENGTH: usize = 200;

/// Time without input that ends a paste. On a slow line it arrives in pieces, and those after the
/// first are part of it however short they are.
const MAX_PASTE_GAP: Duration = Duration::from_millis(300);

/// Typed characters that may be a paste.
#[derive(Clone, Debug, Default)]
pub(crate) struct PasteDetector {
    /// Keys of the present batch.
    keys: Vec<KeyEvent>,
    /// Text of a paste so far, and the time of its last character.
    paste: Option<(String, Duration)>,
}

/// Decision on the keys of a batch.
#[derive(Debug)]
pub(crate) enum PasteKeys {
    /// They are a paste, or part of one.
    Pasted,
    /// They were typed.
    Typed(Vec<KeyEvent>),
}

impl PasteDetector {
    /// Returns the time at which the present paste ends.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.paste.as_ref().map(|(_, last)| *last + MAX_PASTE_GAP)
    }

    /// Appends a key to the present paste; returns whether it belongs to it.
    pub(crate) fn continues(&mut self, key: KeyEvent, now: Duration) -> bool {
        match (&mut self.paste, pasted_character(key)) {
            (Some((text, last)), Some(c)) if now < *last + MAX_PASTE_GAP => {
                text.push(c);
                *last = now;
                true
            }
            _ => false,
        }
    }

    /// Keeps a key until the batch is complete.
    pub(crate) fn hold(&mut self, key: KeyEvent) {
        self.keys.push(key);
    }

    /// Decides on the keys of the batch. A filter may be typed ahead of a slow connection, or sent
    /// by a script: the key that opens it, and one line without a key ID.
    pub(crate) fn decide(
        &mut self,
        opens_filter: impl Fn(&KeyEvent) -> bool,
        now: Duration,
    ) -> PasteKeys {
        let keys = std::mem::take(&mut self.keys);
        let text: String = keys.iter().filter_map(|key| pasted_character(*key)).collect();
        let line = text.strip_suffix('\n').unwrap_or(&text);
        let is_filter = || {
            keys.first().is_some_and(opens_filter)
                && !line.contains('\n')
                && line.len() <= MAX_FILTER_LENGTH
                && scan_text(&text).is_empty()
        };
        let repeats = || text.chars().collect::<HashSet<_>>().len() < MIN_DISTINCT_CHARS;
        if text.chars().count() < MIN_PASTE_CHARS || repeats() || is_filter() {
            return PasteKeys::Typed(keys);
        }
        self.paste = Some((text, now));
        PasteKeys::Pasted
    }

    /// Ends the paste and returns its text, if there is one.
    pub(crate) fn take_text(&mut self) -> Option<String> {
        self.paste.take().map(|(text, _)| text)
    }
}

/// Returns the character that a paste sends as this key.
pub(crate) fn pasted_character(key: KeyEvent) -> Option<char> {
    let plain = key.modifiers.difference(KeyModifiers::SHIFT).is_empty();
    match key.code {
        KeyCode::Char(c) if plain => Some(c),
        // A line feed; most terminals send a carriage return in its place.
        KeyCode::Char('j') if key.modifiers == KeyModifiers::CONTROL => Some('\n'),
        KeyCode::Enter if plain => Some('\n'),
        KeyCode::Tab if plain => Some('\t'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(text: &str) -> PasteKeys {
        let mut detector = PasteDetector::default();
        for c in text.chars() {
            detector.hold(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE));
        }
        detector.decide(|key| key.code == KeyCode::Char('/'), Duration::ZERO)
    }

    #[test]
    fn keys_that_repeat_and_filters_are_typed_and_other_text_is_pasted() {
        for typed in ["jjjjjjjjjjjj", " j j j j", "short", "/unused>90d status:active"] {
            assert!(matches!(decide(typed), PasteKeys::Typed(_)), "{typed}");
        }
        for pasted in ["deactivate", "/AKIARZPUZDIKFYHOWX26", "a key\nand another"] {
            assert!(matches!(decide(pasted), PasteKeys::Pasted), "{pasted}");
        }
    }
}
