//! Hints for denied calls. They depend on the policy that AWS's message names:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>.

use crate::aws::operations::{LOOKUP_EVENTS, Service};

// Parts of sentences: the policies, and what to do.

const BOUNDARY: &str = "The caller's permissions boundary";
const SESSION: &str = "A session policy";
const SERVICE_CONTROL: &str = "A service control policy of the organization";
const RESOURCE_CONTROL: &str = "A resource control policy of the organization";
const VPC_ENDPOINT: &str = "The policy of the VPC endpoint";
const OTHER_IDENTITY: &str = "use another identity, such as a role of the incident team";
const ASK_ORGANIZATION: &str = "ask the organization's administrators";
const ASK_RESOURCE: &str = "ask who manages the resource";
const ASK_ROLE: &str = "ask who manages the role";
const OTHER_NETWORK: &str = "ask who manages the endpoint, or connect from another network";

/// Returns the hint for a denied call: what must allow it, or that no grant helps and what does.
/// `None` for the calls of Identity Center, which no policy of the caller allows.
pub(super) fn hint(operation: &str, message: &str) -> Option<String> {
    let action = action(operation)?;
    // <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html>
    if message.contains("AWSCompromisedKeyQuarantine") {
        return Some(format!(
            "AWS quarantined this user because one of its keys leaked; {OTHER_IDENTITY}."
        ));
    }
    // STS has no code of its own for this error.
    if message.contains("MultiFactorAuthentication failed") {
        return Some(
            "The MFA code is wrong or was already used; wait until the device shows the next one, \
             and enter that."
                .into(),
        );
    }
    let denial = Denial::parse(message);
    Some(if denial.is_explicit {
        explicit_denial_hint(denial.policy, &action)
    } else {
        missing_grant_hint(denial.policy, operation, &action)
    })
}

/// Returns the hint for a call that a policy denies.
fn explicit_denial_hint(policy: Option<PolicyKind>, action: &str) -> String {
    let (policy, advice) = match policy {
        None | Some(PolicyKind::Identity) => {
            ("A policy of the caller, such as AWS's quarantine of leaked keys,", OTHER_IDENTITY)
        }
        Some(PolicyKind::Boundary) => (BOUNDARY, OTHER_IDENTITY),
        Some(PolicyKind::Session) => (SESSION, "open a session without that policy"),
        Some(PolicyKind::ServiceControl) => (SERVICE_CONTROL, ASK_ORGANIZATION),
        Some(PolicyKind::ResourceControl) => (RESOURCE_CONTROL, ASK_ORGANIZATION),
        Some(PolicyKind::VpcEndpoint) => (VPC_ENDPOINT, OTHER_NETWORK),
        Some(PolicyKind::Resource) => ("The resource's policy", ASK_RESOURCE),
        Some(PolicyKind::RoleTrust) => ("The role's trust policy", ASK_ROLE),
    };
    format!("{policy} explicitly denies {action}, and no grant overrides it; {advice}.")
}

/// Returns the hint for a call that a policy does not allow.
fn missing_grant_hint(policy: Option<PolicyKind>, operation: &str, action: &str) -> String {
    let (policy, advice) = match policy {
        None if assumes_role(operation) => {
            return format!(
                "Both the caller's policies and the role's trust policy must allow {action}."
            );
        }
        Some(PolicyKind::Identity) if assumes_role(operation) => {
            return format!("The caller needs a policy that allows {action} on the role.");
        }
        None | Some(PolicyKind::Identity) => {
            return format!(
                "The caller needs {action}; keyflip policy {} prints a policy that grants it.",
                smallest_policy(operation)
            );
        }
        Some(PolicyKind::Resource) => {
            return format!(
                "The resource's policy must allow {action} to the caller; {ASK_RESOURCE}."
            );
        }
        Some(PolicyKind::RoleTrust) => {
            return format!(
                "The role's trust policy must allow {action} to the caller; {ASK_ROLE}."
            );
        }
        Some(PolicyKind::Boundary) => (BOUNDARY, "ask who manages the boundary to allow it there"),
        Some(PolicyKind::Session) => {
            (SESSION, "open a session without that policy, or with one that allows it")
        }
        Some(PolicyKind::ServiceControl) => (SERVICE_CONTROL, ASK_ORGANIZATION),
        Some(PolicyKind::ResourceControl) => (RESOURCE_CONTROL, ASK_ORGANIZATION),
        Some(PolicyKind::VpcEndpoint) => (VPC_ENDPOINT, OTHER_NETWORK),
    };
    format!("{policy} does not allow {action}, so another grant does not help; {advice}.")
}

