//! What the ways to sign in share: the registration of the client, the token that is saved, and the
//! errors of the token service.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use aws_sdk_sso::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_ssooidc::operation::create_token::CreateTokenOutput;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use jiff::Timestamp;
use serde_json::Value;
use thiserror::Error;

use crate::aws::errors::classify::{hide_secrets, unreadable_response};
use crate::aws::messages;
use crate::aws::operations::{CREATE_TOKEN, REGISTER_CLIENT, START_DEVICE_AUTHORIZATION};
use crate::aws::sdk_clients::ClientFactory;
use crate::aws::sso::cache_file::check_writable;
use crate::aws::sso::error::call_error;
use crate::aws::sso::refresh::token_file_lock;
use crate::aws::sso::registration::{Grant, Registration};
use crate::aws::sso::session::{SsoSession, TokenSource};
use crate::aws::sso::token::{CachedToken, IssuedTokens, NO_TOKEN};
use crate::model::{ErrorKind, Secret, ServiceError, escape_hidden, escape_path};

/// Name of the client, which the page of the approval shows.
const CLIENT_NAME: &str = "keyflip";

/// Kind of a client without a secret of its own.
const PUBLIC_CLIENT: &str = "public";

/// Hint for a start URL or a region that the service refuses.
const CHECK_START_URL: &str = "Check sso_start_url and sso_region of the session.";

/// Hint for a client that the service has forgotten, after its registration was removed.
const START_AGAIN: &str = "Sign in again: keyflip then registers with Identity Center anew.";

/// A response without the ID or the secret of the client.
const NO_CLIENT: &str = "the response contains no client";

/// A sign-in that has failed. `Display` writes a complete sentence.
#[derive(Debug, Error)]
pub(crate) enum SignInError {
    /// The user has refused, or may not sign in.
    #[error("The sign-in was refused. The former token, if there is one, is unchanged.")]
    Denied,
    /// The code was not approved in time.
    #[error("The code expired before it was approved. Start again to get a new one.")]
    Expired,
    /// The code has been used. The response with the token may not have arrived.
    #[error("Identity Center no longer knows the code. Start again to get a new one.")]
    CodeUsed,
    /// The browser cannot come back to this machine.
    #[error("Could not listen on 127.0.0.1 for the browser: {0}. Sign in without --browser.")]
    NoListener(io::Error),
    /// Only sessions can be signed in to with a browser of this machine.
    #[error("Only an [sso-session] can be signed in to with --browser. Leave it out.")]
    BrowserNeedsSession,
    /// The session asks for codes.
    #[error("The session has sso_use_device_code = true. Sign in without --browser.")]
    UsesDeviceCode,
    /// A call failed.
    #[error(transparent)]
    Call(#[from] ServiceError),
    /// The token cannot be saved. Nothing was sent.
    #[error(
        "Could not write to {}: {}. The token could not be saved there, so nothing was sent.",
        escape_path(.0), .1
    )]
    CacheNotWritable(PathBuf, io::Error),
    /// The token was not saved.
    #[error(
        "You are signed in, but the token could not be saved to {}: {}. Make room there and start \
         again.",
        escape_path(.0), .1
    )]
    NotSaved(PathBuf, io::Error),
    /// The token does not come from a sign-in.
    #[error("The demo is always signed in. To try a sign-in, serve one with keyflip demo --files.")]
    Demo,
}

impl SsoSession {
    /// Registers a client for a grant, and caches it.
    ///
    /// # Errors
    /// Returns an error if the service refuses or cannot be reached.
    pub(super) async fn register(
        &self,
        client_factory: &ClientFactory,
        grant: Grant,
    ) -> Result<Registration, SignInError> {
        let scopes = Some(self.registration_scopes()).filter(|scopes| !scopes.is_empty());
        let response = self
            .oidc_client(client_factory)
            .register_client()
            .client_name(CLIENT_NAME)
            .client_type(PUBLIC_CLIENT)
            .set_scopes(scopes)
            .set_grant_types(grant.types().map(|types| types.map(str::to_owned).into()))
            .set_redirect_uris(grant.redirect_uri().map(|uri| vec![uri.to_owned()]))
            .set_issuer_url(grant.redirect_uri().map(|_| self.start_url.clone()))
            .send()
            .await
            .map_err(|error| oidc_error(REGISTER_CLIENT, &error, &[]))?;
        let secret = response.client_secret.map(zeroize::Zeroizing::new);
        let client = match (response.client_id, secret) {
            (Some(id), Some(secret)) => {
                Registration::issued(id, &secret, response.client_secret_expires_at, grant)
            }
            _ => None,
        };
        let client = client.ok_or_else(|| unreadable_response(REGISTER_CLIENT, NO_CLIENT))?;
        if let Err(error) = client.save(self.cache()?, self) {
            tracing::warn!(%error, "the client of Identity Center was not saved");
        }
        Ok(client)
    }

