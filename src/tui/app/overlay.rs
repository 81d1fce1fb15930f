//! What lies over the panes: one thing at a time.

use crate::tui::app::Confirm;

/// What lies over the panes.
#[derive(Clone, Debug)]
pub(crate) enum Overlay {
    /// The dialog before a change.
    Confirm(Box<Confirm>),
    /// The help; the first line shown.
    Help(usize),
    /// Errors in full; the first line shown.
    Errors(usize),
    /// Whether to leave although changes are in flight.
    Leave,
}
