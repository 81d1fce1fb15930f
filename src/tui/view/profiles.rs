//! The profiles to choose from.

use ratatui::Frame;
use ratatui::text::Span;

use crate::model::{Profile, visible};
use crate::tui::app::{Picker, State};
use crate::tui::layout;
use crate::tui::view::find::typed;
use crate::tui::view::frame::{row, title, window};
use crate::tui::view::theme::Theme;

/// Draws the list of profiles.
pub(crate) fn draw(state: &State, picker: &Picker, theme: &Theme, frame: &mut Frame<'_>) {
    let screen = frame.area();
    let names = picker.names.items();
    let lines = u16::try_from(names.len().max(1) + 3).unwrap_or(u16::MAX);
    let (area, inside) = layout::window(screen.width, screen.height, 100, lines);
    let inside = window(title("Profiles", "enter changes to one", theme), theme, frame, area, inside);
    typed(&picker.line, theme, frame, inside, 0);
    let height = usize::from(inside.height).saturating_sub(2);
    let selected = picker.names.selected().and_then(|name| names.iter().position(|other| other == name)).unwrap_or(0);
    let first = (selected + 1).saturating_sub(height.max(1));
    for (number, name) in names.iter().skip(first).take(height).enumerate() {
        let is_selected = first + number == selected;
        let cursor = if is_selected { theme.glyphs.cursor } else { " " };
        let profile = state.profiles.iter().flatten().find(|profile| profile.name == *name);
        let text =
            format!("{cursor} {} {}", theme.glyphs.fit(&visible(name), 28), profile.map(told).unwrap_or_default());
        let text = theme.glyphs.fit(&text, usize::from(inside.width));
        row(vec![Span::raw(text)], if is_selected { theme.selected } else { theme.plain }, frame, inside, number + 2);
    }
    if names.is_empty() {
        let text = match &state.profiles {
            None => "Reading the AWS configuration",
            Some(all) if all.is_empty() => "The AWS configuration has no profiles.",
            Some(_) => "No profile holds this text.",
        };
        row(vec![Span::styled(text, theme.dim)], theme.plain, frame, inside, 2);
    }
}

/// What the files tell of a profile.
fn told(profile: &Profile) -> String {
    let account = match (&profile.account, &profile.account_guess) {
        (Some(account), _) => account.to_string(),
        (None, Some(guess)) => format!("{guess}?"),
        (None, None) => "account not told".to_owned(),
    };
    format!("{account:17} {}", profile.kind)
}
