//! The screen as a value. `update` takes in one message, `settle` brings
//! everything that follows from it up to date, and both give back effects as
//! data. No I/O, no clock, no terminal: a screen can be driven, recorded and
//! replayed without any of them.

mod all_keys;
mod asking;
mod burst;
mod busy;
mod changes;
mod confirm;
mod detail;
mod filter_line;
mod finding;
mod found;
mod header;
mod input;
mod leaving;
mod list;
mod marking;
mod messages;
mod mouse;
mod news;
mod notices;
mod offers;
mod overlay;
mod pace;
mod profiles;
mod reading;
mod recovery;
mod rows;
mod session;
mod status;
mod sweeping;
mod target;
mod texts;
mod undoing;
mod watching;
mod windows;
mod wrap;

use std::collections::HashMap;
use std::time::Duration;

use crate::inventory::Inventory;
use crate::model::{KeyId, Now, Profile, SessionId};
use crate::tui::actions::Keymap;
use crate::tui::layout::{self, Needs, Pane, Regions};

pub(crate) use all_keys::{AllKeys, Users, View};
use burst::Burst;
use busy::Busy;
pub(crate) use changes::{Changes, Step};
pub(crate) use confirm::page::{LABEL, WIDTH, page as confirm_page, wrapped};
pub(crate) use confirm::words::{LineTone, how as confirm_how, title as confirm_title, typed_prompt};
pub(crate) use confirm::{Confirm, Focus, LeftOut, Typed};
pub(crate) use detail::{FactTone, user_facts};
pub(crate) use filter_line::FilterLine;
pub(crate) use finding::{Finding, Lookup};
pub(crate) use header::{HeaderTone, header_lines};
pub(crate) use list::{List, Move};
pub(crate) use marking::Marks;
pub(crate) use messages::{ChangeNews, Effect, Leaving, Message, Options, SessionNews, Signal};
pub(crate) use notices::{Notices, Tone, Underway};
pub(crate) use offers::Hint;
pub(crate) use overlay::Overlay;
pub(crate) use pace::Pace;
pub(crate) use profiles::Picker;
pub(crate) use recovery::RecoveryNews;
pub(crate) use rows::Rows;
pub(crate) use session::{Phase, Session};
pub(crate) use status::{Coverage, StatusTone, status_rows};
pub(crate) use sweeping::FilterSweep;
pub(crate) use target::Target;
pub(crate) use texts::{TEXT_WIDTH, TextTone};
pub(crate) use watching::Watching;
pub(crate) use windows::TextWindow;
pub(crate) use wrap::wrap;

/// A row is looked at once the list has been at rest for so long.
const REST: Duration = Duration::from_millis(150);

/// The whole screen.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// What is fixed.
    pub options: Options,
    /// Which key does what.
    pub keymap: Keymap,
    /// Columns and rows.
    pub size: (u16, u16),
    /// The session shown.
    pub session: Session,
    /// The account as known.
    pub inventory: Inventory,
    /// How often the service asks to go slower.
    pub pace: Pace,
    /// What the account is shown as.
    pub view: View,
    /// Where keys go.
    pub focus: Pane,
    /// The list of users.
    pub users: Users,
    /// The keys of the selected user.
    pub keys: List<KeyId>,
    /// The list of all keys.
    pub all_keys: AllKeys,
    /// The filter.
    pub filter: FilterLine,
    /// What the filter has to do with the sweep.
    filter_sweep: FilterSweep,
    /// Sessions that were left, and are not closed yet.
    left: Vec<SessionId>,
    /// The account of each session so far.
    accounts: HashMap<SessionId, session::Account>,
    /// The look-ups of key IDs.
    pub finding: Finding,
    /// The marked keys.
    pub marks: Marks,
    /// Whether changed keys are watched.
    pub watching: Watching,
    /// The profiles of the AWS configuration, once they are listed.
    pub profiles: Option<Vec<Profile>>,
    /// What the journal says of keys that were switched off.
    pub journal_notes: HashMap<KeyId, String>,
    /// What lies over the panes.
    pub overlay: Option<Overlay>,
    /// The changes.
    pub changes: Changes,
    /// What is told.
    pub notices: Notices,
    /// How the program is to be left.
    pub leaving: Leaving,
    /// What is to be told once the screen is left.
    parting: Vec<String>,
    /// The time by which ages are shown: that of the last message that changed
    /// anything, so that a key that does nothing draws nothing.
    pub shown_at: Now,
    busy: Busy,
    /// Characters that may be a paste.
    burst: Burst,
    /// Input taken in since the last settle.
    inputs: usize,
    /// When everything was last brought up to date.
    settled: Duration,
}

impl State {
    /// The screen at the start: everything is still to be read.
    pub(crate) fn new(options: Options, size: (u16, u16), now: Now) -> (Self, Vec<Effect>) {
        let session = Session::opening(SessionId(1), options.profile.clone());
        let open = Effect::Open { session: session.id, profile: session.profile.clone() };
        let mut state = Self {
            keymap: options.keymap.clone(),
            options,
            size,
            session,
            inventory: Inventory::default(),
            pace: Pace::default(),
            view: View::default(),
            focus: Pane::default(),
            users: Users::default(),
            keys: List::default(),
            all_keys: AllKeys::default(),
            filter: FilterLine::default(),
            filter_sweep: FilterSweep::default(),
            left: Vec::new(),
            accounts: HashMap::new(),
            finding: Finding::default(),
            marks: Marks::new(),
            watching: Watching::default(),
            profiles: None,
            journal_notes: HashMap::new(),
            overlay: None,
            changes: Changes::default(),
            notices: Notices::default(),
            leaving: Leaving::No,
            parting: Vec::new(),
            shown_at: now,
            busy: Busy::default(),
            burst: Burst::default(),
            inputs: 0,
            settled: now.mono,
        };
        let mut effects = vec![open];
        if let Some(text) = state.options.find.take() {
            effects.extend(state.find_in(&text));
        }
        (state, effects)
    }

