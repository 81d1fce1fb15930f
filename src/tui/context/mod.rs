//! What panes, popups and handlers share: the data ([`Shared`]) and the [`Context`] in which it is
//! lent to them.

mod account_directory;
mod change_queue;
mod export;
mod journal;
mod key_accounts;
mod key_activity;
mod key_lookups;
mod key_sentences;
mod key_watch;
mod marks;
mod notifications;
mod open_plan;
mod other_accounts;
mod saved_view;
mod session;
mod throttle_rate;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ratatui::layout::Size;

use crate::filter::SavedFilters;
use crate::inventory::Inventory;
use crate::model::{
    AccountId, Direction, KeyChange, KeyId, KeyStatus, Now, Profile, Route, ServiceError,
    SessionContext, SessionId, SkipReason,
};
use crate::tui::effect::{Effects, TaskEffect, TerminalEffect};
use crate::tui::keymap::{Action, Keymap};
use crate::tui::message::JournalReading;
use crate::tui::messages;

pub(crate) use account_directory::AccountDirectory;
pub(crate) use change_queue::{ChangeQueue, InFlightChange, JournalMode, UncertainStatus};
pub(crate) use journal::JournalState;
pub(crate) use key_accounts::IdLookup;
pub(crate) use key_activity::{ActivityState, ActivityUpdate, KeyActivities, KeyActivity};
pub(crate) use key_lookups::{KeyLookups, LookupState};
pub(crate) use key_watch::KeyWatch;
pub(crate) use marks::Marks;
pub(crate) use notifications::{NotificationTopic, Notifications, Tone};
pub(crate) use open_plan::{OpenPlan, PlanCheckUpdate, PlanLocation};
pub(crate) use other_accounts::{OtherAccount, OtherAccountState, OtherAccounts};
pub(crate) use saved_view::{SavedView, View, ViewMemory};
pub(crate) use session::{
    AccountIdentity, SessionPhase, SessionState, is_same_account, location_of,
};
pub(crate) use throttle_rate::ThrottleRate;

/// Options that are fixed for the run of the program.
#[derive(Clone, Debug, Default)]
pub(crate) struct ScreenOptions {
    /// Key bindings.
    pub keymap: Keymap,
    /// Whether the spinner is animated.
    pub animation: bool,
    /// Initial reason in every dialog.
    pub reason: Option<String>,
    /// Route of the first session; `None` for the credentials in force.
    pub route: Option<Route>,
    /// Account that the first route must lead into, if one was named.
    pub account: Option<AccountId>,
    /// Whether no shell with job control could resume the program.
    pub no_shell: bool,
    /// How long CloudTrail is asked about changed keys that are watched; zero for never.
    pub activity_watch: Duration,
    /// Text with the key ID to look up at the start.
    pub find: Option<String>,
    /// File with the plan to open at the start.
    pub plan: Option<PathBuf>,
    /// Filters to use by name.
    pub filters: SavedFilters,
    /// Whether the last view of each account is kept.
    pub restore: bool,
}

/// Data that panes and popups share.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    /// Options of the run.
    pub options: ScreenOptions,
    /// Size of the terminal.
    pub size: Size,
    /// Rows of the status area, for popups that leave it visible.
    pub status_rows: u16,
    /// Session shown.
    pub session: SessionState,
    /// Inventory of the account, as far as read.
    pub inventory: Inventory,
    /// Rate at which the service throttles calls.
    pub throttle_rate: ThrottleRate,
    /// Look-ups of key IDs.
    pub lookups: KeyLookups,
    /// Other accounts that are open to look up keys of a text.
    pub other_accounts: OtherAccounts,
    /// Marked keys.
    pub marks: Marks,
    /// Plan that is open, or waits for its account.
    pub plan: Option<OpenPlan>,
    /// Changes of this run of the program.
    pub change_queue: ChangeQueue,
    /// What keys have done, as far as read.
    pub activities: KeyActivities,
    /// Watch of the changed keys.
    pub watch: KeyWatch,
    /// Profiles of the AWS configuration, once listed.
    pub profiles: Option<Arc<[Profile]>>,
    /// Accounts within reach.
    pub accounts: AccountDirectory,
    /// The journal of this account.
    pub journal: JournalState,
    /// Session of Identity Center that the session shown needs a sign-in to, until that is offered.
    pub sign_in_wanted: Option<Arc<str>>,
    /// Number of the last sign-in.
    sign_ins: u64,
    /// View that is kept of the account.
    pub view_memory: ViewMemory,
    /// Notifications and errors.
    pub notifications: Notifications,
    /// Requested end of the program.
    pub exit: ExitRequest,
    /// Time by which ages are shown: that of the last message that changed anything, so that a key
    /// that does nothing draws nothing.
    pub shown_at: Now,
    /// Time of the last settle.
    pub settled_at: Duration,
}

