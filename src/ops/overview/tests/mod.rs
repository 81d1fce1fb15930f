//! Counts of random accounts, and of their credential reports.

mod partly_known;

use std::sync::Arc;

use jiff::SignedDuration;
use proptest::prelude::*;

use super::bars::AGE;
use super::*;
use crate::filter::{Filter, Match, RowAccount, Searcher};
use crate::inventory::Inventory;
use crate::model::{
    AccessKey, CredentialReport, ErrorKind, IamRead, KeyId, KeyStatus, Known, LastUse, ReadData,
    ReadReply, ReportRow, ServiceError, SessionId, UserDetailPart,
};
use crate::ops::overview::random_keys::{OwnedKey, name, now, owned_key, user};

/// A user's keys as an account has them, and which of them can be read.
#[derive(Clone, Debug)]
struct Owner {
    keys: Vec<OwnedKey>,
    /// Whether the list of keys is denied.
    is_denied: bool,
    /// Whether the credential report has the user.
    is_reported: bool,
    /// Whether the user has an MFA device, if the report says so.
    mfa: Option<bool>,
    /// Attached policies, if they can be read.
    quarantined: Option<bool>,
}

fn owner() -> impl Strategy<Value = Owner> {
    let keys = prop::collection::vec(owned_key(), 0..3);
    let flags = (any::<bool>(), any::<bool>(), any::<Option<bool>>(), any::<Option<bool>>());
    (keys, flags).prop_map(|(keys, (is_denied, is_reported, mfa, quarantined))| Owner {
        keys,
        is_denied,
        is_reported,
        mfa,
        quarantined,
    })
}

fn apply(inventory: &mut Inventory, read: IamRead, result: Result<ReadData, ErrorKind>) {
    let at = now().wall;
    let error = |kind| Arc::new(ServiceError::new(kind, "Call", "refused"));
    let result = result.map_err(error);
    let reply = ReadReply { session: SessionId(1), read, result, asked_at: at, at };
    inventory.apply(reply, now());
}

fn row(number: usize, owner: &Owner) -> ReportRow {
    random_keys::row(Some(name(number)), &owner.keys, owner.mfa)
}

/// Reads an account. With `reads_denied`, also the keys whose list is denied.
fn read(owners: &[Owner], reads_denied: bool) -> Inventory {
    let mut inventory = Inventory::default();
    let users = (0..owners.len()).map(user).collect();
    apply(&mut inventory, IamRead::Users { from: None }, Ok(ReadData::Users { users, next: None }));
    let reported = owners.iter().enumerate().filter(|(_, owner)| owner.is_reported);
    let rows = reported.map(|(number, owner)| row(number, owner)).collect();
    let report = CredentialReport { rows, odd: Vec::new(), generated: now().wall, sha256: [0; 32] };
    apply(&mut inventory, IamRead::Report, Ok(ReadData::Report(report)));
    for (number, owner) in owners.iter().enumerate() {
        let key = |(key_number, key): (usize, &OwnedKey)| AccessKey {
            id: KeyId::parse(&format!("AKIA{number:0>8}{key_number:0>8}")).unwrap(),
            user: None,
            status: key.status.clone(),
            created: key.created,
            last_use: key
                .last_use
                .clone()
                .map_or(Known::NotRead, |value| Known::live(value, now().wall)),
        };
        let keys = owner.keys.iter().enumerate().map(key).collect();
        let is_denied = owner.is_denied && !reads_denied;
        let result = if is_denied { Err(ErrorKind::Denied) } else { Ok(ReadData::Keys(keys)) };
        apply(&mut inventory, IamRead::Keys { user: Some(name(number)) }, result);
        if let Some(quarantined) = owner.quarantined {
            let policy =
                if quarantined { "AWSCompromisedKeyQuarantineV3" } else { "ReadOnlyAccess" };
            let part = UserDetailPart::AttachedPolicies;
            let found = ReadData::Names(vec![policy.into()]);
            apply(&mut inventory, IamRead::Detail { user: name(number), part }, Ok(found));
        }
    }
    inventory
}

