//! Blocking writes to the terminal. Another process that shares the terminal may
//! have made it non-blocking, in which case a write can fail with `EAGAIN`.

use std::io::{self, ErrorKind, Stdout, Write};
use std::os::fd::AsFd;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

/// A writer that waits while the terminal would block.
#[derive(Debug)]
pub(crate) struct BlockingStdout<W>(W);

/// Returns standard output with blocking writes.
pub(crate) fn stdout() -> BlockingStdout<Stdout> {
    BlockingStdout(io::stdout())
}

impl<W: AsFd> BlockingStdout<W> {
    /// Retries the operation when the terminal is writable again. A terminal that
    /// has hung up is writable, and then returns an error.
    fn retry_would_block<R>(&mut self, act: impl Fn(&mut W) -> io::Result<R>) -> io::Result<R> {
        loop {
            match act(&mut self.0) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                done => return done,
            }
            match poll(&mut [PollFd::new(&self.0, PollFlags::OUT)], None) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl<W: Write + AsFd> Write for BlockingStdout<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.retry_would_block(|out| out.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.retry_would_block(W::flush)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::thread;

    use rustix::io::ioctl_fionbio;

    use super::*;

    #[test]
    fn a_write_to_a_full_non_blocking_pipe_is_complete() {
        let (mut reader, writer) = io::pipe().unwrap();
        ioctl_fionbio(&writer, true).unwrap();
        let frame = vec![7; 1 << 20];
        let sent = frame.clone();
        let writing = thread::spawn(move || BlockingStdout(writer).write_all(&sent));
        let mut read = Vec::new();
        reader.read_to_end(&mut read).unwrap();
        writing.join().unwrap().unwrap();
        assert_eq!(read.len(), frame.len());
        assert!(read.iter().all(|byte| *byte == 7));
    }
}