/// Returns the action of an operation, as policies name it: `iam:ListUsers`; `None` for the calls
/// of Identity Center.
fn action(operation: &str) -> Option<String> {
    let service = Service::of(operation).policy_prefix()?;
    Some(format!("{service}:{operation}"))
}

/// Returns `true` for operations that the role's trust policy must allow, too.
fn assumes_role(operation: &str) -> bool {
    matches!(operation, "AssumeRole" | "AssumeRoleWithWebIdentity")
}

/// Returns the name of the smallest policy of keyflip's that grants an operation.
fn smallest_policy(operation: &str) -> &'static str {
    match operation {
        "UpdateAccessKey" => "browse-and-toggle",
        LOOKUP_EVENTS => "activity",
        _ => "browse",
    }
}

/// Kind of a policy that can deny a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PolicyKind {
    /// A policy of the user, its groups or the role.
    Identity,
    /// The permissions boundary of the user or role.
    Boundary,
    /// A policy given when the session was opened.
    Session,
    /// A service control policy of the organization.
    ServiceControl,
    /// A resource control policy of the organization.
    ResourceControl,
    /// The policy of the VPC endpoint that the call went through.
    VpcEndpoint,
    /// The policy of the resource.
    Resource,
    /// The trust policy of the role to assume.
    RoleTrust,
}

/// Names of the kinds in messages, in lower case. Some services write "sessions policy".
const POLICY_KINDS: [(&str, PolicyKind); 9] = [
    ("identity-based policy", PolicyKind::Identity),
    ("permissions boundary", PolicyKind::Boundary),
    ("session policy", PolicyKind::Session),
    ("sessions policy", PolicyKind::Session),
    ("service control policy", PolicyKind::ServiceControl),
    ("resource control policy", PolicyKind::ResourceControl),
    ("vpc endpoint policy", PolicyKind::VpcEndpoint),
    ("resource-based policy", PolicyKind::Resource),
    ("role trust policy", PolicyKind::RoleTrust),
];

/// Denied call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Denial {
    /// Kind of the policy; `None` if the message does not say.
    policy: Option<PolicyKind>,
    /// Whether the policy denies the call; otherwise it does not allow it.
    is_explicit: bool,
}

impl Denial {
    /// Parses the message of a denied call. One denied by several kinds of policies names only one.
    fn parse(message: &str) -> Self {
        let text = message.to_ascii_lowercase();
        // The endpoint's policy names the one that denies the call behind it.
        let inner = text.split_once("transitively through a ").map(|(_, inner)| inner);
        let (is_explicit, reason) = match text.split_once("explicit deny") {
            Some((_, reason)) => (true, reason.strip_prefix(" in ").map(without_article)),
            None => (false, text.split_once("because no ").map(|(_, reason)| reason)),
        };
        Self { policy: inner.or(reason).and_then(policy_kind), is_explicit }
    }
}

/// Removes the article at the beginning of a text.
fn without_article(text: &str) -> &str {
    let article = ["a ", "an ", "the "].iter().find_map(|article| text.strip_prefix(article));
    article.unwrap_or(text)
}

