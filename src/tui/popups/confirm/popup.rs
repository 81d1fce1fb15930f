//! The dialog as a popup: what it does with input, replies and changes of the session.

use std::time::Duration;

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::Frame;

use crate::model::{Now, SessionId};
use crate::tui::bars::FooterHint;
use crate::tui::context::{Context, Shared, Tone};
use crate::tui::handlers::SessionChange;
use crate::tui::messages::{self, popups};
use crate::tui::popups::component::Component;
use crate::tui::popups::confirm::{Confirm, Focus, layout, view};
use crate::tui::popups::outcome::PopupOutcome;
use crate::tui::render::Theme;

impl Confirm {
    /// Returns whether the dialog stays open after a change of a session. It closes, with a
    /// sentence, if the session was reopened, or if its new key has another risk of lock-out than
    /// the dialog shows.
    pub(crate) fn survives(&mut self, change: &SessionChange, context: &mut Context<'_>) -> bool {
        let shared = &mut *context.shared;
        let sentence = match change {
            SessionChange::NeedsCode(_) => {
                self.cover();
                return true;
            }
            SessionChange::Renewed => {
                let is_same = self.targets.iter().all(|target| {
                    let owner = target.user.as_ref();
                    let risk = shared.lockout_risk(target.session, &target.key, owner);
                    risk.is_none_or(|risk| risk == target.lockout_risk)
                });
                if is_same {
                    return true;
                }
                messages::session::SIGNER_CHANGED
            }
            _ => messages::session::RENEWED,
        };
        shared.notifications.notify(Tone::Warning, sentence);
        false
    }

    /// Notes that a key was discarded, so that the dialog can say so.
    pub(crate) fn note_discarded(&mut self, key: KeyEvent) {
        if self.would_confirm(key) {
            (self.too_early, self.last_input_ignored) = (true, true);
        }
    }
}

impl Component for Confirm {
    fn key(&mut self, key: KeyEvent, context: &mut Context<'_>) -> PopupOutcome {
        let outcome = self.press(key, context.now);
        if matches!(outcome, PopupOutcome::Close) {
            context.shared.notifications.notify(Tone::Info, messages::changes::CANCELLED);
        }
        outcome
    }

    fn paste(&mut self, text: &str, context: &mut Context<'_>) -> PopupOutcome {
        if !self.paste_text(text, context.now) {
            let typed = self.typed.is_some();
            let sentence = if typed { popups::TYPE_INSTEAD } else { popups::CLOSE_TO_LOOK_UP };
            context.shared.notifications.notify(Tone::Warning, sentence);
        }
        PopupOutcome::Stay
    }

    fn mouse(&mut self, _mouse: MouseEvent, context: &mut Context<'_>) {
        self.disarm(context.now.mono);
    }

    /// Begins the changes if they were confirmed, closes the dialog if it is contradicted, and arms
    /// it when it may be.
    fn settle(&mut self, inputs: usize, context: &mut Context<'_>) -> PopupOutcome {
        let (shared, now) = (&mut *context.shared, context.now);
        let outdated = self.take_outdated(shared);
        if let Some(sentence) = self.contradicted_by(&outdated, shared) {
            shared.notifications.notify(Tone::Warning, sentence);
            return PopupOutcome::Close;
        }
        if let Some(sentence) = self.contradicted_by_plan(shared) {
            shared.notifications.notify(Tone::Warning, sentence);
            return PopupOutcome::Close;
        }
        // A session that has ended can neither read nor change anything.
        let mut sessions = self.accounts.iter().map(|account| account.session);
        let has_ended =
            |id: &SessionId| shared.inventory_of(*id).is_some_and(|it| it.stopped().is_some());
        if let Some(ended) = sessions.find(has_ended) {
            let problem = shared.session_problem().filter(|_| ended == shared.session.id);
            let sentence = problem.unwrap_or_else(|| messages::accounts::SESSION_ENDED.to_owned());
            shared.notifications.notify(Tone::Warning, sentence);
            return PopupOutcome::Close;
        }
        self.refresh(&outdated, shared);
        for (session, read) in self.expire(now) {
            shared.refresh_in(session, read);
        }
        if let Some(changes) = self.take_confirmed(inputs) {
            for key in &self.skipped.unmark {
                shared.marks.remove(key);
            }
            shared.change_queue.begin(changes, self.journal_mode, now.mono);
            return PopupOutcome::Close;
        }
        let shown = layout::visible_targets(self, shared.size, shared.shown_at.wall);
        let is_held = inputs > 0 || self.is_checking_plan(shared);
        self.arm(is_held, shown, now);
        PopupOutcome::Stay
    }

    fn drawn(&mut self, now: Now) {
        self.note_frame(now);
    }

    fn deadline(&self, now: Duration) -> Option<Duration> {
        self.deadlines().filter(|time| *time > now).min()
    }

    fn takes_text(&self) -> bool {
        self.focus == Focus::Reason || self.takes('a')
    }

    fn discards_input(&self) -> bool {
        !self.was_drawn()
    }

    fn hints(&self, shared: &Shared) -> Vec<FooterHint> {
        if self.focus == Focus::Reason {
            return vec![
                FooterHint::new(0, "enter", "end the reason"),
                FooterHint::new(0, "esc", "cancel"),
            ];
        }
        let cancel = FooterHint::new(0, self.cancel_key(), "cancel");
        if layout::lay_out(self, shared.size, shared.shown_at.wall).is_none() {
            return vec![cancel];
        }
        let buttons = FooterHint::new(1, "tab", "reason, buttons");
        if self.has_unseen_targets() {
            return vec![FooterHint::new(0, "↓", "show all keys first"), cancel, buttons];
        }
        let key = if self.typed.is_some() { "enter" } else { "y" };
        let mut hints = vec![FooterHint::new(0, key, "confirm"), cancel, buttons];
        if self.scrolls() {
            hints.push(FooterHint::new(0, "↓ ↑", "scroll the keys"));
        }
        hints
    }

    fn draw(&self, shared: &Shared, theme: &Theme, frame: &mut Frame<'_>) {
        view::draw(shared, self, theme, frame);
    }
}
