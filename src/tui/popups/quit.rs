//! Question whether to quit while changes are in flight.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;

use crate::tui::bars::FooterHint;
use crate::tui::context::{Context, Shared, Shutdown, Tone};
use crate::tui::handlers::{sent_changes, unsent_changes};
use crate::tui::keymap::{Action, is_ctrl_c};
use crate::tui::messages::{popups as messages, session};
use crate::tui::popups::component::Component;
use crate::tui::popups::outcome::PopupOutcome;
use crate::tui::popups::text::draw_lines;
use crate::tui::render::Theme;

/// Question whether to quit while changes are in flight.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QuitQuestion;

impl Component for QuitQuestion {
    fn key(&mut self, key: KeyEvent, context: &mut Context<'_>) -> PopupOutcome {
        let shared = &mut *context.shared;
        if is_ctrl_c(&key) {
            shared.exit.shutdown = Shutdown::Immediate;
        } else if key.code == KeyCode::Char('y') {
            shared.exit.shutdown = Shutdown::WhenIdle;
            let sentence = session::waiting_to_quit(shared.key_for(Action::Quit));
            shared.notifications.notify(Tone::Info, sentence);
        }
        PopupOutcome::Close
    }

    fn paste(&mut self, _text: &str, _context: &mut Context<'_>) -> PopupOutcome {
        PopupOutcome::Stay
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
        let mut lines = vec![(messages::QUIT_QUESTION.to_owned(), theme.plain)];
        let (sent, unsent) = (sent_changes(shared), unsent_changes(shared));
        for (heading, changes) in
            [(messages::UNSENT_CHANGES, unsent), (messages::SENT_CHANGES, sent)]
        {
            if !changes.is_empty() {
                lines.extend([(String::new(), theme.plain), (heading.to_owned(), theme.warning)]);
                lines.extend(changes.into_iter().map(|change| (change, theme.strong)));
            }
        }
        draw_lines(messages::QUIT_TITLE, &[], lines, 0, theme, frame);
    }
}