/// Whether the program is to end, and when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shutdown {
    /// Keep running.
    #[default]
    None,
    /// As soon as no change is in flight and no file is being written.
    WhenIdle,
    /// At once: nothing more is sent, and the next start looks up the outcome of changes in flight.
    Immediate,
}

/// Requested end of the program, and what to print after it.
#[derive(Clone, Debug, Default)]
pub(crate) struct ExitRequest {
    /// Whether it is to end, and when.
    pub shutdown: Shutdown,
    /// Outcomes of the changes that were waited for, one sentence each.
    pub exit_lines: Vec<String>,
    /// Files that are being written.
    pub unwritten: Vec<PathBuf>,
}

/// What is lent to a pane, a popup or a handler while it handles something.
pub(crate) struct Context<'a> {
    /// Shared data.
    pub shared: &'a mut Shared,
    /// Present time.
    pub now: Now,
    /// Effects requested so far.
    pub effects: &'a mut Effects,
}

impl Context<'_> {
    /// Copies a text, and says so.
    pub(crate) fn copy(&mut self, text: String, sentence: impl Into<String>) {
        self.shared.notifications.notify(Tone::Info, sentence);
        self.effects.terminal(TerminalEffect::Copy(text));
    }

    /// Writes a text to a new file, behind the changes of a key if one is given.
    pub(crate) fn export(&mut self, path: PathBuf, text: String, changes_of: Option<KeyId>) {
        self.shared.exit.unwritten.push(path.clone());
        self.effects.task(TaskEffect::Export { path, text, changes_of });
    }

    /// Requests the journal of the session's account.
    pub(crate) fn read_journal(&mut self) {
        let (session, request) = (self.shared.session.id, self.shared.journal.request());
        let plan = self.shared.plan.as_ref().filter(|plan| plan.is_shown());
        let plan = plan.map(|plan| Arc::clone(plan.plan()));
        self.effects.task(TaskEffect::ReadJournal { session, request, plan });
    }
}

impl Shared {
    /// Returns the data at the start, with nothing read.
    pub(crate) fn new(options: ScreenOptions, size: Size, now: Now) -> Self {
        let mut session = SessionState::opening(SessionId(1), options.route.clone());
        session.expected_account.clone_from(&options.account);
        let is_superseded = options.find.is_some() || options.plan.is_some();
        Self {
            session,
            options,
            size,
            status_rows: 1,
            inventory: Inventory::default(),
            throttle_rate: ThrottleRate::default(),
            lookups: KeyLookups::default(),
            other_accounts: OtherAccounts::default(),
            marks: Marks::default(),
            plan: None,
            change_queue: ChangeQueue::default(),
            activities: KeyActivities::default(),
            watch: KeyWatch::default(),
            profiles: None,
            accounts: AccountDirectory::default(),
            journal: JournalState::default(),
            sign_in_wanted: None,
            sign_ins: 0,
            view_memory: ViewMemory::new(is_superseded),
            notifications: Notifications::default(),
            exit: ExitRequest::default(),
            shown_at: now,
            settled_at: now.mono,
        }
    }

    /// Drops everything that was read of the account, marked or found in it. A plan that waits for
    /// its account stays.
    pub(crate) fn forget_account(&mut self) {
        self.inventory = Inventory::default();
        self.lookups = self.lookups.carried_over();
        self.leave_other_accounts();
        self.marks.clear();
        self.plan.take_if(|plan| plan.is_shown());
        self.activities.clear();
        self.watch.reset();
        self.journal.forget();
        self.notifications.end_ongoing(NotificationTopic::Undo);
    }

    /// Takes the journal, unless it was requested again since: then it may lack the last change.
    pub(crate) fn apply_journal(&mut self, mut reading: JournalReading) {
        let (history, error) = (reading.plan_history.take(), reading.error());
        if self.journal.apply(reading)
            && let Some(plan) = &mut self.plan
        {
            match (history, error) {
                (Some(history), _) => plan.note_journal(history),
                (None, Some(error)) if plan.is_shown() => plan.note_journal_error(error),
                _ => {}
            }
        }
    }

