//! Title of a popup, with as many hints as it has room for.

use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::tui::bars::FooterHint;
use crate::tui::render::Theme;
use crate::tui::render::block::title;

/// Returns the title of a popup with that border: its name, details if there are any, and the hints
/// that fit. Small screens have no other place for them.
pub(super) fn hint_title<'a>(
    name: &str,
    mut more: String,
    hints: &[FooterHint],
    area: Rect,
    theme: &Theme,
) -> Line<'a> {
    for hint in hints {
        let gap = if more.is_empty() { "" } else { ", " };
        let longer = format!("{more}{gap}{} {}", hint.key, hint.label);
        if title(name, &longer, theme).width() + 2 > usize::from(area.width) {
            break;
        }
        more = longer;
    }
    title(name, &more, theme)
}
