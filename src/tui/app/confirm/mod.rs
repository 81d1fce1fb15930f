//! The confirmation dialog. It holds its targets by value from the moment it
//! opens: later replies do not change them, but may disarm the dialog, add
//! facts to it, or close it.
//!
//! - [`content`] builds the lines, from the sentences in [`messages`].
//! - [`layout`] drops or pages lines to fit the screen.
//! - [`input`] handles keys.
//! - [`freshness`] refreshes the status while the dialog is open.

pub(super) mod content;
mod freshness;
mod input;
pub(super) mod layout;
pub(crate) mod messages;

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tui_input::Input;

use crate::inventory::Inventory;
use crate::model::{
    Direction, ErrorKind, IamRead, KeyChange, KeyId, Known, Missing, NamedBy, Now, ReadReply,
    SessionContext, SessionId, UserName, owner_not_certain, owner_not_found,
};
use crate::tui::app::DialogTarget;

pub(super) use input::DialogOutcome;

/// Time without input before a key can confirm.
pub(crate) const QUIET_PERIOD: Duration = Duration::from_millis(250);

/// The part of the dialog that has the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Focus {
    /// The button that closes the dialog without a change.
    Cancel,
    /// The button that confirms.
    Confirm,
    /// The reason's text field.
    Reason,
}

/// The text that must be typed instead of `y`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TypedConfirmation {
    /// The text to type.
    pub expected: String,
    /// The text typed so far; never longer than `expected`.
    pub text: String,
    /// The last wrong text on which enter was pressed.
    pub refused: Option<String>,
}

impl TypedConfirmation {
    fn new(expected: String) -> Self {
        Self { expected, text: String::new(), refused: None }
    }

    /// Returns true if the typed text is the expected one. Typed text is upper
    /// case, so the case of the key ID is ignored.
    pub(crate) fn matches(&self) -> bool {
        self.text.eq_ignore_ascii_case(&self.expected)
    }
}

/// Requested keys that the dialog leaves out.
#[derive(Clone, Debug, Default)]
pub(crate) struct SkippedKeys {
    /// The sentence about them.
    pub message: Option<String>,
    /// The keys to unmark when the dialog is confirmed: they already have the
    /// wanted status.
    pub unmark: Vec<KeyId>,
}

/// The state of the dialog.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent conditions that each prevent a confirmation"
)]
pub(crate) struct Confirm {
    /// The session that sends the changes.
    pub session: SessionId,
    /// The session context at the time the dialog opened.
    pub session_context: SessionContext,
    /// The direction of every change.
    pub direction: Direction,
    /// The keys; those that may sign the session last.
    pub targets: Vec<DialogTarget>,
    /// The requested keys that are not among the targets.
    pub skipped: SkippedKeys,
    /// The reason's text field.
    pub reason: Input,
    /// The typed confirmation, if one replaces `y`.
    pub typed: Option<TypedConfirmation>,
    /// True if the changes are sent although the journal cannot be written.
    pub unjournaled: bool,
    /// The focused part.
    pub focus: Focus,
    /// Users whose keys must be read again before the dialog arms.
    checking: Vec<Option<UserName>>,
    opened: Timestamp,
    /// The monotonic time at which the first status gets too old to confirm.
    expires: Option<Duration>,
    first_frame: Option<Duration>,
    last_input: Duration,
    /// True if the screen has room for every required line.
    fits: bool,
    /// Index of the first target to show.
    first_target: usize,
    /// The targets in the next frame.
    shown: Range<usize>,
    /// Number of targets, from the first on, that have been on the screen.
    seen: usize,
    armed: bool,
    /// A confirming key was pressed; it counts if it was the only input.
    confirmed: bool,
}

