//! Choice of the change to undo, in one pass over the journal's lines and one over their
//! summaries.

use std::collections::HashMap;

use crate::changes::change_origin::ChangeOrigin;
use crate::changes::journal::entry::JournalLine;
use crate::changes::journal::outcome::ChangeEffect;
use crate::changes::undo::refusal::UndoRefusal;
use crate::model::{Direction, EscapedText, KeyId, KeyKind};

/// The chosen change, by its number in the journal.
#[derive(Debug, PartialEq)]
pub(super) enum Choice {
    /// The change to undo.
    Change(usize),
    /// It was made in another account, or at another endpoint.
    Elsewhere(usize),
    /// It is already undone, by the change with this ID.
    Undone(usize, EscapedText),
}

/// Selection of a change.
enum UndoSelector {
    /// The last one that can be undone.
    Last,
    /// The last one of that key.
    OfKey(KeyId),
    /// The only one whose ID begins or ends with this, in lower case.
    Id(String),
}

/// Collects what the choice depends on.
pub(super) struct Chooser<'a> {
    change_origin: &'a ChangeOrigin,
    /// The ID as the user gave it.
    id: Option<&'a str>,
    wanted: UndoSelector,
    changes: Vec<ChangeSummary>,
}

struct ChangeSummary {
    id: EscapedText,
    undoes: Option<EscapedText>,
    is_wanted: bool,
    is_here: bool,
    direction: Direction,
    effect: ChangeEffect,
}

impl<'a> Chooser<'a> {
    /// Looks in `change_origin` for the change with that ID; with a key ID, for the last change of
    /// that key; without one, for the last change.
    pub(super) fn new(change_origin: &'a ChangeOrigin, id: Option<&'a str>) -> Self {
        let wanted = match id.map(str::trim) {
            None => UndoSelector::Last,
            Some(id) => match KeyId::parse(id) {
                Ok(key) if key.kind() == KeyKind::LongTerm => UndoSelector::OfKey(key),
                _ => UndoSelector::Id(id.to_ascii_lowercase()),
            },
        };
        Self { change_origin, id, wanted, changes: Vec::new() }
    }

    /// Takes the next line, which belongs to change `number`.
    pub(super) fn add_line(&mut self, number: usize, line: &JournalLine) {
        match line {
            JournalLine::Intent(intent) => self.changes.push(ChangeSummary {
                id: intent.id.clone(),
                undoes: intent.undoes.clone(),
                is_wanted: match &self.wanted {
                    UndoSelector::Last => true,
                    UndoSelector::OfKey(key) => *key == intent.key,
                    UndoSelector::Id(id) => is_named(&intent.id, id),
                },
                is_here: intent.matches(self.change_origin),
                direction: intent.direction,
                effect: ChangeEffect::Unknown,
            }),
            JournalLine::Outcome(outcome) => {
                if let Some(change) = self.changes.get_mut(number) {
                    change.effect = outcome.effect(change.direction);
                }
            }
        }
    }

    /// Returns the selected change.
    ///
    /// # Errors
    /// Returns an error if no change or several match.
    pub(super) fn choose(&self) -> Result<Choice, UndoRefusal> {
        match &self.wanted {
            UndoSelector::Last => self.last().ok_or(UndoRefusal::Nothing),
            UndoSelector::OfKey(key) => {
                self.last().ok_or_else(|| UndoRefusal::NothingOf(key.clone()))
            }
            UndoSelector::Id(_) => self.named(self.id.unwrap_or_default()),
        }
    }

    /// Returns the last selected change of this account that had an effect and is not undone. An
    /// undo itself is skipped: undoing it takes its ID.
    fn last(&self) -> Option<Choice> {
        self.backwards()
            .find(|(_, change, undone_by)| {
                let may_have_changed =
                    change.undoes.is_none() && change.effect != ChangeEffect::Nothing;
                change.is_wanted && change.is_here && may_have_changed && undone_by.is_none()
            })
            .map(|(number, ..)| Choice::Change(number))
    }

    fn named(&self, id: &str) -> Result<Choice, UndoRefusal> {
        let matching: Vec<_> =
            self.changes.iter().enumerate().filter(|(_, change)| change.is_wanted).collect();
        let (wanted, is_here) = match matching[..] {
            [] => return Err(UndoRefusal::NoSuchChange(id.into())),
            [(number, change)] => (number, change.is_here),
            [..] => {
                let ids = matching.iter().map(|(_, change)| change.id.clone().into()).collect();
                return Err(UndoRefusal::Ambiguous(id.into(), ids));
            }
        };
        if !is_here {
            return Ok(Choice::Elsewhere(wanted));
        }
        let undone_by =
            self.backwards().find(|(number, ..)| *number == wanted).and_then(|(_, _, by)| by);
        Ok(undone_by.map_or(Choice::Change(wanted), |by| Choice::Undone(wanted, by.clone())))
    }

    /// Returns the changes from last to first, each with the ID of the one that undid it: the first
    /// later change that undoes it, was done, and is not undone itself. Each change is visited
    /// once, whatever a damaged or forged journal says: one that undoes itself or a later one
    /// undoes nothing.
    fn backwards(&self) -> impl Iterator<Item = (usize, &ChangeSummary, Option<&EscapedText>)> {
        let mut undone: HashMap<&str, &EscapedText> = HashMap::new();
        self.changes.iter().enumerate().rev().map(move |(number, change)| {
            let by = undone.get(&*change.id).copied();
            if let (Some(target), ChangeEffect::Done, None) = (&change.undoes, change.effect, by) {
                undone.insert(target, &change.id);
            }
            (number, change, by)
        })
    }
}

/// Returns whether the ID begins with `wanted`, or its random part equals it.
fn is_named(id: &str, wanted: &str) -> bool {
    let id = id.to_ascii_lowercase();
    let is_end = || id.strip_suffix(wanted).is_some_and(|rest| rest.ends_with('-'));
    !wanted.is_empty() && (id.starts_with(wanted) || is_end())
}
