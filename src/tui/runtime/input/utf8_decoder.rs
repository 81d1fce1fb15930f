//! An incremental UTF-8 decoder.

/// Decodes UTF-8 byte by byte. Skips invalid bytes, but accepts a C1 control
/// character as a single byte, as in ECMA-48.
#[derive(Debug, Default)]
pub(super) struct Utf8Decoder {
    bytes: [u8; 4],
    /// Number of bytes received of the current character.
    count: usize,
}

impl Utf8Decoder {
    /// Adds a byte. Returns the character that it completes.
    pub(super) fn push(&mut self, byte: u8) -> Option<char> {
        let continues = byte & 0xc0 == 0x80 && self.count > 0;
        if !continues {
            self.count = 0;
            match byte {
                0..=0x9f => return Some(char::from(byte)),
                0xc0..=0xf7 => {}
                _ => return None,
            }
        }
        self.bytes[self.count] = byte;
        self.count += 1;
        if self.count < length(self.bytes[0]) {
            return None;
        }
        let complete = str::from_utf8(&self.bytes[..self.count]).ok();
        self.count = 0;
        complete?.chars().next()
    }
}

/// Returns the length of a character with this first byte.
fn length(first: u8) -> usize {
    match first {
        0xf0.. => 4,
        0xe0.. => 3,
        _ => 2,
    }
}
