//! The windows of long text: the help, and the errors in full. The same lines
//! are drawn in a window and handed to a pager.

use crossterm::event::{KeyCode, KeyEvent};

use crate::filter::TERMS;
use crate::model::format_time_of_day;
use crate::tui::app::{Effect, Popup, State, Tone, wrap_text};
use crate::tui::keymap::{ACTIONS, Action};
use crate::tui::layout;
use crate::tui::messages::lists::TEXT_COPIED;
use crate::tui::messages::popups as messages;

/// How a line is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextTone {
    /// The text itself.
    Plain,
    /// Words beside it.
    Dim,
}

/// The widest window of text.
pub(crate) const MAX_POPUP_COLUMNS: u16 = 100;

/// Columns for the keys in the help.
const KEYS_COLUMNS: usize = 18;

impl State {
    /// The lines of the window of text that is open, if one is.
    pub(crate) fn text(&self) -> Option<Vec<(TextTone, String)>> {
        match &self.popup {
            Some(Popup::Help(_)) => Some(self.help()),
            Some(Popup::Errors(_)) => Some(self.errors()),
            Some(Popup::Text(window)) => {
                Some(window.lines.iter().map(|line| (TextTone::Plain, line.clone())).collect())
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
        let terms =
            TERMS.iter().map(|term| (TextTone::Plain, format!("{}: {}", term.finds, term.forms)));
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
        // What a small screen has cut stands here in full as well.
        if let Some(notice) = self.notifications.result() {
            let last = [
                (TextTone::Dim, messages::LAST_MESSAGE.to_owned()),
                (TextTone::Plain, notice.text.clone()),
                (TextTone::Plain, String::new()),
            ];
            lines.splice(0..0, last);
        }
        lines
    }

    /// Handles a key while a popup of text is open, by the user's bindings; a key that does nothing
    /// there closes it.
    pub(super) fn take_text_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        match (self.keymap.action(&key), key.code) {
            // The pager takes the place of the other view.
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
            // Space pages as in less, whatever it marks elsewhere.
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
            Some(Popup::Text(window)) => window.copy.clone(),
            _ => None,
        }
    }

    /// As many lines as the window shows, but for one to go on from.
    fn text_page(&self) -> isize {
        let (_, height) = self.text_room();
        isize::try_from(height.saturating_sub(1).max(1)).unwrap_or(1)
    }

    /// Columns and rows for text in a window as high as can be.
    fn text_room(&self) -> (usize, usize) {
        let (columns, rows) = self.size;
        let (_, inside) = layout::popup_area(columns, rows, MAX_POPUP_COLUMNS, rows);
        (usize::from(inside.width), usize::from(inside.height))
    }

    /// Scrolls the window of text, no further than its ends.
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
            Some(Popup::Text(window)) => &mut window.first,
            _ => return,
        };
        *first = first.saturating_add_signed(lines).min(last);
    }

    /// The help or the errors close; errors that were read are dismissed.
    fn close_text(&mut self) {
        if matches!(self.popup, Some(Popup::Errors(_))) {
            self.notifications.dismiss();
        }
        self.popup = None;
    }
}