/// Returns the number of keys in the list of all keys that a filter cannot decide.
fn undecided(inventory: &Inventory, filter: &str) -> usize {
    let filter = Filter::parse(filter, now().wall).unwrap();
    let mut searcher = Searcher::default();
    let rows = inventory.keys().filter_map(|(_, owner, id)| {
        let facts = inventory.facts(owner);
        Some(facts.key_row(RowAccount::default(), facts.key(id)?, false))
    });
    rows.filter(|row| filter.matches(row, &mut searcher) == Match::Unknown).count()
}

fn listed(overview: &Overview, bar: BarId) -> usize {
    overview.count(bar).listed
}

#[test]
fn keys_are_counted_by_age_and_a_limit_belongs_to_the_younger_bar() {
    let at = |days: i64, seconds| {
        now().wall - SignedDuration::from_hours(24 * days) - SignedDuration::from_secs(seconds)
    };
    let key = |created| OwnedKey { status: KeyStatus::Active, created, last_use: None };
    let keys = [Some(at(30, 0)), Some(at(30, 1)), Some(at(400, 0)), None].map(key);
    let owner = Owner {
        keys: keys.into(),
        is_denied: false,
        is_reported: false,
        mfa: None,
        quarantined: None,
    };
    let overview = Overview::from_inventory(&read(&[owner], false), now().wall);
    let counts: Vec<_> = BarId::of_group(AGE).map(|bar| listed(&overview, bar)).collect();
    assert_eq!(counts, [1, 1, 0, 0, 1, 1]);
}

#[test]
fn keys_of_the_report_count_apart_and_unknown_users_are_counted() {
    let key = OwnedKey {
        status: KeyStatus::Active,
        created: Some(now().wall),
        last_use: Some(LastUse::Never),
    };
    let denied =
        Owner { keys: vec![key], is_denied: true, is_reported: true, mfa: None, quarantined: None };
    let unknown = Owner { is_reported: false, ..denied.clone() };
    let overview = Overview::from_inventory(&read(&[denied, unknown], false), now().wall);
    assert_eq!(overview.total, BarCount { listed: 0, reported: 1 });
    assert_eq!((overview.reported_users, overview.unknown_users), (1, 1));
}

/// Returns the credential report of an account whose root has a key if `has_root_key`.
fn report(owners: &[Owner], has_root_key: bool) -> CredentialReport {
    let mut rows: Vec<_> =
        owners.iter().enumerate().map(|(number, owner)| row(number, owner)).collect();
    let root_key = OwnedKey { status: KeyStatus::Active, created: None, last_use: None };
    let root = Owner {
        keys: if has_root_key { vec![root_key] } else { Vec::new() },
        is_denied: true,
        is_reported: true,
        mfa: Some(true),
        quarantined: None,
    };
    rows.push(ReportRow { user: None, ..row(0, &root) });
    CredentialReport { rows, odd: Vec::new(), generated: now().wall, sha256: [0; 32] }
}

