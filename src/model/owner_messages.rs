//! IAM contradicts itself about a key: what every part of the program says.

use super::{KeyId, UserName};

/// Who names the owner of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NamedBy {
    /// GetAccessKeyLastUsed, which may still tell the former name of a user.
    Iam,
    /// The journal, by the name that the user had then.
    Journal,
}

/// What a read of the owner's keys answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// `NoSuchEntity`: there is no such user. It says nothing of the key.
    User,
    /// A list without the key.
    Key,
}

/// Says that the owner of a key was named, and that IAM does not know that
/// user, or does not list the key there; and what to do `next`, a sentence.
pub(crate) fn owner_not_found(
    key: &KeyId,
    user: &UserName,
    account: &str,
    by: NamedBy,
    lacks: Missing,
    next: &str,
) -> String {
    let by = match by {
        NamedBy::Iam => "IAM",
        NamedBy::Journal => "The journal",
    };
    let but = match lacks {
        Missing::User => "but IAM knows no such user (renamed or deleted just now?)",
        Missing::Key => {
            "but IAM does not list the key for that user (deleted just now, or the user renamed?)"
        }
    };
    format!(
        "{by} names {user} as the owner of {key} in {account}, {but}. The key may still be Active. {next}"
    )
}

/// Says that several users list one key, so that its owner is not certain.
pub(crate) fn owner_not_certain(key: &KeyId, users: &[UserName], account: &str) -> String {
    const NAMED: usize = 5;
    let names: Vec<_> = users.iter().take(NAMED).map(ToString::to_string).collect();
    let more = match users.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "IAM in {account} lists {key} for {} users: {}{more}. So its owner is not certain.",
        users.len(),
        names.join(", ")
    )
}
