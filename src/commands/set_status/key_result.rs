//! The result for one key of a command.

use std::sync::Arc;

use crate::changes::OutcomeKind;
use crate::commands::exit::Exit;
use crate::commands::messages::change as messages;
use crate::model::{Direction, KeyChange, KeyId, KeyStatus, UserName};

/// Outcome of a key whose change was not sent.
const NOT_SENT: &str = "not sent";

/// Outcome of a key that has the wanted status.
pub(super) const ALREADY: &str = "already";

/// The result for one key.
#[derive(Clone, Debug)]
pub(in crate::commands) struct KeyResult {
    /// The key.
    pub(in crate::commands) key: KeyId,
    /// Its owner, if it is known and is not the root user.
    pub(in crate::commands) user: Option<UserName>,
    /// Its status before, if it was read.
    pub(in crate::commands) before: Option<KeyStatus>,
    /// The outcome for programs.
    pub(in crate::commands) outcome: &'static str,
    /// The outcome in words.
    pub(in crate::commands) sentence: String,
    /// Why it is unchanged, in a few words, such as an error code.
    pub(in crate::commands) why: Option<Arc<str>>,
    /// The exit code for it.
    pub(in crate::commands) exit: Exit,
}

impl KeyResult {
    /// Returns the result for a key that cannot be changed.
    pub(super) fn unresolved(key: KeyId, sentence: String, exit: Exit) -> Self {
        Self { key, user: None, before: None, outcome: NOT_SENT, sentence, why: None, exit }
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
        Self { key, user, before, outcome: ALREADY, sentence, why: None, exit }
    }

    /// Returns the result for a change that was not sent because of an interrupt.
    pub(super) fn not_started(change: &KeyChange, account: &str) -> Self {
        let sentence = messages::not_started(&change.key, account);
        Self::of_change(change, NOT_SENT, sentence, Exit::Interrupted)
    }

    /// Returns the result for a change that was sent, and whose outcome was not waited for.
    pub(super) fn abandoned(change: &KeyChange, account: &str) -> Self {
        let sentence = messages::abandoned(&change.key, account);
        Self::of_change(change, OutcomeKind::Unknown.as_str(), sentence, Exit::Interrupted)
    }

    /// Returns the result for a change.
    pub(super) fn of_change(
        change: &KeyChange,
        outcome: &'static str,
        sentence: String,
        exit: Exit,
    ) -> Self {
        let (user, before) = (change.user.clone(), change.before.clone());
        Self { key: change.key.clone(), user, before, outcome, sentence, why: None, exit }
    }
}
