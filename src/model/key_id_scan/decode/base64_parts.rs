//! Parts of a text in base64: files and headers that keys live in, and bodies of mails.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::{decode, decode_text, without_tags};
use crate::model::KeyKind;

/// Shortest part that may hold an ID.
const MIN_LENGTH: usize = 20;

/// Longest part on one line. Longer ones are images and archives.
const MAX_LINE_LENGTH: usize = 4096;

/// Shortest line that goes on in the next one. Encoders break lines at 60 characters or more, and
/// quotes of mails make them shorter.
const MIN_BROKEN_LENGTH: usize = 40;

/// Longest part on several lines.
const MAX_LENGTH: usize = 1 << 20;

/// The alphabet with `+` and `/`. Padding may be missing, and a part may be cut off.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Returns the decoded parts that may have an ID.
pub(in crate::model::key_id_scan) fn base64_parts(text: &str) -> Vec<String> {
    let parts = tokens(text).into_iter().chain(blocks(text));
    parts.flat_map(|part| decoded_with_prefix(&part)).collect()
}

fn is_base64(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_')
}

/// Returns the parts on one line.
fn tokens(text: &str) -> Vec<String> {
    let words = text.split(|c| !is_base64(c));
    let lengths = MIN_LENGTH..=MAX_LINE_LENGTH;
    words.filter(|word| lengths.contains(&word.len())).map(str::to_owned).collect()
}

/// Returns the parts that go on over several lines.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut block = String::new();
    for line in text.lines() {
        let line = line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '|' | '"'));
        let end = line.find(|c| !is_base64(c)).unwrap_or(line.len());
        if !block.is_empty() {
            block.push_str(&line[..end]);
            if end == line.len() && end >= MIN_BROKEN_LENGTH && block.len() <= MAX_LENGTH {
                continue;
            }
            blocks.push(std::mem::take(&mut block));
        }
        let last = &line[line.trim_end_matches(is_base64).len()..];
        if last.len() >= MIN_BROKEN_LENGTH && last.len() <= MAX_LINE_LENGTH {
            last.clone_into(&mut block);
        }
    }
    blocks.push(block);
    blocks.retain(|block| block.len() >= MIN_LENGTH);
    blocks
}

/// Decodes a part from each of its first four characters, since other text may stand directly
/// before it, and returns the results that have the prefix of an ID.
fn decoded_with_prefix(part: &str) -> Vec<String> {
    let standard: String = part
        .chars()
        .map(|c| match c {
            '-' => '+',
            '_' => '/',
            c => c,
        })
        .collect();
    let mut results = Vec::new();
    for start in 0..4.min(standard.len()) {
        let part = &standard[start..];
        // A single character at the end has no whole byte.
        let part = if part.len() % 4 == 1 { &part[..part.len() - 1] } else { part };
        let Ok(bytes) = ENGINE.decode(part) else { continue };
        let text = decode_text(&bytes);
        let letters = text.replace('\0', "");
        let is_sign = |it: &[u8]| it == b"arn:" || KeyKind::of(it) != KeyKind::Other;
        if letters.as_bytes().windows(4).any(is_sign) {
            let plain = decode(&text);
            results.push(without_tags(&plain));
            results.push(plain);
        }
    }
    results
}
