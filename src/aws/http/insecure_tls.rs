//! HTTPS client that does not check certificates, for `--no-verify-ssl`. The SDK's client has no
//! such option, so this is a small one built on the same crates.

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
use hyper::http::Uri;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector as Tcp;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};

/// HTTP client that accepts any certificate.
#[derive(Clone)]
pub(in crate::aws) struct InsecureClient(Arc<InsecureClients>);

type DirectClient = Client<HttpsConnector<Tcp>, SdkBody>;
type TunnelClient = Client<HttpsConnector<Tunnel<Tcp>>, SdkBody>;

struct InsecureClients {
    tls: Result<ClientConfig, rustls::Error>,
    proxies: Option<Matcher>,
    direct: Mutex<HashMap<Option<Duration>, DirectClient>>,
    tunnelled: Mutex<HashMap<(Option<Duration>, Uri), TunnelClient>>,
}

impl InsecureClient {
    /// Creates a client, with the proxy settings of the environment or without.
    pub(in crate::aws) fn new(proxies: bool) -> Self {
        let provider = Arc::new(ring::default_provider());
        let tls = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions();
        let tls = tls.map(|builder| {
            let verifier = Arc::new(AcceptAnyCertificate(provider));
            builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
        });
        let proxies = proxies.then(Matcher::from_env);
        Self(Arc::new(InsecureClients {
            tls,
            proxies,
            direct: Mutex::default(),
            tunnelled: Mutex::default(),
        }))
    }
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
        SharedHttpConnector::new(InsecureConnector {
            clients: Arc::clone(&self.0),
            settings: settings.clone(),
        })
    }
}

#[derive(Clone)]
struct InsecureConnector {
    clients: Arc<InsecureClients>,
    settings: HttpConnectorSettings,
}

impl fmt::Debug for InsecureConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InsecureConnector")
    }
}

impl HttpConnector for InsecureConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let this = self.clone();
        HttpConnectorFuture::new(async move {
            let answer = this.send(request);
            let answer = match this.settings.read_timeout() {
                None => answer.await,
                Some(limit) => match tokio::time::timeout(limit, answer).await {
                    Ok(answer) => answer,
                    Err(elapsed) => Err(ConnectorError::timeout(elapsed.into())),
                },
            }?;
            HttpResponse::try_from(answer.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

type RawResponse = hyper::Response<hyper::body::Incoming>;

impl InsecureConnector {
    async fn send(&self, request: HttpRequest) -> Result<RawResponse, ConnectorError> {
        let request =
            request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
        let tls = self.clients.tls.clone().map_err(|error| ConnectorError::user(error.into()))?;
        let proxy =
            self.clients.proxies.as_ref().and_then(|proxies| proxies.intercept(request.uri()));
        let answer = match proxy {
            None => self.direct(tls).request(request).await,
            Some(proxy) => self.tunnelled(tls, &proxy).request(request).await,
        };
        answer.map_err(classify_error)
    }

    fn direct(&self, tls: ClientConfig) -> DirectClient {
        let mut clients = self.clients.direct.lock().unwrap_or_else(PoisonError::into_inner);
        let timeout = self.settings.connect_timeout();
        clients
            .entry(timeout)
            .or_insert_with(|| build_client(HttpsConnector::from((self.tcp(), tls))))
            .clone()
    }

    fn tunnelled(&self, tls: ClientConfig, proxy: &Intercept) -> TunnelClient {
        let mut clients = self.clients.tunnelled.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (self.settings.connect_timeout(), proxy.uri().clone());
        let build = || {
            let tunnel = Tunnel::new(proxy.uri().clone(), self.tcp());
            let tunnel = match proxy.basic_auth() {
                None => tunnel,
                Some(auth) => tunnel.with_auth(auth.clone()),
            };
            build_client(HttpsConnector::from((tunnel, tls)))
        };
        clients.entry(key).or_insert_with(build).clone()
    }

    fn tcp(&self) -> Tcp {
        let mut tcp = Tcp::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(self.settings.connect_timeout());
        tcp
    }
}

fn build_client<C>(connector: C) -> Client<C, SdkBody>
where
    C: hyper_util::client::legacy::connect::Connect + Clone,
{
    Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(connector)
}

/// Returns an I/O error, which the SDK retries.
fn classify_error(error: Error) -> ConnectorError {
    ConnectorError::io(error.into())
}

/// Accepts every certificate. Handshake signatures are still checked; without them even a passive
/// listener could read the connection.
#[derive(Debug)]
struct AcceptAnyCertificate(Arc<CryptoProvider>);

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
        verify_tls12_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
