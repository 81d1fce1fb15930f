//! What must hold whatever happens, checked after each batch.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use crate::model::{Direction, KeyChange, KeyId, KeyStatus, Now, SessionId, UserName};
use crate::tui::app::{Confirm, Effect, Leaving, Overlay, State, View};
use crate::tui::layout::Pane;

/// A dialog as it was last drawn, and the input since.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing that was seen or done")]
pub(super) struct Shown {
    session: SessionId,
    direction: Direction,
    targets: Vec<(KeyId, Option<UserName>, KeyStatus)>,
    unwritten: bool,
    read_only: bool,
    /// Whether what must be typed has been; `None` where nothing must.
    typed: Option<bool>,
    /// When it was drawn first.
    since: Duration,
    /// The last input since then.
    last_input: Duration,
    /// Whether 250 ms without input have passed since it was drawn first.
    rested: bool,
    /// The size of the terminal at which it was last looked at.
    pub looked: Option<(u16, u16)>,
    /// Which of its targets have stood on the screen, whole; a long list is
    /// gone through.
    pub seen: HashSet<KeyId>,
    /// Whether the account stood on the screen when it was last looked at.
    pub placed: bool,
}

const QUIET: Duration = Duration::from_millis(250);

impl Shown {
    /// The dialog in the frame that is drawn now, if there is one.
    pub(super) fn of(state: &State, before: Option<Self>, now: Now) -> Option<Self> {
        let Some(Overlay::Confirm(confirm)) = &state.overlay else { return None };
        let target =
            |target: &crate::tui::app::Target| (target.key.clone(), target.user.clone(), target.before.clone());
        let targets: Vec<_> = confirm.targets.iter().map(target).collect();
        check_typed(confirm);
        let keys: HashSet<_> = targets.iter().map(|(key, ..)| key).collect();
        assert_eq!(keys.len(), targets.len(), "a key that is listed twice: {targets:?}");
        let same = before.filter(|before| {
            // A dialog that is open alters none of this.
            before.targets == targets && before.direction == confirm.direction && before.session == confirm.session
        });
        Some(Self {
            session: confirm.session,
            direction: confirm.direction,
            targets,
            unwritten: confirm.unwritten,
            read_only: confirm.place.read_only,
            typed: confirm.typed.as_ref().map(|typed| typed.text == typed.expected),
            since: same.as_ref().map_or(now.mono, |same| same.since),
            last_input: same.as_ref().map_or(now.mono, |same| same.last_input),
            rested: same.as_ref().is_some_and(|same| same.rested),
            looked: same.as_ref().and_then(|same| same.looked),
            placed: same.as_ref().is_some_and(|same| same.placed),
            seen: same.map(|same| same.seen).unwrap_or_default(),
        })
    }

    /// A batch came, with so many inputs.
    pub(super) fn note(&mut self, inputs: usize, now: Now) {
        if inputs > 0 {
            self.last_input = now.mono;
        } else {
            self.rested |= now.mono >= self.since.max(self.last_input) + QUIET;
        }
    }

    /// The screen was looked at: its text without blanks and frames.
    pub(super) fn look(&mut self, flat: &str, size: (u16, u16), account: &str) {
        let stands = |key: &KeyId, user: Option<&UserName>| {
            [Some(key.as_str()), user.map(UserName::as_str)].into_iter().flatten().all(|word| flat.contains(word))
        };
        let seen = self.targets.iter().filter(|(key, user, _)| stands(key, user.as_ref()));
        self.seen.extend(seen.map(|(key, ..)| key.clone()));
        (self.placed, self.looked) = (flat.contains(account), Some(size));
    }

    /// Whether all that must be seen before a confirmation has been.
    pub(super) fn is_whole(&self) -> bool {
        self.placed && self.seen.len() == self.targets.len()
    }

    fn is_armed(&self, now: Now) -> bool {
        match self.typed {
            None => now.mono >= self.since.max(self.last_input) + QUIET,
            Some(typed) => self.rested && typed,
        }
    }
}

/// What has to be typed instead of `y`, by the design.
fn check_typed(confirm: &Confirm) {
    let usual = match confirm.targets.as_slice() {
        [one] if one.signs || confirm.direction == Direction::Activate => one.key.last_four().to_owned(),
        [_] => String::new(),
        several => several.len().to_string(),
    };
    let expected = match (confirm.unwritten, usual.as_str()) {
        (false, "") => None,
        (false, usual) => Some(usual.to_owned()),
        (true, "") => Some("UNWRITTEN".to_owned()),
        (true, usual) => Some(format!("UNWRITTEN {usual}")),
    };
    assert_eq!(confirm.typed.as_ref().map(|typed| typed.expected.clone()), expected);
}

