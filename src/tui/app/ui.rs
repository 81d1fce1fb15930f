//! The panes and the popups: what handles messages and brings itself up to date.

use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{Event, KeyEvent};

use crate::model::{AccountId, ServiceError, UserName};
use crate::ops::reach::AccountRoutes;
use crate::tui::app::paste_detector::PasteDetector;
use crate::tui::app::popup_stack::PopupStack;
use crate::tui::bars::LoadingIndicator;
use crate::tui::context::{Context, NotificationTopic, PlanLocation, Shared, Shutdown};
use crate::tui::effect::TaskEffect;
use crate::tui::handlers::{self, SETTLE_DELAY};
use crate::tui::message::Message;
use crate::tui::panes::{Panes, View};
use crate::tui::popups::{AfterSignIn, Component as _, Popup, SignInPopup};

/// Panes and popups, and the input that they wait for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ui {
    /// Panes.
    pub panes: Panes,
    /// Popups over the panes.
    pub popups: PopupStack,
    pub(super) loading: LoadingIndicator,
    /// Typed characters that may be a paste.
    pub(super) paste_detector: PasteDetector,
    /// Number of inputs handled since the last settle.
    pub(super) inputs: usize,
    /// What the last settle has seen: view, selected user, and number of results.
    last_seen: (View, Option<UserName>, u64),
}

impl Ui {
    /// Requests the effects that open the session, and what the program was started with.
    pub(super) fn start(&mut self, context: &mut Context<'_>) {
        // Before the session is opened: the reads of look-ups are among its first.
        if let Some(text) = context.shared.options.find.take() {
            self.find_key_ids(&text, context);
        }
        handlers::open_session(context);
        if let Some(path) = context.shared.options.plan.take() {
            context.effects.task(TaskEffect::ReadPlan(path));
        }
    }

    /// Handles one message.
    pub(super) fn update(&mut self, message: Message, context: &mut Context<'_>) {
        match message {
            Message::Input(Event::Key(key)) if self.discards_input() => {
                return self.note_discarded(key);
            }
            Message::Input(Event::Paste(_) | Event::Mouse(_)) if self.discards_input() => return,
            _ => {}
        }
        let (session, now) = (context.shared.session.id, context.now);
        match message {
            Message::Input(event) => self.on_input(event, context),
            Message::Reply(reply) => self.on_reply(reply, context),
            Message::Recovery(id, event) => handlers::on_recovery(context, id, event),
            Message::Throttled(id, total) if id == session => {
                context.shared.shown_at = now;
                context.shared.throttle_rate.note(total, now.mono);
            }
            Message::Change(event) => self.on_change(event, context),
            Message::Session(id, event) => self.on_session(id, event, context),
            Message::Profiles(profiles) => context.shared.profiles = Some(profiles.into()),
            Message::Routes { account, routes } => {
                self.on_routes(&account, routes.map(|routes| *routes));
            }
            Message::Accounts(event) => handlers::on_accounts(context, event),
            Message::SignIn { number, event } => self.on_sign_in(number, event, context),
            Message::OtherOpened(id, opened) => handlers::on_other_opened(context, id, opened),
            Message::Journal(id, reading) if id == session => {
                context.shared.apply_journal(*reading);
            }
            Message::Organization { load, event } => {
                if self.panes.view == View::Organization {
                    context.shared.shown_at = now;
                }
                self.panes.organization.apply(load, event, context);
            }
            Message::Activity { number, update } => handlers::on_activity(context, number, update),
            Message::WatchedActivity(key, activity) => {
                handlers::on_watched_activity(context, &key, activity);
            }
            Message::Plan(path, read) => handlers::on_plan(context, &path, read),
            Message::Exported { requested, path, written } => {
                let is_asked = self.popups.end_export(&requested, written.is_ok());
                handlers::on_exported(context, &requested, &path, written, is_asked);
            }
            Message::ViewLoaded(account, saved) => self.on_view(&account, saved, context),
            Message::ViewsFailed(sentence) => {
                context.shared.notifications.log_error(sentence, None, now.wall);
            }
            Message::Signal(signal) => Self::on_signal(signal, context),
            Message::Throttled(..) | Message::Journal(..) | Message::Deadline => {}
        }
        self.ask_for_other_account(context);
        self.offer_plan(context);
    }

    /// Brings derived state up to date.
    pub(super) fn settle(&mut self, context: &mut Context<'_>) {
        self.settle_paste(context);
        let inputs = std::mem::take(&mut self.inputs);
        let status_rows = self.status(context.shared).rows.len();
        context.shared.status_rows = u16::try_from(status_rows).unwrap_or(u16::MAX);
        self.settle_undo(context);
        handlers::settle_plan(context);
        if let Some(popup) = self.popups.top_mut() {
            let outcome = popup.settle(inputs, context);
            self.apply_popup_outcome(outcome, context);
        }
        let shown = self.popups.iter().filter_map(|popup| match popup {
            Popup::Activity(popup) => Some(popup.keys()),
            _ => None,
        });
        handlers::settle_activities(context, &shown.flatten().collect::<Vec<_>>());
        handlers::settle_list_searches(context.shared);
        self.offer_sign_in(context.shared);
        self.panes.settle(context);
        if context.shared.options.restore && !self.panes.is_editing_filter() {
            handlers::keep_view(context, self.panes.saved_view());
        }
        self.panes.settle_full_scan(context);
        handlers::settle_watch(context);
        if context.shared.exit.shutdown != Shutdown::Immediate {
            context.shared.change_queue.start_next(context.effects);
        }
        handlers::close_left_sessions(context);
        self.set_heights(context.shared);
        self.request_reads(context);
        self.panes.settle_notifications(context.shared);
        self.settle_result(inputs, context.shared);
        // Notifications take rows from the lists, or give them back.
        if self.set_heights(context.shared) {
            self.request_reads(context);
        }
        self.loading.settle(context.shared, context.now.mono);
        context.shared.settled_at = context.now.mono;
    }

