//! Counts of one account from its credential report.

use jiff::Timestamp;

use crate::model::{CredentialReport, LastUse, ReportedKey};
use crate::ops::overview::{Overview, RootKeys};

/// What the credential report says about an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccountSummary {
    /// When the report was generated.
    pub generated: Timestamp,
    /// IAM users.
    pub users: Count,
    /// Active keys of IAM users; root's key is not among them.
    pub active: Count,
    /// Active keys that were not used for more than 90 days; one that was never used counts from
    /// its creation. The same keys as those of the filter `status:active unused>90d`.
    pub unused: Count,
    /// Active keys that were never used.
    pub never_used: Count,
    /// The oldest active key of an IAM user.
    pub oldest: OldestKey,
    /// Number of rows of the report that could not be read.
    pub odd_rows: usize,
    /// How the active keys are distributed, with those of root.
    pub overview: Overview,
}

/// A number of users or keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Those that certainly count.
    pub certain: usize,
    /// Whether there may be more: the report does not say, or has rows that could not be read.
    pub may_be_more: bool,
}

/// The oldest active key of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OldestKey {
    /// There is no active key.
    None,
    /// Created or last rotated at that time.
    Since(Timestamp),
    /// Created or last rotated at that time, or earlier.
    SinceAtLeast(Timestamp),
    /// The report does not say.
    Unknown,
}

impl AccountSummary {
    /// Returns whether the report has a usable row for everyone.
    pub(crate) fn is_whole(&self) -> bool {
        self.odd_rows == 0 && self.root() != RootKeys::Unknown
    }

    /// Returns what the report says about root's keys.
    pub(crate) fn root(&self) -> RootKeys {
        self.overview.root
    }

    /// Counts the users and keys of a report. Ages count back from `now`.
    pub(crate) fn from_report(report: &CredentialReport, now: Timestamp) -> Self {
        let has_odd_rows = !report.odd.is_empty();
        let users = report.rows.iter().filter(|row| row.user.is_some());
        let active: Vec<_> =
            users.clone().flat_map(|user| &user.keys).filter(|key| is_active(key)).collect();
        let count = |holds: &dyn Fn(&ReportedKey) -> Option<bool>| {
            let mut count = Count { certain: 0, may_be_more: has_odd_rows };
            for key in &active {
                match holds(key) {
                    Some(holds) => count.certain += usize::from(holds),
                    None => count.may_be_more = true,
                }
            }
            count
        };
        Self {
            generated: report.generated,
            users: Count { certain: users.count(), may_be_more: has_odd_rows },
            active: count(&|_| Some(true)),
            unused: count(&|key| is_unused(key, now)),
            never_used: count(&|key| Some(*key.last_use.value()? == LastUse::Never)),
            oldest: oldest(&active, has_odd_rows),
            odd_rows: report.odd.len(),
            overview: Overview::of_report(report, now),
        }
    }
}

fn is_active(key: &ReportedKey) -> bool {
    key.status.is_active()
}

/// Returns whether a key was not used for more than 90 days; `None` if the report does not say.
fn is_unused(key: &ReportedKey, now: Timestamp) -> Option<bool> {
    key.last_use.value()?.is_long_unused(key.created, now)
}

