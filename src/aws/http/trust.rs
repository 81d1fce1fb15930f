//! Which server certificates are accepted.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use hyper_rustls::ConfigBuilderExt as _;
use rustls::ClientConfig;
use rustls::crypto::ring;

use crate::aws::connect_options::SettingsError;
use crate::aws::http::ca_bundle::CaBundle;
use crate::aws::http::insecure_tls;
use crate::aws::messages;

/// Which server certificates are accepted.
#[derive(Debug)]
pub(super) enum Trust {
    /// Those issued by the system's CAs.
    System,
    /// Those of a bundle instead.
    Bundle(CaBundle),
    /// Those of a bundle that is not read yet, since both services are called over plain HTTP.
    /// Parsing a few hundred certificates takes as long as a call.
    BundleFile(PathBuf),
    /// All.
    Unchecked,
}

/// TLS settings that cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
pub(in crate::aws) enum TlsError {
    /// The CA bundle is unusable.
    #[error("{}", .0.message.trim_end_matches('.'))]
    CaBundle(#[from] SettingsError),
    /// The system has no CA certificates.
    #[error("{}", messages::no_system_certificates(.0))]
    NoSystemCertificates(Arc<std::io::Error>),
    /// The TLS library rejects the settings.
    #[error(transparent)]
    Rejected(#[from] rustls::Error),
}

impl Trust {
    /// Returns the TLS settings. Reading and parsing certificates may take a few milliseconds.
    ///
    /// # Errors
    /// Returns an error if there is no certificate, or if a bundle cannot be read.
    pub(super) fn tls(&self) -> Result<Arc<ClientConfig>, TlsError> {
        let config = match self {
            Self::System => return system(),
            Self::Bundle(bundle) => bundle.config()?,
            Self::BundleFile(path) => CaBundle::read(path)?.config()?,
            Self::Unchecked => insecure_tls::config()?,
        };
        Ok(Arc::new(config))
    }
}

/// Returns TLS settings that trust the system's CA certificates, or those that `SSL_CERT_FILE` and
/// `SSL_CERT_DIR` name. They are read once in a process.
fn system() -> Result<Arc<ClientConfig>, TlsError> {
    static CONFIG: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    if let Some(config) = CONFIG.get() {
        return Ok(Arc::clone(config));
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions()?.with_native_roots();
    let builder = builder.map_err(|error| TlsError::NoSystemCertificates(Arc::new(error)))?;
    Ok(Arc::clone(CONFIG.get_or_init(|| Arc::new(builder.with_no_client_auth()))))
}
