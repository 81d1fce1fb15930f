//! Timeline of the events, the newest first, and the words that narrow it.

use std::sync::Arc;

use memchr::memmem;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::model::{CallOutcome, TrailEvent, format_utc};
use crate::ops::activity::{Activity, tactic_of};
use crate::tui::context::Shared;
use crate::tui::messages::activity as messages;
use crate::tui::panes::{CursorList, CursorMove, FilterLine};
use crate::tui::render::Theme;
use crate::tui::render::block::draw_paragraph;
use crate::tui::render::table::{TableColumn, TableRow, cursor_cell, draw_table, row_style};

/// An event in the list, which is compared by identity.
#[derive(Clone, Debug)]
struct TimelineEntry(Arc<TrailEvent>);

impl PartialEq for TimelineEntry {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Timeline of the events.
#[derive(Clone, Debug)]
pub(super) struct Timeline {
    /// Words that an event must contain.
    pub filter: FilterLine,
    list: CursorList<TimelineEntry>,
    /// Version of the filter, and generation of the activity, that are shown.
    shown_version: Option<(u64, u64)>,
    /// Whether a row of the summary led here.
    is_from_summary: bool,
}

impl Default for Timeline {
    fn default() -> Self {
        Self {
            filter: FilterLine::of_words(),
            list: CursorList::default(),
            shown_version: None,
            is_from_summary: false,
        }
    }
}

/// Columns of the table with their smallest widths, from left to right.
const COLUMNS: [TableColumn; 7] = [
    ("", 2),
    ("TIME", 21),
    ("RESULT", 13),
    ("CALL", 24),
    ("SOURCE IP", 16),
    ("ABOUT", 14),
    ("REGION", 15),
];

/// Minimum columns of a list with the whole time and the error code of each event.
const MIN_COLUMNS_FOR_ALL: usize = 60;

/// Columns of a time without year and second.
const SHORT_TIME_COLUMNS: usize = 12;

/// Columns of a result without the error code.
const SHORT_RESULT_COLUMNS: usize = 7;

/// Indexes of the columns that get the room that is left: the result, the call and what it was
/// about.
const GROWING: [usize; 3] = [2, 3, 5];

impl Timeline {
    /// Returns the selected event.
    pub(super) fn selected(&self) -> Option<Arc<TrailEvent>> {
        self.list.selected().map(|entry| Arc::clone(&entry.0))
    }

    /// Returns the number of events shown.
    pub(super) fn shown(&self) -> usize {
        self.list.items().len()
    }

    /// Returns whether a row of the summary led here, and forgets it.
    pub(super) fn leave_for_summary(&mut self) -> bool {
        std::mem::take(&mut self.is_from_summary)
    }

    /// Shows the events that contain these words.
    pub(super) fn show_words(&mut self, words: &str) {
        self.filter.set_words(words);
        self.is_from_summary = true;
        self.list.go(CursorMove::First);
    }

    /// Moves the cursor.
    pub(super) fn go(&mut self, step: CursorMove) {
        self.list.go(step);
    }

    /// Brings the list up to date.
    pub(super) fn settle(&mut self, activity: &Activity, inside: Rect) {
        // The heading, and the filter if there is one.
        let rows = 1 + usize::from(self.filter.is_shown());
        self.list.set_height(usize::from(inside.height).saturating_sub(rows));
        let version = (self.filter.version(), activity.generation());
        if self.shown_version == Some(version) {
            return;
        }
        let filter_changed = self.shown_version.is_some_and(|(filter, _)| filter != version.0);
        self.shown_version = Some(version);
        let words = self.filter.words();
        let words: Vec<_> = words.iter().map(|word| Word::parse(word)).collect();
        let contains_all = |event: &&Arc<TrailEvent>| words.iter().all(|word| word.is_in(event));
        let events = activity.events().iter().filter(contains_all);
        let entries = events.map(|event| TimelineEntry(Arc::clone(event))).collect();
        if !self.list.items().is_empty() && !filter_changed {
            // New events may come above the first: a cursor there stays on the newest.
            self.list.stay_at_top();
        }
        self.list.show(entries);
    }

