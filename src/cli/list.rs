//! The arguments of `keyflip list`, with its orders and columns.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

use super::values::Format;

/// The notes of the help.
const LIST_NOTES: &str = "\
Filters (all terms must match):
  svc bill                  user names (fuzzy match) and key IDs that contain these words
  status:active unused>90d  active keys not used for 90 days; if never used, since their creation
  created>2h or age<2h      keys created in the last two hours; also created>2026-11-01T09:30Z (UTC)
  keys=0   user:ci-*   path:/service/   mfa:no   used<1d   age>90d   account:acme-*
  active>1 status:active    active keys of users with more than one of them
  used:never                keys that were never used
  -status:active            a leading dash negates a term

A row is one key, or a user without keys. A term about keys is checked for the key of the row. (In
the screen's list of users it is checked for all keys of a user: there, -status:active finds users
without an active key.) Data that could not be read matches neither a term nor its negation. Such rows
are counted, and the exit code is 1.

On a terminal, the table fits its width and has ages in place of dates. In a pipe or a file, and with
--columns, it has dates; in a pipe or a file, it has all columns in full.

Orders and columns:
  --sort     user, created, last-used, age (youngest first) and status; -age has the oldest key first
  --columns  UserName, AccessKeyId, Status, CreateDate, LastUsedDate, ServiceName, Region, UserId, Path, Arn, UserCreateDate, PasswordLastUsed, AccessKeysFrom, LastUsedFrom, AgeDays, UnusedDays, AccountId and AccountName

AgeDays and UnusedDays are whole days since the key's creation and its last use; if never used, since
its creation. JSON and CSV always have them.";

/// The examples of the help.
const LIST_EXAMPLES: &str = "\
Examples:
  keyflip list 'status:active unused>90d' --format csv > unused.csv
  keyflip list status:active --sort -age --columns UserName,AccessKeyId,AgeDays,UnusedDays
  keyflip list --all-accounts 'account:prod-* unused>1y' --format csv
  keyflip list --report mfa:no           the credential report only: two calls for any account";

/// The arguments of `keyflip list`.
#[derive(Args, Clone, Debug)]
#[command(before_long_help = LIST_NOTES, after_help = LIST_EXAMPLES)]
pub(crate) struct ListArgs {
    /// Words, and terms such as status:active; without a filter, all are listed
    #[arg(value_name = "FILTER")]
    pub filter: Vec<String>,
    /// Print in this format
    #[arg(long, value_enum, default_value_t, visible_alias = "output")]
    pub format: Format,
    /// Read only the credential report: two calls, but up to four hours old and without key IDs
    #[arg(long)]
    pub report: bool,
    /// List every account that Identity Center assigns to you
    #[arg(long)]
    pub all_accounts: bool,
    /// Sort by this; a leading dash reverses the order. Keys never used count as used before all
    /// others; unknown values come last
    #[arg(
        long,
        value_name = "ORDER",
        value_parser = sort_parser(),
        allow_hyphen_values = true,
        hide_possible_values = true
    )]
    pub sort: Option<ListSort>,
    /// Print these columns of a table or of CSV, in this order
    #[arg(
        long,
        value_enum,
        value_name = "COLUMN,…",
        value_delimiter = ',',
        ignore_case = true,
        hide_possible_values = true
    )]
    pub columns: Option<Vec<ListColumn>>,
}

impl ListArgs {
    /// Returns whether the output shows the last uses of keys, or is sorted by them.
    pub(crate) fn asks_for_last_uses(&self) -> bool {
        let is_sorted_by_use = self.sort.is_some_and(|sort| sort.by == RowSort::LastUsed);
        let shows =
            |columns: &Vec<ListColumn>| columns.iter().any(|column| column.is_of_last_use());
        is_sorted_by_use || self.columns.as_ref().is_none_or(shows)
    }
}

