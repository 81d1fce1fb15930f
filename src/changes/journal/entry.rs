//! What the journal keeps of a change: the schema of its lines, version 1.
//!
//! Each line is one JSON object with `"v": 1` and `"line"`. A change has an
//! `intent` line, written before anything is sent, and in the end an
//! `outcome` line with the same `id`. A further `outcome` line is added where
//! a later read settles what was open. `null` means not read, not known, or
//! not given. Times are UTC, durations milliseconds. Readers ignore fields
//! that they do not know.
//!
//! An intent has `id`, `time`, `deadline` (until then the change may still be
//! under way), `account`, `caller` (an ARN), `endpoint` (`aws`, or
//! `NOT AWS <url>`), `unverified_tls` (`true` where certificates went
//! unchecked, else left out), `profile`, `host`, `os_user`, `sudo_user` (who
//! called sudo, else left out), `pid`, `user` (`null` where no UserName was
//! sent), `key`, `status_before`, `status_after` (the
//! one asked for), `verification` (`read`, `refusal`, `none`), `reason` and `undoes`
//! (the ID of the change that this one puts back).
//!
//! An outcome has `id`, `time`, `outcome` (the texts of [`OutcomeKind`](super::outcome::OutcomeKind)),
//! `status_seen` (by the last read that told one), `verified_at`, `took_ms`,
//! `request_ids`, `attempts` and `error` (`operation`, `code`, `request_id`,
//! `sentence`).

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::json_text;
use super::outcome::{ChangeEffect, OutcomeRecord};
use crate::changes::change_context::ChangeContext;
use crate::changes::change_id::new_change_id;
use crate::changes::process_info::ProcessInfo;
use crate::model::{
    AccountId, Arn, Direction, Endpoint, KeyChange, KeyId, KeyStatus, UserName, Verification,
    escape_hidden,
};

/// The schema's version, the `v` of every line.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// No change is under way for longer, whatever its deadline says: a damaged
/// or forged line must not block a key.
pub(crate) const MAX_CHANGE_DURATION: SignedDuration = SignedDuration::from_mins(10);

/// How far the clocks of two machines that share a journal may differ.
const MAX_CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(1);

/// Free text is cut here, in characters, so that a line stays readable.
const MAX_TEXT_CHARS: usize = 2_000;

/// A change that is about to be sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Intent {
    /// Names the change in the journal.
    #[serde(with = "json_text")]
    pub id: Arc<str>,
    /// When it was written.
    pub time: Timestamp,
    /// Until when the change may be under way.
    pub deadline: Timestamp,
    /// The account; `None` where it was not read.
    #[serde(with = "json_text::optional", default)]
    pub account: Option<AccountId>,
    /// Who signs; `None` where it was not read.
    #[serde(with = "json_text::optional", default)]
    pub caller: Option<Arn>,
    /// Where the call goes.
    #[serde(with = "json_text")]
    pub endpoint: Endpoint,
    /// Whether the certificates of whoever answers went unchecked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unverified_tls: bool,
    /// The profile in force, if any.
    #[serde(with = "json_text::optional", default)]
    pub profile: Option<Arc<str>>,
    /// The machine.
    #[serde(with = "json_text")]
    pub host: Arc<str>,
    /// The person, as the operating system knows them.
    #[serde(with = "json_text")]
    pub os_user: Arc<str>,
    /// The user who called sudo, as its environment says.
    #[serde(with = "json_text::optional", default, skip_serializing_if = "Option::is_none")]
    pub sudo_user: Option<Arc<str>>,
    /// The process.
    pub pid: u32,
    /// The key's owner; `None` where no UserName is sent.
    #[serde(with = "json_text::optional", default)]
    pub user: Option<UserName>,
    /// The key.
    #[serde(with = "json_text")]
    pub key: KeyId,
    /// Its status before; `None` where it was not read.
    #[serde(rename = "status_before", with = "json_text::optional", default)]
    pub before: Option<KeyStatus>,
    /// The status asked for.
    #[serde(rename = "status_after", with = "json_text")]
    pub direction: Direction,
    /// How the change is proved.
    #[serde(rename = "verification", with = "json_text")]
    pub verification: Verification,
    /// Why, in the user's words.
    #[serde(with = "json_text::optional", default)]
    pub reason: Option<Arc<str>>,
    /// The change that this one puts back, if any.
    #[serde(with = "json_text::optional", default)]
    pub undoes: Option<Arc<str>>,
}

