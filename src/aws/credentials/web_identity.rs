//! Web identity: a token of an identity provider, exchanged for the credentials of a role.
//!
//! The call is made here because the SDK's provider accepts no STS URL, duration or CA bundle.

use std::path::PathBuf;

use aws_credential_types::Credentials;
use zeroize::Zeroizing;

use crate::aws::client_role::ClientRole;
use crate::aws::connect_options::Environment;
use crate::aws::credentials::assume_role::{duration_seconds, into_credentials, session_name};
use crate::aws::credentials::profile_chain::{CredentialSource, RoleConfig};
use crate::aws::errors::classify::{
    CredentialSourceError, classify, unreachable_or_failed, unreadable_response,
};
use crate::aws::errors::hints::{ErrorContext, renewal_hint};
use crate::aws::messages;
use crate::aws::sdk_clients::ClientFactory;
use crate::model::{Secret, ServiceError};

const OPERATION: &str = "AssumeRoleWithWebIdentity";

/// A token file and the role that its token is exchanged for.
#[derive(Clone, Debug)]
pub(in crate::aws) struct WebIdentity {
    /// The role to assume.
    pub role: RoleConfig,
    /// Path of the token file. It is read before each exchange, since tokens are short-lived.
    pub token: PathBuf,
}

impl WebIdentity {
    /// Reads `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN`; `None` unless both are set.
    pub(in crate::aws) fn from_environment(environment: &Environment) -> Option<Self> {
        let token = environment.expand(&environment.get("AWS_WEB_IDENTITY_TOKEN_FILE")?);
        let role = RoleConfig {
            arn: environment.get("AWS_ROLE_ARN")?,
            session_name: environment.get("AWS_ROLE_SESSION_NAME"),
            ..RoleConfig::default()
        };
        Some(Self { role, token })
    }

    /// Exchanges the token for credentials. One unsigned call:
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, or if STS refuses or cannot be reached.
    pub(in crate::aws) async fn exchange(
        &self,
        client_factory: &ClientFactory,
    ) -> Result<Credentials, CredentialSourceError> {
        let token = tokio::fs::read_to_string(&self.token)
            .await
            .map_err(|error| self.failure(&error.to_string()))?;
        let token = Zeroizing::new(token);
        self.request(client_factory, token.trim()).await.map_err(|error| CredentialSourceError {
            kind: unreachable_or_failed(error.kind),
            ..self.failure(&error.to_string())
        })
    }

    async fn request(
        &self,
        client_factory: &ClientFactory,
        token: &str,
    ) -> Result<Credentials, ServiceError> {
        let error_context =
            ErrorContext { secrets: vec![Secret::new(token)], ..ErrorContext::default() };
        let call = client_factory.sts(ClientRole::Screen, None).assume_role_with_web_identity();
        let response = call
            .role_arn(&self.role.arn)
            .role_session_name(self.role.session_name.clone().unwrap_or_else(session_name))
            .set_duration_seconds(duration_seconds(&self.role))
            .web_identity_token(token)
            .send()
            .await
            // The caller adds the hint.
            .map_err(|error| ServiceError {
                hint: None,
                ..classify(OPERATION, &error, &error_context)
            })?;
        let credentials = response.credentials();
        let credentials = credentials
            .ok_or_else(|| unreadable_response(OPERATION, messages::NO_CREDENTIALS_IN_RESPONSE))?;
        Ok(into_credentials(credentials, response.assumed_role_user(), OPERATION))
    }

    fn failure(&self, reason: &str) -> CredentialSourceError {
        CredentialSourceError::failed(
            messages::token_not_exchanged(&self.role.arn, &self.token, reason),
            renewal_hint(Some(CredentialSource::WebIdentity), None),
        )
    }
}
