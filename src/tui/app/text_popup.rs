//! Popups of long text: help and errors. The same lines are drawn and sent to a pager.

use crossterm::event::{KeyCode, KeyEvent};

use crate::filter::TERMS;
use crate::model::format_time_of_day;
use crate::tui::app::{Effect, Popup, State, Tone, wrap_text};
use crate::tui::keymap::{ACTIONS, Action};
use crate::tui::layout;
use crate::tui::messages::lists::TEXT_COPIED;
use crate::tui::messages::popups as messages;

/// Style of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextTone {
    /// Main text.
    Plain,
    /// Less important text.
    Dim,
}

/// Maximum width of a popup of text, in columns.
pub(crate) const MAX_POPUP_COLUMNS: u16 = 100;

/// Columns of the keys in the help.
const KEYS_COLUMNS: usize = 18;

/// Columns of a filter term in the help.
const TERM_COLUMNS: usize = 42;

impl State {
    /// Returns the lines of the open popup of text.
    pub(crate) fn text(&self) -> Option<Vec<(TextTone, String)>> {
        match &self.popup {
            Some(Popup::Help(_)) => Some(self.help()),
            Some(Popup::Errors(_)) => Some(self.errors()),
            Some(Popup::Text(popup)) => {
                Some(popup.lines.iter().map(|line| (TextTone::Plain, line.clone())).collect())
            }
            _ => None,
        }
    }

    fn help(&self) -> Vec<(TextTone, String)> {
        let commands = ACTIONS.iter().map(|command| {
            let keys: Vec<_> = self.keymap.keys(command.action).collect();
            (TextTone::Plain, format!("{:KEYS_COLUMNS$}{}", keys.join("  "), command.help))
        });
        let words = ["", messages::LEGEND, "", messages::DIALOG_HELP, "", messages::FILTER_HELP]
            .map(|line| (TextTone::Dim, line.to_owned()));
        let terms = TERMS
            .iter()
            .map(|term| (TextTone::Plain, format!("{:TERM_COLUMNS$}  {}", term.forms, term.finds)));
        commands.chain(words).chain(terms).collect()
    }

    fn errors(&self) -> Vec<(TextTone, String)> {
        let mut lines = Vec::new();
        for failure in self.notifications.errors().iter().rev() {
            let times = messages::repeated(failure.times);
            lines.push((TextTone::Dim, format!("{}{times}", format_time_of_day(failure.at))));
            lines.push((TextTone::Plain, failure.text.clone()));
            lines.push((TextTone::Plain, String::new()));
        }
        if lines.is_empty() {
            lines.push((TextTone::Plain, messages::NO_ERRORS.to_owned()));
        }
        // The status area of a small screen truncates it.
        if let Some(notification) = self.notifications.result() {
            let last = [
                (TextTone::Dim, messages::LAST_MESSAGE.to_owned()),
                (TextTone::Plain, notification.text.clone()),
                (TextTone::Plain, String::new()),
            ];
            lines.splice(0..0, last);
        }
        lines
    }

    /// Handles a key in a popup of text by the user's bindings; actions that do not apply close it.
    pub(super) fn take_text_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        match (self.keymap.action(&key), key.code) {
            // In a popup there is no other view: the key opens the pager.
            (Some(Action::View), _) => {
                let lines = self.text().unwrap_or_default();
                let text: String =
                    lines.into_iter().flat_map(|(_, line)| [line, "\n".to_owned()]).collect();
                return vec![Effect::Page(text)];
            }
            (Some(Action::CopyId), _) if let Some(text) = self.text_to_copy() => {
                self.notifications.notify(Tone::Info, TEXT_COPIED);
                return vec![Effect::Copy(text)];
            }
            (Some(Action::Down), _) => self.scroll_text(1),
            (Some(Action::Up), _) => self.scroll_text(-1),
            (Some(Action::PageUp), _) => self.scroll_text(-self.text_page()),
            (Some(Action::Top), _) => self.scroll_text(isize::MIN),
            (Some(Action::Bottom), _) => self.scroll_text(isize::MAX),
            // Space scrolls as in less, since nothing can be marked here.
            (Some(Action::PageDown), _) | (Some(Action::Mark) | None, KeyCode::Char(' ')) => {
                self.scroll_text(self.text_page());
            }
            (Some(Action::Help), _) if !matches!(self.popup, Some(Popup::Help(_))) => {
                self.close_text();
                self.popup = Some(Popup::Help(0));
            }
            _ => self.close_text(),
        }
        Vec::new()
    }

    fn text_to_copy(&self) -> Option<String> {
        match &self.popup {
            Some(Popup::Text(popup)) => popup.copy.clone(),
            _ => None,
        }
    }

    /// Returns the lines of one page: those visible, less one for continuity.
    fn text_page(&self) -> isize {
        let (_, height) = self.text_room();
        isize::try_from(height.saturating_sub(1).max(1)).unwrap_or(1)
    }

    /// Returns the columns and rows of the largest popup of text.
    fn text_room(&self) -> (usize, usize) {
        let (columns, rows) = self.size;
        let (_, inside) = layout::popup_area(columns, rows, MAX_POPUP_COLUMNS, rows);
        (usize::from(inside.width), usize::from(inside.height))
    }

    /// Scrolls the popup by lines, no further than its ends.
    pub(super) fn scroll_text(&mut self, lines: isize) {
        let (width, height) = self.text_room();
        let all: usize = self
            .text()
            .unwrap_or_default()
            .iter()
            .map(|(_, line)| wrap_text(line, width).len())
            .sum();
        let last = all.saturating_sub(height);
        let first = match &mut self.popup {
            Some(Popup::Help(first) | Popup::Errors(first)) => first,
            Some(Popup::Text(popup)) => &mut popup.first,
            _ => return,
        };
        *first = first.saturating_add_signed(lines).min(last);
    }

    /// Closes the popup; errors that were shown are dismissed.
    fn close_text(&mut self) {
        if matches!(self.popup, Some(Popup::Errors(_))) {
            self.notifications.dismiss();
        }
        self.popup = None;
    }
}
