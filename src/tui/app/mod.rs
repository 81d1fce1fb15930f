//! State and update logic of the screen.
//!
//! [`State::update`] handles one message and [`State::settle`] brings derived state up to date;
//! both return effects as data. There is no I/O, no clock and no terminal here, so a screen can be
//! driven, recorded and replayed without them.

mod activity;
mod change_queue;
mod change_target;
mod confirm;
mod cursor_list;
mod detail_popups;
mod filter_line;
mod footer_hints;
mod full_scan;
mod header;
mod input;
mod key_search;
mod marking;
mod message;
mod mouse;
mod notifications;
mod open_confirm;
mod paste_detection;
mod popup;
mod profile_picker;
mod read_requests;
mod recovery;
mod search_results;
mod session;
mod shutdown;
mod sorted_list;
mod status;
mod task_events;
mod text_popup;
mod text_wrap;
mod throttle_rate;
mod undo;
mod user_detail;
mod views;
mod watch;

use std::collections::HashMap;
use std::time::Duration;

use crate::inventory::Inventory;
use crate::model::{KeyId, Now, Profile, SessionId};
use crate::tui::keymap::Keymap;
use crate::tui::layout::{self, Pane, Regions, RowNeeds};

use activity::ActivityIndicator;
pub(crate) use change_queue::{ChangePhase, ChangeQueue};
pub(crate) use change_target::DialogTarget;
pub(crate) use confirm::content::{LineTone, confirm_hint, title as confirm_title, typed_prompt};
pub(crate) use confirm::layout::{
    LABEL_COLUMNS, MAX_TEXT_COLUMNS, lay_out as confirm_page, wrapped,
};
pub(crate) use confirm::{
    Confirm, Focus, SkippedKeys, TypedConfirmation, messages as confirm_messages,
};
pub(crate) use cursor_list::{CursorList, CursorMove};
pub(crate) use detail_popups::TextPopup;
pub(crate) use filter_line::FilterLine;
pub(crate) use footer_hints::FooterHint;
pub(crate) use full_scan::FilterScan;
pub(crate) use header::{HeaderTone, header_lines};
pub(crate) use key_search::{KeySearch, LookupState};
pub(crate) use marking::Marks;
pub(crate) use message::{
    ChangeEvent, Effect, Message, ScreenOptions, SessionEvent, Shutdown, Signal,
};
pub(crate) use notifications::{Activity, Notifications, Tone};
use paste_detection::PasteDetector;
pub(crate) use popup::Popup;
pub(crate) use profile_picker::ProfilePicker;
pub(crate) use recovery::RecoveryEvent;
pub(crate) use session::{SessionPhase, SessionState};
pub(crate) use sorted_list::SortedList;
pub(crate) use status::{CoveragePlacement, StatusTone, status_rows};
pub(crate) use text_popup::{MAX_POPUP_COLUMNS, TextTone};
pub(crate) use text_wrap::wrap_text;
pub(crate) use throttle_rate::ThrottleRate;
pub(crate) use user_detail::{FactTone, user_facts};
pub(crate) use views::{AllKeysList, UserList, View};
pub(crate) use watch::KeyWatch;

/// Time without movement in a list before the details of its rows are read.
const SETTLE_DELAY: Duration = Duration::from_millis(150);

