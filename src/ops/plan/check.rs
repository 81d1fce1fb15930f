//! The check of a planned key: by the journal, by what IAM says now, and by the rules that keep a
//! user's last active key. `apply`, `plan status` and the screen ask here, and nowhere else.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::changes::Deactivation;
use crate::model::{
    ErrorKind, KeyId, KeyLastUse, KeyStatus, LIST_MAY_LAG, LastUse, ServiceError, SessionContext,
    UserName,
};
use crate::ops::plan::document::{Plan, PlannedKey};
use crate::ops::plan::history::{AppliedState, PlanHistory};

/// The time within which a use keeps a user's last active key, unless the user asks for another
/// one: 90 days.
pub(crate) const KEEP_USED_WITHIN: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What IAM says of a planned key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KeyReading {
    /// The keys of the planned owner: IDs and statuses.
    pub listed: Result<Vec<(KeyId, KeyStatus)>, Arc<ServiceError>>,
    /// The owner that IAM names, and the last use.
    pub last_use: Result<KeyLastUse, Arc<ServiceError>>,
    /// When the list was read.
    pub at: Timestamp,
}

/// A key that may be changed, as it was just read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CurrentKey {
    /// Its last use.
    pub last_use: LastUse,
    /// The owner's other keys.
    pub others: Vec<(KeyId, KeyStatus)>,
    /// When they were read.
    pub at: Timestamp,
    /// When a run was interrupted that may have deactivated the key. Someone may have activated it
    /// since.
    pub interrupted: Option<Timestamp>,
}

/// The result of a check.
pub(crate) type KeyCheck = Result<CurrentKey, PlanSkipReason>;

/// Why a planned key is not changed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum PlanSkipReason {
    /// The journal says that this plan has deactivated it, and it still is.
    AlreadyApplied(Timestamp),
    /// The journal says that this plan has deactivated it, and its status could not be read.
    AppliedUnread(Timestamp, Arc<ServiceError>),
    /// This plan has deactivated it, and it is active again.
    ActivatedAgain(Timestamp),
    /// This plan has deactivated it, and that was undone then.
    Undone(Timestamp),
    /// This plan has deactivated it, that was undone then, and its status could not be read.
    UndoneUnread(Timestamp, Arc<ServiceError>),
    /// A change of it may still be in flight until then.
    InFlight(Timestamp),
    /// A run that was interrupted then may have deactivated it, and someone may have activated it
    /// since.
    Interrupted(Timestamp),
    /// It was used after the plan was created.
    UsedSince(Timestamp),
    /// It has another status.
    StatusChanged(KeyStatus),
    /// Its owner has no such key.
    Deleted,
    /// Its owner does not exist.
    UserDeleted,
    /// IAM names another owner.
    OtherOwner(UserName),
    /// It is the user's last active key, and was used then.
    LastActive(Timestamp),
    /// It is the user's last active key, was created then and has not been used yet.
    LastActiveNew(Timestamp),
    /// It may be the user's last active key: a change of this other one may be in flight until
    /// then.
    OtherInFlight(KeyId, Timestamp),
    /// It signs, or may sign, this session.
    SignsSession,
    /// The owner's keys could not be read.
    Unreadable(Arc<ServiceError>),
    /// The last use could not be read.
    UseUnreadable(Arc<ServiceError>),
}

impl PlanSkipReason {
    /// Returns whether the current status or the last use could not be read.
    pub(crate) fn is_unread(&self) -> bool {
        matches!(
            self,
            Self::AppliedUnread(..)
                | Self::UndoneUnread(..)
                | Self::Unreadable(_)
                | Self::UseUnreadable(_)
        )
    }
}

/// What a key must fulfil, beside the plan.
#[derive(Clone, Copy)]
pub(crate) struct PlanRules<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// What the journal says of the plan.
    pub history: &'a PlanHistory,
    /// The session that makes the changes.
    pub session_context: &'a SessionContext,
    /// A user's last active key that was used or created within this time is kept.
    pub keep_used_within: SignedDuration,
    /// Whether keys are taken that an interrupted run may have changed.
    pub retry_interrupted: bool,
    /// Now.
    pub now: Timestamp,
}

/// Keys with their readings, of all users.
pub(crate) type KeyReadings<'a> = Vec<(&'a PlannedKey, KeyReading)>;