proptest! {
    #[test]
    fn the_counts_of_an_organization_are_the_sums_of_those_of_its_accounts(
        accounts in prop::collection::vec(
            (prop::collection::vec(owner(), 0..6), any::<bool>()),
            0..5,
        ),
    ) {
        let overviews: Vec<_> = accounts
            .iter()
            .map(|(owners, has_root_key)| {
                Overview::of_report(&report(owners, *has_root_key), now().wall)
            })
            .collect();
        let Some(sum) = Overview::sum(&overviews) else { return Ok(()) };
        for bar in (0..GROUPS.len()).flat_map(BarId::of_group) {
            let expected: usize = overviews.iter().map(|it| it.count(bar).total()).sum();
            prop_assert_eq!(sum.count(bar).total(), expected, "{:?}", bar);
        }
        let active = |owner: &Owner| {
            owner.keys.iter().filter(|key| key.status.is_active()).count()
        };
        let keys = accounts.iter().map(|(owners, has_root_key)| {
            owners.iter().map(active).sum::<usize>() + usize::from(*has_root_key)
        });
        prop_assert_eq!(sum.total, BarCount { listed: 0, reported: keys.sum() });
        let users: usize = accounts.iter().map(|(owners, _)| owners.len()).sum();
        prop_assert_eq!(sum.reported_users, users);
        let root = accounts.iter().filter(|(_, has_root_key)| *has_root_key).count();
        prop_assert_eq!(sum.count(BarId::ROOT).total(), root);
    }

    #[test]
    fn a_report_counts_its_users_like_an_account_of_which_only_the_report_was_read(
        owners in prop::collection::vec(owner(), 0..12),
    ) {
        let mut owners = owners;
        for owner in &mut owners {
            (owner.is_reported, owner.is_denied, owner.quarantined) = (true, true, None);
        }
        let of_report = Overview::of_report(&report(&owners, false), now().wall);
        let of_account = Overview::from_inventory(&read(&owners, false), now().wall);
        prop_assert_eq!(of_report.total, of_account.total);
        for bar in (0..GROUPS.len()).flat_map(BarId::of_group) {
            prop_assert_eq!(of_report.count(bar), of_account.count(bar), "{:?}", bar);
        }
    }

    #[test]
    fn a_key_of_the_report_counts_in_the_bar_where_it_will_be_listed(
        owners in prop::collection::vec(owner(), 0..12),
    ) {
        let mut owners = owners;
        for owner in &mut owners {
            // The report has everything, and nothing else is known.
            owner.is_reported = true;
        }
        let (before, after) = (read(&owners, false), read(&owners, true));
        let (before, after) =
            (Overview::from_inventory(&before, now().wall), Overview::from_inventory(&after, now().wall));
        prop_assert_eq!(after.total.reported, 0);
        for bar in (0..GROUPS.len()).flat_map(BarId::of_group) {
            prop_assert_eq!(before.count(bar).total(), after.count(bar).total(), "{:?}", bar);
        }
    }

    #[test]
    fn counts_that_are_kept_up_to_date_are_those_of_a_new_count(
        owners in prop::collection::vec(owner(), 1..200),
        // Each user's list is replaced by the keys of another, which both then list.
        replies in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..20),
    ) {
        let mut inventory = Inventory::default();
        let mut count = RunningCount::from_inventory(&inventory, now().wall);
        let all = read(&owners, true);
        let lists: Vec<_> = all.users().map(|(_, facts)| facts.live_keys().to_vec()).collect();
        let users = (0..owners.len()).map(user).collect();
        let list = ReadData::Users { users, next: None };
        apply(&mut inventory, IamRead::Users { from: None }, Ok(list));
        for (owner, listed) in replies {
            count.update(&inventory);
            prop_assert_eq!(count.overview(), &Overview::from_inventory(&inventory, now().wall));
            let read = IamRead::Keys { user: Some(name(owner.index(owners.len()))) };
            apply(&mut inventory, read, Ok(ReadData::Keys(lists[listed.index(lists.len())].clone())));
        }
        apply(&mut inventory, IamRead::Report, Ok(ReadData::Report(report(&owners, true))));
        count.update(&inventory);
        prop_assert_eq!(count.overview(), &Overview::from_inventory(&inventory, now().wall));
    }

    #[test]
    fn keys_that_no_filter_of_a_group_can_decide_are_those_not_known(
        owners in prop::collection::vec(owner(), 0..12),
    ) {
        let inventory = read(&owners, false);
        let overview = Overview::from_inventory(&inventory, now().wall);
        for group in 0..GROUPS.len() {
            let not_known: usize = BarId::of_group(group)
                .filter(|bar| bar.spec().filter.is_none())
                .map(|bar| listed(&overview, bar))
                .sum();
            for filter in BarId::of_group(group).filter_map(|bar| bar.spec().filter) {
                prop_assert_eq!(undecided(&inventory, filter), not_known, "{}", filter);
            }
        }
    }
}
