//! The invariants of the whole screen, checked after each batch.

use ratatui::layout::Size;

use crate::inventory::{KeyIndex, UserIndex};
use crate::model::{
    AccountId, Endpoint, IamRead, KeyId, KeyLastUse, LastUse, Now, ReadData, ReadReply, SessionId,
    UserName,
};
use crate::tui::app::App;
use crate::tui::panes::View;
use crate::tui::render::layout::{self, Pane};

/// Checks the lists, and the deadline.
pub(super) fn check_state(app: &App, now: Now) {
    assert!(
        app.deadline().is_none_or(|deadline| deadline > now.mono),
        "the deadline has already passed"
    );
    let window = app.ui.panes.user_keys.list.window();
    if let Some(line) = app.ui.panes.user_keys.list.cursor_line() {
        assert_eq!(
            window.get(line),
            app.ui.panes.user_keys.list.selected(),
            "the line of the cursor, in {:?}",
            app.ui.panes.user_keys.list.position()
        );
    }
    if app.ui.panes.view != View::Users {
        return;
    }
    let list = &app.ui.panes.users.list;
    let visible = list.visible().find(|(_, is_selected)| *is_selected);
    assert_eq!(visible.map(|(row, _)| row), list.selected());
    let selected = app.ui.panes.users.list.selected();
    for key in app.ui.panes.user_keys.list.items() {
        assert_eq!(
            app.shared.inventory.owner(key),
            selected,
            "the list shows a key of a user who is not selected"
        );
    }
}

/// Checks that account, caller and `NOT AWS` are always visible. On a small
/// terminal a popup covers them; the dialog's own lines are checked elsewhere.
pub(super) fn check_session_context(app: &App, frame: &str) {
    let Size { width: columns, height: rows } = app.shared.size;
    let has_room = layout::is_usable(app.shared.size)
        && (app.popup().is_none() || (columns >= 80 && rows >= 24));
    let Some(session_context) = app.shared.session.session_context().filter(|_| has_room) else {
        return;
    };
    let flat: String = frame.split_whitespace().collect();
    let labels = [
        Some(session_context.account_label()),
        Some(session_context.caller.arn.to_string()),
        session_context.endpoint.label(),
    ];
    for label in labels
        .into_iter()
        .flatten()
        .chain(session_context.read_only.then(|| "READ-ONLY".to_owned()))
    {
        let label: String = label.split_whitespace().collect();
        assert!(flat.contains(&label), "{label} is not on the screen:\n{frame}");
    }
}

/// Returns parts of the notifications that this reply requires: for a verified key, a
/// status that contradicts the verification, or a later use.
pub(super) fn expected_notifications(app: &App, reply: &ReadReply, now: Now) -> Vec<String> {
    if reply.session != app.shared.session.id {
        return Vec::new();
    }
    match (&reply.read, &reply.result) {
        (IamRead::Keys { .. }, Ok(ReadData::Keys(keys))) => {
            let contradicted = keys.iter().filter_map(|key| {
                let (verified, at) = app
                    .shared
                    .change_queue
                    .verified(&key.id)
                    .filter(|_| app.shared.change_queue.pending_change(&key.id).is_none())?;
                let text = format!("IAM now reports it {}", key.status);
                // A verification in the future means that the clock was set back.
                ((reply.asked_at > at || at > now.wall) && key.status != verified).then_some(text)
            });
            contradicted.collect()
        }
        (
            IamRead::LastUse { key },
            Ok(ReadData::LastUse(KeyLastUse { last_use: LastUse::Used { at, .. }, .. })),
        ) => {
            let used =
                app.shared.change_queue.verified(key).is_some_and(|(_, verified)| *at > verified);
            used.then(|| format!("{key} was used")).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// The selection and row order of the lists before a batch.
#[derive(Debug, PartialEq)]
pub(super) struct ListState {
    session: SessionId,
    /// The account and endpoint of the lists, which a new session may change.
    account: Option<(AccountId, Endpoint)>,
    view: View,
    user: Option<UserName>,
    key: Option<KeyId>,
    users: Vec<UserIndex>,
    keys: Vec<KeyIndex>,
    /// Whether the list of users was complete.
    listed: bool,
    /// Whether a key is selected as soon as it is found.
    auto_selects: bool,
}

impl ListState {
    pub(super) fn from_app(app: &App) -> Self {
        let session_context =
            app.shared.session.session_context().or(app.shared.session.previous_context.as_deref());
        Self {
            session: app.shared.session.id,
            account: session_context.map(|session_context| {
                (session_context.caller.account.clone(), session_context.endpoint.clone())
            }),
            view: app.ui.panes.view,
            user: app.ui.panes.selected_user(&app.shared).cloned(),
            key: app.ui.panes.selected_key(&app.shared).cloned(),
            users: app.ui.panes.users.list.items().to_vec(),
            keys: app.ui.panes.all_keys.list.items().to_vec(),
            listed: app.shared.inventory.is_listing_complete(),
            auto_selects: app.shared.lookups.is_auto_selecting(),
        }
    }

    /// Checks that a batch without input changes neither the selection nor the
    /// order.
    pub(super) fn check(&self, app: &App) {
        let now = Self::from_app(app);
        let elsewhere =
            (now.session, now.view, &now.account) != (self.session, self.view, &self.account);
        if now == *self || elsewhere || self.auto_selects {
            return;
        }
        self.check_order(&now);
        match app.ui.panes.view {
            View::Keys => {
                let shown = |key: &KeyId| {
                    now.keys.iter().any(|at| app.shared.inventory.key_at(*at).1 == key)
                };
                if self.key.as_ref().is_some_and(shown) {
                    assert_eq!(now.key, self.key, "the selection moved by itself");
                }
            }
            View::Overview | View::Organization => {}
            View::Users => {
                let index = self.user.as_ref().and_then(|user| app.shared.inventory.index(user));
                if index.is_some_and(|index| now.users.contains(&index)) {
                    assert_eq!(now.user, self.user, "the selection moved by itself");
                }
                if self
                    .key
                    .as_ref()
                    .is_some_and(|key| app.ui.panes.user_keys.list.items().contains(key))
                {
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
pub(super) fn selected_text(app: &App) -> Option<String> {
    let Size { width: columns, height: rows } = app.shared.size;
    if columns < 80 || rows < 24 || app.popup().is_some() {
        return None;
    }
    match (app.ui.panes.view, app.ui.panes.focus) {
        (View::Keys, _) | (View::Users, Pane::UserKeys) => {
            app.ui.panes.selected_key(&app.shared).map(ToString::to_string)
        }
        (View::Overview | View::Organization, _) => None,
        (View::Users, Pane::List) => {
            app.ui.panes.selected_user(&app.shared).map(ToString::to_string)
        }
    }
}
