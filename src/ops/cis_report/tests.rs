use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::benchmark::Control;
use super::check::check;
use super::messages;
use super::result::{CisReport, ControlResult, Credential, Note, UnknownFact, Verdict};
use crate::cli::BenchmarkVersion;
use crate::filter::{Filter, FilterRow, Match, RowAccount, RowKey, RowKeys, Searcher};
use crate::model::{
    Arn, CredentialReport, IamSummary, KeyStatus, Known, LastUse, OddReportRow, ReportRow,
    ReportRowDefect, ReportedKey, UserName,
};

const DAY: i64 = 86_400;

fn now() -> Timestamp {
    "2026-11-24T14:02:11Z".parse().unwrap()
}

fn ago(seconds: i64) -> Timestamp {
    now() - SignedDuration::from_secs(seconds)
}

fn reported<T>(value: T) -> Known<T> {
    Known::Reported { value, at: now() }
}

fn key(slot: u8, status: KeyStatus, created: Option<i64>, used: Option<LastUse>) -> ReportedKey {
    let last_use = used.map(reported).unwrap_or_default();
    ReportedKey { slot, status, created: created.map(ago), last_use }
}

fn used(seconds: i64) -> LastUse {
    LastUse::Used { at: ago(seconds), service: None, region: None }
}

fn row(user: Option<&str>, keys: Vec<ReportedKey>) -> ReportRow {
    ReportRow {
        number: 1,
        user: user.map(UserName::from_service),
        arn: Arn::from_service("arn:aws:iam::123456789012:user/x"),
        created: None,
        password_enabled: reported(false),
        password_last_use: Known::NotRead,
        password_changed: None,
        mfa: Known::NotRead,
        keys,
    }
}

/// A report with a row of root without keys, and these rows.
fn report(rows: Vec<ReportRow>) -> CredentialReport {
    let rows = std::iter::once(row(None, Vec::new())).chain(rows).collect();
    CredentialReport { rows, odd: Vec::new(), generated: now(), sha256: [7; 32] }
}

fn counts(report: &CredentialReport) -> IamSummary {
    let users = report.rows.iter().filter(|row| row.user.is_some()).count();
    let mut root = report.rows.iter().filter(|row| row.user.is_none());
    let root_has_key = root.any(|row| !row.keys.is_empty());
    IamSummary { users: users + report.odd.len(), root_has_key: Some(root_has_key) }
}

fn checked(report: &CredentialReport, benchmark: BenchmarkVersion) -> CisReport {
    check(report, Some(counts(report)), benchmark, now())
}

fn result(report: &CisReport, control: Control) -> &ControlResult {
    report.results.iter().find(|result| result.control == control).unwrap()
}

fn verdicts(report: &CisReport) -> Vec<Verdict> {
    report.results.iter().map(|result| result.verdict).collect()
}

#[test]
fn an_account_without_credentials_passes() {
    let report = report(vec![row(Some("ann"), Vec::new())]);
    for benchmark in BenchmarkVersion::ALL {
        assert!(checked(&report, benchmark).passes(), "{benchmark:?}");
    }
}

#[test]
fn controls_have_the_numbers_of_their_version() {
    let report = report(Vec::new());
    let numbers = |benchmark| {
        let results = checked(&report, benchmark).results;
        results.iter().map(|result| result.number).collect::<Vec<_>>()
    };
    for benchmark in [BenchmarkVersion::V1_4, BenchmarkVersion::V3] {
        assert_eq!(numbers(benchmark), ["1.4", "1.12", "1.13", "1.14"]);
    }
    // AWS documents these three for Security Hub as "v5.0.0/1.3", "/1.11" and "/1.13".
    assert_eq!(numbers(BenchmarkVersion::V5), ["1.3", "1.11", "1.12", "1.13"]);
    assert_eq!(numbers(BenchmarkVersion::V7), ["2.4", "2.11", "2.12"]);
}

