//! Session of the screen, and the accounts of the sessions before it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::{AccountId, Endpoint, Route, SessionContext, SessionId};
use crate::tui::messages;

/// Phase of a session.
#[derive(Clone, Debug)]
pub(crate) enum SessionPhase {
    /// Opening, with the label of the step in progress.
    Opening(Arc<str>),
    /// Waiting for the code of the MFA device with this serial number.
    NeedsCode(Arc<str>),
    /// Open.
    Open(Box<SessionContext>),
    /// Could not be opened; the reason is among the errors.
    Failed,
}

/// Credentials that the program was started with.
#[derive(Clone, Debug)]
pub(crate) struct StartCredentials {
    /// Their account.
    pub account: AccountId,
    /// Their source, such as `environment variables`.
    pub source: Arc<str>,
}

/// Session of the screen.
#[derive(Clone, Debug)]
pub(crate) struct SessionState {
    /// ID, carried by every effect and reply.
    pub id: SessionId,
    /// Route requested; `None` for the credentials in force.
    pub route: Option<Route>,
    /// Account that the route must lead into, if one was chosen.
    pub expected_account: Option<AccountId>,
    /// Phase.
    pub phase: SessionPhase,
    /// Endpoint of a session that is not open yet, once it is known.
    pub endpoint: Option<Endpoint>,
    /// Context in which the data shown was read, while the session is reopened.
    pub previous_context: Option<Box<SessionContext>>,
    /// The credentials of the start, once they were opened without a route.
    pub start: Option<StartCredentials>,
    /// ID given last.
    last_id: SessionId,
    /// Sessions that were left and are not closed yet.
    left: Vec<SessionId>,
    /// Account of each session that has been open.
    accounts: HashMap<SessionId, AccountIdentity>,
}

/// Identity of an account: account numbers are only unique for one endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccountIdentity {
    account: AccountId,
    endpoint: Endpoint,
}

impl AccountIdentity {
    /// Returns its name in the file of views: account and endpoint. The demo account exists as long
    /// as the process, so it has none.
    pub(crate) fn name_in_file(&self) -> Option<String> {
        match &self.endpoint {
            Endpoint::Demo(_) => None,
            Endpoint::Aws => Some(format!("{} aws", self.account)),
            Endpoint::Custom(url) => Some(format!("{} {url}", self.account)),
        }
    }

    /// Returns the account of a context.
    pub(crate) fn from_context(session_context: &SessionContext) -> Self {
        Self {
            account: session_context.caller.account.clone(),
            endpoint: session_context.endpoint.clone(),
        }
    }
}

impl std::fmt::Display for AccountIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.endpoint.mark() {
            Some(mark) => write!(f, "{}, {mark}", self.account),
            None => write!(f, "{}", self.account),
        }
    }
}

impl SessionState {
    /// Returns a session that is about to be opened.
    pub(crate) fn opening(id: SessionId, route: Option<Route>) -> Self {
        Self {
            id,
            route,
            expected_account: None,
            phase: opening_phase(),
            endpoint: None,
            previous_context: None,
            start: None,
            last_id: id,
            left: Vec::new(),
            accounts: HashMap::new(),
        }
    }

    /// Leaves the session and begins to open the next by the same route. The context of the
    /// data shown is kept until the account of the new session is known.
    pub(crate) fn reopen(&mut self) {
        let context = self.session_context().cloned().map(Box::new);
        self.previous_context = context.or_else(|| self.previous_context.take());
        self.advance();
    }

    /// Leaves the session and begins to open one by that route.
    pub(crate) fn change_route(&mut self, route: Option<Route>, account: Option<AccountId>) {
        self.previous_context = None;
        (self.route, self.expected_account) = (route, account);
        self.advance();
    }

    fn advance(&mut self) {
        self.left.push(self.id);
        self.id = self.next_id();
        (self.phase, self.endpoint) = (opening_phase(), None);
    }

    /// Returns the ID of a new session.
    pub(crate) fn next_id(&mut self) -> SessionId {
        self.last_id = SessionId(self.last_id.0 + 1);
        self.last_id
    }

    /// Notes that a session of another account is open.
    pub(crate) fn opened_other_account(&mut self, id: SessionId, session_context: &SessionContext) {
        self.accounts.insert(id, AccountIdentity::from_context(session_context));
    }

    /// Leaves sessions of other accounts.
    pub(crate) fn leave(&mut self, sessions: Vec<SessionId>) {
        self.left.extend(sessions);
    }

    /// Notes that the session is open.
    pub(crate) fn opened(&mut self, session_context: Box<SessionContext>) {
        self.accounts.insert(self.id, AccountIdentity::from_context(&session_context));
        if self.route.is_none() {
            self.start = Some(StartCredentials {
                account: session_context.caller.account.clone(),
                source: Arc::clone(&session_context.source),
            });
        }
        self.phase = SessionPhase::Open(session_context);
    }

    /// Removes and returns the sessions that were left and of which `is_done` holds.
    pub(crate) fn take_left(&mut self, is_done: impl Fn(SessionId) -> bool) -> Vec<SessionId> {
        self.left.extract_if(.., |id| is_done(*id)).collect()
    }

    /// Returns the context of an open session.
    pub(crate) fn session_context(&self) -> Option<&SessionContext> {
        match &self.phase {
            SessionPhase::Open(session_context) => Some(session_context),
            _ => None,
        }
    }

    /// Returns alias and number of the account; empty before the session is open.
    pub(crate) fn account_label(&self) -> String {
        self.session_context().map(SessionContext::account_label).unwrap_or_default()
    }

    /// Returns alias and number of the account, with `NOT AWS` for a custom endpoint; empty
    /// before the session is open.
    pub(crate) fn location(&self) -> String {
        self.session_context().map(location_of).unwrap_or_default()
    }

    /// Returns the account of a session, if it has been open.
    pub(crate) fn account_of(&self, session: SessionId) -> Option<&AccountIdentity> {
        self.accounts.get(&session)
    }

    /// Returns the account of a session for a sentence, with `NOT AWS` for a custom endpoint.
    pub(crate) fn location_of(&self, session: SessionId) -> String {
        if self.is_of_this_account(session) {
            self.location()
        } else {
            self.account_of(session).map(ToString::to_string).unwrap_or_default()
        }
    }

    /// Returns whether a session is, or was, of the account shown.
    pub(crate) fn is_of_this_account(&self, session: SessionId) -> bool {
        let account = self.account_of(session);
        account.is_some()
            && account == self.session_context().map(AccountIdentity::from_context).as_ref()
    }
}

fn opening_phase() -> SessionPhase {
    SessionPhase::Opening(messages::session::RESOLVING_CREDENTIALS.into())
}

/// Returns whether two contexts are of the same account of the same endpoint.
pub(crate) fn is_same_account(one: &SessionContext, other: &SessionContext) -> bool {
    AccountIdentity::from_context(one) == AccountIdentity::from_context(other)
}

/// Returns alias and number of the account, with `NOT AWS` for a custom endpoint. Its URL is in the
/// header.
pub(crate) fn location_of(session_context: &SessionContext) -> String {
    let label = session_context.account_label();
    match session_context.endpoint.mark() {
        Some(mark) => format!("{label}, {mark}"),
        None => label,
    }
}
