//! A bracketed paste in progress.

use std::time::Duration;

use tokio::time::Instant;

/// The sequence that ends a paste.
const PASTE_END: &[u8] = b"\x1b[201~";

/// Maximum size of a paste, in bytes; the rest is dropped.
pub(super) const MAX_PASTE_BYTES: usize = 4 << 20;

/// Silence within a paste after which esc or ctrl-c abandons it.
pub(super) const PASTE_TIMEOUT: Duration = Duration::from_millis(500);

/// A paste in progress.
#[derive(Debug, Default)]
pub(super) struct Paste {
    text: Vec<u8>,
    /// Number of bytes of [`PASTE_END`] received so far.
    matched: usize,
    /// Time of the last byte, other than a lone esc or ctrl-c.
    last: Option<Instant>,
    /// Whether the paste exceeded [`MAX_PASTE_BYTES`].
    is_cut: bool,
}

/// The meaning of a chunk of bytes within a paste.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chunk {
    /// Part of the paste.
    Text,
    /// Part of the paste, or the esc key if nothing follows.
    MaybeEsc,
    /// Keys; the paste ended without its end sequence.
    Keys,
}

impl Paste {
    /// Sets the start time, unless it is set.
    pub(super) fn begin(&mut self, now: Instant) {
        self.last.get_or_insert(now);
    }

    /// Classifies bytes that arrived at that time.
    pub(super) fn chunk(&mut self, bytes: &[u8], now: Instant) -> Chunk {
        let is_abort = bytes.iter().all(|byte| matches!(byte, b'\x1b' | b'\x03'));
        let last = self.last.unwrap_or(now);
        if !is_abort {
            self.last = Some(now);
        }
        match bytes {
            _ if !is_abort || now < last + PASTE_TIMEOUT => Chunk::Text,
            // The end sequence may be split here.
            [b'\x1b'] => Chunk::MaybeEsc,
            _ => Chunk::Keys,
        }
    }

    /// Adds a byte. Returns whether it completes the end sequence.
    pub(super) fn push(&mut self, byte: u8) -> bool {
        if byte == PASTE_END[self.matched] {
            self.matched += 1;
            return self.matched == PASTE_END.len();
        }
        let matched = std::mem::take(&mut self.matched);
        self.keep(&PASTE_END[..matched]);
        if byte == PASTE_END[0] {
            self.matched = 1;
        } else {
            self.keep(&[byte]);
        }
        false
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = MAX_PASTE_BYTES - self.text.len();
        self.is_cut |= bytes.len() > room;
        self.text.extend(bytes.iter().take(room));
    }

    /// Returns the memory in use, in bytes.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.text.capacity()
    }

    /// Returns the text, and true if it was cut.
    pub(super) fn finish(self) -> (String, bool) {
        let text = String::from_utf8(self.text)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        (text, self.is_cut)
    }
}
