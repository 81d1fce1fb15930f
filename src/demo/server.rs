//! The HTTP server of the demo, on a loopback port.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use jiff::Timestamp;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::DemoOptions;
use super::handler::{Exchange, handle};
use super::resettable_stream::{ResetFlag, ResettableStream};
use super::server_state::{ServerState, SharedState};

/// Delay after a failed `accept`, for example with too many open files.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(50);

/// A running demo endpoint. Dropping it stops the server: calls in flight get their
/// responses, and idle connections are closed.
#[derive(Debug)]
pub(crate) struct DemoServer {
    address: SocketAddr,
    has_organization: bool,
    /// Its drop stops the tasks.
    _serving: watch::Sender<()>,
}

impl DemoServer {
    /// Returns the URL, `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> String {
        url(self.address)
    }

    /// Returns whether Identity Center is served.
    pub(crate) fn has_organization(&self) -> bool {
        self.has_organization
    }
}

fn url(address: SocketAddr) -> String {
    format!("http://{address}")
}

/// Starts an endpoint on the current tokio runtime.
///
/// # Errors
/// Returns an error if the port is in use or the system refuses a socket.
pub(crate) fn start(options: &DemoOptions) -> io::Result<DemoServer> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let state =
        ServerState::new(options, &url(address), Timestamp::now()).map_err(io::Error::other)?;
    let shared = SharedState::new(state, options);
    let (serving, stop) = watch::channel(());
    tokio::spawn(accept(TcpListener::from_std(listener)?, Arc::new(shared), stop));
    let has_organization = options.organization.is_some();
    Ok(DemoServer { address, has_organization, _serving: serving })
}

async fn accept(listener: TcpListener, shared: Arc<SharedState>, mut stop: watch::Receiver<()>) {
    for number in 1.. {
        let stream = tokio::select! {
            accepted = next(&listener) => accepted,
            _ = stop.changed() => return,
        };
        tokio::spawn(serve(stream, number, Arc::clone(&shared), stop.clone()));
    }
}

/// Returns the next connection. Failures of `accept` (too many open files) are
/// retried.
async fn next(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(_) => tokio::time::sleep(ACCEPT_RETRY_DELAY).await,
        }
    }
}

async fn serve(
    stream: TcpStream,
    number: u64,
    shared: Arc<SharedState>,
    mut stop: watch::Receiver<()>,
) {
    // Otherwise a response waits for the acknowledgement of the previous one.
    let _ = stream.set_nodelay(true);
    let reset_flag = ResetFlag::default();
    let exchange =
        Exchange { shared, reset_flag: reset_flag.clone(), connection: number, stop: stop.clone() };
    let service = service_fn(move |request| handle(exchange.clone(), request));
    let connection =
        http1::Builder::new().serve_connection(ResettableStream::new(stream, reset_flag), service);
    tokio::pin!(connection);
    // An error means that the caller left, or that a fault ended the connection.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stop.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
