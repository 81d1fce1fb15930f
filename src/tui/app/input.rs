//! Keys, pastes, the mouse and resizes.

use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use ratatui::layout::Size;

use crate::model::scan_text;
use crate::tui::app::paste_detector::{PasteKeys, pasted_character};
use crate::tui::app::ui::Ui;
use crate::tui::context::{Context, NotificationTopic, Tone};
use crate::tui::handlers::LookupCount;
use crate::tui::keymap::{Action, is_ctrl_c};
use crate::tui::messages;
use crate::tui::panes::CursorMove;
use crate::tui::popups::{Component as _, Popup};
use crate::tui::render::layout;

impl Ui {
    /// Handles an event of the terminal.
    pub(super) fn on_input(&mut self, event: Event, context: &mut Context<'_>) {
        match event {
            Event::Resize(columns, rows) => context.shared.size = Size::new(columns, rows),
            Event::Key(key) if key.kind != KeyEventKind::Release => {
                for key in split_alt(key) {
                    self.inputs += 1;
                    self.on_stroke(key, context);
                }
            }
            Event::Paste(text) => {
                self.inputs += 1;
                self.end_paste(context);
                self.on_paste(&text, context);
            }
            Event::Mouse(mouse) => {
                self.inputs += 1;
                self.end_paste(context);
                self.on_mouse(mouse, context);
            }
            _ => {}
        }
    }

    /// Handles a key that was typed or is part of a paste.
    fn on_stroke(&mut self, key: KeyEvent, context: &mut Context<'_>) {
        if self.paste_detector.continues(key, context.now.mono) {
            return;
        }
        self.finish_paste(context);
        if pasted_character(key).is_some() && self.characters_are_actions() {
            return self.paste_detector.hold(key);
        }
        self.end_paste(context);
        if self.discards_input() {
            self.note_discarded(key);
        } else {
            self.on_key(key, context);
        }
    }

    /// Decides on the characters of the present batch, and ends a paste that is complete.
    pub(super) fn settle_paste(&mut self, context: &mut Context<'_>) {
        self.decide_paste(context);
        if self.paste_detector.deadline().is_some_and(|end| context.now.mono >= end) {
            self.finish_paste(context);
        }
    }

    /// Decides on the characters so far and ends the paste, since other input follows.
    fn end_paste(&mut self, context: &mut Context<'_>) {
        self.decide_paste(context);
        self.finish_paste(context);
    }

    /// Takes the characters of the batch for a paste, or handles each of them.
    fn decide_paste(&mut self, context: &mut Context<'_>) {
        let opens_filter = |key: &KeyEvent| {
            self.popups.is_empty()
                && context.shared.options.keymap.action(key) == Some(Action::Filter)
        };
        match self.paste_detector.decide(opens_filter, context.now.mono) {
            PasteKeys::Pasted => {}
            PasteKeys::Typed(keys) => {
                for key in keys {
                    if self.discards_input() {
                        self.note_discarded(key);
                        break;
                    }
                    self.on_key(key, context);
                }
            }
        }
    }

    fn finish_paste(&mut self, context: &mut Context<'_>) {
        let Some(text) = self.paste_detector.take_text() else { return };
        let has_nothing = match self.popups.top() {
            // The list of actions is filtered by text without key IDs.
            Some(Popup::Confirm(_) | Popup::Actions(_)) | None => false,
            Some(_) => scan_text(&text).is_empty(),
        };
        let found = self.on_paste(&text, context);
        if has_nothing || found == Some(LookupCount::None) {
            let sentence = messages::lookup::paste_ignored(text.chars().count());
            context.shared.notifications.notify(Tone::Warning, sentence);
        }
    }

    /// Returns whether characters are actions now, and not input of a text.
    fn characters_are_actions(&self) -> bool {
        match self.popups.top() {
            Some(popup) => !popup.takes_text(),
            None => !self.panes.is_editing_filter(),
        }
    }

