//! The AWS config files as they were read last.

use tokio::sync::Mutex;

use crate::aws::{ConnectOptions, Portals, SettingsError, SharedConfig, open_portals};

/// Reads the AWS config files again only if they have changed.
#[derive(Default)]
pub(super) struct ConfigCache {
    config: Mutex<Option<SharedConfig>>,
    /// The portals of these files.
    portals: Mutex<Option<(SharedConfig, Portals)>>,
}

impl ConfigCache {
    /// Returns the files. All callers must have the same source of settings.
    ///
    /// # Errors
    /// Returns an error if a file cannot be read.
    pub(super) async fn get(
        &self,
        connect: &ConnectOptions,
    ) -> Result<SharedConfig, SettingsError> {
        let mut cached = self.config.lock().await;
        if let Some(config) = &*cached
            && config.is_current(connect).await
        {
            return Ok(config.clone());
        }
        Ok(cached.insert(SharedConfig::read(connect).await?).clone())
    }

    /// Returns the portals of all sign-ins in the files. All callers must have the same options.
    ///
    /// # Errors
    /// Returns an error if a file cannot be read, or if a setting that all of them share is
    /// invalid.
    pub(super) async fn portals(&self, connect: &ConnectOptions) -> Result<Portals, SettingsError> {
        let config = self.get(connect).await?;
        let mut cached = self.portals.lock().await;
        if let Some((of_files, portals)) = &*cached
            && of_files.is_same(&config)
        {
            return Ok(portals.clone());
        }
        let portals = open_portals(connect, &config)?;
        Ok(cached.insert((config, portals)).1.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;

    use super::*;
    use crate::aws::{ConfigSource, Environment};

    #[tokio::test]
    async fn portals_are_those_of_the_files_as_they_are_now() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("config");
        let section = |name: &str| {
            format!(
                "[sso-session {name}]\nsso_region = eu-west-1\n\
                 sso_start_url = https://{name}.awsapps.com/start\n"
            )
        };
        fs::write(&path, section("corp")).unwrap();
        let variables = [
            ("HOME", home.path().display().to_string()),
            ("AWS_CONFIG_FILE", path.display().to_string()),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value));
        let connect = ConnectOptions {
            config_source: ConfigSource::Environment(Environment::Given(Arc::new(
                variables.into(),
            ))),
            ..ConnectOptions::default()
        };
        let cache = ConfigCache::default();
        let names = async || {
            let portals = cache.portals(&connect).await.unwrap();
            portals.open.iter().map(|portal| portal.name().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names().await, ["corp"]);
        fs::write(&path, section("corp") + &section("new")).unwrap();
        assert_eq!(names().await, ["corp", "new"]);
    }
}
