//! Signing in to IAM Identity Center: the offer, then the code until it is approved.

mod phase;
mod view;

use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;

use crate::model::Now;
use crate::ops::sign_in::{SignInStep, messages as sign_in};
use crate::tui::bars::FooterHint;
use crate::tui::context::{Context, Shared, Tone};
use crate::tui::effect::TaskEffect;
use crate::tui::keymap::Action;
use crate::tui::message::SignInEvent;
use crate::tui::messages::popups as messages;
use crate::tui::popups::component::Component;
use crate::tui::popups::outcome::{AfterSignIn, PopupOutcome};
use crate::tui::popups::sign_in::phase::{Phase, Waiting};
use crate::tui::render::Theme;

/// Sign-in to one session.
#[derive(Clone, Debug)]
pub(crate) struct SignInPopup {
    /// Session or start URL, as written.
    sso_session: Arc<str>,
    after: AfterSignIn,
    phase: Phase,
    /// Whether a frame with the popup has reached the terminal.
    is_seen: bool,
}

impl SignInPopup {
    /// Returns the offer to sign in to a session.
    pub(crate) fn new(sso_session: Arc<str>, after: AfterSignIn) -> Self {
        Self { sso_session, after, phase: Phase::Offered, is_seen: false }
    }

    /// Returns the sign-in to a session, which the user has asked for; requests its code.
    pub(crate) fn started(
        sso_session: Arc<str>,
        after: AfterSignIn,
        context: &mut Context<'_>,
    ) -> Self {
        let mut popup = Self::new(sso_session, after);
        popup.start(context);
        popup
    }

    fn start(&mut self, context: &mut Context<'_>) {
        self.phase = Phase::Starting;
        let number = context.shared.next_sign_in();
        let sso_session = Arc::clone(&self.sso_session);
        context.effects.task(TaskEffect::SignIn { number, sso_session });
    }

    /// Returns the session, and what follows the sign-in.
    pub(crate) fn into_parts(self) -> (Arc<str>, AfterSignIn) {
        (self.sso_session, self.after)
    }

    /// Takes progress of the sign-in.
    pub(crate) fn progress(&mut self, event: SignInEvent, now: Duration) {
        match (event, &mut self.phase) {
            (SignInEvent::Step(SignInStep::Code(prompt)), phase) => {
                let end = now + prompt.lifetime;
                let waiting = Waiting { prompt, end, browser: false, unanswered: None };
                *phase = Phase::Waiting(Box::new(waiting));
            }
            (SignInEvent::BrowserStarted, Phase::Waiting(waiting)) => waiting.browser = true,
            (SignInEvent::Step(SignInStep::Unanswered(error)), Phase::Waiting(waiting)) => {
                waiting.unanswered = error.map(|error| sign_in::unanswered(&error));
            }
            (SignInEvent::Failed(sentence), phase) => *phase = Phase::Failed(sentence),
            _ => {}
        }
    }

    fn is_running(&self) -> bool {
        matches!(self.phase, Phase::Starting | Phase::Waiting(_))
    }
}

impl Component for SignInPopup {
    fn key(&mut self, key: KeyEvent, context: &mut Context<'_>) -> PopupOutcome {
        if key.code == KeyCode::Enter && !self.is_running() {
            self.start(context);
            return PopupOutcome::Stay;
        }
        match (context.shared.options.keymap.action(&key), &self.phase) {
            (Some(Action::Cancel | Action::Quit), _) => {
                if self.is_running() {
                    // Events that are on their way are of a former number.
                    context.shared.next_sign_in();
                    context.effects.task(TaskEffect::CancelSignIn);
                }
                PopupOutcome::Close
            }
            (Some(Action::CopyId), Phase::Waiting(waiting)) => {
                let address = waiting.prompt.address().to_string();
                context.copy(address, messages::ADDRESS_COPIED);
                PopupOutcome::Stay
            }
            _ => PopupOutcome::Stay,
        }
    }

    fn paste(&mut self, _text: &str, context: &mut Context<'_>) -> PopupOutcome {
        context.shared.notifications.notify(Tone::Warning, messages::CLOSE_TO_LOOK_UP);
        PopupOutcome::Stay
    }

    fn drawn(&mut self, _now: Now) {
        self.is_seen = true;
    }

    fn deadline(&self, now: Duration) -> Option<Duration> {
        let Phase::Waiting(waiting) = &self.phase else { return None };
        let seconds = waiting.seconds_left(now).checked_sub(1)?;
        Some(waiting.end.saturating_sub(Duration::from_secs(seconds)))
    }

    fn discards_input(&self) -> bool {
        !self.is_seen
    }

    fn hints(&self, shared: &Shared) -> Vec<FooterHint> {
        match &self.phase {
            Phase::Offered | Phase::Failed(_) => {
                vec![FooterHint::new(0, "enter", "sign in"), FooterHint::new(0, "esc", "close")]
            }
            Phase::Starting => vec![FooterHint::new(0, "esc", "cancel")],
            Phase::Waiting(_) => vec![
                FooterHint::new(1, shared.key_for(Action::CopyId), "copy the address"),
                FooterHint::new(0, "esc", "cancel"),
            ],
        }
    }

    fn draw(&self, shared: &Shared, theme: &Theme, frame: &mut Frame<'_>) {
        view::draw(&self.sso_session, &self.phase, shared.settled_at, theme, frame);
    }
}
