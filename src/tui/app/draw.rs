//! Layout and drawing of the whole screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::{Paragraph, Wrap};

use crate::tui::app::ui::Ui;
use crate::tui::bars::{
    CoveragePlacement, FooterHint, StatusArea, StatusState, draw_header, draw_hints, draw_status,
    header_rows, pane_hints, status_area,
};
use crate::tui::context::Shared;
use crate::tui::messages;
use crate::tui::popups::Component as _;
use crate::tui::render::layout::{self, RegionNeeds, Regions};
use crate::tui::render::{Theme, ascii};

impl Ui {
    pub(super) fn status(&self, shared: &Shared) -> StatusArea {
        status_area(&StatusState {
            shared,
            loading: self.loading,
            undecided: self.panes.undecided(),
            scan_paused: self.pauses_full_scan(shared),
            coverage: self.panes.other_coverage(),
        })
    }

    /// Returns the hints of the footer: those of the top popup, or else of the panes.
    pub(crate) fn hints(&self, shared: &Shared) -> Vec<FooterHint> {
        match self.popups.top() {
            Some(popup) => popup.hints(shared),
            None => pane_hints(&self.panes, shared),
        }
    }

    pub(super) fn regions(&self, shared: &Shared) -> Regions {
        self.regions_for(&self.status(shared), shared)
    }

    fn regions_for(&self, status: &StatusArea, shared: &Shared) -> Regions {
        let needs = RegionNeeds {
            header: u16::try_from(header_rows(shared)).unwrap_or(1),
            status: u16::try_from(status.rows.len()).unwrap_or(1),
            keys: self.panes.user_keys.rows(self.panes.user_index(), shared),
            users_columns: self.panes.users_columns(),
        };
        self.panes.fit(layout::regions(shared.size, needs, self.panes.focus))
    }

    /// Draws the whole screen.
    pub(super) fn draw(&self, shared: &Shared, theme: &Theme, frame: &mut Frame<'_>) {
        let area = frame.area();
        if !layout::is_usable(area.as_size()) {
            return draw_too_small(frame, area);
        }
        let status = self.status(shared);
        let regions = self.regions_for(&status, shared);
        draw_header(shared, theme, frame, regions.header);
        let coverage = match &status.coverage {
            CoveragePlacement::InTitle(coverage) => Some(coverage.as_str()),
            CoveragePlacement::InStatus(_) => None,
        };
        self.panes.draw(shared, &regions, coverage, theme, frame);
        draw_status(&status, theme, frame, regions.status);
        let filter = self.panes.filter_in_view().filter(|filter| filter.is_shown());
        let beside_filter = match filter.filter(|_| self.popups.is_empty()) {
            Some(filter) => filter.draw(shared, theme, frame, regions.footer),
            None => regions.footer,
        };
        draw_hints(self.hints(shared), theme, frame, beside_filter);
        // An input line below would set the cursor of the terminal. On a small screen a popup below
        // would stand out around the one above, and hide its hints.
        let has_room = !layout::popups_take_all(area.height);
        let below = self.popups.below().iter();
        let below = below.filter(|popup| has_room && !popup.takes_text());
        for popup in below.chain(self.popups.top()) {
            popup.draw(shared, theme, frame);
        }
        if theme.ascii {
            ascii::translate(frame.buffer_mut());
        }
    }
}

fn draw_too_small(frame: &mut Frame<'_>, area: Rect) {
    let text = messages::popups::too_small(layout::MIN_SCREEN, area.as_size());
    frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: true }), area);
}
