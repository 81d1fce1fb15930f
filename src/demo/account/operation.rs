//! The operations that the demo supports.

use serde::{Deserialize, Serialize};

/// A service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Service {
    /// IAM.
    Iam,
    /// STS.
    Sts,
    /// The portal of IAM Identity Center.
    Sso,
    /// The OIDC service of IAM Identity Center.
    SsoOidc,
    /// CloudTrail.
    CloudTrail,
}

impl Service {
    /// Returns its name in a credential scope and in actions.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Iam => "iam",
            Self::Sts => "sts",
            Self::Sso => "sso",
            Self::SsoOidc => "sso-oauth",
            Self::CloudTrail => "cloudtrail",
        }
    }

    /// Parses the name of a service of the query protocol.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "iam" => Some(Self::Iam),
            "sts" => Some(Self::Sts),
            _ => None,
        }
    }

    /// Returns the API version.
    pub(crate) fn version(self) -> &'static str {
        match self {
            Self::Iam => "2010-05-08",
            Self::Sts => "2011-06-15",
            Self::Sso | Self::SsoOidc => "2019-06-10",
            Self::CloudTrail => "2013-11-01",
        }
    }

    /// Returns whether it uses the AWS query protocol with XML. If not, its replies are
    /// JSON.
    pub(crate) fn is_query(self) -> bool {
        matches!(self, Self::Iam | Self::Sts)
    }
}

/// An operation of IAM, STS, IAM Identity Center or CloudTrail.
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
    ListAccounts,
    ListAccountRoles,
    GetRoleCredentials,
    CreateToken,
    RegisterClient,
    StartDeviceAuthorization,
    LookupEvents,
}

/// Every operation with its name.
const OPERATION_NAMES: [(Operation, &str); 29] = [
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
    (Operation::ListAccounts, "ListAccounts"),
    (Operation::ListAccountRoles, "ListAccountRoles"),
    (Operation::GetRoleCredentials, "GetRoleCredentials"),
    (Operation::CreateToken, "CreateToken"),
    (Operation::RegisterClient, "RegisterClient"),
    (Operation::StartDeviceAuthorization, "StartDeviceAuthorization"),
    (Operation::LookupEvents, "LookupEvents"),
];

impl Operation {
    /// Parses an operation name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        OPERATION_NAMES.iter().find(|(_, known)| *known == name).map(|(operation, _)| *operation)
    }

    /// Returns the name.
    pub(crate) fn as_str(self) -> &'static str {
        OPERATION_NAMES.iter().find(|(known, _)| *known == self).map_or("", |(_, name)| name)
    }

    /// Returns its service.
    pub(crate) fn service(self) -> Service {
        match self {
            Self::AssumeRole
            | Self::AssumeRoleWithWebIdentity
            | Self::GetAccessKeyInfo
            | Self::GetCallerIdentity
            | Self::GetSessionToken => Service::Sts,
            Self::ListAccounts | Self::ListAccountRoles | Self::GetRoleCredentials => Service::Sso,
            Self::CreateToken | Self::RegisterClient | Self::StartDeviceAuthorization => {
                Service::SsoOidc
            }
            Self::LookupEvents => Service::CloudTrail,
            _ => Service::Iam,
        }
    }

    /// Returns the policy action, for example `iam:ListUsers`.
    pub(crate) fn action(self) -> String {
        format!("{}:{}", self.service().as_str(), self.as_str())
    }

    /// Parses a policy action with the exact spelling.
    pub(crate) fn of_action(action: &str) -> Option<Self> {
        let (_, name) = action.split_once(':')?;
        Self::parse(name).filter(|operation| operation.action() == action)
    }

    /// Returns whether it works without any permission.
    pub(crate) fn needs_no_permission(self) -> bool {
        matches!(
            self,
            Self::GetCallerIdentity | Self::GetSessionToken | Self::AssumeRoleWithWebIdentity
        )
    }

    /// Returns whether it changes a key.
    pub(crate) fn is_write(self) -> bool {
        self == Self::UpdateAccessKey
    }
}
