//! Schema of the journal's lines, version 1.
//!
//! Each line is one JSON object with `"v": 1` and `"line"`. A change has an `intent` line,
//! written before anything is sent, and later an `outcome` line with the same `id`. Another
//! `outcome` line is added when a later read resolves an unknown outcome. `null` means not read,
//! not known, or not given. Times are UTC, durations milliseconds. Readers ignore fields that
//! they do not know.
//!
//! | field of an intent | value |
//! |---|---|
//! | `id`, `time` | the change's ID; when the line was written |
//! | `deadline` | until then the change may still be in flight |
//! | `account`, `caller` | the account ID; the ARN of the caller |
//! | `endpoint` | `aws`, `NOT AWS <url>`, or `DEMO <url>` for `--demo` |
//! | `unverified_tls` | `true` if TLS certificates were not checked, else absent |
//! | `profile`, `host`, `pid` | the AWS profile; the machine; the process |
//! | `route` | the role that led into the account: `via corp · IncidentResponder`; absent if none |
//! | `os_user`, `sudo_user` | the person; who called sudo, else absent |
//! | `user`, `key` | the key's owner, `null` if no UserName was sent; the key's ID |
//! | `status_before`, `status_after` | the status last read; the status asked for |
//! | `verification` | `read`, `refusal` or `none` |
//! | `reason`, `undoes` | the user's reason; the ID of the change that this one undoes |
//! | `batch` | the ID of the confirmation, shared by its changes; absent if it was of one key |
//! | `plan` | the ID of the plan that the change carries out; absent if there is none |
//!
//! | field of an outcome | value |
//! |---|---|
//! | `id`, `time` | the change's ID; when the line was written |
//! | `outcome` | the text of an [`OutcomeKind`](super::outcome::OutcomeKind) |
//! | `status_seen` | the status that the last successful read showed |
//! | `verified_at`, `took_ms` | when the change was verified, and how long after the call |
//! | `request_ids`, `attempts` | of UpdateAccessKey and the verifying read; calls sent |
//! | `error` | `operation`, `code`, `request_id` and `sentence` of the failed call |

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::fields::{clip_text, truncate_to_millis};
use super::outcome::OutcomeRecord;
use crate::changes::change_id::{batch_id, new_change_id};
use crate::changes::change_origin::ChangeOrigin;
use crate::changes::os_identity::{OsIdentity, os_user_label, os_user_on_host};
use crate::model::{
    AccountId, Arn, ChangeEffect, Direction, Endpoint, EscapedText, KeyChange, KeyId, KeyStatus,
    UserName, Verification,
};

/// Version of the schema, the `v` of every line.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// Longest time that a change counts as in flight, whatever its deadline says: a damaged or
/// forged line must not block a key.
pub(crate) const MAX_CHANGE_DURATION: SignedDuration = SignedDuration::from_mins(10);

/// Tolerated difference between the clocks of two machines that share a journal.
const MAX_CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(1);

/// A change that is about to be sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Intent {
    /// The change's ID in the journal.
    pub id: EscapedText,
    /// When the line was written.
    pub time: Timestamp,
    /// Until then the change may be in flight.
    pub deadline: Timestamp,
    /// The account; `None` if it was not read.
    pub account: Option<AccountId>,
    /// The caller; `None` if it was not read.
    pub caller: Option<Arn>,
    /// The endpoint that is called.
    pub endpoint: Endpoint,
    /// Whether TLS certificates were not checked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unverified_tls: bool,
    /// The current AWS profile, if any.
    pub profile: Option<EscapedText>,
    /// The role that led into the account, if it was entered by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<EscapedText>,
    /// The machine.
    pub host: EscapedText,
    /// The operating system's user.
    pub os_user: EscapedText,
    /// The user who called sudo, by `SUDO_USER`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sudo_user: Option<EscapedText>,
    /// The process ID.
    pub pid: u32,
    /// The key's owner; `None` if no UserName is sent.
    pub user: Option<UserName>,
    /// The key.
    pub key: KeyId,
    /// The status before; `None` if it was not read.
    #[serde(rename = "status_before")]
    pub before: Option<KeyStatus>,
    /// The direction of the change.
    #[serde(rename = "status_after")]
    pub direction: Direction,
    /// The kind of verification.
    #[serde(rename = "verification")]
    pub verification: Verification,
    /// The reason in the user's words.
    pub reason: Option<EscapedText>,
    /// The ID of the change that this one undoes, if any.
    pub undoes: Option<EscapedText>,
    /// The ID of the confirmation, if it was of several changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<EscapedText>,
    /// The ID of the plan that the change carries out, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<EscapedText>,
}

impl Intent {
    /// Returns the account: the one recorded, else the one that the key's ID encodes.
    pub(crate) fn likely_account(&self) -> Option<AccountId> {
        self.account.clone().or_else(|| self.key.account())
    }

