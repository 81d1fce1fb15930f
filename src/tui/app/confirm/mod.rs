//! The dialog that asks before a change. It holds its targets by value from
//! the moment it opens: whatever arrives later changes none of them, but may
//! disarm it, show what has become known, or close it. `freshness` keeps it
//! true while it is open, `input` takes the keys, `words` says what it says,
//! `page` what of it a screen has room for.

pub(super) mod content;
mod freshness;
mod input;
pub(super) mod layout;

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

/// No key confirms before so long has passed without input.
pub(crate) const QUIET_PERIOD: Duration = Duration::from_millis(250);

/// Where the dialog's input goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Focus {
    /// The button that changes nothing.
    Cancel,
    /// The button that confirms.
    Confirm,
    /// The line for the reason.
    Reason,
}

/// What the dialog asks to be typed instead of `y`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TypedConfirmation {
    /// What must be typed.
    pub expected: String,
    /// What has been typed; no longer than what must be.
    pub text: String,
    /// What was typed before, when enter was pressed on it although it was
    /// wrong.
    pub refused: Option<String>,
}

impl TypedConfirmation {
    fn new(expected: String) -> Self {
        Self { expected, text: String::new(), refused: None }
    }

    /// Whether it is what was asked for. It is typed and shown in upper case,
    /// whatever the case of the ID.
    pub(crate) fn matches(&self) -> bool {
        self.text.eq_ignore_ascii_case(&self.expected)
    }
}

/// Keys that were asked for and that the dialog does not ask about.
#[derive(Clone, Debug, Default)]
pub(crate) struct SkippedKeys {
    /// What is said of them.
    pub message: Option<String>,
    /// Those that lose their marks when the others are confirmed: nothing is
    /// to be done with them, as they are known to stand.
    pub unmark: Vec<KeyId>,
}

/// The dialog.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what stands against a confirmation, each for itself"
)]
pub(crate) struct Confirm {
    /// The session that will carry the change out.
    pub session: SessionId,
    /// Where that is, as it was when the dialog opened.
    pub session_context: SessionContext,
    /// Which way all of the keys go.
    pub direction: Direction,
    /// The keys, own ones last.
    pub targets: Vec<DialogTarget>,
    /// The keys that were asked for and are not among them.
    pub skipped: SkippedKeys,
    /// The line for the reason.
    pub reason: Input,
    /// What must be typed instead of `y`, if so.
    pub typed: Option<TypedConfirmation>,
    /// Whether the change is to be sent although it can't be written to the
    /// journal.
    pub unjournaled: bool,
    /// Where input goes.
    pub focus: Focus,
    /// Users whose keys are read again before the dialog arms.
    checking: Vec<Option<UserName>>,
    opened: Timestamp,
    /// When a status grows too old to be confirmed.
    expires: Option<Duration>,
    first_frame: Option<Duration>,
    last_input: Duration,
    /// Whether the screen has room for all that must be shown.
    fits: bool,
    /// The target that the list of them is to begin with.
    first_target: usize,
    /// The targets that the next frame shows.
    shown: Range<usize>,
    /// So many of the targets, from the first on, have stood on the screen.
    seen: usize,
    armed: bool,
    /// A confirming key was pressed; it counts if it came alone.
    confirmed: bool,
}

/// What must be typed for a change that can't be written to the journal.
const UNJOURNALED_WORD: &str = "UNWRITTEN";

