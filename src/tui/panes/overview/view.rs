//! Drawing of the Overview of the account.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::tui::messages::overview as messages;
use crate::tui::panes::overview::OverviewPane;
use crate::tui::panes::pane_view::PaneView;

impl OverviewPane {
    /// Draws the bars. `coverage` replaces the source of the counts in the title, if the status bar
    /// has no room for it and no user is missing from the counts.
    pub(in crate::tui::panes) fn draw(
        &self,
        view: &PaneView<'_>,
        coverage: Option<&str>,
        frame: &mut Frame<'_>,
        area: Rect,
    ) {
        let Some(overview) = self.overview() else { return };
        let source = messages::source(overview);
        let name = messages::title(overview);
        let coverage = coverage.filter(|_| overview.is_list_complete);
        let titles = (name.as_str(), coverage.unwrap_or(&source));
        self.bars.draw(overview, titles, view.theme, frame, area);
    }
}
