//! The account of each key that a command follows.

use futures_util::StreamExt as _;
use futures_util::stream;

use crate::aws::Session;
use crate::commands::CommandContext;
use crate::commands::error::CommandError;
use crate::commands::open_session::CommandSession;
use crate::commands::reach::AccountAccess;
use crate::commands::read_retry::ReadRetry;
use crate::model::{AccountId, IamRead, KeyId, ReadData, ServiceError};

/// Maximum number of calls in flight.
const MAX_CONCURRENT_READS: usize = 4;

/// An account to look in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum KeyAccount {
    /// That of the command's session: of the current credentials, or of `--account`.
    OfSession,
    /// Another one, or one that may be another one.
    Other(AccountId),
}

impl KeyAccount {
    /// Returns the account, unless it is that of the session.
    pub(super) fn account(&self) -> Option<&AccountId> {
        match self {
            Self::OfSession => None,
            Self::Other(account) => Some(account),
        }
    }
}

/// Finds the accounts of keys.
pub(super) struct KeyAccounts<'a> {
    access: &'a AccountAccess,
    session: &'a Session,
    /// The account of the session, as far as it is known.
    own: Option<AccountId>,
}

impl<'a> KeyAccounts<'a> {
    /// Finds the account of the command's session.
    pub(super) async fn new(
        context: &CommandContext,
        access: &'a AccountAccess,
        opened: &'a CommandSession,
    ) -> Self {
        Self { access, session: &opened.session, own: opened.account(context).await }
    }

    /// Returns the account of the session, as far as it is known.
    pub(super) fn own(&self) -> Option<&AccountId> {
        self.own.as_ref()
    }

    /// Returns how keys of that account are reached.
    pub(super) fn locate(&self, account: AccountId) -> KeyAccount {
        if self.own.as_ref() == Some(&account) {
            KeyAccount::OfSession
        } else {
            KeyAccount::Other(account)
        }
    }

    /// Returns the account of each key, as its ID says. STS is asked for the account of an ID that
    /// names none; `None` if it does not know it either.
    pub(super) async fn accounts_of(&self, keys: Vec<KeyId>) -> Vec<(KeyId, Option<KeyAccount>)> {
        let retry = ReadRetry::new();
        let retry = &retry;
        let accounts = stream::iter(keys).map(|key| async move {
            let account = match key.account() {
                Some(account) => Some(account),
                None => self.ask(&key, retry).await.ok(),
            };
            (key, account.map(|account| self.locate(account)))
        });
        accounts.buffered(MAX_CONCURRENT_READS).collect().await
    }

    /// Groups keys by their accounts, in the order of first appearance. A key whose account is not
    /// known is looked for in that of the session.
    pub(super) async fn group(&self, keys: Vec<KeyId>) -> Vec<(KeyAccount, Vec<KeyId>)> {
        let mut groups: Vec<(KeyAccount, Vec<KeyId>)> = Vec::new();
        for (key, account) in self.accounts_of(keys).await {
            let account = account.unwrap_or(KeyAccount::OfSession);
            match groups.iter_mut().find(|(known, _)| *known == account) {
                Some((_, keys)) => keys.push(key),
                None => groups.push((account, vec![key])),
            }
        }
        groups
    }

    /// Asks STS for the account of a key.
    async fn ask(&self, key: &KeyId, retry: &ReadRetry) -> Result<AccountId, CommandError> {
        let reader = self.session.screen_reader();
        let read = IamRead::Account { key: key.clone() };
        let ask = async || retry.retry(async || reader.read(&read).await).await;
        match self.access.with_mfa_code(self.session, ask).await? {
            ReadData::Account(account) => Ok(account),
            _ => Err(ServiceError::internal("GetAccessKeyInfo").into()),
        }
    }
}

/// Checks that the keys are not in more accounts than allowed.
///
/// # Errors
/// Returns an error if they are.
pub(super) fn check_account_limit(accounts: usize, most: usize) -> Result<(), CommandError> {
    if accounts <= most { Ok(()) } else { Err(CommandError::TooManyAccounts { accounts, most }) }
}
