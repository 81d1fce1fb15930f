//! What lies over the panes: one thing at a time.

use std::sync::Arc;

use tui_input::Input;

use crate::model::KeyId;
use crate::tui::app::{Confirm, CursorList, ProfilePicker, TextPopup};

/// What lies over the panes.
#[derive(Clone, Debug)]
pub(crate) enum Popup {
    /// The dialog before a change.
    Confirm(Box<Confirm>),
    /// The help; the first line shown.
    Help(usize),
    /// Errors in full; the first line shown.
    Errors(usize),
    /// A window of text.
    Text(TextPopup),
    /// The line for a text with key IDs in it.
    KeySearch(Input),
    /// The key IDs of a text, to choose from.
    SearchResults(CursorList<KeyId>),
    /// The line for the code of an MFA device, whose serial number is shown.
    MfaCode(Arc<str>, Input),
    /// The profiles to choose from.
    Profiles(ProfilePicker),
    /// Whether to leave although changes are in flight.
    Quit,
}
