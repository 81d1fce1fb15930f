//! How the state looks. One file a region; nothing here changes anything.

mod all_keys;
mod ascii;
mod confirm;
mod detail;
mod find;
mod footer;
mod frame;
mod glyphs;
mod header;
mod keys;
mod line;
mod profiles;
mod status;
mod text;
mod theme;
mod users;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Wrap};

use crate::tui::app::{Overlay, State, View};
use crate::tui::layout;

pub(crate) use theme::Theme;

/// Draws the whole screen.
pub(crate) fn draw(state: &State, theme: &Theme, frame: &mut Frame<'_>) {
    let area = frame.area();
    if !layout::is_usable(area.width, area.height) {
        return too_small(frame, area);
    }
    let regions = state.regions();
    header::draw(state, theme, frame, regions.header);
    if let Some(area) = regions.users {
        match state.view {
            View::Users => users::draw(state, theme, frame, area),
            View::Keys => all_keys::draw(state, theme, frame, area),
        }
    }
    if let Some(area) = regions.keys {
        keys::draw(state, theme, frame, area);
    }
    if let Some(area) = regions.detail {
        detail::draw(state, theme, frame, area);
    }
    status::draw(state, theme, frame, regions.status);
    footer::draw(state, theme, frame, regions.footer);
    match &state.overlay {
        Some(Overlay::Confirm(dialog)) => confirm::draw(state, dialog, theme, frame),
        Some(Overlay::Help(first)) => text::text("Keys", state, *first, theme, frame),
        Some(Overlay::Errors(first)) => text::text("Errors, latest first", state, *first, theme, frame),
        Some(Overlay::Text(window)) => text::text(&window.title, state, window.first, theme, frame),
        Some(Overlay::Find(line)) => find::line(state, line, theme, frame),
        Some(Overlay::Found(list)) => find::list(state, list, theme, frame),
        Some(Overlay::Code(serial, line)) => find::code(serial, line, theme, frame),
        Some(Overlay::Profiles(picker)) => profiles::draw(state, picker, theme, frame),
        Some(Overlay::Leave) => text::leave(state, theme, frame),
        None => {}
    }
    if theme.ascii {
        ascii::translate(frame.buffer_mut());
    }
}

fn too_small(frame: &mut Frame<'_>, area: Rect) {
    let (columns, rows) = layout::SMALLEST;
    let text = format!("keyflip needs {columns}x{rows}, this is {}x{}. ctrl-c quits.", area.width, area.height);
    frame.render_widget(Paragraph::new(Line::from(text)).wrap(Wrap { trim: true }), area);
}
