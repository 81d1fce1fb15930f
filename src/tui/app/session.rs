//! Session of the screen: opening, renewal and change of profile.

use std::sync::Arc;

use crate::inventory::Inventory;
use crate::model::{AccountId, Endpoint, Now, Secret, SessionContext, SessionId};
use crate::tui::app::{
    AllKeysList, CursorList, Effect, FilterLine, FilterScan, KeyWatch, Popup, SessionEvent, State,
    ThrottleRate, Tone, UserList, View,
};
use crate::tui::keymap::Action;
use crate::tui::layout::Pane;
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

/// Session of the screen.
#[derive(Clone, Debug)]
pub(crate) struct SessionState {
    /// ID, carried by every effect and reply.
    pub id: SessionId,
    /// Profile requested.
    pub profile: Option<Arc<str>>,
    /// Phase.
    pub phase: SessionPhase,
    /// Context in which the data shown was read, while the session is reopened.
    pub before: Option<Box<SessionContext>>,
}

/// Identity of an account: account numbers are only unique for one endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AccountIdentity(AccountId, Endpoint);

impl AccountIdentity {
    fn of(session_context: &SessionContext) -> Self {
        Self(session_context.caller.account.clone(), session_context.endpoint.clone())
    }
}

impl std::fmt::Display for AccountIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.1 {
            Endpoint::Aws => write!(f, "{}", self.0),
            Endpoint::Custom(url) => write!(f, "{}, NOT AWS {url}", self.0),
        }
    }
}

impl SessionState {
    /// Returns a session that is about to be opened.
    pub(crate) fn opening(id: SessionId, profile: Option<Arc<str>>) -> Self {
        Self {
            id,
            profile,
            phase: SessionPhase::Opening(messages::session::RESOLVING_CREDENTIALS.into()),
            before: None,
        }
    }

    /// Returns the context of an open session.
    pub(crate) fn session_context(&self) -> Option<&SessionContext> {
        match &self.phase {
            SessionPhase::Open(session_context) => Some(session_context),
            _ => None,
        }
    }
}

impl State {
    /// Reopens the session with the present configuration files. What is shown stays until the
    /// account of the new session is known.
    pub(super) fn reopen(&mut self) -> Vec<Effect> {
        let before = self
            .session
            .session_context()
            .cloned()
            .map(Box::new)
            .or_else(|| self.session.before.take());
        let (id, profile) = (self.next_session(), self.session.profile.clone());
        self.session = SessionState { before, ..SessionState::opening(id, profile) };
        vec![self.open()]
    }

    /// Changes to another profile: everything read, marked and found is dropped. Changes in flight
    /// continue in their own session.
    pub(super) fn change_profile(&mut self, profile: Arc<str>) -> Vec<Effect> {
        self.forget_account();
        self.session = SessionState::opening(self.next_session(), Some(profile));
        self.notifications.clear_result();
        vec![self.open()]
    }

    /// Marks the present session as left and returns the ID of the next.
    fn next_session(&mut self) -> SessionId {
        self.left_sessions.push(self.session.id);
        self.throttle_rate = ThrottleRate::default();
        SessionId(self.session.id.0 + 1)
    }

    /// Closes the sessions that were left, each once it has no change in flight.
    pub(super) fn close_left(&mut self) -> Vec<Effect> {
        let in_flight = self.change_queue.in_flight();
        let done = |id: &mut SessionId| in_flight.iter().all(|(change, _)| change.session != *id);
        self.left_sessions.extract_if(.., done).map(|session| Effect::Close { session }).collect()
    }

    fn open(&self) -> Effect {
        Effect::Open { session: self.session.id, profile: self.session.profile.clone() }
    }

    fn forget_account(&mut self) {
        self.inventory = Inventory::default();
        self.users = UserList::default();
        self.keys = CursorList::default();
        self.all_keys = AllKeysList::default();
        self.view = View::default();
        self.filter = FilterLine::default();
        self.filter_scan = FilterScan::default();
        self.key_search = self.key_search.carried_over();
        self.marks.clear();
        self.watch = KeyWatch::default();
        self.journal_notes.clear();
        self.focus = Pane::Users;
    }

