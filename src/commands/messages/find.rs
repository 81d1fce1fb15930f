//! `find`, and what a look-up of a key has found.

use std::fmt::Display;

use jiff::Timestamp;

use crate::commands::key_lookup::MentionMiss;
use crate::commands::list::UsersRead;
use crate::model::{
    ErrorKind, KeyId, KeyStatus, LastUse, MissingOwnerOrKey, NamedBy, UserName, counted,
    counted_as, format_age, format_date_time, owner_not_found, shell_quote,
};
use crate::ops::key_lookup::messages::{NO_PROFILE_FOR_ACCOUNT, belongs_to, in_other_accounts};

// The text, and the accounts that are asked.

/// Returns the sentence that all users are listed, to find what the text does not name by its ID.
pub(in crate::commands) fn searching_lists(subject: &str) -> String {
    format!("Looking for {subject} in the lists of all users.")
}

/// The account that is asked.
pub(in crate::commands) fn looking_in(context: &str) -> String {
    format!("Looking in {context}.")
}

/// Returns the sentence that a profile has no session.
pub(in crate::commands) fn profile_failed(profile: &str, error: &dyn Display) -> String {
    format!("Could not look up keys with profile {profile}. {error}")
}

/// What to do about a profile that needs an MFA code, for which a search of all profiles does not
/// ask.
pub(in crate::commands) fn mfa_not_asked(profile: &str) -> String {
    format!("To enter the code, search this account alone: --profile {}.", shell_quote(profile))
}

/// Returns the sentence that a profile has looked for the keys.
pub(in crate::commands) fn profile_looked(
    profile: &str,
    context: &str,
    found: usize,
    was_denied: bool,
) -> String {
    let keys = counted(found, "key");
    let denied = if was_denied { "; some look-ups were denied" } else { "" };
    format!("Profile {profile}: {keys} found in {context}{denied}.")
}

/// With `--all-profiles`: the profiles that were not asked, although another one of their account
/// was or since their accounts were not needed.
pub(in crate::commands) fn profiles_not_asked(spared: usize, elsewhere: usize) -> Option<String> {
    let profiles = |number: usize| counted(number, "profile");
    let own = |number: usize| if number == 1 { "its account" } else { "their accounts" };
    let spared = (spared > 0).then(|| {
        format!("{}, since another profile of {} was asked", profiles(spared), own(spared))
    });
    let elsewhere = (elsewhere > 0)
        .then(|| format!("{}, since nothing points to {}", profiles(elsewhere), own(elsewhere)));
    let reasons: Vec<_> = spared.into_iter().chain(elsewhere).collect();
    (!reasons.is_empty()).then(|| format!("Not asked: {}.", reasons.join("; ")))
}

/// With `--all-accounts`: nothing had to be looked for in all accounts.
pub(in crate::commands) const EVERY_ID_NAMES_ITS_ACCOUNT: &str =
    "Each key ID names its account, so no other account was asked.";

/// An interrupt came before all accounts were read.
pub(in crate::commands) const INTERRUPTED_IN_ACCOUNTS: &str =
    "Interrupted before all accounts were read: the others may have more of the keys.";

/// The account that profiles lead to, in a sentence, if the files do not name it.
pub(in crate::commands) fn account_of_profile<'a>(names: impl Iterator<Item = &'a str>) -> String {
    format!("the account of profile {}", names.collect::<Vec<_>>().join(", "))
}

/// An account at an endpoint that is not one of AWS.
pub(in crate::commands) fn account_not_of_aws(account: &str, not_aws: &str) -> String {
    format!("{account} ({not_aws})")
}

/// Returns the sentence that no profile could look in the account of a key.
pub(in crate::commands) fn account_not_asked(
    key: &KeyId,
    account: &str,
    profiles: &[impl AsRef<str>],
    error: &dyn Display,
) -> String {
    let names: Vec<_> = profiles.iter().map(AsRef::as_ref).collect();
    let profiles = if names.len() == 1 { "profile" } else { "profiles" };
    format!(
        "{key} could not be looked up in account {account} with {profiles} {}. {error}",
        names.join(", ")
    )
}

/// The accounts that were read, in a sentence.
pub(in crate::commands) fn accounts_read(accounts: usize) -> String {
    format!("the {}", counted_as(accounts, "account that was read", "accounts that were read"))
}

/// The message of an error: no profile has a session.
pub(in crate::commands) const NO_PROFILE_ASKED: &str = "no profile could look it up";

// What was found.

/// A key of the account.
pub(in crate::commands) fn found(
    key: &dyn Display,
    user: Option<&UserName>,
    account: &str,
    status: Result<&KeyStatus, &dyn Display>,
    last_use: &str,
) -> String {
    let status = match status {
        Ok(status) => format!(": it is {status}."),
        Err(error) => format!(". Could not read its status. {error}"),
    };
    format!("{} in {account}{status} {last_use}", belongs_to(key, user))
}

/// A key that IAM does not list for the owner whom it names.
pub(in crate::commands) fn not_listed(
    key: &KeyId,
    user: &UserName,
    account: &str,
    lacks: MissingOwnerOrKey,
    last_use: &str,
) -> String {
    let next = format!("{last_use} {}", find_owner_hint(key));
    owner_not_found(key, user, account, NamedBy::Iam, lacks, &next)
}

