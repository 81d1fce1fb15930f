//! The plan that is open on the screen: what was read of its keys, and which of them it may change.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use crate::model::{
    ErrorKind, IamRead, KeyId, KeyLastUse, KeyStatus, ReadData, ReadReply, ServiceError,
    SessionContext, UserName,
};
use crate::ops::plan::{
    KEEP_USED_WITHIN, KeyCheck, KeyReading, Plan, PlanHistory, PlanRules, PlanSkipReason,
    PlannedKey,
};

/// Maximum number of reads that are requested at once.
const MAX_REQUESTS: usize = 32;

/// A plan, and what was read of its keys.
#[derive(Clone, Debug)]
pub(crate) struct OpenPlan {
    /// The plan.
    plan: Arc<Plan>,
    /// The keys of each planned owner, and when they were read.
    lists: HashMap<UserName, (Read<StatusList>, Timestamp)>,
    /// The owner that IAM names for each key, its last use, and when they were read.
    uses: HashMap<KeyId, (Read<KeyLastUse>, Timestamp)>,
    /// What the journal says of the plan, once read.
    history: Option<PlanHistory>,
    /// Why the journal could not be read last, if it could not.
    journal_error: Option<String>,
    /// Keys that were being deactivated when the keys were checked.
    in_flight: HashSet<KeyId>,
    /// Result for each key, once everything was read.
    checks: Option<HashMap<KeyId, KeyCheck>>,
    /// Whether something was read since the keys were checked.
    is_stale: bool,
    /// Keys that the plan may change.
    offered: HashSet<KeyId>,
    /// Whether the list of its keys was shown, in its account.
    is_shown: bool,
    /// Whether the user was asked to open its account.
    has_asked: bool,
}

type Read<T> = Result<T, Arc<ServiceError>>;

type StatusList = Vec<(KeyId, KeyStatus)>;

/// Change of the keys that a plan may change.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum PlanCheckUpdate {
    /// Everything was read: these keys may be changed.
    Checked(Vec<KeyId>),
    /// These keys may no longer be changed.
    Withdrawn(Vec<KeyId>),
}

/// Where the screen goes to show a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlanLocation {
    /// The plan is of the account shown.
    Here,
    /// It is of another account.
    OtherAccount,
    /// It is of another endpoint.
    OtherEndpoint,
}

impl OpenPlan {
    /// Creates the state of a plan that was just opened.
    pub(crate) fn new(plan: Plan) -> Self {
        Self {
            plan: Arc::new(plan),
            lists: HashMap::new(),
            uses: HashMap::new(),
            history: None,
            journal_error: None,
            in_flight: HashSet::new(),
            checks: None,
            is_stale: false,
            offered: HashSet::new(),
            is_shown: false,
            has_asked: false,
        }
    }

    /// Returns the plan.
    pub(crate) fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// Returns whether its keys are read and checked.
    pub(crate) fn is_shown(&self) -> bool {
        self.is_shown
    }

    /// Returns where the plan is to be shown from a session, once for each answer; `None`
    /// afterwards.
    pub(crate) fn take_location(
        &mut self,
        session_context: &SessionContext,
    ) -> Option<PlanLocation> {
        if self.plan.is_of(session_context) {
            return (!std::mem::replace(&mut self.is_shown, true)).then_some(PlanLocation::Here);
        }
        if std::mem::replace(&mut self.has_asked, true) {
            return None;
        }
        let is_same = self.plan.endpoint.is_same(&session_context.endpoint);
        Some(if is_same { PlanLocation::OtherAccount } else { PlanLocation::OtherEndpoint })
    }

    /// Returns the next reads that are still needed: of each key the list of its owner and its last
    /// use, as for `keyflip apply`.
    pub(crate) fn reads(&self) -> Vec<IamRead> {
        if !self.is_shown {
            return Vec::new();
        }
        let unread = |entry: &PlannedKey| {
            let user = Some(entry.user.clone()).filter(|user| !self.lists.contains_key(user));
            let key = Some(entry.key.clone()).filter(|key| !self.uses.contains_key(key));
            let list = user.map(|user| IamRead::Keys { user: Some(user) });
            list.into_iter().chain(key.map(|key| IamRead::LastUse { key }))
        };
        self.plan.keys.iter().flat_map(unread).take(MAX_REQUESTS).collect()
    }

    /// Returns the reads of all its keys.
    pub(crate) fn all_reads(&self) -> impl Iterator<Item = IamRead> {
        let users: HashSet<_> = self.plan.keys.iter().map(|entry| entry.user.clone()).collect();
        let lists = users.into_iter().map(|user| IamRead::Keys { user: Some(user) });
        let uses = self.plan.keys.iter().map(|entry| IamRead::LastUse { key: entry.key.clone() });
        lists.chain(uses)
    }

    /// Notes a reply of the session shown.
    pub(crate) fn note_reply(&mut self, reply: &ReadReply) {
        let is_open =
            |error: &ServiceError| error.kind == ErrorKind::Throttled || error.kind.ends_session();
        if !self.is_shown || reply.result.as_ref().is_err_and(|error| is_open(error)) {
            return;
        }
        match (&reply.read, &reply.result) {
            (IamRead::Keys { user: Some(user) }, Ok(ReadData::Keys(keys))) => {
                let keys = keys.iter().map(|key| (key.id.clone(), key.status.clone())).collect();
                self.lists.insert(user.clone(), (Ok(keys), reply.at));
            }
            (IamRead::Keys { user: Some(user) }, Err(error)) => {
                self.lists.insert(user.clone(), (Err(Arc::clone(error)), reply.at));
            }
            (IamRead::LastUse { key }, Ok(ReadData::LastUse(read))) => {
                self.uses.insert(key.clone(), (Ok(read.clone()), reply.at));
            }
            (IamRead::LastUse { key }, Err(error)) => {
                self.uses.insert(key.clone(), (Err(Arc::clone(error)), reply.at));
            }
            _ => return,
        }
        self.is_stale = true;
    }

