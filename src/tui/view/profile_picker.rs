//! The profile picker.

use ratatui::Frame;
use ratatui::text::Span;

use crate::model::{Profile, escape_hidden};
use crate::tui::app::{ProfilePicker, State};
use crate::tui::layout;
use crate::tui::view::block::{draw_popup, draw_row, title};
use crate::tui::view::key_search::draw_input;
use crate::tui::view::theme::Theme;

/// Draws the list of profiles.
pub(crate) fn draw(state: &State, picker: &ProfilePicker, theme: &Theme, frame: &mut Frame<'_>) {
    let screen = frame.area();
    let names = picker.names.items();
    let lines = u16::try_from(names.len().max(1) + 3).unwrap_or(u16::MAX);
    let (area, inside) = layout::popup_area(screen.width, screen.height, 100, lines);
    let inside =
        draw_popup(title("Profiles", "enter to use one", theme), theme, frame, area, inside);
    draw_input(&picker.line, theme, frame, inside, 0);
    let height = usize::from(inside.height).saturating_sub(2);
    let selected = picker
        .names
        .selected()
        .and_then(|name| names.iter().position(|other| other == name))
        .unwrap_or(0);
    let first = (selected + 1).saturating_sub(height.max(1));
    for (number, name) in names.iter().skip(first).take(height).enumerate() {
        let is_selected = first + number == selected;
        let cursor = if is_selected { theme.glyphs.cursor } else { " " };
        let profile = state.profiles.iter().flatten().find(|profile| profile.name == *name);
        let text = format!(
            "{cursor} {} {}",
            theme.glyphs.fit(&escape_hidden(name), 28),
            profile.map(profile_details).unwrap_or_default()
        );
        let text = theme.glyphs.fit(&text, usize::from(inside.width));
        draw_row(
            vec![Span::raw(text)],
            if is_selected { theme.selected } else { theme.plain },
            frame,
            inside,
            number + 2,
        );
    }
    if names.is_empty() {
        let text = match &state.profiles {
            None => "Reading the AWS configuration…",
            Some(all) if all.is_empty() => crate::model::NO_PROFILES,
            Some(_) => "No profile matches.",
        };
        draw_row(vec![Span::styled(text, theme.dim)], theme.plain, frame, inside, 2);
    }
}

/// Returns the account and kind of a profile, from the configuration files.
fn profile_details(profile: &Profile) -> String {
    let account = match (&profile.account, &profile.account_guess) {
        (Some(account), _) => account.to_string(),
        (None, Some(guess)) => format!("{guess}?"),
        (None, None) => "account unknown".to_owned(),
    };
    format!("{account:17} {}", profile.kind)
}
