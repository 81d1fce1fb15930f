//! Question whether to quit while changes are in flight.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Frame;

use crate::model::Now;
use crate::tui::bars::FooterHint;
use crate::tui::context::{Context, Shared, Shutdown, Tone};
use crate::tui::handlers::{sent_changes, unsent_changes};
use crate::tui::keymap::{Action, is_ctrl_c};
use crate::tui::messages::{popups as messages, session};
use crate::tui::popups::component::Component;
use crate::tui::popups::outcome::PopupOutcome;
use crate::tui::popups::scrolled_text::ScrolledText;
use crate::tui::popups::text::{draw_text, text_size};
use crate::tui::render::{TextTone, Theme};

/// Question whether to quit while changes are in flight.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct QuitQuestion {
    /// Whether a frame with the question has reached the terminal.
    is_seen: bool,
}

impl Component for QuitQuestion {
    fn key(&mut self, key: KeyEvent, context: &mut Context<'_>) -> PopupOutcome {
        let shared = &mut *context.shared;
        if is_ctrl_c(&key) {
            shared.exit.shutdown = Shutdown::Immediate;
        } else if key.code == KeyCode::Char('y') && key.modifiers == KeyModifiers::NONE {
            shared.exit.shutdown = Shutdown::WhenIdle;
            let sentence = session::waiting_to_quit(shared.key_for(Action::Quit));
            shared.notifications.notify(Tone::Info, sentence);
        }
        PopupOutcome::Close
    }

    fn paste(&mut self, _text: &str, context: &mut Context<'_>) -> PopupOutcome {
        context.shared.notifications.notify(Tone::Warning, messages::CLOSE_TO_LOOK_UP);
        PopupOutcome::Stay
    }

    /// Closes the question once every change has an outcome, which the status bar says.
    fn settle(&mut self, _inputs: usize, context: &mut Context<'_>) -> PopupOutcome {
        if context.shared.change_queue.in_flight().is_empty() {
            PopupOutcome::Close
        } else {
            PopupOutcome::Stay
        }
    }

    fn drawn(&mut self, _now: Now) {
        self.is_seen = true;
    }

    fn discards_input(&self) -> bool {
        !self.is_seen
    }

    fn hints(&self, _shared: &Shared) -> Vec<FooterHint> {
        vec![
            FooterHint::new(0, "y", "wait, then quit"),
            FooterHint::new(1, "ctrl-c", "quit now"),
            FooterHint::new(0, "esc", "go back"),
        ]
    }

    fn draw(&self, shared: &Shared, theme: &Theme, frame: &mut Frame<'_>) {
        // The keys come first: a long list may be cut off.
        let mut lines = vec![(TextTone::Plain, messages::QUIT_QUESTION.to_owned())];
        let (sent, unsent) = (sent_changes(shared), unsent_changes(shared));
        for (heading, changes) in
            [(messages::UNSENT_CHANGES, unsent), (messages::SENT_CHANGES, sent)]
        {
            if !changes.is_empty() {
                let heading = (TextTone::Warning, heading.to_owned());
                lines.extend([(TextTone::Plain, String::new()), heading]);
                lines.extend(changes.into_iter().map(|change| (TextTone::Strong, change)));
            }
        }
        let text = ScrolledText::new(lines, text_size(shared.size));
        draw_text(&text, messages::QUIT_TITLE, &[], theme, frame);
    }
}
