//! Requests of popups.

use std::sync::Arc;

use crate::model::{AccountId, KeyId, Route, Secret};
use crate::ops::export::Document;
use crate::tui::app::ui::Ui;
use crate::tui::context::{Context, NotificationTopic, SessionPhase, Shared};
use crate::tui::effect::TaskEffect;
use crate::tui::handlers::{self, LookupCount};
use crate::tui::messages;
use crate::tui::panes::View;
use crate::tui::popups::{
    ActionList, ActivityPopup, AfterSignIn, Component as _, Confirm, ExportPrompt, FindPrompt,
    LookupResults, PlanList, Popup, PopupOutcome, PopupRequest, RoutePicker, SignInPopup, confirm,
};

impl Ui {
    /// Does what a popup wants after it has handled an input or has settled.
    pub(in crate::tui) fn apply_popup_outcome(
        &mut self,
        outcome: PopupOutcome,
        context: &mut Context<'_>,
    ) {
        match outcome {
            PopupOutcome::Stay => {}
            PopupOutcome::Close => drop(self.popups.pop()),
            PopupOutcome::Request(request) => self.fulfil(request, context),
        }
    }

    fn fulfil(&mut self, request: PopupRequest, context: &mut Context<'_>) {
        match request {
            PopupRequest::Help => {
                let keys = self.popups.top().map(|popup| popup.help(context.shared));
                let help = ActionList::help_over_popup(keys.unwrap_or_default(), context.shared);
                self.popups.push(Popup::Actions(help));
            }
            PopupRequest::Run(action) => {
                self.popups.clear();
                context.shared.shown_at = context.now;
                self.act(action, context);
            }
            PopupRequest::FindPrompt => {
                self.popups.replace_top(Popup::FindPrompt(FindPrompt::default()));
            }
            PopupRequest::Export(document) => self.export(*document, context.shared),
            PopupRequest::Find(text) => {
                self.find_key_ids(&text, context);
            }
            PopupRequest::FindIssued(keys) => {
                handlers::find_issued_keys(context, &keys);
                self.popups.push(Popup::LookupResults(LookupResults::new(context.shared)));
            }
            PopupRequest::LookupResults => {
                self.popups.replace_top(Popup::LookupResults(LookupResults::new(context.shared)));
            }
            PopupRequest::GoTo(id) => self.go_to(&id, context),
            PopupRequest::ShowMatches(mention) => {
                self.panes.show_matches(&mention, context);
                self.popups.clear();
            }
            PopupRequest::OpenPlan(path) => {
                self.popups.clear();
                context.effects.task(TaskEffect::ReadPlan(path));
            }
            PopupRequest::Plan => {
                self.popups.pop();
                self.show_plan_list(context.shared);
            }
            PopupRequest::Change(keys, direction) => {
                let dialog = confirm::change_keys(context, &keys, direction);
                self.open_dialog(dialog);
            }
            PopupRequest::Activity(key) => {
                self.popups.replace_top(Popup::Activity(ActivityPopup::open(key, context)));
            }
            PopupRequest::GiveCode(code) => self.give_code(code, context),
            PopupRequest::SignIn(session, after) => self.open_sign_in(session, after, context),
            PopupRequest::ChooseRoute(account, via) => {
                let key = context.shared.lookups.key_in_other_account(&account);
                self.popups.pop();
                self.ask_for_account(account, key, via, context);
            }
            PopupRequest::ChangeRoute(route) => self.change_route(route, None, context),
            PopupRequest::OpenAccount(route, account) => {
                self.change_route(Some(route), Some(account), context);
            }
        }
    }

    /// Selects a key that was looked up, or asks whether to open its account.
    fn go_to(&mut self, id: &KeyId, context: &mut Context<'_>) {
        if let Some(account) = context.shared.account_elsewhere(id) {
            self.popups.pop();
            self.ask_for_account(account, Some(id.clone()), None, context);
        } else if handlers::set_target_or_report(context.shared, id) {
            // At once if it is listed, so that the next action applies to it.
            self.panes.settle(context);
            self.popups.clear();
        }
    }

    fn give_code(&mut self, code: Secret, context: &mut Context<'_>) {
        self.popups.close_mfa_prompt();
        let session = &mut context.shared.session;
        session.phase = SessionPhase::Opening(messages::session::SIGNING_IN.into());
        let session = session.id;
        context.effects.task(TaskEffect::Code { session, code });
    }

    fn open_sign_in(&mut self, session: Arc<str>, after: AfterSignIn, context: &mut Context<'_>) {
        let popup = match after {
            // The question before has said that it signs in.
            AfterSignIn::Account(..) => SignInPopup::started(session, after, context),
            _ => SignInPopup::new(session, after),
        };
        self.popups.replace_top(Popup::SignIn(popup));
    }

    /// Asks where to export a document to.
    pub(super) fn export(&mut self, document: Document, shared: &Shared) {
        self.popups.push(Popup::Export(ExportPrompt::new(document, shared)));
    }

    /// Leaves the account for the one that a route leads into; `None` leads back to the credentials
    /// of the start. A route that does not lead into `account` fails.
    pub(super) fn change_route(
        &mut self,
        route: Option<Route>,
        account: Option<AccountId>,
        context: &mut Context<'_>,
    ) {
        self.popups.clear();
        self.panes.forget_account();
        self.panes.view = View::Users;
        handlers::change_route(context, route, account);
    }

    /// Opens a dialog, if there is one: over the activity of a key, else in place of the top popup.
    pub(super) fn open_dialog(&mut self, dialog: Option<Confirm>) {
        let Some(dialog) = dialog else { return };
        let popup = Popup::Confirm(Box::new(dialog));
        match self.popups.top() {
            Some(Popup::Activity(_)) => self.popups.push(popup),
            _ => self.popups.replace_top(popup),
        }
    }

    /// Shows the routes into an account, to which a key may belong. The first route of the sign-in
    /// `via` is preselected.
    pub(super) fn ask_for_account(
        &mut self,
        account: AccountId,
        key: Option<KeyId>,
        via: Option<Arc<str>>,
        context: &mut Context<'_>,
    ) {
        handlers::find_routes(context, account.clone());
        context.shared.notifications.end_ongoing(NotificationTopic::LookUp);
        self.popups.push(Popup::RoutePicker(RoutePicker::new(account, key, via)));
    }

    /// Looks up the key IDs of a text, and shows a list if there are several. Returns what the text
    /// has to find.
    pub(super) fn find_key_ids(&mut self, text: &str, context: &mut Context<'_>) -> LookupCount {
        let found = handlers::find_key_ids(context, text);
        match found {
            LookupCount::None => {
                if matches!(self.popups.top(), Some(Popup::FindPrompt(_))) {
                    self.popups.pop();
                }
            }
            LookupCount::One => self.popups.clear(),
            LookupCount::Several => {
                self.popups.clear();
                self.popups.push(Popup::LookupResults(LookupResults::new(context.shared)));
            }
        }
        found
    }

    /// Shows the keys of the open plan.
    pub(super) fn show_plan_list(&mut self, shared: &Shared) {
        if let Some(plan) = &shared.plan {
            self.popups.push(Popup::PlanList(PlanList::new(plan)));
        }
    }
}
