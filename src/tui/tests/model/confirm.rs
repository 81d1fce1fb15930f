//! The confirmation dialog as the user sees it.

use std::collections::HashSet;
use std::time::Duration;

use jiff::SignedDuration;

use crate::model::{Direction, Endpoint, KeyId, KeyStatus, Now, SessionId, UserName};
use crate::tui::app::App;
use crate::tui::popups::{Confirm, Popup};

/// The targets of a dialog, which must not change while it is open.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DialogQuestion {
    pub session: SessionId,
    pub direction: Direction,
    pub targets: Vec<(KeyId, Option<UserName>, KeyStatus)>,
    pub unjournaled: bool,
    /// The account and the endpoint that the dialog must show.
    session_context: Vec<String>,
}

/// A dialog as last drawn, and the input since then.
#[derive(Clone, Debug)]
pub(super) struct ShownDialog {
    pub question: DialogQuestion,
    /// True if the required text was typed; `None` if none is required.
    typed: Option<bool>,
    /// The time of its first frame.
    since: Duration,
    /// Keys whose status could not be read again, which the dialog shows.
    unconfirmed: Vec<KeyId>,
    /// The time of the last input since then.
    last_input: Duration,
    /// True if 250 ms without input have passed since its first frame.
    rested: bool,
    /// The size of the terminal when its frame was last checked.
    pub looked: Option<(u16, u16)>,
    /// Targets that have been on the screen; a long list is scrolled.
    seen: HashSet<KeyId>,
    /// True if everything required was on the screen then, and all targets then or
    /// before.
    pub whole: bool,
}

const QUIET_PERIOD: Duration = Duration::from_millis(250);

/// Age at which a status is read again before a key can confirm.
const MAX_STATUS_AGE: SignedDuration = SignedDuration::from_secs(31);

impl ShownDialog {
    /// Returns the dialog in the current frame, if there is one. `same` means that
    /// it must be the same dialog as `before`.
    pub(super) fn of(app: &App, before: Option<Self>, same: bool, now: Now) -> Option<Self> {
        let Some(Popup::Confirm(confirm)) = &app.popup else { return None };
        check_typed(confirm);
        let question = question(confirm);
        let keys: HashSet<_> = question.targets.iter().map(|(key, ..)| key).collect();
        assert_eq!(keys.len(), question.targets.len(), "a key that is listed twice: {question:?}");
        assert!(
            !keys.is_empty() && !confirm.session_context.read_only,
            "a dialog that can't ask anything: {question:?}"
        );
        if let Some(before) = before.as_ref().filter(|_| same) {
            assert_eq!(question, before.question, "an open dialog was altered");
        }
        check_status(app, &question);
        let typed = confirm.typed.as_ref().map(|typed| typed.text == typed.expected);
        let unconfirmed = confirm.targets.iter().filter(|target| target.unconfirmed.is_some());
        let unconfirmed = unconfirmed.map(|target| target.key.clone()).collect();
        Some(match before.filter(|before| before.question == question) {
            Some(before) => Self { typed, unconfirmed, ..before },
            None => Self {
                question,
                typed,
                since: now.mono,
                unconfirmed,
                last_input: now.mono,
                rested: false,
                looked: None,
                seen: HashSet::new(),
                whole: false,
            },
        })
    }

    /// Records a batch with that many inputs.
    pub(super) fn note(&mut self, inputs: usize, now: Now) {
        if inputs > 0 {
            self.last_input = now.mono;
        } else {
            self.rested |= now.mono >= self.since.max(self.last_input) + QUIET_PERIOD;
        }
    }

    /// Checks whether this frame shows everything required.
    pub(super) fn look(&mut self, frame: &str, size: (u16, u16)) {
        let flat = flat(frame);
        let stands = |words: &str| flat.contains(&self::flat(words));
        let DialogQuestion { targets, direction, session_context, .. } = &self.question;
        for (key, user, _) in targets {
            let user = user.as_ref().map_or("the account's root user", UserName::as_str);
            if stands(key.as_str()) && stands(user) {
                self.seen.insert(key.clone());
            }
        }
        let ways =
            targets.iter().map(|(_, _, before)| format!("{before} → {}", direction.status()));
        let around = ways.chain(session_context.iter().cloned()).all(|words| stands(&words));
        self.whole = around && self.seen.len() == targets.len();
        self.looked = Some(size);
    }

    /// Returns true if a key may confirm now.
    pub(super) fn is_armed(&self, now: Now) -> bool {
        match self.typed {
            None => now.mono >= self.since.max(self.last_input) + QUIET_PERIOD,
            Some(typed) => self.rested && typed,
        }
    }

    /// Checks that the confirmed status is recent, or could not be read again.
    pub(super) fn check_fresh(&self, app: &App, now: Now) {
        for (key, ..) in
            self.question.targets.iter().filter(|(key, ..)| !self.unconfirmed.contains(key))
        {
            let owner = app
                .shared
                .inventory
                .owner(key)
                .expect("a key is confirmed only where it is listed");
            let read = app.shared.inventory.at(owner).keys.at();
            assert!(
                read >= Some(now.wall - MAX_STATUS_AGE),
                "{key} was read at {read:?}, confirmed at {}",
                now.wall
            );
        }
    }
}

fn question(confirm: &Confirm) -> DialogQuestion {
    let targets = confirm
        .targets
        .iter()
        .map(|target| (target.key.clone(), target.user.clone(), target.before.clone()));
    let account = format!("Account {}", confirm.session_context.account_label());
    // Without room for the URL, the dialog has the end of its host.
    let not_aws = match &confirm.session_context.endpoint {
        Endpoint::Aws => Vec::new(),
        Endpoint::Custom(url) => {
            let host = url.rsplit('/').next().unwrap();
            vec!["NOT AWS".to_owned(), host.to_owned()]
        }
    };
    DialogQuestion {
        session: confirm.session,
        direction: confirm.direction,
        targets: targets.collect(),
        unjournaled: confirm.unjournaled,
        session_context: [account].into_iter().chain(not_aws).collect(),
    }
}

/// Returns text without whitespace and borders, to compare wrapped text.
fn flat(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c == '│').collect()
}

/// Checks that dialog and list agree on each key's status.
fn check_status(app: &App, question: &DialogQuestion) {
    for (key, _, before) in &question.targets {
        if let Some(known) = app.shared.inventory.key(key) {
            assert_eq!(known.status, *before, "the dialog and the list differ on {key}");
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
    let expected = match (confirm.unjournaled, usual.as_str()) {
        (false, "") => None,
        (false, usual) => Some(usual.to_owned()),
        (true, "") => Some("UNWRITTEN".to_owned()),
        (true, usual) => Some(format!("UNWRITTEN {usual}")),
    };
    assert_eq!(confirm.typed.as_ref().map(|typed| typed.expected.clone()), expected);
}
