//! Forms of a text in which an ID is whole: without the encodings, escapes and characters that
//! stand in or around it.

mod base64_parts;
mod encoded_words;
mod entities;
mod escapes;

use percent_encoding::percent_decode_str;
use quoted_printable::ParseMode;

use crate::model::sanitize::is_hidden;

pub(super) use base64_parts::base64_parts;

/// Number of times that escapes are decoded: logs have JSON in JSON in JSON.
const ESCAPE_LEVELS: usize = 4;

/// Returns the text of a file without its byte order mark: UTF-8, or UTF-16 or UTF-32 if it has the
/// mark of these. What is no text becomes replacement characters.
pub(crate) fn decode_text(bytes: &[u8]) -> String {
    match bytes {
        [0xff, 0xfe, 0, 0, rest @ ..] => utf32(rest, u32::from_le_bytes),
        [0, 0, 0xfe, 0xff, rest @ ..] => utf32(rest, u32::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => String::from_utf8_lossy(rest).into_owned(),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units: Vec<_> = bytes.as_chunks().0.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16_lossy(&units)
}

fn utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> String {
    let units = bytes.as_chunks().0.iter().map(|four| unit(*four));
    units.map(|unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Returns the text without terminal colors, invisible characters, and escapes of URLs, HTML and
/// JSON.
pub(super) fn decode(text: &str) -> String {
    let mut decoded = visible(&encoded_words::decode(text));
    for _ in 0..ESCAPE_LEVELS {
        let entities = entities::decode_entities(&decoded);
        let bytes = percent_decode_str(&entities).decode_utf8_lossy();
        let plain = visible(&escapes::decode_backslashes(&bytes));
        if plain == decoded {
            break;
        }
        decoded = plain;
    }
    escapes::remove_orphaned_colors(&decoded)
}

/// Returns a decoded text without HTML tags, whose attributes may have IDs, too, and without the
/// colors of Jira.
pub(super) fn without_tags(decoded: &str) -> String {
    escapes::remove_jira_colors(&escapes::remove_tags(decoded))
}

/// Returns the text without terminal sequences and invisible characters. Full-width letters and
/// digits become those of ASCII.
fn visible(text: &str) -> String {
    // A control sequence may begin with one character instead of two, which anstream does not know.
    let text = text.replace("\r\n", "\n").replace('\u{9b}', "\u{1b}[");
    let plain = escapes::remove_utf16_nulls(&escapes::remove_overstrikes(&text));
    // anstream would remove these, and join what they separate.
    let plain = plain.replace(['\0', '\u{8}'], " ");
    let plain = escapes::remove_broken_introducers(&plain);
    let plain = anstream::adapter::strip_str(&plain).to_string();
    let shown = plain.chars().filter_map(|c| match c {
        '\n' | '\t' => Some(c),
        '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => {
            char::from_u32(u32::from(c) - 0xfee0)
        }
        _ if is_hidden(c) => None,
        _ => Some(c),
    });
    shown.collect()
}

/// Returns whether the text has the header of a mail in quoted-printable.
pub(super) fn is_quoted_printable(text: &str) -> bool {
    const HEADER: &str = "content-transfer-encoding:";
    let text = text.to_ascii_lowercase();
    let mut values =
        text.match_indices(HEADER).map(|(at, _)| text[at + HEADER.len()..].trim_start());
    values.any(|value| value.starts_with("quoted-printable"))
}

/// Returns the text decoded as quoted-printable
/// (<https://www.rfc-editor.org/rfc/rfc2045#section-6.7>), if that changes it.
pub(super) fn quoted_printable(text: &str) -> Option<String> {
    if !text.contains('=') {
        return None;
    }
    let bytes = quoted_printable::decode(text, ParseMode::Robust).ok()?;
    Some(decode(&String::from_utf8_lossy(&bytes)))
}
