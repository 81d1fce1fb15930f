//! HTTP client of all calls and credential sources.
//!
//! It has separate connectors for `http` and `https`, so that the system's certificates, which are
//! slow to load, are loaded only on the first `https` request.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::{
    RuntimeComponents, RuntimeComponentsBuilder,
};
use aws_smithy_types::config_bag::ConfigBag;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::aws::client_config::ClientConfig;
use crate::aws::connect_options::SettingsError;
use crate::aws::http::insecure_tls::InsecureClient;
use crate::aws::messages;

/// Builds the client for a configuration.
///
/// # Errors
/// Returns an error if the CA bundle cannot be read or contains an invalid certificate.
pub(in crate::aws) fn build(config: &ClientConfig) -> Result<SharedHttpClient, SettingsError> {
    let bundle = match &config.ca_bundle {
        Some(path) if config.is_plain() => Some(CaBundle::Unread(path.clone())),
        Some(path) if !config.no_verify_ssl => Some(CaBundle::Checked(read_bundle(path)?)),
        _ => None,
    };
    let transport = SchemeClients {
        plain: connector_cache(config.proxies, None),
        encrypted: OnceLock::new(),
        bundle,
        proxies: config.proxies,
        verify: !config.no_verify_ssl,
    };
    Ok(SharedHttpClient::new(SharedClients(Arc::new(transport))))
}

/// Builds a client that uses no proxy and trusts the system's certificates.
pub(in crate::aws) fn build_without_proxy() -> SharedHttpClient {
    let plain = connector_cache(false, None);
    let transport = SchemeClients {
        plain,
        encrypted: OnceLock::new(),
        bundle: None,
        proxies: false,
        verify: true,
    };
    SharedHttpClient::new(SharedClients(Arc::new(transport)))
}

#[derive(Debug)]
struct SchemeClients {
    plain: SharedHttpClient,
    encrypted: OnceLock<SharedHttpClient>,
    bundle: Option<CaBundle>,
    proxies: bool,
    verify: bool,
}

/// PEM certificates that replace the system's.
#[derive(Debug)]
enum CaBundle {
    /// All certificates parse.
    Checked(Vec<u8>),
    /// Not read yet, since both services are called over plain HTTP. Parsing a few hundred
    /// certificates takes as long as a call.
    Unread(PathBuf),
}

impl SchemeClients {
    fn encrypted(&self) -> &SharedHttpClient {
        self.encrypted.get_or_init(|| {
            if !self.verify {
                return SharedHttpClient::new(InsecureClient::new(self.proxies));
            }
            let pem = match &self.bundle {
                None => None,
                Some(CaBundle::Checked(pem)) => Some(pem.clone()),
                // With an unusable bundle no certificate is trusted.
                Some(CaBundle::Unread(path)) => Some(read_bundle(path).unwrap_or_default()),
            };
            let trust = match pem {
                None => TrustStore::default(),
                Some(pem) if pem.is_empty() => TrustStore::empty(),
                Some(pem) => TrustStore::empty().with_pem_certificate(pem),
            };
            connector_cache(
                self.proxies,
                TlsContext::builder().with_trust_store(trust).build().ok(),
            )
        })
    }
}

/// Builds a client that keeps one connector, with one connection pool, for each pair of timeouts.
/// Without a TLS context it supports plain HTTP only.
fn connector_cache(proxies: bool, context: Option<TlsContext>) -> SharedHttpClient {
    Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = Connector::builder();
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        if proxies {
            connector = connector.proxy_config(ProxyConfig::from_env());
        }
        match &context {
            None => connector.build_http(),
            Some(context) => connector
                .tls_provider(Provider::Rustls(CryptoMode::Ring))
                .tls_context(context.clone())
                .build(),
        }
    })
}

#[derive(Clone, Debug)]
struct SharedClients(Arc<SchemeClients>);

impl HttpClient for SharedClients {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(SchemeConnector {
            transport: Arc::clone(&self.0),
            settings: settings.clone(),
            components: components.clone(),
        })
    }

    fn validate_base_client_config(
        &self,
        _: &RuntimeComponentsBuilder,
        _: &ConfigBag,
    ) -> Result<(), aws_smithy_runtime_api::box_error::BoxError> {
        // The SDK's own client loads the certificates here.
        Ok(())
    }
}

/// Connector that chooses between `http` and `https` for each request.
#[derive(Debug)]
struct SchemeConnector {
    transport: Arc<SchemeClients>,
    settings: HttpConnectorSettings,
    components: RuntimeComponents,
}

impl HttpConnector for SchemeConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if request.uri().starts_with("http:") {
            return self
                .transport
                .plain
                .http_connector(&self.settings, &self.components)
                .call(request);
        }
        if self.transport.encrypted.get().is_some() {
            return self
                .transport
                .encrypted()
                .http_connector(&self.settings, &self.components)
                .call(request);
        }
        let (transport, settings, components) =
            (Arc::clone(&self.transport), self.settings.clone(), self.components.clone());
        HttpConnectorFuture::new(async move {
            // Reading and parsing a few hundred certificates would block the other tasks of this
            // thread.
            let connector = tokio::task::spawn_blocking(move || {
                transport.encrypted().http_connector(&settings, &components)
            })
            .await;
            match connector {
                Ok(connector) => connector.call(request).await,
                Err(error) => Err(ConnectorError::user(error.into())),
            }
        })
    }
}

/// Reads a CA bundle and checks that every certificate parses: the SDK panics on an invalid one.
fn read_bundle(path: &Path) -> Result<Vec<u8>, SettingsError> {
    let unusable = |reason: &str| {
        SettingsError::new(messages::bad_ca_bundle(path, reason), messages::GIVE_CA_BUNDLE)
    };
    let pem = std::fs::read(path).map_err(|error| unusable(&error.to_string()))?;
    let mut roots = rustls::RootCertStore::empty();
    for (index, certificate) in CertificateDer::pem_slice_iter(&pem).enumerate() {
        let number = index + 1;
        let certificate =
            certificate.map_err(|_| unusable(&messages::certificate_not_pem(number)))?;
        roots.add(certificate).map_err(|_| unusable(&messages::certificate_invalid(number)))?;
    }
    if roots.is_empty() {
        return Err(unusable(messages::NO_CERTIFICATE));
    }
    Ok(pem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_ca_bundle_is_an_error_with_its_path() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ca.pem");
        for content in [
            "",
            "junk",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\n",
        ] {
            std::fs::write(&path, content).unwrap();
            let error = read_bundle(&path).unwrap_err();
            assert!(error.message.starts_with("Could not use the CA bundle"), "{error}");
            assert!(error.message.contains("/ca.pem: "), "{error}");
        }
        assert!(read_bundle(&directory.path().join("none.pem")).is_err());
    }
}
