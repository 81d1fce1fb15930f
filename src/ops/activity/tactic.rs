//! Calls with which an intruder keeps access, widens permissions, plants code or stops logging.

use std::fmt;

use crate::model::TrailEvent;

/// What a call may be for, in the hands of an intruder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Tactic {
    /// New or changed credentials, users, roles, sign-ins.
    Persistence,
    /// Permissions added, or limits on them removed.
    PrivilegeEscalation,
    /// Code that runs, or may be called, with permissions of the account.
    Execution,
    /// Less is logged, detected or kept than before.
    DefenseEvasion,
}

impl Tactic {
    /// Returns the name, as a column and an export show it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Persistence => "access kept",
            Self::PrivilegeEscalation => "permissions widened",
            Self::Execution => "code planted",
            Self::DefenseEvasion => "logging stopped",
        }
    }
}

impl fmt::Display for Tactic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A service, the names of its operations, and what they may be for. `*` at the end of a name
/// stands for a version: `CreateFunction20150331`.
///
/// From query 3 of the AWS playbook for compromised credentials
/// (<https://github.com/aws-samples/aws-customer-playbook-framework>), with the calls that
/// <https://hackingthe.cloud/aws/post_exploitation/iam_persistence/> and
/// <https://github.com/RhinoSecurityLabs/AWS-IAM-Privilege-Escalation> list by tactic, and those of
/// IAM role manager.
const CALLS: &[(&str, Tactic, &[&str])] = &[
    (
        "iam",
        Tactic::Persistence,
        &[
            "AcquireRole",
            "AddClientIDToOpenIDConnectProvider",
            "AddRoleToInstanceProfile",
            "CreateAccessKey",
            "CreateInstanceProfile",
            "CreateLoginProfile",
            "CreateOpenIDConnectProvider",
            "CreateRole",
            "CreateSAMLProvider",
            "CreateServiceLinkedRole",
            "CreateServiceSpecificCredential",
            "CreateUser",
            "CreateVirtualMFADevice",
            "DeactivateMFADevice",
            "EnableMFADevice",
            "ResetServiceSpecificCredential",
            "UpdateAccessKey",
            "UpdateAssumeRolePolicy",
            "UpdateLoginProfile",
            "UpdateOpenIDConnectProviderThumbprint",
            "UpdateSAMLProvider",
            "UploadSSHPublicKey",
            "UploadSigningCertificate",
        ],
    ),
    ("sso", Tactic::Persistence, &["CreateAccountAssignment"]),
    ("rolesanywhere", Tactic::Persistence, &["CreateProfile", "CreateTrustAnchor"]),
    ("ec2", Tactic::Persistence, &["CreateKeyPair", "ImportKeyPair"]),
    (
        "iam",
        Tactic::PrivilegeEscalation,
        &[
            "AddUserToGroup",
            "AttachGroupPolicy",
            "AttachRolePolicy",
            "AttachUserPolicy",
            "CreatePolicy",
            "CreatePolicyVersion",
            "DeleteRolePermissionsBoundary",
            "DeleteUserPermissionsBoundary",
            "DetachUserPolicy",
            "PutAccountProperties",
            "PutGroupPolicy",
            "PutRolePermissionsBoundary",
            "PutRolePolicy",
            "PutUserPermissionsBoundary",
            "PutUserPolicy",
            "SetDefaultPolicyVersion",
        ],
    ),
    ("s3", Tactic::PrivilegeEscalation, &["PutBucketAcl", "PutBucketPolicy"]),
    ("s3", Tactic::PrivilegeEscalation, &["DeletePublicAccessBlock", "PutBucketPublicAccessBlock"]),
    ("kms", Tactic::PrivilegeEscalation, &["CreateGrant", "PutKeyPolicy"]),
    ("secretsmanager", Tactic::PrivilegeEscalation, &["PutResourcePolicy"]),
    (
        "ec2",
        Tactic::PrivilegeEscalation,
        &["AuthorizeSecurityGroupIngress", "ModifySnapshotAttribute"],
    ),
    ("organizations", Tactic::PrivilegeEscalation, &["DetachPolicy", "LeaveOrganization"]),
    (
        "lambda",
        Tactic::Execution,
        &[
            "AddLayerVersionPermission*",
            "AddPermission*",
            "CreateEventSourceMapping*",
            "CreateFunction*",
            "CreateFunctionUrlConfig*",
            "PublishLayerVersion*",
            "UpdateFunctionCode*",
            "UpdateFunctionConfiguration*",
        ],
    ),
    ("ec2", Tactic::Execution, &["ModifyInstanceAttribute", "RunInstances"]),
    ("ecs", Tactic::Execution, &["RegisterTaskDefinition"]),
    ("events", Tactic::Execution, &["PutRule", "PutTargets"]),
    ("ssm", Tactic::Execution, &["CreateAssociation", "SendCommand", "StartSession"]),
    ("cloudformation", Tactic::Execution, &["CreateStack", "UpdateStack"]),
    (
        "cloudtrail",
        Tactic::DefenseEvasion,
        &[
            "CreateTrail",
            "DeleteEventDataStore",
            "DeleteTrail",
            "PutEventSelectors",
            "PutInsightSelectors",
            "StopEventDataStoreIngestion",
            "StopLogging",
            "UpdateTrail",
        ],
    ),
    ("ec2", Tactic::DefenseEvasion, &["DeleteFlowLogs"]),
    ("kms", Tactic::DefenseEvasion, &["DisableKey", "ScheduleKeyDeletion"]),
    ("s3", Tactic::DefenseEvasion, &["PutBucketLogging", "PutBucketLifecycle*"]),
    ("logs", Tactic::DefenseEvasion, &["DeleteLogGroup", "DeleteLogStream", "PutRetentionPolicy"]),
    (
        "guardduty",
        Tactic::DefenseEvasion,
        &["CreateFilter", "CreateIPSet", "DeleteDetector", "UpdateDetector"],
    ),
    ("securityhub", Tactic::DefenseEvasion, &["DisableSecurityHub"]),
    (
        "config",
        Tactic::DefenseEvasion,
        &["DeleteConfigurationRecorder", "DeleteDeliveryChannel", "StopConfigurationRecorder"],
    ),
    ("cloudwatch", Tactic::DefenseEvasion, &["DeleteAlarms", "DisableAlarmActions"]),
];