    /// Opens the undo that was asked for while the journal was being read.
    pub(super) fn settle_undo(&mut self, context: &mut Context<'_>) {
        let notifications = &mut context.shared.notifications;
        let waits = notifications.ongoing() == Some(NotificationTopic::Undo);
        if waits && !context.shared.journal.is_reading() {
            notifications.clear_result();
            if self.can_open_popup() {
                self.act(Action::Undo, context);
            }
        }
    }

    fn on_key(&mut self, key: KeyEvent, context: &mut Context<'_>) {
        context.shared.notifications.end_ongoing(NotificationTopic::Undo);
        let asks_to_quit = matches!(self.popups.top(), Some(Popup::Quit(_)));
        // A screen too small for popups only says so.
        if is_ctrl_c(&key) && !layout::is_usable(context.shared.size) && !asks_to_quit {
            self.popups.clear();
            return self.quit(context.shared);
        }
        if let Some(popup) = self.popups.top_mut() {
            let outcome = popup.key(key, context);
            return self.apply_popup_outcome(outcome, context);
        }
        let filter = self.panes.filter_in_view_mut().filter(|filter| filter.is_editing());
        if let Some(filter) = filter {
            context.shared.shown_at = context.now;
            return filter.key(key, &context.shared.options.filters, context.now);
        }
        if let Some(action) = context.shared.options.keymap.action(&key) {
            context.shared.shown_at = context.now;
            self.act(action, context);
        }
    }

    /// Handles pasted text; returns what it has to find, if it was searched.
    fn on_paste(&mut self, text: &str, context: &mut Context<'_>) -> Option<LookupCount> {
        context.shared.notifications.end_ongoing(NotificationTopic::Undo);
        if let Some(popup) = self.popups.top_mut() {
            let outcome = popup.paste(text, context);
            self.apply_popup_outcome(outcome, context);
            return None;
        }
        match self.panes.filter_in_view_mut().filter(|filter| filter.is_editing()) {
            Some(filter) => {
                filter.paste(text, &context.shared.options.filters, context.now);
                None
            }
            None => Some(self.find_key_ids(text, context)),
        }
    }

    /// Handles the mouse: a click selects, the wheel scrolls. No click confirms anything.
    fn on_mouse(&mut self, mouse: MouseEvent, context: &mut Context<'_>) {
        context.shared.notifications.end_ongoing(NotificationTopic::Undo);
        let regions = self.regions(context.shared);
        if let Some(popup) = self.popups.top_mut() {
            return popup.mouse(mouse, context);
        }
        let rows = context.shared.size.height;
        let Some(hit) = layout::hit(&regions, rows, mouse.column, mouse.row) else { return };
        let step = if mouse.kind == MouseEventKind::Down(MouseButton::Left) {
            self.panes.focus = hit.pane;
            hit.line.map_or(CursorMove::By(0), CursorMove::ToLine)
        } else if let Some(step) = CursorMove::for_wheel(mouse.kind) {
            step
        } else {
            return;
        };
        context.shared.shown_at = context.now;
        self.panes.go_in(hit.pane, step, context);
    }
}

/// Splits alt and a key into esc and that key.
///
/// Terminals send alt as a leading esc byte, so esc followed quickly by `d` is read as alt-d. No
/// key is bound with alt, and a key typed after esc must not act on what esc has closed: both are
/// handled, in order. Alt-backspace is left to text inputs, where it deletes a word.
fn split_alt(key: KeyEvent) -> impl Iterator<Item = KeyEvent> {
    let sent_behind_esc = matches!(key.code, KeyCode::Char(_) | KeyCode::Enter | KeyCode::Tab);
    let is_two = sent_behind_esc && key.modifiers.contains(KeyModifiers::ALT);
    let alone = KeyEvent { modifiers: key.modifiers.difference(KeyModifiers::ALT), ..key };
    let esc = is_two.then(|| KeyEvent::from(KeyCode::Esc));
    esc.into_iter().chain([if is_two { alone } else { key }])
}
