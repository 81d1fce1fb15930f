//! Escapes, tags and colors that stand in or around an ID.

use std::iter::Peekable;
use std::str::Chars;

/// HTML elements inside of which a word goes on:
/// <https://html.spec.whatwg.org/multipage/text-level-semantics.html>.
const INLINE_TAGS: [&str; 30] = [
    "a", "abbr", "b", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark",
    "nobr", "o:p", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u",
    "var", "wbr", "bdi",
];

/// HTML elements that end a word.
const BLOCK_TAGS: [&str; 28] = [
    "blockquote",
    "body",
    "br",
    "button",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "head",
    "hr",
    "html",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "table",
    "tbody",
    "td",
    "th",
    "title",
    "tr",
    "ul",
];

/// Maximum length of a tag with its attributes, in bytes.
const MAX_TAG_LENGTH: usize = 2000;

/// Returns the text with the escapes of JSON, and of programs that print terminal sequences
/// readably: `\u0041`, `\u{41}`, `\x41`, `\n`, `\e[`, `\033[`, `^[[`.
pub(super) fn decode_backslashes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => decode_escape(&mut chars, &mut plain),
            '^' if chars.clone().take(2).eq(['[', '[']) => {
                chars.next();
                plain.push('\u{1b}');
            }
            _ => plain.push(c),
        }
    }
    plain
}

/// Decodes what follows a backslash.
fn decode_escape(chars: &mut Peekable<Chars<'_>>, plain: &mut String) {
    let rest = chars.clone();
    let Some(kind) = chars.next() else {
        plain.push('\\');
        return;
    };
    let decoded = match kind {
        'n' | 'r' => Some('\n'),
        't' => Some('\t'),
        '/' | '\\' => Some(kind),
        'e' if chars.peek() == Some(&'[') => Some('\u{1b}'),
        'u' if chars.peek() == Some(&'{') => {
            chars.next();
            let digits: String = chars.by_ref().take_while(|c| *c != '}').take(6).collect();
            from_hex(&digits)
        }
        'u' => from_hex(&chars.by_ref().take(4).collect::<String>()),
        'x' => from_hex(&chars.by_ref().take(2).collect::<String>()),
        '0' if chars.clone().take(3).eq(['3', '3', '[']) => {
            chars.next();
            chars.next();
            Some('\u{1b}')
        }
        _ => None,
    };
    if let Some(c) = decoded {
        plain.push(c);
    } else {
        *chars = rest;
        plain.push('\\');
    }
}

fn from_hex(digits: &str) -> Option<char> {
    let digits = Some(digits).filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()))?;
    char::from_u32(u32::from_str_radix(digits, 16).ok()?)
}

/// Returns the text without the tags inside of which a word goes on. Those that end a word become
/// spaces, and `<br>` a line break.
pub(super) fn remove_tags(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        if let Some((name, after)) = tag_at_start(rest) {
            if name == "br" {
                plain.push('\n');
            } else if BLOCK_TAGS.contains(&&*name) {
                plain.push(' ');
            }
            rest = after;
        } else {
            plain.push('<');
            rest = &rest[1..];
        }
    }
    plain.push_str(rest);
    plain
}

/// Returns the name of the HTML tag that the text begins with, in lower case, and the text after it.
fn tag_at_start(text: &str) -> Option<(String, &str)> {
    let inside = &text[1..];
    let name_start = inside.strip_prefix('/').unwrap_or(inside);
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == ':' || c == '-';
    let name = &name_start[..name_start.find(|c| !is_name(c))?];
    let after_name = &name_start[name.len()..];
    let ends_name = after_name.starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/'));
    let end = inside.find(['<', '>']).filter(|end| *end < MAX_TAG_LENGTH)?;
    let after = inside[end..].strip_prefix('>')?;
    let name = Some(name).filter(|name| ends_name && name.len() < 16)?.to_ascii_lowercase();
    let is_tag = INLINE_TAGS.contains(&&*name) || BLOCK_TAGS.contains(&&*name);
    is_tag.then_some((name, after))
}

/// Returns the text without color codes whose escape character was lost: `[1;31m`, `[0m`, `[K`.
pub(super) fn remove_orphaned_colors(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('[') {
        plain.push_str(&rest[..at]);
        let code = rest[at + 1..].trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        if let Some(after) = code.strip_prefix(['m', 'K']) {
            rest = after;
        } else {
            plain.push('[');
            rest = &rest[at + 1..];
        }
    }
    plain.push_str(rest);
    plain
}

/// Returns the text without the characters that a backspace removes. Manual pages print bold text
/// as `A`, backspace, `A`.
pub(super) fn remove_overstrikes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\u{8}' {
            plain.pop();
        } else {
            plain.push(c);
        }
    }
    plain
}
