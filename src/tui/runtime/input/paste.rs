//! A bracketed paste while it comes.

use std::time::Duration;

use tokio::time::Instant;

/// What ends a paste.
const PASTE_END: &[u8] = b"\x1b[201~";

/// Bytes that are kept of a paste.
pub(super) const MAX_PASTE_BYTES: usize = 4 << 20;

/// How long nothing must have come of a paste before esc or ctrl-c may end it.
pub(super) const PASTE_TIMEOUT: Duration = Duration::from_millis(500);

/// A paste that has begun.
#[derive(Debug, Default)]
pub(super) struct Paste {
    text: Vec<u8>,
    /// How many bytes of its end have come.
    matched: usize,
    /// When its last byte came; esc and ctrl-c by themselves are no part of it.
    last: Option<Instant>,
    /// Whether more came than is kept.
    is_cut: bool,
}

/// What a chunk that comes in the midst of a paste is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chunk {
    /// A part of it.
    Text,
    /// A part of it, or the esc key, if nothing more comes.
    MaybeEsc,
    /// Keys: the paste was cut before.
    Keys,
}

impl Paste {
    /// It begins at that time, unless it has before.
    pub(super) fn begin(&mut self, now: Instant) {
        self.last.get_or_insert(now);
    }

    /// What these bytes are, which have come at that time.
    pub(super) fn chunk(&mut self, bytes: &[u8], now: Instant) -> Chunk {
        let is_call = bytes.iter().all(|byte| matches!(byte, b'\x1b' | b'\x03'));
        let last = self.last.unwrap_or(now);
        if !is_call {
            self.last = Some(now);
        }
        match bytes {
            _ if !is_call || now < last + PASTE_TIMEOUT => Chunk::Text,
            // The end may have been torn here.
            [b'\x1b'] => Chunk::MaybeEsc,
            _ => Chunk::Keys,
        }
    }

    /// Takes a byte in; tells whether it completes the end.
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

    /// Bytes that are kept.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.text.capacity()
    }

    /// The text, and whether it was longer than what is kept.
    pub(super) fn finish(self) -> (String, bool) {
        let text = String::from_utf8(self.text)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        (text, self.is_cut)
    }
}
