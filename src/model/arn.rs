//! Amazon Resource Names.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{AccountId, EscapedText};

/// An Amazon Resource Name, with hidden characters escaped
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>). A text from the
/// service that is not an ARN is kept as it is: it has no partition and no account, and is all
/// resource.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "EscapedText", into = "EscapedText")]
pub(crate) struct Arn {
    text: EscapedText,
    fields: Option<Fields>,
}

/// Positions of the fields of `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Fields {
    partition_end: usize,
    account_start: usize,
    resource_start: usize,
}

/// A text that is not an ARN: it does not have the six fields
/// `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`, or no partition, service or resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ArnError;

const PREFIX: &str = "arn:";

impl Fields {
    fn parse(text: &str) -> Result<Self, ArnError> {
        let mut fields = text.strip_prefix(PREFIX).ok_or(ArnError)?.splitn(5, ':');
        let mut field = || fields.next().ok_or(ArnError);
        let (partition, service, region) = (field()?, field()?, field()?);
        let (_account, resource) = (field()?, field()?);
        if partition.is_empty() || service.is_empty() || resource.is_empty() {
            return Err(ArnError);
        }
        let resource_start = text.len() - resource.len();
        let partition_end = PREFIX.len() + partition.len();
        Ok(Self {
            partition_end,
            account_start: partition_end + service.len() + region.len() + 3,
            resource_start,
        })
    }
}

impl From<EscapedText> for Arn {
    fn from(text: EscapedText) -> Self {
        let fields = Fields::parse(&text).ok();
        Self { text, fields }
    }
}

impl From<Arn> for EscapedText {
    fn from(arn: Arn) -> Self {
        arn.text
    }
}

impl FromStr for Arn {
    type Err = ArnError;

    fn from_str(text: &str) -> Result<Self, ArnError> {
        let arn = Self::from_service(text);
        if arn.fields.is_some() { Ok(arn) } else { Err(ArnError) }
    }
}

impl Arn {
    /// Returns the ARN that the service returned.
    pub(crate) fn from_service(text: &str) -> Self {
        EscapedText::from(text).into()
    }

    /// Returns the whole ARN.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the partition: `aws`, `aws-cn`, `aws-us-gov`.
    pub(crate) fn partition(&self) -> Option<&str> {
        self.fields.map(|fields| &self.text[PREFIX.len()..fields.partition_end])
    }

    /// Returns the account, if the ARN names one.
    pub(crate) fn account(&self) -> Option<AccountId> {
        let Fields { account_start, resource_start, .. } = self.fields?;
        let account = &self.text[account_start..resource_start - 1];
        (!account.is_empty()).then(|| AccountId::from_service(account))
    }

    /// Returns the resource, the part after the account: `user/path/name`, `root`,
    /// `assumed-role/Role/session`.
    pub(crate) fn resource(&self) -> &str {
        &self.text[self.fields.map_or(0, |fields| fields.resource_start)..]
    }

    /// Returns whether it is the account's root user.
    pub(crate) fn is_root(&self) -> bool {
        self.resource() == "root"
    }

    /// Returns the user's path and name if it is an IAM user: `/` and `ann`, `/ops/` and `ann`.
    fn user(&self) -> Option<(&str, &str)> {
        let user = self.resource().strip_prefix("user")?;
        user.starts_with('/').then(|| user.split_at(user.rfind('/').map_or(0, |slash| slash + 1)))
    }

    /// Returns the user's path if it is an IAM user.
    pub(crate) fn user_path(&self) -> Option<&str> {
        self.user().map(|(path, _)| path)
    }

    /// Returns the user's name if it is an IAM user.
    pub(crate) fn user_name(&self) -> Option<&str> {
        self.user().map(|(_, name)| name)
    }

    /// Returns the ARN of the principal. For a role session that is the ARN without the session
    /// name, which may differ after each renewal.
    pub(super) fn principal(&self) -> &str {
        match self.resource().strip_prefix("assumed-role/").and_then(|role| role.split_once('/')) {
            Some((_, session)) => &self.text[..self.text.len() - session.len() - 1],
            None => &self.text,
        }
    }

    /// Returns the last part of the resource, as a short name.
    pub(crate) fn short_name(&self) -> &str {
        self.resource().rsplit('/').next().unwrap_or(&self.text)
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::escape_hidden;

    #[test]
    fn an_arn_has_a_user_or_root() {
        let user = Arn::from_service("arn:aws-cn:iam::123456789012:user/ops/ann");
        assert_eq!((user.user_path(), user.user_name()), (Some("/ops/"), Some("ann")));
        let user = Arn::from_service("arn:aws-cn:iam::123456789012:user/ann");
        assert_eq!((user.user_path(), user.user_name()), (Some("/"), Some("ann")));
        assert!(Arn::from_service("arn:aws:iam::123456789012:root").is_root());
        let role = Arn::from_service("arn:aws:sts::123456789012:assumed-role/Ops/ann@example.org");
        assert_eq!((role.user_name(), role.short_name()), (None, "ann@example.org"));
        assert_eq!(role.principal(), "arn:aws:sts::123456789012:assumed-role/Ops");
    }

    #[test]
    fn an_arn_has_a_partition_an_account_and_a_resource() {
        let fields = |text: &str| {
            let arn: Arn = text.parse().unwrap();
            let account = arn.account().map(|account| account.to_string());
            (arn.partition().map(str::to_owned), account, arn.resource().to_owned())
        };
        for (text, partition, account, resource) in [
            ("arn:aws-cn:iam::123456789012:user/ann", "aws-cn", Some("123456789012"), "user/ann"),
            (
                "arn:aws:logs:eu-west-1:123456789012:log-group:a:*",
                "aws",
                Some("123456789012"),
                "log-group:a:*",
            ),
            ("arn:aws:s3:::bucket/key", "aws", None, "bucket/key"),
        ] {
            let account = account.map(str::to_owned);
            assert_eq!(fields(text), (Some(partition.to_owned()), account, resource.to_owned()));
        }
    }

    #[test]
    fn a_text_that_is_no_arn_is_an_error_or_kept_whole() {
        for text in [
            "",
            ":::::",
            "arn:",
            "arn:aws:iam::123456789012",
            "arn:aws:iam::123456789012:",
            "arn::iam::123456789012:root",
            "ARN:aws:iam::123456789012:root",
            "urn:aws:iam::123456789012:root",
            "née:\u{202e}:é",
        ] {
            assert_eq!(text.parse::<Arn>(), Err(ArnError), "{text}");
            let kept = Arn::from_service(text);
            assert_eq!((kept.as_str(), kept.resource()), (&*escape_hidden(text), kept.as_str()));
            assert_eq!((kept.partition(), kept.account(), kept.user_name()), (None, None, None));
            assert!(!kept.is_root());
        }
    }
}