    /// Notes that a sign-in would help against an error, if it would.
    pub(crate) fn want_sign_in(&mut self, error: &ServiceError) {
        if let Some(session) = &error.sign_in {
            self.sign_in_wanted = Some(Arc::clone(session));
        }
    }

    /// Returns the number of a new sign-in. Events of former ones no longer count.
    pub(crate) fn next_sign_in(&mut self) -> u64 {
        self.sign_ins += 1;
        self.sign_ins
    }

    /// Returns whether a sign-in is the last one, and was not cancelled.
    pub(crate) fn is_current_sign_in(&self, number: u64) -> bool {
        number == self.sign_ins
    }

    /// Returns the context of the session, if it is open.
    pub(crate) fn session_context(&self) -> Option<&SessionContext> {
        self.session.session_context()
    }

    /// Returns the key for an action, for use in sentences; the action's name if no key is bound.
    pub(crate) fn key_for(&self, action: Action) -> &str {
        self.options.keymap.key_for(action)
    }

    /// Returns whether this account can be changed.
    pub(crate) fn can_write(&self) -> bool {
        self.session_context().is_some_and(|session_context| !session_context.read_only)
    }

    /// Returns the changes of this run that IAM has made in the account shown, the latest last.
    pub(crate) fn applied_changes(&self) -> impl DoubleEndedIterator<Item = &KeyChange> {
        self.applied_changes_in(self.session_context())
    }

    /// Returns the changes of this run that IAM has made in the account of a context, the latest
    /// last.
    pub(crate) fn applied_changes_in(
        &self,
        account: Option<&SessionContext>,
    ) -> impl DoubleEndedIterator<Item = &KeyChange> {
        let done = self.change_queue.done().iter();
        let changes = done.filter(|report| report.outcome.is_applied()).map(|it| &it.change);
        let account = account.map(AccountIdentity::from_context);
        changes.filter(move |change| {
            account.is_some() && self.session.account_of(change.session) == account.as_ref()
        })
    }

    /// Returns whether a change of this run has been applied in the account shown.
    pub(crate) fn has_changed(&self) -> bool {
        self.applied_changes().next().is_some()
    }

    /// Returns whether the session could not be opened, and none was open before it.
    pub(crate) fn has_no_account(&self) -> bool {
        matches!(self.session.phase, SessionPhase::Failed)
            && self.session.previous_context.is_none()
    }

    /// Returns a sentence if no session is open, or if it has ended.
    pub(crate) fn session_problem(&self) -> Option<String> {
        let (retry, profiles) = (self.key_for(Action::Refresh), self.key_for(Action::Accounts));
        match &self.session.phase {
            SessionPhase::Open(_) if self.inventory.stopped().is_none() => None,
            SessionPhase::Open(_) => Some(messages::session::ended(retry)),
            SessionPhase::Opening(_) => Some(messages::session::still_opening(profiles)),
            SessionPhase::NeedsCode(_) => Some(messages::session::code_missing(retry, profiles)),
            SessionPhase::Failed => Some(messages::session::not_open(retry, profiles)),
        }
    }

    /// Returns why a key cannot be changed to `wanted`, or `None` if it can.
    pub(crate) fn skip_reason(&self, id: &KeyId, wanted: &KeyStatus) -> Option<SkipReason> {
        let inventory = self.account_of_key(id).inventory;
        match inventory.key(id).map(|key| &key.status) {
            // A change of the key in flight may set another status, and the list may not show that
            // of one whose outcome is not certain.
            Some(status) if status == wanted && self.change_queue.is_certain(id) => {
                return Some(SkipReason::AlreadySet);
            }
            Some(KeyStatus::Active | KeyStatus::Inactive) => return None,
            Some(_) => return Some(SkipReason::NotSettable),
            None => {}
        }
        Some(match inventory.owner(id).map(|index| inventory.facts(index)) {
            Some(facts) if facts.is_deleted() || facts.keys.failure().is_some() => {
                SkipReason::Unreadable
            }
            Some(facts) if facts.keys.live_value().is_some() => SkipReason::Deleted,
            _ => SkipReason::NotRead,
        })
    }

    /// Returns whether a key may be changed in that direction: its status does not rule it out.
    pub(crate) fn may_change(&self, id: &KeyId, direction: Direction) -> bool {
        let reason = self.skip_reason(id, &direction.status());
        !matches!(reason, Some(SkipReason::AlreadySet | SkipReason::NotSettable))
    }
}
