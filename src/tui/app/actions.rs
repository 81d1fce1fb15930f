//! Actions of the keyboard, and requests of popups.

use std::sync::Arc;

use crate::model::{AccountId, Direction, IamRead, KeyId, Now, Route};
use crate::ops::export::Document;
use crate::tui::app::App;
use crate::tui::context::{Context, OngoingTask, SessionPhase, Tone};
use crate::tui::flow::{AfterSignIn, Flow, Request};
use crate::tui::handlers::{self, LookupCount};
use crate::tui::keymap::Action;
use crate::tui::message::{Effects, TaskEffect, TerminalEffect};
use crate::tui::messages;
use crate::tui::panes::{AccountOpening, CursorMove, View};
use crate::tui::popups::{
    AccountPicker, ActionList, ActivityPopup, Confirm, ExportPrompt, FindPrompt, LookupResults,
    PlanList, PlanPrompt, Popup, RoutePicker, SignInPopup, TextPopup, confirm,
};
use crate::tui::render::layout::Pane;

impl App {
    /// Performs an action of the panes.
    pub(super) fn act(&mut self, action: Action, now: Now, effects: &mut Effects) {
        let context = &mut Context { shared: &mut self.shared, now, effects };
        if action.needs_session() && context.shared.notify_no_session() {
            return;
        }
        self.panes.settle_selection(context);
        if let Some(sentence) = self.panes.refusal(action, context.shared) {
            return context.shared.notifications.notify(Tone::Info, sentence);
        }
        if action.cancels_auto_select() {
            context.shared.lookups.cancel_auto_select();
        }
        match action {
            Action::Down
            | Action::Up
            | Action::Top
            | Action::Bottom
            | Action::PageDown
            | Action::PageUp => {
                if let Some(step) = CursorMove::for_action(action) {
                    self.panes.go(step, context);
                }
            }
            Action::View => {
                self.panes.change_view(context);
                self.set_heights();
            }
            Action::ViewUsers => self.show_view(View::Users, now, effects),
            Action::ViewKeys => self.show_view(View::Keys, now, effects),
            Action::ViewOverview => self.show_view(View::Overview, now, effects),
            Action::Organization => {
                self.panes.toggle_organization(context);
                self.set_heights();
            }
            Action::FullScan => self.panes.toggle_full_scan(context.shared),
            Action::Open if self.panes.view == View::Organization => {
                self.open_account(now, effects);
            }
            Action::Open if self.panes.view == View::Overview => {
                self.panes.open_bar(context);
                self.set_heights();
            }
            Action::Open if self.panes.view == View::Keys || self.panes.focus == Pane::UserKeys => {
                self.show_details();
            }
            Action::NextPane | Action::Left | Action::Right | Action::Open => {
                self.panes.move_focus(action);
            }
            Action::OpenPlan => self.popup = Some(Popup::PlanPrompt(PlanPrompt::default())),
            Action::Find => self.popup = Some(Popup::FindPrompt(FindPrompt::default())),
            Action::Mark => self.panes.mark(context),
            Action::MarkAll => self.panes.mark_all(context.shared),
            Action::Deactivate | Action::Activate | Action::Toggle | Action::Undo => {
                self.ask_for_change(action, now, effects);
            }
            Action::Journal => self.show_journal(now, effects),
            Action::CopyId => self.copy_id(now, effects),
            Action::AwsCommands => self.show_aws_commands(now, effects),
            Action::Accounts => {
                handlers::list_accounts(context);
                self.popup = Some(Popup::Accounts(AccountPicker::new(&self.shared)));
                effects.task(TaskEffect::ListProfiles);
            }
            Action::Activity => {
                if let Some(id) = self.panes.chosen_key(action, context.shared) {
                    self.popup = Some(Popup::Activity(ActivityPopup::open(id, context)));
                }
            }
            Action::Export => match self.panes.document(context.shared, now.wall) {
                Some(document) => self.export(document),
                None => context.shared.notifications.notify(Tone::Info, messages::export::NOTHING),
            },
            Action::Watch => handlers::toggle_watch(context),
            Action::Filter => {
                if let Some(filter) = self.panes.filter_in_view_mut() {
                    filter.edit();
                }
            }
            Action::Sort => self.panes.sort(context),
            Action::Reverse => self.panes.sort_reversed(context),
            Action::Refresh => self.refresh(now, effects),
            Action::Errors => self.popup = Some(Popup::Text(TextPopup::errors())),
            Action::Palette => {
                self.popup = Some(Popup::Actions(ActionList::palette(&self.panes, &self.shared)));
            }
            Action::Help => {
                self.popup = Some(Popup::Actions(ActionList::help(&self.panes, &self.shared)));
            }
            Action::Quit => self.quit(),
            Action::Cancel => {
                self.panes.cancel(context);
                self.set_heights();
            }
            Action::Suspend => self.suspend(effects),
        }
    }

