//! Choice of the changes to undo, in one pass over the journal's lines and one over their
//! summaries.

use std::collections::{HashMap, HashSet};

use crate::changes::{
    ChangeOrigin, Intent, JournalError, JournalLine, JournalScan, MAX_CHANGE_DURATION,
    parse_id_time,
};
use crate::model::{AccountId, ChangeEffect, Direction, EscapedText, KeyId, KeyKind};
use crate::ops::undo::refusal::{UndoChoice, UndoRefusal};

/// The chosen changes, by their numbers in the journal.
#[derive(Debug, PartialEq)]
pub(super) enum Choice {
    /// The changes to undo, the latest first.
    Changes(Vec<usize>),
    /// It was made in another account, or at another endpoint.
    Elsewhere(usize),
    /// It is already undone, by the change with this ID.
    Undone(usize, EscapedText),
}

/// Changes in another account that were confirmed together with those to undo, and are not undone.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ChangesElsewhere {
    /// The account.
    pub account: AccountId,
    /// Number of their keys.
    pub keys: usize,
}

/// The changes of a plan that are not undone, by their numbers in the journal, the latest first.
#[derive(Default)]
struct PlanChanges {
    /// Those that were the last change of their key.
    last: Vec<usize>,
    /// Those that were not, with the last one.
    superseded: Vec<(usize, usize)>,
}

/// Selection of a change.
enum UndoSelector {
    /// The last one that can be undone.
    Last,
    /// The last one of that key.
    OfKey(KeyId),
    /// All of the plan with that ID.
    OfPlan(String),
    /// The only one whose ID begins or ends with this, in any case.
    Id(String),
}

impl UndoSelector {
    /// Returns whether all changes of a plan are selected, and this is one of them.
    fn is_of_plan(&self, intent: &Intent) -> bool {
        matches!(self, Self::OfPlan(plan) if intent.plan.as_deref() == Some(plan))
    }
}

/// Collects what the choice depends on.
pub(crate) struct UndoChooser<'a> {
    change_origin: &'a ChangeOrigin,
    wanted: UndoSelector,
    changes: Vec<ChangeSummary>,
    /// The keys of the selected plan.
    keys_of_plan: HashSet<KeyId>,
}

struct ChangeSummary {
    id: EscapedText,
    undoes: Option<EscapedText>,
    batch: Option<EscapedText>,
    /// The key, if all changes of a plan are selected and that has changed this key before.
    key_of_plan: Option<KeyId>,
    is_wanted: bool,
    is_here: bool,
    direction: Direction,
    effect: ChangeEffect,
}

impl ChangeSummary {
    /// Returns whether one confirmation was of both.
    fn is_confirmed_with(&self, other: &Self) -> bool {
        self.batch.is_some() && self.batch == other.batch && self.direction == other.direction
    }
}

impl<'a> UndoChooser<'a> {
    /// Looks in `change_origin` for the change with that ID; with a key ID, for the last change of
    /// that key; without one, for the changes confirmed last.
    pub(crate) fn new(change_origin: &'a ChangeOrigin, id: Option<&str>) -> Self {
        let wanted = match id.map(str::trim) {
            None => UndoSelector::Last,
            Some(id) => match KeyId::parse(id) {
                Ok(key) if key.kind() == KeyKind::LongTerm => UndoSelector::OfKey(key),
                _ => UndoSelector::Id(id.to_owned()),
            },
        };
        Self { change_origin, wanted, changes: Vec::new(), keys_of_plan: HashSet::new() }
    }

    /// Looks in `change_origin` for all changes of the plan with that ID.
    pub(crate) fn of_plan(change_origin: &'a ChangeOrigin, plan: &str) -> Self {
        let wanted = UndoSelector::OfPlan(plan.to_owned());
        let (changes, keys_of_plan) = (Vec::new(), HashSet::new());
        Self { change_origin, wanted, changes, keys_of_plan }
    }

    /// Takes the next line, which belongs to change `number`.
    pub(crate) fn add_line(&mut self, number: usize, line: &JournalLine) {
        match line {
            JournalLine::Intent(intent) => {
                if self.wanted.is_of_plan(intent) {
                    self.keys_of_plan.insert(intent.key.clone());
                }
                self.changes.push(ChangeSummary {
                    id: intent.id.clone(),
                    undoes: intent.undoes.clone(),
                    batch: intent.batch.clone(),
                    key_of_plan: self.keys_of_plan.get(&intent.key).cloned(),
                    is_wanted: match &self.wanted {
                        UndoSelector::Last => true,
                        UndoSelector::OfKey(key) => *key == intent.key,
                        UndoSelector::OfPlan(_) => self.wanted.is_of_plan(intent),
                        UndoSelector::Id(id) => is_named(&intent.id, id),
                    },
                    is_here: intent.matches(self.change_origin),
                    direction: intent.direction,
                    effect: ChangeEffect::Unknown,
                });
            }
            JournalLine::Outcome(outcome) => {
                if let Some(change) = self.changes.get_mut(number) {
                    change.effect = outcome.effect(change.direction);
                }
            }
        }
    }

