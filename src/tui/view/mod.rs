//! Draws the state. One file for each region; nothing here changes the state.

mod all_keys;
mod ascii;
mod block;
mod confirm;
mod footer;
mod glyphs;
mod header;
mod key_search;
mod keys;
mod profile_picker;
mod status;
mod text_input;
mod text_popup;
mod theme;
mod user_detail;
mod users;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::{Paragraph, Wrap};

use crate::tui::app::{Popup, State, View};
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
        user_detail::draw(state, theme, frame, area);
    }
    status::draw(state, theme, frame, regions.status);
    footer::draw(state, theme, frame, regions.footer);
    match &state.popup {
        Some(Popup::Confirm(dialog)) => confirm::draw(state, dialog, theme, frame),
        Some(Popup::Help(first)) => text_popup::draw_text("Help", state, *first, theme, frame),
        Some(Popup::Errors(first)) => {
            text_popup::draw_text("Errors, newest first", state, *first, theme, frame);
        }
        Some(Popup::Text(window)) => {
            text_popup::draw_text(&window.title, state, window.first, theme, frame);
        }
        Some(Popup::KeySearch(line)) => key_search::draw_search(state, line, theme, frame),
        Some(Popup::SearchResults(list)) => key_search::draw_results(state, list, theme, frame),
        Some(Popup::MfaCode(serial, line)) => key_search::draw_mfa_code(serial, line, theme, frame),
        Some(Popup::Profiles(picker)) => profile_picker::draw(state, picker, theme, frame),
        Some(Popup::Quit) => text_popup::draw_quit(state, theme, frame),
        None => {}
    }
    if theme.ascii {
        ascii::translate(frame.buffer_mut());
    }
}

fn too_small(frame: &mut Frame<'_>, area: Rect) {
    let (columns, rows) = layout::MIN_SCREEN;
    let text = format!(
        "keyflip needs {columns}x{rows}; this terminal is {}x{}.\nctrl-c quits.",
        area.width, area.height
    );
    frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: true }), area);
}
