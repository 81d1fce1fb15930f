//! The confirmation dialog. It holds its targets by value from the moment it opens: later replies
//! do not change them, but may disarm the dialog, add facts to it, or close it.
//!
//! - [`open`] opens it on the keys that can be changed, [`undo`] on those of the last change.
//! - [`content`] builds the lines, from the sentences in [`messages`].
//! - [`layout`] drops or pages lines to fit the screen; [`view`] draws them.
//! - [`input`] handles keys.
//! - [`freshness`] refreshes the status while the dialog is open.
//! - [`popup`] connects these to the screen.

mod content;
mod freshness;
mod input;
mod layout;
mod messages;
mod open;
mod popup;
mod target;
mod undo;
mod view;

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tui_input::Input;

use crate::model::{
    Direction, IamRead, KeyChange, KeyId, Now, SessionId, UserName, hide_secret_keys,
};
use crate::tui::context::JournalMode;

pub(crate) use content::last_use_text;
pub(crate) use open::{change_keys, offer_unjournaled, toggle_key};
pub(crate) use target::DialogAccount;
use target::{ComparedFacts, DialogTarget};
pub(crate) use undo::undo_last;

/// Time without input before a key can confirm.
const QUIET_PERIOD: Duration = Duration::from_millis(250);

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

    /// Returns whether the typed text is the expected one. Typed text is upper
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

/// Stage of the dialog on the way to a confirmation, in their order. Input, an old status and a new
/// warning lead back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConfirmStage {
    /// A status is being read again.
    Checking,
    /// Some line that must be seen has not been on the screen, or does not fit it.
    Unseen,
    /// Everything has been seen; the dialog waits for [`QUIET_PERIOD`] without input.
    Waiting,
    /// A confirming key counts now.
    Armed,
    /// A confirming key was pressed; it counts if it was the only input.
    Confirmed,
}

/// Facts about all targets together, which do not change while the dialog is open.
#[derive(Clone, Debug)]
struct TargetTotals {
    /// The ID of the plan that the changes are of, if any is.
    plan: Option<Arc<str>>,
    /// Number of targets that are of a plan.
    planned: usize,
    /// Whether a change undoes another.
    is_undo: bool,
    /// Number of users whose keys are targets.
    users: usize,
}

impl TargetTotals {
    fn from_targets(targets: &[DialogTarget]) -> Self {
        let users: HashSet<_> =
            targets.iter().map(|target| (target.session, &target.user)).collect();
        Self {
            plan: targets.iter().find_map(|target| target.plan.clone()),
            planned: targets.iter().filter(|target| target.plan.is_some()).count(),
            is_undo: targets.iter().any(|target| target.undoes.is_some()),
            users: users.len(),
        }
    }
}

/// The state of the dialog.
#[derive(Clone, Debug)]
pub(crate) struct Confirm {
    /// The accounts of the keys, at the time the dialog opened; at least one.
    pub accounts: Vec<DialogAccount>,
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
    /// Whether the changes are written to the journal.
    pub journal_mode: JournalMode,
    /// The focused part.
    pub focus: Focus,
    /// Facts about all targets together.
    totals: TargetTotals,
    /// Users whose keys must be read again before the dialog arms.
    checking: HashSet<(SessionId, Option<UserName>)>,
    /// The facts that the targets were compared with last; `None` before the first time.
    compared: Option<ComparedFacts>,
    opened: Timestamp,
    /// The monotonic time at which the first status gets too old to confirm.
    expires: Option<Duration>,
    first_frame: Option<Duration>,
    last_input: Duration,
    /// Whether the last input would have confirmed, but came too early.
    too_early: bool,
    /// Whether the last input was ignored.
    last_input_ignored: bool,
    /// Index of the first target to show.
    first_target: usize,
    /// The targets in the next frame; `None` if a required line does not fit the screen.
    shown: Option<Range<usize>>,
    /// Number of targets, from the first on, that have been on the screen.
    seen: usize,
    stage: ConfirmStage,
}

