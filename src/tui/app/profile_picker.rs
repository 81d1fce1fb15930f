//! Popup to change to another profile.

use std::sync::Arc;

use crossterm::event::{Event, KeyCode, KeyEvent};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler as _;

use crate::model::Profile;
use crate::tui::app::{CursorList, CursorMove, Effect, MAX_POPUP_COLUMNS, Popup, State};
use crate::tui::keymap::Action;
use crate::tui::layout;

/// List of profiles and the text that narrows it.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProfilePicker {
    /// Text typed.
    pub line: Input,
    /// Names that contain the text.
    pub names: CursorList<Arc<str>>,
}

/// Rows of the popup above the first profile: the input and an empty row.
const INPUT_ROWS: u16 = 2;

impl ProfilePicker {
    /// Returns the number of profiles that a screen of that size shows at once.
    fn rows(&self, columns: u16, rows: u16) -> usize {
        let lines = u16::try_from(self.names.items().len()).unwrap_or(u16::MAX);
        let lines = lines.saturating_add(INPUT_ROWS);
        let (_, inside) = layout::popup_area(columns, rows, MAX_POPUP_COLUMNS, lines);
        usize::from(inside.height.saturating_sub(INPUT_ROWS))
    }
}

impl State {
    /// Opens the list, and reads the profiles again.
    pub(super) fn show_profiles(&mut self) -> Vec<Effect> {
        self.popup = Some(Popup::Profiles(ProfilePicker::default()));
        self.narrow_profiles();
        vec![Effect::ListProfiles]
    }

    /// Takes the profiles of the AWS configuration.
    pub(super) fn take_profiles(&mut self, profiles: Vec<Profile>) {
        self.profiles = Some(profiles);
        self.narrow_profiles();
    }

    /// Handles a key in the list; `action` is the one it is bound to, unless it types a character.
    pub(super) fn take_profiles_key(
        &mut self,
        key: KeyEvent,
        action: Option<Action>,
    ) -> Vec<Effect> {
        let (columns, rows) = self.size;
        let Some(Popup::Profiles(picker)) = &mut self.popup else { return Vec::new() };
        let step = match action {
            Some(Action::Down) => Some(CursorMove::By(1)),
            Some(Action::Up) => Some(CursorMove::By(-1)),
            Some(Action::PageDown) => Some(CursorMove::Pages(1)),
            Some(Action::PageUp) => Some(CursorMove::Pages(-1)),
            _ => None,
        };
        if let Some(step) = step {
            picker.names.set_height(picker.rows(columns, rows));
            picker.names.go(step);
            return Vec::new();
        }
        match key.code {
            KeyCode::Enter => {
                // Nothing is selected while the profiles are still being read.
                let Some(profile) = picker.names.selected().cloned() else { return Vec::new() };
                self.popup = None;
                return self.change_profile(profile);
            }
            _ => {
                if picker.line.handle_event(&Event::Key(key)).is_some_and(|changed| changed.value) {
                    self.narrow_profiles();
                    self.select_first_profile();
                }
            }
        }
        Vec::new()
    }

    /// Selects the first profile, after the text has changed.
    fn select_first_profile(&mut self) {
        if let Some(Popup::Profiles(picker)) = &mut self.popup {
            picker.names.go(CursorMove::First);
        }
    }

    /// Shows the profiles that contain the text. Those for the account of a key that was looked up
    /// come first, the others follow as listed. The selection is kept.
    fn narrow_profiles(&mut self) {
        let wanted = self.key_search.foreign_account();
        let Some(Popup::Profiles(picker)) = &mut self.popup else { return };
        let text = picker.line.value().to_lowercase();
        let mut shown: Vec<&Profile> = self
            .profiles
            .iter()
            .flatten()
            .filter(|profile| profile.name.to_lowercase().contains(&text))
            .collect();
        shown
            .sort_by_key(|profile| wanted.is_none() || profile.likely_account() != wanted.as_ref());
        picker.names.show(shown.into_iter().map(|profile| Arc::clone(&profile.name)).collect());
    }
}