#[test]
fn an_inactive_root_key_fails_only_in_v7() {
    let mut report = report(Vec::new());
    report.rows[0].keys = vec![key(2, KeyStatus::Inactive, Some(DAY), None)];
    for benchmark in BenchmarkVersion::ALL {
        let checked = checked(&report, benchmark);
        let root = result(&checked, Control::NoRootKey);
        if benchmark == BenchmarkVersion::V7 {
            assert_eq!((root.verdict, root.note), (Verdict::Fail, None));
            assert_eq!(root.failing[0].credential, Credential::Key(2));
        } else {
            assert_eq!((root.verdict, root.note), (Verdict::Pass, Some(Note::InactiveRootKey)));
        }
    }
    report.rows[0].keys[0].status = KeyStatus::Active;
    for benchmark in BenchmarkVersion::ALL {
        let checked = checked(&report, benchmark);
        assert_eq!(result(&checked, Control::NoRootKey).verdict, Verdict::Fail);
    }
}

#[test]
fn limits_are_exact() {
    use KeyStatus::{Active, Inactive};
    use Verdict::{Fail, Pass};
    let verdicts_of = |created, last_use, status| {
        let keys = vec![key(1, status, Some(created), Some(last_use))];
        let checked = checked(&report(vec![row(Some("ann"), keys)]), BenchmarkVersion::V7);
        [Control::UnusedDisabled, Control::Rotated].map(|control| result(&checked, control).verdict)
    };
    assert_eq!(verdicts_of(90 * DAY, used(45 * DAY - 1), Active), [Pass, Pass]);
    assert_eq!(verdicts_of(90 * DAY + 1, used(45 * DAY), Active), [Fail, Fail]);
    assert_eq!(verdicts_of(45 * DAY - 1, LastUse::Never, Active), [Pass, Pass]);
    assert_eq!(verdicts_of(45 * DAY, LastUse::Never, Active), [Fail, Pass]);
    assert_eq!(verdicts_of(900 * DAY, LastUse::Never, Inactive), [Pass, Pass]);
    let keys = vec![key(1, Active, Some(90 * DAY + 1), Some(used(9)))];
    let checked = checked(&report(vec![row(Some("ann"), keys)]), BenchmarkVersion::V7);
    let age = result(&checked, Control::Rotated).failing[0].age_days;
    assert_eq!(age, Some(91), "a row that fails shows more than the limit");
}

#[test]
fn a_second_key_counts_only_if_both_are_active() {
    use KeyStatus::{Active, Inactive};
    let with = |second| {
        let keys = vec![
            key(1, Active, Some(DAY), Some(used(9))),
            key(2, second, Some(DAY), Some(used(9))),
        ];
        let checked = checked(&report(vec![row(Some("ann"), keys)]), BenchmarkVersion::V5);
        let result = result(&checked, Control::OneActiveKey);
        (result.verdict, result.failing.len())
    };
    assert_eq!(with(Active), (Verdict::Fail, 2));
    assert_eq!(with(Inactive), (Verdict::Pass, 0));
}

#[test]
fn an_unused_password_fails_and_one_that_is_not_known_does_not_pass() {
    let with = |enabled, last_use, changed: Option<i64>| {
        let mut ann = row(Some("ann"), Vec::new());
        ann.password_enabled = enabled;
        ann.password_last_use = last_use;
        ann.password_changed = changed.map(ago);
        let checked = checked(&report(vec![ann]), BenchmarkVersion::V5);
        result(&checked, Control::UnusedDisabled).verdict
    };
    let recent = || reported(Some(ago(DAY)));
    assert_eq!(with(reported(true), recent(), None), Verdict::Pass);
    assert_eq!(with(reported(true), reported(Some(ago(45 * DAY))), Some(DAY)), Verdict::Fail);
    assert_eq!(with(reported(true), reported(None), Some(45 * DAY)), Verdict::Fail);
    assert_eq!(with(reported(true), reported(None), Some(44 * DAY)), Verdict::Pass);
    assert_eq!(with(reported(true), reported(None), None), Verdict::NotKnown);
    assert_eq!(with(reported(true), Known::NotRead, Some(DAY)), Verdict::NotKnown);
    assert_eq!(with(Known::NotRead, recent(), Some(DAY)), Verdict::NotKnown);
    assert_eq!(with(reported(false), Known::NotRead, None), Verdict::Pass);
}

