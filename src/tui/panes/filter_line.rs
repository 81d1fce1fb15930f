//! Filter: its input line and the part of it that is in force.

use std::ops::Range;

use crossterm::event::{Event, KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::Span;
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler as _;
use unicode_width::UnicodeWidthStr as _;

use crate::filter::{Completions, Filter, FilterRow, Match, SavedFilters, Searcher, completions};
use crate::inventory::UserFacts;
use crate::model::{AccessKey, Now};
use crate::tui::context::Shared;
use crate::tui::keymap::is_ctrl_c;
use crate::tui::messages;
use crate::tui::panes::filter_history::FilterHistory;
use crate::tui::render::Theme;
use crate::tui::render::block::draw_row;
use crate::tui::render::text_input::{VisibleText, insert_at_cursor, place_cursor, visible_text};

/// Maximum number of characters that a paste adds to the input.
const MAX_PASTED_CHARACTERS: usize = 200;

/// Filter of the list in view.
#[derive(Clone, Debug, Default)]
pub(crate) struct FilterLine {
    /// Text as typed.
    pub input: Input,
    /// Whether the input has the focus.
    editing: bool,
    /// The first invalid term; the other terms are in force.
    pub error: Option<InvalidTerm>,
    filter: Filter,
    /// Number of filters that have been in force.
    version: u64,
    searcher: Searcher,
    /// Whether the input is words that are searched for, without terms.
    is_of_words: bool,
    /// Whether the filter is of an earlier run, and was not edited since.
    is_restored: bool,
    /// The completion that tab continues.
    completion: Option<Completion>,
    history: FilterHistory,
}

/// An invalid term of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InvalidTerm {
    /// What is wrong, in a few words, and what is in force.
    pub note: String,
    /// Its range in the input, in bytes.
    pub span: Range<usize>,
}

/// A word that tab has completed.
#[derive(Clone, Debug)]
struct Completion {
    /// Input before the word.
    before: String,
    /// What the word can be completed to.
    words: Vec<String>,
    /// Number of the present one among these.
    number: usize,
}

impl FilterLine {
    /// Returns a filter of words, without terms. The list compares [`Self::words`].
    pub(crate) fn of_words() -> Self {
        Self { is_of_words: true, ..Self::default() }
    }

    /// Gives the input the focus.
    pub(crate) fn edit(&mut self) {
        self.editing = true;
    }

    /// Returns whether the input has the focus.
    pub(crate) fn is_editing(&self) -> bool {
        self.editing
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

    /// Handles a key while the input has the focus.
    pub(crate) fn key(&mut self, key: KeyEvent, saved: &SavedFilters, now: Now) {
        match key.code {
            KeyCode::Enter => {
                self.editing = false;
                self.history.add(self.input.value());
            }
            KeyCode::Up => self.recall(true, saved, now),
            KeyCode::Down => self.recall(false, saved, now),
            KeyCode::Esc => self.clear(),
            _ if is_ctrl_c(&key) => self.clear(),
            KeyCode::Tab if !self.is_of_words => return self.complete(saved, now),
            _ => {
                if self.input.handle_event(&Event::Key(key)).is_some_and(|change| change.value) {
                    self.read(saved, now);
                }
            }
        }
        self.completion = None;
    }

    /// Completes the last word of the input, or replaces it by the next completion.
    fn complete(&mut self, saved: &SavedFilters, now: Now) {
        let last = self.completion.take().filter(|last| last.words.len() > 1);
        let completion = if let Some(last) = last {
            Completion { number: (last.number + 1) % last.words.len(), ..last }
        } else {
            let Completions { start, words } = completions(self.input.value(), saved);
            Completion { before: self.input.value()[..start].to_owned(), words, number: 0 }
        };
        let Some(word) = completion.words.get(completion.number) else { return };
        self.input = Input::new(format!("{}{word}", completion.before));
        self.completion = Some(completion);
        self.read(saved, now);
    }

    /// Replaces the input by the filter kept before or after it.
    fn recall(&mut self, before: bool, saved: &SavedFilters, now: Now) {
        if let Some(text) = self.history.recall(before, self.input.value()) {
            self.input = Input::new(text);
            self.read(saved, now);
        }
    }

    /// Inserts pasted text at the cursor.
    pub(crate) fn paste(&mut self, text: &str, saved: &SavedFilters, now: Now) {
        insert_at_cursor(&mut self.input, text, MAX_PASTED_CHARACTERS);
        self.completion = None;
        self.read(saved, now);
    }

    /// Replaces the filter.
    pub(crate) fn set(&mut self, filter: &str, saved: &SavedFilters, now: Now) {
        self.clear();
        self.input = Input::new(filter.to_owned());
        self.read(saved, now);
    }

    /// Replaces the input by the filter of an earlier run.
    pub(crate) fn restore(&mut self, text: String, saved: &SavedFilters, now: Now) {
        self.history.add(&text);
        self.input = Input::new(text);
        self.read(saved, now);
        self.is_restored = true;
    }

    /// Returns whether the filter is of an earlier run, and was not edited since.
    pub(crate) fn is_restored(&self) -> bool {
        self.is_restored
    }

    /// Replaces the input by words that are searched for.
    pub(crate) fn set_words(&mut self, words: &str) {
        self.input = Input::new(words.to_owned());
        self.editing = false;
        self.version += 1;
    }

    /// Removes the filter.
    pub(crate) fn clear(&mut self) {
        self.input.reset();
        self.filter = Filter::default();
        self.error = None;
        self.editing = false;
        self.completion = None;
        self.is_restored = false;
        self.version += 1;
    }

    fn read(&mut self, saved: &SavedFilters, now: Now) {
        if self.is_of_words {
            self.version += 1;
            return;
        }
        self.is_restored = false;
        let (filter, error) = Filter::parse_saved_words(self.input.value(), saved, now.wall);
        self.error = error.map(|error| InvalidTerm {
            note: messages::lists::filter_invalid(&error.brief, !filter.is_empty()),
            span: error.span,
        });
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

    /// Returns the listed keys of a user that match the filter. It shows the user for one of them.
    pub(crate) fn matching_keys<'a>(
        &self,
        facts: &'a UserFacts,
        shared: &Shared,
        searcher: &mut Searcher,
    ) -> Vec<&'a AccessKey> {
        let account = shared.inventory.row_account();
        let is_match = |key: &&AccessKey| {
            let row = facts.key_row(account, key, shared.marks.contains(&key.id));
            self.filter.matches(&row, searcher).is_yes()
        };
        facts.live_keys().iter().filter(is_match).collect()
    }

