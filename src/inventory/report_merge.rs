//! Application of the credential report, which has facts about users and keys until they are read
//! live: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>.

use std::sync::Arc;

use jiff::Timestamp;

use crate::inventory::report_polling::report_poll_interval;
use crate::inventory::{Inventory, ReportState, UserFacts, UserIndex};
use crate::model::{CredentialReport, Known, Now, ReadFailure, ReportRow, ServiceError};

impl Inventory {
    /// Applies the report. It arrives in parallel with the list of users, so rows of users who are
    /// not listed yet wait. Users who are never listed were deleted after the report and are not
    /// added.
    pub(super) fn apply_report(&mut self, mut report: CredentialReport) {
        if let Some((account, _)) = &self.account {
            report.set_aside_other_accounts(account);
        }
        let CredentialReport { rows, odd, generated, .. } = report;
        self.pending_report_rows.clear();
        self.root_report = None;
        for row in rows {
            let index = match &row.user {
                Some(user) => self.index(user),
                None => self.root,
            };
            match (index, &row.user) {
                (Some(index), _) => self.change(index, |facts| facts.apply_report(row, generated)),
                (None, Some(user)) if !self.is_listing_complete() => {
                    self.pending_report_rows.insert(user.clone(), (row, generated));
                }
                (None, Some(_)) => {}
                (None, None) => self.root_report = Some((row, generated)),
            }
        }
        self.report = ReportState::Read { generated, odd };
    }

    /// Returns the report's rows of users who are not listed yet, while the list is not complete.
    pub(crate) fn unlisted_report_rows(&self) -> impl Iterator<Item = &ReportRow> {
        self.pending_report_rows.values().map(|(row, _)| row)
    }

    /// Returns the facts of root, if the caller is root.
    pub(crate) fn root(&self) -> Option<&UserFacts> {
        self.root.map(|index| self.facts(index))
    }

    /// Returns root's row of the report, and when that was generated.
    pub(crate) fn root_report(&self) -> Option<&(ReportRow, Timestamp)> {
        self.root().map_or(self.root_report.as_ref(), |facts| facts.report.as_ref())
    }

    /// Applies the waiting row of a user who was just listed.
    pub(super) fn apply_pending_report_row(&mut self, index: UserIndex) {
        if self.pending_report_rows.is_empty() {
            return;
        }
        if let Some((row, generated)) =
            self.pending_report_rows.remove(&self.users[index.number()].name)
        {
            self.change(index, |facts| facts.apply_report(row, generated));
        }
    }

    /// Schedules the next fetch of a report that is still being generated, or gives up.
    pub(super) fn schedule_report_poll(
        &mut self,
        error: Arc<ServiceError>,
        at: Timestamp,
        now: Now,
    ) {
        let fetches = match self.report {
            ReportState::Pending { fetches, .. } => fetches + 1,
            _ => 0,
        };
        self.report = match report_poll_interval(fetches) {
            Some(wait) => ReportState::Pending { next: now.mono + wait, fetches },
            None => ReportState::Unavailable(ReadFailure { error, at }),
        };
    }
}

impl UserFacts {
    /// Applies the user's row, unless its creation time shows that it is of an earlier user with
    /// the same name.
    fn apply_report(&mut self, row: ReportRow, generated: Timestamp) {
        let created = self.user.value().and_then(|user| user.created);
        if let (Some(created), Some(reported)) = (created, row.created)
            && created.as_second() != reported.as_second()
        {
            return;
        }
        self.report = Some((row, generated));
        self.copy_reported_last_uses();
    }

    /// Copies the last uses from the report to the listed keys. The report has no key IDs, so keys
    /// are matched by the second of their creation, unless the user created another key in the same
    /// second.
    pub(super) fn copy_reported_last_uses(&mut self) {
        let (Some((row, _)), Some(keys)) = (&self.report, self.keys.live_value_mut()) else {
            return;
        };
        let seconds: Vec<_> =
            keys.iter().map(|key| key.created.map(Timestamp::as_second)).collect();
        for (key, second) in keys.iter_mut().zip(&seconds) {
            let same_second_keys = seconds.iter().filter(|other| *other == second).count();
            let reported = row
                .keys
                .iter()
                .find(|reported| reported.created.map(Timestamp::as_second) == *second);
            if let (false, Some(reported), 1, Some(_)) =
                (key.last_use.has_reply(), reported, same_second_keys, second)
            {
                key.last_use = reported.last_use.clone();
            }
        }
    }

    /// Returns when the report was generated from which a key has its last use, if any has.
    pub(super) fn reported_at(&self) -> Option<Timestamp> {
        self.live_keys().iter().find_map(|key| match &key.last_use {
            Known::Reported { at, .. } => Some(*at),
            _ => None,
        })
    }
}