    pub(super) fn take_session(
        &mut self,
        id: SessionId,
        event: SessionEvent,
        now: Now,
    ) -> Vec<Effect> {
        if id != self.session.id {
            return Vec::new();
        }
        self.shown_at = now;
        match event {
            SessionEvent::Waiting(what) => self.session.phase = SessionPhase::Opening(what),
            SessionEvent::NeedsCode(serial, refused) => {
                if let Some(error) = refused {
                    self.notifications.report_error(error.to_string(), now.wall);
                }
                self.session.phase = SessionPhase::NeedsCode(Arc::clone(&serial));
                self.popup = Some(Popup::MfaCode(serial, tui_input::Input::default()));
            }
            SessionEvent::Open(session_context) => {
                return self.take_session_context(session_context, now);
            }
            SessionEvent::Renewed(session_context) => self.take_renewed(session_context),
            SessionEvent::Failed(error) => {
                let (retry, profiles) =
                    (self.key_for(Action::Refresh), self.key_for(Action::Profile));
                let sentence = messages::session::open_failed(&error, retry, profiles);
                self.notifications.report_error(sentence, now.wall);
                self.session.phase = SessionPhase::Failed;
            }
        }
        Vec::new()
    }

    /// Takes the context of renewed credentials. A dialog that shows another risk of lock-out than
    /// the new key has is closed.
    fn take_renewed(&mut self, mut session_context: Box<SessionContext>) {
        let SessionPhase::Open(former) = &mut self.session.phase else { return };
        session_context.alias = former.alias.take();
        if let Some(Popup::Confirm(confirm)) = &self.popup
            && confirm.targets.iter().any(|target| {
                session_context.lockout_risk(&target.key, target.user.as_ref())
                    != target.lockout_risk
            })
        {
            self.popup = None;
            self.notifications.notify(Tone::Warning, messages::session::SIGNER_CHANGED);
        }
        *former = session_context;
    }

    fn take_session_context(
        &mut self,
        mut session_context: Box<SessionContext>,
        now: Now,
    ) -> Vec<Effect> {
        let account = AccountIdentity::of(&session_context);
        let before = self.session.before.take();
        let renewed = before.is_some();
        match before {
            // The alias is read once for each account.
            Some(before) if AccountIdentity::of(&before) == account => {
                session_context.alias = before.alias;
            }
            Some(_) => {
                self.forget_account();
                // An error, so that it stays until dismissed: everything shown has changed.
                self.notifications.report_error(
                    messages::session::other_account(&label(&session_context)),
                    now.wall,
                );
            }
            None => {}
        }
        self.inventory.resume();
        if renewed {
            self.refresh_shown();
        }
        if session_context.caller.arn.is_root() {
            self.inventory.add_root();
        }
        if matches!(self.popup, Some(Popup::Confirm(_))) {
            self.popup = None;
            self.notifications.notify(Tone::Warning, messages::session::RENEWED);
        } else if session_context.may_have_unknown_signer() {
            self.notifications.notify(Tone::Info, messages::session::unknown_signer());
        }
        self.accounts.insert(self.session.id, account);
        self.session.phase = SessionPhase::Open(session_context);
        vec![
            Effect::ReadJournal { session: self.session.id },
            Effect::Recover { session: self.session.id },
        ]
    }

    /// Continues opening the session with the MFA code.
    pub(super) fn give_code(&mut self, code: Secret) -> Vec<Effect> {
        self.popup = None;
        self.session.phase = SessionPhase::Opening(messages::session::SIGNING_IN.into());
        vec![Effect::Code { session: self.session.id, code }]
    }

    /// Returns the account of a session, if it has been open.
    pub(super) fn account_of(&self, session: SessionId) -> Option<&AccountIdentity> {
        self.accounts.get(&session)
    }

    /// Returns the account of a session for a sentence, with `NOT AWS <url>` for a custom endpoint.
    pub(super) fn location_of(&self, session: SessionId) -> String {
        match self.session.session_context() {
            Some(session_context) if self.is_of_this_account(session) => label(session_context),
            _ => self.account_of(session).map(ToString::to_string).unwrap_or_default(),
        }
    }

    /// Returns whether a session is, or was, of the account shown.
    pub(super) fn is_of_this_account(&self, session: SessionId) -> bool {
        let account = self.account_of(session);
        account.is_some()
            && account == self.session.session_context().map(AccountIdentity::of).as_ref()
    }
}

/// Returns alias and number of the account, with `NOT AWS <url>` for a custom endpoint.
pub(super) fn label(session_context: &SessionContext) -> String {
    match session_context.not_aws_label() {
        Some(not_aws) => format!("{}, {not_aws}", session_context.account_label()),
        None => session_context.account_label(),
    }
}
