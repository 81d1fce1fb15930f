//! Replies, progress of changes and of the session, and signals.

use crate::model::{ReadData, ReadReply, SessionId};
use crate::tui::app::ui::Ui;
use crate::tui::context::{Context, SavedView, Shared, Shutdown, Tone};
use crate::tui::effect::TerminalEffect;
use crate::tui::handlers::{self, SessionChange};
use crate::tui::keymap::Action;
use crate::tui::message::{ChangeEvent, SessionEvent, SignInEvent, Signal};
use crate::tui::messages;
use crate::tui::popups::{
    AfterSignIn, Component as _, MfaCodePrompt, Popup, PopupRequest, QuitQuestion, confirm,
};

impl Ui {
    /// Handles a reply to a read.
    pub(super) fn on_reply(&mut self, reply: ReadReply, context: &mut Context<'_>) {
        let is_shown = reply.session == context.shared.session.id;
        if !is_shown && context.shared.other_accounts.of_session(reply.session).is_none() {
            return;
        }
        context.shared.shown_at = context.now;
        self.popups.dialogs_mut().for_each(|dialog| dialog.note_reply(&reply));
        if is_shown {
            if let (Ok(ReadData::Report(report)), Some(session_context)) =
                (&reply.result, context.shared.session_context().cloned())
            {
                self.panes.organization.note_report(&session_context, report, context);
            }
            handlers::apply_reply(context, reply);
        } else {
            handlers::on_other_reply(context, &reply);
        }
    }

    /// Handles progress of a change, and offers to send it without a journal entry if it could not
    /// be written there.
    pub(super) fn on_change(&mut self, event: ChangeEvent, context: &mut Context<'_>) {
        handlers::on_change(context, event);
        let can_open = match self.popups.top() {
            Some(popup) => matches!(popup, Popup::Activity(_)) && !popup.takes_text(),
            None => !self.panes.is_editing_filter(),
        };
        let dialog = confirm::offer_unjournaled(context, can_open);
        self.open_dialog(dialog);
    }

    /// Handles progress of a session.
    pub(super) fn on_session(
        &mut self,
        id: SessionId,
        event: SessionEvent,
        context: &mut Context<'_>,
    ) {
        let Some(change) = handlers::on_session(context, id, event) else { return };
        if change == SessionChange::OtherAccount {
            self.popups.drop_below();
        }
        let (is_other, has_lookups) =
            (change == SessionChange::OtherAccount, !context.shared.lookups.is_empty());
        self.popups.retain(|popup| match popup {
            Popup::Confirm(dialog) => dialog.survives(&change, context),
            // Its IDs are looked up again in the other account.
            Popup::LookupResults(_) if is_other && has_lookups => true,
            popup => !(is_other && popup.is_of_account()),
        });
        if is_other && matches!(self.popups.top(), Some(Popup::LookupResults(_))) {
            self.apply_popup_outcome(PopupRequest::LookupResults.into(), context);
        }
        match &change {
            SessionChange::OtherAccount => self.panes.forget_account(),
            SessionChange::Reopened => {
                let rows = self.panes.shown_rows(context.shared);
                handlers::refresh_rows(context.shared, rows);
            }
            SessionChange::NeedsCode(serial) => {
                self.popups.close_mfa_prompt();
                self.popups.push(Popup::MfaCode(MfaCodePrompt::new(serial.clone())));
            }
            SessionChange::Opened | SessionChange::Renewed => {}
        }
        if matches!(change, SessionChange::Opened | SessionChange::OtherAccount) {
            handlers::load_view(context);
        }
    }

    /// Shows the view that was kept of the account, if nothing else is to be shown.
    pub(super) fn on_view(
        &mut self,
        account: &str,
        saved: Option<Box<SavedView>>,
        context: &mut Context<'_>,
    ) {
        if !context.shared.view_memory.is_of(account) {
            return;
        }
        let can_restore = handlers::take_restore_permission(context);
        if let Some(saved) = saved.filter(|_| can_restore) {
            self.panes.restore(*saved, context);
            context.shared.shown_at = context.now;
        }
        context.shared.view_memory.start(self.panes.saved_view());
        self.set_heights(context.shared);
    }

    /// Handles progress of a sign-in.
    pub(super) fn on_sign_in(
        &mut self,
        number: u64,
        event: SignInEvent,
        context: &mut Context<'_>,
    ) {
        if !context.shared.is_current_sign_in(number) {
            return;
        }
        context.shared.shown_at = context.now;
        let SignInEvent::Done(end) = event else {
            if let Some(popup) = self.popups.sign_in_mut() {
                popup.progress(event, context.now.mono);
            }
            return;
        };
        context.shared.sign_in_wanted = None;
        self.panes.refresh_organization(context);
        Self::reopen_ended_session(context);
        context.shared.notifications.notify(Tone::Info, messages::popups::signed_in(end));
        let was_on_top = matches!(self.popups.top(), Some(Popup::SignIn(_)));
        let Some(popup) = self.popups.take_sign_in() else { return };
        let (session, after) = popup.into_parts();
        context.shared.accounts.forget_solved(&session);
        context.shared.notifications.resolve_sign_in(&session);
        match after {
            // Another popup has the input now.
            _ if !was_on_top => {}
            AfterSignIn::Panes => {}
            AfterSignIn::Accounts => self.act(Action::Accounts, context),
            AfterSignIn::Account(account, key) => {
                self.ask_for_account(account, key, Some(session), context);
            }
        }
    }

    /// Handles a signal of the operating system.
    pub(super) fn on_signal(signal: Signal, context: &mut Context<'_>) {
        match signal {
            Signal::Terminate | Signal::HangUp => {
                let shared = &mut *context.shared;
                shared.exit.shutdown = Shutdown::WhenIdle;
                if !shared.change_queue.in_flight().is_empty() {
                    shared.shown_at = context.now;
                    let sentence = messages::session::SIGNAL_TO_END;
                    shared.notifications.notify(Tone::Warning, sentence);
                }
            }
            Signal::Stop => Self::suspend(context),
            Signal::Continue => context.effects.terminal(TerminalEffect::Repaint),
        }
    }

    /// Quits, or asks first if changes are in flight.
    pub(super) fn quit(&mut self, shared: &mut Shared) {
        let exit = &mut shared.exit;
        exit.shutdown = Shutdown::None;
        exit.exit_lines.clear();
        if shared.change_queue.in_flight().is_empty() {
            exit.shutdown = Shutdown::WhenIdle;
            if !exit.unwritten.is_empty() {
                shared.notifications.notify(Tone::Info, messages::export::QUITS_ONCE_WRITTEN);
            }
        } else {
            self.popups.push(Popup::Quit(QuitQuestion::default()));
        }
    }

    /// Suspends the program, if a shell can resume it.
    pub(super) fn suspend(context: &mut Context<'_>) {
        if context.shared.options.no_shell {
            context.shared.notifications.notify(Tone::Info, messages::session::NO_SHELL);
        } else {
            context.effects.terminal(TerminalEffect::Suspend);
        }
    }
}
