//! Opens the session of a command, by the route of `--account` if that is given, and asks for an
//! MFA code if a profile requires one.

use std::sync::Arc;

use crate::aws::Session;
use crate::changes::Journal;
use crate::commands::CommandContext;
use crate::commands::error::CommandError;
use crate::commands::interrupts::Interrupts;
use crate::commands::messages;
use crate::commands::mfa::with_mfa_code;
use crate::commands::output;
use crate::commands::reach::AccountAccess;
use crate::commands::read_retry::ReadRetry;
use crate::model::{AccountId, Route, SessionContext, SessionId};
use crate::ops::reach::OpenedAccount;

/// The ID of the session with the current credentials.
const COMMAND_SESSION_ID: SessionId = SessionId(1);

/// What a command reads while the caller is identified.
pub(super) trait EarlyReads {
    /// Returns whether a read failed without credentials, such as those that need an MFA code.
    fn lack_credentials(&self) -> bool;
}

/// The session of a command.
pub(super) struct CommandSession {
    /// The session.
    pub(super) session: Session,
    /// Its context, if it had to be read to open the session.
    known: Option<SessionContext>,
    /// The account of `--account`.
    wanted: Option<AccountId>,
}

impl CommandSession {
    /// Identifies the session and makes the first reads at the same time, as [`identify_and_read`]
    /// does, for a command that enters other accounts meanwhile.
    ///
    /// # Errors
    /// As [`identify_and_read`].
    pub(super) async fn identify_and_read_shared<T: EarlyReads>(
        &self,
        context: &CommandContext,
        access: &AccountAccess,
        retry: &ReadRetry,
        read: impl AsyncFn() -> T,
    ) -> Result<(SessionContext, T), CommandError> {
        let identify = async {
            if let Some(known) = &self.known {
                return Ok(known.clone());
            }
            let identified = access.identify_session(context, &self.session, retry);
            self.in_wanted_account(Box::pin(identified).await?)
        };
        identify_while_reading(identify, async || Ok(read().await)).await
    }

    /// Checks that the session is in the account of `--account`.
    ///
    /// # Errors
    /// Returns an error if it is in another one.
    fn in_wanted_account(
        &self,
        session_context: SessionContext,
    ) -> Result<SessionContext, CommandError> {
        match &self.wanted {
            Some(wanted) if session_context.caller.account != *wanted => {
                let (wanted, session_context) = (wanted.clone(), Box::new(session_context));
                Err(CommandError::InOtherAccount { wanted, session_context })
            }
            _ => Ok(session_context),
        }
    }

    /// Returns the account of the session, without a question: that of `--account`, else see
    /// [`account_in_force`].
    pub(super) async fn account(&self, context: &CommandContext) -> Option<AccountId> {
        match &self.wanted {
            Some(wanted) => Some(wanted.clone()),
            None => account_in_force(context, &self.session).await,
        }
    }
}

/// Opens the session: with the current credentials, or in the account of `--account`. Sends nothing
/// for the former.
///
/// # Errors
/// Returns an error if the settings or the credentials cannot be used, or the account cannot be
/// reached.
pub(super) async fn open(
    context: &CommandContext,
    interrupts: &mut Interrupts,
) -> Result<CommandSession, CommandError> {
    warn_if_tls_unverified(context);
    let Some(text) = &context.global.account else {
        let session = context.session_factory.open(COMMAND_SESSION_ID, None).await?;
        return Ok(CommandSession { session, known: None, wanted: None });
    };
    let access = AccountAccess::load(context, interrupts).await?;
    interrupts.race(Box::pin(open_account(context, &access, text))).await?
}

/// Returns the account with this ID or name, and the route there; `None` for the credentials in
/// force. A route by a profile is not tried.
///
/// # Errors
/// Returns an error if the settings are invalid or the account cannot be reached.
pub(super) async fn route(
    context: &CommandContext,
    account: &str,
    interrupts: &mut Interrupts,
) -> Result<(Option<Route>, AccountId), CommandError> {
    let access = AccountAccess::load(context, interrupts).await?;
    let route = async {
        let account = access.router.find_account(account).await?.id;
        if in_force(context, &account).await.is_some() {
            return Ok((None, account));
        }
        match access.router.profile_routes(&account).into_iter().next() {
            Some(route) => Ok((Some(route), account)),
            None => Ok((access.enter(&account).await?.session_context.route, account)),
        }
    };
    interrupts.race(Box::pin(route)).await?
}

/// Returns the session with the current credentials if they are of the account, and if no other
/// role is wanted.
async fn in_force(context: &CommandContext, account: &AccountId) -> Option<Session> {
    if context.global.role.is_some() {
        return None;
    }
    let session = context.session_factory.open(COMMAND_SESSION_ID, None).await.ok()?;
    let own = account_in_force(context, &session).await;
    (own.as_ref() == Some(account)).then_some(session)
}

/// Returns the account of a session with the current credentials, without a question: as the files
/// name it for the profile, else by the ID of the key that signs, else as STS names it. `None` if
/// it is not known, for example because the credentials need an MFA code.
async fn account_in_force(context: &CommandContext, session: &Session) -> Option<AccountId> {
    if let Some(name) = context.session_factory.current_profile() {
        let profiles = context.session_factory.profiles().await.unwrap_or_default();
        let profile = profiles.into_iter().find(|profile| *profile.name == *name);
        if let Some(account) = profile.and_then(|profile| profile.account) {
            return Some(account);
        }
    }
    match session.signing_account().await {
        // The ID of the key names no account.
        Ok(None) => Some(session.identify().await.ok()?.caller.account),
        account => account.ok()?,
    }
}

