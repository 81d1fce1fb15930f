//! The context of a session: account, caller, profile, endpoint and signing keys.

use std::sync::Arc;

use super::{AccountId, Arn, Endpoint, KeyId, SelfLockoutRisk, UserName};

/// Who signs, as sts:GetCallerIdentity answers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Caller {
    /// The account that the calls act in.
    pub account: AccountId,
    /// The user, root or role session.
    pub arn: Arn,
}

impl Caller {
    /// Whether both are one principal: the same user or root, or sessions of
    /// the same role, in the same account.
    pub(crate) fn is_same_principal(&self, other: &Self) -> bool {
        self.account == other.account && self.arn.principal() == other.arn.principal()
    }

    /// Whether keys of that owner are the caller's; `None` is root.
    fn owns_keys_of(&self, owner: Option<&UserName>) -> bool {
        match owner {
            Some(owner) => {
                self.arn.user_name().is_some_and(|name| UserName::from_service(name) == *owner)
            }
            None => self.arn.is_root(),
        }
    }

    /// What part a key of `owner` has in the signing, where `signer` signs and
    /// `keys` might. Temporary credentials of a user or of root
    /// (GetSessionToken) do not tell which of their keys has minted them: it
    /// may be any of them.
    pub(crate) fn signing(
        &self,
        key: &KeyId,
        owner: Option<&UserName>,
        signer: Option<&KeyId>,
        keys: &[KeyId],
    ) -> SelfLockoutRisk {
        match SelfLockoutRisk::of(key, signer, keys) {
            SelfLockoutRisk::None if signer.is_none() && self.owns_keys_of(owner) => {
                SelfLockoutRisk::Possible
            }
            part => part,
        }
    }
}

/// Names one opened session. Effects and answers carry it, so that an answer
/// of a session that was left can't be taken for one of the present.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct SessionId(pub u32);

/// Where one is, as every screen, dialog, result and journal entry says it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SessionContext {
    /// Who signs, in which account.
    pub caller: Caller,
    /// The account's alias, once it is read and where there is one.
    pub alias: Option<Arc<str>>,
    /// The profile, where one is in force.
    pub profile: Option<Arc<str>>,
    /// Where the credentials came from, in a few words: `environment`,
    /// `profile prod, SSO`.
    pub source: Arc<str>,
    /// Where the calls go.
    pub endpoint: Endpoint,
    /// Every long-term key ID that may have minted this session: of the
    /// resolved credentials, their source profiles, the environment and the
    /// credentials files. Switching one of these off may lock one out.
    pub signing_keys: Arc<[KeyId]>,
    /// The one of them whose signature the calls carry; `None` where that is
    /// a role's or another passing one.
    pub signer: Option<KeyId>,
    /// Whether the session has no writer.
    pub read_only: bool,
    /// Whether certificates go unchecked (`--no-verify-ssl`).
    pub tls_unverified: bool,
}

impl SessionContext {
    /// What part the key of that owner has in the signing of this session.
    pub(crate) fn lockout_risk(&self, key: &KeyId, owner: Option<&UserName>) -> SelfLockoutRisk {
        self.caller.signing(key, owner, self.signer.as_ref(), &self.signing_keys)
    }

    /// Whether a key that may have minted this session can't be told from
    /// others: neither files nor environment name one, and the caller is no
    /// user whose keys it must be among.
    pub(crate) fn may_have_unknown_signer(&self) -> bool {
        self.signing_keys.is_empty()
            && self.caller.arn.user_name().is_none()
            && !self.caller.arn.is_root()
    }

    /// `acme-prod 123456789012`, or the number alone.
    pub(crate) fn account_label(&self) -> String {
        match &self.alias {
            Some(alias) => format!("{alias} {}", self.caller.account),
            None => self.caller.account.to_string(),
        }
    }

    /// `NOT AWS <url>`, where that is so.
    pub(crate) fn not_aws_label(&self) -> Option<String> {
        match &self.endpoint {
            Endpoint::Aws => None,
            Endpoint::Custom(url) => Some(format!("NOT AWS {url}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_of_one_role_are_one_principal_and_nothing_else_is() {
        let caller = |account: &str, resource: &str| Caller {
            account: AccountId::from_service(account),
            arn: Arn::from_service(&format!("arn:aws:sts::{account}:{resource}")),
        };
        let role = caller("123456789012", "assumed-role/Ops/ann");
        assert!(role.is_same_principal(&caller("123456789012", "assumed-role/Ops/bob")));
        for (account, resource) in [
            ("203977241274", "assumed-role/Ops/ann"),
            ("123456789012", "assumed-role/Ops2/ann"),
            ("123456789012", "federated-user/ann"),
            ("123456789012", "user/Ops"),
        ] {
            assert!(!role.is_same_principal(&caller(account, resource)), "{account} {resource}");
        }
        let user = caller("123456789012", "user/ops/ann");
        assert!(!user.is_same_principal(&caller("123456789012", "user/ops/bob")));
        assert!(!user.is_same_principal(&caller("123456789012", "user/dev/ann")));
    }

    #[test]
    fn every_key_of_the_caller_may_have_minted_a_temporary_session() {
        let key = KeyId::parse("AKIARZPUZDIKFYHOWX26").unwrap();
        let caller = |resource: &str| Caller {
            account: AccountId::from_service("123456789012"),
            arn: Arn::from_service(&format!("arn:aws:iam::123456789012:{resource}")),
        };
        let (user, ann, bob) =
            (caller("user/ops/Ann"), UserName::from_service("ann"), UserName::from_service("bob"));
        assert_eq!(user.signing(&key, Some(&ann), None, &[]), SelfLockoutRisk::Possible);
        assert_eq!(user.signing(&key, Some(&bob), None, &[]), SelfLockoutRisk::None);
        assert_eq!(caller("root").signing(&key, None, None, &[]), SelfLockoutRisk::Possible);
        // A key that signs by itself tells which one it is.
        let other = KeyId::parse("AKIARZPUZDIKJ3TBYUFZ").unwrap();
        assert_eq!(
            user.signing(&key, Some(&ann), Some(&other), std::slice::from_ref(&other)),
            SelfLockoutRisk::None
        );
        assert_eq!(
            user.signing(&key, Some(&ann), Some(&key), std::slice::from_ref(&key)),
            SelfLockoutRisk::Certain
        );
    }
}
