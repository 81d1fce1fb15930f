//! Marked keys, and what is done with several at once.

use std::collections::BTreeSet;

use crate::filter::Searcher;
use crate::inventory::UserFacts;
use crate::model::{Direction, KeyId, KeyStatus, Now};
use crate::tui::app::{SkippedKeys, State, Tone, View};
use crate::tui::keymap::Action;
use crate::tui::layout::Pane;

/// The marked keys.
pub(crate) type Marks = BTreeSet<KeyId>;

impl State {
    /// Marks or unmarks the selected key, and goes on to the next.
    pub(super) fn mark(&mut self, now: Now) {
        let Some(key) = self.chosen_key(Action::Mark) else { return };
        if !self.marks.remove(&key) {
            self.marks.insert(key);
        }
        self.filter.touch();
        self.go(crate::tui::app::CursorMove::By(1), now);
    }

    /// Marks every key that the list in use shows; those not read yet are
    /// counted and told.
    pub(super) fn mark_all(&mut self) {
        let (mut unread, mut keys) = (0, Vec::new());
        match self.focus {
            _ if self.view == View::Keys => {
                let shown = self
                    .all_keys
                    .list()
                    .items()
                    .iter()
                    .map(|index| self.inventory.key_at(*index).1);
                keys.extend(shown.filter(|id| self.inventory.key(id).is_some()).cloned());
            }
            Pane::Keys => keys.extend_from_slice(self.keys.items()),
            Pane::Users => {
                let mut searcher = Searcher::default();
                for index in self.users.list().items() {
                    let facts = self.inventory.at(*index);
                    unread += usize::from(facts.keys.live_value().is_none());
                    // Of a user whom the filter shows for one key, the other
                    // keys are not shown by it.
                    let shown = facts.live_keys().iter().filter(|key| {
                        self.filter
                            .filter()
                            .matches(&facts.key_row(key, false), &mut searcher)
                            .is_yes()
                    });
                    keys.extend(shown.map(|key| key.id.clone()));
                }
            }
        }
        self.marks.extend(keys);
        self.filter.touch();
        let skipped = if unread == 0 {
            String::new()
        } else {
            format!(" The keys of {unread} users are not read, so none of theirs is marked.")
        };
        let sentence = format!(
            "{} keys are marked; {} takes the marks away.{skipped}",
            self.marks.len(),
            self.key_for(Action::Cancel)
        );
        self.notifications.notify(Tone::Info, sentence);
    }

    /// Asks to switch the marked keys, or else the chosen one, that way.
    pub(super) fn change_chosen(&mut self, direction: Direction, now: Now) {
        let keys: Vec<_> = if self.marks.is_empty() {
            let action = match direction {
                Direction::Deactivate => Action::Deactivate,
                Direction::Activate => Action::Activate,
            };
            self.chosen_key(action).into_iter().collect()
        } else {
            self.marks.iter().cloned().collect()
        };
        if keys.is_empty() {
            return;
        }
        self.change_keys(&keys, direction, now);
    }

    /// Asks to switch those of the keys that do not stand that way yet; of the
    /// others it is told that they stay as they are.
    pub(super) fn change_keys(&mut self, keys: &[KeyId], direction: Direction, now: Now) {
        let wanted = direction.status();
        let standings = keys.iter().map(|id| (id.clone(), self.eligibility(id, &wanted)));
        let (to_switch, others): (Vec<_>, Vec<_>) =
            standings.partition(|(_, standing)| *standing == ChangeEligibility::Eligible);
        let told = match (keys, others.as_slice()) {
            (_, []) => None,
            ([one], [(_, ChangeEligibility::AlreadySet)]) => {
                Some(format!("{one} is {wanted} already: there is nothing to change."))
            }
            ([one], [(_, ChangeEligibility::NotSettable)]) => {
                Some(format!("{one} can't be switched: only keys that are Active or Inactive can."))
            }
            ([one], _) => Some(self.without_status(one)),
            _ => Some(skipped_sentence(keys.len(), &others, &wanted)),
        };
        if to_switch.is_empty() {
            self.notifications.notify(Tone::Info, told.unwrap_or_default());
            return;
        }
        let to_switch: Vec<_> = to_switch.into_iter().map(|(id, _)| id).collect();
        let known = |standing| {
            matches!(
                standing,
                ChangeEligibility::AlreadySet
                    | ChangeEligibility::NotSettable
                    | ChangeEligibility::Gone
            )
        };
        let unmark =
            others.into_iter().filter(|(_, standing)| known(*standing)).map(|(id, _)| id).collect();
        self.ask_to_change(&to_switch, direction, SkippedKeys { message: told, unmark }, now);
    }

