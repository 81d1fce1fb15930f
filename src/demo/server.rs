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

use super::Options;
use super::account::World;
use super::answer::{Exchange, answer};
use super::connection::{Connection, Fuse};
use super::dice::Dice;
use super::faults::Faults;
use super::record::Record;
use super::switchboard::Switchboard;

/// How long to rest after the system has refused a connection, as it does
/// when a process has too many open.
const REST: Duration = Duration::from_millis(50);

/// A demo endpoint that serves until this is dropped. Calls in flight then
/// get their answers; idle connections are closed.
#[derive(Debug)]
pub(crate) struct Running {
    address: SocketAddr,
    /// Dropped with this, which tells the tasks to end.
    _serving: watch::Sender<()>,
}

impl Running {
    /// Where it serves: `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// Everything that changes while the endpoint serves.
#[derive(Debug)]
pub(crate) struct State {
    pub world: World,
    pub switchboard: Switchboard,
    pub record: Record,
    pub request_ids: Dice,
    seed: u64,
}

impl State {
    fn new(options: &Options, now: Timestamp) -> Result<Self, String> {
        let mut world = World::demo(now)?;
        if let Some(users) = options.users {
            world.generate(users, options.two_keys_each, options.seed, now);
        }
        if let Some(age) = options.report_age {
            let age = SignedDuration::try_from(age).unwrap_or_default();
            world.make_report(now.checked_sub(age).unwrap_or(now));
        }
        let mut state = Self {
            world,
            switchboard: Switchboard::new(Faults::default(), options.seed),
            record: Record::default(),
            request_ids: Dice::new(!options.seed),
            seed: options.seed,
        };
        state.set_faults(options.faults.clone(), now);
        Ok(state)
    }

    /// Puts these faults in the place of those in force.
    pub(crate) fn set_faults(&mut self, faults: Faults, now: Timestamp) {
        self.world.set_hostile(faults.hostile.names, faults.hostile.ids, now);
        self.switchboard = Switchboard::new(faults, self.seed);
    }
}

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    /// When the endpoint was started.
    pub started: Instant,
    /// Whether `/_demo/…` is served.
    pub control: bool,
}

impl Shared {
    /// The state, for a moment. A panic elsewhere leaves it usable: no
    /// operation writes half of something.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts an endpoint on the tokio runtime that this is called in.
///
/// # Errors
/// The port can't be had, or the system refuses a socket.
pub(crate) fn start(options: &Options) -> io::Result<Running> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let state = State::new(options, Timestamp::now()).map_err(io::Error::other)?;
    let shared = Shared { state: Mutex::new(state), started: Instant::now(), control: options.control };
    let (serving, stop) = watch::channel(());
    tokio::spawn(accept(TcpListener::from_std(listener)?, Arc::new(shared), stop));
    Ok(Running { address, _serving: serving })
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, mut stop: watch::Receiver<()>) {
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
            Err(_) => tokio::time::sleep(REST).await,
        }
    }
}

async fn serve(stream: TcpStream, number: u64, shared: Arc<Shared>, mut stop: watch::Receiver<()>) {
    // Without it an answer waits for the acknowledgement of the one before.
    let _ = stream.set_nodelay(true);
    let fuse = Fuse::default();
    let exchange = Exchange { shared, fuse: fuse.clone(), connection: number, stop: stop.clone() };
    let service = service_fn(move |request| answer(exchange.clone(), request));
    let connection = http1::Builder::new().serve_connection(Connection::new(stream, fuse), service);
    tokio::pin!(connection);
    // An error is the caller's going away, or a fault that ends the connection.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stop.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
