//! The credential report: what is known of users and keys until IAM itself is
//! asked.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::inventory::{GIVE_UP_AFTER_POLLS, Inventory, ReportState, UserFacts, UserIndex};
use crate::model::{Known, Now, ReadFailure, ReportRow, ServiceError};

/// How long to wait before asking again for a report that is being made, the
/// first time and at most.
const REPORT_POLL_INTERVALS: (Duration, Duration) =
    (Duration::from_millis(250), Duration::from_secs(5));

impl Inventory {
    /// Takes in the report. It comes beside the list of users: the rows of
    /// those who are not listed yet wait for them. Whoever is never listed has
    /// gone since it was made, and gets no row on the screen.
    pub(super) fn take_report(&mut self, rows: Vec<ReportRow>, made: Timestamp) {
        for row in rows {
            let index = match &row.user {
                Some(user) => self.index(user),
                None => self.root,
            };
            match (index, &row.user) {
                (Some(index), _) => self.change(index, |facts| facts.take_report(row, made)),
                (None, Some(user)) if !self.listed() => {
                    self.pending_report_rows.insert(user.clone(), (row, made));
                }
                (None, _) => {}
            }
        }
        self.report = ReportState::Read { made };
    }

    /// Gives a user who has just been listed the row that waited.
    pub(super) fn take_pending_report_row(&mut self, index: UserIndex) {
        if self.pending_report_rows.is_empty() {
            return;
        }
        if let Some((row, made)) = self.pending_report_rows.remove(&self.users[index.number()].name)
        {
            self.change(index, |facts| facts.take_report(row, made));
        }
    }

    /// The report is still being made: asks again, but not for ever.
    pub(super) fn await_report(&mut self, error: Arc<ServiceError>, at: Timestamp, now: Now) {
        let asked = match self.report {
            ReportState::Pending { asked, .. } => asked + 1,
            _ => 0,
        };
        if asked >= GIVE_UP_AFTER_POLLS {
            self.report = ReportState::Unavailable(ReadFailure { error, at });
            return;
        }
        let wait = (REPORT_POLL_INTERVALS.0 * 2u32.pow(asked.min(6))).min(REPORT_POLL_INTERVALS.1);
        self.report = ReportState::Pending { next: now.mono + wait, asked };
    }
}

impl UserFacts {
    /// Takes in the user's row, unless it tells of another user: one who had
    /// the name before.
    fn take_report(&mut self, row: ReportRow, made: Timestamp) {
        let created = self.user.value().and_then(|user| user.created);
        if let (Some(created), Some(told)) = (created, row.created)
            && created.as_second() != told.as_second()
        {
            return;
        }
        self.report = Some((row, made));
        self.report_last_uses();
    }

    /// Gives the keys that IAM has listed the last use that the report tells.
    /// The report has no key IDs: a key is known by the second in which it was
    /// made, as long as no other of the user's was made in the same.
    pub(super) fn report_last_uses(&mut self) {
        let (Some((row, _)), Some(keys)) = (&self.report, self.keys.live_value_mut()) else {
            return;
        };
        let seconds: Vec<_> =
            keys.iter().map(|key| key.created.map(Timestamp::as_second)).collect();
        for (key, second) in keys.iter_mut().zip(&seconds) {
            let twins = seconds.iter().filter(|other| *other == second).count();
            let told =
                row.keys.iter().find(|told| told.created.map(Timestamp::as_second) == *second);
            if let (false, Some(told), 1, Some(_)) =
                (key.last_use.is_settled(), told, twins, second)
            {
                key.last_use = told.last_use.clone();
            }
        }
    }

    /// When the report was made whose facts the keys carry.
    pub(super) fn reported_at(&self) -> Option<Timestamp> {
        self.live_keys().iter().find_map(|key| match &key.last_use {
            Known::Reported { at, .. } => Some(*at),
            _ => None,
        })
    }
}
