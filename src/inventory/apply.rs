//! Application of replies to the inventory.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::model::{
    AccessKey, ChangeReport, ErrorKind, IamRead, KeyId, KeyLastUse, KeyStatus, Known, LastUse,
    Marker, Now, ReadData, ReadFailure, ReadReply, ServiceError, User, UserDetailPart, UserName,
};

use crate::inventory::future_times::without_future_times;
use crate::inventory::{Inventory, Lane, ReportState, UserFacts, UserIndex};

/// When a read was sent, and when its reply came.
type ReplyTimes = (Timestamp, Timestamp);

/// Returns whether a fact read at `read` is newer than the reply to a read sent at `asked`. A time
/// in the future does not count: the clock was set back since.
pub(crate) fn is_stale_reply(read: Timestamp, asked: Timestamp, now: Now) -> bool {
    asked < read && read <= now.wall
}

impl Inventory {
    /// Applies a reply, successful or not.
    pub(crate) fn apply(&mut self, reply: ReadReply, now: Now) {
        let flight = self.in_flight_reads.remove(&reply.read);
        let lane = flight.map(|flight| flight.lane);
        self.revision += 1;
        let throttled =
            reply.result.as_ref().is_err_and(|error| error.kind == ErrorKind::Throttled);
        if let Some(lane) = lane.filter(|_| !throttled) {
            self.rate_limiter_of(lane).record_success(now.mono);
        }
        match reply.result.and_then(|found| without_future_times(found, reply.at)) {
            Ok(found) => {
                self.apply_data(&reply.read, found, reply.asked_at, reply.at, now);
            }
            Err(error) if error.kind == ErrorKind::Throttled => {
                // Planned reads are planned again; requested ones have to be queued again.
                if flight.is_some_and(|flight| flight.refresh) {
                    self.refresh(reply.read);
                }
                self.slow_down(lane.unwrap_or(Lane::Screen), now);
            }
            Err(error) if error.kind.ends_session() => {
                self.stop(error, reply.at);
            }
            Err(error) => self.apply_failure(&reply.read, error, reply.asked_at, reply.at, now),
        }
    }

    /// Stops all reads, since the session has ended with this error.
    pub(crate) fn stop(&mut self, error: Arc<ServiceError>, at: Timestamp) {
        self.stopped.get_or_insert(ReadFailure { error, at });
    }

    /// Slows a lane down after throttling. If the screen's lane is throttled, the full scan slows
    /// down as well.
    fn slow_down(&mut self, lane: Lane, now: Now) {
        self.rate_limiter_of(lane).record_throttled(now.mono);
        if lane == Lane::Screen {
            self.scan_rate_limiter.record_throttled(now.mono);
        }
    }

    fn apply_data(
        &mut self,
        read: &IamRead,
        found: ReadData,
        asked: Timestamp,
        at: Timestamp,
        now: Now,
    ) {
        match (read, found) {
            (IamRead::Alias, ReadData::Alias(alias)) => {
                self.alias = Known::live(alias, at);
                self.touch_all();
            }
            (IamRead::Summary, ReadData::Summary(summary)) => {
                self.summary = Known::live(summary, at);
            }
            (IamRead::Users { from }, ReadData::Users { users, next }) => {
                self.apply_user_page(from.as_ref(), users, next, asked, at);
            }
            (IamRead::Keys { user }, ReadData::Keys(keys)) => {
                self.apply_keys(user.as_ref(), keys, (asked, at), now);
            }
            (IamRead::LastUse { key }, ReadData::LastUse(KeyLastUse { owner, last_use })) => {
                self.apply_last_use(key, owner.as_ref(), &last_use, (asked, at), now);
            }
            (IamRead::Detail { user, part }, found) => {
                let index = self.index_or_insert(user);
                self.change(index, |facts| facts.detail.apply(*part, found, at));
            }
            (IamRead::GenerateReport, ReadData::ReportPending) => {
                self.report = ReportState::Pending { next: now.mono, fetches: 0 };
            }
            (IamRead::Report, ReadData::Report(report)) => self.apply_report(report),
            // A reply of the wrong kind is ignored.
            _ => {}
        }
    }

    /// Applies a page of users if it continues the list. A repeated page, or a late one of an
    /// earlier listing, is ignored.
    fn apply_user_page(
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
        let mut new_users = 0;
        for user in users {
            let known = self.index_of(Some(&user.name)).and_then(|index| self.facts(index).seen_in);
            new_users += usize::from(known != Some(self.listing.round));
            self.apply_user(user, at);
        }
        self.listing.record_page(new_users);
        self.listing.failure = None;
        match &next {
            None => {
                self.listing.done = Some(at);
                self.pending_report_rows = HashMap::new();
                self.mark_deleted_users(at);
            }
            Some(marker) => self.listing.check_progress(marker, at),
        }
        self.listing.next = next;
    }

    /// Marks as deleted the users that an earlier list had and this complete one does not.
    fn mark_deleted_users(&mut self, at: Timestamp) {
        let (round, begun) = (self.listing.round, self.listing.begun);
        let missing = |facts: &UserFacts| {
            let seen_since = facts.keys.live_value().is_some() && facts.keys.at() >= begun;
            // A key look-up can know a user whom the first list does not have yet.
            round > 0 && facts.seen_in != Some(round) && !seen_since && !facts.is_root
        };
        let missing: Vec<_> =
            self.users().filter(|(_, facts)| missing(facts)).map(|(index, _)| index).collect();
        for index in missing {
            self.change(index, |facts| facts.user = Known::Vanished { at });
        }
        self.reassign_all_owners();
    }

