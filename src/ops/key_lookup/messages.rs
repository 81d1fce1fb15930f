//! Sentences about IDs that are no key of the account that was asked. Screen and commands say the
//! same; only the next step differs, since one has keys to press and the other options.

use std::fmt::Display;

use crate::model::{AccountId, IdForm, KeyId, KeyKind, UserName, owner_not_certain};
use crate::ops::key_lookup::mentions::MAX_MENTIONS;
use crate::ops::key_lookup::{KeyHome, LookupMiss};

/// The next steps that the caller has to offer, as sentences.
pub(crate) struct Advice<'a> {
    /// Account that was asked, such as `acme-prod 123456789012`, unless there were several.
    pub here: Option<&'a str>,
    /// How to get into another account.
    pub other_account: &'a dyn Fn(&AccountId) -> String,
    /// How to revoke the sessions of a key, in a few words.
    pub revoke_sessions: &'a str,
    /// How to find the user with a unique ID.
    pub find_user: &'a str,
    /// How to find the owner of a key without the permission to look it up.
    pub without_lookup: &'a dyn Fn(&KeyId) -> String,
}

/// No profile is known for the account of a key.
pub(crate) const NO_PROFILE_FOR_ACCOUNT: &str =
    "No profile in your AWS configuration is known to lead to that account.";

/// The root user in a sentence.
pub(crate) const ROOT_USER: &str = "the root user";

/// Permission to look up the owner of a key.
const LOOK_UP_PERMISSION: &str = "iam:GetAccessKeyLastUsed";

impl LookupMiss {
    /// Returns what the ID is and whose, and what to do next.
    pub(crate) fn sentence(&self, id: &KeyId, advice: &Advice<'_>) -> String {
        let here = advice.here.unwrap_or("this account");
        let of_account = id.account().map(|account| format!(" of account {account}"));
        let of_account = of_account.unwrap_or_default();
        match self {
            Self::NotAKey(KeyKind::Temporary) => format!(
                "{id} is a temporary key{of_account}. It cannot be deactivated; it expires by \
                 itself. Find the long-term key that created it (CloudTrail), deactivate that key, \
                 and revoke its sessions ({}).",
                advice.revoke_sessions
            ),
            Self::NotAKey(KeyKind::UserId) => format!(
                "{id} is the unique ID of an IAM user{of_account}, not an access key. {}",
                advice.find_user
            ),
            Self::NotAKey(KeyKind::RoleId) => format!(
                "{id} is the unique ID of an IAM role{of_account}, not an access key. Roles have \
                 no access keys."
            ),
            Self::NotAKey(_) => {
                format!("{id} is another kind of AWS ID{of_account}, not an access key.")
            }
            Self::RootKey(_) => format!(
                "{} of {here}. Only root can see its status and change it: sign in as root.",
                belongs_to(id, None)
            ),
            Self::OtherAccount { account, confirmed } => {
                let this = advice.here.map(|here| format!("; this session is in {here}"));
                format!(
                    "{}{}. {}",
                    account_of_key(id, account, *confirmed),
                    this.unwrap_or_default(),
                    (advice.other_account)(account)
                )
            }
            Self::NotFound(home) => not_found(id, here, *home),
            Self::Refused(error, KeyHome::ThisAccount) => format!(
                "{id} belongs to {here}, but IAM refused to name its owner: the key was deleted, \
                 or the caller lacks the permission {LOOK_UP_PERMISSION}. {} {error}{}",
                (advice.without_lookup)(id),
                length_warning(id)
            ),
            Self::Refused(error, KeyHome::Unknown) => format!(
                "{id} does not reveal its account, and IAM refused to name its owner in {here}: the \
                 key is in another account, was deleted, or the caller lacks the permission \
                 {LOOK_UP_PERMISSION}. {} {error}{}",
                (advice.without_lookup)(id),
                length_warning(id)
            ),
            Self::Unsupported(error) => format!(
                "This service cannot name the owner of {id}, and the lists of its users could not \
                 be read in full. {error}"
            ),
            Self::SeveralOwners(users) => owner_not_certain(id, users, here),
            Self::NotPermitted(error) => format!(
                "The caller lacks the permission {LOOK_UP_PERMISSION} to look up the owner of {id} in \
                 {here}. {} {error}",
                (advice.without_lookup)(id)
            ),
            Self::Failed(error) => format!("{id} could not be looked up. {error}"),
        }
    }
}

