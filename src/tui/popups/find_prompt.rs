//! Input for a text with key IDs in it.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use tui_input::Input;

use crate::tui::bars::FooterHint;
use crate::tui::context::{Context, Shared};
use crate::tui::messages::lookup as messages;
use crate::tui::popups::component::Component;
use crate::tui::popups::input_line::{draw_prompt, edit_input};
use crate::tui::popups::outcome::{PopupOutcome, PopupRequest};
use crate::tui::render::Theme;

/// Input for a text with key IDs in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct FindPrompt {
    input: Input,
}

impl Component for FindPrompt {
    fn key(&mut self, key: KeyEvent, context: &mut Context<'_>) -> PopupOutcome {
        let shared = &*context.shared;
        if let Some(outcome) = edit_input(&mut self.input, key, shared) {
            return outcome;
        }
        let text = self.input.value();
        if text.trim().is_empty() && !shared.lookups.is_empty() {
            return PopupRequest::LookupResults.into();
        }
        PopupRequest::Find(text.to_owned()).into()
    }

    fn takes_text(&self) -> bool {
        true
    }

    fn hints(&self, _shared: &Shared) -> Vec<FooterHint> {
        vec![FooterHint::new(0, "enter", "find"), FooterHint::new(0, "esc", "close")]
    }

    fn draw(&self, shared: &Shared, theme: &Theme, frame: &mut Frame<'_>) {
        let text = messages::search_prompt(!shared.lookups.is_empty());
        draw_prompt(messages::SEARCH_TITLE, &text, &self.input, theme, frame);
    }
}
