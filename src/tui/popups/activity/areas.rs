//! Areas of the popup: of the activity, and of the lines below.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use crate::ops::activity::Activity;
use crate::tui::context::Shared;
use crate::tui::messages::activity as messages;
use crate::tui::render::Theme;
use crate::tui::render::block::draw_row;
use crate::tui::render::layout::{self, PopupArea};

/// Maximum width of the popup, in columns.
const MAX_COLUMNS: u16 = 160;

/// Minimum rows of a screen whose notification and hints stay visible below the popup.
const MIN_ROWS_FOR_STATUS: u16 = 14;

/// Part of the rows of a screen that notifications and hints have at most.
const MAX_STATUS_SHARE: u16 = 4;

/// Returns the area of the popup on a screen. Where there is room, the notification and the hints
/// below stay visible.
pub(super) fn area(shared: &Shared) -> PopupArea {
    let rows = shared.size.height;
    let mut frame = layout::highest_popup_area(shared.size, MAX_COLUMNS).frame;
    if rows >= MIN_ROWS_FOR_STATUS {
        frame.height -= shared.status_rows.saturating_add(1).min(rows / MAX_STATUS_SHARE);
    }
    PopupArea::within(frame)
}

/// Returns the lines below every part of the activity: the account that was read, and what
/// CloudTrail does not have.
fn origin_lines(width: usize, activity: &Activity) -> Vec<String> {
    let account = &activity.query().account;
    for limits in [messages::LIMITS, messages::SHORT_LIMITS] {
        let line = format!("{account} · {limits}");
        if line.width() <= width {
            return vec![line];
        }
    }
    let limits = [messages::LIMITS, messages::SHORT_LIMITS];
    let limits = limits.into_iter().find(|limits| limits.width() <= width);
    vec![account.to_string(), limits.unwrap_or(messages::SHORT_LIMITS).to_owned()]
}

/// Draws the lines below every part of the activity.
pub(super) fn draw_origin(activity: &Activity, theme: &Theme, frame: &mut Frame<'_>, inside: Rect) {
    let (_, below) = split(inside, activity);
    let width = usize::from(below.width);
    for (row, text) in origin_lines(width, activity).iter().enumerate() {
        let text = theme.glyphs.fit(text, width);
        draw_row(vec![Span::styled(text, theme.dim)], theme.plain, frame, below, row);
    }
}

/// Splits the area inside the border into that of the activity, and that of the lines below.
pub(super) fn split(inside: Rect, activity: &Activity) -> (Rect, Rect) {
    let lines = origin_lines(usize::from(inside.width), activity).len();
    let below = u16::try_from(lines).unwrap_or(1).min(inside.height);
    let height = inside.height - below;
    let below = Rect { y: inside.y + height, height: below, ..inside };
    (Rect { height, ..inside }, below)
}