/// Returns a warning about an ID that the text does not have as AWS writes it.
pub(crate) fn form_warning(key: &KeyId, form: IdForm) -> Option<String> {
    match form {
        IdForm::Exact => None,
        IdForm::LowerCase => Some(format!(
            "The text has {key} in lower case; AWS writes key IDs in capital letters. Check that \
             it is the right ID."
        )),
        IdForm::Glued => {
            Some(format!("Other characters follow {key} directly. Check that it is the right ID."))
        }
        IdForm::Assembled => {
            Some(format!("The text has {key} in pieces. Check that it is the right ID."))
        }
    }
}

/// Returns a request for the rest of a key ID.
pub(crate) fn truncated_id(start: &str) -> String {
    let length = start.chars().count();
    format!(
        "{start} is not a whole access key ID: it has {length} characters, and AWS's IDs have 20. \
         Give the rest, too."
    )
}

/// Returns that the text has more masked IDs, users or beginnings of IDs than are looked for.
pub(crate) fn too_many_mentions() -> String {
    format!(
        "The text has too many masked IDs, users or beginnings of key IDs: only the first \
         {MAX_MENTIONS} are looked for. Search the rest separately."
    )
}

/// Returns that a masked ID or a user is of other accounts, according to the text.
pub(crate) fn in_other_accounts(label: &str, accounts: &str, here: &str) -> String {
    format!(
        "{label} belongs to account {accounts}, according to the text or the ID; this session is in \
         {here}."
    )
}

/// Returns who owns a key of the account that was asked, without a full stop; `None` is the root
/// user.
pub(crate) fn belongs_to(key: &dyn Display, owner: Option<&UserName>) -> String {
    format!("{key} belongs to {}", owner.map_or(ROOT_USER, UserName::as_str))
}

/// Returns which account a key belongs to, without a full stop. It is certain if AWS has confirmed
/// it, and not if only the ID names it.
fn account_of_key(key: &KeyId, account: &AccountId, confirmed: bool) -> String {
    if confirmed {
        format!("{key} belongs to account {account}")
    } else {
        format!(
            "{key} appears to belong to account {account} (decoded from the ID, not confirmed by \
             AWS)"
        )
    }
}

fn not_found(key: &KeyId, account: &str, home: KeyHome) -> String {
    let reason = match home {
        KeyHome::ThisAccount => "It was deleted or never existed.",
        KeyHome::Unknown => {
            "The ID does not reveal its account: the key may be in another account, deleted, or \
             may never have existed."
        }
    };
    let warning = length_warning(key);
    format!("{key} is not in {account}: IAM knows no such key there. {reason}{warning}")
}

/// Returns a warning, after a space, if the ID may be cut off or too long.
fn length_warning(key: &KeyId) -> String {
    key.length_warning().map(|text| format!(" {text}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ErrorKind, ServiceError};

    #[test]
    fn a_refused_lookup_of_a_cut_off_id_says_so() {
        let advice = Advice {
            here: None,
            other_account: &|_| String::new(),
            revoke_sessions: "",
            find_user: "",
            without_lookup: &|id| format!("Run keyflip list {id}."),
        };
        for home in [KeyHome::ThisAccount, KeyHome::Unknown] {
            let error = ServiceError::new(ErrorKind::Denied, "GetAccessKeyLastUsed", "Denied.");
            let refused = LookupMiss::Refused(error.into(), home);
            let sentence = |id| refused.sentence(&KeyId::parse(id).unwrap(), &advice);
            let cut_off = sentence("AKIARZPUZDIKFYHOWX2");
            assert!(cut_off.ends_with("20: it looks cut off."), "{cut_off}");
            assert!(cut_off.contains("Run keyflip list AKIARZPUZDIKFYHOWX2."), "{cut_off}");
            assert!(!sentence("AKIARZPUZDIKFYHOWX26").contains("cut off"));
            let misread = sentence("AKIARZPUZDIKFYH0WX26");
            assert!(misread.contains("IDs of AWS have no 0, 1, 8 or 9"), "{misread}");
            for mistyped in ["AKAIRZPUZDIKFYHOWX26", "QKIARZPUZDIKFYHOWX26"] {
                let warned = sentence(mistyped);
                assert!(warned.contains("IDs of access keys begin with AKIA"), "{warned}");
            }
        }
    }
}
