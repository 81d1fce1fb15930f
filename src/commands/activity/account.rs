//! The account in which the activity of a key is read.

use crate::commands::CommandContext;
use crate::commands::error::CommandError;
use crate::commands::interrupts::Interrupts;
use crate::commands::key_accounts::{KeyAccount, KeyAccounts};
use crate::commands::open_session;
use crate::commands::reach::CommandReach;
use crate::model::KeyId;
use crate::ops::reach::Opened;

/// Opens the account of a key: that of the session, or with `any_account` the one that its ID names.
///
/// # Errors
/// Returns an error if the account cannot be entered, if the key is of another account without
/// `any_account`, or after an interrupt.
pub(super) async fn open_account(
    key: &KeyId,
    any_account: bool,
    context: &CommandContext,
    interrupts: &mut Interrupts,
) -> Result<Opened, CommandError> {
    let opened = open_session::open(context, interrupts).await?;
    let reach = CommandReach::load(context, interrupts).await?;
    let located = async {
        let accounts = KeyAccounts::new(context, &reach, &opened).await;
        let located = accounts.accounts_of(vec![key.clone()]).await;
        located.into_iter().next().and_then(|(_, at)| at)
    };
    let at = interrupts.race(Box::pin(located)).await?;
    match at {
        Some(KeyAccount::Other(account)) if any_account => {
            interrupts.race(Box::pin(reach.enter(&account))).await?
        }
        at => {
            let session_context = open_session::identify(context, &opened, interrupts).await?;
            let here = &session_context.caller.account;
            match at {
                Some(KeyAccount::Other(account)) if account != *here => {
                    let here = session_context.account_label();
                    Err(CommandError::ActivityElsewhere { key: key.clone(), account, here })
                }
                _ => Ok(Opened { session: opened.session, session_context }),
            }
        }
    }
}
