//! The demo endpoint: HTTP on a loopback port.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use jiff::{SignedDuration, Timestamp};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::DemoOptions;
use super::account::AccountStore;
use super::fault_injector::FaultInjector;
use super::faults::Faults;
use super::handler::{Exchange, handle};
use super::request_log::RequestLog;
use super::resettable_stream::{ResetFlag, ResettableStream};
use super::rng::Rng;

/// How long to rest after the system has refused a connection, as it does
/// when a process has too many open.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(50);

/// A demo endpoint that serves until this is dropped. Calls in flight then
/// get their answers; idle connections are closed.
#[derive(Debug)]
pub(crate) struct DemoServer {
    address: SocketAddr,
    /// Dropped with this, which tells the tasks to end.
    _serving: watch::Sender<()>,
}

impl DemoServer {
    /// Where it serves: `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// Everything that changes while the endpoint serves.
#[derive(Debug)]
pub(crate) struct ServerState {
    pub world: AccountStore,
    pub fault_injector: FaultInjector,
    pub request_log: RequestLog,
    pub request_ids: Rng,
    seed: u64,
}

impl ServerState {
    fn new(options: &DemoOptions, now: Timestamp) -> Result<Self, String> {
        let mut world = AccountStore::demo(now)?;
        if let Some(users) = options.users {
            world.generate(users, options.two_keys_each, options.seed, now);
        }
        if let Some(age) = options.report_age {
            let age = SignedDuration::try_from(age).unwrap_or_default();
            world.make_report(now.checked_sub(age).unwrap_or(now));
        }
        let mut state = Self {
            world,
            fault_injector: FaultInjector::new(Faults::default(), options.seed),
            request_log: RequestLog::default(),
            request_ids: Rng::new(!options.seed),
            seed: options.seed,
        };
        state.set_faults(options.faults.clone(), now);
        Ok(state)
    }

    /// Puts these faults in the place of those in force.
    pub(crate) fn set_faults(&mut self, faults: Faults, now: Timestamp) {
        self.world.set_hostile(faults.hostile.names, faults.hostile.ids, now);
        self.fault_injector = FaultInjector::new(faults, self.seed);
    }
}

/// What all connections share.
#[derive(Debug)]
pub(crate) struct SharedState {
    state: Mutex<ServerState>,
    /// When the endpoint was started.
    pub started: Instant,
    /// Whether `/_demo/…` is served.
    pub control: bool,
}

impl SharedState {
    /// The state, for a moment. A panic elsewhere leaves it usable: no
    /// operation writes half of something.
    pub(crate) fn state(&self) -> MutexGuard<'_, ServerState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts an endpoint on the tokio runtime that this is called in.
///
/// # Errors
/// The port can't be had, or the system refuses a socket.
pub(crate) fn start(options: &DemoOptions) -> io::Result<DemoServer> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let state = ServerState::new(options, Timestamp::now()).map_err(io::Error::other)?;
    let shared =
        SharedState { state: Mutex::new(state), started: Instant::now(), control: options.control };
    let (serving, stop) = watch::channel(());
    tokio::spawn(accept(TcpListener::from_std(listener)?, Arc::new(shared), stop));
    Ok(DemoServer { address, _serving: serving })
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

/// The next connection. A failure to accept is the system's (too many open
/// files) and passes.
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
    // Without it an answer waits for the acknowledgement of the one before.
    let _ = stream.set_nodelay(true);
    let fuse = ResetFlag::default();
    let exchange = Exchange { shared, fuse: fuse.clone(), connection: number, stop: stop.clone() };
    let service = service_fn(move |request| handle(exchange.clone(), request));
    let connection =
        http1::Builder::new().serve_connection(ResettableStream::new(stream, fuse), service);
    tokio::pin!(connection);
    // An error is the caller's going away, or a fault that ends the connection.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stop.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