    /// Ends a plain result once the user has gone to another view or user; typing a filter is not
    /// that.
    fn settle_result(&mut self, inputs: usize, shared: &mut Shared) {
        let user = self.panes.selected_user(shared).cloned();
        let seen = (self.panes.view, user, shared.notifications.results());
        let before = std::mem::replace(&mut self.last_seen, seen);
        let is_older = before.2 == self.last_seen.2;
        let has_moved = (&before.0, &before.1) != (&self.last_seen.0, &self.last_seen.1);
        if inputs > 0 && is_older && has_moved && !self.panes.is_editing_filter() {
            shared.notifications.clear_plain_result();
        }
    }

    /// Returns whether a popup that the user has not asked for may open: not over another one, and
    /// not over a filter that is being typed.
    pub(super) fn can_open_popup(&self) -> bool {
        self.popups.is_empty() && !self.panes.is_editing_filter()
    }

    /// Passes the routes into an account to the popup that asked for them.
    fn on_routes(&mut self, account: &AccountId, routes: Result<AccountRoutes, Arc<ServiceError>>) {
        let popup = self.popups.iter_mut().find_map(|popup| match popup {
            Popup::RoutePicker(popup) => Some(popup),
            _ => None,
        });
        if let Some(popup) = popup {
            popup.set_routes(account, routes);
        }
    }

    /// Offers the sign-in that the session needs.
    fn offer_sign_in(&mut self, shared: &mut Shared) {
        if self.can_open_popup()
            && let Some(session) = shared.sign_in_wanted.take()
        {
            shared.notifications.end_ongoing(NotificationTopic::LookUp);
            let popup = SignInPopup::new(session, AfterSignIn::Panes);
            self.popups.push(Popup::SignIn(popup));
        }
    }

    /// Asks whether to open the account of the key that is looked up, if that is another one.
    fn ask_for_other_account(&mut self, context: &mut Context<'_>) {
        if !self.can_open_popup() {
            return;
        }
        let shared = &mut *context.shared;
        let here = shared.session_context().map(|here| here.caller.account.clone());
        // Without a session, the account of the key can be opened instead. A sign-in comes first.
        let is_open = here.is_some() || shared.has_no_account() && shared.sign_in_wanted.is_none();
        if !is_open {
            return;
        }
        if let Some((key, account)) = shared.lookups.take_target_in_other_account(here.as_ref()) {
            self.ask_for_account(account, Some(key), None, context);
        }
    }

    /// Shows the plan that was opened, or asks whether to open its account.
    fn offer_plan(&mut self, context: &mut Context<'_>) {
        if !self.can_open_popup() {
            return;
        }
        let location = handlers::take_plan_location(context);
        match (location, &context.shared.plan) {
            (Some(PlanLocation::Here), _) => self.show_plan_list(context.shared),
            (Some(PlanLocation::OtherAccount), Some(plan)) => {
                let account = plan.plan().account.clone();
                self.ask_for_account(account, None, None, context);
            }
            _ => {}
        }
    }

    fn request_reads(&mut self, context: &mut Context<'_>) {
        let pause = self.pauses_full_scan(context.shared);
        handlers::request_reads(context, |shared| self.panes.shown_rows(shared), pause);
        handlers::request_other_reads(context);
    }

    /// Fits the lists to the screen; returns whether the height of one has changed.
    pub(super) fn set_heights(&mut self, shared: &Shared) -> bool {
        let regions = self.regions(shared);
        self.panes.set_heights(&regions, shared.size.height)
    }

    /// Returns the next time at which to settle without input; always later than the last settle.
    pub(super) fn deadline(&self, shared: &Shared) -> Option<Duration> {
        let settled_at = shared.settled_at;
        let deadlines = [
            self.popups.top().and_then(|popup| popup.deadline(settled_at)),
            self.loading.deadline(shared.options.animation),
            Some(self.panes.moved_at() + SETTLE_DELAY),
            self.panes.scan_at(),
            shared.throttle_rate.deadline(),
            shared.watch.deadline(),
            shared.change_queue.deadline(settled_at),
            self.paste_detector.deadline(),
        ];
        let next_read = shared.session_context().and(shared.inventory.next_read_at(settled_at));
        let others = shared.other_accounts.iter().filter(|other| other.session_context().is_some());
        let other_reads = others.filter_map(|other| other.inventory.next_read_at(settled_at));
        let deadlines = deadlines.into_iter().flatten().filter(|time| *time > settled_at);
        deadlines.chain(next_read).chain(other_reads).min()
    }

    /// Returns whether input must be discarded, since the user could not yet see the popup it would
    /// go to.
    pub(super) fn discards_input(&self) -> bool {
        self.popups.top().is_some_and(Popup::discards_input)
    }

    /// Returns whether typed characters wait until it is known whether they are a paste.
    pub(super) fn holds_input(&self) -> bool {
        self.paste_detector.deadline().is_some()
    }

    /// Notes that a key was discarded, so that the dialog can say so.
    pub(super) fn note_discarded(&mut self, key: KeyEvent) {
        if let Some(Popup::Confirm(dialog)) = self.popups.top_mut() {
            dialog.note_discarded(key);
        }
    }

    /// Returns whether the full scan pauses: while a dialog is open or a change is in flight.
    pub(super) fn pauses_full_scan(&self, shared: &Shared) -> bool {
        self.popups.iter().any(|popup| matches!(popup, Popup::Confirm(_)))
            || !shared.change_queue.in_flight().is_empty()
    }
}
