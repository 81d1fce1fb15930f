//! The AWS config files as they were read last.

use tokio::sync::Mutex;

use crate::aws::{ConnectOptions, SettingsError, SharedConfig};

/// Reads the AWS config files again only if they have changed.
#[derive(Default)]
pub(super) struct ConfigCache(Mutex<Option<SharedConfig>>);

impl ConfigCache {
    /// Returns the files. All callers must have the same source of settings.
    ///
    /// # Errors
    /// Returns an error if a file cannot be read.
    pub(super) async fn get(
        &self,
        connect: &ConnectOptions,
    ) -> Result<SharedConfig, SettingsError> {
        let mut cached = self.0.lock().await;
        if let Some(config) = &*cached
            && config.is_current(connect).await
        {
            return Ok(config.clone());
        }
        Ok(cached.insert(SharedConfig::read(connect).await?).clone())
    }
}
