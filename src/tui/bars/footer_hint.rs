//! Hints of the footer.

use std::borrow::Cow;

use crate::tui::keymap::{Action, Keymap};

/// A key and a label for what it does now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FooterHint {
    /// Drop order in a narrow footer: the highest rank goes first, 0 last.
    pub rank: u8,
    /// Key, or several separated by spaces.
    pub key: String,
    /// Label.
    pub label: Cow<'static, str>,
}

impl FooterHint {
    /// Returns a hint.
    pub(crate) fn new(rank: u8, key: &str, label: impl Into<Cow<'static, str>>) -> Self {
        Self { rank, key: key.to_owned(), label: label.into() }
    }

    /// Returns a hint for the first key of an action; `None` if it has none.
    pub(crate) fn of_action(
        rank: u8,
        action: Action,
        label: &'static str,
        keymap: &Keymap,
    ) -> Option<Self> {
        Some(Self::new(rank, keymap.keys(action).next()?, label))
    }
}
