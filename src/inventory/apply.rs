//! Taking in answers.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::model::{
    AccessKey, ChangeReport, ErrorKind, IamRead, KeyId, KeyStatus, Known, LastUse, Marker, Now,
    ReadData, ReadFailure, ReadReply, ServiceError, User, UserDetailPart, UserName,
};

use crate::inventory::{Inventory, Lane, ReportState, UserFacts, UserIndex};

/// After so many pages of users somebody is asked whether to go on: IAM allows
/// 5,000 users in an account, and gives up to 1,000 a page.
const MAX_USER_PAGES: usize = 200;

/// A list of users that does not come to its end.
fn endless_list_failure(message: impl Into<Arc<str>>, at: Timestamp) -> ReadFailure {
    let error = ServiceError {
        kind: ErrorKind::Unreadable,
        operation: "ListUsers",
        code: None,
        message: message.into(),
        request_id: None,
        hint: Some("Check that the endpoint is IAM's.".into()),
    };
    ReadFailure { error: Arc::new(error), at }
}

/// When an answer was asked for, and when it came.
type ReplyTimes = (Timestamp, Timestamp);

/// Whether something was known already, by a read at `read`, when an answer was
/// asked for. A time that is still to come proves nothing: it is of a clock
/// that was set back since.
pub(crate) fn is_stale_reply(read: Timestamp, asked: Timestamp, now: Now) -> bool {
    asked < read && read <= now.wall
}

impl Inventory {
    /// Takes in an answer, good or bad.
    pub(crate) fn apply(&mut self, answer: ReadReply, now: Now) {
        let flight = self.in_flight_reads.remove(&answer.read);
        let lane = flight.map(|flight| flight.lane);
        self.revision += 1;
        let throttled =
            answer.result.as_ref().is_err_and(|error| error.kind == ErrorKind::Throttled);
        if let Some(lane) = lane.filter(|_| !throttled) {
            self.rate_limiter_of(lane).record_success(now.mono);
        }
        match answer.result {
            Ok(found) => {
                self.take(&answer.read, found, answer.asked_at, answer.at, now);
            }
            Err(error) if error.kind == ErrorKind::Throttled => {
                // What the plan has asked for it will ask for again.
                if flight.is_some_and(|flight| flight.refresh) {
                    self.refresh(answer.read);
                }
                self.slow_down(lane.unwrap_or(Lane::Screen), now);
            }
            Err(error) if error.kind.ends_session() => {
                self.stop(error, answer.at);
            }
            Err(error) => self.take_failure(&answer.read, error, answer.asked_at, answer.at, now),
        }
    }

    /// The session has ended, for this reason: nothing is read any more.
    pub(crate) fn stop(&mut self, error: Arc<ServiceError>, at: Timestamp) {
        self.stopped.get_or_insert(ReadFailure { error, at });
    }

    /// The service asked to go slower: the question goes back to the plan. When
    /// even what somebody is looking at is too much, the full scan stands back as
    /// well.
    fn slow_down(&mut self, lane: Lane, now: Now) {
        self.rate_limiter_of(lane).record_throttled(now.mono);
        if lane == Lane::Screen {
            self.scan_rate_limiter.record_throttled(now.mono);
        }
    }

    fn take(&mut self, read: &IamRead, found: ReadData, asked: Timestamp, at: Timestamp, now: Now) {
        match (read, found) {
            (IamRead::Alias, ReadData::Alias(alias)) => self.alias = Known::live(alias, at),
            (IamRead::Summary, ReadData::Summary { users, root_has_key }) => {
                self.summary = Known::live((users, root_has_key), at);
            }
            (IamRead::Users { from }, ReadData::Users { users, next }) => {
                self.take_page(from.as_ref(), users, next, asked, at);
            }
            (IamRead::Keys { user }, ReadData::Keys(keys)) => {
                self.take_keys(user.as_ref(), keys, (asked, at), now);
            }
            (IamRead::LastUse { key }, ReadData::LastUse { owner, last_use }) => {
                self.take_last_use(key, owner.as_ref(), &last_use, (asked, at), now);
            }
            (IamRead::Detail { user, part }, found) => {
                let index = self.index_or_insert(user);
                self.change(index, |facts| facts.detail.take(*part, found, at));
            }
            (IamRead::GenerateReport, ReadData::ReportPending) => {
                self.report = ReportState::Pending { next: now.mono, asked: 0 };
            }
            (IamRead::Report, ReadData::Report { rows, made }) => self.take_report(rows, made),
            // An answer to another question than the one asked tells nothing.
            _ => {}
        }
    }