impl Confirm {
    /// Creates a dialog for these targets.
    pub(crate) fn open(
        session: SessionId,
        session_context: SessionContext,
        direction: Direction,
        mut targets: Vec<DialogTarget>,
        reason: Option<&str>,
        now: Now,
    ) -> Self {
        // After the session's own key is deactivated, no other change can be sent.
        targets.sort_by_key(|target| target.lockout_risk);
        let expected = match targets.as_slice() {
            [one] if one.lockout_risk.is_any() || direction == Direction::Activate => {
                Some(one.key.last_four().to_owned())
            }
            [_] => None,
            several => Some(several.len().to_string()),
        };
        let mut dialog = Self {
            session,
            session_context,
            direction,
            targets,
            skipped: SkippedKeys::default(),
            reason: Input::new(reason.unwrap_or_default().to_owned()),
            typed: expected.map(TypedConfirmation::new),
            unjournaled: false,
            focus: Focus::Cancel,
            checking: Vec::new(),
            opened: now.wall,
            expires: None,
            first_frame: None,
            last_input: now.mono,
            fits: true,
            first_target: 0,
            shown: 0..0,
            seen: 0,
            armed: false,
            confirmed: false,
        };
        dialog.expire(now);
        dialog
    }

    /// Requires a word to be typed because the journal cannot be written, before
    /// any other text that must be typed.
    pub(crate) fn unjournaled(mut self) -> Self {
        let expected = match &self.typed {
            Some(typed) => format!("{} {}", messages::UNJOURNALED_WORD, typed.expected),
            None => messages::UNJOURNALED_WORD.to_owned(),
        };
        self.typed = Some(TypedConfirmation::new(expected));
        self.unjournaled = true;
        self
    }

    /// Requires every target to be read again before the dialog arms, however
    /// fresh its status is.
    pub(crate) fn check_all(&mut self) {
        for target in &self.targets {
            if !self.checking.contains(&target.user) {
                self.checking.push(target.user.clone());
            }
        }
    }

    /// Returns the reads that must be answered before the dialog arms.
    pub(crate) fn reads(&self) -> Vec<IamRead> {
        self.checking.iter().map(|user| IamRead::Keys { user: user.clone() }).collect()
    }

    /// Returns true if a confirming key would count now.
    pub(crate) fn is_armed(&self) -> bool {
        self.armed
    }

    /// Returns true while a status is being read again.
    pub(crate) fn is_checking(&self) -> bool {
        !self.checking.is_empty()
    }

    /// Returns true once a frame with the dialog has been drawn.
    pub(crate) fn was_drawn(&self) -> bool {
        self.first_frame.is_some()
    }

    /// Records that a frame with the dialog has been flushed to the terminal.
    pub(crate) fn drawn(&mut self, now: Now) {
        self.first_frame.get_or_insert(now.mono);
        if self.fits && self.shown.start <= self.seen {
            self.seen = self.seen.max(self.shown.end);
        }
    }

    /// Returns the index of the first target to show.
    pub(crate) fn first_target(&self) -> usize {
        self.first_target
    }

    /// Returns true once every target has been on the screen.
    fn is_seen(&self) -> bool {
        self.seen >= self.targets.len()
    }

    /// Returns true if some targets have not been on the screen, and are not in
    /// the next frame.
    pub(crate) fn has_unseen_targets(&self) -> bool {
        self.seen.max(self.shown.end) < self.targets.len()
    }

    /// Returns the monotonic times at which the dialog may arm or must be
    /// settled again.
    pub(crate) fn deadlines(&self) -> impl Iterator<Item = Duration> {
        self.arms().into_iter().chain(self.expires)
    }

    /// Returns the monotonic time at which the dialog arms, if it only waits for
    /// time to pass.
    fn arms(&self) -> Option<Duration> {
        let quiet_since = self.first_frame?.max(self.last_input);
        (!self.armed && self.fits && self.is_seen() && self.checking.is_empty())
            .then_some(quiet_since + QUIET_PERIOD)
    }

