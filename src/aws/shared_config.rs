//! The AWS config files, read once for any number of sessions.

use std::sync::Arc;

use crate::aws::client_config::ClientConfig;
use crate::aws::config_files::{AwsConfigFiles, FileStamps};
use crate::aws::connect_options::{ConfigSource, ConnectOptions, SettingsError};
use crate::aws::credentials::cache::CredentialsCache;
use crate::aws::http::client::HttpClients;
use crate::aws::iam::session::Session;
use crate::aws::iam::session_core::long_term_key_id;
use crate::aws::profiles::{check_profile, profiles_in_files};
use crate::aws::sdk_clients::ClientFactory;
use crate::model::{KeyId, Profile, Route, ServiceEndpoints, SessionId};

/// The contents of the config files, and what the sessions opened from them share: HTTP clients,
/// with certificates and connections, and the key IDs of the files. Cheap to clone.
#[derive(Clone)]
pub(crate) struct SharedConfig(Arc<SharedState>);

struct SharedState {
    files: Arc<AwsConfigFiles>,
    /// The files as they were before they were read.
    stamps: FileStamps,
    known_keys: Arc<[KeyId]>,
    http: HttpClients,
}

impl SharedConfig {
    /// Reads the files, unless the options are isolated.
    ///
    /// # Errors
    /// Returns an error if a file cannot be read.
    pub(crate) async fn read(connect: &ConnectOptions) -> Result<Self, SettingsError> {
        let (files, stamps) = match connect.environment() {
            Some(environment) => AwsConfigFiles::read(environment).await?,
            None => (AwsConfigFiles::default(), FileStamps::default()),
        };
        let known_keys = known_keys(connect, &files);
        let (files, http) = (Arc::new(files), HttpClients::default());
        Ok(Self(Arc::new(SharedState { files, stamps, known_keys, http })))
    }

    /// Returns whether the files are still those that were read. If in doubt, they are not.
    pub(crate) async fn is_current(&self, connect: &ConnectOptions) -> bool {
        match connect.environment() {
            Some(environment) => {
                let now = FileStamps::take(environment).await;
                self.0.stamps.is_settled() && self.0.stamps.files == now.files
            }
            None => true,
        }
    }

    /// Returns whether both were read at the same time.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Returns the parsed files.
    pub(super) fn files(&self) -> &AwsConfigFiles {
        &self.0.files
    }

    /// Returns the HTTP clients that all sessions share.
    pub(super) fn http(&self) -> &HttpClients {
        &self.0.http
    }

    /// Returns the profiles, sorted by name.
    pub(crate) fn profiles(&self) -> Vec<Profile> {
        profiles_in_files(&self.0.files)
    }

    /// Returns the endpoints of a session with a profile.
    ///
    /// # Errors
    /// Returns an error if the region or an endpoint URL is invalid.
    pub(crate) fn service_endpoints(
        &self,
        connect: &ConnectOptions,
        profile: &str,
    ) -> Result<ServiceEndpoints, SettingsError> {
        let config = ClientConfig::resolve(connect, &self.0.files, Some(profile))?;
        Ok(config.service_endpoints())
    }

    /// Opens a session. `connect` must have the source that the files were read from. Nothing is
    /// sent, and credentials are not resolved yet.
    ///
    /// # Errors
    /// Returns an error if the profile does not exist or has a syntax error, or if the region, an
    /// endpoint URL or the CA bundle is invalid.
    pub(crate) fn open(
        &self,
        connect: &ConnectOptions,
        id: SessionId,
    ) -> Result<Session, SettingsError> {
        let SharedState { files, known_keys, http, .. } = &*self.0;
        let named = connect.named_profile();
        check_profile(files, named.as_deref())?;
        let config = ClientConfig::resolve(connect, files, named.as_deref())?;
        let http = http.get(&config)?;
        let client_factory = ClientFactory { session: id, config, http };
        let profile = named.unwrap_or_else(|| "default".to_owned());
        let cache = CredentialsCache::new(
            connect.clone(),
            profile,
            Arc::clone(files),
            client_factory.clone(),
        );
        let route = connect.profile.as_deref().map(|name| Route::Profile(name.into()));
        let known_keys = Arc::clone(known_keys);
        Ok(Session::new(route, Arc::new(cache), client_factory, known_keys, connect.read_only))
    }
}

