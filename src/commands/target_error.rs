//! Why a text is not the ID of a key to change.

use thiserror::Error;

use crate::model::KeyIdError;

/// A text that is not the ID of a key to change; what it is instead, without a period.
#[derive(Debug, Error)]
pub(super) enum TargetError {
    /// It has not the form of an ID.
    #[error(transparent)]
    Form(#[from] KeyIdError),
    /// The ID of a temporary key.
    #[error("it is a temporary key, which expires by itself")]
    Temporary,
    /// The ID of a user.
    #[error("it is the ID of a user, not of an access key")]
    UserId,
    /// Another kind of ID.
    #[error("the ID of an access key begins with AKIA, in capital letters")]
    Other,
}
