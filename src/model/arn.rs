//! Amazon resource names.

use std::fmt;
use std::sync::Arc;

use super::escape_hidden;

/// An Amazon resource name, made visible.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Arn(Arc<str>);

impl Arn {
    /// The ARN that the service told.
    pub(crate) fn from_service(text: &str) -> Self {
        Self(escape_hidden(text).into())
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
    pub(super) fn principal(&self) -> &str {
        match self.resource().strip_prefix("assumed-role/") {
            Some(session) => match session.split_once('/') {
                Some((_, name)) => &self.0[..self.0.len() - name.len() - 1],
                None => &self.0,
            },
            None => &self.0,
        }
    }

    /// The short name for a crowded line: the last part of the resource.
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
    fn an_arn_tells_partition_user_and_root() {
        let user = Arn::from_service("arn:aws-cn:iam::123456789012:user/ops/ann");
        assert_eq!(user.user_name(), Some("ann"));
        assert!(Arn::from_service("arn:aws:iam::123456789012:root").is_root());
        let role = Arn::from_service("arn:aws:sts::123456789012:assumed-role/Ops/ann@example.org");
        assert_eq!((role.user_name(), role.short_name()), (None, "ann@example.org"));
    }
}
