//! HTTP client of all calls and credential sources, on hyper.
//!
//! The SDK's own client parses the system's certificates for each pair of timeouts, brings HTTP/2,
//! which IAM does not speak, and cannot be given a certificate verifier, which `--ca-bundle` and
//! `--no-verify-ssl` need: in aws-smithy-http-client 1.5.2, `TlsContext` holds a trust store and
//! further server names only (`src/client/tls.rs:27`).

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use hyper::header::PROXY_AUTHORIZATION;
use hyper::http::Uri;
use hyper::http::uri::Scheme;
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig as TlsConfig;

use crate::aws::client_config::ClientConfig;
use crate::aws::connect_options::SettingsError;
use crate::aws::errors::causes::find_cause;
use crate::aws::errors::certificate::CertificateRefusal;
use crate::aws::http::ca_bundle::CaBundle;
use crate::aws::http::connector::Connector;
use crate::aws::http::proxies::{self, ProxyFailure};
use crate::aws::http::trust::{TlsError, Trust};
use crate::aws::messages;

/// Builds the client for a configuration.
///
/// # Errors
/// Returns an error if the CA bundle cannot be read or contains an invalid certificate, or if a
/// variable of the environment names a proxy that cannot be used.
pub(in crate::aws) fn build(config: &ClientConfig) -> Result<SharedHttpClient, SettingsError> {
    let trust = match &config.ca_bundle {
        _ if config.no_verify_ssl => Trust::Unchecked,
        Some(path) if config.is_plain() => Trust::BundleFile(path.clone()),
        Some(path) => Trust::Bundle(CaBundle::read(path)?),
        None => Trust::System,
    };
    let proxies = if config.is_demo { None } else { Some(proxies::from_env()?) };
    Ok(SharedHttpClient::new(PooledClient::new(trust, proxies)))
}

/// The clients that were built, one for each set of settings, so that sessions share certificates
/// and connections.
#[derive(Debug, Default)]
pub(in crate::aws) struct HttpClients(Mutex<Vec<(ClientKey, SharedHttpClient)>>);

/// What a client depends on.
#[derive(Debug, PartialEq)]
struct ClientKey {
    /// The CA bundle, and when it was changed last.
    bundle: Option<(PathBuf, Option<SystemTime>)>,
    /// Whether the bundle is not read, since all services are called over plain HTTP.
    is_unread: bool,
    no_verify_ssl: bool,
}

impl ClientKey {
    fn for_config(config: &ClientConfig) -> Self {
        let changed = |path: &PathBuf| std::fs::metadata(path).and_then(|it| it.modified()).ok();
        let bundle = config.ca_bundle.clone().map(|path| (changed(&path), path));
        Self {
            is_unread: bundle.is_some() && config.is_plain(),
            bundle: bundle.map(|(changed, path)| (path, changed)),
            no_verify_ssl: config.no_verify_ssl,
        }
    }
}

impl HttpClients {
    /// Returns the client for a configuration.
    ///
    /// # Errors
    /// As [`build`].
    pub(in crate::aws) fn get(
        &self,
        config: &ClientConfig,
    ) -> Result<SharedHttpClient, SettingsError> {
        let key = ClientKey::for_config(config);
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
    SharedHttpClient::new(PooledClient::new(Trust::System, None))
}

/// HTTP client with a pool of connections for each route. Clones share them.
#[derive(Clone)]
struct PooledClient {
    shared: Arc<SharedState>,
    settings: HttpConnectorSettings,
}

struct SharedState {
    trust: Trust,
    /// Made for the first connection with TLS, since it takes a few milliseconds.
    tls: OnceLock<Arc<TlsConfig>>,
    proxies: Option<Matcher>,
    pools: Mutex<HashMap<Route, Pool>>,
}

/// What the connections of one pool have in common.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Route {
    is_encrypted: bool,
    connect_timeout: Option<Duration>,
    proxy: Option<Uri>,
}

type Pool = Client<Connector, SdkBody>;

