//! Local servers: a proxy, a TLS front with its own CA, and servers of fixed responses. Each runs
//! until the test process ends.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::monitor::Monitor;

/// The certificate of the CA that signed the TLS front's certificate.
pub(crate) const CA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/tls/ca.pem");
const CERTIFICATE: &str = include_str!("../../data/tls/server.pem");
/// The private key of the TLS front, which is public like the certificate.
const KEY: &str = include_str!("../../data/tls/server.key");

/// The token lifetime header that the instance metadata service must send.
const TTL: &str = "x-aws-ec2-metadata-token-ttl-seconds: 21600";

/// A listening server on loopback, and the first lines of the requests it received.
pub(crate) struct ProxyServer {
    address: String,
    received: Arc<Monitor<Vec<String>>>,
}

impl ProxyServer {
    /// Starts a proxy for plain requests and for tunnels.
    pub(crate) fn proxy() -> Self {
        Self::start(|stream, received| {
            let mut client = BufReader::new(stream);
            while let Some(message) = message(&mut client) {
                let line = first_line(&message);
                received.change(|received| received.push(line.clone()));
                let target = line.split(' ').nth(1).unwrap_or_default();
                if line.starts_with("CONNECT ") {
                    let Ok(upstream) = TcpStream::connect(target) else { return };
                    client.get_mut().write_all(b"HTTP/1.1 200 Connected\r\n\r\n").unwrap();
                    return tunnel(client.into_inner(), upstream);
                }
                let Some(host) =
                    target.strip_prefix("http://").and_then(|rest| rest.split('/').next())
                else {
                    return;
                };
                let Some(answer) = ask(host, &message) else { return };
                client.get_mut().write_all(&answer).unwrap();
            }
        })
    }

    /// Starts an HTTPS front for the server at `upstream`, an `http` URL.
    pub(crate) fn tls_front(upstream: &str) -> Self {
        let host = upstream.trim_start_matches("http://").to_owned();
        let chain = vec![CertificateDer::from_pem_slice(CERTIFICATE.as_bytes()).unwrap()];
        let key = PrivateKeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap();
        let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap());
        Self::start(move |stream, received| {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut client = BufReader::new(StreamOwned::new(connection, stream));
            // A client that does not trust the certificate disconnects here.
            while let Some(message) = message(&mut client) {
                received.change(|received| received.push(first_line(&message)));
                let Some(answer) = ask(&host, &message) else { return };
                if client.get_mut().write_all(&answer).is_err() {
                    return;
                }
            }
        })
    }

    /// Starts a server that responds to a path with the status and text returned by `answer`.
    pub(crate) fn answering(
        answer: impl Fn(&str) -> (u16, String) + Send + Sync + 'static,
    ) -> Self {
        Self::start(move |stream, received| {
            let mut client = BufReader::new(stream);
            while let Some(message) = message(&mut client) {
                let line = first_line(&message);
                let (status, body) = answer(line.split(' ').nth(1).unwrap_or_default());
                received.change(|received| received.push(line));
                let length = body.len();
                write!(
                    client.get_mut(),
                    "HTTP/1.1 {status} Said\r\n{TTL}\r\ncontent-length: {length}\r\n\r\n{body}"
                )
                .unwrap();
            }
        })
    }

    /// Starts a server that accepts connections and never responds.
    pub(crate) fn silent() -> Self {
        Self::start(|mut stream, received| {
            received.change(|received| received.push("a connection".to_owned()));
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        })
    }

    /// Returns its address as `HOST:PORT`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Returns the first lines of the requests received.
    pub(crate) fn received(&self) -> Vec<String> {
        self.received.look(Clone::clone)
    }

    fn start(serve: impl Fn(TcpStream, &Monitor<Vec<String>>) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let received = Monitor::new(Vec::new());
        let (serve, shared) = (Arc::new(serve), Arc::clone(&received));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (serve, received) = (Arc::clone(&serve), Arc::clone(&shared));
                thread::spawn(move || serve(stream.unwrap(), &received));
            }
        });
        Self { address, received }
    }
}

/// Reads one complete request or response; returns `None` at the end of the stream.
fn message(from: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut length = 0;
    loop {
        let start = bytes.len();
        if from.read_until(b'\n', &mut bytes).ok()? == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&bytes[start..]).to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let head = bytes.len();
    bytes.resize(head + length, 0);
    from.read_exact(&mut bytes[head..]).ok()?;
    Some(bytes)
}

fn first_line(message: &[u8]) -> String {
    String::from_utf8_lossy(message).lines().next().unwrap_or_default().to_owned()
}

/// Returns the response of `host` to a request. The first line of a request to a proxy has the
/// full URL, which is removed for the server.
fn ask(host: &str, request: &[u8]) -> Option<Vec<u8>> {
    let request = String::from_utf8_lossy(request).replacen(&format!("http://{host}"), "", 1);
    let mut server = TcpStream::connect(host).ok()?;
    server.write_all(request.as_bytes()).ok()?;
    message(&mut BufReader::new(server))
}

/// Copies bytes in both directions until either end has closed.
fn tunnel(client: TcpStream, server: TcpStream) {
    let (mut from_client, mut to_server) =
        (client.try_clone().unwrap(), server.try_clone().unwrap());
    thread::spawn(move || {
        let _ = std::io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(std::net::Shutdown::Write);
    });
    let (mut from_server, mut to_client) = (server, client);
    let _ = std::io::copy(&mut from_server, &mut to_client);
    let _ = to_client.shutdown(std::net::Shutdown::Both);
}
