//! A token of an identity provider, exchanged for a role's credentials. The
//! call is made here: the SDK's provider for it can't be told STS's URL, the
//! duration or the certificates in force.

use std::path::{Path, PathBuf};

use aws_credential_types::Credentials;
use zeroize::Zeroizing;

use crate::aws::connect_options::Environment;
use crate::aws::credentials::assume_role::{duration_seconds, into_credentials, session_name};
use crate::aws::credentials::profile_chain::{CredentialSource, RoleConfig};
use crate::aws::errors::classify::{CredentialSourceError, classify, unreadable_response};
use crate::aws::errors::hints::{ErrorContext, renewal_hint};
use crate::aws::sdk_clients::{ClientFactory, ClientRole};
use crate::model::{ErrorKind, ServiceError, escape_hidden};

const OPERATION: &str = "AssumeRoleWithWebIdentity";

/// A file with a token, and the role that it is exchanged for.
#[derive(Clone, Debug)]
pub(in crate::aws) struct WebIdentity {
    /// The role.
    pub role: RoleConfig,
    /// The file. It is read anew each time, since tokens are short-lived.
    pub token: PathBuf,
}

impl WebIdentity {
    /// As the environment says; `None` where it names no token or no role.
    pub(in crate::aws) fn from_environment(environment: &Environment) -> Option<Self> {
        let token = environment.expand(&environment.get("AWS_WEB_IDENTITY_TOKEN_FILE")?);
        let role = RoleConfig {
            arn: environment.get("AWS_ROLE_ARN")?,
            session_name: environment.get("AWS_ROLE_SESSION_NAME"),
            ..RoleConfig::default()
        };
        Some(Self { role, token })
    }

    /// The role's credentials. The call is not signed.
    ///
    /// # Errors
    /// A file that can't be read, STS's refusal, or no answer.
    pub(in crate::aws) async fn exchange(
        &self,
        client_factory: &ClientFactory,
    ) -> Result<Credentials, CredentialSourceError> {
        let token = tokio::fs::read_to_string(&self.token)
            .await
            .map_err(|error| self.refused(&error.to_string()))?;
        let token = Zeroizing::new(token);
        self.request(client_factory, token.trim()).await.map_err(|error| match error.kind {
            ErrorKind::Unreachable => {
                CredentialSourceError { kind: error.kind, ..self.refused(&error.to_string()) }
            }
            _ => self.refused(&error.to_string()),
        })
    }

    async fn request(
        &self,
        client_factory: &ClientFactory,
        token: &str,
    ) -> Result<Credentials, ServiceError> {
        let call = client_factory.sts(ClientRole::Screen, None).assume_role_with_web_identity();
        let answer = call
            .role_arn(&self.role.arn)
            .role_session_name(self.role.session_name.clone().unwrap_or_else(session_name))
            .set_duration_seconds(duration_seconds(&self.role))
            .web_identity_token(token)
            .send()
            .await
            // The advice is given once, with the whole sentence.
            .map_err(|error| ServiceError {
                hint: None,
                ..classify(OPERATION, &error, &ErrorContext::default())
            })?;
        let credentials = answer.credentials();
        let credentials = credentials
            .ok_or_else(|| unreadable_response(OPERATION, "STS's answer holds no credentials"))?;
        Ok(into_credentials(credentials, answer.assumed_role_user(), OPERATION))
    }

    fn refused(&self, why: &str) -> CredentialSourceError {
        CredentialSourceError {
            kind: ErrorKind::CredentialSourceFailed,
            message: format!(
                "The role {} could not be had for the token in {}: {}.",
                escape_hidden(&self.role.arn),
                display_path(&self.token),
                why.trim_end_matches('.')
            )
            .into(),
            hint: renewal_hint(Some(CredentialSource::WebIdentity), None).into(),
        }
    }
}

fn display_path(path: &Path) -> String {
    escape_hidden(&path.to_string_lossy()).into_owned()
}
