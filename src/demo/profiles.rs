//! The demo's credentials as AWS files and environment variables.

use super::{DEMO_SECRET, DemoServer, OPERATOR_KEY, STAGING_KEY, STAGING_ROOT_KEY};

/// The region of the demo's profiles.
const DEMO_REGION: &str = "us-east-1";

/// Profiles that assume a role, with the body of their sections.
const ROLE_PROFILES: [(&str, &str); 3] = [
    (
        "demo-incident",
        "role_arn = arn:aws:iam::123456789012:role/ops/IncidentResponse\nsource_profile = demo\n\
         mfa_serial = arn:aws:iam::123456789012:mfa/operator\n",
    ),
    ("demo-auditor", "role_arn = arn:aws:iam::123456789012:role/Auditor\nsource_profile = demo\n"),
    (
        "staging-audit",
        "role_arn = arn:aws:iam::210987654321:role/StagingAudit\nsource_profile = demo\nexternal_id = acme-7731\n",
    ),
];

/// Profiles with an access key.
const KEY_PROFILES: [(&str, &str); 3] = [
    ("demo", OPERATOR_KEY),
    ("acme-staging", STAGING_KEY),
    ("acme-staging-root", STAGING_ROOT_KEY),
];

impl DemoServer {
    /// Returns an AWS config file. Profiles of the first account: `demo` (the
    /// operator), `demo-incident` (a role with MFA) and `demo-auditor` (a read-only
    /// role). Profiles of the second: `acme-staging`, `acme-staging-root` and
    /// `staging-audit` (a role assumed from the first account).
    pub(crate) fn config(&self) -> String {
        let url = self.url();
        let section = |name: &str, more: &str| {
            format!("[profile {name}]\nregion = {DEMO_REGION}\nendpoint_url = {url}\n{more}\n")
        };
        let keys = KEY_PROFILES.iter().map(|(name, _)| section(name, ""));
        keys.chain(ROLE_PROFILES.iter().map(|(name, more)| section(name, more))).collect()
    }

    /// Returns the AWS credentials file for [`DemoServer::config`].
    pub(crate) fn credentials() -> String {
        let section = |(name, key): &(&str, &str)| {
            format!(
                "[{name}]\naws_access_key_id = {key}\naws_secret_access_key = {DEMO_SECRET}\n\n"
            )
        };
        KEY_PROFILES.iter().map(section).collect()
    }

    /// Returns the environment variables that make the AWS CLI and the SDKs use the
    /// demo as its operator.
    pub(crate) fn environment(&self) -> [(&'static str, String); 5] {
        [
            ("AWS_ENDPOINT_URL", self.url()),
            ("AWS_ACCESS_KEY_ID", OPERATOR_KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", DEMO_SECRET.to_owned()),
            ("AWS_REGION", DEMO_REGION.to_owned()),
            ("AWS_DEFAULT_REGION", DEMO_REGION.to_owned()),
        ]
    }
}
