//! Fields of a record, which may be missing or have another form than expected.

use serde_json::Value;

use crate::model::EscapedText;

/// Maximum length of a text, in characters.
pub(super) const MAX_TEXT: usize = 512;

/// Returns the text without hidden characters, and its beginning if it is long; `None` if it is
/// empty.
pub(super) fn clipped(text: &str) -> Option<EscapedText> {
    // Escapes are longer than what they stand for, so the escaped text is measured. Without the
    // beginning of a very long text, the rest need not be escaped.
    let beginning = text.char_indices().nth(MAX_TEXT + 1).map_or(text, |(end, _)| &text[..end]);
    let escaped = EscapedText::from(beginning.trim());
    if escaped.is_empty() {
        return None;
    }
    if escaped.char_indices().nth(MAX_TEXT).is_none() {
        return Some(escaped);
    }
    let kept: String = escaped.chars().take(MAX_TEXT - 1).chain(['…']).collect();
    Some(kept.into())
}

/// Returns the field at the end of a path.
pub(super) fn at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, name| field(value, name))
}

/// Returns a field of an object. Services write its name with a small or a capital first letter.
pub(super) fn field<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let fields = value.as_object()?;
    let spelled_otherwise =
        || fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    fields.get(name).or_else(spelled_otherwise).filter(|value| !value.is_null())
}

/// Returns a text that is not empty.
pub(super) fn string(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.trim().is_empty())
}

/// Returns a truth value, which may be a text.
pub(super) fn boolean(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| truth(value.as_str()?))
}

/// Returns the truth value of a text.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text.trim() {
        text if text.eq_ignore_ascii_case("true") => Some(true),
        text if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_clipped() {
        let exact = "é".repeat(MAX_TEXT);
        assert_eq!(clipped(&exact).as_deref(), Some(&*exact));
        for long in ["é".repeat(MAX_TEXT + 1), "\u{1b}".repeat(MAX_TEXT), "x".repeat(1 << 20)] {
            let text = clipped(&long).unwrap();
            assert_eq!(text.chars().count(), MAX_TEXT);
            assert!(text.ends_with('…'));
        }
        assert_eq!(clipped(" \t"), None);
    }
}
