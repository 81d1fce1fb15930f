//! HTTPS client that does not check certificates, for `--no-verify-ssl`.
//!
//! The SDK's client cannot be given a verifier, so this is a small one on the same crates. As of
//! aws-smithy-http-client 1.5.2:
//! - `TlsContext` holds a trust store and further server names only (`src/client/tls.rs:27`), and
//!   the `rustls::ClientConfig` made of it always verifies (`src/client/tls/rustls_provider.rs:190`).
//! - `Builder::build_with_connector_fn` (`src/client.rs:1097`) takes a `Connector`, which only
//!   `ConnectorBuilder::wrap_connector` can make of another transport; it is `pub(crate)`
//!   (`src/client.rs:245`).
//! - `pool::Builder::build_http_with_tcp_connector` takes any transport, but exists only with
//!   `test-util` and `--cfg aws_sdk_unstable` (`src/client/pool/builder.rs:563`).

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

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
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{
    WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};

/// HTTP client that accepts any certificate. Clones share their connections.
#[derive(Clone)]
pub(in crate::aws) struct InsecureClient {
    shared: Arc<Shared>,
    settings: HttpConnectorSettings,
}

struct Shared {
    tls: Result<Arc<ClientConfig>, rustls::Error>,
    proxies: Option<Matcher>,
    pools: Mutex<HashMap<PoolKey, SendRequest>>,
}

/// What connections of one pool have in common: the connect timeout and the proxy.
type PoolKey = (Option<Duration>, Option<Uri>);

type SendRequest = Arc<dyn Fn(Request<SdkBody>) -> ResponseFuture + Send + Sync>;

impl InsecureClient {
    /// Creates a client, with the proxy settings of the environment or without.
    pub(in crate::aws) fn new(proxies: bool) -> Self {
        let provider = Arc::new(ring::default_provider());
        let verifier = Arc::new(AcceptAnyCertificate(provider.signature_verification_algorithms));
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map(|builder| builder.dangerous().with_custom_certificate_verifier(verifier))
            .map(|builder| Arc::new(builder.with_no_client_auth()));
        let proxies = proxies.then(Matcher::from_env);
        let shared = Arc::new(Shared { tls, proxies, pools: Mutex::default() });
        Self { shared, settings: HttpConnectorSettings::default() }
    }

    fn send(&self, request: HttpRequest) -> Result<ResponseFuture, ConnectorError> {
        let request =
            request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
        let tls = self.shared.tls.clone().map_err(|error| ConnectorError::user(error.into()))?;
        let proxy = self.shared.proxies.as_ref().and_then(|all| all.intercept(request.uri()));
        let connect_timeout = self.settings.connect_timeout();
        let key = (connect_timeout, proxy.as_ref().map(|proxy| proxy.uri().clone()));
        let mut pools = self.shared.pools.lock().unwrap_or_else(PoisonError::into_inner);
        let pool = pools.entry(key).or_insert_with(|| {
            let mut tcp = Tcp::new();
            tcp.enforce_http(false);
            tcp.set_nodelay(true);
            tcp.set_connect_timeout(connect_timeout);
            let Some(proxy) = proxy else { return new_pool(HttpsConnector::from((tcp, tls))) };
            let tunnel = Tunnel::new(proxy.uri().clone(), tcp);
            let tunnel = match proxy.basic_auth() {
                None => tunnel,
                Some(auth) => tunnel.with_auth(auth.clone()),
            };
            new_pool(HttpsConnector::from((tunnel, tls)))
        });
        Ok(pool(request))
    }
}

fn new_pool(connector: impl Connect + Clone + Send + Sync + 'static) -> SendRequest {
    let client =
        Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(connector);
    Arc::new(move |request| client.request(request))
}

impl fmt::Debug for InsecureClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InsecureClient")
    }
}

impl HttpClient for InsecureClient {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let settings = settings.clone();
        SharedHttpConnector::new(Self { settings, shared: Arc::clone(&self.shared) })
    }
}

impl HttpConnector for InsecureClient {
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

/// Accepts every certificate. Handshake signatures are still checked; without them even a passive
/// listener could read the connection.
#[derive(Debug)]
struct AcceptAnyCertificate(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for AcceptAnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}
