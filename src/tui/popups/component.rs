//! Operations of a popup.

use std::time::Duration;

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::Frame;

use crate::model::Now;
use crate::tui::bars::FooterHint;
use crate::tui::context::{Context, Shared};
use crate::tui::popups::outcome::{PopupOutcome, PopupRequest};
use crate::tui::render::Theme;

/// Operations of a popup. A popup owns its state and draws it; what it shows of the account it
/// takes from the shared data.
pub(crate) trait Component {
    /// Handles a key.
    fn key(&mut self, key: KeyEvent, context: &mut Context<'_>) -> PopupOutcome;

    /// Handles pasted text: key IDs in it are looked up, unless the popup has a use for it.
    fn paste(&mut self, text: &str, _context: &mut Context<'_>) -> PopupOutcome {
        PopupRequest::Find(text.to_owned()).into()
    }

    /// Handles the mouse.
    fn mouse(&mut self, _mouse: MouseEvent, _context: &mut Context<'_>) {}

    /// Updates derived state after all messages that were ready have been handled. `inputs` is the
    /// number of inputs from the user among them.
    fn settle(&mut self, _inputs: usize, _context: &mut Context<'_>) -> PopupOutcome {
        PopupOutcome::Stay
    }

    /// Notes that a frame with the popup has reached the terminal.
    fn drawn(&mut self, _now: Now) {}

    /// Returns the next time after `now` at which the popup must settle without input.
    fn deadline(&self, _now: Duration) -> Option<Duration> {
        None
    }

    /// Returns whether characters are text here, and not actions.
    fn takes_text(&self) -> bool {
        false
    }

    /// Returns whether input must be discarded, since the user could not yet see the popup.
    fn discards_input(&self) -> bool {
        false
    }

    /// Returns the hints of the footer.
    fn hints(&self, shared: &Shared) -> Vec<FooterHint>;

    /// Returns the keys and what they do, for the help over the popup.
    fn help(&self, shared: &Shared) -> Vec<(String, String)> {
        let hints = self.hints(shared).into_iter();
        hints.map(|hint| (hint.key, hint.label.into_owned())).collect()
    }

    /// Draws the popup over the panes.
    fn draw(&self, shared: &Shared, theme: &Theme, frame: &mut Frame<'_>);
}
