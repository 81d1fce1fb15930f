//! The keys of the dialog: what confirms, what cancels, what is typed.

use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler as _;

use super::{Confirm, Focus, Typed};
use crate::model::Now;

/// What a key press came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pressed {
    /// Nothing that ends the dialog.
    Stay,
    /// Close, and change nothing.
    Cancelled,
}

impl Confirm {
    /// The key that cancels beside esc, unless it may have to be typed.
    pub(crate) fn cancel_key(&self) -> &'static str {
        if self.takes('n') { "esc" } else { "n" }
    }

    /// A key was pressed.
    pub(crate) fn key(&mut self, key: KeyEvent, now: Now) -> Pressed {
        let plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        match key.code {
            KeyCode::Esc => return Pressed::Cancelled,
            KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => return Pressed::Cancelled,
            KeyCode::Tab | KeyCode::Down => self.turn_focus(1, now),
            KeyCode::BackTab | KeyCode::Up => self.turn_focus(2, now),
            KeyCode::Enter => return self.press_focused(now),
            _ if self.focus == Focus::Reason => {
                self.reason.handle_event(&Event::Key(key));
                self.disarm(now.mono);
            }
            KeyCode::Left | KeyCode::Right => self.turn_focus(1, now),
            KeyCode::Char(c) if plain && self.takes(c) => self.type_character(c, now),
            KeyCode::Backspace if self.typed.is_some() => self.untype(now),
            KeyCode::Char('n') if plain => return Pressed::Cancelled,
            KeyCode::Char('y') if plain && self.armed && self.typed.is_none() => self.confirm(now),
            _ => self.disarm(now.mono),
        }
        Pressed::Stay
    }

    /// Text was pasted: into the reason only; it never confirms.
    pub(crate) fn paste(&mut self, text: &str, now: Now) {
        if self.focus == Focus::Reason {
            let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(500).collect();
            let value = format!("{}{line}", self.reason.value());
            self.reason = Input::new(value);
        }
        self.disarm(now.mono);
    }

    /// Whether the character can be part of what must be typed: a digit of a
    /// number, or any of a key ID.
    fn takes(&self, c: char) -> bool {
        let number = |typed: &Typed| typed.expected.chars().all(|c| c.is_ascii_digit()) && self.targets.len() > 1;
        self.typed.as_ref().is_some_and(|typed| !number(typed) || c.is_ascii_digit())
    }

    fn turn_focus(&mut self, steps: usize, now: Now) {
        const ROUND: [Focus; 3] = [Focus::Cancel, Focus::Confirm, Focus::Reason];
        let at = ROUND.iter().position(|focus| *focus == self.focus).unwrap_or(0);
        self.focus = ROUND[(at + steps) % ROUND.len()];
        self.disarm(now.mono);
    }

    fn press_focused(&mut self, now: Now) -> Pressed {
        match self.focus {
            Focus::Cancel => return Pressed::Cancelled,
            Focus::Confirm if self.armed && self.typed.as_ref().is_none_or(Typed::matches) => self.confirm(now),
            Focus::Confirm => self.disarm(now.mono),
            Focus::Reason => {
                self.focus = Focus::Cancel;
                self.disarm(now.mono);
            }
        }
        Pressed::Stay
    }

    fn type_character(&mut self, c: char, now: Now) {
        // Typed ahead, before the dialog was seen: dropped like a `y`.
        if !self.armed {
            self.disarm(now.mono);
            return;
        }
        if let Some(typed) = &mut self.typed
            && typed.text.len() < typed.expected.len() + 8
        {
            typed.text.push(c.to_ascii_uppercase());
        }
        self.follow_typed(now);
    }

    fn untype(&mut self, now: Now) {
        if let Some(typed) = &mut self.typed {
            typed.text.pop();
        }
        self.follow_typed(now);
    }

    /// The focus goes to the confirming button when the text is right, and
    /// back when it no longer is.
    fn follow_typed(&mut self, now: Now) {
        let matches = self.typed.as_ref().is_some_and(Typed::matches);
        self.focus = if matches { Focus::Confirm } else { Focus::Cancel };
        self.last_input = now.mono;
    }

    fn confirm(&mut self, now: Now) {
        self.confirmed = true;
        self.last_input = now.mono;
    }

    /// Input came that confirms nothing: the dialog has to be at rest again.
    pub(crate) fn disarm(&mut self, at: Duration) {
        self.armed = false;
        self.last_input = at;
    }
}