    /// Returns whether the lines before those of `scan`, whose lines were added, can change
    /// nothing. Outcomes and undos follow their change, so of the last changes nothing is missing.
    pub(crate) fn is_decided(&self, scan: &JournalScan) -> bool {
        if scan.is_complete() {
            return true;
        }
        match &self.wanted {
            UndoSelector::Last | UndoSelector::OfKey(_) => {
                self.last().is_some() && !self.is_cut(scan)
            }
            UndoSelector::Id(id) => {
                self.changes.iter().any(|change| change.id.eq_ignore_ascii_case(id))
            }
            UndoSelector::OfPlan(_) => false,
        }
    }

    /// Returns whether the lines before those of `scan` may have changes that were confirmed
    /// together with the selected ones.
    pub(crate) fn is_cut(&self, scan: &JournalScan) -> bool {
        let Some(Choice::Changes(numbers)) = self.last() else { return false };
        let batch = numbers.first().and_then(|number| self.changes[*number].batch.as_deref());
        match batch.filter(|_| matches!(self.wanted, UndoSelector::Last)).map(parse_id_time) {
            None => false,
            Some(None) => !scan.is_complete(),
            // Another machine's clock may differ from that of the confirmation.
            Some(Some(begun)) => {
                let before = begun.checked_sub(MAX_CHANGE_DURATION).unwrap_or(begun);
                !scan.reaches_back_to(before)
            }
        }
    }

    /// Returns the selected changes. `scan` is the one whose lines were added.
    ///
    /// # Errors
    /// Returns an outer error if the journal cannot be read. Returns an inner error if no change or
    /// several match, or if the change was made elsewhere or is already undone.
    pub(crate) fn choose(&self, scan: &mut JournalScan) -> Result<UndoChoice, JournalError> {
        Ok(match self.numbers() {
            Ok(Choice::Changes(mut numbers)) => {
                numbers.sort_unstable();
                let read = numbers.into_iter().map(|number| scan.entry(number));
                let mut entries = read.collect::<Result<Vec<_>, _>>()?;
                entries.reverse();
                let mut keys = HashSet::new();
                entries.retain(|entry| keys.insert(entry.intent.key.clone()));
                entries.reverse();
                Ok(entries)
            }
            Ok(Choice::Elsewhere(number)) => {
                Err(UndoRefusal::Elsewhere(Box::new(scan.entry(number)?.intent)))
            }
            Ok(Choice::Undone(number, by)) => {
                Err(UndoRefusal::AlreadyUndone(Box::new(scan.entry(number)?.intent), by))
            }
            Err(UndoRefusal::Nothing) if !scan.is_complete() => Err(UndoRefusal::NothingRecent),
            Err(refusal) => Err(refusal),
        })
    }

    /// Returns the changes in other accounts that were confirmed together with the selected ones
    /// and are not undone, by account in the order of the journal. They are not selected, since a
    /// session can undo those of its own account only. `scan` is the one whose lines were added.
    ///
    /// # Errors
    /// Returns an error if the journal cannot be read.
    pub(crate) fn elsewhere(
        &self,
        scan: &mut JournalScan,
    ) -> Result<Vec<ChangesElsewhere>, JournalError> {
        let selected = self.undoable().next().filter(|_| matches!(self.wanted, UndoSelector::Last));
        let Some((_, selected)) = selected else { return Ok(Vec::new()) };
        let others = self.undoable_anywhere();
        let others = others.filter(|(_, it)| !it.is_here && it.is_confirmed_with(selected));
        let mut numbers: Vec<_> = others.map(|(number, _)| number).collect();
        numbers.sort_unstable();
        let (mut elsewhere, mut keys) = (Vec::<ChangesElsewhere>::new(), HashSet::new());
        for number in numbers {
            let intent = scan.entry(number)?.intent;
            let account = intent.likely_account();
            let account = account.filter(|it| self.change_origin.account.as_ref() != Some(it));
            let Some(account) = account.filter(|_| keys.insert(intent.key)) else { continue };
            match elsewhere.iter_mut().find(|other| other.account == account) {
                Some(other) => other.keys += 1,
                None => elsewhere.push(ChangesElsewhere { account, keys: 1 }),
            }
        }
        Ok(elsewhere)
    }

