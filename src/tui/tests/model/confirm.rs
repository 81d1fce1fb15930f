//! The dialog before a change, as a person has it before the eyes.

use std::collections::HashSet;
use std::time::Duration;

use jiff::SignedDuration;

use crate::model::{Direction, KeyId, KeyStatus, Now, SessionId, UserName};
use crate::tui::app::{Confirm, Popup, State};

/// What a dialog asks about. It alters none of this while it is open.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DialogQuestion {
    pub session: SessionId,
    pub direction: Direction,
    pub targets: Vec<(KeyId, Option<UserName>, KeyStatus)>,
    pub unjournaled: bool,
    /// The account and the endpoint, as the dialog has to show them.
    session_context: Vec<String>,
}

/// A dialog as it was last drawn, and the input since.
#[derive(Clone, Debug)]
pub(super) struct ShownDialog {
    pub question: DialogQuestion,
    /// Whether what must be typed has been; `None` where nothing must.
    typed: Option<bool>,
    /// When it was drawn first.
    since: Duration,
    /// Keys whose status could not be read again, which the dialog tells.
    unconfirmed: Vec<KeyId>,
    /// The last input since then.
    last_input: Duration,
    /// Whether 250 ms without input have passed since it was drawn first.
    rested: bool,
    /// The size of the terminal at which it was last looked at.
    pub looked: Option<(u16, u16)>,
    /// Targets that have stood on the screen: a long list is gone through.
    seen: HashSet<KeyId>,
    /// Whether all that it must show stood on the screen then, and all of its
    /// targets then or before.
    pub whole: bool,
}

const QUIET_PERIOD: Duration = Duration::from_millis(250);

/// A status older than this is read again before anything confirms.
const MAX_STATUS_AGE: SignedDuration = SignedDuration::from_secs(31);

impl ShownDialog {
    /// The dialog in the frame that is drawn now, if there is one. `same` says
    /// that nothing can have closed one and opened another since `before`.
    pub(super) fn of(state: &State, before: Option<Self>, same: bool, now: Now) -> Option<Self> {
        let Some(Popup::Confirm(confirm)) = &state.popup else { return None };
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
        check_status(state, &question);
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

    /// A batch came, with so many inputs.
    pub(super) fn note(&mut self, inputs: usize, now: Now) {
        if inputs > 0 {
            self.last_input = now.mono;
        } else {
            self.rested |= now.mono >= self.since.max(self.last_input) + QUIET_PERIOD;
        }
    }

    /// Looks whether all that must be shown stands in this frame.
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

    /// Whether a key may confirm now.
    pub(super) fn is_armed(&self, now: Now) -> bool {
        match self.typed {
            None => now.mono >= self.since.max(self.last_input) + QUIET_PERIOD,
            Some(typed) => self.rested && typed,
        }
    }

    /// What is confirmed was read of late, or could not be read again.
    pub(super) fn check_fresh(&self, state: &State, now: Now) {
        for (key, ..) in
            self.question.targets.iter().filter(|(key, ..)| !self.unconfirmed.contains(key))
        {
            let owner =
                state.inventory.owner(key).expect("a key is confirmed only where it is listed");
            let read = state.inventory.at(owner).keys.at();
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
    DialogQuestion {
        session: confirm.session,
        direction: confirm.direction,
        targets: targets.collect(),
        unjournaled: confirm.unjournaled,
        session_context: [account]
            .into_iter()
            .chain(confirm.session_context.not_aws_label())
            .collect(),
    }
}

/// Text as it is compared, however it was wrapped.
fn flat(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c == '│').collect()
}

/// What the dialog says of a key's status is what the list behind it says.
fn check_status(state: &State, question: &DialogQuestion) {
    for (key, _, before) in &question.targets {
        if let Some(known) = state.inventory.key(key) {
            assert_eq!(known.status, *before, "the dialog and the list differ on {key}");
        }
    }
}

/// What has to be typed instead of `y`, by the design.
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
