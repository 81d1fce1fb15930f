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

/// Maximum length of a comment that is removed, in bytes.
const MAX_COMMENT_LENGTH: usize = 200;

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
        // Also what Markdown would take as markup otherwise, as in masks.
        '/' | '\\' | '*' | '_' | '#' | '-' | '.' | '~' | '`' => Some(kind),
        'e' if chars.peek() == Some(&'[') => Some('\u{1b}'),
        'u' if chars.peek() == Some(&'{') => {
            chars.next();
            // One more than can be there, so that the brace after six is taken as well.
            let digits: String = chars.by_ref().take_while(|c| *c != '}').take(7).collect();
            Some(digits).filter(|digits| digits.len() <= 6).and_then(|digits| from_hex(&digits))
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
        // A long comment, or one with tags in it, may have text in it that matters.
        if let Some(after) = after_short_comment(rest) {
            rest = after;
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

/// Returns the text after the short comment that it begins with.
fn after_short_comment(text: &str) -> Option<&str> {
    let comment = text.strip_prefix("<!--")?;
    let end = comment[..comment.floor_char_boundary(MAX_COMMENT_LENGTH)].find("-->")?;
    (!comment[..end].contains('<')).then(|| &comment[end + "-->".len()..])
}

/// Returns the name of the HTML tag that the text begins with, in lower case, and the text after
/// it.
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

/// Returns the text without the colors of Jira: `{color:red}`, `{color}`.
pub(super) fn remove_jira_colors(text: &str) -> String {
    const START: &str = "{color";
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(START) {
        plain.push_str(&rest[..at]);
        let name = rest[at + START.len()..]
            .trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '#'));
        if let Some(after) = name.strip_prefix('}') {
            rest = after;
        } else {
            plain.push_str(START);
            rest = &rest[at + START.len()..];
        }
    }
    plain.push_str(rest);
    plain
}

/// Returns the text without overstrikes, by which manual pages print bold and underlined text: `A`,
/// backspace, `A`, and `_`, backspace, `A`. Any other backspace stays.
pub(super) fn remove_overstrikes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_struck = c == '\u{8}'
            && plain
                .chars()
                .next_back()
                .is_some_and(|last| last == '_' || Some(&last) == chars.peek());
        if is_struck {
            plain.pop();
        } else {
            plain.push(c);
        }
    }
    plain
}

/// Returns the text without the introducers of terminal sequences that are not complete: what
/// follows them is text. Strings, such as titles and links, have to end on their line.
pub(super) fn remove_broken_introducers(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let after_end = line.rfind('\u{7}').max(line.rfind("\u{1b}\\"));
        let (ended, open) = line.split_at(after_end.unwrap_or(0));
        let mut pieces = open.split('\u{1b}');
        let first = pieces.next().unwrap_or_default();
        let mut plain = format!("{ended}{first}");
        for piece in pieces {
            if piece.starts_with([']', 'P', '_', '^', 'X']) {
                plain.push_str(&piece[1..]);
            } else if let Some(rest) = piece.strip_prefix('[')
                && !is_control_sequence(rest)
            {
                plain.push_str(rest);
            } else {
                plain.push('\u{1b}');
                plain.push_str(piece);
            }
        }
        plain
    });
    lines.collect()
}

/// Returns whether the text begins with the rest of a control sequence: parameters, at most one
/// intermediate byte, and a final byte
/// (<https://ecma-international.org/publications-and-standards/standards/ecma-48/>, section 5.4).
fn is_control_sequence(text: &str) -> bool {
    let rest = text.trim_start_matches(|c| matches!(c, '0'..='?'));
    let rest = rest.strip_prefix(|c| matches!(c, ' '..='/')).unwrap_or(rest);
    rest.starts_with(|c| matches!(c, '@'..='~'))
}

/// Returns the text without the NULs between the characters of UTF-16 and UTF-32. Others stay: they
/// pad fields.
pub(super) fn remove_utf16_nulls(text: &str) -> String {
    if !text.contains('\0') {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let is_null = |at: usize| chars.get(at) == Some(&'\0');
    // Length of the run of NULs that begins at a position; all from 4 on are the same.
    let run_from = |at: usize| (at..).take_while(|at| is_null(*at)).take(4).count();
    let mut plain = String::with_capacity(text.len());
    // The end of the last run, and its length.
    let (mut at, mut last_run) = (0, (usize::MAX, 0));
    while let Some(c) = chars.get(at) {
        if *c != '\0' {
            plain.push(*c);
            at += 1;
            continue;
        }
        let length = run_from(at);
        let follows_one = last_run == (at.wrapping_sub(1), length);
        let precedes_one = !is_null(at + length) && run_from(at + length + 1) == length;
        if !(matches!(length, 1 | 3) && (follows_one || precedes_one)) {
            plain.push('\0');
        }
        at += length;
        last_run = (at, length);
    }
    plain
}
