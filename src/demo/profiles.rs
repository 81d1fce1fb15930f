//! The demo's credentials as AWS files and environment variables.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp, Unit};
use serde_json::json;
use sha1::{Digest as _, Sha1};

use super::{
    DEMO_CLIENT, DEMO_CLIENT_SECRET, DEMO_REFRESH_TOKEN, DEMO_SECRET, DEMO_SSO_TOKEN, DemoServer,
    OPERATOR_KEY, STAGING_KEY, STAGING_ROOT_KEY,
};

/// The name of the `[sso-session]`.
pub(crate) const SSO_SESSION: &str = "demo";
/// How long the cached token and its client are valid by their file. The demo accepts them
/// for longer.
const CACHED_TOKEN_LIFETIME: SignedDuration = SignedDuration::from_hours(8);

/// The region of the demo's profiles.
pub(crate) const DEMO_REGION: &str = "us-east-1";

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
    /// `staging-audit` (a role assumed from the first account). With an organization, also
    /// the `[sso-session demo]`.
    pub(crate) fn config(&self) -> String {
        Self::config_of(&self.url(), self.has_organization())
    }

    /// Returns the config file of a demo at this URL.
    pub(crate) fn config_of(url: &str, has_organization: bool) -> String {
        let section = |name: &str, more: &str| {
            format!("[profile {name}]\nregion = {DEMO_REGION}\nendpoint_url = {url}\n{more}\n")
        };
        let keys = KEY_PROFILES.iter().map(|(name, _)| section(name, ""));
        let roles = ROLE_PROFILES.iter().map(|(name, more)| section(name, more));
        let session = has_organization.then(|| {
            format!(
                "[sso-session {SSO_SESSION}]\nsso_start_url = {url}/start\nsso_region = {DEMO_REGION}\n\
                 sso_registration_scopes = sso:account:access\n"
            )
        });
        keys.chain(roles).chain(session).collect()
    }

    /// Returns name and text of the file with a cached token for the `[sso-session demo]`, in
    /// the format of the AWS CLI: `sso/cache/NAME` next to the config file. `None` without an
    /// organization.
    pub(crate) fn cached_token(&self, now: Timestamp) -> Option<(String, String)> {
        if !self.has_organization() {
            return None;
        }
        let expires = now.checked_add(CACHED_TOKEN_LIFETIME).unwrap_or(now);
        let expires = expires.round(Unit::Second).unwrap_or(expires).to_string();
        let mut name = String::new();
        for byte in Sha1::digest(SSO_SESSION) {
            let _ = write!(name, "{byte:02x}");
        }
        let token = json!({
            "accessToken": DEMO_SSO_TOKEN,
            "expiresAt": expires,
            "refreshToken": DEMO_REFRESH_TOKEN,
            "clientId": DEMO_CLIENT,
            "clientSecret": DEMO_CLIENT_SECRET,
            "registrationExpiresAt": expires,
            "region": DEMO_REGION,
            "startUrl": format!("{}/start", self.url()),
        });
        Some((name + ".json", token.to_string()))
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