    fn eligibility(&self, id: &KeyId, wanted: &KeyStatus) -> ChangeEligibility {
        match self.inventory.key(id).map(|key| &key.status) {
            Some(status) if status == wanted => return ChangeEligibility::AlreadySet,
            Some(KeyStatus::Active | KeyStatus::Inactive) => return ChangeEligibility::Eligible,
            Some(_) => return ChangeEligibility::NotSettable,
            None => {}
        }
        match self.inventory.owner(id).map(|index| self.inventory.at(index)) {
            Some(facts) if facts.is_gone() || facts.keys.failure().is_some() => {
                ChangeEligibility::Unknown
            }
            Some(facts) if facts.keys.live_value().is_some() => ChangeEligibility::Gone,
            _ => ChangeEligibility::Unread,
        }
    }

    /// Why nothing can be done with a key whose status is not known.
    pub(super) fn without_status(&self, id: &KeyId) -> String {
        let owner = self.inventory.owner(id);
        let facts = owner.map(|index| self.inventory.at(index));
        let user_gone = owner.filter(|_| facts.is_some_and(UserFacts::is_gone));
        let failure = facts.and_then(|facts| facts.keys.failure());
        match (self.eligibility(id, &KeyStatus::Active), user_gone, failure) {
            (_, Some(owner), _) => self.owner_not_found(id, owner),
            (ChangeEligibility::Gone, ..) => format!("{id} is gone: IAM no longer lists it."),
            (_, _, Some(failure)) => {
                format!("The status of {id} could not be read. {}", failure.error)
            }
            _ => format!("The status of {id} has not been read yet: wait a moment, and ask again."),
        }
    }
}

/// How a key stands to being switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ChangeEligibility {
    /// The other way: it can be switched.
    Eligible,
    /// As wanted.
    AlreadySet,
    /// Neither Active nor Inactive.
    NotSettable,
    /// Its status is still to be read.
    Unread,
    /// Its status could not be read.
    Unknown,
    /// It is there no more: its owner's list no longer shows it.
    Gone,
}

impl ChangeEligibility {
    /// Why it is not switched, of one key or of several.
    fn why(self, one: bool, wanted: &KeyStatus) -> String {
        let many =
            |one_word: &'static str, several: &'static str| if one { one_word } else { several };
        let (are, have, stay) =
            (many("is", "are"), many("has", "have"), many("stays as it is", "stay as they are"));
        match self {
            Self::Eligible => String::new(),
            Self::AlreadySet => format!("{are} {wanted} already and {stay}"),
            Self::NotSettable => format!("can't be switched and {stay}"),
            Self::Unread => {
                format!("{have} not been read yet and {stay}: wait a moment, and ask again")
            }
            Self::Unknown => format!("could not be read and {stay}"),
            Self::Gone => format!("{are} gone: IAM no longer lists {}", many("it", "them")),
        }
    }
}

/// What is said of those of the marked keys that are not switched.
fn skipped_sentence(
    all: usize,
    others: &[(KeyId, ChangeEligibility)],
    wanted: &KeyStatus,
) -> String {
    let told = [
        ChangeEligibility::AlreadySet,
        ChangeEligibility::NotSettable,
        ChangeEligibility::Unread,
        ChangeEligibility::Unknown,
        ChangeEligibility::Gone,
    ]
    .map(|why| {
        let count = others.iter().filter(|(_, standing)| *standing == why).count();
        let which =
            if count == all { format!("The {all}") } else { format!("{count} of the {all}") };
        (count > 0).then(|| format!("{which} marked keys {}.", why.why(count == 1, wanted)))
    });
    told.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