    /// Draws the filter and the events in view.
    pub(super) fn draw(
        &self,
        activity: &Activity,
        shared: &Shared,
        theme: &Theme,
        frame: &mut Frame<'_>,
        inside: Rect,
    ) {
        let mut area = inside;
        if self.filter.is_shown() {
            let row = Rect { height: 1, ..area };
            self.filter.draw(shared, theme, frame, row);
            area = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        }
        if self.list.items().is_empty() {
            let text = if self.filter.is_active() {
                messages::NOTHING_MATCHES.to_owned()
            } else {
                activity.nothing_recorded().unwrap_or_default()
            };
            return draw_paragraph(&text, 0, theme, frame, area);
        }
        let width = usize::from(area.width);
        let (columns, is_narrow) = (columns(width), is_narrow(width));
        let rows = self
            .list
            .visible()
            .map(|(entry, is_selected)| row(&entry.0, is_narrow, is_selected, theme));
        draw_table(&columns, rows.collect(), theme, frame, area);
    }
}

fn is_narrow(width: usize) -> bool {
    width < MIN_COLUMNS_FOR_ALL
}

/// Returns the columns that fit a width: those on the right are left out first.
fn columns(width: usize) -> [TableColumn; 7] {
    let mut columns = COLUMNS;
    if is_narrow(width) {
        columns[1].1 = SHORT_TIME_COLUMNS;
        columns[2].1 = SHORT_RESULT_COLUMNS;
    }
    let mut left = width;
    for (heading, needed) in &mut columns {
        if *needed > left {
            *needed = if *heading == "CALL" { left } else { 0 };
        }
        left -= *needed;
    }
    let growing: Vec<_> = GROWING.into_iter().filter(|at| columns[*at].1 > 0).collect();
    for at in &growing {
        columns[*at].1 += left / growing.len();
    }
    columns
}

fn row<'a>(event: &TrailEvent, is_narrow: bool, is_selected: bool, theme: &Theme) -> TableRow<'a> {
    let time = if is_narrow { messages::short_time(event.time) } else { format_utc(event.time) };
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let (result, result_style) = match event.outcome() {
        CallOutcome::Failed(_) if is_narrow => (messages::FAILED.to_owned(), theme.dim),
        CallOutcome::Failed(code) => (code.to_string(), theme.dim),
        CallOutcome::NotKnown if is_narrow => {
            (messages::OUTCOME_NOT_KNOWN.to_owned(), theme.warning)
        }
        CallOutcome::NotKnown => (CallOutcome::NotKnown.as_str().to_owned(), theme.warning),
        CallOutcome::Done => (String::new(), theme.plain),
    };
    let call_style = match (event.outcome(), tactic_of(event)) {
        (CallOutcome::Failed(_), _) => theme.dim,
        (_, Some(_)) => theme.strong,
        (_, None) => Style::default(),
    };
    TableRow::new(
        vec![
            cursor_cell(is_selected, false, theme),
            Span::raw(time),
            Span::styled(result, result_style),
            Span::styled(format!("{} {}", event.service, event.name), call_style),
            Span::raw(text(event.source_ip.as_deref())),
            Span::raw(text(event.target.as_deref())),
            Span::raw(event.region.to_string()),
        ],
        row_style(is_selected, true, theme),
    )
}

/// A word that an event must contain.
enum Word<'a> {
    /// `ip:`: the whole source address.
    Ip(&'a str),
    /// `service:`: the whole name of the service.
    Service(&'a str),
    /// `error:`: the whole error code.
    Error(&'a str),
    /// A part of any text.
    Part(Box<memmem::Finder<'a>>),
}

impl<'a> Word<'a> {
    /// Returns a word of the filter, in lower case.
    fn parse(word: &'a str) -> Self {
        match word.split_once(':') {
            Some(("ip", address)) => Self::Ip(address),
            Some(("service", service)) => Self::Service(service),
            Some(("error", code)) => Self::Error(code),
            _ => Self::Part(Box::new(memmem::Finder::new(word))),
        }
    }

    fn is_in(&self, event: &TrailEvent) -> bool {
        let is = |text: Option<&str>, wanted: &str| {
            text.is_some_and(|text| text.eq_ignore_ascii_case(wanted))
        };
        match self {
            Self::Ip(address) => is(event.source_ip.as_deref(), address),
            Self::Service(service) => is(Some(&event.service), service),
            Self::Error(code) => is(event.error_code.as_deref(), code),
            Self::Part(part) => part.find(event.search_text.as_bytes()).is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::tests::activity::call;

    #[test]
    fn a_word_is_found_whatever_the_case_of_its_letters() {
        let finds = |target: &str, word: &str| {
            let mut event = call("event-1", 0, "iam", "ListUsers");
            event.target = Some(target.into());
            event.index();
            Word::parse(&word.to_lowercase()).is_in(&event)
        };
        for (target, word) in
            [("", "LISTUSERS"), ("role/Zürich", "ZÜRICH"), ("ÄRGER", "ärger"), ("", "service:IAM")]
        {
            assert!(finds(target, word), "{target} {word}");
        }
        for (target, word) in [("", "users2"), ("Zurich", "zürich"), ("", "service:ia")] {
            assert!(!finds(target, word), "{target} {word}");
        }
    }
}
