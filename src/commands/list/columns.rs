//! The columns of a list: which there are in each format, and how they fit a terminal.

use crate::cli::ListColumn;
use crate::commands::table::Column;

/// The columns of CSV, in order.
pub(super) const LIST_CSV_COLUMNS: [ListColumn; 16] = [
    ListColumn::UserName,
    ListColumn::AccessKeyId,
    ListColumn::Status,
    ListColumn::CreateDate,
    ListColumn::LastUsedDate,
    ListColumn::ServiceName,
    ListColumn::Region,
    ListColumn::UserId,
    ListColumn::Path,
    ListColumn::Arn,
    ListColumn::UserCreateDate,
    ListColumn::PasswordLastUsed,
    ListColumn::AccessKeysFrom,
    ListColumn::LastUsedFrom,
    ListColumn::AgeDays,
    ListColumn::UnusedDays,
];

/// The columns of the table.
pub(super) const LIST_TABLE_COLUMNS: [ListColumn; 7] = [
    ListColumn::UserName,
    ListColumn::AccessKeyId,
    ListColumn::Status,
    ListColumn::CreateDate,
    ListColumn::LastUsedDate,
    ListColumn::ServiceName,
    ListColumn::Region,
];

/// The columns that come before the others if there are several accounts.
pub(super) const ACCOUNT_COLUMNS: [ListColumn; 2] =
    [ListColumn::AccountId, ListColumn::AccountName];

/// Returns the column of a table, with the name of an age in place of that of a date if cells have
/// ages.
pub(super) fn fitted_column(column: ListColumn, has_ages: bool) -> Column {
    let name = column.name();
    match column {
        ListColumn::UserName => Column::cut_to(name, 16),
        ListColumn::AccessKeyId | ListColumn::AccountId | ListColumn::Status => Column::whole(name),
        ListColumn::LastUsedDate if has_ages => Column::whole("LastUsed").expendable(1),
        ListColumn::AccountName => Column::cut_to(name, 10).expendable(2),
        ListColumn::CreateDate if has_ages => Column::whole("Age").expendable(3),
        ListColumn::ServiceName => Column::cut_to(name, 8).expendable(4),
        ListColumn::Region => Column::whole(name).expendable(5),
        _ => Column::from(name).expendable(6),
    }
}
