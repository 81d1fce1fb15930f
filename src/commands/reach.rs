//! The accounts that a command enters besides that of the current credentials.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::stream::StreamExt as _;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::aws::{Session, waits_while_throttled};
use crate::commands::error::CommandError;
use crate::commands::interrupts::Interrupts;
use crate::commands::listed_accounts::ListedAccounts;
use crate::commands::read_retry::ReadRetry;
use crate::commands::{CommandContext, mfa, output};
use crate::filter::Filter;
use crate::model::{AccountId, ErrorKind, ListedAccount, ServiceError, SessionContext, SessionId};
use crate::ops::reach::{AccountRouter, OpenedAccount, ReachError};

/// ID of the first session of another account; the command's own has the one before.
const FIRST_SESSION_ID: u32 = 2;

/// Time limit for the names of accounts, which are only shown.
const NAMES_LIMIT: Duration = Duration::from_secs(3);

/// The same before a change that needs no confirmation.
const SHORT_NAMES_LIMIT: Duration = Duration::from_millis(250);

/// Enters accounts. Several may be entered at the same time.
pub(super) struct AccountAccess {
    /// The routes.
    pub(super) router: AccountRouter,
    retry: ReadRetry,
    /// Locked while an MFA code is asked for, so that there is one question at a time.
    asking: tokio::sync::Mutex<Interrupts>,
    next_session: AtomicU32,
}

impl AccountAccess {
    /// Reads the routes, and prints which settings cannot be used. Nothing is sent.
    ///
    /// # Errors
    /// Returns an error if the files are invalid, or the settings that all routes need.
    pub(super) async fn load(
        context: &CommandContext,
        interrupts: &Interrupts,
    ) -> Result<Self, CommandError> {
        let access = Self::load_quietly(context, interrupts).await?;
        for warning in access.router.invalid_settings() {
            output::eprint_line(&warning);
        }
        Ok(access)
    }

    /// Reads the routes like [`Self::load`], without the warnings.
    ///
    /// # Errors
    /// Returns an error if the files are invalid, or the settings that all routes need.
    pub(super) async fn load_quietly(
        context: &CommandContext,
        interrupts: &Interrupts,
    ) -> Result<Self, CommandError> {
        Ok(Self {
            router: AccountRouter::load(&context.session_factory, None).await?,
            retry: ReadRetry::new(),
            asking: tokio::sync::Mutex::new(interrupts.clone()),
            next_session: AtomicU32::new(FIRST_SESSION_ID),
        })
    }

