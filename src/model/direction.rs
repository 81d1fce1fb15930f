//! Direction of a change, and how it is verified.

use serde::{Deserialize, Serialize};

use super::{EscapedText, KeyStatus, UnexpectedText};

/// Direction of a change. Keys can only be set to these two statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "KeyStatus", into = "KeyStatus")]
pub(crate) enum Direction {
    /// To Active.
    Activate,
    /// To Inactive.
    Deactivate,
}

impl Direction {
    /// Returns the status that the change asks for.
    pub(crate) fn status(self) -> KeyStatus {
        match self {
            Self::Activate => KeyStatus::Active,
            Self::Deactivate => KeyStatus::Inactive,
        }
    }

    /// Returns the verb at the beginning of a sentence: `Activate` or `Deactivate`.
    pub(crate) fn verb(self) -> &'static str {
        match self {
            Self::Activate => "Activate",
            Self::Deactivate => "Deactivate",
        }
    }

    /// Returns the verb in the middle of a sentence: `activate` or `deactivate`.
    pub(crate) fn infinitive(self) -> &'static str {
        match self {
            Self::Activate => "activate",
            Self::Deactivate => "deactivate",
        }
    }

    /// Returns the opposite direction.
    pub(crate) fn reversed(self) -> Self {
        match self {
            Self::Activate => Self::Deactivate,
            Self::Deactivate => Self::Activate,
        }
    }
}

impl From<Direction> for KeyStatus {
    fn from(direction: Direction) -> Self {
        direction.status()
    }
}

impl TryFrom<KeyStatus> for Direction {
    type Error = UnexpectedText;

    fn try_from(status: KeyStatus) -> Result<Self, UnexpectedText> {
        match status {
            KeyStatus::Active => Ok(Self::Activate),
            KeyStatus::Inactive => Ok(Self::Deactivate),
            KeyStatus::Expired | KeyStatus::Other(_) => {
                Err(UnexpectedText("“Active” or “Inactive”"))
            }
        }
    }
}

/// Kind of verification of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "EscapedText", into = "&'static str")]
pub(crate) enum Verification {
    /// By reading the key again until IAM reports the wanted status.
    ByRead,
    /// By IAM refusing the credentials. The key signs this session, so no read can succeed once it
    /// is Inactive.
    ByRefusal,
    /// None: it is enough that IAM accepts the change (`update-access-key`).
    None,
}

impl From<Verification> for &'static str {
    fn from(verification: Verification) -> Self {
        match verification {
            Verification::ByRead => "read",
            Verification::ByRefusal => "refusal",
            Verification::None => "none",
        }
    }
}

impl TryFrom<EscapedText> for Verification {
    type Error = UnexpectedText;

    fn try_from(text: EscapedText) -> Result<Self, UnexpectedText> {
        match &*text {
            "read" => Ok(Self::ByRead),
            "refusal" => Ok(Self::ByRefusal),
            "none" => Ok(Self::None),
            _ => Err(UnexpectedText("“read”, “refusal” or “none”")),
        }
    }
}
