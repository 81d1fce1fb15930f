//! The invariants of the whole screen, checked after each batch.

use crate::inventory::{KeyIndex, UserIndex};
use crate::model::{
    AccountId, Endpoint, IamRead, KeyId, LastUse, Now, ReadData, ReadReply, SessionId, UserName,
};
use crate::tui::app::{State, View};
use crate::tui::layout::{self, Pane};

/// Checks the lists, and the deadline.
pub(super) fn check_state(state: &State, now: Now) {
    assert!(
        state.deadline().is_none_or(|deadline| deadline > now.mono),
        "it wakes at once, for ever"
    );
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
        assert_eq!(
            state.inventory.owner(key),
            selected,
            "the keys shown are those of the user selected"
        );
    }
}

/// Checks that account, caller and `NOT AWS` are always visible. On a small
/// terminal a popup covers them; the dialog's own lines are checked elsewhere.
pub(super) fn check_session_context(state: &State, frame: &str) {
    let (columns, rows) = state.size;
    let has_room = layout::is_usable(columns, rows)
        && (state.popup.is_none() || (columns >= 80 && rows >= 24));
    let Some(session_context) = state.session.session_context().filter(|_| has_room) else {
        return;
    };
    let flat: String = frame.split_whitespace().collect();
    let words = [
        Some(session_context.account_label()),
        Some(session_context.caller.arn.to_string()),
        session_context.not_aws_label(),
    ];
    for words in
        words.into_iter().flatten().chain(session_context.read_only.then(|| "READ-ONLY".to_owned()))
    {
        let words: String = words.split_whitespace().collect();
        assert!(flat.contains(&words), "{words} is not on the screen:\n{frame}");
    }
}

/// Returns what this reply says about verified keys that must be reported: a
/// status that contradicts the verification, and a later use.
pub(super) fn expected_notifications(state: &State, answer: &ReadReply, now: Now) -> Vec<String> {
    if answer.session != state.session.id {
        return Vec::new();
    }
    match (&answer.read, &answer.result) {
        (IamRead::Keys { .. }, Ok(ReadData::Keys(keys))) => {
            let contradicted = keys.iter().filter_map(|key| {
                let (verified, at) = state
                    .change_queue
                    .verified(&key.id)
                    .filter(|_| state.change_queue.pending_change(&key.id).is_none())?;
                let words = format!("IAM now reports it {}", key.status);
                // A verification in the future means that the clock was set back.
                ((answer.asked_at > at || at > now.wall) && key.status != verified).then_some(words)
            });
            contradicted.collect()
        }
        (
            IamRead::LastUse { key },
            Ok(ReadData::LastUse { last_use: LastUse::Used { at, .. }, .. }),
        ) => {
            let used = state.change_queue.verified(key).is_some_and(|(_, verified)| *at > verified);
            used.then(|| format!("{key} was used")).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// The selection and the order of the lists before a batch.
#[derive(Debug, PartialEq)]
pub(super) struct Lists {
    session: SessionId,
    /// The session of the lists: a new one may lead to another account.
    of: Option<(AccountId, Endpoint)>,
    view: View,
    user: Option<UserName>,
    key: Option<KeyId>,
    users: Vec<UserIndex>,
    keys: Vec<KeyIndex>,
    /// True if the list of users was complete.
    listed: bool,
    /// True if a key is selected as soon as it is found.
    follows: bool,
}

impl Lists {
    pub(super) fn of(state: &State) -> Self {
        let session_context = state.session.session_context().or(state.session.before.as_deref());
        Self {
            session: state.session.id,
            of: session_context.map(|session_context| {
                (session_context.caller.account.clone(), session_context.endpoint.clone())
            }),
            view: state.view,
            user: state.selected_user().cloned(),
            key: state.selected_key().cloned(),
            users: state.users.list().items().to_vec(),
            keys: state.all_keys.list().items().to_vec(),
            listed: state.inventory.is_listing_complete(),
            follows: state.key_search.is_auto_selecting(),
        }
    }

    /// Checks that a batch without input changes neither the selection nor the
    /// order.
    pub(super) fn check(&self, state: &State) {
        let now = Self::of(state);
        let elsewhere = (now.session, now.view, &now.of) != (self.session, self.view, &self.of);
        if now == *self || elsewhere || self.follows {
            return;
        }
        self.check_order(&now);
        match state.view {
            View::Keys => {
                let shown =
                    |key: &KeyId| now.keys.iter().any(|at| state.inventory.key_at(*at).1 == key);
                if self.key.as_ref().is_some_and(shown) {
                    assert_eq!(now.key, self.key, "the selection moved by itself");
                }
            }
            View::Users => {
                let index = self.user.as_ref().and_then(|user| state.inventory.index(user));
                if index.is_some_and(|index| now.users.contains(&index)) {
                    assert_eq!(now.user, self.user, "the selection moved by itself");
                }
                if self.key.as_ref().is_some_and(|key| state.keys.items().contains(key)) {
                    assert_eq!(now.key, self.key, "the selection moved by itself");
                }
            }
        }
    }

    /// Checks that the rows keep their order. The list of users may be sorted while
    /// it is being listed, the list of keys when it starts.
    fn check_order(&self, now: &Self) {
        if self.listed && self.users.len() == now.users.len() {
            assert_eq!(now.users, self.users, "the order of the users changed by itself");
        }
        assert!(now.keys.starts_with(&self.keys), "the keys moved: {:?} {:?}", self.keys, now.keys);
    }
}

/// Returns the text of the selected row, if the screen shows it.
pub(super) fn selected_words(state: &State) -> Option<String> {
    let (columns, rows) = state.size;
    if columns < 80 || rows < 24 || state.popup.is_some() {
        return None;
    }
    match (state.view, state.focus) {
        (View::Keys, _) | (View::Users, Pane::Keys) => {
            state.selected_key().map(ToString::to_string)
        }
        (View::Users, Pane::Users) => state.selected_user().map(ToString::to_string),
    }
}
