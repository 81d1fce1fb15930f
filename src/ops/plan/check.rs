//! The check of a planned key right before its change: whether it may still be taken.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::model::{KeyId, KeyStatus, LastUse, ServiceError, SessionContext, UserName};
use crate::ops::plan::document::{Plan, PlannedKey};
use crate::ops::plan::history::AppliedState;

/// The time within which a use keeps a user's last active key, unless the user asks for another one:
/// 90 days.
pub(crate) const KEEP_USED_WITHIN: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What IAM says of a planned key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KeyReading {
    /// The keys of the planned owner: IDs and statuses.
    pub listed: Result<Vec<(KeyId, KeyStatus)>, Arc<ServiceError>>,
    /// Whether the planned owner exists.
    pub has_user: bool,
    /// The owner that IAM names, and the last use.
    pub last_use: Result<(Option<UserName>, LastUse), Arc<ServiceError>>,
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
}

/// The result of a check.
pub(crate) type KeyCheck = Result<CurrentKey, SkipReason>;

/// Why a planned key is not changed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SkipReason {
    /// The journal says that this plan has deactivated it, and it still is.
    AlreadyApplied(Timestamp),
    /// This plan has deactivated it, and it is active again.
    ActivatedAgain(Timestamp),
    /// This plan has deactivated it, and that was undone then.
    Undone(Timestamp),
    /// A change of it may still be in flight until then.
    InFlight(Timestamp),
    /// It was used after the plan was made.
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
    /// It signs, or may sign, this session.
    SignsSession,
    /// The owner's keys could not be read.
    Unreadable(Arc<ServiceError>),
    /// The last use could not be read.
    UseUnreadable(Arc<ServiceError>),
}

impl AppliedState {
    /// Returns why a key with that state is not changed, given its current status if it was read.
    pub(crate) fn skip_reason(self, current: Option<&KeyStatus>) -> Option<SkipReason> {
        let is_active = current == Some(&KeyStatus::Active);
        match self {
            Self::InFlight(until) => Some(SkipReason::InFlight(until)),
            Self::Applied(at) if is_active => Some(SkipReason::ActivatedAgain(at)),
            Self::Applied(at) => Some(SkipReason::AlreadyApplied(at)),
            Self::Undone(at) => Some(SkipReason::Undone(at)),
            // What recovery would record, had it read the key.
            Self::Unknown(at) if current == Some(&KeyStatus::Inactive) => {
                Some(SkipReason::AlreadyApplied(at))
            }
            Self::Unknown(_) => None,
        }
    }
}

/// What a key must fulfil, beside the plan.
#[derive(Clone, Debug)]
pub(crate) struct PlanRules<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// A user's last active key that was used within this time is kept.
    pub keep_used_within: SignedDuration,
    /// Now.
    pub now: Timestamp,
}

