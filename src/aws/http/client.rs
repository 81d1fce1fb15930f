//! HTTP client of all calls and credential sources.
//!
//! It has separate clients for `http` and `https`, so that the system's certificates, which are slow
//! to parse, are loaded only on the first `https` request.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use aws_smithy_http_client::proxy::ProxyConfig;
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
use rustls::ClientConfig as TlsConfig;

use crate::aws::client_config::ClientConfig;
use crate::aws::connect_options::SettingsError;
use crate::aws::errors::certificate::CertificateRefusal;
use crate::aws::http::ca_bundle::CaBundle;
use crate::aws::http::tls_client::{TlsClient, TlsError};
use crate::aws::http::{insecure_tls, system_roots};

/// Builds the client for a configuration.
///
/// # Errors
/// Returns an error if the CA bundle cannot be read or contains an invalid certificate.
pub(in crate::aws) fn build(config: &ClientConfig) -> Result<SharedHttpClient, SettingsError> {
    let trust = match &config.ca_bundle {
        _ if config.no_verify_ssl => Trust::Unchecked,
        Some(path) if config.is_plain() => Trust::BundleFile(path.clone()),
        Some(path) => Trust::Bundle(CaBundle::read(path)?),
        None => Trust::System,
    };
    Ok(build_with(trust, config.proxies))
}

/// Builds a client that uses no proxy and trusts the system's certificates.
pub(in crate::aws) fn build_without_proxy() -> SharedHttpClient {
    build_with(Trust::System, false)
}

fn build_with(trust: Trust, proxies: bool) -> SharedHttpClient {
    let (plain, encrypted) = (plain_client(proxies), OnceLock::new());
    let clients = SchemeClients { plain, encrypted, trust, proxies };
    SharedHttpClient::new(SharedClients(Arc::new(clients)))
}

/// Which server certificates are accepted.
#[derive(Debug)]
enum Trust {
    /// Those issued by the system's CAs.
    System,
    /// Those of a bundle instead.
    Bundle(CaBundle),
    /// Those of a bundle that is not read yet, since both services are called over plain HTTP. Parsing
    /// a few hundred certificates takes as long as a call.
    BundleFile(PathBuf),
    /// All.
    Unchecked,
}

impl Trust {
    fn config(&self) -> Result<Arc<TlsConfig>, TlsError> {
        let config = match self {
            Self::System => return system_roots::config(),
            Self::Bundle(bundle) => bundle.config()?,
            Self::BundleFile(path) => CaBundle::read(path)?.config()?,
            Self::Unchecked => insecure_tls::config()?,
        };
        Ok(Arc::new(config))
    }
}

#[derive(Debug)]
struct SchemeClients {
    plain: SharedHttpClient,
    encrypted: OnceLock<TlsClient>,
    trust: Trust,
    proxies: bool,
}

impl SchemeClients {
    fn encrypted(&self) -> &TlsClient {
        self.encrypted.get_or_init(|| TlsClient::new(self.trust.config(), self.proxies))
    }
}

/// Builds a client without TLS that keeps one connector, with one connection pool, for each pair of
/// timeouts.
fn plain_client(proxies: bool) -> SharedHttpClient {
    Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = Connector::builder();
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        if proxies {
            connector = connector.proxy_config(ProxyConfig::from_env());
        }
        connector.build_http()
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
            clients: Arc::clone(&self.0),
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
    clients: Arc<SchemeClients>,
    settings: HttpConnectorSettings,
    components: RuntimeComponents,
}

impl HttpConnector for SchemeConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if request.uri().starts_with("http:") {
            return self
                .clients
                .plain
                .http_connector(&self.settings, &self.components)
                .call(request);
        }
        let (clients, settings, components) =
            (Arc::clone(&self.clients), self.settings.clone(), self.components.clone());
        HttpConnectorFuture::new(async move {
            if clients.encrypted.get().is_none() {
                // Reading and parsing a few hundred certificates would block the other tasks of
                // this thread.
                let clients = Arc::clone(&clients);
                tokio::task::spawn_blocking(move || {
                    clients.encrypted();
                })
                .await
                .map_err(|error| ConnectorError::user(error.into()))?;
            }
            let connector = clients.encrypted().http_connector(&settings, &components);
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