    /// Returns the numbers of the selected changes.
    ///
    /// # Errors
    /// Returns an error if no change or several match.
    pub(super) fn numbers(&self) -> Result<Choice, UndoRefusal> {
        match &self.wanted {
            UndoSelector::Last => self.last().ok_or(UndoRefusal::Nothing),
            UndoSelector::OfKey(key) => {
                self.last().ok_or_else(|| UndoRefusal::NothingOf(key.clone()))
            }
            UndoSelector::OfPlan(plan) => {
                let PlanChanges { last, .. } = self.changes_of_plan();
                if last.is_empty() {
                    return Err(UndoRefusal::NothingOfPlan(plan.as_str().into()));
                }
                Ok(Choice::Changes(last))
            }
            UndoSelector::Id(id) => self.named(id),
        }
    }

    /// Returns the last selected change of this account that had an effect and is not undone, and,
    /// unless a key is selected, those confirmed together with it.
    fn last(&self) -> Option<Choice> {
        let mut undoable = self.undoable();
        let (number, last) = undoable.next()?;
        let mut numbers = vec![number];
        if matches!(self.wanted, UndoSelector::Last) {
            let others = undoable.filter(|(_, change)| change.is_confirmed_with(last));
            numbers.extend(others.map(|(at, _)| at));
        }
        Some(Choice::Changes(numbers))
    }

    /// Returns the selected changes of this account that had an effect and are not undone, from
    /// last to first. An undo itself is skipped: undoing it takes its ID.
    fn undoable(&self) -> impl Iterator<Item = (usize, &ChangeSummary)> {
        self.undoable_anywhere().filter(|(_, change)| change.is_here)
    }

    /// The same in any account.
    fn undoable_anywhere(&self) -> impl Iterator<Item = (usize, &ChangeSummary)> {
        let undoable = self.backwards().filter(|(_, change, undone_by)| {
            let may_have_changed =
                change.undoes.is_none() && change.effect != ChangeEffect::Nothing;
            change.is_wanted && may_have_changed && undone_by.is_none()
        });
        undoable.map(|(number, change, _)| (number, change))
    }

    /// Returns the last changes of the plan's keys, without those that are undone. An earlier one
    /// of the same key, whose outcome a crash left open, does not count: the key has been changed
    /// back since. If a later change of a key is not of the plan, the status of the key is that of
    /// the later one, and undoing the plan would undo it too.
    fn changes_of_plan(&self) -> PlanChanges {
        let (mut found, mut seen) = (PlanChanges::default(), HashSet::new());
        let mut later: HashMap<&KeyId, usize> = HashMap::new();
        let ids: HashSet<_> = self.changes.iter().map(|change| &change.id).collect();
        for (number, change, undone_by) in self.backwards() {
            let Some(key) = &change.key_of_plan else { continue };
            let is_undo = change.undoes.as_ref().is_some_and(|id| ids.contains(id));
            if !change.is_here || change.effect == ChangeEffect::Nothing || is_undo {
                continue;
            }
            if !change.is_wanted {
                if undone_by.is_none() {
                    later.entry(key).or_insert(number);
                }
            } else if seen.insert(key) && undone_by.is_none() {
                match later.get(key) {
                    Some(later) => found.superseded.push((number, *later)),
                    None => found.last.push(number),
                }
            }
        }
        found
    }

    /// Returns the changes of the plan of which a later change has set the status of the key.
    ///
    /// # Errors
    /// Returns an error if the journal cannot be read.
    pub(crate) fn superseded(
        &self,
        scan: &mut JournalScan,
    ) -> Result<Vec<UndoRefusal>, JournalError> {
        let superseded = self.changes_of_plan().superseded.into_iter().map(|(number, later)| {
            let (intent, later) = (scan.entry(number)?.intent, scan.entry(later)?.intent);
            Ok(UndoRefusal::Superseded(Box::new(intent), Box::new(later)))
        });
        superseded.collect()
    }

    fn named(&self, id: &str) -> Result<Choice, UndoRefusal> {
        let mut matching: Vec<_> =
            self.changes.iter().enumerate().filter(|(_, change)| change.is_wanted).collect();
        if matching.iter().any(|(_, change)| change.id.eq_ignore_ascii_case(id)) {
            matching.retain(|(_, change)| change.id.eq_ignore_ascii_case(id));
        }
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
        Ok(undone_by
            .map_or_else(|| Choice::Changes(vec![wanted]), |by| Choice::Undone(wanted, by.clone())))
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

/// Returns whether the ID begins with `wanted`, or its random part equals it, in any case.
fn is_named(id: &str, wanted: &str) -> bool {
    let is_wanted = |part: Option<&str>| part.is_some_and(|it| it.eq_ignore_ascii_case(wanted));
    let random = id.split_once('-').map(|(_, random)| random);
    !wanted.is_empty() && (is_wanted(id.get(..wanted.len())) || is_wanted(random))
}
