//! Secrets, which are never shown.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::{ISSUED_ID_LENGTH, escape_hidden};

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

/// Length of a secret access key.
const SECRET_KEY_LENGTH: usize = 40;

/// Returns whether a text has the form of a secret access key: 40 characters of base64, in capital
/// and small letters.
pub(crate) fn may_be_secret_key(text: &str) -> bool {
    text.len() == SECRET_KEY_LENGTH && text.bytes().all(is_base64) && has_both_cases(text)
}

fn has_both_cases(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_lowercase()) && text.bytes().any(|b| b.is_ascii_uppercase())
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+')
}

/// Maximum number of slashes in a part of a text that is taken for a secret key. One of 2,000 secret
/// keys has more; paths and addresses have.
const MAX_SLASHES: usize = 3;

/// Length from which on base64 is taken for a session token. They have hundreds of characters.
const MIN_TOKEN_LENGTH: usize = 100;

/// Returns the text with each part that has the form of a secret access key or of a session token
/// hidden, also a key that follows a key ID without a space. Web addresses stay.
pub(crate) fn hide_secret_keys(text: &str) -> Cow<'_, str> {
    let parts: Vec<_> = text.split_inclusive(char::is_whitespace).map(hide_in_word).collect();
    if parts.iter().all(|part| matches!(part, Cow::Borrowed(_))) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(parts.concat())
}

/// Returns whether a part of the text has the form of a secret access key or of a token.
pub(crate) fn has_secret_key(text: &str) -> bool {
    matches!(hide_secret_keys(text), Cow::Owned(_))
}

/// Hides the secret keys in a text without white space in it.
fn hide_in_word(word: &str) -> Cow<'_, str> {
    if word.contains("://") {
        return Cow::Borrowed(word);
    }
    let mut shown = String::new();
    let mut rest = word;
    let mut is_changed = false;
    while let Some(start) = rest.bytes().position(is_base64) {
        let end = start + rest[start..].bytes().take_while(|b| is_base64(*b)).count();
        let secret = start + length_of_key_id(&rest[start..end]);
        let part = &rest[secret..end];
        let is_secret_key = may_be_secret_key(part) && part.matches('/').count() <= MAX_SLASHES;
        let is_token = part.len() >= MIN_TOKEN_LENGTH && has_both_cases(part);
        if is_secret_key || is_token {
            shown.push_str(&rest[..secret]);
            shown.push_str(HIDDEN);
            is_changed = true;
        } else {
            shown.push_str(&rest[..end]);
        }
        rest = &rest[end..];
    }
    if !is_changed {
        return Cow::Borrowed(word);
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// Returns the length of the key ID in front of what may be a secret key, with a slash behind it.
fn length_of_key_id(text: &str) -> usize {
    let length = text.len().saturating_sub(SECRET_KEY_LENGTH);
    let id = &text[..length];
    let id = id.strip_suffix('/').unwrap_or(id);
    let is_id = id.len() == ISSUED_ID_LENGTH
        && id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if is_id { length } else { 0 }
}

/// Returns a text that a user wrote, escaped for a message, without what may be a secret key.
pub(crate) fn hide_secret_key(text: &str) -> Cow<'_, str> {
    match hide_secret_keys(text) {
        Cow::Borrowed(text) => escape_hidden(text),
        Cow::Owned(text) => Cow::Owned(escape_hidden(&text).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_mfa_code_has_six_digits_in_any_grouping() {
        assert_eq!(Secret::mfa_code(" 123 456\n"), Some(Secret::new("123456")));
        for wrong in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            assert_eq!(Secret::mfa_code(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn secret_keys_are_hidden_wherever_they_stand() {
        const ID: &str = "AKIARZPUZDIKFYHOWX26";
        const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKE";
        for (before, after) in [
            ("", ""),
            ("AKIARZPUZDIKFYHOWX26,", "\r\n"),
            ("AKIARZPUZDIKFYHOWX26:", ""),
            (ID, ""),
            ("AKIARZPUZDIKFYHOWX26/", ""),
            ("aws_secret_access_key = ", " # ü"),
            ("ü=", ", and more"),
        ] {
            let text = format!("{before}{SECRET}{after}");
            assert_eq!(hide_secret_keys(&text), format!("{before}{HIDDEN}{after}"));
        }
        let token = format!("token IQoJb3JpZ2luX2VjE{}==", "AbC+/9".repeat(20));
        assert_eq!(hide_secret_keys(&token), format!("token {HIDDEN}=="));
        for text in [
            "",
            ID,
            "356a192b7913b04c54574d18c28d46e6395428ab",
            "svc-billing-0042",
            "ü",
            &SECRET[1..],
            &SECRET.repeat(2),
            "https://acme.slack.com/archives/C024BE91L/p1512085950000216",
            "/home/Alice/work/Projects/Backup/keys202",
        ] {
            assert!(matches!(hide_secret_keys(text), Cow::Borrowed(_)), "{text}");
        }
    }
}
