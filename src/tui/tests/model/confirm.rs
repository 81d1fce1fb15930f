//! The confirmation dialog as the user sees it.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::SignedDuration;
use ratatui::layout::Size;

use crate::model::{AccountId, Direction, Endpoint, KeyId, KeyStatus, Now, SessionId, UserName};
use crate::tui::app::App;
use crate::tui::context::JournalMode;
use crate::tui::popups::confirm::DialogAccount;
use crate::tui::popups::{Confirm, Popup};

/// The content of a dialog, which must not change while it is open.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DialogContent {
    pub direction: Direction,
    pub targets: Vec<(SessionId, KeyId, Option<UserName>, KeyStatus)>,
    pub unjournaled: bool,
    /// The account, or the number of accounts, and the endpoint that the dialog must show.
    session_context: Vec<String>,
    /// The account of each session, where there are several.
    accounts: HashMap<SessionId, AccountId>,
}

/// A dialog as last drawn, and the input since then.
#[derive(Clone, Debug)]
pub(super) struct ShownDialog {
    pub content: DialogContent,
    /// Whether the required text was typed; `None` if none is required.
    typed: Option<bool>,
    /// The time of its first frame.
    first_drawn: Duration,
    /// Keys whose status could not be read again, which the dialog shows.
    unconfirmed: Vec<KeyId>,
    /// The time of the last input since then.
    last_input: Duration,
    /// Whether 250 ms without input have passed since its first frame.
    was_quiet: bool,
    /// The size of the terminal when its frame was last checked.
    pub checked_size: Option<Size>,
    /// Targets that have been on the screen; a long list is scrolled.
    seen_targets: HashSet<KeyId>,
    /// Whether everything required was on the screen then, and all targets then or
    /// before.
    pub is_complete: bool,
}

const QUIET_PERIOD: Duration = Duration::from_millis(250);

/// Age at which a status is read again before a key can confirm.
const MAX_STATUS_AGE: SignedDuration = SignedDuration::from_secs(31);

impl DialogContent {
    /// Returns whether the keys are of several accounts.
    pub(super) fn has_several_accounts(&self) -> bool {
        self.accounts.len() > 1
    }
}

impl ShownDialog {
    /// Returns the dialog in the current frame, if any. With `same`, it must be the
    /// same dialog as `before`.
    pub(super) fn from_app(app: &App, before: Option<Self>, same: bool, now: Now) -> Option<Self> {
        let Some(Popup::Confirm(confirm)) = app.popup() else { return None };
        check_typed(confirm);
        let content = content(confirm);
        let keys: HashSet<_> = content.targets.iter().map(|(_, key, ..)| key).collect();
        assert_eq!(keys.len(), content.targets.len(), "a key is listed twice: {content:?}");
        assert!(
            !keys.is_empty() && confirm.accounts.iter().all(|it| !it.session_context.read_only),
            "a dialog without targets or in a read-only session: {content:?}"
        );
        if let Some(before) = before.as_ref().filter(|_| same) {
            assert_eq!(content, before.content, "an open dialog has changed");
        }
        check_status(app, &content);
        let typed = confirm.typed.as_ref().map(|typed| typed.text == typed.expected);
        let unconfirmed = confirm.targets.iter().filter(|target| target.unconfirmed.is_some());
        let unconfirmed = unconfirmed.map(|target| target.key.clone()).collect();
        Some(match before.filter(|before| before.content == content) {
            Some(before) => Self { typed, unconfirmed, ..before },
            None => Self {
                content,
                typed,
                first_drawn: now.mono,
                unconfirmed,
                last_input: now.mono,
                was_quiet: false,
                checked_size: None,
                seen_targets: HashSet::new(),
                is_complete: false,
            },
        })
    }

    /// Records a batch with `inputs` input events.
    pub(super) fn record_inputs(&mut self, inputs: usize, now: Now) {
        if inputs > 0 {
            self.last_input = now.mono;
        } else {
            self.was_quiet |= now.mono >= self.first_drawn.max(self.last_input) + QUIET_PERIOD;
        }
    }

