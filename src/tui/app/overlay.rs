//! What lies over the panes: one thing at a time.

use std::sync::Arc;

use tui_input::Input;

use crate::model::KeyId;
use crate::tui::app::{Confirm, List, Picker, TextWindow};

/// What lies over the panes.
#[derive(Clone, Debug)]
pub(crate) enum Overlay {
    /// The dialog before a change.
    Confirm(Box<Confirm>),
    /// The help; the first line shown.
    Help(usize),
    /// Errors in full; the first line shown.
    Errors(usize),
    /// A window of text.
    Text(TextWindow),
    /// The line for a text with key IDs in it.
    Find(Input),
    /// The key IDs of a text, to choose from.
    Found(List<KeyId>),
    /// The line for the code of an MFA device, whose serial number is shown.
    Code(Arc<str>, Input),
    /// The profiles to choose from.
    Profiles(Picker),
    /// Whether to leave although changes are in flight.
    Leave,
}
