//! Entries of the command palette and of the help, and the lines that they take.

use unicode_width::UnicodeWidthStr as _;

use crate::filter::TERMS;
use crate::tui::context::Shared;
use crate::tui::keymap::{Action, ActionSpec, Topic};
use crate::tui::messages::action_list as messages;
use crate::tui::popups::action_list::matching::{Searched, match_rank};
use crate::tui::render::text_wrap::wrap_text;

/// Columns of an action's first key, of all its keys, and of its label.
const FIRST_KEY_COLUMNS: usize = 10;
const KEYS_COLUMNS: usize = 18;
const LABEL_COLUMNS: usize = 14;

/// Columns of a filter term.
const TERM_COLUMNS: usize = 42;

/// Columns by which the meaning of a term is indented if it has a line of its own.
const INDENT_COLUMNS: usize = 4;

/// Minimum columns for all keys of an action, and for terms beside their meanings.
const WIDE_COLUMNS: usize = 84;

/// Minimum columns for the labels of actions.
const MIN_COLUMNS_FOR_LABELS: usize = 60;

/// Kind of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryKind {
    /// Name of a topic.
    Heading,
    /// An action that is possible now.
    Action(Action),
    /// An action that is not possible now.
    Impossible(Action),
    /// A key of the popup below the help.
    PopupKey,
    /// A term of the filter language.
    Term,
    /// Text.
    Note,
}

/// Entry of the palette or help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ActionEntry {
    pub kind: EntryKind,
    /// Keys of an action, or forms of a term.
    left: Vec<String>,
    /// Label of an action.
    label: &'static str,
    /// Text to the right.
    text: String,
}

/// Line of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EntryLine {
    /// Number of the entry.
    pub entry: usize,
    /// Number of the line in its entry.
    number: usize,
    pub kind: EntryKind,
    /// Text in the first column.
    pub left: String,
    /// Text in the second.
    pub text: String,
}

/// Returns the possible actions that match the typed text, best matches first.
pub(super) fn of_palette(typed: &str, possible: &[Action], shared: &Shared) -> Vec<ActionEntry> {
    let specs = Topic::ALL.into_iter().flat_map(Topic::actions);
    let specs = specs
        .filter(|spec| spec.action != Action::Palette && possible.contains(&spec.action))
        .map(|spec| action_entry(spec, true, shared));
    let mut ranked: Vec<_> = specs.filter_map(|entry| Some((entry.rank(typed)?, entry))).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, entry)| entry).collect()
}

/// Returns the parts of the help on the panes that match the typed text, by topics.
pub(super) fn of_help(typed: &str, possible: &[Action], shared: &Shared) -> Vec<ActionEntry> {
    let actions = Topic::ALL.map(|topic| topic_entries(topic, possible, shared));
    let terms = TERMS.iter().map(|term| ActionEntry {
        kind: EntryKind::Term,
        left: vec![term.forms.to_owned()],
        label: term.name,
        text: term.finds.to_owned(),
    });
    let notes = [
        (
            messages::FILTER_TOPIC,
            std::iter::once(note(messages::FILTER_HELP)).chain(terms).collect(),
        ),
        (messages::DIALOG_TOPIC, vec![note(messages::DIALOG_HELP)]),
        legend(shared),
    ];
    matching_topics(typed, actions.into_iter().chain(notes))
}

/// Returns the parts of the help on a popup with these keys that match the typed text.
pub(super) fn of_help_over_popup(
    typed: &str,
    keys: &[(String, String)],
    possible: &[Action],
    shared: &Shared,
) -> Vec<ActionEntry> {
    let keys = keys.iter().map(|(key, text)| ActionEntry {
        kind: EntryKind::PopupKey,
        left: vec![key.clone()],
        ..note(text)
    });
    let topics = [
        (messages::POPUP_TOPIC, keys.collect()),
        topic_entries(Topic::Move, possible, shared),
        legend(shared),
    ];
    matching_topics(typed, topics.into_iter())
}