impl Confirm {
    /// A dialog on these targets.
    pub(crate) fn open(
        session: SessionId,
        session_context: SessionContext,
        direction: Direction,
        mut targets: Vec<DialogTarget>,
        reason: Option<&str>,
        now: Now,
    ) -> Self {
        // Once a key of one's own is off nothing else can be done from here.
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

    /// Asks for a change that can't be written to the journal: a word has to
    /// be typed for that, before whatever else has to be.
    pub(crate) fn unjournaled(mut self) -> Self {
        let expected = match &self.typed {
            Some(typed) => format!("{UNJOURNALED_WORD} {}", typed.expected),
            None => UNJOURNALED_WORD.to_owned(),
        };
        self.typed = Some(TypedConfirmation::new(expected));
        self.unjournaled = true;
        self
    }

    /// Reads every target again before the dialog arms, however fresh.
    pub(crate) fn check_all(&mut self) {
        for target in &self.targets {
            if !self.checking.contains(&target.user) {
                self.checking.push(target.user.clone());
            }
        }
    }

    /// The reads that must be answered before the dialog arms.
    pub(crate) fn reads(&self) -> Vec<IamRead> {
        self.checking.iter().map(|user| IamRead::Keys { user: user.clone() }).collect()
    }

    /// Whether a confirming key would count now.
    pub(crate) fn is_armed(&self) -> bool {
        self.armed
    }

    /// Whether the status is being read again.
    pub(crate) fn is_checking(&self) -> bool {
        !self.checking.is_empty()
    }

    /// Whether the user can have seen the dialog.
    pub(crate) fn was_drawn(&self) -> bool {
        self.first_frame.is_some()
    }

    /// The frame that shows the dialog has reached the terminal.
    pub(crate) fn drawn(&mut self, now: Now) {
        self.first_frame.get_or_insert(now.mono);
        if self.fits && self.shown.start <= self.seen {
            self.seen = self.seen.max(self.shown.end);
        }
    }

    /// The target that the list of them is to begin with.
    pub(crate) fn first_target(&self) -> usize {
        self.first_target
    }

    /// Whether every target has stood on the screen.
    fn is_seen(&self) -> bool {
        self.seen >= self.targets.len()
    }

    /// Whether there are targets that neither have stood on the screen nor do
    /// so now.
    pub(crate) fn has_unseen_targets(&self) -> bool {
        self.seen.max(self.shown.end) < self.targets.len()
    }

    /// When the dialog can arm, or is to be looked at again.
    pub(crate) fn deadlines(&self) -> impl Iterator<Item = Duration> {
        self.arms().into_iter().chain(self.expires)
    }

    /// When the dialog can arm, if only time is missing.
    fn arms(&self) -> Option<Duration> {
        let quiet_since = self.first_frame?.max(self.last_input);
        (!self.armed && self.fits && self.is_seen() && self.checking.is_empty())
            .then_some(quiet_since + QUIET_PERIOD)
    }

    /// Arms the dialog if nothing stands against it. To be called when all
    /// ready input has been taken in, with whether there was any: input that
    /// waited in the terminal's queue while the program was held up must not
    /// meet an armed dialog. `shown` are the targets that the screen has room
    /// for; `None` where it has none for what must be shown.
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

    /// Takes the changes out, once, if a confirming key was pressed alone.
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
            signing: target.lockout_risk,
            direction: self.direction,
            undoes: target.undoes.clone(),
            reason: Option::clone(&reason),
            verification: target.lockout_risk.verification_for(self.direction),
        };
        let changes = self.targets.iter().map(change).collect();
        self.targets.clear();
        Some(changes)
    }

    /// Takes in an answer to a read that the dialog waits for.
    pub(crate) fn take_reply(&mut self, answer: &ReadReply) {
        let IamRead::Keys { user } = &answer.read else { return };
        if answer.asked_at < self.opened {
            return;
        }
        // A question that goes back to the plan is still to be answered.
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

    /// Why the dialog has to close: the list behind it says something else of
    /// a target by now, wherever it has that from.
    pub(crate) fn contradicted_by(&self, inventory: &Inventory) -> Option<String> {
        const UNCHANGED: &str = "Nothing was changed.";
        self.targets.iter().find_map(|target| {
            let index = inventory.owner(&target.key)?;
            let owner = inventory.at(index);
            let (key, account) = (&target.key, self.session_context.account_label());
            if matches!(owner.keys, Known::Vanished { .. }) {
                return Some(owner_not_found(key, &owner.name, &account, NamedBy::Iam, Missing::User, UNCHANGED));
            }
            owner.keys.live_value()?;
            if let Some(rivals) = inventory.rivals(key) {
                return Some(format!("{} {UNCHANGED}", owner_not_certain(key, &rivals, &account)));
            }
            let asked_about = target.user.as_ref().and_then(|user| inventory.index(user));
            if asked_about.is_some_and(|asked_about| asked_about != index) {
                return Some(format!("IAM lists {key} for {} by now. {UNCHANGED}", owner.name));
            }
            let Some(listed) = owner.key(key) else {
                return Some(format!("{key} is gone: IAM no longer lists it. {UNCHANGED}"));
            };
            (listed.status != target.before).then(|| {
                format!(
                    "{key} is {} by now, not {}: somebody else has changed it. Nothing was changed from here.",
                    listed.status, target.before
                )
            })
        })
    }
}