    /// Takes in one message.
    pub(crate) fn update(&mut self, message: Message, now: Now) -> Vec<Effect> {
        match message {
            Message::Input(event) => return self.take_input(event, now),
            Message::Answer(answer) => self.take_answer(answer, now),
            Message::Recovery(id, news) => return self.take_recovery(id, news, now),
            Message::Throttled(id, total) => self.take_throttled(id, total, now),
            Message::Change(news) => return self.take_change(news, now),
            Message::Session(id, news) => return self.take_session(id, news, now),
            Message::Profiles(profiles) => self.take_profiles(profiles),
            Message::Journal(id, lines, notes) => self.take_journal(id, lines, notes),
            Message::Signal(signal) => return self.take_signal(signal, now),
            Message::Deadline => {}
        }
        Vec::new()
    }

    /// Brings up to date what follows from the messages since the last time.
    /// To be called when everything that was ready has been taken in.
    pub(crate) fn settle(&mut self, now: Now) -> Vec<Effect> {
        let inputs = std::mem::take(&mut self.inputs);
        let mut effects = self.settle_burst(now);
        effects.extend(self.settle_dialog(inputs, now));
        self.settle_lists(now);
        self.settle_sweep();
        self.settle_watch(now);
        if self.leaving != Leaving::Now {
            effects.extend(self.changes.release());
        }
        effects.extend(self.close_left());
        effects.extend(self.reads(now));
        self.settle_notices();
        self.settle_window(now);
        // What is told takes room from the lists, or makes some.
        if self.settle_heights() {
            effects.extend(self.reads(now));
        }
        self.busy.settle(self.is_busy(), self.options.animation, now.mono);
        self.settled = now.mono;
        effects
    }

    /// When to call again although nothing has happened: never a time that
    /// was looked at already, and none that passed since unseen.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        let dialog = match &self.overlay {
            Some(Overlay::Confirm(confirm)) => confirm.deadlines().filter(|time| *time > self.settled).min(),
            _ => None,
        };
        let spinner = self.busy.deadline(self.options.animation);
        let (pace, watch) = (self.pace.deadline(), self.watching.deadline());
        let change = self.changes.deadline(self.settled);
        let own = [dialog, spinner, Some(self.moved() + REST), pace, watch, change, self.burst.deadline()];
        let own = own.into_iter().flatten().filter(|time| *time > self.settled).min();
        let reads = self.inventory.wakes(self.settled).filter(|_| self.session.place().is_some());
        own.into_iter().chain(reads).min()
    }

    /// When the list in view came to rest.
    fn moved(&self) -> Duration {
        match self.view {
            View::Users => self.users.moved(),
            View::Keys => self.all_keys.moved(),
        }
    }

    /// The frame of the present state has reached the terminal.
    pub(crate) fn drawn(&mut self, now: Now) {
        if let Some(Overlay::Confirm(confirm)) = &mut self.overlay {
            confirm.drawn(now);
        }
    }

    /// Whether input that is ready now came before the user could have seen
    /// what it would be for, and must be thrown away.
    pub(crate) fn discards_input(&self) -> bool {
        matches!(&self.overlay, Some(Overlay::Confirm(confirm)) if !confirm.was_drawn())
    }

    /// Where things are on the screen.
    pub(crate) fn regions(&self) -> Regions {
        let (columns, rows) = self.size;
        let header = header_lines(self).len();
        let status = status_rows(self).rows.len();
        let needs = Needs {
            header: u16::try_from(header).unwrap_or(1),
            status: u16::try_from(status).unwrap_or(1),
            keys: u16::try_from(self.keys.items().len()).unwrap_or(u16::MAX),
        };
        let regions = layout::regions(columns, rows, needs, self.focus);
        match self.view {
            View::Users => regions,
            View::Keys => Regions { users: Some(regions.body), keys: None, detail: None, ..regions },
        }
    }

    fn settle_dialog(&mut self, inputs: usize, now: Now) -> Vec<Effect> {
        let Some(Overlay::Confirm(confirm)) = &mut self.overlay else { return Vec::new() };
        if let Some(sentence) = confirm.contradicted_by(&self.inventory) {
            self.overlay = None;
            self.notices.tell(Tone::Warning, sentence);
            return Vec::new();
        }
        // Nothing can be read or changed any more.
        if self.inventory.stopped().is_some() {
            self.overlay = None;
            self.tell_no_session();
            return Vec::new();
        }
        confirm.refresh(&self.inventory, |key| self.journal_notes.get(key).cloned(), self.shown_at.wall);
        for read in confirm.expire(now) {
            self.inventory.ask_again(read);
        }
        if let Some(changes) = confirm.take_confirmed(inputs) {
            let (unwritten, unmark) = (confirm.unwritten, std::mem::take(&mut confirm.left_out.unmark));
            self.overlay = None;
            self.marks.retain(|key| !unmark.contains(key));
            self.changes.begin(changes, unwritten, now.mono);
            return Vec::new();
        }
        let shown = confirm::page::shown(confirm, self.size, self.shown_at.wall);
        confirm.settle(inputs > 0, shown, now);
        Vec::new()
    }
}
