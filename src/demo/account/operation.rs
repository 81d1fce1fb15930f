//! The operations that the demo endpoint serves.

use serde::{Deserialize, Serialize};

/// A service, as a credential scope names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Service {
    /// IAM.
    Iam,
    /// STS.
    Sts,
}

impl Service {
    /// Its name in a credential scope and before the colon of an action.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Iam => "iam",
            Self::Sts => "sts",
        }
    }

    /// The service of that name.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "iam" => Some(Self::Iam),
            "sts" => Some(Self::Sts),
            _ => None,
        }
    }

    /// The version of its interface.
    pub(crate) fn version(self) -> &'static str {
        match self {
            Self::Iam => "2010-05-08",
            Self::Sts => "2011-06-15",
        }
    }
}

/// An operation, in its service's spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
pub(crate) enum Operation {
    GenerateCredentialReport,
    GetAccessKeyLastUsed,
    GetAccountSummary,
    GetCredentialReport,
    GetLoginProfile,
    GetUser,
    ListAccessKeys,
    ListAccountAliases,
    ListAttachedUserPolicies,
    ListGroupsForUser,
    ListMFADevices,
    ListServiceSpecificCredentials,
    ListSigningCertificates,
    ListUserPolicies,
    ListUserTags,
    ListUsers,
    UpdateAccessKey,
    AssumeRole,
    AssumeRoleWithWebIdentity,
    GetAccessKeyInfo,
    GetCallerIdentity,
    GetSessionToken,
}

/// Every operation with its name.
const NAMES: [(Operation, &str); 22] = [
    (Operation::GenerateCredentialReport, "GenerateCredentialReport"),
    (Operation::GetAccessKeyLastUsed, "GetAccessKeyLastUsed"),
    (Operation::GetAccountSummary, "GetAccountSummary"),
    (Operation::GetCredentialReport, "GetCredentialReport"),
    (Operation::GetLoginProfile, "GetLoginProfile"),
    (Operation::GetUser, "GetUser"),
    (Operation::ListAccessKeys, "ListAccessKeys"),
    (Operation::ListAccountAliases, "ListAccountAliases"),
    (Operation::ListAttachedUserPolicies, "ListAttachedUserPolicies"),
    (Operation::ListGroupsForUser, "ListGroupsForUser"),
    (Operation::ListMFADevices, "ListMFADevices"),
    (Operation::ListServiceSpecificCredentials, "ListServiceSpecificCredentials"),
    (Operation::ListSigningCertificates, "ListSigningCertificates"),
    (Operation::ListUserPolicies, "ListUserPolicies"),
    (Operation::ListUserTags, "ListUserTags"),
    (Operation::ListUsers, "ListUsers"),
    (Operation::UpdateAccessKey, "UpdateAccessKey"),
    (Operation::AssumeRole, "AssumeRole"),
    (Operation::AssumeRoleWithWebIdentity, "AssumeRoleWithWebIdentity"),
    (Operation::GetAccessKeyInfo, "GetAccessKeyInfo"),
    (Operation::GetCallerIdentity, "GetCallerIdentity"),
    (Operation::GetSessionToken, "GetSessionToken"),
];

impl Operation {
    /// The operation of that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, known)| *known == name).map(|(operation, _)| *operation)
    }

    /// Its name.
    pub(crate) fn as_str(self) -> &'static str {
        NAMES.iter().find(|(known, _)| *known == self).map_or("", |(_, name)| name)
    }

    /// Whose operation it is.
    pub(crate) fn service(self) -> Service {
        match self {
            Self::AssumeRole
            | Self::AssumeRoleWithWebIdentity
            | Self::GetAccessKeyInfo
            | Self::GetCallerIdentity
            | Self::GetSessionToken => Service::Sts,
            _ => Service::Iam,
        }
    }

    /// The action that a policy has to allow: `iam:ListUsers`.
    pub(crate) fn action(self) -> String {
        format!("{}:{}", self.service().as_str(), self.as_str())
    }

    /// The operation that a policy's action names, in exactly its spelling.
    pub(crate) fn of_action(action: &str) -> Option<Self> {
        let (_, name) = action.split_once(':')?;
        Self::parse(name).filter(|operation| operation.action() == action)
    }

    /// Whether AWS lets everybody call it who has credentials.
    pub(crate) fn needs_no_permission(self) -> bool {
        matches!(
            self,
            Self::GetCallerIdentity | Self::GetSessionToken | Self::AssumeRoleWithWebIdentity
        )
    }

    /// Whether it changes a key.
    pub(crate) fn is_write(self) -> bool {
        self == Self::UpdateAccessKey
    }
}
