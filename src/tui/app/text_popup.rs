//! The windows of long text: the help, and the errors in full. The same lines
//! are drawn in a window and handed to a pager.

use crossterm::event::{KeyCode, KeyEvent};

use crate::filter::TERMS;
use crate::model::format_time_of_day;
use crate::tui::app::{Effect, Popup, State, Tone, wrap_text};
use crate::tui::keymap::ACTIONS;
use crate::tui::layout;

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

/// Columns of a filter term in the help.
const TERM_COLUMNS: usize = 42;

/// What the signs in the lists mean.
const LEGEND_TEXT: &str =
    "● Active  ○ Inactive  ◌ another status  – none  ? not read  ~ from the credential report";

/// What a dialog listens to.
const DIALOG_HELP: &str = "In a dialog: y confirms, n or esc cancels, tab goes on to the reason and the buttons, enter \
                      presses the button. Changes to Active, and of a key that signs this session, ask for its last \
                      four characters instead; several keys ask for their number, once all of them have been on the \
                      screen. These keys can't be given away; all others can, in the configuration file.";

const FILTER_HELP: &str = "In the filter: any text finds user names and key IDs, best first; terms narrow it, and a \
                      leading - negates one:";

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
        let words = ["", LEGEND_TEXT, "", DIALOG_HELP, "", FILTER_HELP]
            .map(|line| (TextTone::Dim, line.to_owned()));
        let terms = TERMS
            .iter()
            .map(|term| (TextTone::Plain, format!("{:TERM_COLUMNS$}  {}", term.forms, term.finds)));
        commands.chain(words).chain(terms).collect()
    }

    fn errors(&self) -> Vec<(TextTone, String)> {
        let mut lines = Vec::new();
        for failure in self.notifications.errors().iter().rev() {
            let times = if failure.times > 1 {
                format!(" ({} times)", failure.times)
            } else {
                String::new()
            };
            lines.push((TextTone::Dim, format!("{}{times}", format_time_of_day(failure.at))));
            lines.push((TextTone::Plain, failure.text.clone()));
            lines.push((TextTone::Plain, String::new()));
        }
        if lines.is_empty() {
            lines.push((TextTone::Plain, "Nothing has gone wrong so far.".to_owned()));
        }
        // What a small screen has cut stands here in full as well.
        if let Some(notice) = self.notifications.result() {
            let told =
                [(TextTone::Dim, "Told last".to_owned()), (TextTone::Plain, notice.text.clone())];
            lines.splice(0..0, told.into_iter().chain([(TextTone::Plain, String::new())]));
        }
        lines
    }

    /// A key while a window of text is open.
    pub(super) fn take_text_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        match key.code {
            KeyCode::Char('v') => {
                let lines = self.text().unwrap_or_default();
                let text: String =
                    lines.into_iter().flat_map(|(_, line)| [line, "\n".to_owned()]).collect();
                return vec![Effect::Page(text)];
            }
            KeyCode::Char('y') if let Some(text) = self.text_to_copy() => {
                self.notifications.notify(Tone::Info, "The text was sent to the clipboard.");
                return vec![Effect::Copy(text)];
            }
            KeyCode::Char('j') | KeyCode::Down => self.scroll_text(1),
            KeyCode::Char('k') | KeyCode::Up => self.scroll_text(-1),
            KeyCode::PageDown | KeyCode::Char(' ') => self.scroll_text(self.text_page()),
            KeyCode::PageUp => self.scroll_text(-self.text_page()),
            KeyCode::Char('g') | KeyCode::Home => self.scroll_text(isize::MIN),
            KeyCode::Char('G') | KeyCode::End => self.scroll_text(isize::MAX),
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
