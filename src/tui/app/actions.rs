//! Actions of the keyboard.

use crate::model::{Direction, IamRead};
use crate::tui::app::ui::Ui;
use crate::tui::context::{Context, NotificationTopic, SessionPhase, Tone};
use crate::tui::effect::TaskEffect;
use crate::tui::handlers;
use crate::tui::keymap::Action;
use crate::tui::messages;
use crate::tui::panes::{AccountOpening, CursorMove, View};
use crate::tui::popups::{
    AccountPicker, ActionList, ActivityPopup, FindPrompt, PlanPrompt, Popup, TextPopup, confirm,
};
use crate::tui::render::layout::Pane;

impl Ui {
    /// Performs an action of the panes, or reports why it cannot be.
    pub(super) fn act(&mut self, action: Action, context: &mut Context<'_>) {
        // Without an account there is nothing else to open.
        let opens_account = action == Action::Open
            && self.panes.view != View::Organization
            && context.shared.has_no_account();
        let action = if opens_account { Action::Accounts } else { action };
        if self.prepare(action, context) {
            self.perform(action, context);
        }
    }

    /// Brings the selection up to date for an action. Returns whether the action can be performed;
    /// else reports why not.
    fn prepare(&mut self, action: Action, context: &mut Context<'_>) -> bool {
        let problem = context.shared.session_problem().filter(|_| action.needs_session());
        if let Some(problem) = problem {
            context.shared.notifications.notify(Tone::Warning, problem);
            return false;
        }
        self.panes.settle_selection(context);
        if let Some(sentence) = self.panes.refusal(action, context.shared) {
            context.shared.notifications.notify(Tone::Info, sentence);
            return false;
        }
        if action.cancels_auto_select() {
            context.shared.lookups.cancel_auto_select();
        }
        true
    }

    fn perform(&mut self, action: Action, context: &mut Context<'_>) {
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
            Action::View => self.panes.change_view(context),
            Action::ViewUsers => self.panes.show_view(View::Users, context),
            Action::ViewKeys => self.panes.show_view(View::Keys, context),
            Action::ViewOverview => self.panes.show_view(View::Overview, context),
            Action::Organization => self.panes.toggle_organization(context),
            Action::Open => self.open_selected(context),
            Action::NextPane | Action::Left | Action::Right => self.panes.move_focus(action),
            Action::FullScan => self.panes.toggle_full_scan(context.shared),
            Action::OpenPlan => self.popups.push(Popup::PlanPrompt(PlanPrompt::default())),
            Action::Find => self.popups.push(Popup::FindPrompt(FindPrompt::default())),
            Action::Mark => self.panes.mark(context),
            Action::MarkAll => self.panes.mark_all(context.shared),
            Action::Deactivate => self.change_keys(action, Direction::Deactivate, context),
            Action::Activate => self.change_keys(action, Direction::Activate, context),
            Action::Toggle => {
                let key = self.panes.choose_key(action, context.shared);
                let dialog = key.and_then(|id| confirm::toggle_key(context, &id));
                self.open_dialog(dialog);
            }
            Action::Undo => {
                let dialog = confirm::undo_last(context);
                self.open_dialog(dialog);
            }
            Action::Journal => self.show_journal(context),
            Action::CopyId => self.copy_id(context),
            Action::AwsCommands => self.show_aws_commands(context),
            Action::Accounts => self.show_accounts(context),
            Action::Activity => {
                if let Some(id) = self.panes.choose_key(action, context.shared) {
                    self.popups.push(Popup::Activity(ActivityPopup::open(id, context)));
                }
            }
            Action::Export => match self.panes.document(context.shared, context.now.wall) {
                Some(document) => self.export(document, context.shared),
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
            Action::Refresh => self.refresh(context),
            Action::Errors => self.popups.push(Popup::Text(TextPopup::errors())),
            Action::Palette => {
                let palette = ActionList::palette(&self.panes, context.shared);
                self.popups.push(Popup::Actions(palette));
            }
            Action::Help => {
                self.popups.push(Popup::Actions(ActionList::help(&self.panes, context.shared)));
            }
            Action::Quit => self.quit(context.shared),
            Action::Cancel => self.panes.cancel(context),
            Action::Suspend => Self::suspend(context),
        }
        // Another view or filter may be shown, and the next key of the batch may move in it.
        self.set_heights(context.shared);
    }

    /// Opens what is selected: an account, the keys of a bar, details, or the keys of a user.
    fn open_selected(&mut self, context: &mut Context<'_>) {
        match self.panes.view {
            View::Organization => self.open_account(context),
            View::Overview => self.panes.open_bar(context),
            View::Users if self.panes.focus == Pane::List => self.panes.move_focus(Action::Open),
            View::Users | View::Keys => self.show_details(context),
        }
    }

