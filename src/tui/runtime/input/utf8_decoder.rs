//! Bytes as characters.

/// Makes characters of UTF-8, a byte at a time. What is none is left out; but
/// a control of C1 may come as a single byte, as ECMA-48 has it.
#[derive(Debug, Default)]
pub(super) struct Utf8Decoder {
    bytes: [u8; 4],
    /// How many bytes of a character have come.
    count: usize,
}

impl Utf8Decoder {
    /// Takes a byte in, and gives the character that it completes.
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

/// How many bytes a character has that begins with this one.
fn length(first: u8) -> usize {
    match first {
        0xf0.. => 4,
        0xe0.. => 3,
        _ => 2,
    }
}
