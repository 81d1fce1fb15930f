//! A TCP connection that can be ended with a reset.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Flag that makes a connection end with a reset when it is dropped.
#[derive(Clone, Debug, Default)]
pub(crate) struct ResetFlag(Arc<AtomicBool>);

impl ResetFlag {
    /// Requests the reset.
    pub(crate) fn trip(&self) {
        self.0.store(true, Ordering::Release);
    }
}

/// A connection with its [`ResetFlag`].
#[derive(Debug)]
pub(crate) struct ResettableStream {
    stream: TokioIo<TcpStream>,
    reset_flag: ResetFlag,
}

impl ResettableStream {
    /// Wraps the stream.
    pub(crate) fn new(stream: TcpStream, reset_flag: ResetFlag) -> Self {
        Self { stream: TokioIo::new(stream), reset_flag }
    }
}

impl Drop for ResettableStream {
    fn drop(&mut self) {
        if self.reset_flag.0.load(Ordering::Acquire) {
            // With zero linger, closing sends RST instead of FIN. If setting it
            // fails, the caller still loses its connection.
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
