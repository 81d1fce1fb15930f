//! The context of a session: account, caller, profile, endpoint and signing keys.

use std::sync::Arc;

use super::{AccountId, Arn, Endpoint, KeyId, Route, SelfLockoutRisk, UserName};

/// The caller, as
/// [GetCallerIdentity](https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html)
/// returns it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Caller {
    /// The account of the calls.
    pub account: AccountId,
    /// The user, root or role session.
    pub arn: Arn,
}

impl Caller {
    /// Returns whether both are the same principal: the same user or root, or sessions of the same
    /// role, in the same account.
    pub(crate) fn is_same_principal(&self, other: &Self) -> bool {
        self.account == other.account && self.arn.principal() == other.arn.principal()
    }

    /// Returns whether keys of that owner are the caller's; `None` is root.
    fn owns_keys_of(&self, owner: Option<&UserName>) -> bool {
        match owner {
            Some(owner) => {
                self.arn.user_name().is_some_and(|name| UserName::from_service(name) == *owner)
            }
            None => self.arn.is_root(),
        }
    }

    /// Returns the lockout risk of a key of `owner`, where `signer` signs and `keys` may have
    /// issued the credentials. Temporary credentials of a user or of root
    /// ([GetSessionToken](https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html))
    /// may have been issued by any of that principal's keys.
    pub(crate) fn lockout_risk(
        &self,
        key: &KeyId,
        owner: Option<&UserName>,
        signer: Option<&KeyId>,
        keys: &[KeyId],
    ) -> SelfLockoutRisk {
        match SelfLockoutRisk::for_key(key, signer, keys) {
            SelfLockoutRisk::None if signer.is_none() && self.owns_keys_of(owner) => {
                SelfLockoutRisk::Possible
            }
            risk => risk,
        }
    }
}

/// ID of one opened session. Effects and replies carry it, so that a reply of an earlier session is
/// never taken for one of the current session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct SessionId(pub u32);

/// Account, caller, profile and endpoint of a session, as every screen, dialog, result and journal
/// entry shows them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SessionContext {
    /// The caller, with its account.
    pub caller: Caller,
    /// The account's alias, once it is read and if there is one.
    pub alias: Option<Arc<str>>,
    /// The AWS profile that has the credentials, if any.
    pub profile: Option<Arc<str>>,
    /// The source of the credentials: `environment variables`, `prod, SSO`.
    pub source: Arc<str>,
    /// The route into the account; `None` for the current credentials.
    pub route: Option<Route>,
    /// The endpoint that is called.
    pub endpoint: Endpoint,
    /// Every long-term key ID that may have issued this session's credentials: of the resolved
    /// credentials, their source profiles, the environment and the credentials files.
    /// Deactivating one of these may lock the user out.
    pub signing_keys: Arc<[KeyId]>,
    /// The long-term key that signs the calls; `None` if temporary credentials do.
    pub signer: Option<KeyId>,
    /// Whether the session has no writer.
    pub read_only: bool,
    /// Whether TLS certificates are not checked (`--no-verify-ssl`).
    pub tls_unverified: bool,
}

impl SessionContext {
    /// Takes the context of renewed credentials. The alias, which is read once, stays.
    pub(crate) fn renew(&mut self, renewed: Self) {
        let alias = self.alias.take();
        *self = Self { alias, ..renewed };
    }

    /// Returns the risk that deactivating a key of `owner` ends this session.
    pub(crate) fn lockout_risk(&self, key: &KeyId, owner: Option<&UserName>) -> SelfLockoutRisk {
        self.caller.lockout_risk(key, owner, self.signer.as_ref(), &self.signing_keys)
    }

    /// Returns the risk that deactivating a key, which another session changes, ends this session:
    /// at most a possible one, since the key does not sign that change.
    pub(crate) fn lockout_risk_by_other_session(&self, key: &KeyId) -> SelfLockoutRisk {
        let risk = SelfLockoutRisk::for_key(key, self.signer.as_ref(), &self.signing_keys);
        risk.min(SelfLockoutRisk::Possible)
    }

    /// Returns whether the key that issued this session's credentials is unknown: neither files nor
    /// environment name one, and the caller is not a user or root, whose keys it would be among.
    /// Identity Center issues credentials without a key.
    pub(crate) fn may_have_unknown_signer(&self) -> bool {
        !matches!(self.route, Some(Route::Sso { .. }))
            && self.signing_keys.is_empty()
            && self.caller.arn.user_name().is_none()
            && !self.caller.arn.is_root()
    }

    /// Returns `acme-prod 123456789012`, or the account ID alone.
    pub(crate) fn account_label(&self) -> String {
        match &self.alias {
            Some(alias) => format!("{alias} {}", self.caller.account),
            None => self.caller.account.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sessions_of_one_role_are_the_same_principal() {
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
    fn every_key_of_the_caller_may_have_issued_a_temporary_session() {
        let key = KeyId::parse("AKIARZPUZDIKFYHOWX26").unwrap();
        let caller = |resource: &str| Caller {
            account: AccountId::from_service("123456789012"),
            arn: Arn::from_service(&format!("arn:aws:iam::123456789012:{resource}")),
        };
        let (user, ann, bob) =
            (caller("user/ops/Ann"), UserName::from_service("ann"), UserName::from_service("bob"));
        assert_eq!(user.lockout_risk(&key, Some(&ann), None, &[]), SelfLockoutRisk::Possible);
        assert_eq!(user.lockout_risk(&key, Some(&bob), None, &[]), SelfLockoutRisk::None);
        assert_eq!(caller("root").lockout_risk(&key, None, None, &[]), SelfLockoutRisk::Possible);
        // A long-term key that signs the calls is known.
        let other = KeyId::parse("AKIARZPUZDIKJ3TBYUFZ").unwrap();
        assert_eq!(
            user.lockout_risk(&key, Some(&ann), Some(&other), std::slice::from_ref(&other)),
            SelfLockoutRisk::None
        );
        assert_eq!(
            user.lockout_risk(&key, Some(&ann), Some(&key), std::slice::from_ref(&key)),
            SelfLockoutRisk::Certain
        );
    }

    #[test]
    fn a_key_that_issued_another_session_may_lock_it_out() {
        let key = |id: &str| KeyId::parse(id).unwrap();
        let (own, other) = (key("AKIARZPUZDIKFYHOWX26"), key("AKIARZPUZDIKJ3TBYUFZ"));
        let arn = "arn:aws:sts::210987654321:assumed-role/Ops/ann";
        let context = SessionContext {
            caller: Caller {
                account: AccountId::from_service("210987654321"),
                arn: Arn::from_service(arn),
            },
            alias: None,
            profile: None,
            source: "via role Ops".into(),
            route: None,
            endpoint: Endpoint::Aws,
            signing_keys: [own.clone()].into(),
            signer: Some(own.clone()),
            read_only: false,
            tls_unverified: false,
        };
        assert_eq!(context.lockout_risk_by_other_session(&own), SelfLockoutRisk::Possible);
        assert_eq!(context.lockout_risk_by_other_session(&other), SelfLockoutRisk::None);
    }
}
