//! Orders of the key list.

use super::*;

#[test]
fn the_newest_key_comes_first() {
    let mut account = Account::new();
    account.list(&["a", "b", "c", "d"]);
    account.keys("b", vec![key("1", "2020-01-01T00:00:00Z")]);
    account.keys("c", vec![key("2", "2026-01-01T00:00:00Z"), key("3", "2019-01-01T00:00:00Z")]);
    account.keys("d", Vec::new());
    let name = |index| account.inventory.facts(index).name.to_string();
    let sorted = |direction| {
        let order = SortOrder { by: SortBy::NewestKey, direction };
        account.inventory.sorted(order, account.now.wall)
    };
    assert_eq!(
        sorted(SortDirection::Forward).into_iter().map(name).collect::<Vec<_>>(),
        ["c", "b", "d", "a"]
    );
    assert_eq!(
        sorted(SortDirection::Reverse).into_iter().map(name).collect::<Vec<_>>(),
        ["d", "b", "c", "a"]
    );
    let keys = account.inventory.sorted_keys(by(SortBy::NewestKey), account.now.wall);
    let ids: Vec<_> =
        keys.into_iter().map(|index| account.inventory.key_at(index).1.clone()).collect();
    assert_eq!(ids, [key_id("2"), key_id("1"), key_id("3")]);
}

#[test]
fn the_active_key_that_is_unused_for_longest_comes_first() {
    let mut account = Account::new();
    account.list(&["fresh", "never", "off", "stale", "two", "unknown", "very-stale"]);
    let mut give = |name: &str, keys: &[(&str, KeyStatus, Option<LastUse>)]| {
        let listed = keys
            .iter()
            .map(|(end, status, _)| AccessKey { status: status.clone(), ..key(end, MADE) });
        account.keys(name, listed.collect());
        for (end, _, last_use) in keys {
            let Some(last_use) = last_use.clone() else { continue };
            let owner = Some(UserName::from_service(name));
            account.answer(
                IamRead::LastUse { key: key_id(end) },
                Ok(ReadData::LastUse(KeyLastUse { owner, last_use })),
            );
        }
    };
    let recently = || Some(used("2026-11-20T00:00:00Z"));
    give("fresh", &[("1", KeyStatus::Active, recently())]);
    give("never", &[("2", KeyStatus::Active, Some(LastUse::Never))]);
    give("off", &[("3", KeyStatus::Inactive, None)]);
    give("stale", &[("4", KeyStatus::Active, Some(used("2026-01-01T00:00:00Z")))]);
    give("very-stale", &[("8", KeyStatus::Active, Some(used("2025-01-01T00:00:00Z")))]);
    give("two", &[("5", KeyStatus::Active, recently()), ("6", KeyStatus::Active, recently())]);
    give("unknown", &[("7", KeyStatus::Active, None)]);
    let sorted = account.inventory.sorted(by(SortBy::LongestUnused), account.now.wall);
    let names: Vec<_> =
        sorted.into_iter().map(|index| account.inventory.facts(index).name.to_string()).collect();
    assert_eq!(names, ["very-stale", "stale", "never", "two", "fresh", "off", "unknown"]);
    let now: Timestamp = account.now.wall;
    let keys = account.inventory.sorted_keys(by(SortBy::LongestUnused), now);
    let ids: Vec<_> =
        keys.into_iter().map(|index| account.inventory.key_at(index).1.clone()).collect();
    assert_eq!(ids, ["8", "4", "2", "5", "6", "1", "3", "7"].map(key_id));
}

fn by(by: SortBy) -> SortOrder {
    SortOrder { by, ..SortOrder::default() }
}
