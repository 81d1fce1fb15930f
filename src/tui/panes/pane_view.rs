//! What a pane is drawn from, beside its own list.

use crate::tui::context::Shared;
use crate::tui::panes::filter_line::FilterLine;
use crate::tui::render::Theme;

/// What a pane is drawn from, beside its own list.
pub(super) struct PaneView<'a> {
    /// Shared data.
    pub shared: &'a Shared,
    /// Filter of the list in view.
    pub filter: &'a FilterLine,
    /// Details in the title of the list in view.
    pub details: &'a str,
    /// Whether the pane has the focus.
    pub focused: bool,
    /// Columns of the longest user name.
    pub name_columns: usize,
    /// Theme.
    pub theme: &'a Theme,
}
