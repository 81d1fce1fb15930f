//! The result for one key of a command.

use std::sync::Arc;

use jiff::Timestamp;

use crate::changes::OutcomeKind;
use crate::commands::exit::Exit;
use crate::commands::messages::change as messages;
use crate::model::{Direction, KeyChange, KeyId, KeyStatus, UserName};

/// What became of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands) enum KeyOutcome {
    /// The outcome of its change.
    Change(OutcomeKind),
    /// It had the wanted status before.
    Already,
    /// It was skipped, for this reason in a few words.
    Skipped(&'static str),
    /// The command ended before its turn.
    NotReached,
}

impl KeyOutcome {
    /// Returns the outcome for programs.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Change(kind) => kind.as_str(),
            Self::Already => "already",
            Self::Skipped(reason) => reason,
            Self::NotReached => "not reached",
        }
    }
}

/// The result for one key.
#[derive(Clone, Debug)]
pub(in crate::commands) struct KeyResult {
    /// The key.
    pub(in crate::commands) key: KeyId,
    /// Its owner, if it is known and is not the root user.
    pub(in crate::commands) user: Option<UserName>,
    /// Its status before, if it was read.
    pub(in crate::commands) before: Option<KeyStatus>,
    /// What became of it.
    pub(in crate::commands) outcome: KeyOutcome,
    /// The outcome in words.
    pub(in crate::commands) sentence: String,
    /// Why it is unchanged, in a few words, such as an error code.
    pub(in crate::commands) why: Option<Arc<str>>,
    /// The exit code for it.
    pub(in crate::commands) exit: Exit,
}

impl KeyResult {
    /// Returns the result for a key that cannot be changed.
    pub(in crate::commands) fn unresolved(key: KeyId, sentence: String, exit: Exit) -> Self {
        Self {
            key,
            user: None,
            before: None,
            outcome: KeyOutcome::Change(OutcomeKind::NotSent),
            sentence,
            why: None,
            exit,
        }
    }

    /// Returns the result with the reason in a few words.
    pub(super) fn because(self, why: Option<Arc<str>>) -> Self {
        Self { why, ..self }
    }

    /// Returns the result for a key that already has the wanted status.
    pub(super) fn already(
        key: KeyId,
        user: Option<UserName>,
        direction: Direction,
        account: &str,
    ) -> Self {
        let status = direction.status();
        let sentence = messages::already_set(&key, user.as_ref(), &status, account);
        let (before, exit) = (Some(status), Exit::Done);
        Self { key, user, before, outcome: KeyOutcome::Already, sentence, why: None, exit }
    }

    /// Returns the result for a change that was not sent because of an interrupt.
    pub(super) fn not_started(change: &KeyChange, account: &str) -> Self {
        let sentence = messages::not_started(&change.key, account);
        Self::of_change(change, OutcomeKind::NotSent, sentence, Exit::Interrupted)
    }

    /// Returns the result for a change that was sent, and whose outcome was not waited for.
    pub(super) fn abandoned(change: &KeyChange, ends_by: Timestamp, account: &str) -> Self {
        let sentence = messages::abandoned(&change.key, ends_by, account);
        Self::of_change(change, OutcomeKind::Unknown, sentence, Exit::Interrupted)
    }

    /// Returns the result for a change.
    pub(super) fn of_change(
        change: &KeyChange,
        outcome: OutcomeKind,
        sentence: String,
        exit: Exit,
    ) -> Self {
        let (user, before) = (change.user.clone(), change.before.clone());
        let outcome = KeyOutcome::Change(outcome);
        Self { key: change.key.clone(), user, before, outcome, sentence, why: None, exit }
    }
}
