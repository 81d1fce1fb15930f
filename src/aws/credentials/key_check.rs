//! Check of credentials before they sign: the SDK panics if one of them cannot be part of a header,
//! and AWS repeats an invalid access key ID, which may be the secret, in its error.

use aws_credential_types::Credentials;
use thiserror::Error;

use crate::model::may_be_secret_key;

/// A part of credentials that cannot be used. Its text ends a sentence, and quotes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{problem}")]
pub(super) struct UnusableKey {
    /// The part.
    pub part: KeyPart,
    problem: KeyProblem,
}

/// A part of credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyPart {
    Id,
    Secret,
    Token,
}

impl UnusableKey {
    /// Returns a sentence with the setting that has the part.
    pub(super) fn in_setting(self, setting: &str) -> String {
        format!("{setting}: {self}.")
    }
}

/// Hint for a variable that cannot be used.
pub(super) const SET_AGAIN: &str = "Set it again, without line breaks.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
enum KeyProblem {
    #[error("the access key ID contains a space or another character that no ID has")]
    IdCharacters,
    #[error("the access key ID has the form of a secret; ID and secret may be swapped")]
    Swapped,
    #[error("the secret access key contains a space or a control character")]
    SecretCharacters,
    #[error("the session token contains a line break or another character that cannot be sent")]
    TokenCharacters,
}

/// Checks the characters of access key ID, secret and token.
///
/// # Errors
/// Returns an error for a character that cannot be sent or is white space, and for an ID that has
/// the form of a secret.
pub(super) fn check_keys(credentials: &Credentials) -> Result<(), UnusableKey> {
    let id = credentials.access_key_id();
    let is_printable = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    let is_header = |text: &str| text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let is_secret = |c: char| !c.is_whitespace() && !c.is_control();
    let (part, problem) = if id.contains(['/', '+', '=']) || may_be_secret_key(id) {
        (KeyPart::Id, KeyProblem::Swapped)
    } else if !is_printable(id) {
        (KeyPart::Id, KeyProblem::IdCharacters)
    } else if !credentials.secret_access_key().chars().all(is_secret) {
        (KeyPart::Secret, KeyProblem::SecretCharacters)
    } else if !credentials.session_token().is_none_or(is_header) {
        (KeyPart::Token, KeyProblem::TokenCharacters)
    } else {
        return Ok(());
    };
    Err(UnusableKey { part, problem })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "AKIARZPUZDIKFYHOWX26";
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    #[test]
    fn what_cannot_be_sent_is_named() {
        for (id, secret, token, part) in [
            ("AKIARZPUZDIK\nFYHOWX26", SECRET, None, KeyPart::Id),
            ("AKIARZPUZDIK FYHOWX26", SECRET, None, KeyPart::Id),
            ("AKIARZPUZDIKFYHOWX26\u{7f}", SECRET, None, KeyPart::Id),
            ("AKIARZPUZDIKFYHOWX2\u{200b}6", SECRET, None, KeyPart::Id),
            (ID, "wJalr\tXUtn", None, KeyPart::Secret),
            (ID, SECRET, Some("token\n"), KeyPart::Token),
            (ID, SECRET, Some("to\u{e9}ken"), KeyPart::Token),
        ] {
            let credentials = Credentials::from_keys(id, secret, token.map(str::to_owned));
            let error = check_keys(&credentials).unwrap_err();
            assert_eq!(error.part, part, "{id:?} {secret:?} {token:?}");
            assert!(error.to_string().contains(" contains a "), "{error}");
        }
        let credentials = |id| Credentials::from_keys(id, SECRET, Some("to/ken+=".into()));
        for id in [ID, "test", "minio-admin@x.org", "004a1b2c3d4e5f60000000001"] {
            assert_eq!(check_keys(&credentials(id)), Ok(()), "{id}");
        }
    }

    #[test]
    fn an_id_and_a_secret_that_are_swapped_are_not_sent() {
        for secret in [SECRET, "wJalrXUtnFEMIzK7MDENGzbPxRfiCYEXAMPLEKEY", "wJalr+", "wJalr="] {
            let error = check_keys(&Credentials::from_keys(secret, ID, None)).unwrap_err();
            assert!(error.to_string().contains("swapped"), "{error}");
            assert!(!format!("{error:?}").contains("wJalr"), "{error:?}");
        }
    }
}
