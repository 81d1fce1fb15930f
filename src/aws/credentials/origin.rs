//! Source of a session's credentials, as found.

use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;

use crate::aws::client_config::ClientConfig;
use crate::aws::credentials::process::CredentialProcess;
use crate::aws::credentials::profile_chain::{CredentialSource, RoleConfig};
use crate::aws::credentials::web_identity::WebIdentity;
use crate::aws::errors::classify::CredentialSourceError;
use crate::aws::errors::hints::renewal_hint;
use crate::aws::messages;
use crate::aws::sso::session::SsoRole;
use crate::model::ErrorKind;

/// Source of a session's credentials, and the roles to assume from there.
#[derive(Clone, Debug)]
pub(in crate::aws) struct CredentialOrigin {
    /// First credentials, or how to get them.
    pub base: BaseCredentials,
    /// Roles to assume from there, in order.
    pub roles: Vec<RoleConfig>,
    /// Kind of the source.
    pub source: CredentialSource,
    /// Profile that was resolved, if any, escaped.
    pub profile: Option<Arc<str>>,
    /// Source for display, such as `prod, access key`, escaped.
    pub description: Arc<str>,
}

/// First credentials of a chain.
#[derive(Clone, Debug)]
pub(in crate::aws) enum BaseCredentials {
    /// A fixed access key.
    Fixed(Credentials),
    /// Credentials of an SDK provider.
    Provider(SharedCredentialsProvider),
    /// Credentials that a command writes.
    Process(CredentialProcess),
    /// Credentials of another session, whose cache the session's cache has.
    Shared,
    /// Credentials that Identity Center issues for a cached token.
    Sso(SsoRole),
    /// Credentials that STS issues for a token.
    WebIdentity(WebIdentity),
}

impl CredentialOrigin {
    /// Returns a hint for a source that gives no credentials.
    pub(super) fn hint(&self) -> String {
        renewal_hint(Some(self.source), self.profile.as_deref())
    }
}

/// Returns the description of a source, with the URL of its portal if that is neither AWS's nor the
/// endpoint of the session, which is shown anyway.
pub(in crate::aws) fn with_portal_url(
    description: String,
    role: &SsoRole,
    config: &ClientConfig,
) -> String {
    match role.session.custom_url() {
        Some(url) if config.endpoint().url().is_none_or(|own| **own != *url) => {
            messages::portal_not_aws(&description, url)
        }
        _ => description,
    }
}

/// Returns the error for no source of credentials at all.
pub(super) fn no_source_found() -> CredentialSourceError {
    CredentialSourceError::new(
        ErrorKind::NoCredentials,
        messages::NO_CREDENTIALS_MESSAGE,
        messages::GET_CREDENTIALS,
    )
}
