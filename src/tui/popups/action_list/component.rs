//! The list as a popup.

use crossterm::event::{KeyEvent, MouseEvent, MouseEventKind};
use ratatui::Frame;

use crate::tui::bars::FooterHint;
use crate::tui::context::{Context, Shared};
use crate::tui::popups::action_list::ActionList;
use crate::tui::popups::component::Component;
use crate::tui::popups::outcome::PopupOutcome;
use crate::tui::render::Theme;

/// Entries that one step of the wheel moves by.
const WHEEL_ENTRIES: usize = 3;

/// Characters are not declared as text: many at once then count as a paste, which is searched for key
/// IDs and never runs an action.
impl Component for ActionList {
    fn key(&mut self, key: KeyEvent, context: &mut Context<'_>) -> PopupOutcome {
        if self.typing { self.type_key(key, context.shared) } else { self.help_key(key, context) }
    }

    fn mouse(&mut self, mouse: MouseEvent, _context: &mut Context<'_>) {
        match mouse.kind {
            MouseEventKind::ScrollDown => (0..WHEEL_ENTRIES).for_each(|_| self.next()),
            MouseEventKind::ScrollUp => (0..WHEEL_ENTRIES).for_each(|_| self.previous()),
            _ => {}
        }
    }

    fn settle(&mut self, _inputs: usize, context: &mut Context<'_>) -> PopupOutcome {
        self.resize(context.shared);
        PopupOutcome::Stay
    }

    fn hints(&self, shared: &Shared) -> Vec<FooterHint> {
        self.footer_hints(shared)
    }

    fn draw(&self, shared: &Shared, theme: &Theme, frame: &mut Frame<'_>) {
        self.draw_list(shared, theme, frame);
    }
}