/// Opens a session in the account with this ID or name. The current credentials are used if they
/// are of this account, unless a role is wanted.
async fn open_account(
    context: &CommandContext,
    access: &AccountAccess,
    text: &str,
) -> Result<CommandSession, CommandError> {
    let account = access.router.find_account(text).await?;
    if let Some(session) = in_force(context, &account.id).await {
        return Ok(CommandSession { session, known: None, wanted: Some(account.id) });
    }
    let OpenedAccount { session, mut session_context } = access.enter(&account.id).await?;
    session_context.alias = session_context.alias.or(account.name);
    Ok(CommandSession { session, known: Some(session_context), wanted: Some(account.id) })
}

/// Reads the account and the caller of the session, unless they are known.
///
/// # Errors
/// Returns an error if the settings or the credentials cannot be used, or if the session is in
/// another account than that of `--account`.
pub(super) async fn identify(
    context: &CommandContext,
    opened: &CommandSession,
    interrupts: &mut Interrupts,
) -> Result<SessionContext, CommandError> {
    identify_with(context, opened, interrupts, &ReadRetry::new()).await
}

async fn identify_with(
    context: &CommandContext,
    opened: &CommandSession,
    interrupts: &mut Interrupts,
    retry: &ReadRetry,
) -> Result<SessionContext, CommandError> {
    if let Some(known) = &opened.known {
        warn_if_not_aws(context, known);
        return Ok(known.clone());
    }
    let session = &opened.session;
    let read = async || retry.retry(async || context.session_factory.identify(session).await).await;
    let session_context =
        opened.in_wanted_account(with_mfa_code(session, interrupts, read).await??)?;
    warn_if_not_aws(context, &session_context);
    Ok(session_context)
}

/// Identifies the session as [`identify`] does, and makes the first reads at the same time, which
/// share the retries. They are repeated if they lacked credentials because an MFA code was missing.
///
/// # Errors
/// As [`identify`], at once: what was read is dropped.
pub(super) async fn identify_and_read<T: EarlyReads>(
    context: &CommandContext,
    opened: &CommandSession,
    interrupts: &mut Interrupts,
    retry: &ReadRetry,
    read: impl AsyncFn() -> T,
) -> Result<(SessionContext, T), CommandError> {
    let mut asking = interrupts.clone();
    let identify = identify_with(context, opened, &mut asking, retry);
    identify_while_reading(identify, async || Ok(interrupts.race(Box::pin(read())).await?)).await
}

/// Identifies the caller, and makes the first reads at the same time. They are repeated if they
/// lacked credentials.
///
/// # Errors
/// Returns the first error, at once: what was read is dropped.
pub(super) async fn identify_while_reading<T: EarlyReads, E>(
    identify: impl Future<Output = Result<SessionContext, E>>,
    mut read: impl AsyncFnMut() -> Result<T, E>,
) -> Result<(SessionContext, T), E> {
    // Boxed: the futures of the SDK are nested so deeply that rustc gives up at a higher opt-level.
    let (session_context, done) = tokio::try_join!(Box::pin(identify), Box::pin(read()))?;
    let done = if done.lack_credentials() { Box::pin(read()).await? } else { done };
    Ok((session_context, done))
}

/// With `--quiet`, prints an endpoint that is not one of AWS: the status lines that name it are
/// left out. Who asks for the demo knows.
fn warn_if_not_aws(context: &CommandContext, session_context: &SessionContext) {
    if output::is_quiet()
        && !context.global.demo
        && let Some(label) = session_context.endpoint.label()
    {
        output::eprint_line(&label);
    }
}

/// Prints a warning if certificates are not verified.
pub(super) fn warn_if_tls_unverified(context: &CommandContext) {
    if context.global.no_verify_ssl {
        output::eprint_line(messages::TLS_NOT_VERIFIED);
    }
}

/// Prints a warning if others can write to the journal. Returns whether they can.
pub(super) fn warn_of_journal(journal: &Journal) -> bool {
    let warning = journal.warning();
    if let Some(warning) = &warning {
        output::eprint_line(warning);
    }
    warning.is_some()
}

/// Returns the route to the account: that of the session, else the current profile.
pub(super) fn route_label(session_context: &SessionContext) -> Option<String> {
    let profile = session_context.profile.as_ref().map(|name| Route::Profile(Arc::clone(name)));
    session_context.route.clone().or(profile).map(|route| route.to_string())
}

/// Returns the account, the caller, the source of the credentials, and `NOT AWS`
/// with the URL if the endpoint is not one of AWS.
pub(super) fn context_label(session_context: &SessionContext) -> String {
    let mut text = format!(
        "{} as {} ({})",
        session_context.account_label(),
        session_context.caller.arn,
        session_context.source
    );
    if let Some(not_aws) = session_context.endpoint.label() {
        text.push_str(", ");
        text.push_str(&not_aws);
    }
    text
}
