//! The risk that deactivating a key ends the session that does it.

use super::{Direction, KeyId, Verification};

/// Relation of a key to the credentials of the session, from no risk to certain lockout. Several
/// keys are deactivated in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SelfLockoutRisk {
    /// No known relation.
    None,
    /// It may have issued the session's credentials, or sign the next session.
    Possible,
    /// It signs the calls of the session.
    Certain,
}

impl SelfLockoutRisk {
    /// Returns the risk of a key, where `signer` signs the session and `keys` may have issued its
    /// credentials.
    pub(crate) fn for_key(key: &KeyId, signer: Option<&KeyId>, keys: &[KeyId]) -> Self {
        match signer {
            Some(signer) if signer == key => Self::Certain,
            _ if keys.contains(key) => Self::Possible,
            _ => Self::None,
        }
    }

    /// Returns whether deactivating the key may lock the user out.
    pub(crate) fn is_any(self) -> bool {
        self != Self::None
    }

    /// Returns how to verify a change of the key. A refused call verifies something only about the
    /// key that signs it.
    pub(crate) fn verification_for(self, direction: Direction) -> Verification {
        match (self, direction) {
            (Self::Certain, Direction::Deactivate) => Verification::ByRefusal,
            _ => Verification::ByRead,
        }
    }
}
