//! Filter: its input line and the part of it that is in force.

use crossterm::event::{Event, KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler as _;
use unicode_width::UnicodeWidthStr as _;

use crate::filter::{Filter, FilterRow, Match, SavedFilters, Searcher, saved};
use crate::model::Now;
use crate::tui::context::Shared;
use crate::tui::keymap::Action;
use crate::tui::messages;
use crate::tui::render::Theme;
use crate::tui::render::block::draw_row;
use crate::tui::render::text_input::visible_part;

/// Filter of the list in view.
#[derive(Clone, Debug, Default)]
pub(crate) struct FilterLine {
    /// Text as typed.
    pub input: Input,
    /// `true` while the input has the focus.
    pub editing: bool,
    /// Short error for the first invalid term; the other terms are in force.
    pub error: Option<String>,
    filter: Filter,
    /// Number of filters that have been in force.
    version: u64,
    searcher: Searcher,
    /// Whether the input is words that are searched for, without terms.
    is_of_words: bool,
    /// The completion that tab continues.
    completion: Option<Completion>,
}

/// A name of a saved filter that tab has completed.
#[derive(Clone, Debug)]
struct Completion {
    /// Input before the name.
    before: String,
    /// Characters of the name that were typed.
    typed: String,
    /// Number of the name among those that begin with these.
    number: usize,
}

impl FilterLine {
    /// Returns a filter of words, without terms. The list compares [`Self::words`].
    pub(crate) fn of_words() -> Self {
        Self { is_of_words: true, ..Self::default() }
    }

    /// Returns whether the filter hides anything.
    pub(crate) fn is_active(&self) -> bool {
        if self.is_of_words {
            return !self.input.value().trim().is_empty();
        }
        !self.filter.is_empty()
    }

    /// Returns the words of the input in lower case.
    pub(crate) fn words(&self) -> Vec<String> {
        self.input.value().split_whitespace().map(str::to_lowercase).collect()
    }

    /// Returns the filter in force.
    pub(crate) fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Returns a number that changes whenever the filter does.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// Notes that the marks have changed, which terms of the filter may depend on.
    pub(crate) fn touch(&mut self) {
        self.version += u64::from(self.filter.asks_for_marks());
    }

    /// Handles a key while the input has the focus.
    pub(crate) fn key(&mut self, key: KeyEvent, saved: &SavedFilters, now: Now) {
        match key.code {
            KeyCode::Enter => self.editing = false,
            KeyCode::Esc => self.clear(),
            KeyCode::Tab if !self.is_of_words => return self.complete(saved, now),
            _ => {
                if self.input.handle_event(&Event::Key(key)).is_some_and(|change| change.value) {
                    self.read(saved, now);
                }
            }
        }
        self.completion = None;
    }

    /// Completes the name of a saved filter at the end of the input, or replaces it by the next one.
    fn complete(&mut self, saved: &SavedFilters, now: Now) {
        let completion = match self.completion.take() {
            Some(last) => Completion { number: last.number + 1, ..last },
            None => match self.name_at_end() {
                Some((before, typed)) => Completion { before, typed, number: 0 },
                None => return,
            },
        };
        let names: Vec<_> =
            saved.names().filter(|name| name.starts_with(&completion.typed)).collect();
        let Some(name) = completion.number.checked_rem(names.len()).map(|at| names[at]) else {
            return;
        };
        self.input = Input::new(format!("{}@{name}", completion.before));
        self.completion = Some(completion);
        self.read(saved, now);
    }

    /// Returns the input before a name that begins at its end, and the characters of the name. A new
    /// word may be one.
    fn name_at_end(&self) -> Option<(String, String)> {
        let text = self.input.value();
        let start = text.rfind(char::is_whitespace).map_or(0, |at| at + 1);
        let (before, word) = text.split_at_checked(start)?;
        let typed = if word.is_empty() { word } else { word.strip_prefix('@')? };
        (typed.is_empty() || saved::is_name(typed)).then(|| (before.to_owned(), typed.to_owned()))
    }

    /// Appends pasted text to the input.
    pub(crate) fn paste(&mut self, text: &str, saved: &SavedFilters, now: Now) {
        let line: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
        self.input = Input::new(format!("{}{line}", self.input.value()));
        self.completion = None;
        self.read(saved, now);
    }

    /// Removes the filter.
    pub(crate) fn clear(&mut self) {
        self.input.reset();
        self.filter = Filter::default();
        self.error = None;
        self.editing = false;
        self.version += 1;
    }

    fn read(&mut self, saved: &SavedFilters, now: Now) {
        if self.is_of_words {
            self.version += 1;
            return;
        }
        let (filter, error) = Filter::parse_saved_words(self.input.value(), saved, now.wall);
        self.error =
            error.map(|error| messages::lists::filter_invalid(&error.brief, !filter.is_empty()));
        // A term that is still invalid leaves the list as it is.
        if filter != self.filter {
            self.filter = filter;
            self.version += 1;
        }
    }

    /// Returns the filter's verdict on a row.
    pub(crate) fn matches(&mut self, row: &FilterRow<'_>) -> Match {
        self.filter.matches(row, &mut self.searcher)
    }

    /// Returns whether the filter takes the row of the footer: while it is edited or in force.
    pub(crate) fn is_shown(&self) -> bool {
        self.editing || !self.input.value().is_empty()
    }

    /// Returns the hint while the filter is edited: the saved filter whose name the input ends with,
    /// else the names that tab would complete.
    fn editing_hint(&self, saved: &SavedFilters) -> String {
        let typed = self.name_at_end().filter(|_| !self.is_of_words).map(|(_, typed)| typed);
        let Some(typed) = typed else { return messages::panes::FILTER_EDITING.to_owned() };
        if let Some(filter) = saved.get(&typed) {
            return messages::panes::saved_filter(&typed, filter);
        }
        let names: Vec<_> = saved.names().filter(|name| name.starts_with(&typed)).collect();
        messages::panes::filter_editing(&names)
    }

    /// Draws the filter in the row of the footer.
    pub(crate) fn draw(&self, shared: &Shared, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
        let (note, style) = match &self.error {
            Some(error) => (error.clone(), theme.warning),
            None if self.editing => (self.editing_hint(&shared.options.filters), theme.dim),
            None => {
                let (edit, clear) =
                    (shared.key_for(Action::Filter), shared.key_for(Action::Cancel));
                (messages::panes::filter_kept(edit, clear), theme.dim)
            }
        };
        let room = usize::from(area.width).saturating_sub(2);
        // An error gets up to half of the width, a hint only what the filter leaves.
        let beside = self.error.as_ref().map_or(0, |error| (error.width() + 3).min(room / 2));
        let (typed, column) = match self.input.value() {
            _ if self.editing => visible_part(&self.input, room - beside),
            kept => (theme.glyphs.fit(kept, kept.width().min(room - beside)), 0),
        };
        let left = room.saturating_sub(typed.width() + 3);
        let note = theme.glyphs.fit(&note, left.min(note.width()));
        let spans = vec![
            Span::styled(" /", theme.key),
            Span::raw(typed),
            Span::styled(format!("   {note}"), style),
        ];
        draw_row(spans, theme.plain, frame, area, 0);
        if self.editing {
            let column = u16::try_from(column).unwrap_or(0) + 2;
            frame.set_cursor_position((area.x + column.min(area.width.saturating_sub(1)), area.y));
        }
    }
}
