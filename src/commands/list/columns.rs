//! How the columns of a list fit a terminal.

use crate::cli::ListColumn;
use crate::commands::table::Column;

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
