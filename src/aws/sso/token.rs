//! Cached tokens of IAM Identity Center, which `aws sso login` writes. Format as in
//! <https://github.com/boto/botocore/blob/develop/botocore/tokens.py>.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use aws_sdk_ssooidc::operation::create_token::CreateTokenOutput;
use serde_json::{Map, Value};
use thiserror::Error;
use zeroize::{Zeroize as _, Zeroizing};

use crate::aws::errors::classify::unreadable_response;
use crate::aws::operations::CREATE_TOKEN;
use crate::aws::sso::cache_file::{file_name, save_fields, text, written_time};
use crate::aws::sso::registration::Registration;
use crate::aws::sso::session::SsoSession;
use crate::aws::time::parse_time;
use crate::model::{Secret, ServiceError, escape_path};

/// Remaining lifetime below which a token is refreshed, as in the SDK.
const REFRESH_MARGIN: Duration = Duration::from_mins(5);

/// Reason of a response that cannot be used.
pub(super) const NO_TOKEN: &str = "the response contains no token";

/// File of a cached token. It holds secrets, so it is not shown.
pub(super) struct CachedToken {
    path: PathBuf,
    fields: Map<String, Value>,
    /// Token that opens the portal.
    pub access_token: Secret,
    expires_at: SystemTime,
}

/// What a refresh needs.
pub(super) struct RefreshGrant {
    /// `clientId`.
    pub client_id: String,
    /// `clientSecret`.
    pub client_secret: Secret,
    /// `refreshToken`.
    pub refresh_token: Secret,
}

/// A token cache that cannot be used. Its texts are fragments that end a sentence.
#[derive(Debug, Error)]
pub(in crate::aws) enum TokenFileError {
    /// There is no file.
    #[error("there is no cached SSO token")]
    None,
    /// The file cannot be read.
    #[error("the cached SSO token in {} could not be read: {}", escape_path(.0), .1)]
    NotRead(PathBuf, io::Error),
    /// The file is no JSON object.
    #[error("the cached SSO token in {} is not a JSON object", escape_path(.0))]
    NotJson(PathBuf),
    /// This field is missing or is not a text.
    #[error("the cached SSO token in {} has no {}", escape_path(.0), .1)]
    Missing(PathBuf, &'static str),
    /// `expiresAt` is no time.
    #[error("expiresAt of the cached SSO token in {} is not a time", escape_path(.0))]
    BadTime(PathBuf),
}

/// The tokens of a response of the token service.
pub(super) struct IssuedTokens {
    access_token: String,
    refresh_token: Option<String>,
    /// Time until the access token expires, at least a second.
    lifetime: Duration,
}

impl IssuedTokens {
    /// Takes the tokens out of a response.
    ///
    /// # Errors
    /// Returns an error if there is no access token, or none that is valid for some time.
    pub(super) fn from_response(response: CreateTokenOutput) -> Result<Self, ServiceError> {
        let seconds = u64::try_from(response.expires_in).ok().filter(|seconds| *seconds > 0);
        match (response.access_token, seconds.map(Duration::from_secs)) {
            (Some(access_token), Some(lifetime)) => {
                Ok(Self { access_token, refresh_token: response.refresh_token, lifetime })
            }
            _ => Err(unreadable_response(CREATE_TOKEN, NO_TOKEN)),
        }
    }
}

impl CachedToken {
    /// Returns the path of the file of a session name or, without a session, of a start URL.
    pub(super) fn path(directory: &Path, identifier: &str) -> PathBuf {
        directory.join(file_name(identifier))
    }

    /// Reads the token of a session name or, without a session, of a start URL.
    ///
    /// # Errors
    /// Returns an error if there is no token, or if it cannot be read.
    pub(super) async fn read(directory: &Path, identifier: &str) -> Result<Self, TokenFileError> {
        let path = Self::path(directory, identifier);
        let bytes = match tokio::fs::read(&path).await {
            Ok(bytes) => Zeroizing::new(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(TokenFileError::None);
            }
            Err(error) => return Err(TokenFileError::NotRead(path, error)),
        };
        let Ok(Value::Object(fields)) = serde_json::from_slice(&bytes) else {
            return Err(TokenFileError::NotJson(path));
        };
        let missing = |name| TokenFileError::Missing(path.clone(), name);
        let access_token = text(&fields, "accessToken").ok_or_else(|| missing("accessToken"))?;
        let expires_at = text(&fields, "expiresAt").ok_or_else(|| missing("expiresAt"))?;
        let expires_at =
            parse_time(expires_at).ok_or_else(|| TokenFileError::BadTime(path.clone()))?;
        let access_token = Secret::new(access_token);
        Ok(Self { path, fields, access_token, expires_at })
    }

    /// Returns the token that a sign-in has brought at `now`. It replaces all of the former one:
    /// that one's refresh token may be of another user.
    pub(super) fn issued(
        directory: &Path,
        session: &SsoSession,
        client: &Registration,
        tokens: IssuedTokens,
        now: SystemTime,
    ) -> Self {
        let mut token = Self {
            path: Self::path(directory, session.label()),
            fields: Map::new(),
            access_token: Secret::new(""),
            expires_at: now,
        };
        token.replace(tokens, now);
        token.set("clientId", client.client_id.clone());
        token.set("clientSecret", client.client_secret.reveal().to_owned());
        token.set("registrationExpiresAt", client.expires_at.clone());
        token.set("region", session.region.clone());
        token.set("startUrl", session.start_url.clone());
        token
    }

