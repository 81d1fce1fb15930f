//! Amazon Resource Names.

use std::fmt;
use std::sync::Arc;

use super::escape_hidden;

/// An Amazon Resource Name, with hidden characters escaped
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Arn(Arc<str>);

impl Arn {
    /// Returns the ARN that the service returned.
    pub(crate) fn from_service(text: &str) -> Self {
        Self(escape_hidden(text).into())
    }

    /// Returns the whole ARN.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the resource, the part after the account: `user/path/name`, `root`,
    /// `assumed-role/Role/session`.
    pub(crate) fn resource(&self) -> &str {
        self.0.splitn(6, ':').nth(5).unwrap_or(&self.0)
    }

    /// Returns whether it is the account's root user.
    pub(crate) fn is_root(&self) -> bool {
        self.resource() == "root"
    }

    /// Returns the user's name if it is an IAM user.
    pub(crate) fn user_name(&self) -> Option<&str> {
        self.resource().strip_prefix("user/").and_then(|path| path.rsplit('/').next())
    }

    /// Returns the ARN of the principal. For a role session that is the ARN without the session
    /// name, which may differ after each renewal.
    pub(super) fn principal(&self) -> &str {
        match self.resource().strip_prefix("assumed-role/") {
            Some(session) => match session.split_once('/') {
                Some((_, name)) => &self.0[..self.0.len() - name.len() - 1],
                None => &self.0,
            },
            None => &self.0,
        }
    }

    /// Returns the last part of the resource, as a short name.
    pub(crate) fn short_name(&self) -> &str {
        self.resource().rsplit('/').next().unwrap_or(&self.0)
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_has_a_user_or_root() {
        let user = Arn::from_service("arn:aws-cn:iam::123456789012:user/ops/ann");
        assert_eq!(user.user_name(), Some("ann"));
        assert!(Arn::from_service("arn:aws:iam::123456789012:root").is_root());
        let role = Arn::from_service("arn:aws:sts::123456789012:assumed-role/Ops/ann@example.org");
        assert_eq!((role.user_name(), role.short_name()), (None, "ann@example.org"));
    }
}