    /// Returns whether the filter takes the row of the footer: while it is edited or in force.
    pub(crate) fn is_shown(&self) -> bool {
        self.editing || !self.input.value().is_empty()
    }

    /// Returns the hint while the filter is edited: the saved filter whose name the input ends
    /// with, else the words that tab would complete.
    fn editing_hint(&self, completions: &Completions, saved: &SavedFilters) -> String {
        if self.is_of_words {
            return messages::panes::FILTER_EDITING.to_owned();
        }
        let word = &self.input.value()[completions.start..];
        let name = word.strip_prefix('@').unwrap_or_default();
        if let Some(filter) = saved.get(name) {
            return messages::panes::saved_filter(name, filter);
        }
        let last = self.completion.as_ref().filter(|last| last.words.len() > 1);
        let words = last.map_or(&completions.words, |last| &last.words);
        messages::panes::filter_editing(words)
    }

    /// Returns the invalid term, unless it is being typed and can still become a valid one.
    fn invalid_term(&self, completions: &Completions) -> Option<&InvalidTerm> {
        let is_unfinished = |error: &&InvalidTerm| {
            self.editing && !completions.words.is_empty() && error.span.start == completions.start
        };
        self.error.as_ref().filter(|error| !is_unfinished(error))
    }

    /// Draws the filter in the row of the footer, and returns what is left of the row: nothing
    /// while the filter is edited or has an invalid term.
    pub(crate) fn draw(
        &self,
        shared: &Shared,
        theme: &Theme,
        frame: &mut Frame<'_>,
        area: Rect,
    ) -> Rect {
        let saved = &shared.options.filters;
        let completions = completions(self.input.value(), saved);
        let error = self.invalid_term(&completions);
        let room = usize::from(area.width).saturating_sub(2);
        let (note, style) = match error {
            Some(error) => (error.note.clone(), theme.warning),
            None if self.editing => (self.editing_hint(&completions, saved), theme.dim),
            None => return self.draw_kept(room / 2, theme, frame, area),
        };
        // An error gets up to half of the width, a hint only what the filter leaves.
        let beside = error.map_or(0, |error| (error.note.width() + 3).min(room / 2));
        let kept = self.input.value();
        let VisibleText { text, start, cursor } = if self.editing {
            visible_text(&self.input, room - beside)
        } else {
            let text = theme.glyphs.fit(kept, kept.width().min(room - beside));
            VisibleText { text, start: 0, cursor: 0 }
        };
        let left = room.saturating_sub(text.width() + 3);
        let note = theme.glyphs.fit(&note, left.min(note.width()));
        let mut spans = vec![Span::styled(" /", theme.key)];
        let wrong = error.map_or(0..0, |error| error.span.clone());
        let mark = theme.warning.add_modifier(Modifier::UNDERLINED);
        spans.extend(marked(&text, &kept[start..], start, &wrong, mark));
        spans.push(Span::styled(format!("   {note}"), style));
        draw_row(spans, theme.plain, frame, area, 0);
        if self.editing {
            place_cursor(frame, area, cursor + 2, 0);
        }
        Rect { width: 0, ..area }
    }

    /// Draws the filter in force in at most that many columns, and returns what is left of the row.
    fn draw_kept(&self, columns: usize, theme: &Theme, frame: &mut Frame<'_>, area: Rect) -> Rect {
        let kept = self.input.value();
        let text = theme.glyphs.fit(kept, kept.width().min(columns));
        let used = u16::try_from(text.width() + 4).unwrap_or(u16::MAX).min(area.width);
        draw_row(
            vec![Span::styled(" /", theme.key), Span::styled(text, theme.strong)],
            theme.plain,
            frame,
            area,
            0,
        );
        Rect { x: area.x + used, width: area.width - used, ..area }
    }
}

/// Returns a text in spans, with the part in a range of bytes marked. The text is the beginning of
/// `rest`, the input from the byte `start` on; an ellipsis may end it.
fn marked<'a>(
    text: &str,
    rest: &str,
    start: usize,
    wrong: &Range<usize>,
    style: Style,
) -> [Span<'a>; 3] {
    let same = text.chars().zip(rest.chars()).take_while(|(shown, typed)| shown == typed);
    let same: usize = same.map(|(shown, _)| shown.len_utf8()).sum();
    let [from, to] = [wrong.start, wrong.end].map(|at| at.saturating_sub(start).min(same));
    let (before, marked, after) = match (text.get(..from), text.get(from..to), text.get(to..)) {
        (Some(before), Some(marked), Some(after)) => (before, marked, after),
        _ => (text, "", ""),
    };
    [
        Span::raw(before.to_owned()),
        Span::styled(marked.to_owned(), style),
        Span::raw(after.to_owned()),
    ]
}