#[test]
fn what_is_missing_makes_a_control_not_known_unless_it_fails() {
    use Verdict::{Fail, NotKnown, Pass};
    let odd = OddReportRow { number: 2, user: None, defect: ReportRowDefect::CutShort };
    let mut all = report(vec![row(Some("ann"), Vec::new())]);
    all.odd.push(odd);
    let checked_all = checked(&all, BenchmarkVersion::V5);
    assert_eq!(verdicts(&checked_all), [Pass, NotKnown, NotKnown, NotKnown]);
    assert_eq!(checked_all.results[1].missing, [UnknownFact::RowsLeftOut(1)]);

    // Nobody of the account is in a row of another account.
    all.odd[0].defect = ReportRowDefect::OtherAccount;
    let absent = check(&all, Some(counts(&all)), BenchmarkVersion::V5, now());
    let missing = [UnknownFact::RowsLeftOut(1), UnknownFact::Users(1)];
    assert_eq!(absent.results[1].missing, missing);

    all.rows[1].keys = vec![key(1, KeyStatus::Active, Some(100 * DAY), Some(used(DAY)))];
    assert_eq!(verdicts(&checked(&all, BenchmarkVersion::V5)), [Pass, NotKnown, NotKnown, Fail]);

    let mut cut = report(vec![row(Some("ann"), Vec::new())]);
    let in_account = IamSummary { users: 3, root_has_key: Some(true) };
    let found = check(&cut, Some(in_account), BenchmarkVersion::V7, now());
    // In v7 a key of root fails whatever its status.
    assert_eq!(verdicts(&found), [Fail, NotKnown, NotKnown]);
    assert_eq!(found.results[0].failing[0].credential, Credential::UnlistedKey);
    assert_eq!(found.results[1].missing, [UnknownFact::Users(2)]);
    let found = check(&cut, Some(in_account), BenchmarkVersion::V5, now());
    assert_eq!(verdicts(&found), [NotKnown; 4]);
    assert_eq!(found.results[0].missing, [UnknownFact::NewRootKey]);
    let uncounted = check(&cut, None, BenchmarkVersion::V7, now());
    assert_eq!(verdicts(&uncounted), [NotKnown; 3]);
    assert_eq!(uncounted.results[0].missing, [UnknownFact::RootKeys]);

    cut.rows.remove(0);
    let found = checked(&cut, BenchmarkVersion::V7);
    assert!(!found.has_root);
    assert_eq!(found.results[0].missing, [UnknownFact::RootRow]);
    assert_eq!(verdicts(&found), [NotKnown, Pass, Pass]);
    for missing in [UnknownFact::RootRow, UnknownFact::Users(1), UnknownFact::Users(2)] {
        assert!(messages::missing(missing).ends_with('.'));
    }
}

#[test]
fn a_time_after_the_report_passes_nothing() {
    use Verdict::{NotKnown, Pass};
    let minutes_late = |minutes: i64| {
        let active = key(1, KeyStatus::Active, Some(-60 * minutes), Some(LastUse::Never));
        verdicts(&checked(&report(vec![row(Some("ann"), vec![active])]), BenchmarkVersion::V5))
    };
    assert_eq!(minutes_late(4), [Pass; 4]);
    assert_eq!(minutes_late(6), [Pass, NotKnown, Pass, NotKnown]);
    let late = key(1, KeyStatus::Active, Some(-360), Some(LastUse::Never));
    let found = checked(&report(vec![row(Some("ann"), vec![late])]), BenchmarkVersion::V5);
    let undecided = &result(&found, Control::Rotated).undecided[0];
    assert_eq!((undecided.age_days, undecided.unused_days), (None, None));
    let key = |created| key(1, KeyStatus::Active, Some(created), Some(used(-600)));
    let found = checked(&report(vec![row(Some("ann"), vec![key(DAY)])]), BenchmarkVersion::V5);
    assert_eq!(verdicts(&found), [Pass, NotKnown, Pass, Pass]);
}