    /// Enters an account by the best route. Asks for an MFA code if the route needs one.
    ///
    /// # Errors
    /// Returns an error if no route leads there, or after an interrupt.
    pub(super) async fn enter(&self, account: &AccountId) -> Result<OpenedAccount, CommandError> {
        let id = SessionId(self.next_session.fetch_add(1, Ordering::Relaxed));
        let open = async || match self.router.open(id, account).await {
            Err(ReachError::Failed(error)) if is_worth_a_retry(&error) => {
                Err(ServiceError::clone(&error))
            }
            opened => Ok(opened),
        };
        match self.retry.retry(open).await? {
            Ok(opened) => Ok(opened),
            Err(ReachError::MfaCode { session, .. }) => {
                let identify = async || self.router.identify(&session, account).await;
                match self.with_mfa_code(&session, identify).await {
                    Ok(session_context) => Ok(OpenedAccount { session, session_context }),
                    // The code was taken, but not the role: there may be another one.
                    Err(CommandError::Service(_)) if session.awaits_mfa_code().is_none() => {
                        Ok(self.router.open(id, account).await?)
                    }
                    Err(error) => Err(error),
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Enters an account of a list, and names it as the list does.
    ///
    /// # Errors
    /// As [`Self::enter`].
    pub(super) async fn enter_listed(
        &self,
        account: &ListedAccount,
    ) -> Result<OpenedAccount, CommandError> {
        let mut opened = self.enter(&account.id).await?;
        opened.session_context.alias.clone_from(&account.name);
        Ok(opened)
    }

    /// Identifies the caller of the command's session.
    ///
    /// # Errors
    /// Returns an error if the credentials cannot be used, or after an interrupt.
    pub(super) async fn identify_session(
        &self,
        context: &CommandContext,
        session: &Session,
        retry: &ReadRetry,
    ) -> Result<SessionContext, CommandError> {
        let factory = &context.session_factory;
        let identify = async || retry.retry(async || factory.identify(session).await).await;
        self.with_mfa_code(session, identify).await
    }

    /// Does the work, which needs credentials; asks for an MFA code if these need one.
    ///
    /// # Errors
    /// Returns the error of the work, or an interrupt.
    pub(super) async fn with_mfa_code<T>(
        &self,
        session: &Session,
        work: impl AsyncFn() -> Result<T, ServiceError>,
    ) -> Result<T, CommandError> {
        let error = match work().await {
            Ok(done) => return Ok(done),
            Err(error) if session.awaits_mfa_code().is_none() => return Err(error.into()),
            Err(error) => error,
        };
        tracing::debug!(%error, "an MFA code is needed");
        let mut interrupts = self.asking.lock().await;
        Ok(mfa::with_mfa_code(session, &mut interrupts, work).await??)
    }

    /// Starts to read the accounts of all sign-ins.
    ///
    /// # Errors
    /// Returns an error if there is no sign-in.
    pub(super) fn listed_accounts(&self) -> Result<ListedAccounts, CommandError> {
        if self.router.has_sign_in() {
            Ok(ListedAccounts::start(&self.router))
        } else {
            Err(CommandError::NoSignIn)
        }
    }

    /// Returns the names of these accounts in Identity Center, which are read from
    /// [`AccountNames::start`] on.
    pub(super) fn names(&self, wanted: HashSet<AccountId>) -> AccountNames {
        AccountNames {
            router: self.router.clone(),
            wanted,
            known: Arc::default(),
            has_started: AtomicBool::new(false),
            read: Mutex::new(None),
        }
    }
}

/// Returns whether a retry may succeed of a call that enters an account.
fn is_worth_a_retry(error: &ServiceError) -> bool {
    let was_waited_out =
        error.kind == ErrorKind::Throttled && waits_while_throttled(error.operation);
    error.kind.is_transient() && !was_waited_out
}

/// Names of accounts, which arrive one after the other.
pub(super) struct AccountNames {
    router: AccountRouter,
    wanted: HashSet<AccountId>,
    known: Arc<Mutex<HashMap<AccountId, Arc<str>>>>,
    has_started: AtomicBool,
    /// The task that reads them, until it has ended.
    read: Mutex<Option<JoinHandle<()>>>,
}

impl AccountNames {
    /// Starts to read the lists of accounts, unless that has started.
    pub(super) fn start(&self) {
        if self.wanted.is_empty() || self.has_started.swap(true, Ordering::Relaxed) {
            return;
        }
        let (router, wanted) = (self.router.clone(), self.wanted.clone());
        let known = Arc::clone(&self.known);
        let read = tokio::spawn(async move {
            let mut pages = Box::pin(router.accounts());
            let mut left = wanted.len();
            while left > 0
                && let Some(page) = pages.next().await
            {
                let listed = page.unwrap_or_default();
                let named = listed.into_iter().filter(|listed| wanted.contains(&listed.id));
                let named = named.filter_map(|ListedAccount { id, name, .. }| Some((id, name?)));
                let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
                known.extend(named);
                left = wanted.len() - known.len();
            }
        });
        *self.read.lock().unwrap_or_else(PoisonError::into_inner) = Some(read);
    }

    /// Waits until all names are known, or for 3 seconds.
    pub(super) async fn wait(&self) {
        self.wait_for(NAMES_LIMIT).await;
    }

    /// Waits until all names are known, or for a moment: what follows is urgent.
    pub(super) async fn wait_briefly(&self) {
        self.wait_for(SHORT_NAMES_LIMIT).await;
    }

    async fn wait_for(&self, limit: Duration) {
        self.start();
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut read) = read
            && timeout(limit, &mut read).await.is_err()
        {
            *self.read.lock().unwrap_or_else(PoisonError::into_inner) = Some(read);
        }
    }

    /// Returns the name of an account, if it is known by now.
    pub(super) fn get(&self, account: &AccountId) -> Option<Arc<str>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(account).cloned()
    }
}

impl Drop for AccountNames {
    fn drop(&mut self) {
        if let Some(read) = self.read.lock().unwrap_or_else(PoisonError::into_inner).take() {
            read.abort();
        }
    }
}

/// Returns the names of these accounts in Identity Center, as far as they are found within 3
/// seconds.
pub(super) async fn account_names(
    context: &CommandContext,
    interrupts: &Interrupts,
    wanted: HashSet<AccountId>,
) -> Option<AccountNames> {
    if wanted.is_empty() {
        return None;
    }
    let names = AccountAccess::load_quietly(context, interrupts).await.ok()?.names(wanted);
    names.wait().await;
    Some(names)
}

/// Names the account of `--account` as Identity Center does, if a filter asks for names of
/// accounts: with `--all-accounts` it is compared with this name, too.
///
/// # Errors
/// Returns an error after an interrupt.
pub(super) async fn name_for_filter(
    context: &CommandContext,
    filter: &Filter,
    session_context: &mut SessionContext,
    interrupts: &mut Interrupts,
) -> Result<(), CommandError> {
    if context.global.account.is_none() || !filter.asks_for_account() {
        return Ok(());
    }
    let account = session_context.caller.account.clone();
    let (asking, wanted) = (interrupts.clone(), HashSet::from([account.clone()]));
    let names = interrupts.race(Box::pin(account_names(context, &asking, wanted))).await?;
    if let Some(name) = names.and_then(|names| names.get(&account)) {
        session_context.alias = Some(name);
    }
    Ok(())
}
