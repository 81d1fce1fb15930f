//! Replies, progress of the session, and signals.

use crate::model::{Now, ReadReply, SessionId};
use crate::tui::app::App;
use crate::tui::context::{Context, SavedView, Shutdown, Tone};
use crate::tui::flow::{AfterSignIn, Flow};
use crate::tui::handlers::{self, SessionChange};
use crate::tui::keymap::Action;
use crate::tui::message::{Effects, SessionEvent, SignInEvent, Signal, TerminalEffect};
use crate::tui::messages;
use crate::tui::popups::{Component as _, MfaCodePrompt, Popup, QuitQuestion};

impl App {
    /// Handles a reply to a read.
    pub(super) fn on_reply(&mut self, reply: ReadReply, now: Now, effects: &mut Effects) {
        let is_shown = reply.session == self.shared.session.id;
        if !is_shown && self.shared.others.of_session(reply.session).is_none() {
            return;
        }
        self.shared.shown_at = now;
        if let Some(popup) = &mut self.popup {
            popup.reply(&reply);
        }
        let context = &mut Context { shared: &mut self.shared, now, effects };
        if is_shown {
            handlers::on_reply(context, reply);
        } else {
            handlers::on_other_reply(context, &reply);
        }
    }

    /// Handles progress of a session.
    pub(super) fn on_session(
        &mut self,
        id: SessionId,
        event: SessionEvent,
        now: Now,
        effects: &mut Effects,
    ) {
        let context = &mut Context { shared: &mut self.shared, now, effects };
        let Some(change) = handlers::on_session(context, id, event) else { return };
        if matches!(change, SessionChange::OtherAccount | SessionChange::NeedsCode(_)) {
            self.below.clear();
        }
        let flow = match &mut self.popup {
            Some(popup) => popup.session_changed(&change, context),
            None => Flow::Stay,
        };
        match &change {
            SessionChange::OtherAccount => self.panes.forget_account(),
            SessionChange::Reopened => {
                let rows = self.panes.shown_rows(&self.shared);
                handlers::refresh(&mut self.shared, rows);
            }
            SessionChange::NeedsCode(serial) => {
                self.popup = Some(Popup::MfaCode(MfaCodePrompt::new(serial.clone())));
            }
            SessionChange::Opened | SessionChange::Renewed => {}
        }
        if matches!(change, SessionChange::Opened | SessionChange::OtherAccount) {
            handlers::load_view(&mut Context { shared: &mut self.shared, now, effects });
        }
        self.follow(flow, now, effects);
    }

    /// Shows the view that was kept of the account, if nothing else is to be shown.
    pub(super) fn on_view(
        &mut self,
        account: &str,
        saved: Option<Box<SavedView>>,
        now: Now,
        effects: &mut Effects,
    ) {
        let context = &mut Context { shared: &mut self.shared, now, effects };
        if !context.shared.view_memory.is_of(account) {
            return;
        }
        let can_restore = handlers::can_restore(context);
        if let Some(saved) = saved.filter(|_| can_restore) {
            self.panes.restore(*saved, context);
            context.shared.shown_at = now;
        }
        context.shared.view_memory.start(self.panes.saved_view());
        self.set_heights();
    }

    /// Handles progress of a sign-in.
    pub(super) fn on_sign_in(
        &mut self,
        number: u64,
        event: SignInEvent,
        now: Now,
        effects: &mut Effects,
    ) {
        if !self.shared.is_current_sign_in(number) {
            return;
        }
        self.shared.shown_at = now;
        let SignInEvent::Done(end) = event else {
            if let Some(Popup::SignIn(popup)) = &mut self.popup {
                popup.progress(event, now.mono);
            }
            return;
        };
        self.shared.sign_in_wanted = None;
        let context = &mut Context { shared: &mut self.shared, now, effects };
        self.panes.refresh_organization(context);
        self.reopen_ended_session(now, effects);
        self.shared.notifications.notify(Tone::Info, messages::popups::signed_in(end));
        let Some(popup) = self.popup.take_if(|popup| matches!(popup, Popup::SignIn(_))) else {
            return;
        };
        let Popup::SignIn(popup) = popup else { return };
        let (session, after) = popup.into_parts();
        self.shared.accounts.forget_solved(&session);
        self.shared.notifications.resolve_sign_in(&session);
        match after {
            AfterSignIn::Panes => {}
            AfterSignIn::Accounts => self.act(Action::Accounts, now, effects),
            AfterSignIn::Account(account, key) => {
                self.ask_for_account(account, key, Some(session), now, effects);
            }
        }
    }

    /// Handles a signal of the operating system.
    pub(super) fn on_signal(&mut self, signal: Signal, now: Now, effects: &mut Effects) {
        match signal {
            Signal::Terminate | Signal::HangUp => {
                self.shared.exit.shutdown = Shutdown::WhenIdle;
                if !self.shared.change_queue.in_flight().is_empty() {
                    self.shared.shown_at = now;
                    let sentence = messages::session::SIGNAL_TO_END;
                    self.shared.notifications.notify(Tone::Warning, sentence);
                }
            }
            Signal::Stop => self.suspend(effects),
            Signal::Continue => effects.terminal(TerminalEffect::Repaint),
        }
    }

    pub(super) fn quit(&mut self) {
        let exit = &mut self.shared.exit;
        exit.shutdown = Shutdown::None;
        exit.messages.clear();
        if self.shared.change_queue.in_flight().is_empty() {
            exit.shutdown = Shutdown::WhenIdle;
        } else {
            self.popup = Some(Popup::Quit(QuitQuestion));
        }
    }

    /// Suspends the program, if a shell can resume it.
    pub(super) fn suspend(&mut self, effects: &mut Effects) {
        if self.shared.options.no_shell {
            self.shared.notifications.notify(Tone::Info, messages::session::NO_SHELL);
        } else {
            effects.terminal(TerminalEffect::Suspend);
        }
    }
}