    /// Returns whether the last use of a key was read since a time. A clock that was set back since
    /// does not count as a read.
    pub(crate) fn has_use_since(&self, key: &KeyId, since: Timestamp) -> bool {
        self.uses.get(key).is_some_and(|(_, at)| *at >= since)
    }

    /// Notes what the journal says of the plan. A reading for the plan before it does not count.
    pub(crate) fn note_journal(&mut self, history: PlanHistory) {
        if !history.is_of(&self.plan) {
            return;
        }
        self.history = Some(history);
        self.journal_error = None;
        self.is_stale = true;
    }

    /// Notes why the journal could not be read. Without it, no key is checked.
    pub(crate) fn note_journal_error(&mut self, error: String) {
        self.journal_error = Some(error);
    }

    /// Returns why the journal could not be read last, if it could not.
    pub(crate) fn journal_error(&self) -> Option<&str> {
        self.journal_error.as_deref()
    }

    /// Checks the keys like `keyflip apply --yes`, again if something was read or another set of
    /// keys is in flight: those being deactivated count as inactive. Returns what that changes.
    pub(crate) fn settle(
        &mut self,
        session_context: &SessionContext,
        in_flight: HashSet<KeyId>,
        now: Timestamp,
    ) -> Option<PlanCheckUpdate> {
        self.is_stale |= self.in_flight != in_flight;
        let history = self.history.as_ref().filter(|_| self.is_stale)?;
        let plan = Arc::clone(&self.plan);
        let readings: Option<Vec<_>> =
            plan.keys.iter().map(|entry| Some((entry, self.reading(entry)?))).collect();
        let rules = PlanRules {
            plan: &plan,
            history,
            session_context,
            keep_used_within: KEEP_USED_WITHIN,
            retry_interrupted: false,
            now,
        };
        let checked = rules.check_all(readings?, in_flight.clone());
        let checks: HashMap<_, _> =
            checked.into_iter().map(|(entry, _, check)| (entry.key.clone(), check)).collect();
        let is_ok = |key: &KeyId| checks.get(key).is_some_and(Result::is_ok);
        let update = if self.checks.is_none() {
            let keys = plan.keys.iter().map(|entry| &entry.key);
            let keys: Vec<_> = keys.filter(|key| is_ok(key)).cloned().collect();
            self.offered = keys.iter().cloned().collect();
            Some(PlanCheckUpdate::Checked(keys))
        } else {
            // Those in flight are reported by their outcomes.
            let is_withdrawn = |key: &KeyId| !is_ok(key) && !in_flight.contains(key);
            let keys: Vec<_> = self.offered.extract_if(is_withdrawn).collect();
            // A key that only a later check allows is not marked by itself, but is one of the plan.
            self.offered
                .extend(plan.keys.iter().map(|entry| &entry.key).filter(|key| is_ok(key)).cloned());
            (!keys.is_empty()).then_some(PlanCheckUpdate::Withdrawn(keys))
        };
        (self.is_stale, self.in_flight, self.checks) = (false, in_flight, Some(checks));
        update
    }

    fn reading(&self, entry: &PlannedKey) -> Option<KeyReading> {
        let (listed, at) = self.lists.get(&entry.user)?;
        Some(KeyReading {
            listed: listed.clone(),
            last_use: self.uses.get(&entry.key)?.0.clone(),
            at: *at,
        })
    }

    /// Returns the number of keys that were read.
    pub(crate) fn read_keys(&self) -> usize {
        self.plan.keys.iter().filter(|entry| self.reading(entry).is_some()).count()
    }

    /// Returns the result of a key of the plan; `None` until all are checked.
    pub(crate) fn check(&self, key: &KeyId) -> Option<&KeyCheck> {
        self.checks.as_ref()?.get(key)
    }

    /// Returns whether all keys are checked.
    pub(crate) fn is_checked(&self) -> bool {
        self.checks.is_some()
    }

    /// Returns the reasons for which keys are not changed.
    pub(crate) fn skip_reasons(&self) -> impl Iterator<Item = &PlanSkipReason> {
        self.checks.iter().flatten().filter_map(|(_, check)| check.as_ref().err())
    }

    /// Returns why a key that is in the plan is not changed by it.
    pub(crate) fn skip_reason(&self, key: &KeyId) -> Option<&PlanSkipReason> {
        self.check(key)?.as_ref().err()
    }

    /// Returns the owner of a key of the plan.
    pub(crate) fn owner(&self, key: &KeyId) -> Option<&UserName> {
        self.plan.keys.iter().find(|entry| entry.key == *key).map(|entry| &entry.user)
    }

    /// Returns the ID of the plan, for the journal, if it may change the key.
    pub(crate) fn id_for(&self, key: &KeyId) -> Option<Arc<str>> {
        self.offered.contains(key).then(|| Arc::from(&*self.plan.id))
    }
}
