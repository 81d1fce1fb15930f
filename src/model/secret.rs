//! What must never be seen.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

/// What to say of any other code.
pub(crate) const INVALID_MFA_CODE_MESSAGE: &str =
    "The code of an MFA device has six digits. Nothing was sent.";

/// A text that is never shown, and zeroed with its last copy: a secret key, a
/// session token, an MFA code.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(Arc<Zeroizing<String>>);

impl Secret {
    /// Hides the text.
    pub(crate) fn new(text: &str) -> Self {
        Self(Arc::new(Zeroizing::new(text.to_owned())))
    }

    /// The code of an MFA device: six digits, with blanks around or between
    /// them; `None` for anything else, which AWS would refuse.
    pub(crate) fn mfa_code(text: &str) -> Option<Self> {
        let code: Zeroizing<String> =
            Zeroizing::new(text.chars().filter(|c| !c.is_whitespace()).collect());
        (code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())).then(|| Self::new(&code))
    }

    /// The text, to send it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("** hidden **")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_six_digits_however_it_is_grouped() {
        assert_eq!(Secret::mfa_code(" 123 456\n"), Some(Secret::new("123456")));
        for wrong in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            assert_eq!(Secret::mfa_code(wrong), None, "{wrong}");
        }
    }
}
