//! Reading of every account: by its best route, with reads only.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::future::join;
use futures_util::stream::{self, StreamExt as _};
use jiff::Timestamp;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::model::{AccountId, SessionId};
use crate::ops::credential_report::read_report;
use crate::ops::organization::{AccountFailure, AccountReading, AccountSummary, OrganizationEvent};
use crate::ops::reach::{AccountRouter, run_accounts};

/// First ID of the sessions that read one account each. No screen or command has it.
const FIRST_SESSION_ID: u32 = 1 << 31;

/// Lists the accounts of every sign-in and reads each, as [`run_accounts`] does: the first alone,
/// then several at once. Sends what it finds as it comes; `now` is the clock.
pub(crate) async fn read_organization(
    router: &AccountRouter,
    now: impl Fn() -> Timestamp,
    send: impl Fn(OrganizationEvent),
) {
    let (listed, mut to_read) = unbounded_channel();
    // Listing does not wait for the reading, so that the number of accounts is soon known.
    let list = list_accounts(router, listed, &send);
    let accounts = stream::poll_fn(|context| to_read.poll_recv(context));
    let (session_ids, now) = (&AtomicU32::new(FIRST_SESSION_ID), &now);
    let read = run_accounts(accounts, |account| async move {
        let id = SessionId(session_ids.fetch_add(1, Ordering::Relaxed));
        read_account(router, id, account, now).await
    });
    let read = read.for_each(|reading| {
        send(OrganizationEvent::Read(Box::new(reading)));
        std::future::ready(())
    });
    join(list, read).await;
    send(OrganizationEvent::AllRead);
}

/// Lists the accounts. One that several sign-ins list counts once.
async fn list_accounts(
    router: &AccountRouter,
    to_read: UnboundedSender<AccountId>,
    send: &impl Fn(OrganizationEvent),
) {
    let mut known = HashSet::new();
    let mut pages = Box::pin(router.accounts());
    while let Some(page) = pages.next().await {
        match page {
            Ok(mut page) => {
                page.retain(|account| known.insert(account.id.clone()));
                let ids: Vec<_> = page.iter().map(|account| account.id.clone()).collect();
                send(OrganizationEvent::Listed(page));
                for id in ids {
                    // The receiver lives as long as this future.
                    let _ = to_read.send(id);
                }
            }
            Err(error) => send(OrganizationEvent::ListFailed(error)),
        }
    }
    send(OrganizationEvent::AllListed);
}

async fn read_account(
    router: &AccountRouter,
    id: SessionId,
    account: AccountId,
    now: &impl Fn() -> Timestamp,
) -> AccountReading {
    // Boxed, since the futures are large.
    let opened = match Box::pin(router.open(id, &account)).await {
        Ok(opened) => opened,
        Err(error) => {
            let summary = Err(AccountFailure::not_reached(error));
            return AccountReading { account, route: None, summary };
        }
    };
    let summary = match Box::pin(read_report(
        &opened.session,
        &opened.session_context.caller.account,
    ))
    .await
    {
        Ok(report) => Ok(AccountSummary::from_report(&report, now())),
        Err(error) => Err(AccountFailure::from_error(Arc::new(error))),
    };
    AccountReading { account, route: opened.session_context.route, summary }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::cli::GlobalArgs;
    use crate::config::Settings;
    use crate::session_factory::SessionFactory;

    #[tokio::test]
    async fn every_account_of_the_demo_is_listed_and_read_once() {
        let global = GlobalArgs { demo: true, ..GlobalArgs::default() };
        let settings = Settings::load(&global).unwrap();
        let session_factory = SessionFactory::new(&global, settings);
        let session = session_factory.open(SessionId(1), None).await.unwrap();
        let context = session_factory.identify(&session).await.unwrap();
        let router = AccountRouter::load(&session_factory, Some(&context)).await.unwrap();
        let events = Mutex::new(Vec::new());
        read_organization(&router, Timestamp::now, |event| events.lock().unwrap().push(event))
            .await;
        let (mut listed, mut read, mut failed) = (Vec::new(), Vec::new(), Vec::new());
        let events = events.into_inner().unwrap();
        assert!(matches!(events.last(), Some(OrganizationEvent::AllRead)));
        for event in events {
            match event {
                OrganizationEvent::Listed(page) => {
                    listed.extend(page.into_iter().map(|account| account.id));
                }
                OrganizationEvent::Read(reading) => {
                    assert!(listed.contains(&reading.account), "{reading:?}");
                    if let Ok(summary) = &reading.summary {
                        assert!(summary.users.certain > 0 && reading.route.is_some());
                    } else {
                        failed.push(reading.account.clone());
                    }
                    read.push(reading.account);
                }
                OrganizationEvent::ListFailed(error) => panic!("{error}"),
                OrganizationEvent::AllListed | OrganizationEvent::AllRead => {}
            }
        }
        read.sort_unstable();
        listed.sort_unstable();
        assert_eq!(read, listed);
        // The suspended account.
        assert_eq!(failed, [AccountId::from_number(300_592_592_586)]);
    }
}
