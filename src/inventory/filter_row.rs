//! Users and keys as rows that a filter can match.

use crate::filter::{FilterRow, RowKey, RowKeys};
use crate::inventory::UserFacts;
use crate::model::{AccessKey, Known};

impl UserFacts {
    /// Returns the user as a row to filter. `marked` means that one of the keys is marked.
    pub(crate) fn row(&self, marked: bool) -> FilterRow<'_> {
        FilterRow {
            user: (!self.is_root).then_some(&self.name),
            user_id: self.user.value().map(|user| &*user.id),
            path: self.user.value().map(|user| &*user.path),
            mfa: self.mfa().value().copied(),
            keys: self.keys_for_filter(),
            key: None,
            marked,
        }
    }

    /// Returns one of the user's keys as a row to filter.
    pub(crate) fn key_row<'a>(&'a self, key: &'a AccessKey, marked: bool) -> FilterRow<'a> {
        FilterRow { key: Some(RowKey::Live(key)), ..self.row(marked) }
    }

    fn keys_for_filter(&self) -> RowKeys<'_> {
        match (&self.keys, &self.report) {
            (Known::Live { value, .. }, _) => RowKeys::Live(value),
            (Known::NotRead | Known::Denied(_) | Known::Failed(_), Some((row, _))) => {
                RowKeys::Reported(&row.keys)
            }
            _ => RowKeys::Unknown,
        }
    }
}
