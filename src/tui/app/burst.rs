//! Text that is ready at once, where letters are commands: a paste in a
//! terminal that does not bracket pastes. It is searched for key IDs as any
//! paste is, and none of its letters acts.

use std::collections::HashSet;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::model::{Now, find_ids};
use crate::tui::actions::Action;
use crate::tui::app::{Effect, Focus, Overlay, State, Tone};

/// So many characters that are ready at once are a paste: nobody types so
/// fast.
const LEAST: usize = 8;

/// So many of them differ: a key that repeats may have waited in the
/// terminal's queue.
const DIFFERENT: usize = 4;

/// A paste may arrive in pieces; it ends where nothing comes for so long.
const GAP: Duration = Duration::from_millis(50);

/// Characters whose meaning is not yet clear.
#[derive(Clone, Debug, Default)]
pub(crate) struct Burst {
    /// Those of the present batch.
    keys: Vec<KeyEvent>,
    /// A paste so far, and when its last character came.
    paste: Option<(String, Duration)>,
}

impl Burst {
    /// When a paste that has begun ends, if nothing more comes.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.paste.as_ref().map(|(_, last)| *last + GAP)
    }

    /// Takes a character in that goes on with a paste.
    fn goes_on(&mut self, c: Option<char>, now: Now) -> bool {
        match (&mut self.paste, c) {
            (Some((text, last)), Some(c)) if now.mono < *last + GAP => {
                text.push(c);
                *last = now.mono;
                true
            }
            _ => false,
        }
    }
}

impl State {
    /// A key was pressed, by a person or by a paste.
    pub(super) fn take_stroke(&mut self, key: KeyEvent, now: Now) -> Vec<Effect> {
        let c = character(key);
        if self.burst.goes_on(c, now) {
            return Vec::new();
        }
        let mut effects = self.end_paste(now);
        if c.is_some() && self.letters_are_commands() {
            self.burst.keys.push(key);
            return effects;
        }
        effects.extend(self.end_burst(now));
        if !self.discards_input() {
            effects.extend(self.take_key(key, now));
        }
        effects
    }

    /// Something else came, or the batch is at its end: what the characters
    /// were is clear.
    pub(super) fn settle_burst(&mut self, now: Now) -> Vec<Effect> {
        let mut effects = self.take_burst(now);
        if self.burst.deadline().is_some_and(|end| now.mono >= end) {
            effects.extend(self.end_paste(now));
        }
        effects
    }

    /// Nothing more belongs to the characters so far.
    pub(super) fn end_burst(&mut self, now: Now) -> Vec<Effect> {
        let mut effects = self.take_burst(now);
        effects.extend(self.end_paste(now));
        effects
    }

    /// Takes the characters of this batch for a paste, or for commands.
    fn take_burst(&mut self, now: Now) -> Vec<Effect> {
        let keys = std::mem::take(&mut self.burst.keys);
        let text: String = keys.iter().filter_map(|key| character(*key)).collect();
        if is_paste(&text) && !self.is_filter(&keys, &text) {
            self.burst.paste = Some((text, now.mono));
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

    /// Whether a filter was typed, line and all, faster than it was read: by a
    /// person ahead of a slow line, or by a script.
    fn is_filter(&self, keys: &[KeyEvent], text: &str) -> bool {
        let opens = keys.first().and_then(|key| self.keymap.action(key)) == Some(Action::Filter);
        let line = text.strip_suffix('\n').unwrap_or(text);
        opens && self.overlay.is_none() && !line.contains('\n') && find_ids(text).is_empty()
    }

    fn end_paste(&mut self, now: Now) -> Vec<Effect> {
        let Some((text, _)) = self.burst.paste.take() else { return Vec::new() };
        let effects = self.take_paste(&text, now);
        if find_ids(&text).is_empty() && !matches!(self.overlay, Some(Overlay::Confirm(_))) {
            let sentence = format!(
                "{} characters came at once, as by a paste. There is no access key ID in them, and none was taken for a \
                 command.",
                text.chars().count()
            );
            self.notices.tell(Tone::Warning, sentence);
        }
        effects
    }

    /// Whether letters would be commands now, and go to no line.
    fn letters_are_commands(&self) -> bool {
        match &self.overlay {
            None => !self.filter.editing,
            Some(Overlay::Confirm(confirm)) => confirm.focus != Focus::Reason && !confirm.takes('a'),
            Some(Overlay::Find(_) | Overlay::Code(..) | Overlay::Profiles(_)) => false,
            Some(Overlay::Found(_) | Overlay::Help(_) | Overlay::Errors(_) | Overlay::Text(_) | Overlay::Leave) => true,
        }
    }
}

/// The character that a paste would have sent as this key.
fn character(key: KeyEvent) -> Option<char> {
    let plain = key.modifiers.difference(KeyModifiers::SHIFT).is_empty();
    match key.code {
        KeyCode::Char(c) if plain => Some(c),
        // A line feed; most terminals send a return in its place.
        KeyCode::Char('j') if key.modifiers == KeyModifiers::CONTROL => Some('\n'),
        KeyCode::Enter if plain => Some('\n'),
        KeyCode::Tab if plain => Some('\t'),
        _ => None,
    }
}

fn is_paste(text: &str) -> bool {
    text.chars().count() >= LEAST && text.chars().collect::<HashSet<_>>().len() >= DIFFERENT
}
