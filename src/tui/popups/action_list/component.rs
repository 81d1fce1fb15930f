//! The list as a popup.

use crossterm::event::{KeyEvent, MouseEvent, MouseEventKind};
use ratatui::Frame;

use crate::model::scan_text;
use crate::tui::bars::FooterHint;
use crate::tui::context::{Context, Shared};
use crate::tui::flow::{Flow, Request};
use crate::tui::popups::action_list::ActionList;
use crate::tui::popups::component::Component;
use crate::tui::render::Theme;
use crate::tui::render::text_input::insert_at_cursor;

/// Maximum number of characters that a paste adds to the filter.
const MAX_PASTED_CHARACTERS: usize = 200;

/// Entries that one step of the wheel moves by.
const WHEEL_ENTRIES: usize = 3;

/// Characters are not declared as text: many at once then count as a paste, which never runs an action.
impl Component for ActionList {
    fn key(&mut self, key: KeyEvent, context: &mut Context<'_>) -> Flow {
        if self.typing { self.type_key(key, context.shared) } else { self.help_key(key, context) }
    }

    /// Looks up key IDs; other text filters the list, so that `enter` runs only what it finds.
    fn paste(&mut self, text: &str, context: &mut Context<'_>) -> Flow {
        if !scan_text(text).is_empty() {
            return Flow::Request(Request::Find(text.to_owned()));
        }
        self.typing = true;
        insert_at_cursor(&mut self.input, text, MAX_PASTED_CHARACTERS);
        self.fill(context.shared);
        Flow::Stay
    }

    fn mouse(&mut self, mouse: MouseEvent, _context: &mut Context<'_>) {
        match mouse.kind {
            MouseEventKind::ScrollDown => (0..WHEEL_ENTRIES).for_each(|_| self.next()),
            MouseEventKind::ScrollUp => (0..WHEEL_ENTRIES).for_each(|_| self.previous()),
            _ => {}
        }
    }

    fn settle(&mut self, _inputs: usize, context: &mut Context<'_>) -> Flow {
        self.resize(context.shared);
        Flow::Stay
    }

    fn hints(&self, shared: &Shared) -> Vec<FooterHint> {
        self.footer_hints(shared)
    }

    fn draw(&self, shared: &Shared, theme: &Theme, frame: &mut Frame<'_>) {
        self.draw_list(shared, theme, frame);
    }
}
