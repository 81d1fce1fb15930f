//! Valid tokens of IAM Identity Center: read from the cache and, if they expire soon, refreshed.
//!
//! A refresh token works once. So sessions of this process that use the same file refresh it one
//! after the other, and all but the first find the fresh token there. Another process may do the
//! same at the same time: the AWS CLI locks nothing, so the file is read again after a failure.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, PoisonError, Weak};
use std::time::{Duration, SystemTime};

use crate::aws::errors::classify::unreadable_response;
use crate::aws::errors::denial::CREATE_TOKEN;
use crate::aws::messages;
use crate::aws::sdk_clients::ClientFactory;
use crate::aws::sso::error::{SsoError, call_error};
use crate::aws::sso::session::{SsoSession, TokenSource};
use crate::aws::sso::token::{CachedToken, RefreshGrant};
use crate::model::{ErrorKind, Secret, ServiceError};

/// Lock of one token file.
type FileLock = tokio::sync::Mutex<()>;

/// Locks of the token files in use, by path.
static LOCKS: LazyLock<std::sync::Mutex<HashMap<PathBuf, Weak<FileLock>>>> =
    LazyLock::new(std::sync::Mutex::default);

/// Returns the lock of a token file, the same for all sessions of this process.
pub(super) fn lock_of(path: &Path) -> Arc<FileLock> {
    let mut locks = LOCKS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(lock) = locks.get(path).and_then(Weak::upgrade) {
        return lock;
    }
    locks.retain(|_, lock| lock.strong_count() > 0);
    let lock = Arc::default();
    locks.insert(path.to_owned(), Arc::downgrade(&lock));
    lock
}

impl SsoSession {
    /// Returns a valid token. A token of a session is refreshed before it expires, or if the portal
    /// has `refused` it.
    ///
    /// # Errors
    /// Returns an error if there is no token, or if it has expired or was refused and cannot be
    /// refreshed.
    pub(super) async fn token(
        &self,
        client_factory: &ClientFactory,
        refused: Option<&Secret>,
    ) -> Result<Secret, SsoError> {
        let directory = match &self.token {
            TokenSource::Cache(directory) => directory,
            TokenSource::Fixed(token) if refused.is_none() => return Ok(token.clone()),
            TokenSource::Fixed(_) => return Err(SsoError::Refused),
        };
        let usable = |token: &CachedToken| match refused {
            Some(refused) if *refused == token.access_token => Err(SsoError::Refused),
            _ if token.is_expired(SystemTime::now()) => Err(SsoError::Expired),
            _ => Ok(token.access_token.clone()),
        };
        let lock = lock_of(&CachedToken::path(directory, self.label()));
        let _guard = lock.lock().await;
        let mut token = CachedToken::read(directory, self.label()).await?;
        let now = SystemTime::now();
        let is_needed = token.expires_soon(now) || usable(&token).is_err();
        let grant = self.name.as_ref().filter(|_| is_needed).and_then(|_| token.refresh_grant(now));
        let Some(grant) = grant else { return usable(&token) };
        let Err(error) = self.refresh(&mut token, grant, client_factory, now).await else {
            return usable(&token);
        };
        // Another process may have used the refresh token.
        if let Ok(other) = CachedToken::read(directory, self.label()).await {
            token = other;
        }
        let is_network = matches!(
            error.kind,
            ErrorKind::Unreachable | ErrorKind::TimedOut | ErrorKind::BadCertificate
        );
        usable(&token).map_err(|unusable| if is_network { SsoError::Call(error) } else { unusable })
    }

    /// Refreshes the token and saves it. One call:
    /// <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html>.
    async fn refresh(
        &self,
        token: &mut CachedToken,
        grant: RefreshGrant,
        client_factory: &ClientFactory,
        now: SystemTime,
    ) -> Result<(), ServiceError> {
        let response = self
            .oidc_client(client_factory)
            .create_token()
            .grant_type("refresh_token")
            .client_id(grant.client_id)
            .client_secret(grant.client_secret.reveal())
            .refresh_token(grant.refresh_token.reveal())
            .send()
            .await
            .map_err(|error| call_error(CREATE_TOKEN, &error))?;
        let lifetime = u64::try_from(response.expires_in).ok().map(Duration::from_secs);
        let (Some(access_token), Some(lifetime)) = (response.access_token, lifetime) else {
            return Err(unreadable_response(CREATE_TOKEN, messages::NO_CREDENTIALS_IN_RESPONSE));
        };
        token.replace(access_token, response.refresh_token, lifetime, now);
        // The token works now also if the next program must refresh it again.
        if let Err(error) = token.save() {
            tracing::warn!(%error, "the refreshed SSO token was not saved");
        }
        Ok(())
    }
}
