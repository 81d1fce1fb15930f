//! Writing to the terminal. It belongs to others too: one that was started
//! from the same shell may have set it to refuse what it has no room for at
//! the moment, and that is no sign of its end.

use std::io::{self, ErrorKind, Stdout, Write};
use std::os::fd::AsFd;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

/// Waits for room, as a write does by itself as a rule.
#[derive(Debug)]
pub(crate) struct BlockingStdout<W>(W);

/// The terminal.
pub(crate) fn stdout() -> BlockingStdout<Stdout> {
    BlockingStdout(io::stdout())
}

impl<W: AsFd> BlockingStdout<W> {
    /// Does it again once there is room, where there was none. One that has
    /// hung up has room: the next write tells so.
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
    fn more_than_there_is_room_for_is_written_whole_although_nothing_may_block() {
        let (mut reader, writer) = io::pipe().unwrap();
        ioctl_fionbio(&writer, true).unwrap();
        let frame = vec![7; 1 << 20];
        let sent = frame.clone();
        let writing = thread::spawn(move || BlockingStdout(writer).write_all(&sent));
        let mut read = Vec::new();
        reader.read_to_end(&mut read).unwrap();
        writing.join().unwrap().unwrap();
        assert!(read == frame);
    }
}
