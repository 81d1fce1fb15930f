//! The app: routes messages to the handlers, the panes and the popup, and draws them.
//!
//! [`App::update`] handles one message and [`App::settle`] brings derived state up to date; both
//! request effects as data. There is no I/O, no clock and no terminal here, so a screen can be
//! driven, recorded and replayed without them.

mod actions;
mod events;
mod input;

use std::time::Duration;

use crossterm::event::{Event, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::{Paragraph, Wrap};

use crate::model::Now;
use crate::tui::bars::{
    CoveragePlacement, FooterHint, LoadingIndicator, StatusArea, StatusState, draw_header,
    draw_hints, draw_status, header_rows, pane_hints, status_area,
};
use crate::tui::context::{Context, OngoingTask, ScreenOptions, Shared, Shutdown};
use crate::tui::flow::AfterSignIn;
use crate::tui::handlers::{self, PlanStep, SETTLE_DELAY};
use crate::tui::input::PasteDetector;
use crate::tui::message::{AccountsEvent, Effects, Message, TaskEffect};
use crate::tui::messages;
use crate::tui::panes::{Panes, View};
use crate::tui::popups::{Component as _, Popup, SignInPopup, confirm};
use crate::tui::render::layout::{self, RegionNeeds, Regions};
use crate::tui::render::{Theme, ascii};

/// State of the whole screen.
#[derive(Clone, Debug)]
pub(crate) struct App {
    /// Data that panes and popups share.
    pub shared: Shared,
    /// Panes.
    pub panes: Panes,
    /// Popup over the panes.
    pub popup: Option<Popup>,
    /// Popups under it, the top one last, which are shown again when it closes. There is none without
    /// a popup.
    below: Vec<Popup>,
    loading: LoadingIndicator,
    /// Typed characters that may be a paste.
    paste_detector: PasteDetector,
    /// Number of inputs handled since the last settle.
    inputs: usize,
}

impl App {
    /// Returns the app at the start, with nothing read; requests the effects that open the session.
    pub(crate) fn new(
        options: ScreenOptions,
        size: (u16, u16),
        now: Now,
        effects: &mut Effects,
    ) -> Self {
        let mut app = Self {
            shared: Shared::new(options, size, now),
            panes: Panes::default(),
            popup: None,
            below: Vec::new(),
            loading: LoadingIndicator::default(),
            paste_detector: PasteDetector::default(),
            inputs: 0,
        };
        // Before the session is opened: the reads of look-ups are among its first.
        if let Some(text) = app.shared.options.find.take() {
            app.find_key_ids(&text, now, effects);
        }
        handlers::open(&mut Context { shared: &mut app.shared, now, effects });
        if let Some(path) = app.shared.options.plan.take() {
            effects.task(TaskEffect::ReadPlan(path));
        }
        app
    }

    /// Handles one message.
    pub(crate) fn update(&mut self, message: Message, now: Now, effects: &mut Effects) {
        match message {
            Message::Input(Event::Key(key)) if self.discards_input() => {
                return self.note_discarded(key);
            }
            Message::Input(Event::Paste(_) | Event::Mouse(_)) if self.discards_input() => return,
            _ => {}
        }
        let context = &mut Context { shared: &mut self.shared, now, effects };
        match message {
            Message::Input(event) => self.on_input(event, now, effects),
            Message::Reply(reply) => self.on_reply(reply, now, effects),
            Message::Recovery(id, event) => handlers::on_recovery(context, id, event),
            Message::Throttled(id, total) if id == context.shared.session.id => {
                context.shared.shown_at = now;
                context.shared.throttle_rate.note(total, now.mono);
            }
            Message::Change(event) => {
                handlers::on_change(context, event);
                let can_open = match &self.popup {
                    Some(popup) => matches!(popup, Popup::Activity(_)) && !popup.takes_text(),
                    None => !self.panes.filter_in_view().is_editing(),
                };
                let dialog = confirm::offer_unjournaled(context, can_open);
                self.open_dialog(dialog);
            }
            Message::Session(id, event) => self.on_session(id, event, now, effects),
            Message::Profiles(profiles) => context.shared.profiles = Some(profiles.into()),
            Message::Accounts(AccountsEvent::Routes { account, routes }) => {
                let mut popups = self.below.iter_mut().chain(&mut self.popup);
                let popup = popups.find_map(|popup| match popup {
                    Popup::EnterAccount(popup) => Some(popup),
                    _ => None,
                });
                if let Some(popup) = popup {
                    popup.set_routes(&account, routes.map(|routes| *routes));
                }
            }
            Message::Accounts(event) => handlers::on_accounts(context, event),
            Message::SignIn(number, event) => self.on_sign_in(number, event, now, effects),
            Message::OtherOpened(id, opened) => handlers::on_other_opened(context, id, opened),
            Message::Journal(id, reading) if id == context.shared.session.id => {
                context.shared.apply_journal(*reading);
            }
            Message::Organization(load, event) => {
                if self.panes.view == View::Organization {
                    context.shared.shown_at = now;
                }
                self.panes.organization.apply(load, event, context);
            }
            Message::Activity(number, update) => handlers::on_activity(context, number, update),
            Message::WatchedActivity(key, activity) => {
                handlers::on_watched_activity(context, &key, activity);
            }
            Message::Plan(path, read) => handlers::on_plan(context, &path, read),
            Message::Exported(path, written) => handlers::on_exported(context, &path, written),
            Message::ViewLoaded(account, saved) => self.on_view(&account, saved, now, effects),
            Message::ViewsFailed(sentence) => {
                context.shared.notifications.log_error(sentence, None, now.wall);
            }
            Message::Signal(signal) => self.on_signal(signal, now, effects),
            Message::Throttled(..) | Message::Journal(..) | Message::Deadline => {}
        }
        self.ask_for_foreign_target(now, effects);
        self.show_plan(now, effects);
    }

    /// Brings derived state up to date. The event loop calls it after every message that was ready
    /// has been handled.
    pub(crate) fn settle(&mut self, now: Now, effects: &mut Effects) {
        self.settle_paste(now, effects);
        let inputs = std::mem::take(&mut self.inputs);
        self.shared.status_rows = u16::try_from(self.status().rows.len()).unwrap_or(u16::MAX);
        self.settle_undo(now, effects);
        let context = &mut Context { shared: &mut self.shared, now, effects };
        handlers::settle_plan(context);
        if let Some(popup) = &mut self.popup {
            let flow = popup.settle(inputs, context);
            self.follow(flow, now, effects);
        }
        let shown = self.popups().filter_map(|popup| match popup {
            Popup::Activity(popup) => Some(popup.keys()),
            _ => None,
        });
        let shown: Vec<_> = shown.flatten().collect();
        let context = &mut Context { shared: &mut self.shared, now, effects };
        handlers::settle_activities(context, &shown);
        handlers::settle_list_searches(context.shared);
        self.offer_sign_in();
        let context = &mut Context { shared: &mut self.shared, now, effects };
        self.panes.settle(context);
        if context.shared.options.restore && !self.panes.filter_in_view().is_editing() {
            handlers::keep_view(context, self.panes.saved_view());
        }
        self.panes.settle_full_scan(context.shared);
        handlers::settle_watch(context);
        if context.shared.exit.shutdown != Shutdown::Immediate {
            context.shared.change_queue.start_next(context.effects);
        }
        handlers::close_left_sessions(context);
        self.set_heights();
        self.request_reads(now, effects);
        self.panes.settle_notifications(&mut self.shared);
        // Notifications take rows from the lists, or give them back.
        if self.set_heights() {
            self.request_reads(now, effects);
        }
        self.loading.settle(&self.shared, now.mono);
        self.shared.settled_at = now.mono;
    }

    /// Returns the open popups, the top one last.
    pub(crate) fn popups(&self) -> impl Iterator<Item = &Popup> {
        self.below.iter().chain(&self.popup)
    }

    /// Returns whether a popup that the user has not asked for may open: not over another one, and
    /// not over a filter that is being typed.
    fn can_open_popup(&self) -> bool {
        self.popup.is_none() && !self.panes.filter_in_view().is_editing()
    }

    /// Opens a popup over the present one, which is shown again when it closes.
    fn open_over(&mut self, popup: Popup) {
        self.below.extend(self.popup.replace(popup));
    }

    /// Closes the popup and those below it.
    fn close_popups(&mut self) {
        self.popup = None;
        self.below.clear();
    }

    /// Offers the sign-in that the session needs.
    fn offer_sign_in(&mut self) {
        if self.can_open_popup()
            && let Some(session) = self.shared.sign_in_wanted.take()
        {
            self.shared.notifications.end_ongoing(OngoingTask::LookUp);
            let popup = SignInPopup::new(session, AfterSignIn::Panes);
            self.popup = Some(Popup::SignIn(popup));
        }
    }

    /// Asks whether to open the account of the key that is looked up, if that is another one.
    fn ask_for_foreign_target(&mut self, now: Now, effects: &mut Effects) {
        let can_open = self.can_open_popup();
        let Some(here) = self.shared.session_context().filter(|_| can_open) else { return };
        let here = here.caller.account.clone();
        if let Some((key, account)) = self.shared.lookups.take_foreign_target(&here) {
            self.ask_for_account(account, Some(key), None, now, effects);
        }
    }

    /// Shows the plan that was opened, or asks whether to open its account.
    fn show_plan(&mut self, now: Now, effects: &mut Effects) {
        if !self.can_open_popup() {
            return;
        }
        let context = &mut Context { shared: &mut self.shared, now, effects };
        match handlers::show_plan(context) {
            Some(PlanStep::List) => self.show_plan_list(),
            Some(PlanStep::OpenAccount(account)) => {
                self.ask_for_account(account, None, None, now, effects);
            }
            None => {}
        }
    }

    fn request_reads(&mut self, now: Now, effects: &mut Effects) {
        let pause = self.pauses_full_scan();
        let context = &mut Context { shared: &mut self.shared, now, effects };
        handlers::request_reads(context, |shared| self.panes.shown_rows(shared), pause);
        handlers::request_other_reads(context);
    }

    fn set_heights(&mut self) -> bool {
        let regions = self.regions();
        self.panes.set_heights(&regions, self.shared.size.1)
    }

    /// Returns the next time at which [`Self::settle`] must run without input; always later than
    /// the last settle.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        let (shared, settled_at) = (&self.shared, self.shared.settled_at);
        let deadlines = [
            self.popup.as_ref().and_then(|popup| popup.deadline(settled_at)),
            self.loading.deadline(shared.options.animation),
            Some(self.panes.moved_at() + SETTLE_DELAY),
            shared.throttle_rate.deadline(),
            shared.watch.deadline(),
            shared.change_queue.deadline(settled_at),
            self.paste_detector.deadline(),
        ];
        let next_read = shared.session_context().and(shared.inventory.next_read_at(settled_at));
        let others = shared.others.iter().filter(|other| other.session_context().is_some());
        let other_reads = others.filter_map(|other| other.inventory.next_read_at(settled_at));
        let deadlines = deadlines.into_iter().flatten().filter(|time| *time > settled_at);
        deadlines.chain(next_read).chain(other_reads).min()
    }

    /// Notes that the frame of the present state has reached the terminal.
    pub(crate) fn drawn(&mut self, now: Now) {
        if let Some(popup) = &mut self.popup {
            popup.drawn(now);
        }
    }

    /// Returns whether input that is ready now must be discarded, since the user could not yet see
    /// the popup it would go to.
    pub(crate) fn discards_input(&self) -> bool {
        self.popup.as_ref().is_some_and(Popup::discards_input)
    }

    /// Returns whether the popup must always show its present state: a dialog, or one that takes no
    /// input before it is drawn.
    pub(crate) fn must_be_current(&self) -> bool {
        matches!(self.popup, Some(Popup::Confirm(_))) || self.discards_input()
    }

    /// Returns whether typed characters wait until it is known whether they are a paste.
    pub(crate) fn holds_input(&self) -> bool {
        self.paste_detector.deadline().is_some()
    }

    /// Notes that a key was discarded, so that the popup can say so.
    fn note_discarded(&mut self, key: KeyEvent) {
        if let Some(popup) = &mut self.popup {
            popup.note_discarded(key);
        }
    }

    /// Returns whether the program may end now.
    pub(crate) fn has_left(&self) -> bool {
        match self.shared.exit.shutdown {
            Shutdown::None => false,
            Shutdown::WhenIdle => self.shared.change_queue.in_flight().is_empty(),
            Shutdown::Immediate => true,
        }
    }

    /// Returns whether the full scan pauses: while a dialog is open or a change is in flight.
    fn pauses_full_scan(&self) -> bool {
        self.popup.as_ref().is_some_and(Popup::pauses_full_scan)
            || !self.shared.change_queue.in_flight().is_empty()
    }

    fn status(&self) -> StatusArea {
        status_area(&StatusState {
            shared: &self.shared,
            loading: self.loading,
            undecided: self.panes.undecided(),
            scan_paused: self.pauses_full_scan(),
            coverage: self.panes.other_coverage(),
        })
    }

    /// Returns the hints of the footer: those of the popup, or else of the panes.
    pub(crate) fn hints(&self) -> Vec<FooterHint> {
        match &self.popup {
            Some(popup) => popup.hints(&self.shared),
            None => pane_hints(&self.panes, &self.shared),
        }
    }

    fn regions(&self) -> Regions {
        self.regions_for(&self.status())
    }

    fn regions_for(&self, status: &StatusArea) -> Regions {
        let (columns, rows) = self.shared.size;
        let needs = RegionNeeds {
            header: u16::try_from(header_rows(&self.shared)).unwrap_or(1),
            status: u16::try_from(status.rows.len()).unwrap_or(1),
            keys: u16::try_from(self.panes.keys.list.items().len()).unwrap_or(u16::MAX),
            users_columns: self.panes.users_columns(),
        };
        self.panes.fit(layout::regions(columns, rows, needs, self.panes.focus))
    }

    /// Draws the whole screen.
    pub(crate) fn draw(&self, theme: &Theme, frame: &mut Frame<'_>) {
        let area = frame.area();
        if !layout::is_usable(area.width, area.height) {
            return draw_too_small(frame, area);
        }
        let (shared, status) = (&self.shared, self.status());
        let regions = self.regions_for(&status);
        draw_header(shared, theme, frame, regions.header);
        let coverage = match &status.coverage {
            CoveragePlacement::InTitle(coverage) => Some(coverage.as_str()),
            CoveragePlacement::InStatus(_) => None,
        };
        self.panes.draw(shared, &regions, coverage, theme, frame);
        draw_status(&status, theme, frame, regions.status);
        let filter = self.panes.filter_in_view();
        let beside_filter = if self.popup.is_none() && filter.is_shown() {
            filter.draw(shared, theme, frame, regions.footer)
        } else {
            regions.footer
        };
        draw_hints(self.hints(), theme, frame, beside_filter);
        // An input line below would set the cursor of the terminal. On a small screen a popup below
        // would stand out around the one above, and hide its hints.
        let has_room = !layout::popups_take_all(area.height);
        let below = self.below.iter().filter(|popup| has_room && !popup.takes_text());
        for popup in below.chain(&self.popup) {
            popup.draw(shared, theme, frame);
        }
        if theme.ascii {
            ascii::translate(frame.buffer_mut());
        }
    }
}

fn draw_too_small(frame: &mut Frame<'_>, area: Rect) {
    let text = messages::popups::too_small(layout::MIN_SCREEN, (area.width, area.height));
    frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: true }), area);
}
