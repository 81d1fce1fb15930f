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

/// Length of the ID of an access key that AWS issues today.
const KEY_ID_LENGTH: usize = 20;

/// Length of a secret access key.
const SECRET_KEY_LENGTH: usize = 40;

/// Returns whether a text has the form of a secret access key: 40 characters of base64, in capital
/// and small letters.
pub(crate) fn may_be_secret_key(text: &str) -> bool {
    text.len() == SECRET_KEY_LENGTH
        && text.bytes().all(is_base64)
        && text.bytes().any(|b| b.is_ascii_lowercase())
        && text.bytes().any(|b| b.is_ascii_uppercase())
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+')
}

/// Returns the text with each part that has the form of a secret access key hidden, also one that
/// directly follows a key ID.
pub(crate) fn hide_secret_keys(text: &str) -> Cow<'_, str> {
    let mut shown = String::new();
    let mut rest = text;
    let mut is_changed = false;
    while let Some(start) = rest.bytes().position(is_base64) {
        let end = start + rest[start..].bytes().take_while(|b| is_base64(*b)).count();
        let run = &rest[start..end];
        let follows_id = run.len() == KEY_ID_LENGTH + SECRET_KEY_LENGTH
            && run[..KEY_ID_LENGTH].bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        let secret = if follows_id { start + KEY_ID_LENGTH } else { start };
        if may_be_secret_key(&rest[secret..end]) {
            shown.push_str(&rest[..secret]);
            shown.push_str(HIDDEN);
            is_changed = true;
        } else {
            shown.push_str(&rest[..end]);
        }
        rest = &rest[end..];
    }
    if !is_changed {
        return Cow::Borrowed(text);
    }
    shown.push_str(rest);
    Cow::Owned(shown)
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
            ("aws_secret_access_key = ", " # ü"),
            ("ü=", ", and more"),
        ] {
            let text = format!("{before}{SECRET}{after}");
            assert_eq!(hide_secret_keys(&text), format!("{before}{HIDDEN}{after}"));
        }
        for text in [
            "",
            ID,
            "356a192b7913b04c54574d18c28d46e6395428ab",
            "svc-billing-0042",
            "ü",
            &SECRET[1..],
            &SECRET.repeat(2),
        ] {
            assert!(matches!(hide_secret_keys(text), Cow::Borrowed(_)), "{text}");
        }
    }
}