    /// Opens the dialog of an action that changes keys.
    fn ask_for_change(&mut self, action: Action, now: Now, effects: &mut Effects) {
        let context = &mut Context { shared: &mut self.shared, now, effects };
        let dialog = match action {
            Action::Undo => confirm::undo_last(context),
            Action::Toggle => {
                let key = self.panes.chosen_key(action, context.shared);
                key.and_then(|id| confirm::toggle_key(context, &id))
            }
            _ => {
                let keys = self.panes.chosen_keys(action, context.shared);
                let direction = match action {
                    Action::Activate => Direction::Activate,
                    _ => Direction::Deactivate,
                };
                confirm::change_keys(context, &keys, direction)
            }
        };
        self.open_dialog(dialog);
    }

    fn show_view(&mut self, view: View, now: Now, effects: &mut Effects) {
        self.panes.show_view(view, &mut Context { shared: &mut self.shared, now, effects });
        self.set_heights();
    }

    /// Asks where to export a document to.
    fn export(&mut self, document: Document) {
        self.open_over(Popup::Export(ExportPrompt::new(document, &self.shared)));
    }

    /// Copies the ID of the selected account or key.
    fn copy_id(&mut self, now: Now, effects: &mut Effects) {
        let context = &mut Context { shared: &mut self.shared, now, effects };
        let (sentence, id) = if self.panes.view == View::Organization {
            let Some((id, _)) = self.panes.organization.selected_account() else { return };
            (messages::organization::id_copied(id), id.to_string())
        } else {
            let Some(id) = self.panes.chosen_key(Action::CopyId, context.shared) else { return };
            (messages::lists::id_copied(&id), id.to_string())
        };
        context.shared.notifications.notify(Tone::Info, sentence);
        context.effects.terminal(TerminalEffect::Copy(id));
    }