impl Intent {
    /// The intent to make `change` at `change_context`, which is over, one way or
    /// another, within `longest`.
    pub(crate) fn new(
        change: &KeyChange,
        change_context: &ChangeContext,
        now: Timestamp,
        longest: Duration,
    ) -> Self {
        let time = truncate_to_millis(now);
        let longest = SignedDuration::try_from(longest)
            .unwrap_or(MAX_CHANGE_DURATION)
            .min(MAX_CHANGE_DURATION);
        let here = ProcessInfo::current();
        Self {
            id: new_change_id(now),
            time,
            deadline: time.checked_add(longest).unwrap_or(Timestamp::MAX),
            account: change_context.account.clone(),
            caller: change_context.caller.clone(),
            endpoint: change_context.endpoint.clone(),
            unverified_tls: change_context.unverified_tls,
            profile: change_context.profile.clone(),
            host: Arc::clone(&here.host),
            os_user: Arc::clone(&here.os_user),
            sudo_user: here.sudo_user.clone(),
            pid: here.pid,
            user: change.user.clone(),
            key: change.key.clone(),
            before: change.before.clone(),
            direction: change.direction,
            verification: change.verification,
            reason: change.reason.as_deref().map(clip_text),
            undoes: change.undoes.clone(),
        }
    }

    /// When the change is over at the latest, whatever its deadline says.
    pub(crate) fn over_by(&self) -> Timestamp {
        self.time.checked_add(MAX_CHANGE_DURATION).unwrap_or(Timestamp::MAX).min(self.deadline)
    }

    /// Whether the change may still be under way. One that claims to come
    /// from the future was written before the clock was set back.
    pub(crate) fn in_flight(&self, now: Timestamp) -> bool {
        now < self.over_by() && now.duration_since(self.time) >= -MAX_CLOCK_SKEW
    }

    /// Who made the change: `ann`, or `root (SUDO_USER ann)`.
    pub(crate) fn person(&self) -> String {
        match &self.sudo_user {
            Some(user) => format!("{} (SUDO_USER {user})", self.os_user),
            None => self.os_user.to_string(),
        }
    }

    /// Whether this concerns what `change_context` can see.
    pub(crate) fn matches(&self, change_context: &ChangeContext) -> bool {
        change_context.matches(
            self.account.as_ref(),
            &self.endpoint,
            self.profile.as_deref(),
            &self.key,
        )
    }

    /// The key and its owner: `AKIA… of svc-billing-0042`.
    pub(crate) fn key_and_owner(&self) -> String {
        key_and_owner(&self.key, self.user.as_ref())
    }
}

/// A key and its owner in words: `AKIA… of svc-billing-0042`.
pub(crate) fn key_and_owner(key: &KeyId, user: Option<&UserName>) -> String {
    match user {
        Some(user) => format!("{key} of {user}"),
        None => key.to_string(),
    }
}

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "line", rename_all = "lowercase")]
pub(crate) enum JournalLine {
    /// Before the call.
    Intent(Intent),
    /// After it.
    Outcome(OutcomeRecord),
}

/// A change as the journal tells it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct JournalEntry {
    /// What was about to be sent.
    pub intent: Intent,
    /// What came of it, in the order of writing; empty while it is open.
    pub outcomes: Vec<OutcomeRecord>,
}

/// How far a change has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ChangeState<'a> {
    /// It has no outcome yet, and may be under way in some process.
    InFlight,
    /// It has no outcome, and the time for one has passed: its process has
    /// ended before it could tell.
    Unfinished,
    /// It has this outcome.
    Ended(&'a OutcomeRecord),
}

impl JournalEntry {
    /// How far it has come.
    pub(crate) fn change_state(&self, now: Timestamp) -> ChangeState<'_> {
        match self.outcomes.last() {
            Some(ending) => ChangeState::Ended(ending),
            None if self.intent.in_flight(now) => ChangeState::InFlight,
            None => ChangeState::Unfinished,
        }
    }

    /// What it has done to the key, as far as anyone knows.
    pub(crate) fn effect(&self) -> ChangeEffect {
        self.outcomes
            .last()
            .map_or(ChangeEffect::Unknown, |ending| ending.effect(self.intent.direction))
    }

    /// Whether it left the key in the wanted status.
    pub(crate) fn is_applied(&self) -> bool {
        self.effect() == ChangeEffect::Done
    }

    /// All request IDs, of the first outcome first.
    pub(crate) fn request_ids(&self) -> impl Iterator<Item = &Arc<str>> {
        self.outcomes.iter().flat_map(|ending| &ending.request_ids)
    }
}

/// The journal tells milliseconds; more would only be noise in a ticket.
pub(in crate::changes) fn truncate_to_millis(time: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(time.as_millisecond()).unwrap_or(time)
}

/// Free text as one line of bounded length, nothing in it hidden.
pub(in crate::changes) fn clip_text(text: &str) -> Arc<str> {
    let shown = escape_hidden(text.trim());
    match shown.char_indices().nth(MAX_TEXT_CHARS) {
        Some((end, _)) => format!("{}…", &shown[..end]).into(),
        None => shown.into(),
    }
}
