//! Keys, pastes, the mouse and resizes.

use crossterm::event::{Event, KeyEvent, KeyEventKind, MouseButton, MouseEvent, MouseEventKind};

use crate::model::{Now, scan_text};
use crate::tui::app::App;
use crate::tui::context::{Context, Tone};
use crate::tui::handlers::LookupCount;
use crate::tui::input::{PasteKeys, pasted_character, split_alt};
use crate::tui::keymap::{Action, is_ctrl_c};
use crate::tui::message::Effects;
use crate::tui::messages;
use crate::tui::panes::CursorMove;
use crate::tui::popups::{Component as _, Popup};
use crate::tui::render::layout;

/// Rows scrolled by one step of the wheel.
const WHEEL_ROWS: isize = 3;

impl App {
    /// Handles an event of the terminal.
    pub(super) fn on_input(&mut self, event: Event, now: Now, effects: &mut Effects) {
        match event {
            Event::Resize(columns, rows) => self.shared.size = (columns, rows),
            Event::Key(key) if key.kind != KeyEventKind::Release => {
                for key in split_alt(key) {
                    self.inputs += 1;
                    self.on_stroke(key, now, effects);
                }
            }
            Event::Paste(text) => {
                self.inputs += 1;
                self.end_paste(now, effects);
                self.on_paste(&text, now, effects);
            }
            Event::Mouse(mouse) => {
                self.inputs += 1;
                self.end_paste(now, effects);
                self.on_mouse(mouse, now, effects);
            }
            _ => {}
        }
    }

    /// Handles a key that was typed or is part of a paste.
    fn on_stroke(&mut self, key: KeyEvent, now: Now, effects: &mut Effects) {
        if self.paste_detector.continues(key, now.mono) {
            return;
        }
        self.finish_paste(now, effects);
        if pasted_character(key).is_some() && self.characters_are_actions() {
            return self.paste_detector.hold(key);
        }
        self.end_paste(now, effects);
        if self.discards_input() {
            self.note_discarded(key);
        } else {
            self.on_key(key, now, effects);
        }
    }

    /// Decides on the characters of the present batch, and ends a paste that is complete.
    pub(super) fn settle_paste(&mut self, now: Now, effects: &mut Effects) {
        self.decide_paste(now, effects);
        if self.paste_detector.deadline().is_some_and(|end| now.mono >= end) {
            self.finish_paste(now, effects);
        }
    }

    /// Decides on the characters so far and ends the paste, since other input follows.
    fn end_paste(&mut self, now: Now, effects: &mut Effects) {
        self.decide_paste(now, effects);
        self.finish_paste(now, effects);
    }

    /// Takes the characters of the batch for a paste, or handles each of them.
    fn decide_paste(&mut self, now: Now, effects: &mut Effects) {
        let opens_filter = |key: &KeyEvent| {
            self.popup.is_none() && self.shared.options.keymap.action(key) == Some(Action::Filter)
        };
        match self.paste_detector.decide(opens_filter, now.mono) {
            PasteKeys::Pasted => {}
            PasteKeys::Typed(keys) => {
                for key in keys {
                    if self.discards_input() {
                        self.note_discarded(key);
                        break;
                    }
                    self.on_key(key, now, effects);
                }
            }
        }
    }

    fn finish_paste(&mut self, now: Now, effects: &mut Effects) {
        let Some(text) = self.paste_detector.take_text() else { return };
        let has_nothing = match &self.popup {
            Some(Popup::Confirm(_)) | None => false,
            Some(_) => scan_text(&text).is_empty(),
        };
        let found = self.on_paste(&text, now, effects);
        if has_nothing || found == Some(LookupCount::None) {
            let sentence = messages::lookup::paste_ignored(text.chars().count());
            self.shared.notifications.notify(Tone::Warning, sentence);
        }
    }

    /// Returns whether characters are actions now, and not input of a text.
    fn characters_are_actions(&self) -> bool {
        match &self.popup {
            Some(popup) => !popup.takes_text(),
            None => !self.panes.filter_in_view().is_editing(),
        }
    }

    /// Opens the undo that was asked for while the journal was being read.
    pub(super) fn settle_undo(&mut self, now: Now, effects: &mut Effects) {
        if self.shared.waits_to_undo && !self.shared.is_reading_journal() {
            self.shared.waits_to_undo = false;
            if self.can_open_popup() {
                self.act(Action::Undo, now, effects);
            }
        }
    }

    fn on_key(&mut self, key: KeyEvent, now: Now, effects: &mut Effects) {
        self.shared.waits_to_undo = false;
        let (columns, rows) = self.shared.size;
        let asks_to_quit = matches!(self.popup, Some(Popup::Quit(_)));
        // A screen too small for popups only says so.
        if is_ctrl_c(&key) && !layout::is_usable(columns, rows) && !asks_to_quit {
            self.close_popups();
            return self.quit();
        }
        if let Some(popup) = &mut self.popup {
            let context = &mut Context { shared: &mut self.shared, now, effects };
            let flow = popup.key(key, context);
            return self.follow(flow, now, effects);
        }
        if self.panes.filter_in_view().is_editing() && !is_ctrl_c(&key) {
            self.shared.shown_at = now;
            return self.panes.filter_in_view_mut().key(key, &self.shared.options.filters, now);
        }
        if let Some(action) = self.shared.options.keymap.action(&key) {
            self.shared.shown_at = now;
            self.act(action, now, effects);
        }
    }

    /// Handles pasted text; returns what it has to find, if it was searched.
    fn on_paste(&mut self, text: &str, now: Now, effects: &mut Effects) -> Option<LookupCount> {
        self.shared.waits_to_undo = false;
        match &mut self.popup {
            Some(popup) => {
                let context = &mut Context { shared: &mut self.shared, now, effects };
                let flow = popup.paste(text, context);
                self.follow(flow, now, effects);
                None
            }
            None if self.panes.filter_in_view().is_editing() => {
                self.panes.filter_in_view_mut().paste(text, &self.shared.options.filters, now);
                None
            }
            None => Some(self.find_key_ids(text, now, effects)),
        }
    }

    /// Handles the mouse: a click selects, the wheel scrolls. No click confirms anything.
    fn on_mouse(&mut self, mouse: MouseEvent, now: Now, effects: &mut Effects) {
        self.shared.waits_to_undo = false;
        let regions = self.regions();
        let context = &mut Context { shared: &mut self.shared, now, effects };
        if let Some(popup) = &mut self.popup {
            return popup.mouse(mouse, context);
        }
        let rows = context.shared.size.1;
        let Some(hit) = layout::hit(&regions, rows, mouse.column, mouse.row) else { return };
        let step = match mouse.kind {
            MouseEventKind::ScrollDown => CursorMove::By(WHEEL_ROWS),
            MouseEventKind::ScrollUp => CursorMove::By(-WHEEL_ROWS),
            MouseEventKind::Down(MouseButton::Left) => {
                self.panes.focus = hit.pane;
                context.shared.lookups.cancel_auto_select();
                match hit.line {
                    Some(line) => CursorMove::ToLine(line),
                    None => CursorMove::By(0),
                }
            }
            _ => return,
        };
        context.shared.shown_at = now;
        self.panes.go_in(hit.pane, step, context);
    }
}
