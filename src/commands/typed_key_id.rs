//! IDs of keys as users write them, and why a text is none.

use thiserror::Error;

use crate::model::{KeyId, KeyIdError, KeyKind};

/// Parses the ID of a key, long-term or temporary, that a user wrote.
///
/// # Errors
/// Returns what the text is instead.
pub(super) fn typed_key_id(text: &str) -> Result<KeyId, TargetError> {
    let key = KeyId::parse_typed(text)?;
    match key.kind() {
        KeyKind::LongTerm | KeyKind::Temporary => Ok(key),
        KeyKind::UserId => Err(TargetError::UserId),
        _ => Err(TargetError::Other),
    }
}

/// A text that is not the ID of a key, or not of one to change; what it is instead, without a
/// period.
#[derive(Debug, Error)]
pub(super) enum TargetError {
    /// It has not the form of an ID.
    #[error(transparent)]
    Form(#[from] KeyIdError),
    /// The ID of a temporary key.
    #[error("it is a temporary key, which expires by itself")]
    Temporary,
    /// The ID of a user.
    #[error("it is the ID of a user; keyflip find shows the keys of that user")]
    UserId,
    /// Another kind of ID.
    #[error(
        "the ID of an access key begins with AKIA or, if it is temporary, with ASIA, in capital letters"
    )]
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_of_keys_as_aws_writes_them_are_taken() {
        for id in ["AKIARZPUZDIKFYHOWX26", "ASIARZPUZDIKFYHOWX26", "AKIARZPUZDIKFYHOWX2"] {
            assert!(typed_key_id(id).is_ok(), "{id}");
        }
        let lower_case = typed_key_id("akiarzpuzdikfyhowx26").unwrap_err();
        assert!(lower_case.to_string().ends_with("in capital letters"), "{lower_case}");
        let user = typed_key_id("AIDARZPUZDIKFYHOWX26");
        assert!(matches!(user, Err(TargetError::UserId)));
        assert!(matches!(typed_key_id("AKIA"), Err(TargetError::Form(_))));
    }
}
