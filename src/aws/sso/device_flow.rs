//! Device authorization (RFC 8628): a code that the user approves in a browser on any machine, and
//! the token that follows.
//!
//! ```text
//! RegisterClient ──► StartDeviceAuthorization ──► CreateToken, again and again until approved
//!  (cached)            (never cached)                └──► token in the cache
//! ```

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use aws_sdk_sso::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use jiff::Timestamp;
use serde_json::Value;
use thiserror::Error;

use crate::aws::errors::classify::unreadable_response;
use crate::aws::errors::denial::CREATE_TOKEN;
use crate::aws::sdk_clients::ClientFactory;
use crate::aws::sso::cache_file::check_writable;
use crate::aws::sso::error::call_error;
use crate::aws::sso::refresh::lock_of;
use crate::aws::sso::registration::{DEVICE_GRANT, Registration};
use crate::aws::sso::session::{SsoSession, TokenSource};
use crate::aws::sso::token::CachedToken;
use crate::model::{ErrorKind, Secret, ServiceError, escape_hidden};

/// Name of the client, which the page of the approval shows.
const CLIENT_NAME: &str = "keyflip";

/// Kind of a client without a secret of its own.
const PUBLIC_CLIENT: &str = "public";

const REGISTER_CLIENT: &str = "RegisterClient";
const START_DEVICE_AUTHORIZATION: &str = "StartDeviceAuthorization";

/// Pause between two calls for the token if the service names none (RFC 8628, section 3.2).
const DEFAULT_INTERVAL: Duration = Duration::from_secs(5);

/// Lifetime of a code if the service names none.
const DEFAULT_LIFETIME: Duration = Duration::from_mins(10);

/// Hint for a start URL or a region that the service refuses.
const CHECK_START_URL: &str = "Check sso_start_url and sso_region of the session.";

/// A response without this field.
const NO_CODE: &str = "the response contains no code";
const NO_CLIENT: &str = "the response contains no client";
const NO_TOKEN: &str = "the response contains no token";

/// A sign-in that has failed. Its texts are sentences.
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
    /// A call failed.
    #[error(transparent)]
    Call(#[from] ServiceError),
    /// The token cannot be saved. Nothing was sent.
    #[error(
        "Could not write to {}: {}. The token could not be saved there, so nothing was sent.",
        shown(.0), .1
    )]
    CacheNotWritable(PathBuf, io::Error),
    /// The token was not saved.
    #[error(
        "You are signed in, but the token could not be saved to {}: {}. Make room there and start \
         again.",
        shown(.0), .1
    )]
    NotSaved(PathBuf, io::Error),
    /// The token does not come from a sign-in.
    #[error("The demo is always signed in. To try a sign-in, serve one with keyflip demo --files.")]
    Demo,
}

fn shown(path: &Path) -> String {
    escape_hidden(&path.to_string_lossy()).into_owned()
}

/// A code that waits for its approval. Its secrets are not shown.
#[derive(Debug)]
pub(crate) struct DeviceCode {
    client: ClientSecrets,
    secret: Secret,
    /// Code that the user compares or types.
    pub user_code: String,
    /// Page on which the user types the code.
    pub page: String,
    /// The same page with the code in its address.
    pub complete_page: Option<String>,
    /// Pause between two calls for the token.
    pub interval: Duration,
    /// Lifetime of the code.
    pub lifetime: Duration,
}

/// The client that a code was issued to.
struct ClientSecrets(Registration);

impl std::fmt::Debug for ClientSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("** hidden **")
    }
}

/// Reply to a call for the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenReply {
    /// The token is in the cache, and valid until then.
    SignedIn(Timestamp),
    /// The code is not approved yet.
    Pending,
    /// The calls come too fast.
    SlowDown,
}

impl SsoSession {
    /// Starts a device authorization. Two calls, or one if the client is registered already.
    ///
    /// # Errors
    /// Returns an error if the token could not be saved, if the service refuses, or if it cannot be
    /// reached.
    pub(in crate::aws) async fn start_device_flow(
        &self,
        client_factory: &ClientFactory,
    ) -> Result<DeviceCode, SignInError> {
        let directory = self.cache()?;
        let not_writable = |error| SignInError::CacheNotWritable(directory.to_owned(), error);
        check_writable(directory).map_err(not_writable)?;
        if let Some(client) = Registration::read(directory, self, SystemTime::now()).await {
            match self.request_code(client_factory, client).await {
                // The service has forgotten the client.
                Err(SignInError::Call(error)) if is_unknown_client(&error) => {}
                started => return started,
            }
        }
        let client = self.register(client_factory).await?;
        if let Err(error) = client.save(directory, self) {
            tracing::warn!(%error, "the client of Identity Center was not saved");
        }
        self.request_code(client_factory, client).await
    }

    async fn register(&self, client_factory: &ClientFactory) -> Result<Registration, SignInError> {
        let scopes = Some(self.registration_scopes()).filter(|scopes| !scopes.is_empty());
        let response = self
            .oidc_client(client_factory)
            .register_client()
            .client_name(CLIENT_NAME)
            .client_type(PUBLIC_CLIENT)
            .set_scopes(scopes)
            .send()
            .await
            .map_err(|error| oidc_error(REGISTER_CLIENT, &error))?;
        let secret = response.client_secret.map(zeroize::Zeroizing::new);
        let client = match (response.client_id, secret) {
            (Some(id), Some(secret)) => {
                Registration::issued(id, &secret, response.client_secret_expires_at)
            }
            _ => None,
        };
        client.ok_or_else(|| unreadable_response(REGISTER_CLIENT, NO_CLIENT).into())
    }