    /// Does what a popup wants after it has handled an input or has settled.
    pub(in crate::tui) fn follow(&mut self, flow: Flow, now: Now, effects: &mut Effects) {
        let request = match flow {
            Flow::Stay => return,
            Flow::Close => return self.popup = self.below.pop(),
            Flow::Request(request) => request,
        };
        let context = &mut Context { shared: &mut self.shared, now, effects };
        match request {
            Request::Help => {
                self.open_over(Popup::Actions(ActionList::help_over_popup(&self.shared)));
            }
            Request::Run(action) => {
                self.close_popups();
                self.shared.shown_at = now;
                self.act(action, now, effects);
            }
            Request::FindPrompt => self.popup = Some(Popup::FindPrompt(FindPrompt::default())),
            Request::Export(document) => self.export(*document),
            Request::Find(text) => {
                self.find_key_ids(&text, now, effects);
            }
            Request::FindIssued(keys) => {
                handlers::find_issued_keys(context, &keys);
                let results = LookupResults::new(&self.shared);
                self.open_over(Popup::LookupResults(results));
            }
            Request::LookupResults => {
                self.popup = Some(Popup::LookupResults(LookupResults::new(&self.shared)));
            }
            Request::GoTo(id) => {
                if let Some(account) = context.shared.lookups.other_account(&id) {
                    self.ask_for_account(account, Some(id), None, now, effects);
                } else if handlers::follow_result(context.shared, &id) {
                    // At once if it is listed, so that the next action applies to it.
                    self.panes.settle(context);
                    self.close_popups();
                }
            }
            Request::ShowMatches(mention) => {
                self.panes.show_matches(&mention, context);
                self.close_popups();
            }
            Request::OpenPlan(path) => {
                self.close_popups();
                effects.task(TaskEffect::ReadPlan(path));
            }
            Request::Plan => self.show_plan_list(),
            Request::Change(keys, direction) => {
                let dialog = confirm::change_keys(context, &keys, direction);
                self.open_dialog(dialog);
            }
            Request::Activity(key) => {
                self.popup = Some(Popup::Activity(ActivityPopup::open(key, context)));
            }
            Request::GiveCode(code) => {
                self.close_popups();
                let opening = messages::session::SIGNING_IN.into();
                self.shared.session.phase = SessionPhase::Opening(opening);
                let session = self.shared.session.id;
                effects.task(TaskEffect::Code { session, code });
            }
            Request::SignIn(session, after) => {
                let popup = match after {
                    // The question before has said that it signs in.
                    AfterSignIn::Account(..) => SignInPopup::started(session, after, context),
                    _ => SignInPopup::new(session, after),
                };
                self.popup = Some(Popup::SignIn(popup));
            }
            Request::ChooseRoute(account, via) => {
                let key = context.shared.lookups.foreign_key_of(&account);
                self.ask_for_account(account, key, via, now, effects);
            }
            Request::ChangeRoute(route) => self.change_route(route, None, now, effects),
            Request::OpenAccount(route, account) => {
                self.change_route(Some(route), Some(account), now, effects);
            }
        }
    }

    /// Leaves the account for the one that a route leads into; `None` leads back to the credentials of
    /// the start. A route that does not lead into `account` fails.
    fn change_route(
        &mut self,
        route: Option<Route>,
        account: Option<AccountId>,
        now: Now,
        effects: &mut Effects,
    ) {
        self.close_popups();
        self.panes.forget_account();
        self.panes.view = View::Users;
        let context = &mut Context { shared: &mut self.shared, now, effects };
        handlers::change_route(context, route, account);
    }

    /// Opens the account that is selected in the organization: by the route that has read it, else
    /// asks for one.
    fn open_account(&mut self, now: Now, effects: &mut Effects) {
        let context = &mut Context { shared: &mut self.shared, now, effects };
        match self.panes.account_to_open(context) {
            Some(AccountOpening::Route(route, account)) => {
                self.change_route(Some(route), Some(account), now, effects);
            }
            Some(AccountOpening::AskForRoute(account)) => {
                self.ask_for_account(account, None, None, now, effects);
            }
            None => {}
        }
    }

    /// Opens a dialog, if there is one.
    pub(super) fn open_dialog(&mut self, dialog: Option<Confirm>) {
        let Some(dialog) = dialog else { return };
        let popup = Popup::Confirm(Box::new(dialog));
        match self.popup {
            Some(Popup::Activity(_)) => self.open_over(popup),
            _ => self.popup = Some(popup),
        }
    }

    /// Shows the routes into an account, to which a key may belong. The first route of the sign-in
    /// `via` is preselected.
    pub(super) fn ask_for_account(
        &mut self,
        account: AccountId,
        key: Option<KeyId>,
        via: Option<Arc<str>>,
        now: Now,
        effects: &mut Effects,
    ) {
        let context = &mut Context { shared: &mut self.shared, now, effects };
        handlers::find_routes(context, account.clone());
        context.shared.notifications.end_ongoing(OngoingTask::LookUp);
        self.popup = Some(Popup::RoutePicker(RoutePicker::new(account, key, via)));
    }