/// Name of a topic, with its entries.
type TopicEntries = (&'static str, Vec<ActionEntry>);

fn topic_entries(topic: Topic, possible: &[Action], shared: &Shared) -> TopicEntries {
    let entry = |spec: &ActionSpec| action_entry(spec, possible.contains(&spec.action), shared);
    (topic.name(), topic.actions().map(entry).collect())
}

/// Returns the meanings of the signs.
fn legend(shared: &Shared) -> TopicEntries {
    let [deactivate, activate] =
        [Action::Deactivate, Action::Activate].map(|it| shared.key_for(it));
    let meanings = messages::legend(deactivate, activate);
    (messages::LEGEND_TOPIC, meanings.iter().map(|text| note(text)).collect())
}

/// Returns the entries that match the typed text below the headings of their topics; all of a topic
/// whose name begins with it.
fn matching_topics(typed: &str, topics: impl Iterator<Item = TopicEntries>) -> Vec<ActionEntry> {
    let mut shown = Vec::new();
    for (topic, entries) in topics {
        let begins_topic = topic.to_lowercase().starts_with(&typed.trim().to_lowercase());
        let mut found = entries
            .into_iter()
            .filter(|entry| begins_topic || entry.rank(typed).is_some())
            .peekable();
        if found.peek().is_some() {
            let heading = EntryKind::Heading;
            shown.push(ActionEntry { kind: heading, ..note(topic) });
            shown.extend(found);
        }
    }
    shown
}

fn action_entry(spec: &ActionSpec, is_possible: bool, shared: &Shared) -> ActionEntry {
    let keys = shared.options.keymap.keys(spec.action).map(str::to_owned).collect();
    let (kind, text) = if is_possible {
        (EntryKind::Action(spec.action), spec.help.to_owned())
    } else {
        (EntryKind::Impossible(spec.action), messages::not_possible(spec.help))
    };
    ActionEntry { kind, left: keys, label: spec.label, text }
}

fn note(text: &str) -> ActionEntry {
    ActionEntry { kind: EntryKind::Note, left: Vec::new(), label: "", text: text.to_owned() }
}

impl EntryKind {
    /// Returns the action, if it is one.
    pub(super) fn action(self) -> Option<Action> {
        match self {
            Self::Action(action) | Self::Impossible(action) => Some(action),
            Self::Heading | Self::PopupKey | Self::Term | Self::Note => None,
        }
    }
}

impl ActionEntry {
    fn rank(&self, typed: &str) -> Option<usize> {
        let action = self.kind.action();
        let names = [self.label, action.map_or(self.label, |action| action.spec().name)];
        let mut help = self.text.clone();
        if self.kind == EntryKind::Term {
            help = format!("{} {help}", self.left.join(" "));
        }
        match_rank(typed, Searched { keys: &self.left, names, help: &help })
    }

    /// Returns the keys of an action that fit a width, and the columns for them.
    fn keys(&self, width: usize) -> (String, usize) {
        let columns = if width >= WIDE_COLUMNS { KEYS_COLUMNS } else { FIRST_KEY_COLUMNS };
        let keys = match self.left.first() {
            None => messages::NO_KEY.to_owned(),
            Some(_) if width >= WIDE_COLUMNS => self.left.join("  "),
            Some(first) => first.clone(),
        };
        (keys, columns)
    }

    /// Returns the lines of the entry, wrapped to a width.
    fn lines(&self, width: usize) -> Vec<(String, String)> {
        let is_wide = width >= WIDE_COLUMNS;
        let (left, columns) = match self.kind {
            EntryKind::Heading | EntryKind::Note => (String::new(), 0),
            EntryKind::Term if is_wide => (self.left.join(" "), TERM_COLUMNS),
            EntryKind::Term => (self.left.join(" "), INDENT_COLUMNS),
            EntryKind::Action(_) | EntryKind::Impossible(_) | EntryKind::PopupKey => {
                self.keys(width)
            }
        };
        let texts = wrap_text(&self.text, width.saturating_sub(columns).max(1));
        let mut lines = Vec::new();
        let mut left = pad(&left, columns);
        if left.width() > columns {
            let whole = wrap_text(left.trim_end(), width);
            lines.extend(whole.into_iter().map(|piece| (piece, String::new())));
            left = pad("", columns);
        }
        for text in texts {
            lines.push((std::mem::replace(&mut left, pad("", columns)), text));
        }
        lines
    }

    /// Returns the only line of an action in the palette; what does not fit is cut when it is
    /// drawn.
    fn line(&self, width: usize) -> (String, String) {
        let (keys, columns) = self.keys(width);
        let keys = pad(&keys, columns);
        if width < MIN_COLUMNS_FOR_LABELS {
            return (keys, self.label.to_owned());
        }
        (keys, format!("{}{}", pad(self.label, LABEL_COLUMNS), self.text))
    }
}

/// Returns the text with spaces up to a width, at least two unless the width is 0 or it is empty.
fn pad(text: &str, columns: usize) -> String {
    let gap = if text.is_empty() || columns == 0 { 0 } else { 2 };
    let spaces = columns.saturating_sub(text.width()).max(gap);
    format!("{text}{:spaces$}", "")
}

/// Returns the lines of the palette's entries, one for each.
pub(super) fn palette_lines(entries: &[ActionEntry], width: usize) -> Vec<EntryLine> {
    let line = |(number, entry): (usize, &ActionEntry)| {
        let (left, text) = entry.line(width);
        EntryLine { entry: number, number: 0, kind: entry.kind, left, text }
    };
    entries.iter().enumerate().map(line).collect()
}

/// Returns the lines of the help's entries. Each line of a note counts as an entry, so that the
/// cursor can reach it.
pub(super) fn help_lines(entries: &[ActionEntry], width: usize) -> Vec<EntryLine> {
    let mut lines = Vec::new();
    let mut number = 0;
    for entry in entries {
        for (at, (left, text)) in entry.lines(width).into_iter().enumerate() {
            let is_new = at == 0 || entry.kind == EntryKind::Note;
            number += usize::from(is_new);
            let at = if is_new { 0 } else { at };
            lines.push(EntryLine { entry: number, number: at, kind: entry.kind, left, text });
        }
    }
    lines
}
