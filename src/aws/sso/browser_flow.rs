//! Sign-in in a browser of this machine: authorization code with PKCE (RFC 6749, RFC 7636, RFC
//! 8252).
//!
//! ```text
//! RegisterClient ──► /authorize in the browser ──► 127.0.0.1 ──► CreateToken ──► cache
//! ```

use std::fmt::Write as _;
use std::time::SystemTime;

use aws_sdk_ssooidc::config::endpoint::{DefaultResolver, Params, ResolveEndpoint as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::aws::endpoint_hosts::is_identity_center;
use crate::aws::sdk_clients::ClientFactory;
use crate::aws::sso::oidc::SignInError;
use crate::aws::sso::registration::{CODE_GRANT, Grant, Registration};
use crate::aws::sso::session::SsoSession;
use crate::model::{ErrorKind, Secret, ServiceError};

/// Operation of an address that cannot be found.
const AUTHORIZE: &str = "Authorize";

/// Characters that are encoded in a query (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Random bytes of the verifier: 64 characters.
const VERIFIER_BYTES: usize = 48;

/// Random bytes of the state.
const STATE_BYTES: usize = 24;

/// A sign-in that a browser of this machine can complete. Its secrets are not shown.
#[derive(Debug)]
pub(crate) struct BrowserRequest {
    client: Registration,
    verifier: Secret,
    /// State that the browser's response has to repeat.
    pub state: Secret,
    redirect_uri: String,
    /// Address to open.
    pub address: String,
}

impl SsoSession {
    /// Prepares a sign-in whose response comes to this port of 127.0.0.1. One call, or none if the
    /// client is registered already.
    ///
    /// # Errors
    /// Returns an error if the token could not be saved, if the session does not allow it, if the
    /// service refuses, or if it cannot be reached.
    pub(in crate::aws) async fn start_browser_flow(
        &self,
        client_factory: &ClientFactory,
        port: u16,
    ) -> Result<BrowserRequest, SignInError> {
        if self.uses_device_code {
            return Err(SignInError::UsesDeviceCode);
        }
        let directory = self.writable_cache()?;
        if self.name.is_none() {
            return Err(SignInError::BrowserNeedsSession);
        }
        let grant = Grant::AuthorizationCode;
        let client = match Registration::read(directory, self, grant).await {
            Some(client) => client,
            None => self.register(client_factory, grant).await?,
        };
        let host = self.authorization_host(client_factory).await?;
        let redirect_uri = format!("http://127.0.0.1:{port}/oauth/callback");
        let (verifier, state) = (random(VERIFIER_BYTES)?, random(STATE_BYTES)?);
        let challenge = challenge(&verifier);
        let scopes = self.registration_scopes().join(" ");
        let mut address = format!("{host}/authorize?response_type=code&code_challenge_method=S256");
        for (name, value) in [
            ("client_id", &client.client_id),
            ("redirect_uri", &redirect_uri),
            ("state", &*state),
            ("scopes", &scopes),
            ("code_challenge", &challenge),
        ] {
            let value = utf8_percent_encode(value, RESERVED);
            // Writing to a String cannot fail.
            let _ = write!(address, "&{name}={value}");
        }
        let (verifier, state) = (Secret::new(&verifier), Secret::new(&state));
        Ok(BrowserRequest { client, verifier, state, redirect_uri, address })
    }

    /// Returns scheme and host of the token service, which has the page to authorize.
    ///
    /// # Errors
    /// Returns an error if the SDK knows none for the region.
    pub(in crate::aws) async fn authorization_host(
        &self,
        client_factory: &ClientFactory,
    ) -> Result<String, SignInError> {
        if let Some(url) = &self.oidc_url {
            return Ok(url.clone());
        }
        let config = self.with_endpoint_family(client_factory, None).config;
        let params = Params::builder()
            .region(self.region.as_str())
            .use_fips(config.fips)
            .use_dual_stack(config.dual_stack)
            .build();
        let unknown = |error: &dyn std::error::Error| {
            ServiceError::new(ErrorKind::Other, AUTHORIZE, error.to_string())
        };
        let params = params.map_err(|error| unknown(&error))?;
        let endpoint = DefaultResolver::new().resolve_endpoint(&params).await;
        Ok(endpoint.map_err(|error| unknown(&*error))?.url().to_owned())
    }

    /// Exchanges the code of the browser's response for the token, and saves it. One call.
    ///
    /// # Errors
    /// Returns an error if the service refuses or cannot be reached, or if the token cannot be
    /// saved.
    pub(in crate::aws) async fn redeem_code(
        &self,
        client_factory: &ClientFactory,
        request: &BrowserRequest,
        code: &Secret,
    ) -> Result<Timestamp, SignInError> {
        let sent = self
            .oidc_client(client_factory)
            .create_token()
            .grant_type(CODE_GRANT)
            .client_id(&request.client.client_id)
            .client_secret(request.client.client_secret.reveal())
            .code(code.reveal())
            .code_verifier(request.verifier.reveal())
            .redirect_uri(&request.redirect_uri)
            .send();
        let now = SystemTime::now();
        match sent.await {
            Ok(response) => self.save_token(&request.client, response, now).await,
            Err(error) => {
                let secrets = vec![code.clone(), request.verifier.clone()];
                Err(self.token_error(&request.client, secrets, &error))
            }
        }
    }
}

impl BrowserRequest {
    /// Returns whether AWS runs the page that the browser is sent to.
    pub(crate) fn is_page_of_aws(&self) -> bool {
        let host = self.address.split("/authorize?").next().unwrap_or_default();
        is_identity_center(host)
    }
}

/// Returns the challenge of a verifier (RFC 7636, section 4.2).
fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// Returns a random text of base64 for URLs.
fn random(bytes: usize) -> Result<Zeroizing<String>, SignInError> {
    let mut random = Zeroizing::new(vec![0; bytes]);
    getrandom::fill(&mut random).map_err(|error| {
        SignInError::Call(ServiceError::new(ErrorKind::Other, AUTHORIZE, error.to_string()))
    })?;
    Ok(Zeroizing::new(URL_SAFE_NO_PAD.encode(&*random)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7636, appendix B.
    #[test]
    fn the_challenge_is_the_hash_of_the_verifier() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        let (one, other) = (random(VERIFIER_BYTES).unwrap(), random(VERIFIER_BYTES).unwrap());
        assert!(one.len() == 64 && *one != *other);
    }
}