/// State of the whole screen.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// Options that are fixed for the run of the program.
    pub options: ScreenOptions,
    /// Key bindings.
    pub keymap: Keymap,
    /// Size of the terminal: columns and rows.
    pub size: (u16, u16),
    /// Session shown.
    pub session: SessionState,
    /// Inventory of the account, as far as read.
    pub inventory: Inventory,
    /// Rate at which the service throttles calls.
    pub throttle_rate: ThrottleRate,
    /// View of the account.
    pub view: View,
    /// Pane with the focus.
    pub focus: Pane,
    /// List of users.
    pub users: UserList,
    /// Keys of the selected user.
    pub keys: CursorList<KeyId>,
    /// List of all keys.
    pub all_keys: AllKeysList,
    /// Filter of the list in view.
    pub filter: FilterLine,
    /// Relation of the filter to the full scan.
    filter_scan: FilterScan,
    /// Sessions that were left and are not closed yet.
    left_sessions: Vec<SessionId>,
    /// Account of each session that has been open.
    accounts: HashMap<SessionId, session::AccountIdentity>,
    /// Look-ups of key IDs.
    pub key_search: KeySearch,
    /// Marked keys.
    pub marks: Marks,
    /// Watch of the changed keys.
    pub watch: KeyWatch,
    /// Profiles of the AWS configuration, once listed.
    pub profiles: Option<Vec<Profile>>,
    /// Notes from the journal on keys that were deactivated, by key.
    pub journal_notes: HashMap<KeyId, String>,
    /// Popup over the panes.
    pub popup: Option<Popup>,
    /// Changes of this run of the program.
    pub change_queue: ChangeQueue,
    /// Notifications and errors.
    pub notifications: Notifications,
    /// Requested end of the program.
    pub shutdown: Shutdown,
    /// Sentences to print after the terminal was restored.
    exit_messages: Vec<String>,
    /// Time by which ages are shown: that of the last message that changed anything, so that a key
    /// that does nothing draws nothing.
    pub shown_at: Now,
    activity: ActivityIndicator,
    /// Typed characters that may be a paste.
    paste_detector: PasteDetector,
    /// Number of inputs handled since the last settle.
    inputs: usize,
    /// Time of the last settle.
    settled: Duration,
}

impl State {
    /// Returns the state at the start, with nothing read, and the effects that open the session.
    pub(crate) fn new(options: ScreenOptions, size: (u16, u16), now: Now) -> (Self, Vec<Effect>) {
        let session = SessionState::opening(SessionId(1), options.profile.clone());
        let open = Effect::Open { session: session.id, profile: session.profile.clone() };
        let mut state = Self {
            keymap: options.keymap.clone(),
            options,
            size,
            session,
            inventory: Inventory::default(),
            throttle_rate: ThrottleRate::default(),
            view: View::default(),
            focus: Pane::default(),
            users: UserList::default(),
            keys: CursorList::default(),
            all_keys: AllKeysList::default(),
            filter: FilterLine::default(),
            filter_scan: FilterScan::default(),
            left_sessions: Vec::new(),
            accounts: HashMap::new(),
            key_search: KeySearch::default(),
            marks: Marks::new(),
            watch: KeyWatch::default(),
            profiles: None,
            journal_notes: HashMap::new(),
            popup: None,
            change_queue: ChangeQueue::default(),
            notifications: Notifications::default(),
            shutdown: Shutdown::None,
            exit_messages: Vec::new(),
            shown_at: now,
            activity: ActivityIndicator::default(),
            paste_detector: PasteDetector::default(),
            inputs: 0,
            settled: now.mono,
        };
        let mut effects = vec![open];
        if let Some(text) = state.options.find.take() {
            effects.extend(state.find_in(&text));
        }
        (state, effects)
    }

    /// Handles one message and returns the effects.
    pub(crate) fn update(&mut self, message: Message, now: Now) -> Vec<Effect> {
        match message {
            Message::Input(event) => return self.take_input(event, now),
            Message::Reply(reply) => self.take_reply(reply, now),
            Message::Recovery(id, event) => return self.take_recovery(id, event, now),
            Message::Throttled(id, total) => self.take_throttled(id, total, now),
            Message::Change(event) => return self.take_change(event, now),
            Message::Session(id, event) => return self.take_session(id, event, now),
            Message::Profiles(profiles) => self.take_profiles(profiles),
            Message::Journal(id, lines, notes) => self.take_journal(id, lines, notes),
            Message::Signal(signal) => return self.take_signal(signal, now),
            Message::Deadline => {}
        }
        Vec::new()
    }

    /// Brings derived state up to date, and returns the effects. The event loop calls it after
    /// every message that was ready has been handled.
    pub(crate) fn settle(&mut self, now: Now) -> Vec<Effect> {
        let inputs = std::mem::take(&mut self.inputs);
        let mut effects = self.settle_paste_detection(now);
        effects.extend(self.settle_dialog(inputs, now));
        self.settle_lists(now);
        self.settle_full_scan();
        self.settle_watch(now);
        if self.shutdown != Shutdown::Immediate {
            effects.extend(self.change_queue.start_next());
        }
        effects.extend(self.close_left());
        effects.extend(self.reads(now));
        self.settle_notifications();
        self.settle_text_popup(now);
        // Notifications take rows from the lists, or give them back.
        if self.settle_heights() {
            effects.extend(self.reads(now));
        }
        self.activity.settle(self.is_busy(), self.options.animation, now.mono);
        self.settled = now.mono;
        effects
    }

