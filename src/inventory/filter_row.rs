//! Users and keys as rows that a filter can match.

use std::sync::Arc;

use crate::filter::{FilterRow, RowAccount, RowKey, RowKeys};
use crate::inventory::{Inventory, UserFacts};
use crate::model::{AccessKey, AccountId, Known};

impl Inventory {
    /// Sets the account, and its name if that is known.
    pub(crate) fn set_account(&mut self, id: AccountId, name: Option<Arc<str>>) {
        self.account = Some((id, name));
        self.touch_all();
    }

    /// Returns the account for rows to filter. An account without a name has its alias for one.
    pub(crate) fn row_account(&self) -> RowAccount<'_> {
        let Some((id, name)) = &self.account else { return RowAccount::default() };
        let alias = || self.alias.value().map(|alias| alias.as_deref().unwrap_or_default());
        RowAccount { id: Some(id), name: name.as_deref().or_else(alias) }
    }

    /// Returns whether the account's name is known, or will not become known.
    pub(crate) fn is_account_named(&self) -> bool {
        self.alias.has_reply() || self.account.as_ref().is_some_and(|(_, name)| name.is_some())
    }

    /// Marks every user as changed, after a change of something that all their rows have.
    pub(super) fn touch_all(&mut self) {
        self.changed.fill(self.revision);
    }
}

impl UserFacts {
    /// Returns the user as a row to filter. `marked` means that one of the keys is marked.
    pub(crate) fn row<'a>(&'a self, account: RowAccount<'a>, marked: bool) -> FilterRow<'a> {
        FilterRow {
            account,
            user: (!self.is_root).then_some(&self.name),
            user_id: self.user.value().map(|user| &*user.id),
            path: self.user.value().map(|user| &*user.path),
            mfa: self.mfa().value().copied(),
            quarantined: self.is_quarantined(),
            keys: self.keys_for_filter(),
            key: None,
            marked,
        }
    }

    /// Returns one of the user's keys as a row to filter.
    pub(crate) fn key_row<'a>(
        &'a self,
        account: RowAccount<'a>,
        key: &'a AccessKey,
        marked: bool,
    ) -> FilterRow<'a> {
        FilterRow { key: Some(RowKey::Live(key)), ..self.row(account, marked) }
    }

    fn keys_for_filter(&self) -> RowKeys<'_> {
        match (&self.keys, self.report_for_keys()) {
            (Known::Live { value, .. }, _) => RowKeys::Live(value),
            (_, Some((row, _))) => RowKeys::Reported(&row.keys),
            (_, None) => RowKeys::Unknown,
        }
    }
}
