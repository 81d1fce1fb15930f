//! The session that the screen shows, and the change to another.

use std::sync::Arc;

use crate::inventory::Inventory;
use crate::model::{AccountId, Endpoint, Now, Place, Secret, SessionId};
use crate::tui::actions::Action;
use crate::tui::app::{
    AllKeys, Effect, FilterLine, FilterSweep, List, Overlay, Pace, SessionNews, State, Tone, Users, View, Watching,
};
use crate::tui::layout::Pane;

/// How far the session is.
#[derive(Clone, Debug)]
pub(crate) enum Phase {
    /// Being opened: what is waited for, in a few words.
    Opening(Arc<str>),
    /// Waiting for the code of this MFA device.
    NeedsCode(Arc<str>),
    /// Open: where that is.
    Open(Box<Place>),
    /// Could not be opened; the errors tell why.
    Failed,
}

/// The session that the screen shows.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// Its ID, on every effect and answer.
    pub id: SessionId,
    /// The profile asked for, before anything is known.
    pub profile: Option<Arc<str>>,
    /// How far it is.
    pub phase: Phase,
    /// Where what is shown was read, until the session is open.
    pub before: Option<Box<Place>>,
}

/// What tells one account from another: its number means nothing without the
/// endpoint that gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account(AccountId, Endpoint);

impl Account {
    fn of(place: &Place) -> Self {
        Self(place.caller.account.clone(), place.endpoint.clone())
    }
}

impl std::fmt::Display for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.1 {
            Endpoint::Aws => write!(f, "{}", self.0),
            Endpoint::NotAws(url) => write!(f, "{}, NOT AWS {url},", self.0),
        }
    }
}

impl Session {
    /// A session that is about to be opened.
    pub(crate) fn opening(id: SessionId, profile: Option<Arc<str>>) -> Self {
        Self { id, profile, phase: Phase::Opening("Resolving credentials".into()), before: None }
    }

    /// Where one is, once that is known.
    pub(crate) fn place(&self) -> Option<&Place> {
        match &self.phase {
            Phase::Open(place) => Some(place),
            _ => None,
        }
    }
}

impl State {
    /// Opens the session anew, from files that may have changed. What is shown
    /// stays until it is known whether it is of the same account.
    pub(super) fn reopen(&mut self) -> Vec<Effect> {
        let before = self.session.place().cloned().map(Box::new).or_else(|| self.session.before.take());
        let (id, profile) = (self.next_session(), self.session.profile.clone());
        self.session = Session { before, ..Session::opening(id, profile) };
        vec![self.open()]
    }

    /// Goes to another profile: what was read, marked and found is dropped.
    /// Changes under way go on under their own session.
    pub(super) fn change_profile(&mut self, profile: Arc<str>) -> Vec<Effect> {
        self.forget_account();
        self.session = Session::opening(self.next_session(), Some(profile));
        self.notices.clear_result();
        vec![self.open()]
    }

    /// Leaves the session for the next.
    fn next_session(&mut self) -> SessionId {
        self.left.push(self.session.id);
        self.pace = Pace::default();
        SessionId(self.session.id.0 + 1)
    }

    /// Lets go of the sessions that were left, each as soon as no change is
    /// under way by it.
    pub(super) fn close_left(&mut self) -> Vec<Effect> {
        let under_way = self.changes.under_way();
        let done = |id: &mut SessionId| under_way.iter().all(|(change, _)| change.session != *id);
        self.left.extract_if(.., done).map(|session| Effect::Close { session }).collect()
    }

    fn open(&self) -> Effect {
        Effect::Open { session: self.session.id, profile: self.session.profile.clone() }
    }

    fn forget_account(&mut self) {
        self.inventory = Inventory::default();
        self.users = Users::default();
        self.keys = List::default();
        self.all_keys = AllKeys::default();
        self.view = View::default();
        self.filter = FilterLine::default();
        self.filter_sweep = FilterSweep::default();
        self.finding = self.finding.carried_over();
        self.marks.clear();
        self.watching = Watching::default();
        self.journal_notes.clear();
        self.focus = Pane::Users;
    }

