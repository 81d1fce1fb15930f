//! Escapes that make text from outside safe to show, store and paste.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

/// Returns whether a character is invisible and changes how the text around it looks: controls,
/// bidirectional overrides and isolates, zero-width characters, variation selectors and tags
/// (<https://www.unicode.org/reports/tr36/>).
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Returns the text with every character that hides or reorders others written as `<U+202E>`.
/// Applied once, where remote data enters, so that different names never look alike and no escape
/// sequence reaches a terminal, a log or the journal.
pub(crate) fn escape_hidden(text: &str) -> Cow<'_, str> {
    escape_chars(text, is_hidden)
}

/// Returns the path as a text, escaped like [`escape_hidden`]. For people to read: it may name no
/// file.
pub(crate) fn escape_path(path: &Path) -> String {
    escape_hidden(&path.to_string_lossy()).into_owned()
}

/// Returns text of several lines escaped like [`escape_hidden`], but with its line feeds and tabs.
pub(crate) fn escape_hidden_lines(text: &str) -> Cow<'_, str> {
    escape_chars(text, |c| !matches!(c, '\n' | '\t') && is_hidden(c))
}

fn escape_chars(text: &str, hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    // Almost all names, and most fields of a journal, are printable ASCII.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) || !text.chars().any(&hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if hidden(c) {
            // Writing to a String cannot fail.
            let _ = write!(shown, "<U+{:04X}>", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Returns JSON with every character that [`escape_hidden`] would escape as `\u202e`: the same
/// value to a parser, and safe on a terminal.
pub(crate) fn escape_json(json: &str) -> Cow<'_, str> {
    // Line feeds only separate lines: in strings they are escaped already. Everything else
    // outside of strings is printable ASCII.
    let escapes = |c: char| c != '\n' && is_hidden(c);
    if !json.chars().any(escapes) {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if escapes(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

/// Returns the text quoted as one word for a POSIX shell
/// (<https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02>).
pub(crate) fn shell_quote(text: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_+=,.@:/%-".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_of_any_script_is_unchanged() {
        for text in ["svc-billing", "Ünïcode", "日本語", "naïve e\u{301}"] {
            assert!(matches!(escape_hidden(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn escapes_bidi_and_zero_width_characters_become_visible() {
        assert_eq!(escape_hidden("a\u{1b}[31mb"), "a<U+001B>[31mb");
        assert_eq!(escape_hidden("ab\u{202e}cd\u{200b}"), "ab<U+202E>cd<U+200B>");
        assert_eq!(escape_hidden("two\nlines"), "two<U+000A>lines");
        assert_eq!(escape_hidden_lines("a\tb\n\u{9b}\r\n"), "a\tb\n<U+009B><U+000D>\n");
    }

    #[test]
    fn escaped_json_has_the_same_value() {
        let value = serde_json::json!({ "a\u{9b}31m": ["\u{202e}b\u{7f}\u{200b}", "\u{e0041}", "日本\n\t\"\u{1b}"] });
        for json in [value.to_string(), format!("{value:#}")] {
            let escaped = escape_json(&json);
            assert!(escaped.chars().all(|c| c == '\n' || !is_hidden(c)), "{escaped}");
            assert!(
                escaped.contains(r"\u009b31m")
                    && escaped.contains(r"\udb40\udc41")
                    && escaped.contains("日本")
            );
            assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).unwrap(), value);
        }
        assert!(matches!(escape_json(r#"{"a": "é"}"#), Cow::Borrowed(_)));
    }

    #[test]
    fn a_hostile_name_is_one_shell_word() {
        assert_eq!(shell_quote("svc-billing"), "svc-billing");
        assert_eq!(shell_quote("a'; rm -rf ~ #"), r"'a'\''; rm -rf ~ #'");
        assert_eq!(shell_quote("$(reboot)"), "'$(reboot)'");
        assert_eq!(shell_quote(""), "''");
    }
}