    /// Records whether `frame` shows everything required.
    pub(super) fn check_frame(&mut self, frame: &str, size: Size) {
        let flat = flat(frame);
        let is_visible = |words: &str| flat.contains(&self::flat(words));
        let DialogContent { targets, direction, session_context, accounts, .. } = &self.content;
        for (session, key, user, _) in targets {
            let user = user.as_ref().map_or("the account's root user", UserName::as_str);
            let is_named = match accounts.get(session) {
                Some(account) => is_visible(&format!("{key} of {user} in {account}")),
                None => is_visible(key.as_str()) && is_visible(user),
            };
            if is_named {
                self.seen_targets.insert(key.clone());
            }
        }
        let transitions =
            targets.iter().map(|(.., before)| format!("{before} → {}", direction.status()));
        let context_visible =
            transitions.chain(session_context.iter().cloned()).all(|words| is_visible(&words));
        self.is_complete = context_visible && self.seen_targets.len() == targets.len();
        self.checked_size = Some(size);
    }

    /// Returns whether a key may confirm now.
    pub(super) fn is_armed(&self, now: Now) -> bool {
        match self.typed {
            None => now.mono >= self.first_drawn.max(self.last_input) + QUIET_PERIOD,
            Some(typed) => self.was_quiet && typed,
        }
    }

    /// Checks that the confirmed status is recent, or could not be read again.
    pub(super) fn check_fresh(&self, app: &App, now: Now) {
        for (_, key, ..) in
            self.content.targets.iter().filter(|(_, key, ..)| !self.unconfirmed.contains(key))
        {
            let inventory = app.shared.account_of_key(key).inventory;
            let owner = inventory.owner(key).expect("a confirmed key is not listed");
            let read = inventory.facts(owner).keys.at();
            assert!(
                read >= Some(now.wall - MAX_STATUS_AGE),
                "{key} was read at {read:?}, confirmed at {}",
                now.wall
            );
        }
    }
}

fn content(confirm: &Confirm) -> DialogContent {
    let targets = confirm
        .targets
        .iter()
        .map(|it| (it.session, it.key.clone(), it.user.clone(), it.before.clone()));
    let contexts = || confirm.accounts.iter().map(|account| &account.session_context);
    let (account, accounts) = match confirm.accounts.as_slice() {
        [only] => (format!("Account {}", only.session_context.account_label()), HashMap::new()),
        several => {
            let id = |it: &DialogAccount| (it.session, it.session_context.caller.account.clone());
            (format!("Accounts {}", several.len()), several.iter().map(id).collect())
        }
    };
    // A small dialog shows only the end of the endpoint's host.
    let not_aws = contexts().find_map(|context| match &context.endpoint {
        Endpoint::Aws | Endpoint::Demo(_) => None,
        Endpoint::Custom(url) => {
            let host = url.rsplit('/').next().unwrap();
            Some(vec!["NOT AWS".to_owned(), host.to_owned()])
        }
    });
    let not_aws = not_aws.unwrap_or_default();
    DialogContent {
        accounts,
        direction: confirm.direction,
        targets: targets.collect(),
        unjournaled: confirm.journal_mode == JournalMode::Unjournaled,
        session_context: [account].into_iter().chain(not_aws).collect(),
    }
}

/// Returns text without whitespace and borders, to compare wrapped text.
fn flat(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c == '│').collect()
}

/// Checks that dialog and list agree on each key's status. One that a change of unknown outcome may
/// have set is the other one in the dialog, until a read shows it, if the dialog is to set that of
/// the list.
fn check_status(app: &App, content: &DialogContent) {
    for (_, key, _, before) in &content.targets {
        let uncertain = app.shared.change_queue.uncertain_status(key);
        if uncertain.is_some_and(|uncertain| uncertain.wanted == *before) {
            continue;
        }
        if let Some(known) = app.shared.account_of_key(key).inventory.key(key) {
            assert_eq!(
                known.status, *before,
                "the dialog and the list show different statuses of {key}"
            );
        }
    }
}

/// Checks the text to type instead of `y` against the design.
fn check_typed(confirm: &Confirm) {
    let usual = match confirm.targets.as_slice() {
        [one] if one.lockout_risk.is_any() || confirm.direction == Direction::Activate => {
            one.key.last_four().to_owned()
        }
        [_] => String::new(),
        several => several.len().to_string(),
    };
    let expected = match (confirm.journal_mode, usual.as_str()) {
        (JournalMode::Required, "") => None,
        (JournalMode::Required, usual) => Some(usual.to_owned()),
        (JournalMode::Unjournaled, "") => Some("UNWRITTEN".to_owned()),
        (JournalMode::Unjournaled, usual) => Some(format!("UNWRITTEN {usual}")),
    };
    assert_eq!(confirm.typed.as_ref().map(|typed| typed.expected.clone()), expected);
}
