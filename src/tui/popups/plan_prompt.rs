//! Input for the file of a plan.

use std::path::PathBuf;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use tui_input::Input;

use crate::tui::bars::FooterHint;
use crate::tui::context::{Context, OpenPlan, Shared};
use crate::tui::messages::plan as messages;
use crate::tui::popups::component::Component;
use crate::tui::popups::input_line::{draw_prompt, edit_input, paste_path};
use crate::tui::popups::outcome::{PopupOutcome, PopupRequest};
use crate::tui::render::Theme;

/// Input for the file of a plan.
#[derive(Clone, Debug, Default)]
pub(crate) struct PlanPrompt {
    input: Input,
}

impl Component for PlanPrompt {
    fn key(&mut self, key: KeyEvent, context: &mut Context<'_>) -> PopupOutcome {
        let shared = &*context.shared;
        if let Some(outcome) = edit_input(&mut self.input, key, shared) {
            return outcome;
        }
        let path = self.input.value().trim();
        if !path.is_empty() {
            return PopupRequest::OpenPlan(PathBuf::from(path)).into();
        }
        if has_list(shared) { PopupRequest::Plan.into() } else { PopupOutcome::Stay }
    }

    fn paste(&mut self, text: &str, _context: &mut Context<'_>) -> PopupOutcome {
        paste_path(&mut self.input, text);
        PopupOutcome::Stay
    }

    fn takes_text(&self) -> bool {
        true
    }

    fn hints(&self, _shared: &Shared) -> Vec<FooterHint> {
        vec![FooterHint::new(0, "enter", "open"), FooterHint::new(0, "esc", "close")]
    }

    fn draw(&self, shared: &Shared, theme: &Theme, frame: &mut Frame<'_>) {
        let text = messages::prompt(has_list(shared));
        draw_prompt(messages::PROMPT_TITLE, &text, &self.input, theme, frame);
    }
}

/// Returns whether a plan is open whose list can be shown.
fn has_list(shared: &Shared) -> bool {
    shared.plan.as_ref().is_some_and(OpenPlan::is_shown)
}
