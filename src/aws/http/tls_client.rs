//! HTTPS client of all connections: HTTP/1.1, since IAM speaks nothing newer, with one set of TLS
//! settings and one connection pool.
//!
//! The SDK's own client parses the system's certificates for each pair of timeouts, and cannot be
//! given a verifier, which `--ca-bundle` and `--no-verify-ssl` need. As of aws-smithy-http-client
//! 1.5.2:
//! - `TlsContext` holds a trust store and further server names only (`src/client/tls.rs:27`), and
//!   the `rustls::ClientConfig` made of it always verifies in the same way
//!   (`src/client/tls/rustls_provider.rs:190`).
//! - `Builder::build_with_connector_fn` (`src/client.rs:1097`) takes a `Connector`, which only
//!   `ConnectorBuilder::wrap_connector` can make of another transport; it is `pub(crate)`
//!   (`src/client.rs:245`).
//! - `pool::Builder::build_http_with_tcp_connector` takes any transport, but exists only with
//!   `test-util` and `--cfg aws_sdk_unstable` (`src/client/pool/builder.rs:563`).

use std::collections::HashMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use hyper::Request;
use hyper::http::Uri;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connect, HttpConnector as Tcp};
use hyper_util::client::legacy::{Client, ResponseFuture};
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use tower_service::Service;

use crate::aws::connect_options::SettingsError;
use crate::aws::messages;

/// HTTPS client with given TLS settings. Clones share their connections.
#[derive(Clone)]
pub(in crate::aws) struct TlsClient {
    shared: Arc<Shared>,
    settings: HttpConnectorSettings,
}

struct Shared {
    tls: Result<Arc<ClientConfig>, TlsError>,
    proxies: Option<Matcher>,
    pools: Mutex<HashMap<PoolKey, SendRequest>>,
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

/// What connections of one pool have in common: the connect timeout and the proxy.
type PoolKey = (Option<Duration>, Option<Uri>);

type SendRequest = Arc<dyn Fn(Request<SdkBody>) -> ResponseFuture + Send + Sync>;

impl TlsClient {
    /// Creates a client, with the proxy settings of the environment or without. With unusable TLS
    /// settings every request fails with their error.
    pub(in crate::aws) fn new(tls: Result<Arc<ClientConfig>, TlsError>, proxies: bool) -> Self {
        let proxies = proxies.then(Matcher::from_env);
        let shared = Shared { tls, proxies, pools: Mutex::default() };
        Self { shared: Arc::new(shared), settings: HttpConnectorSettings::default() }
    }

    /// Sends a request through the pool for its proxy and the connect timeout.
    fn send(&self, request: HttpRequest) -> Result<ResponseFuture, ConnectorError> {
        let request =
            request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
        let tls = self.shared.tls.clone().map_err(|error| ConnectorError::user(error.into()))?;
        let proxy = self.shared.proxies.as_ref().and_then(|all| all.intercept(request.uri()));
        let limit = self.settings.connect_timeout();
        let key = (limit, proxy.as_ref().map(|proxy| proxy.uri().clone()));
        let mut pools = self.shared.pools.lock().unwrap_or_else(PoisonError::into_inner);
        let pool = pools.entry(key).or_insert_with(|| {
            let mut tcp = Tcp::new();
            tcp.enforce_http(false);
            tcp.set_nodelay(true);
            // It connects to an `http` proxy without TLS.
            let direct = HttpsConnector::from((tcp, Arc::clone(&tls)));
            let Some(proxy) = proxy else {
                return new_pool(TimedConnector { inner: direct, limit });
            };
            let tunnel = Tunnel::new(proxy.uri().clone(), direct);
            let tunnel = match proxy.basic_auth() {
                None => tunnel,
                Some(auth) => tunnel.with_auth(auth.clone()),
            };
            new_pool(TimedConnector { inner: HttpsConnector::from((tunnel, tls)), limit })
        });
        Ok(pool(request))
    }
}

/// Creates a pool of connections.
fn new_pool(connector: impl Connect + Clone + Send + Sync + 'static) -> SendRequest {
    let client =
        Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(connector);
    Arc::new(move |request| client.request(request))
}

/// Connector with a limit for the connection including the TLS handshake, as in the SDK's client.
#[derive(Clone)]
struct TimedConnector<C> {
    inner: C,
    limit: Option<Duration>,
}

impl<C> Service<Uri> for TimedConnector<C>
where
    C: Service<Uri>,
    C::Error: Into<BoxError>,
    C::Future: Send + 'static,
{
    type Response = C::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<C::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let (connection, limit) = (self.inner.call(uri), self.limit);
        Box::pin(async move {
            match limit {
                None => connection.await.map_err(Into::into),
                Some(limit) => match tokio::time::timeout(limit, connection).await {
                    Ok(connection) => connection.map_err(Into::into),
                    Err(_) => Err(messages::not_connected_within(limit).into()),
                },
            }
        })
    }
}

impl fmt::Debug for TlsClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsClient")
    }
}

impl HttpClient for TlsClient {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let settings = settings.clone();
        SharedHttpConnector::new(Self { settings, shared: Arc::clone(&self.shared) })
    }
}

impl HttpConnector for TlsClient {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (response, limit) = (self.send(request), self.settings.read_timeout());
        HttpConnectorFuture::new(async move {
            let response = match limit {
                None => response?.await,
                Some(limit) => tokio::time::timeout(limit, response?)
                    .await
                    .map_err(|elapsed| ConnectorError::timeout(elapsed.into()))?,
            };
            // The SDK retries an I/O error.
            let response = response.map_err(|error| ConnectorError::io(error.into()))?;
            HttpResponse::try_from(response.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}