/// The changes so far, as the promises have it.
#[derive(Default)]
pub(super) struct Ledger {
    /// Each confirmed change, and whether it was confirmed to go unwritten.
    confirmed: BTreeMap<u64, (KeyChange, bool)>,
    /// Those that an effect asked for, without a receipt so far.
    pub sent: Vec<KeyChange>,
    /// Those that have their receipt.
    received: Vec<u64>,
}

impl Ledger {
    pub(super) fn confirmations(&self) -> usize {
        self.confirmed.len()
    }

    pub(super) fn receipts(&self) -> usize {
        self.received.len()
    }

    /// A change has its receipt.
    pub(super) fn receive(&mut self, change: &KeyChange) {
        self.sent.retain(|sent| sent.ticket != change.ticket);
        self.received.push(change.ticket);
    }

    /// After a batch: what was confirmed by it is what the last dialog showed.
    pub(super) fn confirm(&mut self, state: &State, shown: Option<&Shown>, inputs: usize, now: Now) {
        let last = self.confirmed.keys().next_back().copied().unwrap_or(0);
        let new: Vec<_> = state.changes.under_way().iter().map(|(change, _)| change).collect();
        let new: Vec<_> = new.into_iter().filter(|change| change.ticket > last).collect();
        if new.is_empty() {
            return;
        }
        let shown = shown.expect("a change that no dialog has asked about");
        assert_eq!(inputs, 1, "a confirmation in the midst of other input");
        assert!(!shown.read_only, "a change in a read-only session");
        assert!(shown.is_armed(now), "confirmed before the dialog was at rest: {shown:?} at {:?}", now.mono);
        assert!(shown.is_whole(), "confirmed although the screen did not show all of it: {shown:?}");
        let made = new.iter().map(|change| (change.key.clone(), change.user.clone(), change.before.clone().unwrap()));
        assert_eq!(made.collect::<Vec<_>>(), shown.targets, "not what the dialog listed");
        for change in new {
            assert_eq!((change.direction, change.session), (shown.direction, shown.session));
            self.confirmed.insert(change.ticket, (change.clone(), shown.unwritten));
        }
    }

    /// An effect asks for a change: it was confirmed, is asked for once, and
    /// nothing else is under way for its key.
    pub(super) fn send(&mut self, effect: &Effect) {
        let (change, unwritten) = match effect {
            Effect::Change(change) => (change, false),
            Effect::ChangeUnwritten(change) => (change, true),
            _ => return,
        };
        assert_eq!(self.confirmed.get(&change.ticket), Some(&(change.clone(), unwritten)), "sent, but never confirmed");
        assert!(!self.received.contains(&change.ticket), "sent again: {change:?}");
        assert!(self.sent.iter().all(|sent| sent.key != change.key), "two changes of one key at once: {change:?}");
        self.sent.push(change.clone());
    }

    /// No confirmed change is lost: each is done, or still under way.
    pub(super) fn check(&self, state: &State) {
        for ticket in self.confirmed.keys() {
            let done = state.changes.done().iter().filter(|receipt| receipt.change.ticket == *ticket).count();
            let under_way = state.changes.under_way().iter().filter(|(change, _)| change.ticket == *ticket).count();
            let received = usize::from(self.received.contains(ticket));
            assert_eq!((done, under_way), (received, 1 - received), "change {ticket}");
        }
        let waiting = state.changes.under_way().len() - self.sent.len();
        assert!(waiting == 0 || !self.sent.is_empty(), "{waiting} changes wait for nothing");
        assert!(state.leaving != Leaving::Soon || !state.has_left() || state.changes.under_way().is_empty());
    }
}

/// What must hold of the lists, and of the time at which to wake.
pub(super) fn check_state(state: &State, now: Now) {
    assert!(state.deadline().is_none_or(|deadline| deadline > now.mono), "it wakes at once, for ever");
    let (top, window) = state.keys.window();
    if let Some(line) = state.keys.cursor_line() {
        assert_eq!(window.get(line), state.keys.selected(), "the cursor's line, from {top}");
    }
    if state.view == View::Keys {
        return;
    }
    let list = state.users.list();
    if let Some(line) = list.cursor_line() {
        assert_eq!(list.window().1.get(line).copied(), list.selected().copied());
    }
    let selected = state.users.selected();
    for key in state.keys.items() {
        assert_eq!(state.inventory.owner(key), selected, "the keys shown are those of the user selected");
    }
}

/// The selected row's own words, where the screen shows them.
pub(super) fn selected_words(state: &State) -> Option<String> {
    let (columns, rows) = state.size;
    if columns < 80 || rows < 24 || state.overlay.is_some() {
        return None;
    }
    match (state.view, state.focus) {
        (View::Keys, _) | (View::Users, Pane::Keys) => state.selected_key().map(ToString::to_string),
        (View::Users, Pane::Users) => state.selected_user().map(ToString::to_string),
    }
}