    pub(super) fn take_session(&mut self, id: SessionId, news: SessionNews, now: Now) -> Vec<Effect> {
        if id != self.session.id {
            return Vec::new();
        }
        self.shown_at = now;
        match news {
            SessionNews::Waits(what) => self.session.phase = Phase::Opening(what),
            SessionNews::NeedsCode(serial, refused) => {
                if let Some(error) = refused {
                    self.notices.fail(error.to_string(), now.wall);
                }
                self.session.phase = Phase::NeedsCode(Arc::clone(&serial));
                self.overlay = Some(Overlay::Code(serial, tui_input::Input::default()));
            }
            SessionNews::Open(place) => return self.take_place(place, now),
            SessionNews::Renewed(place) => self.take_renewed(place),
            SessionNews::Failed(error) => {
                let (r, p) = (self.key_for(Action::Refresh), self.key_for(Action::Profile));
                self.notices.fail(format!("{error} Press {r} to try again, or {p} for another profile."), now.wall);
                self.session.phase = Phase::Failed;
            }
        }
        Vec::new()
    }

    /// Other keys may stand behind the session now: what was asked before that
    /// is asked anew.
    fn take_renewed(&mut self, mut place: Box<Place>) {
        let Phase::Open(former) = &mut self.session.phase else { return };
        place.alias = former.alias.take();
        if let Some(Overlay::Confirm(confirm)) = &self.overlay
            && confirm.targets.iter().any(|target| place.signing(&target.key, target.user.as_ref()) != target.signing)
        {
            self.overlay = None;
            let sentence = "Another access key signs this session now, so the dialog was closed. Nothing was changed.";
            self.notices.tell(Tone::Warning, sentence);
        }
        *former = place;
    }

    fn take_place(&mut self, mut place: Box<Place>, now: Now) -> Vec<Effect> {
        let account = Account::of(&place);
        let before = self.session.before.take();
        let renewed = before.is_some();
        match before {
            // It is read once for an account.
            Some(before) if Account::of(&before) == account => place.alias = before.alias,
            Some(_) => {
                self.forget_account();
                let sentence = format!("The credentials now lead to another account: {}.", place.account_label());
                // It stays until it is dismissed: everything on the screen is another's.
                self.notices.fail(sentence, now.wall);
            }
            None => {}
        }
        self.inventory.resume();
        if renewed {
            self.read_shown_again();
        }
        if place.caller.arn.is_root() {
            self.inventory.add_root();
        }
        if matches!(self.overlay, Some(Overlay::Confirm(_))) {
            self.overlay = None;
            self.notices.tell(Tone::Warning, "The session was renewed, so the dialog was closed. Nothing was changed.");
        } else if place.may_have_unknown_signer() {
            let sentence = "It can't be known which long-term key minted this session, so none is guarded as your own.";
            self.notices.tell(Tone::Info, sentence);
        }
        self.accounts.insert(self.session.id, account);
        self.session.phase = Phase::Open(place);
        vec![Effect::ReadJournal { session: self.session.id }, Effect::Recover { session: self.session.id }]
    }

    /// The code of the MFA device was typed.
    pub(super) fn give_code(&mut self, code: Secret) -> Vec<Effect> {
        self.overlay = None;
        self.session.phase = Phase::Opening("Signing in with the code".into());
        vec![Effect::Code { session: self.session.id, code }]
    }

    /// The account of a session, once that was opened.
    pub(super) fn account_of(&self, session: SessionId) -> Option<&Account> {
        self.accounts.get(&session)
    }

    /// Whether the session of a change is, or was, of the account shown.
    pub(super) fn is_of_this_account(&self, session: SessionId) -> bool {
        let account = self.account_of(session);
        account.is_some() && account == self.session.place().map(Account::of).as_ref()
    }
}