/// Returns the key IDs in files and environment, sorted. Each of them may have issued a session.
fn known_keys(connect: &ConnectOptions, files: &AwsConfigFiles) -> Arc<[KeyId]> {
    let own = match &connect.config_source {
        ConfigSource::Isolated { access_key, .. } => Some(access_key.clone()),
        ConfigSource::Environment(environment) => environment.get("AWS_ACCESS_KEY_ID"),
    };
    let ids = files.key_ids.iter().map(String::as_str).chain(own.as_deref());
    let mut keys: Vec<_> = ids.filter_map(long_term_key_id).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into()
}

/// Reads the files for one session, and opens it.
#[cfg(test)]
pub(crate) async fn open(
    connect: &ConnectOptions,
    id: SessionId,
) -> Result<Session, SettingsError> {
    SharedConfig::read(connect).await?.open(connect, id)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::aws::portal::open_portals;
    use crate::aws::tests::at_home;

    #[tokio::test]
    async fn changed_files_are_noticed() {
        let home = tempfile::tempdir().unwrap();
        let connect = at_home(home.path(), "[profile a]\n", "", &[]);
        let path = |name: &str| home.path().join(".aws").join(name);
        let config = SharedConfig::read(&connect).await.unwrap();
        assert!(
            !config.is_current(&connect).await,
            "just written: the next change may look the same"
        );
        let age = |name: &str, seconds: u64| {
            let file = fs::File::options().append(true).open(path(name)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(seconds)).unwrap();
        };
        for name in ["config", "credentials"] {
            age(name, 60);
        }
        let config = SharedConfig::read(&connect).await.unwrap();
        assert!(config.is_current(&connect).await);
        fs::write(path("config"), "[profile b]\n").unwrap();
        age("config", 50);
        assert!(!config.is_current(&connect).await, "the same size, another time");
        let config = SharedConfig::read(&connect).await.unwrap();
        assert_eq!(&*config.profiles()[0].name, "b");
        fs::remove_file(path("credentials")).unwrap();
        assert!(!config.is_current(&connect).await);
    }

    #[tokio::test]
    async fn sessions_are_opened_without_reading_the_files_again() {
        let home = tempfile::tempdir().unwrap();
        let profile = |n| format!("[profile p{n}]\nregion = eu-west-1\n");
        let profiles = (0..100).map(profile).collect::<Vec<_>>().concat();
        let connect = at_home(home.path(), &profiles, "", &[]);
        let config = SharedConfig::read(&connect).await.unwrap();
        fs::remove_dir_all(home.path()).unwrap();
        for (id, profile) in (1..).zip(config.profiles()) {
            let connect = connect.for_profile(&profile.name);
            assert!(config.open(&connect, SessionId(id)).is_ok(), "{profile:?}");
        }
        assert_eq!(config.0.http.built(), 1, "one HTTP client serves all");
    }

    #[tokio::test]
    async fn portals_share_the_connections_of_sessions() {
        let home = tempfile::tempdir().unwrap();
        let text = "[sso-session corp]\nsso_region = eu-west-1\n\
            sso_start_url = https://d-1.awsapps.com/start\n[profile a]\nregion = eu-west-1\n";
        let connect = at_home(home.path(), text, "", &[]);
        let config = SharedConfig::read(&connect).await.unwrap();
        assert_eq!(open_portals(&connect, &config).unwrap().open.len(), 1);
        config.open(&connect.for_profile("a"), SessionId(1)).unwrap();
        assert_eq!(config.0.http.built(), 1);
    }
}