impl PlanRules<'_> {
    /// Checks all keys, as if they were changed one after the other: those that may be changed
    /// count as inactive for the next ones. Of each user, those that were used or created lately
    /// come last, and of these the one that was used last: it is kept if the last active key is.
    /// Only what was just read counts. `taken` are keys of which this process has a change in
    /// flight. Returns the keys in that order.
    pub(crate) fn check_all<'a>(
        &self,
        mut readings: KeyReadings<'a>,
        mut taken: HashSet<KeyId>,
    ) -> Vec<(&'a PlannedKey, KeyReading, KeyCheck)> {
        readings.sort_by_cached_key(|(entry, reading)| {
            let last_use = reading.last_use.as_ref().ok().map(|read| &read.last_use);
            let is_late = last_use.is_some_and(|it| self.in_use_since(entry, it).is_some());
            // Without a use it comes before those with one.
            let used = last_use.and_then(LastUse::at);
            let user = (entry.user.raw().to_ascii_lowercase(), entry.user.raw().to_owned());
            (user, is_late, used, entry.created, entry.key.clone())
        });
        let checked = readings.into_iter().map(|(entry, reading)| {
            let check = self.check(entry, &reading, &taken);
            if check.is_ok() {
                taken.insert(entry.key.clone());
            }
            (entry, reading, check)
        });
        checked.collect()
    }

    /// Returns why a key is not changed if the journal alone says so.
    pub(crate) fn skip_by_journal(&self, key: &KeyId) -> Option<PlanSkipReason> {
        match self.history.state_of(key, self.now)? {
            AppliedState::InFlight(until) => Some(PlanSkipReason::InFlight(until)),
            AppliedState::Undone(at) => Some(PlanSkipReason::Undone(at)),
            // A read says whether it still is, or whether it was made.
            AppliedState::Applied(_) | AppliedState::Unknown(_) | AppliedState::Interrupted(_) => {
                None
            }
        }
    }

    /// Checks a key. `taken` are keys of which this process has sent a change, or is about to: they
    /// count as inactive, whatever a read says.
    ///
    /// # Errors
    /// Returns why the key is not to be changed.
    pub(crate) fn check(
        &self,
        entry: &PlannedKey,
        reading: &KeyReading,
        taken: &HashSet<KeyId>,
    ) -> KeyCheck {
        let interrupted = match self.history.state_of(&entry.key, self.now) {
            Some(state) => state.interrupted_or_skip(&entry.key, reading)?,
            None => None,
        };
        if !reading.has_user() {
            return Err(PlanSkipReason::UserDeleted);
        }
        let listed = reading.listed.as_ref();
        let listed = listed.map_err(|error| PlanSkipReason::Unreadable(Arc::clone(error)))?;
        let status = reading.status_of(&entry.key).ok_or(PlanSkipReason::Deleted)?;
        if *status != entry.status {
            return Err(PlanSkipReason::StatusChanged(status.clone()));
        }
        let last_use = reading.last_use.as_ref();
        let KeyLastUse { owner, last_use } =
            last_use.map_err(|error| PlanSkipReason::UseUnreadable(Arc::clone(error)))?;
        if let Some(owner) = owner.as_ref().filter(|owner| **owner != entry.user) {
            return Err(PlanSkipReason::OtherOwner(owner.clone()));
        }
        if let Some(used) = self.used_since(entry, last_use) {
            return Err(PlanSkipReason::UsedSince(used));
        }
        let others: Vec<_> = listed.iter().filter(|(key, _)| *key != entry.key).cloned().collect();
        self.keep_last_active(entry, last_use, &others, reading.at, taken)?;
        if self.session_context.lockout_risk(&entry.key, Some(&entry.user)).is_any() {
            return Err(PlanSkipReason::SignsSession);
        }
        match interrupted.filter(|_| !self.retry_interrupted) {
            Some(at) => Err(PlanSkipReason::Interrupted(at)),
            None => {
                Ok(CurrentKey { last_use: last_use.clone(), others, at: reading.at, interrupted })
            }
        }
    }

    /// Returns the last use if it is later than the one of the plan; if the plan has none, later
    /// than the plan. IAM reports uses with a delay, so a later one that is reported now may have
    /// been before the plan: the key is in use either way.
    fn used_since(&self, entry: &PlannedKey, last_use: &LastUse) -> Option<Timestamp> {
        let used = last_use.at()?;
        let is_later = match entry.last_use.value() {
            Some(planned) => planned.at().is_none_or(|planned| used > planned),
            None => used > self.plan.created,
        };
        is_later.then_some(used)
    }

    /// Returns the last use, for a key that was never used the creation, if it is within the time
    /// in which the last active key is kept.
    fn in_use_since(&self, entry: &PlannedKey, last_use: &LastUse) -> Option<Timestamp> {
        let since = last_use.unused_since(entry.created)?;
        (self.now.duration_since(since) <= self.keep_used_within).then_some(since)
    }

    /// Checks that the user keeps an active key, unless this one was neither used nor created
    /// lately.
    ///
    /// # Errors
    /// Returns that it is the last one, or that it may be.
    fn keep_last_active(
        &self,
        entry: &PlannedKey,
        last_use: &LastUse,
        others: &[(KeyId, KeyStatus)],
        read: Timestamp,
        taken: &HashSet<KeyId>,
    ) -> Result<(), PlanSkipReason> {
        let Some(since) = self.in_use_since(entry, last_use) else { return Ok(()) };
        let mut in_flight = None;
        for (key, _) in others.iter().filter(|(_, status)| status.is_active()) {
            match self.history.deactivation_of(key, self.now) {
                _ if taken.contains(key) => {}
                Some(Deactivation::InFlight(until)) => in_flight = Some((key.clone(), until)),
                Some(Deactivation::Made(at)) if read.duration_since(at) < LIST_MAY_LAG => {}
                _ => return Ok(()),
            }
        }
        Err(match (in_flight, last_use) {
            (Some((key, until)), _) => PlanSkipReason::OtherInFlight(key, until),
            (None, LastUse::Used { at, .. }) => PlanSkipReason::LastActive(*at),
            (None, LastUse::Never) => PlanSkipReason::LastActiveNew(since),
        })
    }
}

