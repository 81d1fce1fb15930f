//! Counts of accounts of which only the credential report or the account summary is known, and
//! those of root.

use jiff::SignedDuration;

use super::{Owner, apply, read, report, row};
use crate::inventory::Inventory;
use crate::model::{
    CredentialReport, ErrorKind, IamRead, IamSummary, KeyStatus, LastUse, OddReportRow, ReadData,
    ReportRow, ReportRowDefect,
};
use crate::ops::overview::bars::{AGE, KEYS_OF_USER, LAST_USE, MFA, QUARANTINE};
use crate::ops::overview::random_keys::{OwnedKey, now, user};
use crate::ops::overview::{BarCount, BarId, Overview, RootKeys};

/// Reads only the credential report and the account summary; the list of users is denied.
fn read_without_list(report: CredentialReport, users: usize, root_has_key: bool) -> Inventory {
    let mut inventory = Inventory::default();
    apply(&mut inventory, IamRead::Users { from: None }, Err(ErrorKind::Denied));
    apply(&mut inventory, IamRead::Report, Ok(ReadData::Report(report)));
    apply(
        &mut inventory,
        IamRead::Summary,
        Ok(ReadData::Summary(IamSummary { users, root_has_key: Some(root_has_key) })),
    );
    inventory
}

fn owner_of(keys: usize) -> Owner {
    let key = OwnedKey {
        status: KeyStatus::Active,
        created: Some(now().wall - SignedDuration::from_hours(24 * 400)),
        last_use: Some(LastUse::Never),
    };
    let keys = vec![key; keys];
    Owner { keys, is_denied: false, is_reported: true, mfa: Some(false), quarantined: None }
}

/// Returns a report of an hour ago, with keys of root of these statuses.
fn report_with_root(owners: &[Owner], root: &[KeyStatus]) -> CredentialReport {
    let mut report = report(owners, true);
    report.generated = now().wall - SignedDuration::from_hours(1);
    let key =
        |status: &KeyStatus| OwnedKey { status: status.clone(), ..owner_of(1).keys.remove(0) };
    let root = Owner { keys: root.iter().map(key).collect(), ..owner_of(0) };
    let last = report.rows.len() - 1;
    report.rows[last] = ReportRow { user: None, ..row(0, &root) };
    report
}

#[test]
fn without_the_list_of_users_the_report_counts_and_the_rest_is_not_known() {
    let report = report_with_root(&[owner_of(1), owner_of(2)], &[]);
    let inventory = read_without_list(report, 43, false);
    let overview = Overview::from_inventory(&inventory, now().wall);
    assert_eq!(overview.total, BarCount { listed: 0, reported: 3 });
    assert_eq!((overview.reported_users, overview.unknown_users), (2, 41));
    assert!(overview.may_be_more() && !overview.is_list_complete);
    for group in [AGE, LAST_USE, KEYS_OF_USER, MFA, QUARANTINE] {
        let not_known = BarId::of_group(group).last().unwrap();
        assert!(overview.is_at_least(not_known) && overview.users(not_known) >= 41, "{group}");
    }
    // The list goes on: its users are the same ones.
    let mut inventory = inventory;
    inventory.resume_listing();
    let users = vec![user(0), user(1), user(2)];
    apply(&mut inventory, IamRead::Users { from: None }, Ok(ReadData::Users { users, next: None }));
    let overview = Overview::from_inventory(&inventory, now().wall);
    assert_eq!(overview.total, BarCount { listed: 0, reported: 3 });
    assert_eq!((overview.reported_users, overview.unknown_users), (2, 1));
    assert!(overview.is_list_complete);
}

#[test]
fn nothing_but_the_number_of_users_is_not_an_account_without_keys() {
    let mut inventory = Inventory::default();
    apply(&mut inventory, IamRead::Users { from: None }, Err(ErrorKind::Denied));
    assert!(Overview::from_inventory(&inventory, now().wall).may_be_more());
    let summary = ReadData::Summary(IamSummary { users: 43, root_has_key: Some(false) });
    apply(&mut inventory, IamRead::Summary, Ok(summary));
    assert_eq!(Overview::from_inventory(&inventory, now().wall).unknown_users, 43);
}

#[test]
fn keys_of_root_count_as_the_report_has_them() {
    let (active, inactive) = (KeyStatus::Active, KeyStatus::Inactive);
    for (statuses, root, active_keys) in [
        (vec![], RootKeys::None, 0),
        (vec![inactive.clone()], RootKeys::Inactive, 0),
        (vec![inactive.clone(), active.clone()], RootKeys::Active, 1),
        (vec![active.clone(), active.clone()], RootKeys::Active, 2),
    ] {
        let report = report_with_root(&[owner_of(1)], &statuses);
        let of_report = Overview::of_report(&report, now().wall);
        let inventory = read_without_list(report, 1, !statuses.is_empty());
        for overview in [Overview::from_inventory(&inventory, now().wall), of_report] {
            assert_eq!((overview.root, overview.is_root_listed), (root, false));
            assert_eq!(overview.count(BarId::ROOT).reported, active_keys, "{statuses:?}");
            let old = BarId { group: AGE, bar: 4 };
            let never = BarId { group: LAST_USE, bar: 6 };
            for bar in [old, never] {
                assert_eq!(overview.count(bar).reported, 1 + active_keys, "{statuses:?}");
            }
            assert!(!overview.is_at_least(BarId::ROOT));
        }
    }
}

#[test]
fn the_account_summary_counts_if_it_is_newer_than_the_report() {
    let with_key = report_with_root(&[], &[KeyStatus::Active]);
    let deleted =
        Overview::from_inventory(&read_without_list(with_key.clone(), 0, false), now().wall);
    assert_eq!((deleted.root, deleted.total.total()), (RootKeys::None, 0));
    let created = read_without_list(report_with_root(&[], &[]), 0, true);
    let created = Overview::from_inventory(&created, now().wall);
    assert_eq!((created.root, created.total.total()), (RootKeys::Present, 0));
    assert!(created.is_at_least(BarId::ROOT));
    let mut newer = with_key;
    newer.generated = now().wall + SignedDuration::from_secs(1);
    let newer = Overview::from_inventory(&read_without_list(newer, 0, false), now().wall);
    assert_eq!(newer.root, RootKeys::Active);
}

#[test]
fn users_with_two_active_keys_are_counted_as_users() {
    let owners = [owner_of(1), owner_of(2), owner_of(2)];
    let of_report = Overview::of_report(&report_with_root(&owners, &[]), now().wall);
    let two = BarId { group: KEYS_OF_USER, bar: 0 };
    for overview in [Overview::from_inventory(&read(&owners, false), now().wall), of_report.clone()]
    {
        assert_eq!((overview.count(two).total(), overview.users(two)), (4, 2));
    }
    let sum = Overview::sum([&of_report, &of_report]).unwrap();
    assert_eq!((sum.count(two).total(), sum.users(two)), (8, 4));
}

#[test]
fn users_whose_row_of_the_report_cannot_be_read_are_not_known() {
    let mut report = report_with_root(&[owner_of(1)], &[]);
    let defect = ReportRowDefect::CutShort;
    report.odd = vec![OddReportRow { number: 2, user: None, defect }];
    let overview = Overview::of_report(&report, now().wall);
    assert_eq!(overview.unknown_users, 1);
    assert!(overview.may_be_more());
}
