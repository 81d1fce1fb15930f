//! Input for an MFA code.

use std::sync::Arc;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use tui_input::Input;

use crate::model::{Endpoint, INVALID_MFA_CODE_MESSAGE, Now, Secret};
use crate::tui::bars::FooterHint;
use crate::tui::context::{Context, Shared, Tone};
use crate::tui::messages::session as messages;
use crate::tui::popups::component::Component;
use crate::tui::popups::input_line::{draw_prompt, edit_input};
use crate::tui::popups::outcome::{PopupOutcome, PopupRequest};
use crate::tui::render::Theme;
use crate::tui::render::text_input::insert_at_cursor;

/// Maximum number of digits that a paste adds to the input.
const MAX_PASTED_DIGITS: usize = 8;

/// Input for the code of an MFA device.
#[derive(Clone, Debug)]
pub(crate) struct MfaCodePrompt {
    /// Serial number of the device.
    serial: Arc<str>,
    input: Input,
    /// Whether a frame with the prompt has reached the terminal.
    is_seen: bool,
}

impl MfaCodePrompt {
    /// Returns an empty input for the device with that serial number.
    pub(crate) fn new(serial: Arc<str>) -> Self {
        Self { serial, input: Input::default(), is_seen: false }
    }
}

impl Component for MfaCodePrompt {
    fn key(&mut self, key: KeyEvent, context: &mut Context<'_>) -> PopupOutcome {
        let shared = &mut *context.shared;
        if let Some(flow) = edit_input(&mut self.input, key, shared) {
            return flow;
        }
        if let Some(code) = Secret::mfa_code(self.input.value()) {
            return PopupRequest::GiveCode(code).into();
        }
        shared.notifications.notify(Tone::Warning, INVALID_MFA_CODE_MESSAGE);
        PopupOutcome::Stay
    }

    fn paste(&mut self, text: &str, _context: &mut Context<'_>) -> PopupOutcome {
        let digits = text.replace(|c: char| !c.is_ascii_digit(), "");
        insert_at_cursor(&mut self.input, &digits, MAX_PASTED_DIGITS);
        PopupOutcome::Stay
    }

    fn drawn(&mut self, _now: Now) {
        self.is_seen = true;
    }

    fn takes_text(&self) -> bool {
        true
    }

    fn discards_input(&self) -> bool {
        !self.is_seen
    }

    fn hints(&self, _shared: &Shared) -> Vec<FooterHint> {
        vec![FooterHint::new(0, "enter", "sign in"), FooterHint::new(0, "esc", "close")]
    }

    fn draw(&self, shared: &Shared, theme: &Theme, frame: &mut Frame<'_>) {
        let prompt = messages::mfa_prompt(&self.serial);
        // On a small screen, the popup covers the header.
        let text = match shared.session.endpoint.as_ref().and_then(Endpoint::label) {
            Some(not_aws) => format!("{not_aws}. {prompt}"),
            None => prompt,
        };
        draw_prompt(messages::MFA_TITLE, &text, &self.input, theme, frame);
    }
}
