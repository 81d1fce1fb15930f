//! One TCP connection, which can be made to end with a reset.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Asks a connection to end with a reset once it is dropped.
#[derive(Clone, Debug, Default)]
pub(crate) struct ResetFlag(Arc<AtomicBool>);

impl ResetFlag {
    /// From now on the end is a reset.
    pub(crate) fn trip(&self) {
        self.0.store(true, Ordering::Release);
    }
}

/// A connection with its fuse.
#[derive(Debug)]
pub(crate) struct ResettableStream {
    stream: TokioIo<TcpStream>,
    fuse: ResetFlag,
}

impl ResettableStream {
    /// Wraps the stream.
    pub(crate) fn new(stream: TcpStream, fuse: ResetFlag) -> Self {
        Self { stream: TokioIo::new(stream), fuse }
    }
}

impl Drop for ResettableStream {
    fn drop(&mut self) {
        if self.fuse.0.load(Ordering::Acquire) {
            // Closed without lingering, a socket says RST in place of FIN. If
            // that can't be had, the caller still loses its connection.
            let _ = self.stream.inner().set_zero_linger();
        }
    }
}

impl Read for ResettableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl Write for ResettableStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
