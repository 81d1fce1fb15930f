//! Device authorization (RFC 8628): a code that the user approves in a browser on any machine, and
//! the token that follows.
//!
//! ```text
//! RegisterClient ──► StartDeviceAuthorization ──► CreateToken, again and again until approved
//!  (cached)            (never cached)                └──► token in the cache
//! ```

use std::time::{Duration, SystemTime};

use jiff::Timestamp;

use crate::aws::errors::classify::unreadable_response;
use crate::aws::operations::START_DEVICE_AUTHORIZATION;
use crate::aws::sdk_clients::ClientFactory;
use crate::aws::sso::oidc::{SignInError, is_unknown_client, oauth_code, oidc_error};
use crate::aws::sso::registration::{DEVICE_GRANT, Grant, Registration};
use crate::aws::sso::session::SsoSession;
use crate::model::Secret;

/// Pause between two calls for the token if the service names none (RFC 8628, section 3.2).
const DEFAULT_INTERVAL: Duration = Duration::from_secs(5);

/// Lifetime of a code if the service names none.
const DEFAULT_LIFETIME: Duration = Duration::from_mins(10);

/// A response without this field.
const NO_CODE: &str = "the response contains no code";

/// A code that waits for its approval. Its secrets are not shown.
#[derive(Debug)]
pub(crate) struct DeviceCode {
    client: Registration,
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
        let directory = self.writable_cache()?;
        if let Some(client) = Registration::read(directory, self, Grant::DeviceCode).await {
            match self.request_code(client_factory, client).await {
                // The service has forgotten the client.
                Err(SignInError::Call(error)) if is_unknown_client(&error) => {}
                started => return started,
            }
        }
        let client = self.register(client_factory, Grant::DeviceCode).await?;
        self.request_code(client_factory, client).await
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
            .map_err(|error| {
                let secrets = [client.client_secret.clone()];
                oidc_error(START_DEVICE_AUTHORIZATION, &error, &secrets)
            })?;
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
            client,
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
        let client = &code.client;
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
                    _ => Err(self.token_error(client, vec![code.secret.clone()], &error)),
                };
            }
        };
        self.save_token(client, response, now).await.map(TokenReply::SignedIn)
    }
}