    /// Saves the token of a response. Returns its end.
    ///
    /// # Errors
    /// Returns an error if the response has no token, or if it cannot be saved.
    pub(super) async fn save_token(
        &self,
        client: &Registration,
        response: CreateTokenOutput,
        now: SystemTime,
    ) -> Result<Timestamp, SignInError> {
        let tokens = IssuedTokens::from_response(response)?;
        let token = CachedToken::issued(self.cache()?, self, client, tokens, now);
        // A refresh in progress would save its own token last.
        let lock = token_file_lock(token.file());
        let _guard = lock.lock().await;
        let not_saved = |error| SignInError::NotSaved(token.file().to_owned(), error);
        token.save().map_err(not_saved)?;
        Timestamp::try_from(token.expires_at())
            .map_err(|_| unreadable_response(CREATE_TOKEN, NO_TOKEN).into())
    }

    /// Converts an error of CreateToken that ends the sign-in of this client. `secrets` are those
    /// of the call beside the client's. A client that the service has forgotten is forgotten here
    /// too.
    pub(super) fn token_error<E>(
        &self,
        client: &Registration,
        mut secrets: Vec<Secret>,
        error: &SdkError<E, HttpResponse>,
    ) -> SignInError
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        match oauth_code(error).as_deref() {
            Some("expired_token" | "ExpiredTokenException") => return SignInError::Expired,
            Some("access_denied" | "AccessDeniedException") => return SignInError::Denied,
            Some("invalid_grant" | "InvalidGrantException") => return SignInError::CodeUsed,
            _ => {}
        }
        secrets.push(client.client_secret.clone());
        let mut error = oidc_error(CREATE_TOKEN, error, &secrets);
        if is_unknown_client(&error)
            && let Ok(directory) = self.cache()
            && Registration::remove(directory, self).is_ok()
        {
            error.hint = Some(START_AGAIN.into());
        }
        error.into()
    }

    /// Returns the directory of the token, which can be written.
    ///
    /// # Errors
    /// Returns an error if it cannot be written, or if the token is in none.
    pub(super) fn writable_cache(&self) -> Result<&Path, SignInError> {
        let directory = self.cache()?;
        let not_writable = |error| SignInError::CacheNotWritable(directory.to_owned(), error);
        check_writable(directory).map_err(not_writable)?;
        Ok(directory)
    }

    fn cache(&self) -> Result<&Path, SignInError> {
        match &self.token {
            TokenSource::Cache(directory) => Ok(directory),
            TokenSource::Fixed(_) => Err(SignInError::Demo),
        }
    }
}

/// Returns the error code of a response: that of the OAuth standard in its body, else that of AWS.
pub(super) fn oauth_code<E: ProvideErrorMetadata>(
    error: &SdkError<E, HttpResponse>,
) -> Option<String> {
    let SdkError::ServiceError(response) = error else { return None };
    let in_body = body_field(response.raw(), "error");
    in_body.or_else(|| response.err().code().map(str::to_owned))
}

fn body_field(response: &HttpResponse, name: &str) -> Option<String> {
    let body: Value = serde_json::from_slice(response.body().bytes()?).ok()?;
    body.get(name)?.as_str().map(str::to_owned)
}

/// Returns whether the service does not know the client, or no longer accepts its secret.
pub(super) fn is_unknown_client(error: &ServiceError) -> bool {
    let codes = ["InvalidClientException", "invalid_client", "UnauthorizedClientException"];
    error.code.as_deref().is_some_and(|code| codes.contains(&code))
}

/// Converts an error of the token service. The SDK does not know `error_description`.
pub(super) fn oidc_error<E>(
    operation: &'static str,
    error: &SdkError<E, HttpResponse>,
    secrets: &[Secret],
) -> ServiceError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let mut classified = call_error(operation, error, secrets);
    let SdkError::ServiceError(response) = error else { return classified };
    if classified.code.is_none()
        && let Some(code) = oauth_code(error)
    {
        // The body is that of the service after all.
        classified.kind = ErrorKind::Other;
        classified.code = Some(escape_hidden(&code).into());
        classified.message = messages::no_message(response.raw().status().as_u16()).into();
        classified.hint = None;
    }
    if let Some(description) = body_field(response.raw(), "error_description")
        && !description.is_empty()
    {
        classified.message = escape_hidden(&description).into();
        hide_secrets(&mut classified.message, secrets);
    }
    let is_invalid = |code: &str| ["InvalidRequestException", "invalid_request"].contains(&code);
    if operation == START_DEVICE_AUTHORIZATION && classified.code.as_deref().is_some_and(is_invalid)
    {
        classified.hint = Some(CHECK_START_URL.into());
    }
    classified
}