    /// Returns the next time at which [`Self::settle`] must run without input; always later than
    /// the last settle.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        let dialog = match &self.popup {
            Some(Popup::Confirm(confirm)) => {
                confirm.deadlines().filter(|time| *time > self.settled).min()
            }
            _ => None,
        };
        let spinner = self.activity.deadline(self.options.animation);
        let (throttle_rate, watch) = (self.throttle_rate.deadline(), self.watch.deadline());
        let change = self.change_queue.deadline(self.settled);
        let own = [
            dialog,
            spinner,
            Some(self.moved_at() + SETTLE_DELAY),
            throttle_rate,
            watch,
            change,
            self.paste_detector.deadline(),
        ];
        let own = own.into_iter().flatten().filter(|time| *time > self.settled).min();
        let reads = self
            .inventory
            .next_read_at(self.settled)
            .filter(|_| self.session.session_context().is_some());
        own.into_iter().chain(reads).min()
    }

    /// Returns the time at which the list in view last moved.
    fn moved_at(&self) -> Duration {
        match self.view {
            View::Users => self.users.moved_at(),
            View::Keys => self.all_keys.moved_at(),
        }
    }

    /// Notes that the frame of the present state has reached the terminal.
    pub(crate) fn drawn(&mut self, now: Now) {
        if let Some(Popup::Confirm(confirm)) = &mut self.popup {
            confirm.drawn(now);
        }
    }

    /// Returns whether input that is ready now must be discarded, since the user could not yet see
    /// the dialog it would go to.
    pub(crate) fn discards_input(&self) -> bool {
        matches!(&self.popup, Some(Popup::Confirm(confirm)) if !confirm.was_drawn())
    }

    /// Returns the regions of the screen.
    pub(crate) fn regions(&self) -> Regions {
        let (columns, rows) = self.size;
        let header = header_lines(self).len();
        let status = status_rows(self).rows.len();
        let needs = RowNeeds {
            header: u16::try_from(header).unwrap_or(1),
            status: u16::try_from(status).unwrap_or(1),
            keys: u16::try_from(self.keys.items().len()).unwrap_or(u16::MAX),
        };
        let regions = layout::regions(columns, rows, needs, self.focus);
        match self.view {
            View::Users => regions,
            View::Keys => {
                Regions { users: Some(regions.body), keys: None, detail: None, ..regions }
            }
        }
    }

    fn settle_dialog(&mut self, inputs: usize, now: Now) -> Vec<Effect> {
        let Some(Popup::Confirm(confirm)) = &mut self.popup else { return Vec::new() };
        if let Some(sentence) = confirm.contradicted_by(&self.inventory) {
            self.popup = None;
            self.notifications.notify(Tone::Warning, sentence);
            return Vec::new();
        }
        // A session that has ended can neither read nor change anything.
        if self.inventory.stopped().is_some() {
            self.popup = None;
            self.notify_no_session();
            return Vec::new();
        }
        confirm.refresh(
            &self.inventory,
            |key| self.journal_notes.get(key).cloned(),
            self.shown_at.wall,
        );
        for read in confirm.expire(now) {
            self.inventory.refresh(read);
        }
        if let Some(changes) = confirm.take_confirmed(inputs) {
            let (unjournaled, unmark) =
                (confirm.unjournaled, std::mem::take(&mut confirm.skipped.unmark));
            self.popup = None;
            self.marks.retain(|key| !unmark.contains(key));
            self.change_queue.begin(changes, unjournaled, now.mono);
            return Vec::new();
        }
        let shown = confirm::layout::visible_targets(confirm, self.size, self.shown_at.wall);
        confirm.settle(inputs > 0, shown, now);
        Vec::new()
    }
}
