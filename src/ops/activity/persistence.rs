//! Calls by which an intruder keeps or widens access, or hides.
//!
//! The list follows the AWS playbook for compromised credentials
//! (<https://github.com/aws-samples/aws-customer-playbook-framework>) and the tactics of
//! <https://hackingthe.cloud>, with the ways of IAM that were added since.

use crate::model::TrailEvent;

/// What a call is for, if an intruder made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PersistenceKind {
    /// A way to come back: users, keys, passwords, MFA devices, roles, identity providers.
    Access,
    /// More permissions: policies, groups, trust.
    Permissions,
    /// Code that runs later: functions, instances.
    Code,
    /// Less to be seen: trails, logs, keys that encrypt them.
    Logging,
}

impl PersistenceKind {
    /// Returns a word for it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Permissions => "permissions",
            Self::Code => "code",
            Self::Logging => "logging",
        }
    }
}

/// Service, kind, and the beginnings of the names of operations. Some services add a date to the
/// name: `CreateFunction20150331`.
const PERSISTENCE: &[(&str, PersistenceKind, &[&str])] = &[
    (
        "iam",
        PersistenceKind::Access,
        &[
            "CreateUser",
            "CreateAccessKey",
            "UpdateAccessKey",
            "CreateLoginProfile",
            "UpdateLoginProfile",
            "CreateRole",
            "AcquireRole",
            "CreateInstanceProfile",
            "AddRoleToInstanceProfile",
            "CreateSAMLProvider",
            "UpdateSAMLProvider",
            "CreateOpenIDConnectProvider",
            "CreateServiceSpecificCredential",
            "UploadSSHPublicKey",
            "UploadSigningCertificate",
            "CreateVirtualMFADevice",
            "EnableMFADevice",
            "DeactivateMFADevice",
        ],
    ),
    (
        "iam",
        PersistenceKind::Permissions,
        &[
            "AttachUserPolicy",
            "AttachGroupPolicy",
            "AttachRolePolicy",
            "PutUserPolicy",
            "PutGroupPolicy",
            "PutRolePolicy",
            "CreatePolicyVersion",
            "CreatePolicy",
            "SetDefaultPolicyVersion",
            "UpdateAssumeRolePolicy",
            "AddUserToGroup",
            "PutUserPermissionsBoundary",
            "DeleteUserPermissionsBoundary",
            "DeleteRolePermissionsBoundary",
            "PutAccountProperties",
        ],
    ),
    ("signin", PersistenceKind::Access, &["ConsoleLogin"]),
    ("sts", PersistenceKind::Access, &["GetFederationToken", "GetSessionToken", "AssumeRole"]),
    ("sso", PersistenceKind::Access, &["CreateAccountAssignment", "CreatePermissionSet"]),
    ("rolesanywhere", PersistenceKind::Access, &["CreateTrustAnchor", "CreateProfile"]),
    ("s3", PersistenceKind::Permissions, &["PutBucketPolicy", "PutBucketAcl"]),
    (
        "lambda",
        PersistenceKind::Code,
        &["CreateFunction", "UpdateFunctionCode", "AddPermission", "UpdateFunctionConfiguration"],
    ),
    ("ec2", PersistenceKind::Code, &["RunInstances", "ModifyInstanceAttribute", "ImportKeyPair"]),
    ("ecs", PersistenceKind::Code, &["RegisterTaskDefinition", "CreateService"]),
    ("events", PersistenceKind::Code, &["PutRule", "PutTargets"]),
    ("cloudformation", PersistenceKind::Code, &["CreateStack"]),
    ("ssm", PersistenceKind::Code, &["SendCommand", "StartSession"]),
    (
        "cloudtrail",
        PersistenceKind::Logging,
        &["CreateTrail", "StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors"],
    ),
    ("guardduty", PersistenceKind::Logging, &["DeleteDetector", "UpdateDetector", "CreateFilter"]),
    ("config", PersistenceKind::Logging, &["StopConfigurationRecorder", "DeleteDeliveryChannel"]),
    ("ec2", PersistenceKind::Logging, &["DeleteFlowLogs"]),
    ("logs", PersistenceKind::Logging, &["DeleteLogGroup", "DeleteLogStream"]),
    ("kms", PersistenceKind::Logging, &["ScheduleKeyDeletion", "DisableKey"]),
];

/// Returns what a call is for if an intruder made it; `None` for all other calls. Refused calls are
/// attempts at the same.
pub(crate) fn persistence_kind(event: &TrailEvent) -> Option<PersistenceKind> {
    let matching = PERSISTENCE.iter().filter(|(service, ..)| *service == &*event.service);
    matching
        .filter(|(_, _, names)| names.iter().any(|name| event.name.starts_with(name)))
        .map(|(_, kind, _)| *kind)
        .next()
}
