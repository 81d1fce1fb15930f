//! The rows above and below the panes: header, status bar and footer.

mod footer;
mod header;
mod loading;
mod status;

pub(crate) use footer::{FooterHint, draw_hints, pane_hints};
pub(crate) use header::{draw_header, header_rows};
pub(crate) use loading::LoadingIndicator;
pub(crate) use status::{CoveragePlacement, StatusArea, StatusState, draw_status, status_area};