    /// A page of users counts only where the list goes on from it: one that
    /// comes twice, or late from a list that was begun anew, adds nothing.
    fn take_page(
        &mut self,
        from: Option<&Marker>,
        users: Vec<User>,
        next: Option<Marker>,
        asked: Timestamp,
        at: Timestamp,
    ) {
        if from != self.listing.next.as_ref() || self.listing.done.is_some() {
            return;
        }
        self.listing.begun.get_or_insert(asked);
        for user in users {
            self.take_user(user, at);
        }
        self.listing.pages += 1;
        self.listing.failure = None;
        match &next {
            None => {
                self.listing.done = Some(at);
                self.pending_report_rows = HashMap::new();
                self.mark_deleted_users(at);
            }
            Some(marker) if !self.listing.markers.insert(marker.clone()) => {
                self.listing.failure = Some(endless_list_failure(
                    "the list names a page that has come already, and has no end",
                    at,
                ));
            }
            Some(_) if self.listing.pages.is_multiple_of(MAX_USER_PAGES) => {
                let message =
                    format!("{MAX_USER_PAGES} pages have come, and the list has no end yet");
                self.listing.failure = Some(endless_list_failure(message, at));
            }
            Some(_) => {}
        }
        self.listing.next = next;
    }

    /// After a whole list, those whom only an earlier one had are gone.
    fn mark_deleted_users(&mut self, at: Timestamp) {
        let (round, begun) = (self.listing.round, self.listing.begun);
        let missing = |facts: &UserFacts| {
            let seen_since = facts.keys.live_value().is_some() && facts.keys.at() >= begun;
            facts.seen_in != round && !seen_since && !facts.is_root
        };
        let missing: Vec<_> =
            self.users().filter(|(_, facts)| missing(facts)).map(|(index, _)| index).collect();
        for index in missing {
            self.change(index, |facts| facts.user = Known::Vanished { at });
        }
        self.settle_all_rivals();
    }

    fn take_keys(
        &mut self,
        user: Option<&UserName>,
        mut keys: Vec<AccessKey>,
        times: ReplyTimes,
        now: Now,
    ) {
        let Some(index) = self.index_of(user) else { return };
        self.note_scanned(index);
        for key in &mut keys {
            key.user = user.cloned();
        }
        let ids: Vec<_> = keys.iter().map(|key| key.id.clone()).collect();
        let before = self.listed_ids(index);
        if self.change(index, |facts| facts.take_keys(keys, times, now)) {
            for id in &ids {
                self.list_key(id, index);
            }
            self.settle_rivals(&before);
        }
    }

    fn listed_ids(&self, index: UserIndex) -> Vec<KeyId> {
        self.at(index).live_keys().iter().map(|key| key.id.clone()).collect()
    }

    fn take_last_use(
        &mut self,
        key: &KeyId,
        owner: Option<&UserName>,
        last_use: &LastUse,
        (asked, at): ReplyTimes,
        now: Now,
    ) {
        // An owner who is not listed yet gets a row at once; but a list that
        // has shown the key counts for more: this may be a user's former name.
        if self.key(key).is_none()
            && let Some(index) = self.index_of(owner)
        {
            self.owners.entry(key.clone()).or_insert(index);
        }
        self.change_last_use(key, |slot| {
            if slot
                .at()
                .is_none_or(|read| !is_stale_reply(read, asked, now) || slot.live_value().is_none())
            {
                *slot = Known::live(last_use.clone(), at);
            }
        });
    }

    fn change_last_use(&mut self, key: &KeyId, change: impl Fn(&mut Known<LastUse>)) {
        for index in self.listers(key) {
            self.change(index, |facts| facts.set_last_use(key, &change));
        }
    }

