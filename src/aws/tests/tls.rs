//! Tests of certificate checks.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::aws::{ConnectOptions, open};
use crate::model::{ErrorKind, ServiceError, SessionId};

/// Self-signed certificate for 127.0.0.1, created for these tests.
const CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----
MIIBRjCB7qADAgECAgEBMAoGCCqGSM49BAMCMBsxGTAXBgNVBAMMEGtleWZsaXAg
dGVzdCBvbmUwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBsxGTAX
BgNVBAMMEGtleWZsaXAgdGVzdCBvbmUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AASRd8LDZTwT7C3NJuaQi7PJgbU2kHtmeD3ZkOVMwK7wEM860x3KwpRlri9vcroS
RnnfRkSxnODa8Hdje+DGeb4goyEwHzAPBgNVHREECDAGhwR/AAABMAwGA1UdEwEB
/wQCMAAwCgYIKoZIzj0EAwIDRwAwRAIgX2pIMTZPXPKyBAITOI4e5niVFDRAoalm
fGV8VOFnMPUCIEXtHE4O0k4P90+QHIzEeIcEKM7m0fn4DitMefXtvKzj
-----END CERTIFICATE-----
";

/// Private key of [`CERTIFICATE`].
const KEY: &str = "\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgt6M8mnxba+ej9wnX
JNm2CzTF9FgEsrLTN4ZfwMO2KNGhRANCAASRd8LDZTwT7C3NJuaQi7PJgbU2kHtm
eD3ZkOVMwK7wEM860x3KwpRlri9vcroSRnnfRkSxnODa8Hdje+DGeb4g
-----END PRIVATE KEY-----
";

/// Another such certificate.
const OTHER: &str = "\
-----BEGIN CERTIFICATE-----
MIIBRzCB7qADAgECAgEBMAoGCCqGSM49BAMCMBsxGTAXBgNVBAMMEGtleWZsaXAg
dGVzdCB0d28wIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBsxGTAX
BgNVBAMMEGtleWZsaXAgdGVzdCB0d28wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AAS2N2A4Lu3LDF+MvETtF0jVByoazs4BsTT6zb8QDgorMw8sz8/w11dXIWCwQKrL
o6rlPo0DEN+Y/VxZNZkB4f1joyEwHzAPBgNVHREECDAGhwR/AAABMAwGA1UdEwEB
/wQCMAAwCgYIKoZIzj0EAwIDSAAwRQIgNIUYxrJbRxBYSO8U9qjocjPxJqnLS6NX
AjjOp3NAU7YCIQCt14eh4XYXLGL2BIttPn+wuTcINuPO4UhrIVBV4BjjFw==
-----END CERTIFICATE-----
";

const CALLER: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/ann</Arn>\
    <UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

/// Starts a server with that certificate and [`KEY`] on its own thread and returns its URL.
fn serve(certificate: &str) -> String {
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
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream.unwrap());
            let mut request = [0; 16_384];
            // A client that does not trust the certificate disconnects here.
            if matches!(stream.read(&mut request), Ok(length) if length > 0) {
                let answer =
                    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{CALLER}", CALLER.len());
                stream.write_all(answer.as_bytes()).unwrap();
            }
        }
    });
    url
}

async fn identify(bundle: Option<&str>, no_verify_ssl: bool) -> Result<(), ServiceError> {
    identify_at(&serve(CERTIFICATE), bundle, no_verify_ssl).await
}

async fn identify_at(
    url: &str,
    bundle: Option<&str>,
    no_verify_ssl: bool,
) -> Result<(), ServiceError> {
    let directory = tempfile::tempdir().unwrap();
    let mut connect = ConnectOptions {
        no_verify_ssl,
        ..ConnectOptions::demo(url, "AKIARZPUZDIKFYHOWX26", "secret")
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

#[tokio::test]
async fn certificates_in_the_bundle_are_trusted() {
    identify(Some(CERTIFICATE), false).await.unwrap();
}

#[tokio::test]
async fn the_error_for_an_untrusted_certificate_names_ca_bundle() {
    let error = identify(Some(OTHER), false).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable, "{error}");
    assert!(error.to_string().contains("--ca-bundle"), "{error}");
}

#[tokio::test]
async fn without_verification_any_certificate_is_accepted() {
    identify(None, true).await.unwrap();
}

#[tokio::test]
async fn without_verification_a_server_must_still_hold_its_key() {
    let error = identify_at(&serve(OTHER), None, true).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable, "{error}");
}
