//! Key handling of the dialog: confirming, cancelling, typing.

use std::ops::Range;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use tui_input::backend::crossterm::EventHandler as _;

use crate::model::{Now, hide_secret_keys};
use crate::tui::keymap::is_ctrl_c;
use crate::tui::popups::confirm::{Confirm, ConfirmStage, Focus, TypedConfirmation};
use crate::tui::popups::outcome::PopupOutcome;
use crate::tui::render::text_input::insert_at_cursor;

/// Maximum number of characters that a paste adds to the reason.
const MAX_PASTED_CHARACTERS: usize = 500;

impl Confirm {
    /// Returns the key that cancels: `n`, or `esc` if `n` may have to be typed.
    pub(crate) fn cancel_key(&self) -> &'static str {
        if self.takes('n') { "esc" } else { "n" }
    }

    /// Handles a key press; closes the dialog if it is cancelled.
    pub(super) fn press(&mut self, key: KeyEvent, now: Now) -> PopupOutcome {
        self.too_early = false;
        let was_ignored = std::mem::take(&mut self.last_input_ignored);
        let plain = is_plain(key);
        match key.code {
            KeyCode::Esc => return PopupOutcome::Close,
            _ if is_ctrl_c(&key) => return PopupOutcome::Close,
            // After text that was ignored, enter is meant for that text.
            KeyCode::Enter if was_ignored && self.lacks_text() => {
                self.too_early = true;
                self.focus_by_typed_text(now);
            }
            KeyCode::Enter => return self.press_focused(now),
            KeyCode::Down | KeyCode::Up | KeyCode::PageDown | KeyCode::PageUp if self.scrolls() => {
                self.scroll(key.code, now);
            }
            KeyCode::Tab | KeyCode::Down => self.move_focus(1, now),
            KeyCode::BackTab | KeyCode::Up => self.move_focus(2, now),
            _ if self.focus == Focus::Reason => {
                self.reason.handle_event(&Event::Key(key));
                self.disarm(now.mono);
            }
            KeyCode::Left | KeyCode::Right => self.other_button(now),
            // Pressed as in a dialog without text to type.
            KeyCode::Char('y') if plain && self.lacks_text() && !self.begins_with('Y') => {
                self.refuse_y(now);
            }
            KeyCode::Char(c) if self.would_confirm(key) => {
                if self.typed.is_some() {
                    self.type_character(c, now);
                } else if self.is_armed() {
                    self.confirm(now);
                } else {
                    self.refuse_early(now);
                }
            }
            KeyCode::Backspace if self.typed.is_some() => self.erase_character(now),
            KeyCode::Char('j' | 'k') if plain && self.scrolls() => self.scroll(key.code, now),
            KeyCode::Char('n') if plain => return PopupOutcome::Close,
            _ => self.disarm(now.mono),
        }
        PopupOutcome::Stay
    }

    /// Handles pasted text: it goes into the reason only, and never confirms. Returns whether it
    /// was taken.
    pub(super) fn paste_text(&mut self, text: &str, now: Now) -> bool {
        let is_taken = self.focus == Focus::Reason;
        if is_taken {
            let line = text.replace(char::is_control, " ");
            insert_at_cursor(&mut self.reason, &hide_secret_keys(&line), MAX_PASTED_CHARACTERS);
        }
        self.disarm(now.mono);
        is_taken
    }

    /// Returns whether a key confirms, or is a part of the text that does.
    pub(super) fn would_confirm(&self, key: KeyEvent) -> bool {
        let KeyCode::Char(c) = key.code else { return false };
        is_plain(key) && (self.takes(c) || (self.typed.is_none() && c == 'y'))
    }

    /// Returns whether the character can be part of the text that must be typed:
    /// a digit of a number, or any character of a key ID.
    pub(crate) fn takes(&self, c: char) -> bool {
        let number = |typed: &TypedConfirmation| {
            typed.expected.chars().all(|c| c.is_ascii_digit()) && self.targets.len() > 1
        };
        self.typed.as_ref().is_some_and(|typed| !number(typed) || c.is_ascii_digit())
    }

    /// Returns whether a text must be typed and nothing is typed yet.
    pub(super) fn lacks_text(&self) -> bool {
        self.typed.as_ref().is_some_and(|typed| typed.text.is_empty())
    }

    /// Returns whether the text that must be typed begins with that character.
    fn begins_with(&self, c: char) -> bool {
        self.typed.as_ref().is_some_and(|typed| typed.expected.starts_with(c))
    }

    /// Returns whether there is a reason, or one is being typed.
    pub(super) fn has_reason(&self) -> bool {
        self.focus == Focus::Reason || !self.reason.value().is_empty()
    }

    /// Returns whether only a part of the targets fits the screen.
    pub(crate) fn scrolls(&self) -> bool {
        self.shown_targets().len() < self.targets.len()
    }

    /// Returns the targets in the next frame; none if a required line does not fit.
    pub(super) fn shown_targets(&self) -> Range<usize> {
        self.shown.clone().unwrap_or(0..0)
    }

    /// Scrolls the list of targets, never past one that was not shown yet.
    fn scroll(&mut self, key: KeyCode, now: Now) {
        let shown = self.shown_targets();
        let begins = self.first_target.min(shown.start);
        match key {
            KeyCode::PageUp => self.first_target = begins.saturating_sub(shown.len().max(1)),
            KeyCode::Up | KeyCode::Char('k') => self.first_target = begins.saturating_sub(1),
            _ if shown.end >= self.targets.len() => {}
            KeyCode::PageDown => self.first_target = shown.end,
            _ => self.first_target = (self.first_target + 1).min(shown.end),
        }
        self.disarm(now.mono);
    }

    fn move_focus(&mut self, steps: usize, now: Now) {
        const ROUND: [Focus; 3] = [Focus::Cancel, Focus::Reason, Focus::Confirm];
        let at = ROUND.iter().position(|focus| *focus == self.focus).unwrap_or(0);
        self.focus = ROUND[(at + steps) % ROUND.len()];
        self.disarm(now.mono);
    }

    fn other_button(&mut self, now: Now) {
        self.focus = if self.focus == Focus::Cancel { Focus::Confirm } else { Focus::Cancel };
        self.disarm(now.mono);
    }

    fn press_focused(&mut self, now: Now) -> PopupOutcome {
        if self.focus != Focus::Reason && self.refuse_typed(now) {
            return PopupOutcome::Stay;
        }
        match self.focus {
            Focus::Cancel => return PopupOutcome::Close,
            Focus::Confirm
                if self.is_armed()
                    && self.typed.as_ref().is_none_or(TypedConfirmation::matches) =>
            {
                self.confirm(now);
            }
            Focus::Confirm => self.refuse_early(now),
            Focus::Reason => {
                self.focus = Focus::Cancel;
                self.disarm(now.mono);
            }
        }
        PopupOutcome::Stay
    }

    /// Clears wrong typed text and shows it as refused. Returns whether there
    /// was any.
    fn refuse_typed(&mut self, now: Now) -> bool {
        let Some(typed) =
            self.typed.as_mut().filter(|typed| !typed.text.is_empty() && !typed.matches())
        else {
            return false;
        };
        typed.refused = Some(std::mem::take(&mut typed.text));
        self.focus_by_typed_text(now);
        true
    }

    /// Ignores a key that would confirm, since the dialog is not armed, and says so. If keys below
    /// are why, shows the next of them.
    fn refuse_early(&mut self, now: Now) {
        if self.has_unseen_targets() {
            self.scroll(KeyCode::PageDown, now);
        }
        (self.too_early, self.last_input_ignored) = (true, true);
        self.disarm(now.mono);
    }

    /// Shows a `y` as refused in place of the text that must be typed, without taking it as its
    /// beginning.
    fn refuse_y(&mut self, now: Now) {
        if let Some(typed) = &mut self.typed {
            typed.refused = Some("Y".to_owned());
        }
        self.last_input_ignored = true;
        self.focus_by_typed_text(now);
    }

    fn type_character(&mut self, c: char, now: Now) {
        // Typed before the dialog could be seen: ignored like a `y`.
        if !self.is_armed() {
            return self.refuse_early(now);
        }
        if let Some(typed) = &mut self.typed
            && typed.text.chars().count() < typed.expected.chars().count()
        {
            typed.text.push(c.to_ascii_uppercase());
        }
        self.focus_by_typed_text(now);
    }

    fn erase_character(&mut self, now: Now) {
        if let Some(typed) = &mut self.typed {
            typed.text.pop();
        }
        self.focus_by_typed_text(now);
    }

    /// Moves the focus to the confirming button if the typed text is right, and
    /// back to Cancel if it is not.
    fn focus_by_typed_text(&mut self, now: Now) {
        let matches = self.typed.as_ref().is_some_and(TypedConfirmation::matches);
        self.focus = if matches { Focus::Confirm } else { Focus::Cancel };
        self.last_input = now.mono;
    }

    fn is_armed(&self) -> bool {
        self.stage == ConfirmStage::Armed
    }

    fn confirm(&mut self, now: Now) {
        self.last_input = now.mono;
        self.stage = ConfirmStage::Confirmed;
    }
}

fn is_plain(key: KeyEvent) -> bool {
    !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
}
