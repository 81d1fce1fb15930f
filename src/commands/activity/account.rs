//! The accounts in which the activity of keys is read.

use crate::commands::CommandContext;
use crate::commands::error::CommandError;
use crate::commands::interrupts::Interrupts;
use crate::commands::key_accounts::{KeyAccount, KeyAccounts};
use crate::commands::open_session::{self, CommandSession};
use crate::commands::reach::AccountAccess;
use crate::model::KeyId;
use crate::ops::reach::OpenedAccount;

/// Opens the accounts of keys: that of the session, or with `any_account` those that their IDs
/// name.
pub(super) struct AccountOpener<'a> {
    context: &'a CommandContext,
    session: CommandSession,
    access: AccountAccess,
    any_account: bool,
}

impl<'a> AccountOpener<'a> {
    /// Opens the session of the command.
    ///
    /// # Errors
    /// Returns an error if the settings or the credentials cannot be used, or if the account of
    /// `--account` cannot be reached.
    pub(super) async fn load(
        any_account: bool,
        context: &'a CommandContext,
        interrupts: &mut Interrupts,
    ) -> Result<Self, CommandError> {
        let session = open_session::open(context, interrupts).await?;
        let access = AccountAccess::load(context, interrupts).await?;
        Ok(Self { context, session, access, any_account })
    }

    /// Groups keys by their accounts, as [`KeyAccounts::group`] does.
    ///
    /// # Errors
    /// Returns an error after an interrupt.
    pub(super) async fn group(
        &self,
        keys: Vec<KeyId>,
        interrupts: &mut Interrupts,
    ) -> Result<Vec<(KeyAccount, Vec<KeyId>)>, CommandError> {
        let group = async {
            KeyAccounts::new(self.context, &self.access, &self.session).await.group(keys).await
        };
        Ok(interrupts.race(Box::pin(group)).await?)
    }

    /// Opens the account of a key.
    ///
    /// # Errors
    /// Returns an error if the account cannot be entered, if the key is of another account without
    /// `any_account`, or after an interrupt.
    pub(super) async fn open(
        &self,
        key: &KeyId,
        account: KeyAccount,
        interrupts: &mut Interrupts,
    ) -> Result<OpenedAccount, CommandError> {
        if let KeyAccount::Other(account) = &account
            && self.any_account
        {
            return interrupts.race(Box::pin(self.access.enter(account))).await?;
        }
        let session_context =
            open_session::identify(self.context, &self.session, interrupts).await?;
        match account {
            KeyAccount::Other(account) if account != session_context.caller.account => {
                let here = session_context.account_label();
                Err(CommandError::ActivityElsewhere { key: key.clone(), account, here })
            }
            _ => Ok(OpenedAccount { session: self.session.session.clone(), session_context }),
        }
    }
}