fn oldest(active: &[&ReportedKey], has_odd_rows: bool) -> OldestKey {
    let is_certain = !has_odd_rows && active.iter().all(|key| key.created.is_some());
    match (active.iter().filter_map(|key| key.created).min(), is_certain) {
        (Some(created), true) => OldestKey::Since(created),
        (Some(created), false) => OldestKey::SinceAtLeast(created),
        (None, true) => OldestKey::None,
        (None, false) => OldestKey::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Arn, KeyStatus, Known, OddReportRow, ReportRow, ReportRowDefect, UserName};

    const DAY: i64 = 24;

    fn now() -> Timestamp {
        "2026-11-24T14:02:11Z".parse().unwrap()
    }

    fn days_ago(days: i64) -> Timestamp {
        now() - SignedDuration::from_hours(days * DAY)
    }

    fn key(status: KeyStatus, created: Option<i64>, used: Option<LastUse>) -> ReportedKey {
        let last_use = used.map(|value| Known::Reported { value, at: now() });
        ReportedKey {
            slot: 1,
            status,
            created: created.map(days_ago),
            last_use: last_use.unwrap_or_default(),
        }
    }

    fn used(days: i64) -> LastUse {
        LastUse::Used { at: days_ago(days), service: None, region: None }
    }

    fn row(user: Option<&str>, keys: Vec<ReportedKey>) -> ReportRow {
        ReportRow {
            number: 1,
            user: user.map(UserName::from_service),
            arn: Arn::from_service("arn:aws:iam::123456789012:user/x"),
            created: None,
            password_enabled: Known::NotRead,
            password_last_use: Known::NotRead,
            password_changed: None,
            mfa: Known::NotRead,
            keys,
        }
    }

    fn report(rows: Vec<ReportRow>) -> CredentialReport {
        CredentialReport { rows, odd: Vec::new(), generated: now(), sha256: [0; 32] }
    }

    fn exactly(certain: usize) -> Count {
        Count { certain, may_be_more: false }
    }

    fn at_least(certain: usize) -> Count {
        Count { certain, may_be_more: true }
    }

    #[test]
    fn active_keys_are_counted_by_use_and_root_apart() {
        use KeyStatus::{Active, Inactive};
        let summary = AccountSummary::from_report(
            &report(vec![
                row(None, vec![key(Active, Some(2_000), Some(used(1)))]),
                row(
                    Some("ann"),
                    vec![
                        key(Active, Some(400), Some(used(91))),
                        key(Inactive, Some(900), Some(used(200))),
                    ],
                ),
                row(Some("bob"), vec![key(Active, Some(100), Some(LastUse::Never))]),
                row(
                    Some("eve"),
                    vec![
                        key(Active, Some(3), Some(LastUse::Never)),
                        key(Active, Some(5), Some(used(90))),
                    ],
                ),
                row(Some("joe"), Vec::new()),
            ]),
            now(),
        );
        let expected = AccountSummary {
            generated: now(),
            users: exactly(4),
            active: exactly(4),
            unused: exactly(2),
            never_used: exactly(2),
            oldest: OldestKey::Since(days_ago(400)),
            odd_rows: 0,
            overview: summary.overview.clone(),
        };
        assert_eq!(summary, expected);
        assert_eq!(summary.root(), RootKeys::Active);
    }

    #[test]
    fn what_the_report_does_not_say_is_not_counted_as_none() {
        let unknown = key(KeyStatus::Active, None, None);
        let mut all = report(vec![row(Some("ann"), vec![unknown])]);
        let summary = AccountSummary::from_report(&all, now());
        assert_eq!(
            (summary.active, summary.unused, summary.never_used),
            (exactly(1), at_least(0), at_least(0))
        );
        assert_eq!((summary.oldest, summary.root()), (OldestKey::Unknown, RootKeys::Unknown));

        all.odd.push(OddReportRow { number: 2, user: None, defect: ReportRowDefect::CutShort });
        all.rows.push(row(Some("bob"), vec![key(KeyStatus::Active, Some(7), Some(used(1)))]));
        let summary = AccountSummary::from_report(&all, now());
        assert_eq!((summary.users, summary.active), (at_least(2), at_least(2)));
        assert_eq!(summary.oldest, OldestKey::SinceAtLeast(days_ago(7)));
        assert_eq!(summary.odd_rows, 1);
    }

    #[test]
    fn an_empty_account_and_an_inactive_root_key_are_certain() {
        let root = row(None, vec![key(KeyStatus::Inactive, Some(9), Some(used(9)))]);
        let summary = AccountSummary::from_report(&report(vec![root]), now());
        assert_eq!((summary.users, summary.active), (exactly(0), exactly(0)));
        assert_eq!((summary.oldest, summary.root()), (OldestKey::None, RootKeys::Inactive));
        let summary = AccountSummary::from_report(&report(vec![row(None, Vec::new())]), now());
        assert_eq!(summary.root(), RootKeys::None);
    }

    fn any_key() -> impl Strategy<Value = ReportedKey> {
        let last_use = prop_oneof![
            Just(None),
            Just(Some(LastUse::Never)),
            (0i64..200).prop_map(|days| Some(used(days))),
        ];
        (any::<bool>(), prop::option::of(0i64..200), last_use).prop_map(
            |(active, created, used)| {
                let status = if active { KeyStatus::Active } else { KeyStatus::Inactive };
                key(status, created, used)
            },
        )
    }

    proptest! {
        #[test]
        fn the_counts_are_those_of_a_search_key_by_key(
            users in prop::collection::vec(prop::collection::vec(any_key(), 0..3), 0..8),
        ) {
            let keys: Vec<_> =
                users.iter().flatten().filter(|key| key.status.is_active()).collect();
            let rows = users.iter().map(|keys| row(Some("ann"), keys.clone())).collect();
            let summary = AccountSummary::from_report(&report(rows), now());
            let (mut unused, mut never, mut unknown, mut undated) = (0, 0, false, false);
            for key in &keys {
                match (&key.last_use, key.created) {
                    (Known::Reported { value: LastUse::Used { at, .. }, .. }, _) => {
                        unused += usize::from(*at < days_ago(90));
                    }
                    (Known::Reported { value: LastUse::Never, .. }, created) => {
                        never += 1;
                        unused += usize::from(created.is_some_and(|created| created < days_ago(90)));
                        undated |= created.is_none();
                    }
                    _ => unknown = true,
                }
            }
            prop_assert_eq!(summary.users, exactly(users.len()));
            prop_assert_eq!(summary.active, exactly(keys.len()));
            let unused = Count { certain: unused, may_be_more: unknown || undated };
            prop_assert_eq!(summary.unused, unused);
            prop_assert_eq!(summary.never_used, Count { certain: never, may_be_more: unknown });
        }
    }
}