    /// Arms the dialog if every condition is met. Call it after all ready input
    /// has been handled; `had_input` is true if there was any, because input
    /// that waited in the terminal's queue must not meet an armed dialog.
    /// `shown` are the targets that fit the screen; `None` if a required line
    /// does not fit.
    pub(crate) fn settle(&mut self, had_input: bool, shown: Option<Range<usize>>, now: Now) {
        self.fits = shown.is_some();
        let Some(shown) = shown else {
            self.armed = false;
            return;
        };
        self.shown = shown;
        if had_input {
            return;
        }
        if self.arms().is_some_and(|at| now.mono >= at) {
            self.armed = true;
        }
    }

    /// Returns the changes, once, if a confirming key was pressed and was the
    /// only one of `inputs` inputs.
    pub(crate) fn take_confirmed(&mut self, inputs: usize) -> Option<Vec<KeyChange>> {
        let confirmed = std::mem::take(&mut self.confirmed);
        if !confirmed || inputs != 1 {
            if confirmed {
                self.disarm(self.last_input);
            }
            return None;
        }
        let reason =
            Some(self.reason.value().trim()).filter(|reason| !reason.is_empty()).map(Arc::from);
        let change = |target: &DialogTarget| KeyChange {
            id: 0,
            session: self.session,
            key: target.key.clone(),
            user: target.user.clone(),
            before: Some(target.before.clone()),
            read: Some(target.read_at),
            caller: Some(self.session_context.caller.clone()),
            lockout_risk: target.lockout_risk,
            direction: self.direction,
            undoes: target.undoes.clone(),
            reason: Option::clone(&reason),
            verification: target.lockout_risk.verification_for(self.direction),
        };
        let changes = self.targets.iter().map(change).collect();
        self.targets.clear();
        Some(changes)
    }

    /// Handles the reply to a read that the dialog waits for.
    pub(crate) fn take_reply(&mut self, answer: &ReadReply) {
        let IamRead::Keys { user } = &answer.read else { return };
        if answer.asked_at < self.opened {
            return;
        }
        // A throttled read is sent again.
        if answer.result.as_ref().is_err_and(|error| error.kind == ErrorKind::Throttled) {
            return;
        }
        self.checking.retain(|waiting| waiting != user);
        for at in 0..self.targets.len() {
            let target = &mut self.targets[at];
            if target.user != *user {
                continue;
            }
            target.checked = answer.at;
            match &answer.result {
                Ok(_) => (target.read_at, target.unconfirmed) = (answer.at, None),
                Err(error) => {
                    target.unconfirmed = Some(error.to_string());
                    self.show_again(at);
                }
            }
        }
    }

    /// Returns the sentence to close the dialog with if the inventory
    /// contradicts one of its targets.
    pub(crate) fn contradicted_by(&self, inventory: &Inventory) -> Option<String> {
        self.targets.iter().find_map(|target| {
            let index = inventory.owner(&target.key)?;
            let owner = inventory.at(index);
            let (key, account) = (&target.key, self.session_context.account_label());
            if matches!(owner.keys, Known::Vanished { .. }) {
                let (missing, unchanged) = (Missing::User, messages::UNCHANGED);
                return Some(owner_not_found(
                    key,
                    &owner.name,
                    &account,
                    NamedBy::Iam,
                    missing,
                    unchanged,
                ));
            }
            owner.keys.live_value()?;
            if let Some(users) = inventory.contested_owners(key) {
                let sentence = owner_not_certain(key, &users, &account);
                return Some(format!("{sentence} {}", messages::UNCHANGED));
            }
            let asked_about = target.user.as_ref().and_then(|user| inventory.index(user));
            if asked_about.is_some_and(|asked_about| asked_about != index) {
                return Some(messages::owner_changed(key, &owner.name, &account));
            }
            let Some(listed) = owner.key(key) else {
                return Some(messages::key_deleted(key, &account));
            };
            (listed.status != target.before)
                .then(|| messages::status_changed(key, &account, &listed.status, &target.before))
        })
    }
}
