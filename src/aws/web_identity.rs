//! A token of an identity provider, exchanged for a role's credentials. The
//! call is made here: the SDK's provider for it can't be told STS's URL, the
//! duration or the certificates in force.

use std::path::{Path, PathBuf};

use aws_credential_types::Credentials;
use zeroize::Zeroizing;

use crate::aws::advice::{Circumstances, renew};
use crate::aws::assume::{made, seconds, session_name};
use crate::aws::chain::{Role, Source};
use crate::aws::clients::{Parts, Use};
use crate::aws::errors::{NotSigned, sort, unreadable};
use crate::aws::settings::Environment;
use crate::model::{ErrorKind, ServiceError, visible};

const OPERATION: &str = "AssumeRoleWithWebIdentity";

/// A file with a token, and the role that it is exchanged for.
#[derive(Clone, Debug)]
pub(super) struct WebIdentity {
    /// The role.
    pub role: Role,
    /// The file. It is read anew each time, since tokens are short-lived.
    pub token: PathBuf,
}

impl WebIdentity {
    /// As the environment says; `None` where it names no token or no role.
    pub(super) fn of_environment(environment: &Environment) -> Option<Self> {
        let token = environment.expand(&environment.get("AWS_WEB_IDENTITY_TOKEN_FILE")?);
        let role = Role {
            arn: environment.get("AWS_ROLE_ARN")?,
            session_name: environment.get("AWS_ROLE_SESSION_NAME"),
            ..Role::default()
        };
        Some(Self { role, token })
    }

    /// The role's credentials. The call is not signed.
    ///
    /// # Errors
    /// A file that can't be read, STS's refusal, or no answer.
    pub(super) async fn exchange(&self, parts: &Parts) -> Result<Credentials, NotSigned> {
        let token = tokio::fs::read_to_string(&self.token).await.map_err(|error| self.refused(&error.to_string()))?;
        let token = Zeroizing::new(token);
        self.ask(parts, token.trim()).await.map_err(|error| match error.kind {
            ErrorKind::Unreachable => NotSigned { kind: error.kind, ..self.refused(&error.to_string()) },
            _ => self.refused(&error.to_string()),
        })
    }

    async fn ask(&self, parts: &Parts, token: &str) -> Result<Credentials, ServiceError> {
        let call = parts.sts(Use::Screen, None).assume_role_with_web_identity();
        let answer = call
            .role_arn(&self.role.arn)
            .role_session_name(self.role.session_name.clone().unwrap_or_else(session_name))
            .set_duration_seconds(seconds(&self.role))
            .web_identity_token(token)
            .send()
            .await
            // The advice is given once, with the whole sentence.
            .map_err(|error| ServiceError { advice: None, ..sort(OPERATION, &error, &Circumstances::default()) })?;
        let credentials = answer.credentials();
        let credentials = credentials.ok_or_else(|| unreadable(OPERATION, "STS's answer holds no credentials"))?;
        Ok(made(credentials, answer.assumed_role_user(), OPERATION))
    }

    fn refused(&self, why: &str) -> NotSigned {
        NotSigned {
            kind: ErrorKind::Unsigned,
            message: format!(
                "The role {} could not be had for the token in {}: {}.",
                visible(&self.role.arn),
                shown(&self.token),
                why.trim_end_matches('.')
            )
            .into(),
            advice: renew(Some(Source::WebIdentity), None).into(),
        }
    }
}

fn shown(path: &Path) -> String {
    visible(&path.to_string_lossy()).into_owned()
}