    /// Returns the end of the token.
    pub(super) fn expires_at(&self) -> SystemTime {
        self.expires_at
    }

    /// Returns the path of the file.
    pub(super) fn file(&self) -> &Path {
        &self.path
    }

    /// Returns whether the token has expired.
    pub(super) fn is_expired(&self, now: SystemTime) -> bool {
        self.expires_at <= now
    }

    /// Returns whether the token expires within five minutes.
    pub(super) fn expires_soon(&self, now: SystemTime) -> bool {
        self.expires_at <= now + REFRESH_MARGIN
    }

    /// Returns what a refresh needs, unless the token cannot be refreshed.
    pub(super) fn refresh_grant(&self, now: SystemTime) -> Option<RefreshGrant> {
        let get = |name| text(&self.fields, name);
        if parse_time(get("registrationExpiresAt")?)? <= now {
            return None;
        }
        Some(RefreshGrant {
            client_id: get("clientId")?.to_owned(),
            client_secret: Secret::new(get("clientSecret")?),
            refresh_token: Secret::new(get("refreshToken")?),
        })
    }

    /// Takes over a token that was refreshed at `now`.
    pub(super) fn replace(&mut self, tokens: IssuedTokens, now: SystemTime) {
        let IssuedTokens { access_token, refresh_token, lifetime } = tokens;
        self.access_token = Secret::new(&access_token);
        self.expires_at = now + lifetime;
        self.set("accessToken", access_token);
        if let Some(time) = written_time(self.expires_at) {
            self.set("expiresAt", time);
        }
        if let Some(refresh_token) = refresh_token {
            self.set("refreshToken", refresh_token);
        }
    }

    fn set(&mut self, name: &str, value: String) {
        let key = self.fields.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned();
        let former =
            self.fields.insert(key.unwrap_or_else(|| name.to_owned()), Value::String(value));
        if let Some(Value::String(mut former)) = former {
            former.zeroize();
        }
    }

    /// Replaces the file. Only its owner can read the new one.
    ///
    /// # Errors
    /// Returns an error if it cannot be written.
    pub(super) fn save(&self) -> io::Result<()> {
        save_fields(&self.path, &self.fields)
    }
}

impl Drop for CachedToken {
    fn drop(&mut self) {
        for value in self.fields.values_mut() {
            if let Value::String(text) = value {
                text.zeroize();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_refreshed_token_replaces_the_file_and_keeps_other_fields() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(file_name("Acme Corp"));
        let old = r#"{"startUrl": "u", "accessToken": "old", "expiresAt": "2026-11-29T03:04:24UTC",
            "clientId": "c", "clientSecret": "s", "registrationExpiresAt": "2099-01-01T00:00:00+0000",
            "refreshToken": "r", "scopes": ["a"]}"#;
        std::fs::write(&path, old).unwrap();
        let read = async || CachedToken::read(directory.path(), "Acme Corp").await;
        let mut token = read().await.unwrap();
        let end = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_921_464);
        assert!(token.is_expired(end) && !token.is_expired(end - Duration::from_secs(1)));
        assert!(token.expires_soon(end - Duration::from_mins(5)));
        assert!(!token.expires_soon(end - Duration::from_secs(301)), "not yet");
        assert_eq!(token.refresh_grant(end).unwrap().refresh_token, Secret::new("r"));
        let tokens = IssuedTokens {
            access_token: "new".to_owned(),
            refresh_token: None,
            lifetime: Duration::from_hours(1),
        };
        token.replace(tokens, end);
        token.save().unwrap();
        let written: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(
            written.to_string(),
            r#"{"startUrl":"u","accessToken":"new","expiresAt":"2026-11-29T04:04:24Z","clientId":"c","clientSecret":"s","registrationExpiresAt":"2099-01-01T00:00:00+0000","refreshToken":"r","scopes":["a"]}"#
        );
        assert_eq!(read().await.unwrap().access_token, Secret::new("new"));
        std::fs::write(&path, old.replace("2099", "2020")).unwrap();
        assert!(read().await.unwrap().refresh_grant(end).is_none(), "the registration has expired");
    }

    #[tokio::test]
    async fn each_invalid_token_file_has_its_reason() {
        let directory = tempfile::tempdir().unwrap();
        let read = async |text: &str| {
            std::fs::write(directory.path().join(file_name("s")), text).unwrap();
            CachedToken::read(directory.path(), "s").await.err().unwrap().to_string()
        };
        assert!(read("secret").await.ends_with("is not a JSON object"));
        assert!(read("{\"accessToken\": 1}").await.ends_with("has no accessToken"));
        assert!(read("{\"accessToken\": \"x\"}").await.ends_with("has no expiresAt"));
        let bad = read("{\"accessToken\": \"x\", \"expiresAt\": \"secret\"}").await;
        assert!(bad.starts_with("expiresAt of") && !bad.contains("secret"), "{bad}");
        let none = CachedToken::read(directory.path(), "other").await.err().unwrap().to_string();
        assert_eq!(none, "there is no cached SSO token");
    }
}
