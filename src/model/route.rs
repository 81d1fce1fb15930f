//! Routes into accounts, and the role templates that some are made from.

use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use super::{AccountId, Arn, escape_hidden};

/// A way to get credentials of an account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Route {
    /// The profile of this name.
    Profile(Arc<str>),
    /// A role that Identity Center assigns.
    Sso {
        /// Name of the `[sso-session]`.
        session: Arc<str>,
        /// The account.
        account: AccountId,
        /// Name of the role, or permission set.
        role: Arc<str>,
    },
    /// A role that the credentials of a profile, or the current ones, assume.
    Role {
        /// ARN of the role.
        arn: Arc<str>,
        /// Route to the credentials that assume it; `None` for the current ones.
        from: Option<Arc<Route>>,
        /// The external ID that the role requires.
        external_id: Option<Arc<str>>,
    },
}

impl Route {
    /// Returns whether it is a profile.
    pub(crate) fn is_profile(&self) -> bool {
        matches!(self, Self::Profile(_))
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Profile(name) => write!(f, "profile {}", escape_hidden(name)),
            Self::Sso { session, role, .. } => {
                write!(f, "via {} · {}", escape_hidden(session), escape_hidden(role))
            }
            Self::Role { arn, .. } => {
                write!(f, "via role {}", Arn::from_service(arn).short_name())
            }
        }
    }
}

/// Something that a session was opened for, for the order of lists.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum RecentlyUsed {
    /// The profile of this name.
    Profile(Arc<str>),
    /// An account, by a role.
    Account(AccountId),
}

/// Preferences for routes into accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReachSettings {
    /// Name of the only `[sso-session]` to use.
    pub sso_session: Option<Arc<str>>,
    /// Names of roles that Identity Center assigns, the preferred one first.
    pub sso_roles: Vec<Arc<str>>,
    /// Roles to assume, in this order.
    pub roles: Vec<RoleTemplate>,
    /// Profile whose credentials assume the roles; `None` for the current ones.
    pub from: Option<Arc<str>>,
    /// External ID of the roles.
    pub external_id: Option<Arc<str>>,
    /// Name of the only role to use.
    pub only_role: Option<Arc<str>>,
}

/// A role that exists under the same name in every account: a name with or without a path, or an
/// ARN with `{account}`, and perhaps `{partition}`, in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoleTemplate(Arc<str>);

/// A text that is no role template; what is wrong with it, without a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum RoleTemplateError {
    /// The ARN would be the same in every account.
    #[error("the ARN names one account; write {{account}} in its place")]
    NoAccount,
    /// It is no ARN of a role.
    #[error("it is not the ARN of a role: arn:{{partition}}:iam::{{account}}:role/NAME")]
    NoRoleArn,
    /// The name has other characters, or none.
    #[error("a role name has letters, digits and _+=,.@- only, up to 64")]
    Name,
}

/// Place of the partition in an ARN.
const PARTITION: &str = "{partition}";

/// Place of the account in an ARN.
const ACCOUNT: &str = "{account}";

impl RoleTemplate {
    /// Parses a name or an ARN.
    ///
    /// # Errors
    /// Returns an error if the name has characters that IAM does not allow
    /// (<https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html>), or if the ARN
    /// is no role's or names no account.
    pub(crate) fn parse(text: &str) -> Result<Self, RoleTemplateError> {
        let name = if text.starts_with("arn:") {
            let (before, name) = text.split_once(":role/").ok_or(RoleTemplateError::NoRoleArn)?;
            let fields: Vec<&str> = before.split(':').collect();
            match fields.as_slice() {
                ["arn", partition, "iam", "", ACCOUNT] if !partition.is_empty() => name,
                ["arn", _, "iam", "", _] => return Err(RoleTemplateError::NoAccount),
                _ => return Err(RoleTemplateError::NoRoleArn),
            }
        } else {
            text
        };
        let is_part = |part: &str| {
            (1..=64).contains(&part.len())
                && part.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c))
        };
        if name.split('/').all(is_part) {
            Ok(Self(text.into()))
        } else {
            Err(RoleTemplateError::Name)
        }
    }

    /// Returns the template as written.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the ARN of the role in an account.
    pub(crate) fn arn(&self, partition: &str, account: &AccountId) -> String {
        let template = if self.0.starts_with("arn:") {
            self.0.to_string()
        } else {
            format!("arn:{PARTITION}:iam::{ACCOUNT}:role/{}", self.0)
        };
        template.replace(PARTITION, partition).replace(ACCOUNT, account.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_names_the_role_of_each_account() {
        let account = AccountId::from_service("123456789012");
        for (text, arn) in [
            ("Break.Glass", "arn:aws-cn:iam::123456789012:role/Break.Glass"),
            ("ops/Break", "arn:aws-cn:iam::123456789012:role/ops/Break"),
            (
                "arn:{partition}:iam::{account}:role/Break",
                "arn:aws-cn:iam::123456789012:role/Break",
            ),
            ("arn:aws:iam::{account}:role/Break", "arn:aws:iam::123456789012:role/Break"),
        ] {
            assert_eq!(RoleTemplate::parse(text).unwrap().arn("aws-cn", &account), arn);
        }
    }

    #[test]
    fn each_invalid_template_has_its_reason() {
        for (text, error) in [
            ("arn:aws:iam::123456789012:role/Break", RoleTemplateError::NoAccount),
            ("arn:aws:iam::{account}:user/Break", RoleTemplateError::NoRoleArn),
            ("arn:aws:sts::{account}:role/Break", RoleTemplateError::NoRoleArn),
            ("", RoleTemplateError::Name),
            ("two words", RoleTemplateError::Name),
            ("a//b", RoleTemplateError::Name),
        ] {
            assert_eq!(RoleTemplate::parse(text), Err(error), "{text}");
        }
    }
}
