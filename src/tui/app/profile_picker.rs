//! The choice of another profile.

use std::sync::Arc;

use crossterm::event::{Event, KeyCode, KeyEvent};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler as _;

use crate::model::Profile;
use crate::tui::app::{CursorList, CursorMove, Effect, Popup, State};

/// The list of profiles, and the text that narrows it.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProfilePicker {
    /// What is typed.
    pub line: Input,
    /// The names that hold it.
    pub names: CursorList<Arc<str>>,
}

impl State {
    /// Opens the list of profiles, read anew.
    pub(super) fn show_profiles(&mut self) -> Vec<Effect> {
        self.popup = Some(Popup::Profiles(ProfilePicker::default()));
        self.narrow_profiles();
        vec![Effect::ListProfiles]
    }

    /// The profiles were listed.
    pub(super) fn take_profiles(&mut self, profiles: Vec<Profile>) {
        self.profiles = Some(profiles);
        self.narrow_profiles();
    }

    pub(super) fn take_profiles_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let Some(Popup::Profiles(picker)) = &mut self.popup else { return Vec::new() };
        match key.code {
            KeyCode::Esc => self.popup = None,
            KeyCode::Enter => {
                // Nothing can be chosen while the list is still being read.
                let Some(profile) = picker.names.selected().cloned() else { return Vec::new() };
                self.popup = None;
                return self.change_profile(profile);
            }
            KeyCode::Down => {
                picker.names.go(CursorMove::By(1));
            }
            KeyCode::Up => {
                picker.names.go(CursorMove::By(-1));
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

    /// Another text finds other profiles.
    fn select_first_profile(&mut self) {
        if let Some(Popup::Profiles(picker)) = &mut self.popup {
            picker.names.go(CursorMove::First);
        }
    }

    /// Shows the profiles that hold the text: those first that lead to the
    /// account of a key that was looked for, the others as they were listed.
    /// The selected one stays selected.
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
