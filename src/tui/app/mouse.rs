//! Mouse: a click selects, the wheel scrolls. No click confirms anything.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use crate::model::Now;
use crate::tui::app::{CursorMove, Popup, State};
use crate::tui::layout;

/// Rows scrolled by one step of the wheel.
const WHEEL_ROWS: isize = 3;

impl State {
    pub(super) fn take_mouse(&mut self, mouse: MouseEvent, now: Now) {
        if let Some(Popup::Confirm(confirm)) = &mut self.popup {
            confirm.disarm(now.mono);
            return;
        }
        let wheel = match mouse.kind {
            MouseEventKind::ScrollDown => Some(WHEEL_ROWS),
            MouseEventKind::ScrollUp => Some(-WHEEL_ROWS),
            MouseEventKind::Down(MouseButton::Left) => None,
            _ => return,
        };
        match (&self.popup, wheel) {
            (None, _) => {}
            (Some(Popup::Help(_) | Popup::Errors(_) | Popup::Text(_)), Some(lines)) => {
                return self.scroll_text(lines);
            }
            _ => return,
        }
        let Some(hit) = layout::hit(&self.regions(), self.size.1, mouse.column, mouse.row) else {
            return;
        };
        self.shown_at = now;
        if let Some(rows) = wheel {
            self.go_in(hit.pane, CursorMove::By(rows), now);
            return;
        }
        self.focus = hit.pane;
        self.key_search.cancel_auto_select();
        if let Some(line) = hit.line {
            self.go_in(hit.pane, CursorMove::ToLine(line), now);
        }
    }
}
