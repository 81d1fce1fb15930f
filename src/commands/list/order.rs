//! The order of the rows of a list.

use std::cmp::Reverse;

use jiff::Timestamp;

use crate::cli::{ListSort, RowSort};
use crate::model::LastUse;
use crate::ops::list_row::ListRow;

/// A value that rows are sorted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum SortValue {
    Text(String),
    /// A time; `None` is before all others.
    Time(Option<Timestamp>),
}

/// Sorts the rows. Rows whose value is not known, and users without keys, come last in either
/// direction. Equal ones, and all if there is no `sort`, have the best match first, then accounts
/// and users by name.
pub(super) fn sort_rows(rows: &mut [ListRow], sort: Option<ListSort>) {
    rows.sort_by_cached_key(ListRow::sort_key);
    let Some(ListSort { by, is_reversed }) = sort else { return };
    // A young key has a late time of creation.
    let is_descending = is_reversed != (by == RowSort::Age);
    rows.sort_by_cached_key(|row| {
        let value = sort_value(row, by);
        let is_unknown = value.is_none();
        let (ascending, descending) = if is_descending { (None, value) } else { (value, None) };
        (is_unknown, ascending, Reverse(descending))
    });
}

/// Returns the value of a row; `None` if it is not known.
fn sort_value(row: &ListRow, by: RowSort) -> Option<SortValue> {
    match by {
        RowSort::User => Some(SortValue::Text(row.user_name().to_lowercase())),
        RowSort::Created | RowSort::Age => Some(SortValue::Time(Some(row.created()?))),
        RowSort::LastUsed => row.last_use().map(LastUse::at).map(SortValue::Time),
        RowSort::Status => Some(SortValue::Text(row.status()?.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::filter::MatchRank;
    use crate::model::{Arn, KeyStatus, Known, ReportRow, ReportedKey, UserName};

    fn now() -> Timestamp {
        "2026-11-24T14:02:11Z".parse().unwrap()
    }

    fn days_ago(days: i64) -> Timestamp {
        now() - SignedDuration::from_hours(days * 24)
    }

    fn row(user: &str, key: Option<&ReportedKey>) -> ListRow {
        let row = ReportRow {
            number: 1,
            user: Some(UserName::from_service(user)),
            arn: Arn::from_service("arn:aws:iam::123456789012:user/x"),
            created: None,
            password_enabled: Known::NotRead,
            password_last_use: Known::NotRead,
            password_changed: None,
            mfa: Known::NotRead,
            keys: Vec::new(),
        };
        ListRow::reported(&row, key, MatchRank::default())
    }

    fn key(status: KeyStatus, created: Option<i64>, last_use: Option<LastUse>) -> ReportedKey {
        let last_use = last_use.map(|value| Known::Reported { value, at: now() });
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

    #[test]
    fn unknown_values_come_last_in_either_direction() {
        let rows = [
            row("none", None),
            row("Old", Some(&key(KeyStatus::Inactive, Some(400), Some(used(3))))),
            row("new", Some(&key(KeyStatus::Active, Some(2), Some(LastUse::Never)))),
            row("undated", Some(&key(KeyStatus::Active, None, None))),
        ];
        let sorted = |by, is_reversed| {
            let mut rows = rows.to_vec();
            sort_rows(&mut rows, Some(ListSort { by, is_reversed }));
            rows.iter().map(|row| row.user_name().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(sorted(RowSort::User, false), ["new", "none", "Old", "undated"]);
        assert_eq!(sorted(RowSort::User, true), ["undated", "Old", "none", "new"]);
        for (by, is_reversed) in [(RowSort::Created, false), (RowSort::Age, true)] {
            assert_eq!(sorted(by, is_reversed), ["Old", "new", "none", "undated"]);
            assert_eq!(sorted(by, !is_reversed), ["new", "Old", "none", "undated"]);
        }
        assert_eq!(sorted(RowSort::LastUsed, false), ["new", "Old", "none", "undated"]);
        assert_eq!(sorted(RowSort::LastUsed, true), ["Old", "new", "none", "undated"]);
        assert_eq!(sorted(RowSort::Status, false), ["new", "undated", "Old", "none"]);
        assert_eq!(sorted(RowSort::Status, true), ["Old", "new", "undated", "none"]);
    }
}
