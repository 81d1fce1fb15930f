//! Secrets, which are never shown.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::escape_hidden;

/// Text in place of a secret.
pub(crate) const HIDDEN: &str = "** hidden **";

/// A secret key, session token or MFA code. `Debug` hides it, and dropping the last copy zeroes it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(Arc<Zeroizing<String>>);

impl Secret {
    /// Wraps the text.
    pub(crate) fn new(text: &str) -> Self {
        Self(Arc::new(Zeroizing::new(text.to_owned())))
    }

    /// Parses an MFA code: six digits, with optional white space around or between them. Returns
    /// `None` for anything else, which AWS would reject.
    pub(crate) fn mfa_code(text: &str) -> Option<Self> {
        let code: Zeroizing<String> =
            Zeroizing::new(text.chars().filter(|c| !c.is_whitespace()).collect());
        (code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())).then(|| Self::new(&code))
    }

    /// Returns the secret, to send it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

/// Returns whether a text has the form of a secret access key: 40 characters of base64, in capital
/// and small letters.
pub(crate) fn may_be_secret_key(text: &str) -> bool {
    text.len() == 40
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'/' || b == b'+')
        && text.bytes().any(|b| b.is_ascii_lowercase())
        && text.bytes().any(|b| b.is_ascii_uppercase())
}

/// Returns a text that a user wrote, escaped for a message, unless it has the form of a secret key.
pub(crate) fn hide_secret_key(text: &str) -> Cow<'_, str> {
    if may_be_secret_key(text.trim()) { Cow::Borrowed(HIDDEN) } else { escape_hidden(text) }
}

/// Returns a text with [`HIDDEN`] in place of each part that has the form of a secret key.
pub(crate) fn hide_secret_words(text: &str) -> Cow<'_, str> {
    let is_other = |c: char| !c.is_ascii_alphanumeric() && c != '/' && c != '+';
    if !text.split(is_other).any(may_be_secret_key) {
        return Cow::Borrowed(text);
    }
    let parts = text.split_inclusive(is_other).map(|part| {
        let word = part.trim_end_matches(is_other);
        if may_be_secret_key(word) { part.replace(word, HIDDEN) } else { part.to_owned() }
    });
    Cow::Owned(parts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_keys_in_a_text_are_hidden() {
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        let text = format!("leak: key={secret}, see INC-42 {secret}");
        assert_eq!(hide_secret_words(&text), "leak: key=** hidden **, see INC-42 ** hidden **");
        for text in ["INC-42 leak", "da39a3ee5e6b4b0d3255bfef95601890afd80709", ""] {
            assert!(matches!(hide_secret_words(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn an_mfa_code_has_six_digits_in_any_grouping() {
        assert_eq!(Secret::mfa_code(" 123 456\n"), Some(Secret::new("123456")));
        for wrong in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            assert_eq!(Secret::mfa_code(wrong), None, "{wrong}");
        }
    }
}
