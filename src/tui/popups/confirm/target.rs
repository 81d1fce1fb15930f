//! Target of the confirmation dialog.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::changes::Intent;
use crate::model::{
    AccessKey, IdForm, KeyId, KeyStatus, Known, LastUse, SelfLockoutRisk, SessionContext,
    SessionId, UserName,
};
use crate::tui::context::UncertainStatus;

/// An account of the dialog.
#[derive(Clone, Debug)]
pub(crate) struct DialogAccount {
    /// The session that sends the changes.
    pub session: SessionId,
    /// Its context.
    pub session_context: SessionContext,
}

/// One key to be changed, and what the dialog shows of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DialogTarget {
    /// Session of its account.
    pub session: SessionId,
    /// Key ID.
    pub key: KeyId,
    /// Owner; `None` for a key of root.
    pub user: Option<UserName>,
    /// Status as last read.
    pub before: KeyStatus,
    /// Time at which the status was read; `None` while it is only the one that the journal has.
    pub read_at: Option<Timestamp>,
    /// Time at which reading the status was last tried.
    pub checked: Timestamp,
    /// Last use.
    pub last_use: Known<LastUse>,
    /// Creation time.
    pub created: Option<Timestamp>,
    /// Other keys of the user.
    pub others: Vec<(KeyId, KeyStatus)>,
    /// Risk that the change ends the present session.
    pub lockout_risk: SelfLockoutRisk,
    /// Reason why the status could not be read again, if that was tried.
    pub unconfirmed: Option<String>,
    /// Journal ID of the change that this one undoes.
    pub undoes: Option<Arc<str>>,
    /// ID of the plan that the change carries out.
    pub plan: Option<Arc<str>>,
    /// How the text that the key was found in has its ID.
    pub form: IdForm,
    /// Note from the journal on an earlier change of the key.
    pub note: Option<String>,
    /// Status that an earlier change of unknown outcome may have set. The dialog reads the key
    /// before it arms, and closes if that fails.
    pub uncertain: Option<UncertainStatus>,
}

/// Versions of the facts that the targets were compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ComparedFacts {
    /// Revision of the inventory of each account.
    pub revisions: HashMap<SessionId, u64>,
    /// Number of the last reading of the journal.
    pub journal: u64,
}

impl DialogTarget {
    /// Returns the target for a key of the inventory.
    pub(crate) fn from_key(
        key: &AccessKey,
        read: Timestamp,
        siblings: &[AccessKey],
        account: &DialogAccount,
    ) -> Self {
        Self {
            session: account.session,
            key: key.id.clone(),
            user: key.user.clone(),
            before: key.status.clone(),
            read_at: Some(read),
            checked: read,
            last_use: key.last_use.clone(),
            created: key.created,
            others: Self::others_of(siblings, &key.id),
            lockout_risk: account.session_context.lockout_risk(&key.id, key.user.as_ref()),
            unconfirmed: None,
            undoes: None,
            plan: None,
            form: IdForm::Exact,
            note: None,
            uncertain: None,
        }
    }

    /// Requires the key to be read before the dialog arms, because of a change of unknown outcome.
    /// The dialog closes if the read shows that the status is `wanted` already.
    pub(super) fn require_read(&mut self, uncertain: UncertainStatus, wanted: &KeyStatus) {
        (self.read_at, self.checked) = (None, Timestamp::MIN);
        if self.before == *wanted {
            self.before = uncertain.wanted.clone();
        }
        self.uncertain = Some(uncertain);
    }

    /// Returns the keys of the owner other than the target's.
    pub(super) fn others_of(keys: &[AccessKey], target: &KeyId) -> Vec<(KeyId, KeyStatus)> {
        let others = keys.iter().filter(|other| other.id != *target);
        others.map(|other| (other.id.clone(), other.status.clone())).collect()
    }

    /// Returns the target for the key of a recorded change whose status was not read yet. It has
    /// the status that the change has set, until a read shows it.
    pub(crate) fn of_entry(intent: &Intent, account: &DialogAccount) -> Self {
        Self {
            session: account.session,
            key: intent.key.clone(),
            user: intent.user.clone(),
            before: intent.direction.status(),
            read_at: None,
            checked: intent.time,
            last_use: Known::NotRead,
            created: None,
            others: Vec::new(),
            lockout_risk: account.session_context.lockout_risk(&intent.key, intent.user.as_ref()),
            unconfirmed: None,
            undoes: None,
            plan: None,
            form: IdForm::Exact,
            note: None,
            uncertain: None,
        }
    }

    /// Returns the owner, and the session of the account.
    pub(super) fn owner(&self) -> (SessionId, Option<UserName>) {
        (self.session, self.user.clone())
    }
}
