//! The rows of a list, with the account's replies in memory, and the overview of the same facts.

mod account;

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use proptest::prelude::*;

use super::scan::{ListScan, ScanCounts};
use crate::filter::{Filter, Searcher};
use crate::inventory::{Inventory, LaneSlots};
use crate::model::{ErrorKind, IamRead, KeyStatus, Now};
use crate::ops::list_row::ListRow;
use crate::ops::overview::random_keys::now;
use crate::ops::overview::{BarId, GROUPS, Overview};

use account::{Account, Listing, Reply, account, apply, readable};

/// A finished list.
struct Listed {
    rows: Vec<ListRow>,
    counts: ScanCounts,
    /// The facts that the list has read.
    inventory: Inventory,
    reads: Vec<IamRead>,
}

/// Reads a list as the command does.
fn list(account: &Account, filter: &str) -> Listed {
    let filter = Filter::parse(filter, now().wall).unwrap();
    let mut inventory = account.earlier();
    let mut scan = ListScan::new(&filter);
    let (mut rows, mut reads) = (Vec::new(), Vec::new());
    let mut mono = now().mono;
    loop {
        rows.extend(scan.advance(&inventory));
        mono += Duration::from_secs(1);
        let slots = LaneSlots { screen: 3, full_scan: 0 };
        let next =
            inventory.take_next_reads(&scan.wanted(&inventory), slots, Now { mono, ..now() });
        if next.is_empty() {
            break;
        }
        // The last reply comes first.
        for (_, read) in next.into_iter().rev() {
            let reply = account.answer(&read);
            reads.push(read.clone());
            apply(&mut inventory, read, reply, now().wall);
        }
    }
    assert!(scan.is_done());
    let counts = scan.counts.clone();
    Listed { rows, counts, inventory, reads }
}

/// Returns the number of rows of the list of all keys on the screen that a filter finds.
fn rows_on_screen(inventory: &Inventory, filter: &str) -> usize {
    let filter = Filter::parse(filter, now().wall).unwrap();
    let (mut searcher, account) = (Searcher::default(), inventory.row_account());
    let keys = inventory.keys().filter_map(|(_, owner, id)| {
        let facts = inventory.facts(owner);
        Some(facts.key_row(account, facts.key(id)?, false))
    });
    keys.filter(|row| filter.matches(row, &mut searcher).is_yes()).count()
}

fn bars() -> impl Iterator<Item = BarId> {
    (0..GROUPS.len()).flat_map(BarId::of_group)
}

fn details(listed: &Listed) -> Vec<&IamRead> {
    listed.reads.iter().filter(|read| matches!(read, IamRead::Detail { .. })).collect()
}

#[test]
fn the_policies_and_devices_that_a_filter_asks_for_are_read_once() {
    let account = readable(200);
    for (filter, rows, undecided) in [
        ("quarantine:yes", 67, 0),
        ("status:active quarantine:no", 133, 0),
        ("mfa:no", 100, 0),
        ("mfa:yes quarantine:yes", 34, 0),
    ] {
        let listed = list(&account, filter);
        assert_eq!((listed.rows.len(), listed.counts.undecided), (rows, undecided), "{filter}");
        let details = details(&listed);
        let once: HashSet<_> = details.iter().collect();
        assert_eq!(once.len(), details.len(), "{filter}");
    }
}

#[test]
fn policies_are_read_only_of_users_whom_nothing_else_excludes() {
    let mut account = readable(9);
    for owner in &mut account.owners[..5] {
        owner.keys[0].status = KeyStatus::Inactive;
    }
    assert_eq!(details(&list(&account, "status:active quarantine:yes")).len(), 4);
    assert_eq!(details(&list(&account, "status:active used:never")).len(), 0);
}

#[test]
fn a_policy_that_cannot_be_read_leaves_the_row_undecided_with_the_reason() {
    let mut account = readable(3);
    account.owners[1].quarantine = Reply::Error(ErrorKind::Denied);
    let listed = list(&account, "quarantine:yes");
    assert_eq!((listed.rows.len(), listed.counts.undecided), (1, 1));
    assert_eq!(listed.counts.first_failure.unwrap().kind, ErrorKind::Denied);
}

#[test]
fn a_key_that_two_users_list_has_one_row_in_the_list_and_counts_once() {
    let mut account = readable(2);
    account.owners[1].keys.clear();
    account.owners[1].has_key_of_other = true;
    let listed = list(&account, "status:active");
    assert_eq!(listed.inventory.contested_keys().len(), 1);
    assert_eq!(listed.rows.len(), 1);
    assert_eq!(Overview::from_inventory(&listed.inventory, now().wall).total.listed, 1);
}

#[test]
fn keys_of_deleted_users_are_in_no_list_and_do_not_count() {
    let mut account = readable(2);
    account.owners[1].listing = Listing::DeletedSince;
    let listed = list(&account, "status:active");
    assert_eq!((listed.rows.len(), listed.counts.deleted), (1, 1));
    assert_eq!(Overview::from_inventory(&listed.inventory, now().wall).total.listed, 1);
    assert_eq!(rows_on_screen(&listed.inventory, "status:active"), 1);
}

proptest! {
    #[test]
    fn the_count_of_a_bar_is_the_number_of_rows_that_keyflip_list_prints(account in account()) {
        for bar in bars() {
            let Some(filter) = bar.spec().filter else { continue };
            let listed = list(&account, filter);
            let overview = Overview::from_inventory(&listed.inventory, now().wall);
            let count = overview.count(bar);
            prop_assert_eq!(count.listed, listed.rows.len(), "{}", filter);
            prop_assert_eq!(rows_on_screen(&listed.inventory, filter), listed.rows.len(), "{}", filter);
            if count.reported == 0 {
                let users: BTreeSet<_> = listed.rows.iter().map(ListRow::user_name).collect();
                prop_assert_eq!(overview.users(bar), users.len(), "{}", filter);
            }
        }
    }

    #[test]
    fn every_active_key_is_in_one_bar_of_each_group(account in account()) {
        let listed = list(&account, "status:active");
        let overview = Overview::from_inventory(&listed.inventory, now().wall);
        prop_assert_eq!(overview.total.listed, listed.rows.len());
        for group in 0..GROUPS.len() {
            let counts = BarId::of_group(group).map(|bar| overview.count(bar));
            let sum = counts.fold((0, 0), |sum, it| (sum.0 + it.listed, sum.1 + it.reported));
            prop_assert_eq!(sum, (overview.total.listed, overview.total.reported), "{}", group);
        }
    }
}
