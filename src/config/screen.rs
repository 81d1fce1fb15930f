//! The section `[screen]`: how the screen starts.

use serde::Deserialize;
use toml::Spanned;

use super::location::FileLocation;
use super::sourced::Sourced;

/// The settings of `[screen]`. All are optional.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Screen {
    /// True to keep the last view of each account and to start with it.
    pub restore: Sourced<bool>,
}

impl Default for Screen {
    fn default() -> Self {
        Self { restore: Sourced::built_in(false) }
    }
}

/// The structure of the section.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawScreen {
    restore: Option<Spanned<bool>>,
}

impl RawScreen {
    /// Returns the settings with their lines.
    pub(super) fn resolve(self, location: &FileLocation<'_>) -> Screen {
        let restore = self.restore.map(|value| location.sourced(value, |on| on));
        Screen { restore: restore.unwrap_or(Screen::default().restore) }
    }
}
