//! HTTP client of all calls and credential sources.
//!
//! It has separate connectors for `http` and `https`, so that the system's certificates, which are
//! slow to load, are loaded only on the first `https` request.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext};
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

use crate::aws::client_config::ClientConfig;
use crate::aws::connect_options::SettingsError;
use crate::aws::errors::certificate::CertificateRefusal;
use crate::aws::http::ca_bundle::CaBundle;
use crate::aws::http::insecure_tls;
use crate::aws::http::tls_client::{TlsClient, TlsError};

/// Builds the client for a configuration.
///
/// # Errors
/// Returns an error if the CA bundle cannot be read or contains an invalid certificate.
pub(in crate::aws) fn build(config: &ClientConfig) -> Result<SharedHttpClient, SettingsError> {
    let bundle = match &config.ca_bundle {
        Some(path) if config.is_plain() => Some(BundleSource::Unread(path.clone())),
        Some(path) if !config.no_verify_ssl => Some(BundleSource::Read(CaBundle::read(path)?)),
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

/// The clients that were built, one for each set of settings, so that sessions share certificates and
/// connections.
#[derive(Debug, Default)]
pub(in crate::aws) struct HttpClients(Mutex<Vec<(ClientKey, SharedHttpClient)>>);

/// What a client depends on: CA bundle, whether all services are called over plain HTTP, whether
/// certificates are not verified, and whether proxies apply.
type ClientKey = (Option<PathBuf>, bool, bool, bool);

impl HttpClients {
    /// Returns the client for a configuration.
    ///
    /// # Errors
    /// As [`build`].
    pub(in crate::aws) fn get(
        &self,
        config: &ClientConfig,
    ) -> Result<SharedHttpClient, SettingsError> {
        let bundle = config.ca_bundle.clone();
        let is_plain = bundle.is_some() && config.is_plain();
        let key = (bundle, is_plain, config.no_verify_ssl, config.proxies);
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, client)) = clients.iter().find(|(known, _)| *known == key) {
            return Ok(client.clone());
        }
        let client = build(config)?;
        clients.push((key, client.clone()));
        Ok(client)
    }

    /// Returns the number of clients.
    #[cfg(test)]
    pub(in crate::aws) fn built(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
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
    bundle: Option<BundleSource>,
    proxies: bool,
    verify: bool,
}

/// CA bundle that replaces the system's certificates.
#[derive(Debug)]
enum BundleSource {
    /// A usable bundle.
    Read(CaBundle),
    /// Not read yet, since both services are called over plain HTTP. Parsing a few hundred
    /// certificates takes as long as a call.
    Unread(PathBuf),
}

impl SchemeClients {
    fn encrypted(&self) -> &SharedHttpClient {
        self.encrypted.get_or_init(|| {
            let tls = match &self.bundle {
                _ if !self.verify => insecure_tls::config().map_err(TlsError::from),
                None => {
                    return connector_cache(self.proxies, TlsContext::builder().build().ok());
                }
                Some(BundleSource::Read(bundle)) => bundle.config().map_err(TlsError::from),
                Some(BundleSource::Unread(path)) => CaBundle::read(path)
                    .map_err(TlsError::from)
                    .and_then(|bundle| Ok(bundle.config()?)),
            };
            SharedHttpClient::new(TlsClient::new(tls, self.proxies))
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
        let (transport, settings, components) =
            (Arc::clone(&self.transport), self.settings.clone(), self.components.clone());
        HttpConnectorFuture::new(async move {
            if transport.encrypted.get().is_none() {
                // Reading and parsing a few hundred certificates would block the other tasks of
                // this thread.
                let transport = Arc::clone(&transport);
                tokio::task::spawn_blocking(move || {
                    transport.encrypted();
                })
                .await
                .map_err(|error| ConnectorError::user(error.into()))?;
            }
            let connector = transport.encrypted().http_connector(&settings, &components);
            connector.call(request).await.map_err(without_retries)
        })
    }
}

/// Keeps the SDK from repeating a request because of the server's certificate, which would be
/// refused again. It repeats a request after an I/O error, such as any failure to connect.
fn without_retries(error: ConnectorError) -> ConnectorError {
    match CertificateRefusal::find(Some(&error)) {
        Some(_) => ConnectorError::other(error.into(), None),
        None => error,
    }
}