impl Plan {
    /// Returns whether a session is in the account of the plan, at the same endpoint.
    pub(crate) fn is_of(&self, session_context: &SessionContext) -> bool {
        self.account == session_context.caller.account
            && self.caller.partition() == session_context.caller.arn.partition()
            && self.endpoint.is_same(&session_context.endpoint)
    }
}

impl AppliedState {
    /// Returns when a run was interrupted that may have changed the key; `None` if it is certain
    /// that it was not.
    ///
    /// # Errors
    /// Returns why a key in this state is not changed.
    fn interrupted_or_skip(
        self,
        key: &KeyId,
        reading: &KeyReading,
    ) -> Result<Option<Timestamp>, PlanSkipReason> {
        let status = reading.status_of(key);
        let is_active = status == Some(&KeyStatus::Active);
        let unread = reading.listed.as_ref().err().filter(|_| reading.has_user()).cloned();
        Err(match (self, unread) {
            (Self::InFlight(until), _) => PlanSkipReason::InFlight(until),
            (Self::Applied(at), Some(error)) => PlanSkipReason::AppliedUnread(at, error),
            (Self::Applied(at), None) if is_active => PlanSkipReason::ActivatedAgain(at),
            (Self::Applied(at), None) => PlanSkipReason::AlreadyApplied(at),
            (Self::Undone(at), Some(error)) => PlanSkipReason::UndoneUnread(at, error),
            (Self::Undone(at), None) => PlanSkipReason::Undone(at),
            // What recovery would record, had it read the key.
            (Self::Unknown(at), _) if status == Some(&KeyStatus::Inactive) => {
                PlanSkipReason::AlreadyApplied(at)
            }
            (Self::Unknown(at) | Self::Interrupted(at), _) => return Ok(Some(at)),
        })
    }
}

impl KeyReading {
    /// Returns whether the planned owner exists, as far as the list says.
    fn has_user(&self) -> bool {
        !self.listed.as_ref().is_err_and(|error| error.kind == ErrorKind::NotFound)
    }

    /// Returns the status of the key, if the list of its owner was read and has it.
    pub(crate) fn status_of(&self, key: &KeyId) -> Option<&KeyStatus> {
        self.listed.as_ref().ok()?.iter().find(|(id, _)| id == key).map(|(_, status)| status)
    }
}
