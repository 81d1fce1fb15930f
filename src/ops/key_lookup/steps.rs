//! The reads of a look-up, one after the other.

use std::sync::Arc;

use crate::model::{
    AccountId, ErrorKind, IamRead, KeyId, KeyLastUse, LastUse, ReadData, ServiceError,
    SessionContext, UserName,
};
use crate::ops::key_lookup::{LookupMiss, classify};

/// The read that a look-up waits for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum PendingRead {
    /// The owner of the key.
    Owner,
    /// The account of the key, after IAM's error about the owner.
    Account(Arc<ServiceError>),
    /// The owner of the caller's own key, to learn whether the caller may look up no owner at all.
    OwnKey {
        /// The caller's key.
        own: KeyId,
        /// IAM's denial for the key that is looked up.
        denial: Arc<ServiceError>,
        /// The account of that key, if STS has named it.
        confirmed: Option<AccountId>,
    },
}

/// What follows the reply to a read of a look-up.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum LookupStep {
    /// Another read.
    Read(PendingRead),
    /// A key of this account, with its owner (`None` for the root user) and last use.
    Owner(Option<UserName>, LastUse),
    /// Any other result.
    Miss(LookupMiss),
}

impl PendingRead {
    /// Returns the read to make for the key that is looked up.
    pub(crate) fn read(&self, key: &KeyId) -> IamRead {
        match self {
            Self::Owner => IamRead::LastUse { key: key.clone() },
            Self::Account(_) => IamRead::Account { key: key.clone() },
            Self::OwnKey { own, .. } => IamRead::LastUse { key: own.clone() },
        }
    }

    /// Returns what follows the reply to this read. Throttling and errors that end the session are
    /// for the caller to retry or report.
    pub(crate) fn next(
        &self,
        key: &KeyId,
        session: &SessionContext,
        reply: &Result<ReadData, Arc<ServiceError>>,
    ) -> LookupStep {
        let ours = &session.caller.account;
        match (self, reply) {
            (Self::Owner, Ok(ReadData::LastUse(KeyLastUse { owner: None, last_use })))
                if !session.caller.arn.is_root() =>
            {
                LookupStep::Miss(LookupMiss::RootKey(last_use.clone()))
            }
            (Self::Owner, Ok(ReadData::LastUse(KeyLastUse { owner, last_use }))) => {
                LookupStep::Owner(owner.clone(), last_use.clone())
            }
            (Self::Owner, Err(error))
                if matches!(error.kind, ErrorKind::Denied | ErrorKind::NotFound) =>
            {
                LookupStep::Read(Self::Account(Arc::clone(error)))
            }
            (Self::Owner, Err(error)) if error.kind == ErrorKind::Unsupported => {
                LookupStep::Miss(LookupMiss::Unsupported(Arc::clone(error)))
            }
            (Self::Owner, Err(error)) => LookupStep::Miss(LookupMiss::Failed(Arc::clone(error))),
            (Self::Account(error), reply) => {
                let confirmed = match reply {
                    Ok(ReadData::Account(account)) => Some(account.clone()),
                    _ => None,
                };
                let named = confirmed.clone().or_else(|| key.account());
                let may_be_ours = named.is_none_or(|account| !account.differs_from(ours));
                match own_key(session) {
                    Some(own) if error.kind == ErrorKind::Denied && may_be_ours => {
                        LookupStep::Read(Self::OwnKey { own, denial: Arc::clone(error), confirmed })
                    }
                    _ => LookupStep::Miss(classify(key, ours, Arc::clone(error), confirmed, false)),
                }
            }
            (Self::OwnKey { denial, confirmed, .. }, reply) => {
                let lacks_permission =
                    reply.as_ref().is_err_and(|error| error.kind == ErrorKind::Denied);
                let (denial, confirmed) = (Arc::clone(denial), confirmed.clone());
                LookupStep::Miss(classify(key, ours, denial, confirmed, lacks_permission))
            }
            (Self::Owner, Ok(_)) => {
                let error = ServiceError::internal("GetAccessKeyLastUsed");
                LookupStep::Miss(LookupMiss::Failed(Arc::new(error)))
            }
        }
    }
}

/// Returns a key that exists in the account of the session: the caller's own, if it is a user's.
fn own_key(session: &SessionContext) -> Option<KeyId> {
    session.caller.arn.user_name()?;
    session.signer.clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Arn, Caller, Endpoint};

    /// Its account is 123456789012.
    const KEY: &str = "AKIARZPUZDIKFYHOWX26";

    fn failed(kind: ErrorKind) -> Result<ReadData, Arc<ServiceError>> {
        Err(Arc::new(ServiceError::new(kind, "GetAccessKeyLastUsed", "message")))
    }

    fn account(id: &str) -> ReadData {
        ReadData::Account(AccountId::from_service(id))
    }

    fn owner(name: Option<&str>) -> ReadData {
        ReadData::LastUse(KeyLastUse {
            owner: name.map(UserName::from_service),
            last_use: LastUse::Never,
        })
    }

    fn session() -> SessionContext {
        let own = KeyId::parse("AKIARZPUZDIKAAAAAAAA").unwrap();
        SessionContext {
            caller: Caller {
                account: AccountId::from_service("123456789012"),
                arn: Arn::from_service("arn:aws:iam::123456789012:user/operator"),
            },
            alias: None,
            profile: None,
            source: "environment".into(),
            route: None,
            endpoint: Endpoint::Aws,
            signing_keys: [own.clone()].into(),
            signer: Some(own),
            read_only: false,
            tls_unverified: false,
        }
    }

    /// Answers the reads of a look-up by the user `operator`, whose key signs, in turn. Returns
    /// what came of it and the number of reads.
    fn look_up(replies: &[Result<ReadData, Arc<ServiceError>>]) -> (LookupStep, usize) {
        let key = KeyId::parse(KEY).unwrap();
        let session = session();
        let mut step = LookupStep::Read(PendingRead::Owner);
        for (count, reply) in replies.iter().enumerate() {
            let LookupStep::Read(pending) = step else { return (step, count) };
            step = pending.next(&key, &session, reply);
        }
        (step, replies.len())
    }

    #[test]
    fn the_reads_follow_from_the_replies() {
        use ErrorKind::{Denied, NotFound, Server};
        let cases = [
            (vec![Ok(owner(Some("bob")))], "Owner"),
            (vec![Ok(owner(None))], "RootKey"),
            (vec![failed(Server)], "Failed"),
            (vec![failed(NotFound), Ok(account("123456789012"))], "NotFound(ThisAccount)"),
            (vec![failed(NotFound), failed(Denied)], "NotFound(ThisAccount)"),
            (vec![failed(NotFound), Ok(account("999999999999"))], "OtherAccount"),
            (vec![failed(Denied), Ok(account("999999999999"))], "OtherAccount"),
            (vec![failed(Denied), failed(Denied), Ok(owner(Some("operator")))], "Refused"),
            (vec![failed(Denied), failed(Denied), failed(Denied)], "NotPermitted"),
            (vec![failed(Denied), failed(Denied), failed(Server)], "Refused"),
        ];
        for (replies, expected) in cases {
            let (step, count) = look_up(&replies);
            let found = format!("{step:?}");
            assert!(found.contains(expected), "{found}, not {expected}");
            assert_eq!(count, replies.len(), "{expected}");
        }
    }
}
