//! A key that the dialog before a change asks about.

use std::sync::Arc;

use jiff::Timestamp;

use crate::model::{
    AccessKey, KeyId, KeyStatus, Known, LastUse, SelfLockoutRisk, SessionContext, UserName,
};

/// One key to be changed, and what the dialog tells of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DialogTarget {
    /// The key.
    pub key: KeyId,
    /// Its owner; `None` for root's.
    pub user: Option<UserName>,
    /// Its status as last read.
    pub before: KeyStatus,
    /// When that was read.
    pub read_at: Timestamp,
    /// When it was last tried to read it.
    pub checked: Timestamp,
    /// Its last use.
    pub last_use: Known<LastUse>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// The user's other keys.
    pub others: Vec<(KeyId, KeyStatus)>,
    /// What part it has in the signing of this session.
    pub lockout_risk: SelfLockoutRisk,
    /// Why its status could not be read again, if that was tried.
    pub unconfirmed: Option<String>,
    /// The change that this one puts back.
    pub undoes: Option<Arc<str>>,
    /// What the journal says of an earlier change of the key.
    pub note: Option<String>,
}

impl DialogTarget {
    /// The target that a key in the inventory makes.
    pub(crate) fn of(
        key: &AccessKey,
        read: Timestamp,
        siblings: &[AccessKey],
        session_context: &SessionContext,
    ) -> Self {
        let others = siblings.iter().filter(|other| other.id != key.id);
        Self {
            key: key.id.clone(),
            user: key.user.clone(),
            before: key.status.clone(),
            read_at: read,
            checked: read,
            last_use: key.last_use.clone(),
            created: key.created,
            others: others.map(|other| (other.id.clone(), other.status.clone())).collect(),
            lockout_risk: session_context.lockout_risk(&key.id, key.user.as_ref()),
            unconfirmed: None,
            undoes: None,
            note: None,
        }
    }
}