impl PooledClient {
    /// Creates a client that uses these proxies.
    fn new(trust: Trust, proxies: Option<Matcher>) -> Self {
        let shared = SharedState { trust, tls: OnceLock::new(), proxies, pools: Mutex::default() };
        Self { shared: Arc::new(shared), settings: HttpConnectorSettings::default() }
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let mut request =
            request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
        let proxy = self.shared.proxies.as_ref().and_then(|all| all.intercept(request.uri()));
        if let Some(scheme) = proxy.as_ref().and_then(|proxy| proxy.uri().scheme_str())
            && !matches!(scheme, "http" | "https")
        {
            return Err(ConnectorError::user(messages::unsupported_proxy(scheme).into()));
        }
        let is_encrypted = request.uri().scheme() != Some(&Scheme::HTTP);
        // A configured URL mostly has a port, and is shown whole beside the error.
        let host = request.uri().host().filter(|_| request.uri().port().is_none());
        let host = host.map(str::to_owned);
        if let Some(auth) = proxy.as_ref().filter(|_| !is_encrypted).and_then(Intercept::basic_auth)
        {
            request.headers_mut().entry(PROXY_AUTHORIZATION).or_insert_with(|| auth.clone());
        }
        let proxy_url = proxy.as_ref().map(|proxy| proxy.uri().clone());
        let pool = self.pool(is_encrypted, proxy).await?;
        let response = match self.settings.read_timeout() {
            None => pool.request(request).await,
            Some(limit) => tokio::time::timeout(limit, pool.request(request))
                .await
                .map_err(|elapsed| ConnectorError::timeout(elapsed.into()))?,
        };
        HttpResponse::try_from(
            response
                .map_err(|error| connector_error(error, proxy_url.as_ref(), host))?
                .map(SdkBody::from_body_1_x),
        )
        .map_err(|error| ConnectorError::other(error.into(), None))
    }

    /// Returns the pool for requests of one kind.
    async fn pool(
        &self,
        is_encrypted: bool,
        proxy: Option<Intercept>,
    ) -> Result<Pool, ConnectorError> {
        let limit = self.settings.connect_timeout();
        let uri = proxy.as_ref().map(|proxy| proxy.uri().clone());
        let needs_tls = is_encrypted
            || uri.as_ref().is_some_and(|proxy| proxy.scheme() == Some(&Scheme::HTTPS));
        let tls = if needs_tls { Some(self.tls().await?) } else { None };
        let route = Route { is_encrypted, connect_timeout: limit, proxy: uri };
        let mut pools = self.shared.pools.lock().unwrap_or_else(PoisonError::into_inner);
        let pool = pools.entry(route).or_insert_with(|| {
            new_pool(match (proxy, tls) {
                (None, None) => Connector::plain(limit),
                (None, Some(tls)) => Connector::encrypted(tls, limit),
                (Some(proxy), Some(tls)) if is_encrypted => {
                    Connector::tunneling(&proxy, tls, limit)
                }
                (Some(proxy), tls) => Connector::forwarding(&proxy, tls, limit),
            })
        });
        Ok(pool.clone())
    }

    async fn tls(&self) -> Result<Arc<TlsConfig>, ConnectorError> {
        if let Some(tls) = self.shared.tls.get() {
            return Ok(Arc::clone(tls));
        }
        // Reading and parsing a few hundred certificates would block the other tasks of this
        // thread.
        let shared = Arc::clone(&self.shared);
        let tls = move || -> Result<_, TlsError> {
            let tls = shared.trust.tls()?;
            Ok(Arc::clone(shared.tls.get_or_init(|| tls)))
        };
        let tls = tokio::task::spawn_blocking(tls).await;
        let unusable = |error: TlsError| ConnectorError::user(error.into());
        tls.map_err(|error| ConnectorError::user(error.into()))?.map_err(unusable)
    }
}

/// Creates a pool of connections.
fn new_pool(connector: Connector) -> Pool {
    Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(connector)
}

/// A connection to a host that failed.
#[derive(Debug, thiserror::Error)]
#[error("no connection to {host}")]
pub(in crate::aws) struct HostFailure {
    /// Name of the host.
    pub host: String,
    source: ClientError,
}

/// Says what kind of error it is: the SDK repeats a request after an I/O error. The server's
/// certificate and a response that is not HTTP would be the same again.
fn connector_error(
    error: ClientError,
    proxy: Option<&Uri>,
    host: Option<String>,
) -> ConnectorError {
    if CertificateRefusal::find(Some(&error)).is_some() {
        return ConnectorError::other(error.into(), None);
    }
    let is_lost = find_cause::<hyper::Error>(Some(&error)).is_some_and(|error| {
        error.is_closed() || error.is_canceled() || error.is_incomplete_message()
    });
    if let Some(proxy) = proxy.filter(|_| error.is_connect()) {
        return ConnectorError::io(ProxyFailure::new(proxy, error).into());
    }
    if let Some(host) = host.filter(|_| error.is_connect()) {
        return ConnectorError::io(HostFailure { host, source: error }.into());
    }
    if is_lost || error.is_connect() || find_cause::<std::io::Error>(Some(&error)).is_some() {
        ConnectorError::io(error.into())
    } else {
        ConnectorError::other(error.into(), None)
    }
}

impl fmt::Debug for PooledClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PooledClient")
    }
}

impl HttpClient for PooledClient {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let (shared, settings) = (Arc::clone(&self.shared), settings.clone());
        SharedHttpConnector::new(Self { shared, settings })
    }
}

impl HttpConnector for PooledClient {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let client = self.clone();
        HttpConnectorFuture::new(async move { client.send(request).await })
    }
}
