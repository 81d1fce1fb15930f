//! Profiles to choose from.

use std::sync::Arc;

use crossterm::event::{Event, KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler as _;

use crate::model::{NO_PROFILES, Profile, Route, escape_hidden};
use crate::tui::bars::FooterHint;
use crate::tui::context::{Context, Shared};
use crate::tui::flow::{Flow, Request};
use crate::tui::keymap::Action;
use crate::tui::messages::popups as messages;
use crate::tui::panes::{CursorList, CursorMove};
use crate::tui::popups::component::Component;
use crate::tui::popups::prompt::draw_input;
use crate::tui::render::Theme;
use crate::tui::render::block::{draw_popup, draw_row, title};
use crate::tui::render::layout;

/// Maximum width of the popup, in columns.
const MAX_COLUMNS: u16 = 100;

/// Rows above the first profile: the input and an empty row.
const INPUT_ROWS: u16 = 2;

/// Columns of a profile's name.
const NAME_COLUMNS: usize = 28;

/// List of profiles and the text that narrows it.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProfilePicker {
    input: Input,
    /// Profiles that the names were chosen from.
    profiles: Option<Arc<[Profile]>>,
    /// Names that contain the text.
    names: CursorList<Arc<str>>,
}

impl ProfilePicker {
    /// Returns a list of all profiles.
    pub(crate) fn new(shared: &Shared) -> Self {
        let mut picker = Self::default();
        picker.narrow(shared);
        picker
    }

    /// Shows the profiles that contain the text. Those for the account of a key that was looked up
    /// come first, the others follow as listed. The selection is kept.
    fn narrow(&mut self, shared: &Shared) {
        self.profiles.clone_from(&shared.profiles);
        let wanted = shared.lookups.foreign_account();
        let text = self.input.value().to_lowercase();
        let mut shown: Vec<&Profile> = self
            .profiles
            .iter()
            .flat_map(|profiles| profiles.iter())
            .filter(|profile| profile.name.to_lowercase().contains(&text))
            .collect();
        shown
            .sort_by_key(|profile| wanted.is_none() || profile.likely_account() != wanted.as_ref());
        self.names.show(shown.into_iter().map(|profile| Arc::clone(&profile.name)).collect());
    }

    /// Returns the area of the popup on a screen, and the area inside its border.
    fn area(&self, (columns, rows): (u16, u16)) -> (Rect, Rect) {
        let names = u16::try_from(self.names.items().len().max(1)).unwrap_or(u16::MAX);
        layout::popup_area(columns, rows, MAX_COLUMNS, names.saturating_add(INPUT_ROWS))
    }

    fn set_height(&mut self, screen: (u16, u16)) {
        let (_, inside) = self.area(screen);
        self.names.set_height(usize::from(inside.height.saturating_sub(INPUT_ROWS)));
    }
}

impl Component for ProfilePicker {
    fn key(&mut self, key: KeyEvent, context: &mut Context<'_>) -> Flow {
        let shared = &*context.shared;
        self.set_height(shared.size);
        let step = match shared.options.keymap.action_beside_text(&key) {
            Some(Action::Cancel | Action::Quit) => return Flow::Close,
            Some(Action::Help) => return Flow::Request(Request::Help),
            Some(Action::Down) => CursorMove::By(1),
            Some(Action::Up) => CursorMove::By(-1),
            Some(Action::PageDown) => CursorMove::Pages(1),
            Some(Action::PageUp) => CursorMove::Pages(-1),
            _ if key.code == KeyCode::Enter => {
                // Nothing is selected while the profiles are still being read.
                return match self.names.selected() {
                    Some(profile) => {
                        Flow::Request(Request::ChangeRoute(Route::Profile(Arc::clone(profile))))
                    }
                    None => Flow::Stay,
                };
            }
            _ => {
                if self.input.handle_event(&Event::Key(key)).is_some_and(|change| change.value) {
                    self.narrow(shared);
                    self.names.go(CursorMove::First);
                }
                return Flow::Stay;
            }
        };
        self.names.go(step);
        Flow::Stay
    }

    fn paste(&mut self, _text: &str, _context: &mut Context<'_>) -> Flow {
        Flow::Stay
    }

    fn settle(&mut self, _inputs: usize, context: &mut Context<'_>) -> Flow {
        let shared = &*context.shared;
        let is_shown = match (&self.profiles, &shared.profiles) {
            (Some(shown), Some(listed)) => Arc::ptr_eq(shown, listed),
            (shown, listed) => shown.is_none() == listed.is_none(),
        };
        if !is_shown {
            self.narrow(shared);
        }
        self.set_height(shared.size);
        Flow::Stay
    }

    fn takes_text(&self) -> bool {
        true
    }

    fn hints(&self, shared: &Shared) -> Vec<FooterHint> {
        let mut hints = Vec::new();
        let moves: Vec<_> = [Action::Down, Action::Up]
            .into_iter()
            .filter_map(|action| shared.options.keymap.key_beside_text(action))
            .collect();
        if !moves.is_empty() {
            hints.push(FooterHint::new(1, &moves.join(" "), "select"));
        }
        hints.push(FooterHint::new(0, "enter", "use it"));
        hints.push(FooterHint::new(0, "esc", "close"));
        hints
    }

    fn draw(&self, shared: &Shared, theme: &Theme, frame: &mut Frame<'_>) {
        let (area, inside) = self.area(shared.size);
        let title = title(messages::PROFILES_TITLE, messages::PROFILES_HINT, theme);
        let inside = draw_popup(title, theme, frame, area, inside);
        draw_input(&self.input, theme, frame, inside, 0);
        let (_, window) = self.names.window();
        for (line, name) in window.iter().enumerate() {
            let is_selected = self.names.cursor_line() == Some(line);
            let cursor = if is_selected { theme.glyphs.cursor } else { " " };
            let profile = self.profiles.iter().flat_map(|profiles| profiles.iter());
            let profile = profile.into_iter().find(|profile| profile.name == *name);
            let text = format!(
                "{cursor} {} {}",
                theme.glyphs.fit(&escape_hidden(name), NAME_COLUMNS),
                profile.map(profile_details).unwrap_or_default()
            );
            let text = theme.glyphs.fit(&text, usize::from(inside.width));
            let style = if is_selected { theme.selected } else { theme.plain };
            let row = line + usize::from(INPUT_ROWS);
            draw_row(vec![Span::raw(text)], style, frame, inside, row);
        }
        if self.names.items().is_empty() {
            let text = match &self.profiles {
                None => messages::READING_PROFILES,
                Some(all) if all.is_empty() => NO_PROFILES,
                Some(_) => messages::NO_PROFILE_MATCHES,
            };
            let row = usize::from(INPUT_ROWS);
            draw_row(vec![Span::styled(text, theme.dim)], theme.plain, frame, inside, row);
        }
    }
}

/// Returns the account and kind of a profile, from the configuration files.
fn profile_details(profile: &Profile) -> String {
    let account = match (&profile.account, &profile.account_guess) {
        (Some(account), _) => account.to_string(),
        (None, Some(guess)) => format!("{guess}?"),
        (None, None) => messages::ACCOUNT_UNKNOWN.to_owned(),
    };
    format!("{account:17} {}", profile.kind)
}
