//! The risk that a change of a key ends the session that makes it.

use super::{Direction, KeyId, Verification};

/// What part a key has in the signing of a session, in the order in which
/// several are switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SelfLockoutRisk {
    /// None that is known.
    None,
    /// It may have minted the session, or sign the next one.
    Possible,
    /// The calls carry its signature.
    Certain,
}

impl SelfLockoutRisk {
    /// The part of a key, where `signer` signs and `keys` might.
    pub(crate) fn of(key: &KeyId, signer: Option<&KeyId>, keys: &[KeyId]) -> Self {
        match signer {
            Some(signer) if signer == key => Self::Certain,
            _ if keys.contains(key) => Self::Possible,
            _ => Self::None,
        }
    }

    /// Whether to switch the key off may lock one out.
    pub(crate) fn is_any(self) -> bool {
        self != Self::None
    }

    /// How a change of the key is proved. That IAM refuses the session's
    /// calls says something of the key that signs them, and of no other.
    pub(crate) fn verification_for(self, direction: Direction) -> Verification {
        match (self, direction) {
            (Self::Certain, Direction::Deactivate) => Verification::ByRefusal,
            _ => Verification::ByRead,
        }
    }
}
