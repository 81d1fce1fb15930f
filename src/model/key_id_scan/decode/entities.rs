//! Character references of HTML.

use std::borrow::Cow;

/// Named references (<https://html.spec.whatwg.org/multipage/named-characters.html>) that can stand
/// inside of an ID or a mask, or hold another escape. A name that is not here separates words as
/// its character would.
const NAMED: [(&str, char); 20] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("percnt", '%'),
    ("bsol", '\\'),
    ("equals", '='),
    ("nbsp", '\u{a0}'),
    ("shy", '\u{ad}'),
    ("zwj", '\u{200d}'),
    ("zwnj", '\u{200c}'),
    ("ZeroWidthSpace", '\u{200b}'),
    ("NoBreak", '\u{2060}'),
    ("ast", '*'),
    ("num", '#'),
    ("bull", '•'),
    ("middot", '·'),
    ("hellip", '…'),
    ("times", '×'),
];

/// Maximum length of a reference between `&` and `;`, in bytes.
const MAX_LENGTH: usize = 14;

/// Returns the text with the characters that references such as `&amp;`, `&#65;` and `&#x41;` stand
/// for.
pub(super) fn decode_entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        if let Some((c, after)) = reference(after) {
            plain.push(c);
            rest = after;
        } else {
            plain.push('&');
            rest = after;
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// Returns the character of a reference whose `&` was read, and the text after it.
fn reference(text: &str) -> Option<(char, &str)> {
    let end = text.bytes().take(MAX_LENGTH + 1).position(|byte| byte == b';')?;
    let (name, after) = (&text[..end], &text[end + 1..]);
    let c = if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => number.parse(),
        };
        char::from_u32(code.ok()?)?
    } else {
        NAMED.iter().find(|(known, _)| *known == name)?.1
    };
    Some((c, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_become_their_characters() {
        for (text, plain) in [
            ("&#65;&#x4b;&#X49;A", "AKIA"),
            ("&amp;#65;", "&#65;"),
            ("&quot;&lt;b&gt;", "\"<b>"),
            ("****&bull;&hellip;", "****•…"),
            ("&&amp;", "&&"),
        ] {
            assert_eq!(decode_entities(text), plain, "{text}");
        }
    }

    #[test]
    fn what_is_no_reference_stays() {
        for text in
            ["a & b; c", "&", "&;", "&#;", "&#x;", "&#xd800;", "&unknown;", "&#999999999999;"]
        {
            assert_eq!(decode_entities(text), text);
        }
    }
}
