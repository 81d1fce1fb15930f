//! Valid tokens of IAM Identity Center: read from the cache and, if they expire soon, refreshed.
//!
//! A refresh token works once. So sessions of this process that use the same file refresh it one
//! after the other, and all but the first find the fresh token there. Another process may do the
//! same at the same time: the AWS CLI locks nothing, so the file is read again after a failure.
//!
//! A refresh is a task of its own, since the read that needs the token may be cancelled: the server
//! has then used up the refresh token, and the user would have to sign in again.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, PoisonError, Weak};
use std::time::{Duration, SystemTime};

use tokio::sync::{OwnedMutexGuard, watch};

use crate::aws::operations::CREATE_TOKEN;
use crate::aws::sdk_clients::ClientFactory;
use crate::aws::sso::error::{SsoError, call_error};
use crate::aws::sso::session::{SsoSession, TokenSource};
use crate::aws::sso::token::{CachedToken, IssuedTokens, RefreshGrant};
use crate::model::{ErrorKind, Secret, ServiceError};

/// Limit for one refresh, so that it does not keep the lock of its file if the server never
/// responds.
const REFRESH_TIMEOUT: Duration = Duration::from_mins(1);

/// Lock of one token file.
type FileLock = tokio::sync::Mutex<()>;

/// Locks of the token files in use, by path.
static LOCKS: LazyLock<std::sync::Mutex<HashMap<PathBuf, Weak<FileLock>>>> =
    LazyLock::new(std::sync::Mutex::default);

/// Number of refreshes in progress.
static IN_PROGRESS: LazyLock<watch::Sender<usize>> = LazyLock::new(watch::Sender::default);

/// A refresh in progress, as long as it lives. Keeps the lock of the file.
struct InProgress(#[expect(dead_code, reason = "held")] OwnedMutexGuard<()>);

impl InProgress {
    fn begin(lock: OwnedMutexGuard<()>) -> Self {
        IN_PROGRESS.send_modify(|number| *number += 1);
        Self(lock)
    }
}

impl Drop for InProgress {
    fn drop(&mut self) {
        IN_PROGRESS.send_modify(|number| *number -= 1);
    }
}

/// Waits until no token is being refreshed.
pub(crate) async fn wait_for_token_refreshes() {
    // The sender lives as long as the program.
    let _ = IN_PROGRESS.subscribe().wait_for(|number| *number == 0).await;
}

/// Returns the lock of a token file, the same for all sessions of this process.
pub(super) fn token_file_lock(path: &Path) -> Arc<FileLock> {
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
        let lock = token_file_lock(&CachedToken::path(directory, self.label()));
        let lock = lock.lock_owned().await;
        let mut token = CachedToken::read(directory, self.label()).await?;
        let now = SystemTime::now();
        let is_needed = token.expires_soon(now) || usable(&token).is_err();
        let grant = self.name.as_ref().filter(|_| is_needed).and_then(|_| token.refresh_grant(now));
        let Some(grant) = grant else { return usable(&token) };
        let in_progress = InProgress::begin(lock);
        let refresh =
            refresh_holding_lock(self.clone(), token, grant, client_factory.clone(), in_progress);
        let (refreshed, result) = tokio::spawn(refresh).await.map_err(|_| {
            // Only if it panicked, or at the end of the runtime.
            SsoError::Call(ServiceError::internal(CREATE_TOKEN))
        })?;
        token = refreshed;
        let Err(error) = result else { return usable(&token) };
        // Another process may have used the refresh token.
        if let Ok(other) = CachedToken::read(directory, self.label()).await {
            token = other;
        }
        // Signing in would fail like this call.
        let is_of_service = error.kind.is_transient() || error.kind == ErrorKind::BadCertificate;
        usable(&token)
            .map_err(|unusable| if is_of_service { SsoError::Call(error) } else { unusable })
    }

    /// Refreshes the token and saves it. At most one minute. One call:
    /// <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html>.
    async fn refresh_and_save(
        &self,
        token: &mut CachedToken,
        grant: RefreshGrant,
        client_factory: &ClientFactory,
    ) -> Result<(), ServiceError> {
        let now = SystemTime::now();
        let secrets = [grant.client_secret.clone(), grant.refresh_token.clone()];
        let sent = self
            .oidc_client(client_factory)
            .create_token()
            .grant_type("refresh_token")
            .client_id(grant.client_id)
            .client_secret(grant.client_secret.reveal())
            .refresh_token(grant.refresh_token.reveal())
            .send();
        let response = tokio::time::timeout(REFRESH_TIMEOUT, sent)
            .await
            .map_err(|_| ServiceError::timed_out(CREATE_TOKEN))?
            .map_err(|error| call_error(CREATE_TOKEN, &error, &secrets))?;
        token.replace(IssuedTokens::from_response(response)?, now);
        // The token works now also if the next program must refresh it again.
        if let Err(error) = token.save() {
            tracing::warn!(%error, "the refreshed SSO token was not saved");
        }
        Ok(())
    }
}

/// Refreshes the token of the session and saves it, under the lock of its file. Returns the token,
/// which is the former one after an error.
async fn refresh_holding_lock(
    session: SsoSession,
    mut token: CachedToken,
    grant: RefreshGrant,
    client_factory: ClientFactory,
    _in_progress: InProgress,
) -> (CachedToken, Result<(), ServiceError>) {
    let result = session.refresh_and_save(&mut token, grant, &client_factory).await;
    (token, result)
}
