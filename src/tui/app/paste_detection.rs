//! Detection of pastes in terminals without bracketed paste.
//!
//! Many characters at once, where letters are actions, are taken for a paste: the text is searched
//! for key IDs, and none of its letters acts.

use std::collections::HashSet;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::model::{Now, scan_key_ids};
use crate::tui::app::{Effect, Focus, Popup, State, Tone};
use crate::tui::keymap::Action;
use crate::tui::messages;

/// Minimum number of characters available at once that count as a paste.
const MIN_PASTE_CHARS: usize = 8;

/// Minimum number of distinct characters in a paste; a key that repeats has fewer.
const MIN_DISTINCT_CHARS: usize = 4;

/// Time without input that ends a paste, which may arrive in pieces.
const MAX_PASTE_GAP: Duration = Duration::from_millis(50);

/// Typed characters that may be a paste.
#[derive(Clone, Debug, Default)]
pub(crate) struct PasteDetector {
    /// Keys of the present batch.
    keys: Vec<KeyEvent>,
    /// Text of a paste so far, and the time of its last character.
    paste: Option<(String, Duration)>,
}

impl PasteDetector {
    /// Returns the time at which the present paste ends.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.paste.as_ref().map(|(_, last)| *last + MAX_PASTE_GAP)
    }

    /// Appends a character to the present paste; returns whether there is one.
    fn continue_paste(&mut self, c: Option<char>, now: Now) -> bool {
        match (&mut self.paste, c) {
            (Some((text, last)), Some(c)) if now.mono < *last + MAX_PASTE_GAP => {
                text.push(c);
                *last = now.mono;
                true
            }
            _ => false,
        }
    }
}

impl State {
    /// Handles a key that was typed or is part of a paste.
    pub(super) fn take_stroke(&mut self, key: KeyEvent, now: Now) -> Vec<Effect> {
        let c = character(key);
        if self.paste_detector.continue_paste(c, now) {
            return Vec::new();
        }
        let mut effects = self.end_paste(now);
        if c.is_some() && self.letters_are_commands() {
            self.paste_detector.keys.push(key);
            return effects;
        }
        effects.extend(self.end_paste_detection(now));
        if !self.discards_input() {
            effects.extend(self.take_key(key, now));
        }
        effects
    }

    /// Decides on the characters of the present batch, and ends a paste that is complete.
    pub(super) fn settle_paste_detection(&mut self, now: Now) -> Vec<Effect> {
        let mut effects = self.take_detected_paste(now);
        if self.paste_detector.deadline().is_some_and(|end| now.mono >= end) {
            effects.extend(self.end_paste(now));
        }
        effects
    }

    /// Decides on the characters so far and ends the paste, since other input follows.
    pub(super) fn end_paste_detection(&mut self, now: Now) -> Vec<Effect> {
        let mut effects = self.take_detected_paste(now);
        effects.extend(self.end_paste(now));
        effects
    }

    /// Takes the keys of the batch for a paste, or handles each of them.
    fn take_detected_paste(&mut self, now: Now) -> Vec<Effect> {
        let keys = std::mem::take(&mut self.paste_detector.keys);
        let text: String = keys.iter().filter_map(|key| character(*key)).collect();
        if is_paste(&text) && !self.is_filter(&keys, &text) {
            self.paste_detector.paste = Some((text, now.mono));
            return Vec::new();
        }
        let mut effects = Vec::new();
        for key in keys {
            if self.discards_input() {
                break;
            }
            effects.extend(self.take_key(key, now));
        }
        effects
    }

    /// Returns whether the batch is a filter with its opening key, typed ahead of a slow connection
    /// or sent by a script.
    fn is_filter(&self, keys: &[KeyEvent], text: &str) -> bool {
        let opens = keys.first().and_then(|key| self.keymap.action(key)) == Some(Action::Filter);
        let line = text.strip_suffix('\n').unwrap_or(text);
        opens && self.popup.is_none() && !line.contains('\n') && scan_key_ids(text).is_empty()
    }

    fn end_paste(&mut self, now: Now) -> Vec<Effect> {
        let Some((text, _)) = self.paste_detector.paste.take() else { return Vec::new() };
        let effects = self.take_paste(&text, now);
        if scan_key_ids(&text).is_empty() && !matches!(self.popup, Some(Popup::Confirm(_))) {
            let sentence = messages::lookup::paste_ignored(text.chars().count());
            self.notifications.notify(Tone::Warning, sentence);
        }
        effects
    }

    /// Returns whether letters are actions now, and not input of a text.
    fn letters_are_commands(&self) -> bool {
        match &self.popup {
            None => !self.filter.editing,
            Some(Popup::Confirm(confirm)) => confirm.focus != Focus::Reason && !confirm.takes('a'),
            Some(Popup::KeySearch(_) | Popup::MfaCode(..) | Popup::Profiles(_)) => false,
            Some(
                Popup::SearchResults(_)
                | Popup::Help(_)
                | Popup::Errors(_)
                | Popup::Text(_)
                | Popup::Quit,
            ) => true,
        }
    }
}

/// Returns the character that a paste sends as this key.
fn character(key: KeyEvent) -> Option<char> {
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

fn is_paste(text: &str) -> bool {
    text.chars().count() >= MIN_PASTE_CHARS
        && text.chars().collect::<HashSet<_>>().len() >= MIN_DISTINCT_CHARS
}