    async fn request_code(
        &self,
        client_factory: &ClientFactory,
        client: Registration,
    ) -> Result<DeviceCode, SignInError> {
        let response = self
            .oidc_client(client_factory)
            .start_device_authorization()
            .client_id(&client.client_id)
            .client_secret(client.client_secret.reveal())
            .start_url(&self.start_url)
            .send()
            .await
            .map_err(|error| oidc_error(START_DEVICE_AUTHORIZATION, &error))?;
        let seconds = |number: i32, default| match u64::try_from(number) {
            Ok(seconds @ 1..) => Duration::from_secs(seconds),
            _ => default,
        };
        let device_code = response.device_code.map(zeroize::Zeroizing::new);
        let (Some(device_code), Some(user_code), Some(page)) =
            (device_code, response.user_code, response.verification_uri)
        else {
            return Err(unreadable_response(START_DEVICE_AUTHORIZATION, NO_CODE).into());
        };
        Ok(DeviceCode {
            client: ClientSecrets(client),
            secret: Secret::new(&device_code),
            user_code,
            page,
            complete_page: response.verification_uri_complete,
            interval: seconds(response.interval, DEFAULT_INTERVAL),
            lifetime: seconds(response.expires_in, DEFAULT_LIFETIME),
        })
    }

    /// Asks for the token of a code, and saves it. One call.
    ///
    /// # Errors
    /// Returns an error if the code was refused or has expired, if the call failed, or if the token
    /// could not be saved.
    pub(in crate::aws) async fn request_token(
        &self,
        client_factory: &ClientFactory,
        code: &DeviceCode,
    ) -> Result<TokenReply, SignInError> {
        let directory = self.cache()?;
        let ClientSecrets(client) = &code.client;
        let sent = self
            .oidc_client(client_factory)
            .create_token()
            .grant_type(DEVICE_GRANT)
            .client_id(&client.client_id)
            .client_secret(client.client_secret.reveal())
            .device_code(code.secret.reveal())
            .send();
        let now = SystemTime::now();
        let response = match sent.await {
            Ok(response) => response,
            Err(error) => {
                return match oauth_code(&error).as_deref() {
                    Some("authorization_pending" | "AuthorizationPendingException") => {
                        Ok(TokenReply::Pending)
                    }
                    Some("slow_down" | "SlowDownException") => Ok(TokenReply::SlowDown),
                    Some("expired_token" | "ExpiredTokenException") => Err(SignInError::Expired),
                    Some("access_denied" | "AccessDeniedException") => Err(SignInError::Denied),
                    Some("invalid_grant" | "InvalidGrantException") => Err(SignInError::CodeUsed),
                    _ => Err(oidc_error(CREATE_TOKEN, &error).into()),
                };
            }
        };
        let lifetime = u64::try_from(response.expires_in).ok().map(Duration::from_secs);
        let (Some(access_token), Some(lifetime)) = (response.access_token, lifetime) else {
            return Err(unreadable_response(CREATE_TOKEN, NO_TOKEN).into());
        };
        let tokens = (access_token, response.refresh_token);
        let token = CachedToken::issued(directory, self, client, tokens, lifetime, now);
        // A refresh in progress would save its own token last.
        let lock = lock_of(token.file());
        let _guard = lock.lock().await;
        let not_saved = |error| SignInError::NotSaved(token.file().to_owned(), error);
        token.save().map_err(not_saved)?;
        let end = Timestamp::try_from(token.expires_at());
        end.map(TokenReply::SignedIn)
            .map_err(|_| unreadable_response(CREATE_TOKEN, NO_TOKEN).into())
    }

    fn cache(&self) -> Result<&Path, SignInError> {
        match &self.token {
            TokenSource::Cache(directory) => Ok(directory),
            TokenSource::Fixed(_) => Err(SignInError::Demo),
        }
    }
}

/// Returns the error code of a response: that of the OAuth standard in its body, else that of AWS.
fn oauth_code<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Option<String> {
    let SdkError::ServiceError(response) = error else { return None };
    let in_body = body_field(response.raw(), "error");
    in_body.or_else(|| response.err().code().map(str::to_owned))
}

fn body_field(response: &HttpResponse, name: &str) -> Option<String> {
    let body: Value = serde_json::from_slice(response.body().bytes()?).ok()?;
    body.get(name)?.as_str().map(str::to_owned)
}

/// Converts an error of the token service. The SDK does not know `error_description`.
fn oidc_error<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> ServiceError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let mut classified = call_error(operation, error);
    let SdkError::ServiceError(response) = error else { return classified };
    if classified.code.is_none()
        && let Some(code) = oauth_code(error)
    {
        // The body is that of the service after all.
        classified.kind = ErrorKind::Other;
        classified.code = Some(escape_hidden(&code).into());
        classified.hint = None;
    }
    if let Some(description) = body_field(response.raw(), "error_description")
        && !description.is_empty()
    {
        classified.message = escape_hidden(&description).into();
    }
    let is_invalid = |code: &str| ["InvalidRequestException", "invalid_request"].contains(&code);
    if operation == START_DEVICE_AUTHORIZATION && classified.code.as_deref().is_some_and(is_invalid)
    {
        classified.hint = Some(CHECK_START_URL.into());
    }
    classified
}

/// Returns `true` if the service does not know the client, or no longer accepts its secret.
fn is_unknown_client(error: &ServiceError) -> bool {
    let codes = ["InvalidClientException", "invalid_client", "UnauthorizedClientException"];
    error.code.as_deref().is_some_and(|code| codes.contains(&code))
}