    /// Looks up the key IDs of a text, and shows a list if there are several. Returns what the text has
    /// to find.
    pub(super) fn find_key_ids(
        &mut self,
        text: &str,
        now: Now,
        effects: &mut Effects,
    ) -> LookupCount {
        let context = &mut Context { shared: &mut self.shared, now, effects };
        let found = handlers::find_key_ids(context, text);
        match found {
            LookupCount::None if matches!(self.popup, Some(Popup::FindPrompt(_))) => {
                self.popup = self.below.pop();
            }
            LookupCount::None => {}
            LookupCount::One => self.close_popups(),
            LookupCount::Several => {
                self.close_popups();
                self.popup = Some(Popup::LookupResults(LookupResults::new(&self.shared)));
            }
        }
        found
    }

    /// Shows the keys of the open plan.
    pub(super) fn show_plan_list(&mut self) {
        self.popup = self.shared.plan.as_ref().map(|plan| Popup::PlanList(PlanList::new(plan)));
    }

    /// Shows the details of the selected key or user, or reports why they are not known.
    fn show_details(&mut self) {
        let shared = &self.shared;
        let popup = match (self.panes.selected_key(shared), self.panes.selected_user(shared)) {
            (Some(id), _) => TextPopup::key(id, shared).ok_or_else(|| shared.without_status(id)),
            (None, user) => match user.and_then(|user| TextPopup::user(user, shared)) {
                Some(popup) => Ok(popup),
                None => return,
            },
        };
        match popup {
            Ok(popup) => self.popup = Some(Popup::Text(popup)),
            Err(sentence) => self.shared.notifications.notify(Tone::Info, sentence),
        }
    }

    fn show_journal(&mut self, now: Now, effects: &mut Effects) {
        if self.shared.session_context().is_none() {
            let sentence = messages::popups::JOURNAL_NEEDS_SESSION;
            return self.shared.notifications.notify(Tone::Info, sentence);
        }
        self.popup = Some(Popup::Text(TextPopup::journal()));
        Context { shared: &mut self.shared, now, effects }.read_journal();
    }

    /// Shows AWS CLI commands for what keyflip does not do itself. They depend on the session
    /// context, but not on a session that still works.
    fn show_aws_commands(&mut self, now: Now, effects: &mut Effects) {
        let context = &mut Context { shared: &mut self.shared, now, effects };
        if context.shared.session_context().is_none() {
            context.shared.notify_no_session();
            return;
        }
        let Some(id) = self.panes.chosen_key(Action::AwsCommands, context.shared) else { return };
        if let Some(popup) = TextPopup::aws_commands(&id, context) {
            self.popup = Some(Popup::Text(popup));
        } else {
            let sentence = context.shared.without_status(&id);
            context.shared.notifications.notify(Tone::Info, sentence);
        }
    }

    /// Reopens a session that has failed or ended. Returns whether it had.
    pub(super) fn reopen_ended_session(&mut self, now: Now, effects: &mut Effects) -> bool {
        let shared = &mut self.shared;
        let failed =
            matches!(shared.session.phase, SessionPhase::Failed | SessionPhase::NeedsCode(_));
        let has_ended = failed || shared.inventory.stopped().is_some();
        if has_ended {
            shared.notifications.dismiss();
            handlers::reopen_session(&mut Context { shared, now, effects });
        }
        has_ended
    }

    /// Reads what is shown again; reopens a session that has failed or ended.
    fn refresh(&mut self, now: Now, effects: &mut Effects) {
        let context = &mut Context { shared: &mut self.shared, now, effects };
        let is_other_view = self.panes.refresh_organization(context);
        if self.reopen_ended_session(now, effects) || is_other_view {
            return;
        }
        let shared = &mut self.shared;
        let rows = self.panes.shown_rows(shared);
        handlers::refresh(shared, rows);
        if self.panes.view == View::Overview {
            shared.inventory.refresh(IamRead::GenerateReport);
        }
        if shared.inventory.listing_failure().is_some() {
            shared.inventory.resume_listing();
        }
        shared.notifications.notify_ongoing(OngoingTask::Refresh, messages::lists::REFRESHING);
    }
}
