//! Chooses the change to put back, in one pass over the journal's lines and
//! one over what was kept of them.

use std::collections::HashMap;
use std::sync::Arc;

use super::UndoRefusal;
use crate::changes::change_context::ChangeContext;
use crate::changes::journal::entry::JournalLine;
use crate::changes::journal::outcome::ChangeEffect;
use crate::model::{Direction, KeyId, KeyKind};

/// What was found, by the numbers of the changes in the journal.
#[derive(Debug, PartialEq)]
pub(super) enum Choice {
    /// The change to put back.
    Change(usize),
    /// It was made in another account, or at another endpoint.
    Elsewhere(usize),
    /// It has been put back already: by which change.
    Undone(usize, Arc<str>),
}

/// Which change is wanted.
enum UndoSelector {
    /// The last one that can be put back.
    Last,
    /// The last one of that key.
    OfKey(KeyId),
    /// The only one whose ID begins or ends so, in lower case.
    Id(String),
}

/// Keeps of each change what the choice depends on.
pub(super) struct Chooser<'a> {
    change_context: &'a ChangeContext,
    /// The text that was given.
    id: Option<&'a str>,
    wanted: UndoSelector,
    changes: Vec<ChangeSummary>,
}

struct ChangeSummary {
    id: Arc<str>,
    undoes: Option<Arc<str>>,
    is_wanted: bool,
    is_here: bool,
    direction: Direction,
    effect: ChangeEffect,
}

impl<'a> Chooser<'a> {
    /// Looks for the change with that ID at `change_context`; for the ID of a key for
    /// the last change of that key, and without one for the last change.
    pub(super) fn new(change_context: &'a ChangeContext, id: Option<&'a str>) -> Self {
        let wanted = match id.map(str::trim) {
            None => UndoSelector::Last,
            Some(id) => match KeyId::parse(id) {
                Ok(key) if key.kind() == KeyKind::LongTerm => UndoSelector::OfKey(key),
                _ => UndoSelector::Id(id.to_ascii_lowercase()),
            },
        };
        Self { change_context, id, wanted, changes: Vec::new() }
    }

    /// Takes the next line, of the change of that number.
    pub(super) fn take(&mut self, number: usize, line: &JournalLine) {
        match line {
            JournalLine::Intent(intent) => self.changes.push(ChangeSummary {
                id: Arc::clone(&intent.id),
                undoes: intent.undoes.clone(),
                is_wanted: match &self.wanted {
                    UndoSelector::Last => true,
                    UndoSelector::OfKey(key) => *key == intent.key,
                    UndoSelector::Id(id) => is_named(&intent.id, id),
                },
                is_here: intent.matches(self.change_context),
                direction: intent.direction,
                effect: ChangeEffect::Unknown,
            }),
            JournalLine::Outcome(ending) => {
                if let Some(change) = self.changes.get_mut(number) {
                    change.effect = ending.effect(change.direction);
                }
            }
        }
    }

    /// The change that is wanted.
    ///
    /// # Errors
    /// No change is, or several.
    pub(super) fn choose(&self) -> Result<Choice, UndoRefusal> {
        match &self.wanted {
            UndoSelector::Last => self.last().ok_or(UndoRefusal::Nothing),
            UndoSelector::OfKey(key) => {
                self.last().ok_or_else(|| UndoRefusal::NothingOf(key.clone()))
            }
            UndoSelector::Id(_) => self.named(self.id.unwrap_or_default()),
        }
    }

    /// The last wanted change here that changed something and is not put back.
    /// An undo is no change to be undone: putting it back takes its ID.
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
                let ids = matching.iter().map(|(_, change)| Arc::clone(&change.id)).collect();
                return Err(UndoRefusal::Ambiguous(id.into(), ids));
            }
        };
        if !is_here {
            return Ok(Choice::Elsewhere(wanted));
        }
        let undone_by =
            self.backwards().find(|(number, ..)| *number == wanted).and_then(|(_, _, by)| by);
        Ok(undone_by.map_or(Choice::Change(wanted), |by| Choice::Undone(wanted, Arc::clone(by))))
    }

    /// The changes from the last to the first, each with the one that has put
    /// it back: the first of those that were made after it, are done, and are
    /// not put back themselves. Each change is looked at once, whatever a
    /// damaged or forged journal says: one that undoes itself or a later one
    /// undoes nothing.
    fn backwards(&self) -> impl Iterator<Item = (usize, &ChangeSummary, Option<&Arc<str>>)> {
        let mut undone: HashMap<&str, &Arc<str>> = HashMap::new();
        self.changes.iter().enumerate().rev().map(move |(number, change)| {
            let by = undone.get(&*change.id).copied();
            if let (Some(target), ChangeEffect::Done, None) = (&change.undoes, change.effect, by) {
                undone.insert(target, &change.id);
            }
            (number, change, by)
        })
    }
}

/// Whether the ID begins so, or its random part is that.
fn is_named(id: &str, wanted: &str) -> bool {
    let id = id.to_ascii_lowercase();
    let is_end = || id.strip_suffix(wanted).is_some_and(|rest| rest.ends_with('-'));
    !wanted.is_empty() && (id.starts_with(wanted) || is_end())
}