impl Confirm {
    /// Creates a dialog for these targets.
    fn new(
        accounts: Vec<DialogAccount>,
        direction: Direction,
        mut targets: Vec<DialogTarget>,
        reason: Option<&str>,
        now: Now,
    ) -> Self {
        if accounts.len() > 1 {
            let place = |target: &DialogTarget| {
                accounts.iter().position(|account| account.session == target.session)
            };
            targets.sort_by_cached_key(|target| {
                (place(target), target.user.as_ref().map(|user| user.as_str().to_owned()))
            });
        }
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
            accounts,
            direction,
            totals: TargetTotals::from_targets(&targets),
            targets,
            skipped: SkippedKeys::default(),
            reason: Input::new(reason.unwrap_or_default().to_owned()),
            typed: expected.map(TypedConfirmation::new),
            journal_mode: JournalMode::Required,
            focus: Focus::Cancel,
            checking: HashSet::new(),
            compared: None,
            opened: now.wall,
            expires: None,
            first_frame: None,
            last_input: now.mono,
            too_early: false,
            last_input_ignored: false,
            first_target: 0,
            shown: Some(0..0),
            seen: 0,
            stage: ConfirmStage::Unseen,
        };
        dialog.expire(now);
        dialog
    }

    /// Requires a word to be typed because the journal cannot be written, before
    /// any other text that must be typed.
    fn unjournaled(mut self) -> Self {
        let expected = match &self.typed {
            Some(typed) => format!("{} {}", messages::UNJOURNALED_WORD, typed.expected),
            None => messages::UNJOURNALED_WORD.to_owned(),
        };
        self.typed = Some(TypedConfirmation::new(expected));
        self.journal_mode = JournalMode::Unjournaled;
        self
    }

    /// Requires every target to be read again before the dialog arms, however
    /// fresh its status is.
    fn check_all(&mut self) {
        self.checking.extend(self.targets.iter().map(DialogTarget::owner));
        self.update_stage();
    }

    /// Returns the reads that must be answered before the dialog arms, in the order of the targets.
    fn reads(&self) -> Vec<(SessionId, IamRead)> {
        let mut left = self.checking.clone();
        let waiting = self.targets.iter().map(DialogTarget::owner).filter(|it| left.remove(it));
        waiting.map(|(session, user)| (session, IamRead::Keys { user })).collect()
    }

    /// Returns the account of a target.
    pub(crate) fn account_of(&self, target: &DialogTarget) -> Option<&DialogAccount> {
        self.accounts.iter().find(|account| account.session == target.session)
    }

    /// Returns the account of a target for a sentence.
    fn account_label(&self, target: &DialogTarget) -> String {
        self.account_of(target)
            .map(|account| account.session_context.account_label())
            .unwrap_or_default()
    }

    /// Returns the stage.
    pub(crate) fn stage(&self) -> ConfirmStage {
        self.stage
    }

    /// Returns whether the last input would have confirmed, but came too early.
    fn came_too_early(&self) -> bool {
        self.too_early
    }

    /// Returns true once a frame with the dialog has been drawn.
    fn was_drawn(&self) -> bool {
        self.first_frame.is_some()
    }

    /// Records that a frame with the dialog has been flushed to the terminal.
    fn note_frame(&mut self, now: Now) {
        self.first_frame.get_or_insert(now.mono);
        if let Some(shown) = self.shown.as_ref().filter(|shown| shown.start <= self.seen) {
            self.seen = self.seen.max(shown.end);
        }
        self.update_stage();
    }

    /// Returns whether some targets have not been on the screen, and are not in the next frame.
    pub(crate) fn has_unseen_targets(&self) -> bool {
        self.seen.max(self.shown.as_ref().map_or(0, |shown| shown.end)) < self.targets.len()
    }

    /// Returns the monotonic times at which the dialog may arm or must be settled again.
    fn deadlines(&self) -> impl Iterator<Item = Duration> {
        let arms = self.quiet_since().filter(|_| self.stage == ConfirmStage::Waiting);
        arms.map(|since| since + QUIET_PERIOD).into_iter().chain(self.expires)
    }

    /// Returns the monotonic time of the first frame or the last input, whichever was later.
    fn quiet_since(&self) -> Option<Duration> {
        Some(self.first_frame?.max(self.last_input))
    }

    /// Leads the dialog back to the stage that its facts allow. Only [`Self::arm`] and
    /// [`Self::confirm`] go beyond [`ConfirmStage::Waiting`].
    fn update_stage(&mut self) {
        let reached = if !self.checking.is_empty() {
            ConfirmStage::Checking
        } else if !self.was_drawn() || self.shown.is_none() || self.seen < self.targets.len() {
            ConfirmStage::Unseen
        } else {
            ConfirmStage::Waiting
        };
        let is_beyond = matches!(self.stage, ConfirmStage::Armed | ConfirmStage::Confirmed);
        if reached != ConfirmStage::Waiting || !is_beyond {
            self.stage = reached;
        }
    }

    /// Restarts the quiet period after input that does not confirm.
    fn disarm(&mut self, at: Duration) {
        self.last_input = at;
        self.stage = ConfirmStage::Unseen;
        self.update_stage();
    }

    /// Arms the dialog if every condition is met. Call it after all ready input has been handled.
    /// `is_held` is true if there was any, because input that waited in the terminal's queue must
    /// not meet an armed dialog, and while the journal is read for a plan. `shown` are the targets
    /// that fit the screen; `None` if a required line does not fit.
    fn arm(&mut self, is_held: bool, shown: Option<Range<usize>>, now: Now) {
        self.shown = shown;
        self.update_stage();
        let is_quiet = self.quiet_since().is_some_and(|since| now.mono >= since + QUIET_PERIOD);
        if !is_held && is_quiet && self.stage == ConfirmStage::Waiting {
            self.stage = ConfirmStage::Armed;
        }
    }

    /// Returns the changes, once, if a confirming key was pressed and was the only one of `inputs`
    /// inputs.
    fn take_confirmed(&mut self, inputs: usize) -> Option<Vec<KeyChange>> {
        if self.stage != ConfirmStage::Confirmed {
            return None;
        }
        self.disarm(self.last_input);
        if inputs != 1 {
            self.too_early = true;
            return None;
        }
        let reason = Some(self.reason.value().trim()).filter(|reason| !reason.is_empty());
        let reason = reason.map(|reason| Arc::from(hide_secret_keys(reason).as_ref()));
        let targets = std::mem::take(&mut self.targets);
        let change = |target: DialogTarget| KeyChange {
            id: 0,
            session: target.session,
            caller: self.account_of(&target).map(|account| account.session_context.caller.clone()),
            key: target.key,
            user: target.user,
            before: Some(target.before),
            read: target.read_at,
            lockout_risk: target.lockout_risk,
            direction: self.direction,
            undoes: target.undoes,
            batch: None,
            plan: target.plan,
            reason: Option::clone(&reason),
            verification: target.lockout_risk.verification_for(self.direction),
        };
        Some(targets.into_iter().map(change).collect())
    }
}
