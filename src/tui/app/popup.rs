//! Popups over the panes; one at a time.

use std::sync::Arc;

use tui_input::Input;

use crate::model::KeyId;
use crate::tui::app::{Confirm, CursorList, ProfilePicker, TextPopup};

/// Popup over the panes.
#[derive(Clone, Debug)]
pub(crate) enum Popup {
    /// Confirmation dialog before a change.
    Confirm(Box<Confirm>),
    /// Help, with the first line shown.
    Help(usize),
    /// Errors in full, with the first line shown.
    Errors(usize),
    /// Other text.
    Text(TextPopup),
    /// Input for a text with key IDs in it.
    KeySearch(Input),
    /// Key IDs found in a text.
    SearchResults(CursorList<KeyId>),
    /// Input for an MFA code, with the serial number of the device.
    MfaCode(Arc<str>, Input),
    /// Profiles to choose from.
    Profiles(ProfilePicker),
    /// Question whether to quit while changes are in flight.
    Quit,
}
