//! Connections to a server: plain or TLS, direct or through a proxy.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use aws_smithy_runtime_api::box_error::BoxError;
use hyper::http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector as Tcp};
use hyper_util::client::proxy::matcher::Intercept;
use rustls::ClientConfig;
use tower_service::Service;

use crate::aws::messages;

/// Connector with a limit for a connection including the TLS handshake, as in the SDK's client. One
/// type for all routes, so that the client is compiled once.
#[derive(Clone)]
pub(super) struct Connector {
    route: Arc<dyn Fn(Uri) -> Connecting + Send + Sync>,
    limit: Option<Duration>,
}

type Connecting = Pin<Box<dyn Future<Output = Result<Stream, BoxError>> + Send>>;

impl Connector {
    /// Connects without TLS.
    pub(super) fn plain(limit: Option<Duration>) -> Self {
        Self::new(tcp(), limit)
    }

    /// Connects with TLS.
    pub(super) fn encrypted(tls: Arc<ClientConfig>, limit: Option<Duration>) -> Self {
        Self::new(HttpsConnector::from((tcp(), tls)), limit)
    }

    /// Connects to a proxy that forwards plain requests. An `https` proxy needs TLS settings.
    pub(super) fn forwarding(
        proxy: &Intercept,
        tls: Option<Arc<ClientConfig>>,
        limit: Option<Duration>,
    ) -> Self {
        let uri = proxy.uri().clone();
        let to_proxy = match tls {
            Some(tls) => Self::encrypted(tls, None),
            None => Self::plain(None),
        };
        let route = move |_| -> Connecting {
            let connecting = (to_proxy.route)(uri.clone());
            Box::pin(async move { Ok(Stream { is_proxied: true, ..connecting.await? }) })
        };
        Self { route: Arc::new(route), limit }
    }

    /// Connects with TLS through a tunnel of a proxy.
    pub(super) fn tunneling(
        proxy: &Intercept,
        tls: Arc<ClientConfig>,
        limit: Option<Duration>,
    ) -> Self {
        // It connects to an `http` proxy without TLS.
        let to_proxy = HttpsConnector::from((tcp(), Arc::clone(&tls)));
        let tunnel = Tunnel::new(proxy.uri().clone(), to_proxy);
        let tunnel = match proxy.basic_auth() {
            None => tunnel,
            Some(auth) => tunnel.with_auth(auth.clone()),
        };
        Self::new(HttpsConnector::from((tunnel, tls)), limit)
    }

    fn new<C>(connector: C, limit: Option<Duration>) -> Self
    where
        C: Service<Uri> + Clone + Send + Sync + 'static,
        C::Response: Transport + 'static,
        C::Error: Into<BoxError>,
        C::Future: Send,
    {
        let route = move |uri| -> Connecting {
            let mut connector = connector.clone();
            Box::pin(async move {
                std::future::poll_fn(|context| connector.poll_ready(context))
                    .await
                    .map_err(Into::into)?;
                let transport = connector.call(uri).await.map_err(Into::into)?;
                Ok(Stream { transport: Box::new(transport), is_proxied: false })
            })
        };
        Self { route: Arc::new(route), limit }
    }
}

fn tcp() -> Tcp {
    let mut tcp = Tcp::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp
}

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = BoxError;
    type Future = Connecting;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Connecting {
        let (connecting, limit) = ((self.route)(uri), self.limit);
        let Some(limit) = limit else { return connecting };
        Box::pin(async move {
            match tokio::time::timeout(limit, connecting).await {
                Ok(connection) => connection,
                Err(_) => Err(messages::not_connected_within(limit).into()),
            }
        })
    }
}

/// Connection of any kind.
pub(super) struct Stream {
    transport: Box<dyn Transport>,
    /// Whether a proxy forwards its requests, which then have the whole URL in their first line.
    is_proxied: bool,
}

trait Transport: Read + Write + Connection + Send + Unpin {}

impl<T: Read + Write + Connection + Send + Unpin> Transport for T {}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        let connected = self.transport.connected();
        if self.is_proxied { connected.proxy(true) } else { connected }
    }
}

impl Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.transport).poll_read(context, buffer)
    }
}

impl Write for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.transport).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.transport).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.transport).poll_shutdown(context)
    }
}