/// A column of `keyflip list`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "PascalCase")]
pub(crate) enum ListColumn {
    /// The account's ID
    AccountId,
    /// Its name in Identity Center, else its alias
    AccountName,
    /// The user's name
    UserName,
    /// The key's ID
    AccessKeyId,
    /// Active, Inactive or Expired
    Status,
    /// The key's creation
    CreateDate,
    /// The key's last use
    LastUsedDate,
    /// The service of the last use
    ServiceName,
    /// The region of the last use
    Region,
    /// The user's unique ID
    UserId,
    /// The user's path
    Path,
    /// The user's ARN
    Arn,
    /// The user's creation
    UserCreateDate,
    /// The last sign-in with the user's password
    PasswordLastUsed,
    /// The source of the keys
    AccessKeysFrom,
    /// The source of the last use
    LastUsedFrom,
    /// Whole days since the key's creation
    AgeDays,
    /// Whole days since the key's last use; if never used, since its creation
    UnusedDays,
}

impl ListColumn {
    /// Returns whether the column is about the key's last use.
    fn is_of_last_use(self) -> bool {
        matches!(
            self,
            Self::LastUsedDate
                | Self::ServiceName
                | Self::Region
                | Self::LastUsedFrom
                | Self::UnusedDays
        )
    }

    /// Returns the name, as in the header of CSV.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AccountId => "AccountId",
            Self::AccountName => "AccountName",
            Self::UserName => "UserName",
            Self::AccessKeyId => "AccessKeyId",
            Self::Status => "Status",
            Self::CreateDate => "CreateDate",
            Self::LastUsedDate => "LastUsedDate",
            Self::ServiceName => "ServiceName",
            Self::Region => "Region",
            Self::UserId => "UserId",
            Self::Path => "Path",
            Self::Arn => "Arn",
            Self::UserCreateDate => "UserCreateDate",
            Self::PasswordLastUsed => "PasswordLastUsed",
            Self::AccessKeysFrom => "AccessKeysFrom",
            Self::LastUsedFrom => "LastUsedFrom",
            Self::AgeDays => "AgeDays",
            Self::UnusedDays => "UnusedDays",
        }
    }
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowSort {
    /// The user's name.
    User,
    /// The key's creation.
    Created,
    /// The key's last use.
    LastUsed,
    /// The time since the key's creation.
    Age,
    /// The key's status.
    Status,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ListSort {
    /// What the rows are sorted by.
    pub by: RowSort,
    /// Whether the order is reversed.
    pub is_reversed: bool,
}

/// The values of `--sort`, and what they sort by.
const SORTS: [(&str, RowSort); 5] = [
    ("user", RowSort::User),
    ("created", RowSort::Created),
    ("last-used", RowSort::LastUsed),
    ("age", RowSort::Age),
    ("status", RowSort::Status),
];

/// The same values with a dash, which reverses the order.
const REVERSED_SORTS: [&str; 5] = ["-user", "-created", "-last-used", "-age", "-status"];

/// Returns the parser of `--sort`.
fn sort_parser() -> impl TypedValueParser<Value = ListSort> {
    let names = SORTS.iter().map(|(name, _)| *name).chain(REVERSED_SORTS);
    PossibleValuesParser::new(names).map(|text| {
        let (name, is_reversed) = match text.strip_prefix('-') {
            Some(name) => (name, true),
            None => (&*text, false),
        };
        let by =
            SORTS.iter().find(|(known, _)| *known == name).map_or(RowSort::User, |(_, by)| *by);
        ListSort { by, is_reversed }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_on_the_command_line() {
        for column in ListColumn::value_variants() {
            let value = column.to_possible_value().unwrap();
            assert_eq!(value.get_name(), column.name());
        }
    }

    #[test]
    fn each_order_has_a_reversed_one() {
        assert_eq!(SORTS.map(|(name, _)| format!("-{name}")), REVERSED_SORTS);
    }
}