/// Returns the kind of policy that a text begins with.
fn policy_kind(text: &str) -> Option<PolicyKind> {
    POLICY_KINDS.iter().find(|(name, _)| text.starts_with(name)).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ends of messages of AWS, and what the hint for each must contain. They are from
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>, or were
    /// returned by IAM.
    const DENIALS: [(&str, &[&str]); 19] = [
        ("", &["needs iam:UpdateAccessKey", "browse-and-toggle"]),
        (
            "because no identity-based policy allows the iam:UpdateAccessKey action. Go to \
             https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1#/authorization-details/dddiidd1k88ni0xc6dxnae76n \
             for complete details, or call the GetRequestAuthorizationDetails API with the following authorization id: \
             dddiidd1k88ni0xc6dxnae76n",
            &["needs iam:UpdateAccessKey", "browse-and-toggle"],
        ),
        (
            "because no permissions boundary allows the iam:UpdateAccessKey action",
            &[
                "permissions boundary does not allow iam:UpdateAccessKey",
                "another grant does not help",
                "who manages the boundary",
            ],
        ),
        (
            "because no session policy allows the iam:UpdateAccessKey action",
            &["A session policy does not allow iam:UpdateAccessKey", "does not help"],
        ),
        (
            "because no service control policy allows the iam:UpdateAccessKey action",
            &["service control policy", "does not help", "organization's administrators"],
        ),
        (
            "because no resource control policy allows the iam:UpdateAccessKey action",
            &["resource control policy", "does not help", "organization's administrators"],
        ),
        (
            "because no VPC endpoint policy allows the iam:UpdateAccessKey action",
            &["VPC endpoint does not allow", "another network"],
        ),
        (
            "because no resource-based policy allows the iam:UpdateAccessKey action",
            &["resource's policy must allow", "who manages the resource"],
        ),
        (
            "with an explicit deny in an identity-based policy: arn:aws:iam::123456789012:policy/ExampleDenyPolicy.",
            &[
                "A policy of the caller",
                "explicitly denies iam:UpdateAccessKey",
                "no grant overrides it",
                "another identity",
            ],
        ),
        (
            "with an explicit deny",
            &[
                "A policy of the caller",
                "explicitly denies iam:UpdateAccessKey",
                "no grant overrides it",
            ],
        ),
        (
            "with an explicit deny in a permissions boundary",
            &[
                "permissions boundary explicitly denies",
                "no grant overrides it",
                "use another identity",
            ],
        ),
        (
            "with an explicit deny in a sessions policy",
            &["session policy", "explicitly denies", "open a session without that policy"],
        ),
        (
            "with an explicit deny in a service control policy: \
             arn:aws:organizations::111122223333:policy/o-abcde/service_control_policy/p-abcdef",
            &["service control policy", "no grant overrides it", "organization's administrators"],
        ),
        (
            "due to an explicit deny in a Service Control Policy",
            &["service control policy", "organization's administrators"],
        ),
        (
            "with an explicit deny in a resource control policy",
            &["resource control policy", "no grant overrides it", "organization's administrators"],
        ),
        (
            "with an explicit deny in a VPC endpoint policy",
            &["VPC endpoint explicitly denies", "another network"],
        ),
        (
            "with an explicit deny in a VPC endpoint policy transitively through a service control policy",
            &["service control policy", "organization's administrators"],
        ),
        (
            "with an explicit deny in a resource-based policy",
            &["resource's policy explicitly denies"],
        ),
        (
            "with an explicit deny in arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3",
            &["quarantined", "another identity"],
        ),
    ];

    fn denied(operation: &'static str, end: &str) -> String {
        let message = format!(
            "User: arn:aws:iam::123456789012:user/John is not authorized to perform: {} on \
             resource: user ann {end}",
            action(operation).unwrap()
        );
        hint(operation, &message).unwrap()
    }

    #[test]
    fn the_hint_for_a_denial_follows_the_reason_in_the_message() {
        for (end, words) in DENIALS {
            let hint = denied("UpdateAccessKey", end);
            for words in words {
                assert!(hint.contains(words), "{end}: {hint}");
            }
            assert_eq!(
                hint.contains("browse-and-toggle"),
                end.is_empty() || end.contains("no identity-based policy"),
                "{hint}"
            );
        }
    }

    #[test]
    fn the_hint_for_a_role_names_the_trust_policy() {
        for (end, words) in [
            (
                "",
                "Both the caller's policies and the role's trust policy must allow sts:AssumeRole",
            ),
            (
                "because no identity-based policy allows the sts:AssumeRole action",
                "The caller needs a policy that allows sts:AssumeRole on the role.",
            ),
            (
                "because no role trust policy allows the sts:AssumeRole action",
                "The role's trust policy must allow sts:AssumeRole to the caller",
            ),
            (
                "with an explicit deny in the role trust policy",
                "The role's trust policy explicitly denies sts:AssumeRole",
            ),
        ] {
            let hint = denied("AssumeRole", end);
            assert!(hint.contains(words), "{end}: {hint}");
        }
    }

    #[test]
    fn the_hint_for_the_event_history_names_the_permission_of_cloudtrail() {
        for (end, words) in [
            ("", "The caller needs cloudtrail:LookupEvents; keyflip policy activity prints"),
            (
                "with an explicit deny in a service control policy",
                "organization explicitly denies cloudtrail:LookupEvents",
            ),
        ] {
            let hint = denied(LOOKUP_EVENTS, end);
            assert!(hint.contains(words), "{end}: {hint}");
        }
    }

    #[test]
    fn the_hint_for_a_wrong_mfa_code_does_not_mention_policies() {
        let message = "MultiFactorAuthentication failed with invalid MFA one time pass code.";
        let hint = hint("AssumeRole", message).unwrap();
        assert!(hint.contains("the next one") && !hint.contains("polic"), "{hint}");
    }

    #[test]
    fn a_denial_of_identity_center_has_no_hint_about_policies() {
        for operation in [
            "GetRoleCredentials",
            "ListAccounts",
            "ListAccountRoles",
            "CreateToken",
            "RegisterClient",
            "StartDeviceAuthorization",
        ] {
            assert_eq!(hint(operation, "No access"), None);
            assert_eq!(hint(operation, "with an explicit deny"), None);
        }
    }
}