/// The next step if IAM names an owner but does not list the key there.
pub(super) fn find_owner_hint(key: &dyn Display) -> String {
    format!(
        "Run the command again. If that fails, find the owner with keyflip list {key}, and name \
         that user in keyflip update-access-key --user-name."
    )
}

/// A key that may have the masked ID; `sentence` says whose it is.
pub(in crate::commands) fn matches_masked(masked: &str, sentence: &str) -> String {
    format!("{masked} may be this key: {sentence}")
}

/// Returns how many of the listed users could be read, for a sentence.
fn users_read(UsersRead { read, listed }: UsersRead) -> String {
    match listed {
        0 => "no user could be listed".to_owned(),
        _ => format!("only the keys of {read} of {listed} users could be read"),
    }
}

/// What to do if the lists of users are denied; follows a sentence.
const GIVE_WHOLE_ID: &str =
    " Without the lists, find needs the whole key ID; or use another --profile.";

/// Returns the sentence that a masked ID or a user leads to no key.
pub(in crate::commands) fn mention_miss(
    subject: &str,
    miss: &MentionMiss,
    account: &str,
) -> String {
    match miss {
        MentionMiss::NoMatch { users: UsersRead { read, listed }, incomplete: None } => format!(
            "No key in {account} has the ID {subject}. The keys of {read} of {listed} users were \
             read."
        ),
        MentionMiss::NoMatch { users, incomplete: Some(error) } => format!(
            "No key with the ID {subject} was found in {account}, but {}. {error}{}",
            users_read(*users),
            if error.kind == ErrorKind::Denied { GIVE_WHOLE_ID } else { "" }
        ),
        MentionMiss::MayHaveOthers { users, error } => format!(
            "Other keys in {account} may have the ID {subject}, too: {}. {error}",
            users_read(*users)
        ),
        MentionMiss::InNoAccount { is_partial: false } => {
            format!("Nothing in {account} matches {subject}.")
        }
        MentionMiss::InNoAccount { is_partial: true } => {
            format!(
                "Nothing in {account} matches {subject}, but other accounts could not be read whole."
            )
        }
        MentionMiss::OtherAccount(other) => {
            format!(
                "{} To look there, add --any-account, or use --profile.",
                in_other_accounts(subject, other, account)
            )
        }
        MentionMiss::NoProfile(accounts) => format!(
            "{subject} belongs to account {accounts}, according to the text or the ID. \
             {NO_PROFILE_FOR_ACCOUNT} To look there, add --any-account."
        ),
        MentionMiss::NoSuchUser => format!(
            "There is no user {subject} in {account}. The user may have been deleted or renamed."
        ),
        MentionMiss::NoKeys => format!("The user {subject} in {account} has no access keys."),
        MentionMiss::Failed(error) => {
            format!("Could not read the keys of {subject} in {account}. {error}")
        }
    }
}

/// The name of a key's account, if it is known, and how to get there.
pub(in crate::commands) fn other_account(
    key: &KeyId,
    profiles: &[impl AsRef<str>],
    name: Option<&str>,
) -> String {
    let route = profiles_leading_there(key, profiles);
    match name {
        Some(name) => format!("That account is {name}. {route}"),
        None => route,
    }
}

/// The profiles that lead to a key's account.
fn profiles_leading_there(key: &KeyId, profiles: &[impl AsRef<str>]) -> String {
    match profiles {
        [] => format!("{NO_PROFILE_FOR_ACCOUNT} To look there, add --any-account."),
        [one] => {
            let one = one.as_ref();
            format!("Profile {one} leads to that account: keyflip find {key} --profile {one}")
        }
        several => {
            let names: Vec<_> = several.iter().map(AsRef::as_ref).collect();
            format!("These profiles lead to that account: {}.", names.join(", "))
        }
    }
}

/// How to revoke the sessions of a key.
pub(in crate::commands) const REVOKE_SESSIONS: &str =
    "deny those issued before now, by aws:TokenIssueTime";

/// How to find the owner of a key without the permission to look it up.
pub(in crate::commands) fn without_lookup(key: &KeyId) -> String {
    format!("To search the lists of all users instead, run keyflip list {key}, or add --profile.")
}

/// How to find the user with a unique ID.
pub(in crate::commands) const FIND_USER: &str =
    "Without the ID of a key in the text, find shows the keys of that user.";

/// The last use of a key.
pub(in crate::commands) fn last_use(last_use: Option<&LastUse>, now: Timestamp) -> String {
    match last_use {
        None => "Its last use is not known.".to_owned(),
        Some(LastUse::Never) => "It was never used.".to_owned(),
        Some(LastUse::Used { at, service, region }) => {
            let part = |word: &str, text: &Option<_>| match text {
                Some(text) => format!(" {word} {text}"),
                None => String::new(),
            };
            format!(
                "It was last used {} ago, at {}{}{}.",
                format_age(now.duration_since(*at)),
                format_date_time(*at),
                part("for", service),
                part("in", region)
            )
        }
    }
}