    /// Creates the intent of `change`, which ends within `longest` whatever happens.
    pub(crate) fn new(
        change: &KeyChange,
        change_origin: &ChangeOrigin,
        now: Timestamp,
        longest: Duration,
    ) -> Self {
        let time = truncate_to_millis(now);
        let longest = SignedDuration::try_from(longest)
            .unwrap_or(MAX_CHANGE_DURATION)
            .min(MAX_CHANGE_DURATION);
        let process = OsIdentity::current();
        Self {
            id: new_change_id(now).into(),
            time,
            deadline: time.checked_add(longest).unwrap_or(Timestamp::MAX),
            account: change_origin.account.clone(),
            caller: change_origin.caller.clone(),
            endpoint: change_origin.endpoint.clone(),
            unverified_tls: change_origin.unverified_tls,
            profile: change_origin.profile.clone().map(EscapedText::from),
            route: change_origin.route.clone().map(EscapedText::from),
            host: process.host.clone(),
            os_user: process.os_user.clone(),
            sudo_user: process.sudo_user.clone(),
            pid: process.pid,
            user: change.user.clone(),
            key: change.key.clone(),
            before: change.before.clone(),
            direction: change.direction,
            verification: change.verification,
            reason: change.reason.as_deref().map(clip_text),
            undoes: change.undoes.clone().map(EscapedText::from),
            batch: change.batch.map(|number| batch_id(number, now).into()),
            plan: change.plan.clone().map(EscapedText::from),
        }
    }

    /// Returns when the change has ended at the latest, whatever its deadline says.
    pub(crate) fn effective_deadline(&self) -> Timestamp {
        self.time.checked_add(MAX_CHANGE_DURATION).unwrap_or(Timestamp::MAX).min(self.deadline)
    }

    /// Returns whether the change may still be in flight. One from the future may not: it was
    /// written before the clock was set back.
    pub(crate) fn may_be_in_flight(&self, now: Timestamp) -> bool {
        now < self.effective_deadline() && now.duration_since(self.time) >= -MAX_CLOCK_SKEW
    }

    /// Returns who made the change: `ann`, or `root (SUDO_USER ann)`.
    pub(crate) fn os_user_label(&self) -> String {
        os_user_label(&self.os_user, self.sudo_user.as_deref())
    }

    /// Returns who made the change, for a sentence: `OS user ann on bastion`. Without these words,
    /// `root` would read as the root user of the account.
    pub(crate) fn made_by(&self) -> String {
        os_user_on_host(&self.os_user_label(), &self.host)
    }

    /// Returns whether the change was made in the account and endpoint of `change_origin`; see
    /// [`ChangeOrigin::matches`].
    pub(crate) fn matches(&self, change_origin: &ChangeOrigin) -> bool {
        change_origin.matches(
            self.account.as_ref(),
            &self.endpoint,
            self.profile.as_deref(),
            &self.key,
        )
    }
}

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "line", rename_all = "lowercase")]
pub(crate) enum JournalLine {
    /// Written before the call.
    Intent(Intent),
    /// Written after the call, or after a later read.
    Outcome(OutcomeRecord),
}

impl JournalLine {
    /// Returns when the line was written.
    pub(crate) fn time(&self) -> Timestamp {
        match self {
            Self::Intent(intent) => intent.time,
            Self::Outcome(outcome) => outcome.time,
        }
    }
}

/// A change with its outcomes, as read from the journal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct JournalEntry {
    /// The change, as it was recorded before the call.
    pub intent: Intent,
    /// The outcomes in the order of writing; empty while there is none.
    pub outcomes: Vec<OutcomeRecord>,
}

/// State of a change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ChangeState<'a> {
    /// It has no outcome yet, and some process may still be making it.
    InFlight,
    /// It has no outcome, and its deadline has passed: its process ended too early.
    Unfinished,
    /// It has this outcome, its latest.
    Ended(&'a OutcomeRecord),
}

impl JournalEntry {
    /// Returns the state of the change at `now`.
    pub(crate) fn change_state(&self, now: Timestamp) -> ChangeState<'_> {
        match self.outcomes.last() {
            Some(outcome) => ChangeState::Ended(outcome),
            None if self.intent.may_be_in_flight(now) => ChangeState::InFlight,
            None => ChangeState::Unfinished,
        }
    }

    /// Returns the effect on the key, by the latest outcome.
    pub(crate) fn effect(&self) -> ChangeEffect {
        self.outcomes
            .last()
            .map_or(ChangeEffect::Unknown, |outcome| outcome.effect(self.intent.direction))
    }

    /// Returns whether the change left the key in the wanted status.
    pub(crate) fn is_applied(&self) -> bool {
        self.effect() == ChangeEffect::Done
    }

    /// Returns all request IDs, those of the first outcome first.
    pub(crate) fn request_ids(&self) -> impl Iterator<Item = &EscapedText> {
        self.outcomes.iter().flat_map(|outcome| &outcome.request_ids)
    }
}
