//! Where one is: the account, the caller, the endpoint.

use std::fmt;
use std::sync::Arc;

use super::{Direction, Endpoint, KeyId, Proof, UserName, visible};

/// An AWS account's number: 12 digits.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct AccountId(Arc<str>);

impl AccountId {
    /// The account of that number, printed with 12 digits.
    pub(crate) fn from_number(number: u64) -> Self {
        Self(format!("{number:012}").into())
    }

    /// The account as the service or a file spells it.
    pub(crate) fn remote(text: &str) -> Self {
        Self(visible(text).into())
    }

    /// Its 12 digits.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An Amazon resource name, made visible.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Arn(Arc<str>);

impl Arn {
    /// The ARN that the service told.
    pub(crate) fn remote(text: &str) -> Self {
        Self(visible(text).into())
    }

    /// The whole ARN.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands after the account: `user/path/name`, `root`,
    /// `assumed-role/Role/session`.
    pub(crate) fn resource(&self) -> &str {
        self.0.splitn(6, ':').nth(5).unwrap_or(&self.0)
    }

    /// Whether it names the account's root user.
    pub(crate) fn is_root(&self) -> bool {
        self.resource() == "root"
    }

    /// The user's name, where it names a user.
    pub(crate) fn user_name(&self) -> Option<&str> {
        self.resource().strip_prefix("user/").and_then(|path| path.rsplit('/').next())
    }

    /// The ARN of the principal that signs: of a role's session without the
    /// name of the session, which may differ from one renewal to the next.
    fn principal(&self) -> &str {
        match self.resource().strip_prefix("assumed-role/") {
            Some(session) => match session.split_once('/') {
                Some((_, name)) => &self.0[..self.0.len() - name.len() - 1],
                None => &self.0,
            },
            None => &self.0,
        }
    }

    /// The short name for a crowded line: the last part of the resource.
    pub(crate) fn short(&self) -> &str {
        self.resource().rsplit('/').next().unwrap_or(&self.0)
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

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
            Some(owner) => self.arn.user_name().is_some_and(|name| UserName::remote(name) == *owner),
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
    ) -> Signing {
        match Signing::of(key, signer, keys) {
            Signing::No if signer.is_none() && self.owns_keys_of(owner) => Signing::Perhaps,
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
pub(crate) struct Place {
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
    pub unverified: bool,
}

/// What part a key has in the signing of a session, in the order in which
/// several are switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Signing {
    /// None that is known.
    No,
    /// It may have minted the session, or sign the next one.
    Perhaps,
    /// The calls carry its signature.
    Now,
}

impl Signing {
    /// The part of a key, where `signer` signs and `keys` might.
    pub(crate) fn of(key: &KeyId, signer: Option<&KeyId>, keys: &[KeyId]) -> Self {
        match signer {
            Some(signer) if signer == key => Self::Now,
            _ if keys.contains(key) => Self::Perhaps,
            _ => Self::No,
        }
    }

    /// Whether to switch the key off may lock one out.
    pub(crate) fn is_guarded(self) -> bool {
        self != Self::No
    }

    /// How a change of the key is proved. That IAM refuses the session's
    /// calls says something of the key that signs them, and of no other.
    pub(crate) fn proof(self, direction: Direction) -> Proof {
        match (self, direction) {
            (Self::Now, Direction::Deactivate) => Proof::Refusal,
            _ => Proof::Read,
        }
    }
}

impl Place {
    /// What part the key of that owner has in the signing of this session.
    pub(crate) fn signing(&self, key: &KeyId, owner: Option<&UserName>) -> Signing {
        self.caller.signing(key, owner, self.signer.as_ref(), &self.signing_keys)
    }

    /// Whether a key that may have minted this session can't be told from
    /// others: neither files nor environment name one, and the caller is no
    /// user whose keys it must be among.
    pub(crate) fn may_have_unknown_signer(&self) -> bool {
        self.signing_keys.is_empty() && self.caller.arn.user_name().is_none() && !self.caller.arn.is_root()
    }

    /// `acme-prod 123456789012`, or the number alone.
    pub(crate) fn account_label(&self) -> String {
        match &self.alias {
            Some(alias) => format!("{alias} {}", self.caller.account),
            None => self.caller.account.to_string(),
        }
    }

    /// `NOT AWS <url>`, where that is so.
    pub(crate) fn not_aws(&self) -> Option<String> {
        match &self.endpoint {
            Endpoint::Aws => None,
            Endpoint::NotAws(url) => Some(format!("NOT AWS {url}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_tells_partition_user_and_root() {
        let user = Arn::remote("arn:aws-cn:iam::123456789012:user/ops/ann");
        assert_eq!(user.user_name(), Some("ann"));
        assert!(Arn::remote("arn:aws:iam::123456789012:root").is_root());
        let role = Arn::remote("arn:aws:sts::123456789012:assumed-role/Ops/ann@example.org");
        assert_eq!((role.user_name(), role.short()), (None, "ann@example.org"));
    }

    #[test]
    fn sessions_of_one_role_are_one_principal_and_nothing_else_is() {
        let caller = |account: &str, resource: &str| Caller {
            account: AccountId::remote(account),
            arn: Arn::remote(&format!("arn:aws:sts::{account}:{resource}")),
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
            account: AccountId::remote("123456789012"),
            arn: Arn::remote(&format!("arn:aws:iam::123456789012:{resource}")),
        };
        let (user, ann, bob) = (caller("user/ops/Ann"), UserName::remote("ann"), UserName::remote("bob"));
        assert_eq!(user.signing(&key, Some(&ann), None, &[]), Signing::Perhaps);
        assert_eq!(user.signing(&key, Some(&bob), None, &[]), Signing::No);
        assert_eq!(caller("root").signing(&key, None, None, &[]), Signing::Perhaps);
        // A key that signs by itself tells which one it is.
        let other = KeyId::parse("AKIARZPUZDIKJ3TBYUFZ").unwrap();
        assert_eq!(user.signing(&key, Some(&ann), Some(&other), std::slice::from_ref(&other)), Signing::No);
        assert_eq!(user.signing(&key, Some(&ann), Some(&key), std::slice::from_ref(&key)), Signing::Now);
    }
}