    fn take_failure(
        &mut self,
        read: &IamRead,
        error: Arc<ServiceError>,
        asked: Timestamp,
        at: Timestamp,
        now: Now,
    ) {
        match read {
            IamRead::Alias => self.alias.fail(&error, at),
            IamRead::Summary => self.summary.fail(&error, at),
            IamRead::Users { .. } => self.listing.failure = Some(ReadFailure { error, at }),
            IamRead::Keys { user } => {
                let Some(index) = self.index_of(user.as_ref()) else { return };
                self.note_scanned(index);
                let before = self.listed_ids(index);
                self.change(index, |UserFacts { keys, .. }| {
                    if keys.live_value().is_none()
                        || keys.at().is_none_or(|read| !is_stale_reply(read, asked, now))
                    {
                        keys.fail(&error, at);
                    }
                });
                self.settle_rivals(&before);
            }
            IamRead::LastUse { key } => self.change_last_use(key, |slot| slot.fail(&error, at)),
            // Whoever asked shows it; it is no fact of this account.
            IamRead::Account { .. } => {}
            IamRead::Detail { user, part } => {
                let index = self.index_or_insert(user);
                self.change(index, |facts| facts.detail.fail(*part, &error, at));
            }
            IamRead::Report if error.kind == ErrorKind::NotReady => {
                self.await_report(error, at, now);
            }
            IamRead::GenerateReport | IamRead::Report => {
                self.report = ReportState::Unavailable(ReadFailure { error, at });
            }
        }
    }

    /// Takes in what a change has shown of its key: the status that IAM
    /// reported, and the other keys of the same list.
    pub(crate) fn take_change_report(
        &mut self,
        change_report: &ChangeReport,
        status: &KeyStatus,
        at: Timestamp,
    ) {
        self.revision += 1;
        let Some(index) = self.index_of(change_report.change.user.as_ref()) else { return };
        self.change(index, |facts| facts.take_change_report(change_report, status, at));
    }
}

impl UserFacts {
    /// Takes in a list of keys, unless a later one is known; tells whether it
    /// did. What is known of a key's last use stays.
    fn take_keys(&mut self, mut keys: Vec<AccessKey>, (asked, at): ReplyTimes, now: Now) -> bool {
        if let Known::Live { value, at: read, .. } = &mut self.keys {
            if is_stale_reply(*read, asked, now) {
                return false;
            }
            let mut uses: HashMap<_, _> =
                value.drain(..).map(|key| (key.id, key.last_use)).collect();
            for key in &mut keys {
                if let Some(last_use) = uses.remove(&key.id) {
                    key.last_use = last_use;
                }
            }
        }
        self.keys = Known::live(keys, at);
        self.report_last_uses();
        true
    }

    /// Changes what is known of the last use of one of the keys, if IAM has
    /// listed it.
    pub(super) fn set_last_use(&mut self, id: &KeyId, change: impl FnOnce(&mut Known<LastUse>)) {
        let keys = self.keys.live_value_mut().map_or(&mut [][..], Vec::as_mut_slice);
        if let Some(key) = keys.iter_mut().find(|known| known.id == *id) {
            change(&mut key.last_use);
        }
    }

    fn take_change_report(
        &mut self,
        change_report: &ChangeReport,
        status: &KeyStatus,
        at: Timestamp,
    ) {
        let Known::Live { value, at: read, refresh_error: later } = &mut self.keys else { return };
        for key in value.iter_mut() {
            if key.id == change_report.change.key {
                key.status = status.clone();
            } else if let Some((_, seen)) =
                change_report.siblings.iter().find(|(id, _)| *id == key.id)
            {
                key.status = seen.clone();
            }
        }
        *read = at;
        *later = None;
    }

    /// The parts of the detail that nobody has asked for yet.
    pub(super) fn unread_parts(&self) -> impl Iterator<Item = UserDetailPart> {
        UserDetailPart::ALL.into_iter().filter(|part| !self.detail.is_settled(*part))
    }
}
