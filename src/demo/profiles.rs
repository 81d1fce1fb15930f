//! The demo's credentials, as a person or a test hands them to a client.

use super::{DemoServer, OPERATOR_KEY, SECRET, STAGING_KEY, STAGING_ROOT_KEY};

/// The region that the demo's profiles name.
const REGION: &str = "us-east-1";

/// The profiles that only name a role: what stands behind their headings.
const ROLES: [(&str, &str); 3] = [
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

/// The profiles with a key of their own.
const KEYS: [(&str, &str); 3] = [
    ("demo", OPERATOR_KEY),
    ("acme-staging", STAGING_KEY),
    ("acme-staging-root", STAGING_ROOT_KEY),
];

impl DemoServer {
    /// An AWS config file with the demo's profiles: `demo` (the operator),
    /// `demo-incident` (a role, with MFA), `demo-auditor` (a role that only
    /// reads), and of the second account `acme-staging`, `acme-staging-root`
    /// and `staging-audit` (a role, from the first account).
    pub(crate) fn config(&self) -> String {
        let url = self.url();
        let section = |name: &str, more: &str| {
            format!("[profile {name}]\nregion = {REGION}\nendpoint_url = {url}\n{more}\n")
        };
        let keys = KEYS.iter().map(|(name, _)| section(name, ""));
        keys.chain(ROLES.iter().map(|(name, more)| section(name, more))).collect()
    }

    /// The AWS credentials file that belongs to [`DemoServer::config`].
    pub(crate) fn credentials() -> String {
        let section = |(name, key): &(&str, &str)| {
            format!("[{name}]\naws_access_key_id = {key}\naws_secret_access_key = {SECRET}\n\n")
        };
        KEYS.iter().map(section).collect()
    }

    /// The environment variables that lead the AWS CLI and the SDKs to the
    /// demo, as its operator.
    pub(crate) fn environment(&self) -> [(&'static str, String); 5] {
        [
            ("AWS_ENDPOINT_URL", self.url()),
            ("AWS_ACCESS_KEY_ID", OPERATOR_KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
            ("AWS_REGION", REGION.to_owned()),
            ("AWS_DEFAULT_REGION", REGION.to_owned()),
        ]
    }
}
