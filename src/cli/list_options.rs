//! The order and the columns of `keyflip list`.

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};

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
pub(crate) enum SortBy {
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
    pub by: SortBy,
    /// Whether the order is reversed.
    pub is_reversed: bool,
}

/// The values of `--sort`, and what they sort by.
const SORTS: [(&str, SortBy); 5] = [
    ("user", SortBy::User),
    ("created", SortBy::Created),
    ("last-used", SortBy::LastUsed),
    ("age", SortBy::Age),
    ("status", SortBy::Status),
];

/// The same values with a dash, which reverses the order.
const REVERSED_SORTS: [&str; 5] = ["-user", "-created", "-last-used", "-age", "-status"];

/// Returns the parser of `--sort`.
pub(super) fn sort_parser() -> impl TypedValueParser<Value = ListSort> {
    let names = SORTS.iter().map(|(name, _)| *name).chain(REVERSED_SORTS);
    PossibleValuesParser::new(names).map(|text| {
        let (name, is_reversed) = match text.strip_prefix('-') {
            Some(name) => (name, true),
            None => (&*text, false),
        };
        let by = SORTS.iter().find(|(known, _)| *known == name).map_or(SortBy::User, |(_, by)| *by);
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
