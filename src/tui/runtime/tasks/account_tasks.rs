//! Tasks that list accounts and find routes.

use std::pin::pin;
use std::sync::Arc;

use futures_util::{StreamExt as _, stream};

use crate::model::{AccountId, ServiceError, SessionContext};
use crate::ops::reach::{AccountRouter, OpenedAccount, ReachError, run_accounts};
use crate::tui::effect::AccountToOpen;
use crate::tui::message::{AccountsEvent, Message};
use crate::tui::messages;
use crate::tui::runtime::tasks::catch_panic::run_guarded;
use crate::tui::runtime::tasks::task_context::TaskContext;
use crate::tui::runtime::tasks::task_event::TaskEvent;

/// Sends the accounts of all sign-ins, page by page.
pub(super) async fn list(
    TaskContext { session_factory, events, .. }: TaskContext,
    current: Option<SessionContext>,
) {
    let send = |event| events.message(Message::Accounts(event));
    let listed = run_guarded("Listing the accounts", async {
        let router = AccountRouter::load(&session_factory, current.as_ref()).await?;
        router.invalid_settings().map(AccountsEvent::InvalidSetting).for_each(send);
        let mut pages = pin!(router.accounts());
        while let Some(page) = pages.next().await {
            send(match page {
                Ok(page) => AccountsEvent::Page(page),
                Err(error) => AccountsEvent::Failed(error),
            });
        }
        Ok(())
    });
    if let Err(error) = listed.await {
        send(AccountsEvent::Failed(Arc::new(error)));
    }
    send(AccountsEvent::Listed);
}

/// Sends the routes into an account. Roles may be assumed from the session with this context, if
/// one is open.
pub(super) async fn find_routes(
    TaskContext { session_factory, events, .. }: TaskContext,
    current: Option<SessionContext>,
    account: AccountId,
) {
    let send = |event| events.message(Message::Accounts(event));
    let routes = run_guarded("Finding routes", async {
        let router = AccountRouter::load(&session_factory, current.as_ref()).await?;
        router.invalid_settings().map(AccountsEvent::InvalidSetting).for_each(send);
        Ok(Box::new(router.routes(&account).await))
    });
    let routes = routes.await.map_err(Arc::new);
    events.message(Message::Routes { account, routes });
}

/// Opens accounts, each by its best route. One that fails stops no other.
pub(super) async fn open_others(
    TaskContext { session_factory, events, .. }: TaskContext,
    current: Option<SessionContext>,
    accounts: Vec<AccountToOpen>,
) {
    let loaded = AccountRouter::load(&session_factory, current.as_ref()).await;
    let (router, events) = (loaded.map_err(Arc::new), &events);
    let router = &router;
    let open = |AccountToOpen { session: id, account }| async move {
        let opened = run_guarded("Opening the session", async {
            let router = router.clone().map_err(|error| ServiceError::clone(&error))?;
            router.open(id, &account).await.map_err(|error| {
                let needs_code = matches!(error, ReachError::MfaCode { .. });
                let error = ServiceError::clone(&error.into_screen_error());
                if needs_code { error.with_hint(messages::accounts::OPEN_FOR_CODE) } else { error }
            })
        });
        match opened.await {
            Ok(OpenedAccount { session, session_context }) => {
                let session_context = Box::new(session_context);
                events.send(TaskEvent::OtherOpened { session, session_context });
            }
            Err(error) => events.message(Message::OtherOpened(id, Err(Arc::new(error)))),
        }
    };
    run_accounts(stream::iter(accounts), open).collect::<()>().await;
}

/// Lists the profiles of the AWS configuration, and what was used last.
pub(super) async fn list_profiles(TaskContext { session_factory, events, .. }: TaskContext) {
    // Opening a session reports a file that cannot be read.
    let profiles = session_factory.profiles().await.unwrap_or_default();
    let recent = session_factory.recent();
    events.message(Message::Accounts(AccountsEvent::Recent(recent)));
    events.message(Message::Profiles(profiles));
}
