//! Names of the operations that several modules compare or name, and the service of each.

/// Operation of CloudTrail that reads the event history.
pub(super) const LOOKUP_EVENTS: &str = "LookupEvents";

/// Operation of Identity Center that lists accounts.
pub(super) const LIST_ACCOUNTS: &str = "ListAccounts";
/// Operation of Identity Center that lists the roles in an account.
pub(super) const LIST_ACCOUNT_ROLES: &str = "ListAccountRoles";
/// Operation of Identity Center that gives the credentials of a role.
pub(super) const GET_ROLE_CREDENTIALS: &str = "GetRoleCredentials";

/// Operation of Identity Center that issues or refreshes a token.
pub(super) const CREATE_TOKEN: &str = "CreateToken";
/// Operation of Identity Center that registers a client.
pub(super) const REGISTER_CLIENT: &str = "RegisterClient";
/// Operation of Identity Center that issues a code.
pub(super) const START_DEVICE_AUTHORIZATION: &str = "StartDeviceAuthorization";

/// Service of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    Iam,
    Sts,
    CloudTrail,
    /// The portal or the token service. They take a token instead of a signature, so that no policy
    /// of the caller allows their operations.
    IdentityCenter,
}

/// Returns whether a call is repeated while it is throttled, so that its caller need not do so.
pub(crate) fn waits_while_throttled(operation: &str) -> bool {
    Service::of(operation) == Service::IdentityCenter
}

impl Service {
    /// Returns the service of an operation that keyflip calls. IAM has all that are not named here.
    pub(super) fn of(operation: &str) -> Self {
        match operation {
            LOOKUP_EVENTS => Self::CloudTrail,
            "AssumeRole"
            | "AssumeRoleWithWebIdentity"
            | "GetCallerIdentity"
            | "GetAccessKeyInfo" => Self::Sts,
            LIST_ACCOUNTS
            | LIST_ACCOUNT_ROLES
            | GET_ROLE_CREDENTIALS
            | CREATE_TOKEN
            | REGISTER_CLIENT
            | START_DEVICE_AUTHORIZATION => Self::IdentityCenter,
            _ => Self::Iam,
        }
    }

    /// Returns the name of the service in policies; `None` if no policy names its operations.
    pub(super) fn policy_prefix(self) -> Option<&'static str> {
        match self {
            Self::Iam => Some("iam"),
            Self::Sts => Some("sts"),
            Self::CloudTrail => Some("cloudtrail"),
            Self::IdentityCenter => None,
        }
    }
}