#[test]
fn an_old_report_passes_nothing_and_says_its_time() {
    use Verdict::{Fail, NotKnown, Pass};
    let rotated = key(1, KeyStatus::Active, Some(DAY), Some(used(DAY)));
    let old = key(1, KeyStatus::Active, Some(100 * DAY), Some(used(DAY)));
    for (hours, key, expected) in [
        (7, &rotated, [Pass; 4]),
        (9, &rotated, [NotKnown; 4]),
        (9, &old, [NotKnown, NotKnown, NotKnown, Fail]),
    ] {
        let report = report(vec![row(Some("ann"), vec![key.clone()])]);
        let now = now() + SignedDuration::from_hours(hours);
        let found = check(&report, Some(counts(&report)), BenchmarkVersion::V5, now);
        assert_eq!(verdicts(&found), expected, "{hours}");
    }
    let sentence = messages::missing(UnknownFact::SinceReport(now()));
    assert!(sentence.contains("2026-11-24 14:02:11Z"), "{sentence}");
}

fn any_key(slot: u8) -> impl Strategy<Value = Option<ReportedKey>> {
    let last_use = prop_oneof![
        Just(None),
        Just(Some(LastUse::Never)),
        (0i64..120 * DAY).prop_map(|seconds| Some(used(seconds))),
    ];
    let created = prop::option::of(0i64..200 * DAY);
    prop::option::of((any::<bool>(), created, last_use).prop_map(
        move |(is_active, created, last_use)| {
            let status = if is_active { KeyStatus::Active } else { KeyStatus::Inactive };
            key(slot, status, created, last_use)
        },
    ))
}

/// Returns the numbers of key rows that a filter finds, and cannot decide.
fn found(report: &CredentialReport, filter: &str) -> (usize, usize) {
    let filter = Filter::parse(filter, now()).unwrap();
    let mut searcher = Searcher::default();
    let (mut yes, mut unknown) = (0, 0);
    for row in report.rows.iter().filter(|row| row.user.is_some()) {
        for key in &row.keys {
            let subject = FilterRow {
                account: RowAccount::default(),
                user: row.user.as_ref(),
                user_id: None,
                path: None,
                mfa: None,
                quarantined: None,
                keys: RowKeys::Reported(&row.keys),
                key: Some(RowKey::Reported(key)),
                marked: false,
            };
            match filter.matches(&subject, &mut searcher) {
                Match::Yes(_) => yes += 1,
                Match::Unknown => unknown += 1,
                Match::No => {}
            }
        }
    }
    (yes, unknown)
}

proptest! {
    /// The filter's limits are exclusive, and that of unused credentials is inclusive, so that one
    /// counts from a second before.
    #[test]
    fn the_counts_are_those_of_a_list_with_the_same_filter(
        users in prop::collection::vec((any_key(1), any_key(2)), 0..8),
    ) {
        let rows = users.into_iter().map(|(first, second)| {
            row(Some("ann"), first.into_iter().chain(second).collect())
        });
        let report = report(rows.collect());
        let checked = checked(&report, BenchmarkVersion::V5);
        let unused = format!("status:active unused>{}s", 45 * DAY - 1);
        for (control, filter) in [
            (Control::UnusedDisabled, unused.as_str()),
            (Control::Rotated, "status:active age>90d"),
        ] {
            let result = result(&checked, control);
            let (fail, open) = (result.failing.len(), result.undecided.len());
            prop_assert_eq!((fail, open), found(&report, filter), "{}", filter);
            let verdict = match (fail, open) {
                (0, 0) => Verdict::Pass,
                (0, _) => Verdict::NotKnown,
                _ => Verdict::Fail,
            };
            prop_assert_eq!(result.verdict, verdict);
        }
    }
}
