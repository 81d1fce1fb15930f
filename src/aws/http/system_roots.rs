//! Certificate check with the CA certificates of the system.

use std::sync::{Arc, LazyLock};

use hyper_rustls::ConfigBuilderExt as _;
use rustls::ClientConfig;
use rustls::crypto::ring;

use crate::aws::http::tls_client::TlsError;

/// Returns TLS settings that trust the system's CA certificates, or those that `SSL_CERT_FILE` and
/// `SSL_CERT_DIR` name. They are read once: parsing them takes a few milliseconds.
///
/// # Errors
/// Returns an error if there is no such certificate.
pub(in crate::aws) fn config() -> Result<Arc<ClientConfig>, TlsError> {
    static CONFIG: LazyLock<Result<Arc<ClientConfig>, TlsError>> = LazyLock::new(|| {
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions()?.with_native_roots();
        let builder = builder.map_err(|error| TlsError::NoSystemCertificates(Arc::new(error)))?;
        Ok(Arc::new(builder.with_no_client_auth()))
    });
    CONFIG.clone()
}