    /// Opens the account that is selected in the organization: by the route that has read it, else
    /// asks for one.
    fn open_account(&mut self, context: &mut Context<'_>) {
        match self.panes.account_to_open(context) {
            Some(AccountOpening::Route(route, account)) => {
                self.change_route(Some(route), Some(account), context);
            }
            Some(AccountOpening::AskForRoute(account)) => {
                self.ask_for_account(account, None, None, context);
            }
            None => {}
        }
    }

    /// Opens the dialog on the marked keys, else on the selected one.
    fn change_keys(&mut self, action: Action, direction: Direction, context: &mut Context<'_>) {
        let keys = self.panes.choose_keys(action, context.shared);
        let dialog = confirm::change_keys(context, &keys, direction);
        self.open_dialog(dialog);
    }

    /// Shows profiles and accounts to choose from.
    fn show_accounts(&mut self, context: &mut Context<'_>) {
        handlers::list_accounts(context);
        self.popups.push(Popup::Accounts(AccountPicker::new(context.shared)));
        context.effects.task(TaskEffect::ListProfiles);
    }

    /// Copies the ID of the selected account or key.
    fn copy_id(&mut self, context: &mut Context<'_>) {
        let (sentence, id) = if self.panes.view == View::Organization {
            let Some((id, _)) = self.panes.organization.selected_account() else { return };
            (messages::organization::id_copied(id), id.to_string())
        } else {
            let Some(id) = self.panes.choose_key(Action::CopyId, context.shared) else { return };
            (messages::lists::id_copied(&id), id.to_string())
        };
        context.copy(id, sentence);
    }

    /// Shows the details of the selected key or user, or reports why they are not known.
    fn show_details(&mut self, context: &mut Context<'_>) {
        let shared = &mut *context.shared;
        let popup = match (self.panes.selected_key(shared), self.panes.selected_user(shared)) {
            (Some(id), _) => TextPopup::key(id, shared).ok_or_else(|| shared.without_status(id)),
            (None, user) => match user.and_then(|user| TextPopup::user(user, shared)) {
                Some(popup) => Ok(popup),
                None => return,
            },
        };
        match popup {
            Ok(popup) => self.popups.push(Popup::Text(popup)),
            Err(sentence) => shared.notifications.notify(Tone::Info, sentence),
        }
    }

    fn show_journal(&mut self, context: &mut Context<'_>) {
        if context.shared.session_context().is_none() {
            let sentence = messages::popups::JOURNAL_NEEDS_SESSION;
            return context.shared.notifications.notify(Tone::Info, sentence);
        }
        self.popups.push(Popup::Text(TextPopup::journal()));
        context.read_journal();
    }

    /// Shows AWS CLI commands for what keyflip does not do itself. They depend on the session
    /// context, but not on a session that still works.
    fn show_aws_commands(&mut self, context: &mut Context<'_>) {
        let is_open = context.shared.session_context().is_some();
        if let Some(problem) = context.shared.session_problem().filter(|_| !is_open) {
            return context.shared.notifications.notify(Tone::Warning, problem);
        }
        let Some(id) = self.panes.choose_key(Action::AwsCommands, context.shared) else { return };
        if let Some(popup) = TextPopup::aws_commands(&id, context) {
            self.popups.push(Popup::Text(popup));
        } else {
            let sentence = context.shared.without_status(&id);
            context.shared.notifications.notify(Tone::Info, sentence);
        }
    }

    /// Reopens a session that has failed or ended. Returns whether it had.
    pub(super) fn reopen_ended_session(context: &mut Context<'_>) -> bool {
        let shared = &mut *context.shared;
        let failed =
            matches!(shared.session.phase, SessionPhase::Failed | SessionPhase::NeedsCode(_));
        let has_ended = failed || shared.inventory.stopped().is_some();
        if has_ended {
            shared.notifications.resolve_session();
            handlers::reopen_session(context);
        }
        has_ended
    }

    /// Reads what is shown again; reopens a session that has failed or ended.
    fn refresh(&mut self, context: &mut Context<'_>) {
        let is_other_view = self.panes.refresh_organization(context);
        if Self::reopen_ended_session(context) || is_other_view {
            return;
        }
        let shared = &mut *context.shared;
        let rows = self.panes.shown_rows(shared);
        handlers::refresh_rows(shared, rows);
        if self.panes.view == View::Overview {
            shared.inventory.refresh(IamRead::GenerateReport);
        }
        if shared.inventory.listing_failure().is_some() {
            shared.inventory.resume_listing();
        }
        shared
            .notifications
            .notify_ongoing(NotificationTopic::Refresh, messages::lists::REFRESHING);
    }
}
