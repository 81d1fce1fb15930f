//! Tests of certificate checks. The certificates were created with OpenSSL for these tests; all
//! servers have the same private key.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::aws::{ConnectOptions, open};
use crate::model::{ErrorKind, ServiceError, SessionId};

macro_rules! pem {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/tls/", $name))
    };
}

/// Private key of all servers.
const KEY: &str = pem!("server.key");
/// Certificate of a CA, and a server certificate that it issued.
const CA: &str = pem!("ca.pem");
const SERVER: &str = pem!("server.pem");
/// An X.509 v1 certificate of a CA, and a server certificate that it issued.
const CA_V1: &str = pem!("ca_v1.pem");
const SERVER_OF_CA_V1: &str = pem!("server_of_ca_v1.pem");
/// A self-signed certificate as `openssl req -x509` creates it: marked as that of a CA.
const SELF_SIGNED: &str = pem!("self_signed.pem");
const SELF_SIGNED_LEAF: &str = pem!("self_signed_leaf.pem");
const EXPIRED: &str = pem!("self_signed_expired.pem");
const FUTURE: &str = pem!("self_signed_future.pem");
const OTHER_NAME: &str = pem!("self_signed_other_name.pem");
/// It has the server's address as common name only.
const NO_NAMES: &str = pem!("self_signed_no_names.pem");

const CALLER: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/ann</Arn>\
    <UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

/// A server on its own thread, which counts its connections.
struct TlsServer {
    url: String,
    connections: Arc<AtomicUsize>,
}

impl TlsServer {
    /// Starts a server with that certificate and [`KEY`].
    fn start(certificate: &str) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
        let key = PrivateKeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
        let key = rustls::crypto::ring::sign::any_supported_type(&key).unwrap();
        let pair = SingleCertAndKey::from(CertifiedKey::new(chain, key));
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap();
        let config = Arc::new(config.with_no_client_auth().with_cert_resolver(Arc::new(pair)));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                count.fetch_add(1, Ordering::SeqCst);
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut stream = StreamOwned::new(connection, stream.unwrap());
                let mut request = [0; 16_384];
                // A client that does not trust the certificate disconnects here.
                if matches!(stream.read(&mut request), Ok(length) if length > 0) {
                    let response = format!(
                        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{CALLER}",
                        CALLER.len()
                    );
                    stream.write_all(response.as_bytes()).unwrap();
                }
            }
        });
        Self { url, connections }
    }

    /// Calls GetCallerIdentity. If certificates are checked, they are checked with this bundle, or
    /// else the system's.
    async fn identify(
        &self,
        bundle: Option<&str>,
        no_verify_ssl: bool,
    ) -> Result<(), ServiceError> {
        let directory = tempfile::tempdir().unwrap();
        let mut connect = ConnectOptions {
            no_verify_ssl,
            ..ConnectOptions::demo(&self.url, "AKIARZPUZDIKFYHOWX26", "secret")
        };
        if let Some(pem) = bundle {
            let path = directory.path().join("ca.pem");
            std::fs::write(&path, pem).unwrap();
            connect.ca_bundle = Some(path);
        }
        let session = open(&connect, SessionId(20)).await.unwrap();
        let session_context = session.identify().await?;
        assert_eq!(session_context.tls_unverified, no_verify_ssl);
        Ok(())
    }
}

#[tokio::test]
async fn a_bundle_is_trusted_as_openssl_trusts_it() {
    let several = format!("The CA of the test:\n\n{CA}\nAnd a server:\r\n{SELF_SIGNED}# The end.");
    for (certificate, bundle) in [
        (SERVER, CA),
        (SERVER_OF_CA_V1, CA_V1),
        (SELF_SIGNED, SELF_SIGNED),
        (SELF_SIGNED_LEAF, SELF_SIGNED_LEAF),
        (SELF_SIGNED, &several),
        (SERVER, &several),
        // A server certificate without its CA.
        (SERVER, SERVER),
    ] {
        TlsServer::start(certificate).identify(Some(bundle), false).await.unwrap();
    }
}

#[tokio::test]
async fn a_refused_certificate_is_reported_at_once_with_the_reason() {
    const ISSUER: &str = "is not trusted: its issuer is not a trusted CA";
    const SELF: &str = "is not trusted: it is self-signed, or a CA's own certificate";
    for (certificate, bundle, reason, hint) in [
        (SERVER, Some(CA_V1), ISSUER, "--ca-bundle"),
        (SERVER, None, ISSUER, "--ca-bundle"),
        (SELF_SIGNED, Some(CA), SELF, "--ca-bundle"),
        (SELF_SIGNED, None, SELF, "--ca-bundle"),
        // The same key is not enough.
        (SELF_SIGNED, Some(OTHER_NAME), SELF, "--ca-bundle"),
        (EXPIRED, Some(EXPIRED), "expired on 2021-01-01 00:00:00Z", "clock"),
        (FUTURE, Some(FUTURE), "is valid only from 2100-01-01 00:00:00Z", "clock"),
        (
            OTHER_NAME,
            Some(OTHER_NAME),
            "is for iam.example.com, 192.0.2.1, not for 127.0.0.1",
            "endpoint URL",
        ),
        (NO_NAMES, Some(NO_NAMES), "has no subjectAltName", "endpoint URL"),
    ] {
        let server = TlsServer::start(certificate);
        let error = server.identify(bundle, false).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::BadCertificate, "{error}");
        let text = error.to_string();
        assert!(text.starts_with("GetCallerIdentity could not connect: "), "{text}");
        assert!(text.contains("the server's certificate ") && text.contains(reason), "{text}");
        assert!(text.contains(hint), "{text}");
        assert_eq!(server.connections.load(Ordering::SeqCst), 1, "{text}");
    }
}

#[tokio::test]
async fn the_connect_timeout_includes_the_tls_handshake() {
    let directory = tempfile::tempdir().unwrap();
    let bundle = directory.path().join("ca.pem");
    std::fs::write(&bundle, CA).unwrap();
    // The kernel accepts connections, and nobody responds.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", silent.local_addr().unwrap());
    let connect = ConnectOptions {
        ca_bundle: Some(bundle),
        connect_timeout: Some(Duration::from_millis(20)),
        ..ConnectOptions::demo(&url, "AKIARZPUZDIKFYHOWX26", "secret")
    };
    let error = open(&connect, SessionId(21)).await.unwrap().identify().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable, "{error}");
    assert!(error.to_string().contains("no connection within 0.02 s"), "{error}");
}

#[tokio::test]
async fn a_server_needs_the_key_of_its_certificate() {
    // The key of this certificate is that of the CA.
    for (bundle, no_verify_ssl) in [(Some(CA), false), (None, true)] {
        let error = TlsServer::start(CA).identify(bundle, no_verify_ssl).await.unwrap_err();
        assert!(error.kind.was_not_sent(), "{error}");
    }
    TlsServer::start(SELF_SIGNED).identify(None, true).await.unwrap();
}
