//! How a key ID is looked up in one account, and what is said of an ID that is no key of it.
//!
//! ```text
//! ID ──► by_kind: not a long-term key ───────────────────────────────────► LookupMiss
//!   └──► PendingRead::Owner (IAM) ──► an owner: a key of this account
//!           └──► denied, or no such key
//!                   └──► PendingRead::Account (STS) ──► another account ──► LookupMiss
//!                           └──► denied: PendingRead::OwnKey (IAM) ───────► LookupMiss
//! ```
//!
//! The caller makes the reads: the screen as effects, a command by awaiting them. Sources:
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html>,
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html>.

mod mentions;
pub(crate) mod messages;
mod steps;

use std::sync::Arc;

use crate::model::{AccountId, ErrorKind, KeyId, KeyKind, LastUse, ServiceError, UserName};

pub(crate) use mentions::{KeyMention, MentionKind};
pub(crate) use steps::{LookupStep, PendingRead};

/// Result of a look-up other than a key of the account with its owner.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum LookupMiss {
    /// It is not a long-term key.
    NotAKey(KeyKind),
    /// It is a key of the account's root user, with this last use. Only root can list it.
    RootKey(LastUse),
    /// It is a key of another account.
    OtherAccount {
        /// The other account.
        account: AccountId,
        /// Whether STS confirmed the account; else it was decoded from the ID.
        confirmed: bool,
    },
    /// IAM knows no such key.
    NotFound(KeyHome),
    /// IAM refused: the caller may not look up owners, or there is no such key.
    Refused(Arc<ServiceError>, KeyHome),
    /// The caller may not look up owners.
    NotPermitted(Arc<ServiceError>),
    /// The service does not name owners. The key may still be in the lists of users.
    Unsupported(Arc<ServiceError>),
    /// The lists of these users have it.
    SeveralOwners(Vec<UserName>),
    /// A call failed.
    Failed(Arc<ServiceError>),
}

/// Account of a key that IAM does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyHome {
    /// The account that was asked: the key was deleted, or never existed.
    ThisAccount,
    /// Not known: the key may be of another account, too.
    Unknown,
}

/// Returns what an ID is if that is not a long-term key, without a call. IDs of an unknown kind are
/// looked up, since services with the IAM API may issue them for keys.
pub(crate) fn by_kind(id: &KeyId) -> Option<LookupMiss> {
    match id.kind() {
        KeyKind::LongTerm | KeyKind::Other => None,
        kind => Some(LookupMiss::NotAKey(kind)),
    }
}

/// Returns the result for a key whose owner IAM did not name, with this error.
///
/// `ours` is the account that was asked, and `confirmed` the key's account by STS.
/// `lacks_permission` is whether the caller may not even look up its own key.
fn classify(
    key: &KeyId,
    ours: &AccountId,
    iam: Arc<ServiceError>,
    confirmed: Option<AccountId>,
    lacks_permission: bool,
) -> LookupMiss {
    let is_confirmed = confirmed.is_some();
    let home = match confirmed.or_else(|| key.account()) {
        Some(account) if account.differs_from(ours) => {
            return LookupMiss::OtherAccount { account, confirmed: is_confirmed };
        }
        Some(account) if account == *ours => KeyHome::ThisAccount,
        _ => KeyHome::Unknown,
    };
    match iam.kind {
        ErrorKind::NotFound => LookupMiss::NotFound(home),
        _ if lacks_permission => LookupMiss::NotPermitted(iam),
        // A success for another key shows nothing about this one: a policy may allow only some
        // users.
        _ => LookupMiss::Refused(iam, home),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: ErrorKind) -> Arc<ServiceError> {
        Arc::new(ServiceError {
            kind,
            operation: "GetAccessKeyLastUsed",
            code: Some("Code".into()),
            message: "message".into(),
            request_id: None,
            hint: None,
            sign_in: None,
            proxy: None,
        })
    }

    fn account(id: &str) -> AccountId {
        AccountId::from_service(id)
    }

    fn result(kind: ErrorKind, confirmed: Option<&str>, lacks_permission: bool) -> LookupMiss {
        // The account of this ID is 123456789012.
        let key = KeyId::parse("AKIARZPUZDIKFYHOWX26").unwrap();
        let ours = account("123456789012");
        classify(&key, &ours, error(kind), confirmed.map(account), lacks_permission)
    }

    #[test]
    fn the_account_that_sts_names_counts_more_than_the_letters_of_the_id() {
        let other = LookupMiss::OtherAccount { account: account("999999999999"), confirmed: true };
        assert_eq!(result(ErrorKind::Denied, Some("999999999999"), false), other);
        let decoded = classify(
            &KeyId::parse("AKIARZPUZDIKFYHOWX26").unwrap(),
            &account("999999999999"),
            error(ErrorKind::NotFound),
            None,
            false,
        );
        let expected =
            LookupMiss::OtherAccount { account: account("123456789012"), confirmed: false };
        assert_eq!(decoded, expected);
    }

    /// The ARNs of a service other than AWS may name no account.
    #[test]
    fn an_account_that_is_not_known_is_no_other_account() {
        let key = KeyId::parse("AKIARZPUZDIKFYHOWX26").unwrap();
        let not_found = error(ErrorKind::NotFound);
        let miss = classify(&key, &AccountId::unknown(), not_found, None, false);
        assert_eq!(miss, LookupMiss::NotFound(KeyHome::Unknown));
    }

    #[test]
    fn a_denial_is_no_missing_key() {
        let home = KeyHome::ThisAccount;
        let denied = error(ErrorKind::Denied);
        assert_eq!(result(ErrorKind::NotFound, None, false), LookupMiss::NotFound(home));
        assert_eq!(
            result(ErrorKind::Denied, None, true),
            LookupMiss::NotPermitted(Arc::clone(&denied))
        );
        assert_eq!(result(ErrorKind::Denied, None, false), LookupMiss::Refused(denied, home));
    }

    #[test]
    fn only_long_term_keys_are_looked_up() {
        let kind = |id: &str| by_kind(&KeyId::parse(id).unwrap());
        assert_eq!(kind("AKIARZPUZDIKFYHOWX26"), None);
        assert_eq!(kind("LOCALKEY_0123456789"), None, "of a service with the IAM API");
        for (id, expected) in [
            ("ASIARZPUZDIKFYHOWX26", KeyKind::Temporary),
            ("AIDARZPUZDIKFYHOWX26", KeyKind::UserId),
            ("AROARZPUZDIKFYHOWX26", KeyKind::RoleId),
            ("AGPARZPUZDIKFYHOWX26", KeyKind::OtherId),
            ("ACCARZPUZDIKFYHOWX26", KeyKind::OtherCredential),
        ] {
            assert_eq!(kind(id), Some(LookupMiss::NotAKey(expected)));
        }
    }
}