    fn apply_keys(
        &mut self,
        user: Option<&UserName>,
        mut keys: Vec<AccessKey>,
        times: ReplyTimes,
        now: Now,
    ) {
        let Some(index) = self.index_of(user) else { return };
        self.record_scanned(index);
        for key in &mut keys {
            key.user = user.cloned();
            if let Some(failure) = &self.last_use_unsupported {
                key.last_use.fail(&failure.error, failure.at);
            }
        }
        let ids: Vec<_> = keys.iter().map(|key| key.id.clone()).collect();
        let before = self.listed_ids(index);
        if self.change(index, |facts| facts.apply_keys(keys, times, now)) {
            for id in &ids {
                self.list_key(id, index);
            }
            self.reassign_owners(&before);
        }
    }

    fn listed_ids(&self, index: UserIndex) -> Vec<KeyId> {
        self.facts(index).live_keys().iter().map(|key| key.id.clone()).collect()
    }

    fn apply_last_use(
        &mut self,
        key: &KeyId,
        owner: Option<&UserName>,
        last_use: &LastUse,
        (asked, at): ReplyTimes,
        now: Now,
    ) {
        // An owner who is not listed yet is added at once. But a list with the key takes
        // precedence: this may be a user's former name.
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

    /// Marks the last uses of all keys as not readable, so that none is asked for.
    fn stop_reading_last_uses(&mut self, failure: ReadFailure) {
        let unread: Vec<_> = self.users().map(|(index, _)| index).collect();
        for index in unread {
            self.change(index, |facts| {
                for key in facts.keys.live_value_mut().into_iter().flatten() {
                    if !key.last_use.has_reply() {
                        key.last_use.fail(&failure.error, failure.at);
                    }
                }
            });
        }
        self.last_use_unsupported = Some(failure);
    }

    fn change_last_use(&mut self, key: &KeyId, change: impl Fn(&mut Known<LastUse>)) {
        for index in self.users_listing(key) {
            self.change(index, |facts| facts.set_last_use(key, &change));
        }
    }

    fn apply_failure(
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
                self.record_scanned(index);
                let before = self.listed_ids(index);
                self.change(index, |UserFacts { keys, .. }| {
                    if keys.live_value().is_none()
                        || keys.at().is_none_or(|read| !is_stale_reply(read, asked, now))
                    {
                        keys.fail(&error, at);
                    }
                });
                self.reassign_owners(&before);
            }
            IamRead::LastUse { key } => {
                if error.kind == ErrorKind::Unsupported && self.last_use_unsupported.is_none() {
                    self.stop_reading_last_uses(ReadFailure { error: Arc::clone(&error), at });
                }
                self.change_last_use(key, |slot| slot.fail(&error, at));
            }
            // The requester shows it; it is not a fact of this account.
            IamRead::Account { .. } => {}
            IamRead::Detail { user, part } => {
                let index = self.index_or_insert(user);
                self.change(index, |facts| facts.detail.fail(*part, &error, at));
            }
            IamRead::Report if error.kind == ErrorKind::NotReady => {
                self.schedule_report_poll(error, at, now);
            }
            IamRead::GenerateReport | IamRead::Report => {
                self.report = ReportState::Unavailable(ReadFailure { error, at });
            }
        }
    }

    /// Applies what a change has shown: the status of its key, and the owner's other keys.
    pub(crate) fn apply_change_report(
        &mut self,
        change_report: &ChangeReport,
        status: &KeyStatus,
        at: Timestamp,
    ) {
        self.revision += 1;
        let Some(index) = self.index_of(change_report.change.user.as_ref()) else { return };
        self.change(index, |facts| facts.apply_change_report(change_report, status, at));
    }
}

impl UserFacts {
    /// Applies a list of keys unless a newer one is known, and returns whether it did. Known last
    /// uses stay.
    fn apply_keys(&mut self, mut keys: Vec<AccessKey>, (asked, at): ReplyTimes, now: Now) -> bool {
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
        self.copy_reported_last_uses();
        true
    }

    /// Changes the last use of one of the keys, if it is listed.
    pub(super) fn set_last_use(&mut self, id: &KeyId, change: impl FnOnce(&mut Known<LastUse>)) {
        let keys = self.keys.live_value_mut().map_or(&mut [][..], Vec::as_mut_slice);
        if let Some(key) = keys.iter_mut().find(|known| known.id == *id) {
            change(&mut key.last_use);
        }
    }

    fn apply_change_report(
        &mut self,
        change_report: &ChangeReport,
        status: &KeyStatus,
        at: Timestamp,
    ) {
        let Known::Live { value, at: read, refresh_error } = &mut self.keys else { return };
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
        *refresh_error = None;
    }

    /// Returns the parts of the detail that were not read yet.
    pub(super) fn unread_parts(&self) -> impl Iterator<Item = UserDetailPart> {
        UserDetailPart::ALL.into_iter().filter(|part| !self.detail.has_reply(*part))
    }
}