/// Returns what the call may be for; `None` for calls that are not in the table. A refused call is
/// what it would have been.
pub(crate) fn tactic_of(event: &TrailEvent) -> Option<Tactic> {
    let is_listed = |names: &[&str]| names.iter().any(|listed| matches(listed, &event.name));
    CALLS
        .iter()
        .find(|(service, _, names)| *service == &*event.service && is_listed(names))
        .map(|(_, tactic, _)| *tactic)
}

/// Returns whether the name is the listed one, followed by a version if that ends with `*`.
fn matches(listed: &str, name: &str) -> bool {
    match listed.strip_suffix('*') {
        None => listed == name,
        Some(start) => name.strip_prefix(start).is_some_and(|version| {
            version.is_empty() || version.starts_with(|c: char| c.is_ascii_digit())
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::activity::test_fixtures::call;

    #[test]
    fn calls_are_classified_by_service_and_name() {
        let tactic = |service, name| tactic_of(&call(service, name));
        assert_eq!(tactic("iam", "CreateUser"), Some(Tactic::Persistence));
        assert_eq!(tactic("iam", "PutRolePolicy"), Some(Tactic::PrivilegeEscalation));
        assert_eq!(tactic("lambda", "CreateFunction20150331"), Some(Tactic::Execution));
        assert_eq!(tactic("lambda", "UpdateFunctionCode20150331v2"), Some(Tactic::Execution));
        assert_eq!(tactic("cloudtrail", "StopLogging"), Some(Tactic::DefenseEvasion));
        assert_eq!(tactic("lambda", "CreateFunctionX"), None);
        assert_eq!(tactic("iam", "ListUsers"), None);
        assert_eq!(tactic("example", "CreateUser"), None);
    }

    #[test]
    fn each_call_is_listed_once() {
        let mut listed = std::collections::HashSet::new();
        for (service, _, names) in CALLS {
            for name in *names {
                assert!(listed.insert((service, name)), "{service} {name} is listed twice");
            }
        }
    }
}
