//! The mouse, where it was asked for: a click selects, the wheel moves what it
//! is over. No click ever confirms anything.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use crate::model::Now;
use crate::tui::app::{Move, Overlay, State};
use crate::tui::layout;

/// Rows that one step of the wheel moves.
const WHEEL: isize = 3;

impl State {
    pub(super) fn take_mouse(&mut self, mouse: MouseEvent, now: Now) {
        if let Some(Overlay::Confirm(confirm)) = &mut self.overlay {
            confirm.disarm(now.mono);
            return;
        }
        let wheel = match mouse.kind {
            MouseEventKind::ScrollDown => Some(WHEEL),
            MouseEventKind::ScrollUp => Some(-WHEEL),
            MouseEventKind::Down(MouseButton::Left) => None,
            _ => return,
        };
        match (&self.overlay, wheel) {
            (None, _) => {}
            (Some(Overlay::Help(_) | Overlay::Errors(_) | Overlay::Text(_)), Some(lines)) => {
                return self.scroll_text(lines);
            }
            _ => return,
        }
        let Some(hit) = layout::hit(&self.regions(), self.size.1, mouse.column, mouse.row) else { return };
        self.shown_at = now;
        if let Some(rows) = wheel {
            self.go_in(hit.pane, Move::By(rows), now);
            return;
        }
        self.focus = hit.pane;
        self.finding.stop_following();
        if let Some(line) = hit.line {
            self.go_in(hit.pane, Move::ToLine(line), now);
        }
    }
}