impl PlanRules<'_> {
    /// Checks a key. `taken` are keys of which a change was sent, or is about to be: they count as
    /// inactive, whatever a read says.
    ///
    /// # Errors
    /// Returns why the key is not to be changed.
    pub(crate) fn check(
        &self,
        entry: &PlannedKey,
        reading: &KeyReading,
        taken: &HashSet<KeyId>,
    ) -> KeyCheck {
        if !reading.has_user {
            return Err(SkipReason::UserDeleted);
        }
        let listed = reading.listed.as_ref();
        let listed = listed.map_err(|error| SkipReason::Unreadable(Arc::clone(error)))?;
        let found = listed.iter().find(|(key, _)| *key == entry.key);
        let (_, status) = found.ok_or(SkipReason::Deleted)?;
        if *status != entry.status {
            return Err(SkipReason::StatusChanged(status.clone()));
        }
        let last_use = reading.last_use.as_ref();
        let (owner, last_use) =
            last_use.map_err(|error| SkipReason::UseUnreadable(Arc::clone(error)))?;
        if let Some(owner) = owner.as_ref().filter(|owner| **owner != entry.user) {
            return Err(SkipReason::OtherOwner(owner.clone()));
        }
        if let Some(used) = self.used_since(entry, last_use) {
            return Err(SkipReason::UsedSince(used));
        }
        let others: Vec<_> = listed.iter().filter(|(key, _)| *key != entry.key).cloned().collect();
        let has_other_active =
            others.iter().any(|(key, status)| *status == KeyStatus::Active && !taken.contains(key));
        if !has_other_active && let Some(used) = self.kept_use(last_use) {
            return Err(SkipReason::LastActive(used));
        }
        Ok(CurrentKey { last_use: last_use.clone(), others, at: reading.at })
    }

    /// Checks a key like [`Self::check`]. One that may sign the session is not taken either.
    ///
    /// # Errors
    /// Returns why the key is not to be changed.
    pub(crate) fn check_in(
        &self,
        session_context: &SessionContext,
        entry: &PlannedKey,
        reading: &KeyReading,
        taken: &HashSet<KeyId>,
    ) -> KeyCheck {
        let current = self.check(entry, reading, taken)?;
        if session_context.lockout_risk(&entry.key, Some(&entry.user)).is_any() {
            return Err(SkipReason::SignsSession);
        }
        Ok(current)
    }

    /// Checks all keys, of which `states` is what the journal says. The keys before a key count as
    /// inactive if they are taken, as they will be once its turn comes: `readings` are in the order of
    /// [`Plan::in_order`].
    pub(crate) fn choose<'p>(
        &self,
        session_context: &SessionContext,
        states: &HashMap<KeyId, AppliedState>,
        readings: impl IntoIterator<Item = (&'p PlannedKey, Result<KeyReading, SkipReason>)>,
    ) -> Vec<(&'p PlannedKey, KeyCheck)> {
        let mut taken = HashSet::new();
        let check = |(entry, reading): (&'p PlannedKey, Result<KeyReading, SkipReason>)| {
            let checked = reading.and_then(|reading| {
                let state = states.get(&entry.key).copied();
                match state.and_then(|state| state.skip_reason(reading.status_of(&entry.key))) {
                    Some(skip) => Err(skip),
                    None => self.check_in(session_context, entry, &reading, &taken),
                }
            });
            if matches!(checked, Ok(_) | Err(SkipReason::AlreadyApplied(_))) {
                taken.insert(entry.key.clone());
            }
            (entry, checked)
        };
        readings.into_iter().map(check).collect()
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

    /// Returns the last use if it is within the time in which the last active key is kept.
    fn kept_use(&self, last_use: &LastUse) -> Option<Timestamp> {
        let used = last_use.at()?;
        (self.now.duration_since(used) <= self.keep_used_within).then_some(used)
    }
}

impl Plan {
    /// Returns whether a session is in the account of the plan, at the same endpoint.
    pub(crate) fn is_of(&self, session_context: &SessionContext) -> bool {
        self.account == session_context.caller.account
            && self.endpoint.is_same(&session_context.endpoint)
    }

    /// Returns the keys in the order in which they are taken: of each user the one that was used
    /// last comes last, so that it is the one that is kept if the last active key is.
    pub(crate) fn in_order(&self) -> Vec<&PlannedKey> {
        let mut keys: Vec<_> = self.keys.iter().collect();
        let last_use = |key: &PlannedKey| key.last_use.value().map(|used| used.at());
        keys.sort_by_cached_key(|key| {
            (key.user.raw().to_ascii_lowercase(), last_use(key), key.key.clone())
        });
        keys
    }
}

impl KeyReading {
    /// Returns the status of the key, if the list of its owner was read and has it.
    pub(crate) fn status_of(&self, key: &KeyId) -> Option<&KeyStatus> {
        self.listed.as_ref().ok()?.iter().find(|(id, _)| id == key).map(|(_, status)| status)
    }
}
