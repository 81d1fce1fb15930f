//! The layout of the screen.
//!
//! ```text
//! wide                            narrow             low
//! header                          header             header
//! ╭ users ──────╮╭ keys ───────╮  ╭ users ───────╮   ╭ the pane in ──╮
//! │             ││             │  ╰──────────────╯   │ use           │
//! │             │├ user ───────┤  ╭ keys ────────╮   ╰───────────────╯
//! ╰─────────────╯╰─────────────╯  ╰──────────────╯   status
//! status                          status             footer
//! footer                          footer
//! ```

use ratatui::layout::{Margin, Position, Rect, Size};

/// The smallest usable screen.
pub(crate) const MIN_SCREEN: Size = Size::new(40, 10);

/// Minimum columns for panes side by side.
const WIDE_SCREEN_COLUMNS: u16 = 100;

/// Minimum columns of the list of users beside the keys.
const MIN_USERS_COLUMNS: u16 = 52;

/// Columns of the keys of a user, with the border, at which the last use is rarely cut.
const KEYS_COLUMNS: u16 = 78;

/// Minimum rows of the body for more than the focused pane.
const LOW_BODY_ROWS: u16 = 13;

/// Minimum rows of the screen for a full border; below, a pane has only its title.
const FLAT_PANE_ROWS: u16 = 8;

/// Minimum rows of the body.
const MIN_BODY_ROWS: u16 = 4;

/// Rows of the status bar that the header leaves, for the result of a change.
const MIN_STATUS_ROWS: u16 = 2;

/// Rows of the details of the selected user below the lists.
const DETAIL_ROWS: u16 = 9;

/// Minimum and maximum rows of the details below the only list of a view, with their border.
const LIST_DETAIL_ROWS: (u16, u16) = (6, 9);

/// Rows of the footer.
const FOOTER_ROWS: u16 = 1;

/// Maximum rows of the header, except for very long names.
const MAX_HEADER_ROWS: u16 = 3;

/// A pane that can have the focus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Pane {
    /// The list of the view: of users, keys, bars or accounts.
    #[default]
    List,
    /// The keys of the selected user.
    UserKeys,
}

/// The rows and columns that the regions need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RegionNeeds {
    /// Rows of the header.
    pub header: u16,
    /// Rows of the status bar.
    pub status: u16,
    /// Rows of the keys pane, without its border and heading.
    pub keys: u16,
    /// Columns of the list of users, with its border, at which no name is cut.
    pub users_columns: u16,
}

/// The regions of the screen; `None` for one without room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Regions {
    /// The session context: account, caller, profile, endpoint.
    pub header: Rect,
    /// Everything between header and status bar.
    pub body: Rect,
    /// The list of the view.
    pub list: Option<Rect>,
    /// The keys of the selected user.
    pub user_keys: Option<Rect>,
    /// The details of the selected user.
    pub detail: Option<Rect>,
    /// The status bar: results, errors, coverage.
    pub status: Rect,
    /// The footer: key hints or the filter.
    pub footer: Rect,
}

/// Returns whether a screen of that size is large enough.
pub(crate) fn is_usable(screen: Size) -> bool {
    screen.width >= MIN_SCREEN.width && screen.height >= MIN_SCREEN.height
}

/// Returns the maximum rows of the status bar, given the rows of the screen and
/// of the header.
pub(crate) fn status_room(rows: u16, header: usize) -> usize {
    usize::from(rows.saturating_sub(MIN_BODY_ROWS + FOOTER_ROWS)).saturating_sub(header)
}

/// Returns the maximum rows of the header, given the rows of the screen, if it can have so few.
pub(crate) fn header_room(rows: u16) -> usize {
    status_room(rows, usize::from(MIN_STATUS_ROWS))
}

/// Divides a screen into its regions.
pub(crate) fn regions(size: Size, needs: RegionNeeds, focus: Pane) -> Regions {
    let screen = Rect::from((Position::ORIGIN, size));
    let around = needs.header.saturating_add(FOOTER_ROWS);
    let status_room = size.height.saturating_sub(around + MIN_BODY_ROWS).max(1);
    let status_rows = needs.status.min(status_room);
    let [rest, footer] = split_bottom(screen, FOOTER_ROWS);
    let [rest, status] = split_bottom(rest, status_rows);
    let [header, body] = split_top(rest, needs.header);
    let mut regions = Regions { header, body, status, footer, ..Regions::default() };
    let keys_height = needs.keys.clamp(2, 8) + 3;
    if size.width >= WIDE_SCREEN_COLUMNS {
        let left = users_columns(size.width, needs.users_columns);
        let [left, right] = split_left(body, left);
        regions.list = Some(left);
        if body.height >= LOW_BODY_ROWS {
            let [keys, detail] = split_top(right, keys_height);
            (regions.user_keys, regions.detail) = (Some(keys), Some(detail));
        } else {
            regions.user_keys = Some(right);
        }
    } else if body.height >= LOW_BODY_ROWS {
        let detail_height =
            if body.height >= LOW_BODY_ROWS + DETAIL_ROWS + 5 { DETAIL_ROWS } else { 0 };
        let [lists, detail] = split_bottom(body, detail_height);
        let [users, keys] = split_bottom(lists, keys_height.min(lists.height / 2));
        (regions.list, regions.user_keys) = (Some(users), Some(keys));
        regions.detail = (detail_height > 0).then_some(detail);
    } else {
        match focus {
            Pane::List => regions.list = Some(body),
            Pane::UserKeys => regions.user_keys = Some(body),
        }
    }
    regions
}

// ratatui's `Layout` divides by solving constraints, which took half of the time of the first
// frame.

/// Divides an area into its first rows, as many as there are, and the others.
pub(crate) fn split_top(area: Rect, rows: u16) -> [Rect; 2] {
    let rows = rows.min(area.height);
    let rest = Rect { y: area.y + rows, height: area.height - rows, ..area };
    [Rect { height: rows, ..area }, rest]
}

/// Divides an area into its last rows, as many as there are, and those before: `[before, last]`.
fn split_bottom(area: Rect, rows: u16) -> [Rect; 2] {
    split_top(area, area.height.saturating_sub(rows))
}

/// Divides an area into its first columns, as many as there are, and the others.
pub(crate) fn split_left(area: Rect, columns: u16) -> [Rect; 2] {
    let columns = columns.min(area.width);
    let rest = Rect { x: area.x + columns, width: area.width - columns, ..area };
    [Rect { width: columns, ..area }, rest]
}

/// Returns the columns of the list of users beside the keys: those it needs, as far as the keys
/// have [`KEYS_COLUMNS`], or a bit less than half of a screen that is too narrow for both.
fn users_columns(columns: u16, needed: u16) -> u16 {
    let narrow = u32::from(columns) * 43 / 100;
    let most = columns.saturating_sub(KEYS_COLUMNS).max(u16::try_from(narrow).unwrap_or(u16::MAX));
    needed.clamp(MIN_USERS_COLUMNS.min(most), most)
}

/// Returns the regions of a view with one list, and its details below if there is room.
pub(crate) fn list_with_detail(regions: Regions) -> Regions {
    let body = regions.body;
    let (least, most) = LIST_DETAIL_ROWS;
    let detail_rows =
        if body.height >= LOW_BODY_ROWS { (body.height / 4).clamp(least, most) } else { 0 };
    let [list, detail] = split_bottom(body, detail_rows);
    let detail = (detail_rows > 0).then_some(detail);
    Regions { list: Some(list), user_keys: None, detail, ..regions }
}

/// Returns whether a pane has only its title instead of a full border, on a
/// screen of that many rows. Stacked panes always have a full border.
pub(crate) fn is_flat(pane: Rect, rows: u16) -> bool {
    pane.height < FLAT_PANE_ROWS && rows < LOW_BODY_ROWS + 3
}

/// Returns the number of list rows in a pane, on a screen of that many rows: all
/// but those of the border and the heading.
pub(crate) fn rows_in(pane: Option<Rect>, rows: u16) -> usize {
    let around = |pane| if is_flat(pane, rows) { 2 } else { 3 };
    pane.map_or(1, |pane| usize::from(pane.height.saturating_sub(around(pane))).max(1))
}

/// The position of the mouse pointer in a pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PointerHit {
    /// The pane.
    pub pane: Pane,
    /// The line of its list, counted from the first in view; `None` on the border
    /// and the heading.
    pub line: Option<usize>,
}

/// Returns the pane and line at a position; `rows` is the height of the screen.
pub(crate) fn hit(regions: &Regions, rows: u16, column: u16, row: u16) -> Option<PointerHit> {
    let panes = [(Pane::List, regions.list), (Pane::UserKeys, regions.user_keys)];
    let under = |area: &Rect| area.contains(Position::new(column, row));
    let (pane, area) =
        panes.into_iter().find_map(|(pane, area)| Some((pane, area.filter(under)?)))?;
    let line = row
        .checked_sub(area.y + 2)
        .map(usize::from)
        .filter(|line| *line < rows_in(Some(area), rows));
    Some(PointerHit { pane, line })
}

/// The area of a popup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PopupArea {
    /// The whole, with the border.
    pub frame: Rect,
    /// The area of the text, inside the border.
    pub inside: Rect,
}

impl PopupArea {
    /// Returns the area within a frame.
    pub(crate) fn within(frame: Rect) -> Self {
        Self { frame, inside: frame.inner(Margin::new(2, 1)) }
    }
}

/// Returns the area of a centered popup for `lines` lines of text, at most `max_columns` columns
/// wide with its border. On a screen of 24 rows or more the header, with the session context, and
/// the footer stay visible.
pub(crate) fn popup_area(screen: Size, max_columns: u16, lines: usize) -> PopupArea {
    let Size { width: columns, height: rows } = screen;
    let width = max_columns.min(columns);
    let (head, foot) = if popups_take_all(rows) { (0, 0) } else { (MAX_HEADER_ROWS, FOOTER_ROWS) };
    let lines = u16::try_from(lines).unwrap_or(u16::MAX);
    let height = lines.saturating_add(2).min(rows - head - foot);
    let (x, y) = ((columns - width) / 2, ((rows - height) / 2).max(head));
    PopupArea::within(Rect::new(x, y, width, height))
}

/// Returns the area of the highest popup on a screen.
pub(crate) fn highest_popup_area(screen: Size, max_columns: u16) -> PopupArea {
    popup_area(screen, max_columns, usize::MAX)
}

/// Returns whether a popup may take all rows of a screen with that many.
pub(crate) fn popups_take_all(rows: u16) -> bool {
    rows < 24
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_popup_covers_neither_header_nor_footer() {
        let frame = |columns, rows, max_columns, lines| {
            popup_area(Size::new(columns, rows), max_columns, lines).frame
        };
        assert_eq!(frame(80, 24, 100, 90), Rect::new(0, 3, 80, 20));
        assert_eq!(frame(120, 40, 84, 10), Rect::new(18, 14, 84, 12));
        assert_eq!(frame(40, 10, 84, 90), Rect::new(0, 0, 40, 10), "all of it is needed");
    }

    #[test]
    fn every_region_is_inside_the_screen_at_any_size() {
        let needs = RegionNeeds { header: 2, status: 2, keys: 3, users_columns: 60 };
        for columns in 1..140 {
            for rows in 1..50 {
                for focus in [Pane::List, Pane::UserKeys] {
                    let r = regions(Size::new(columns, rows), needs, focus);
                    let screen = Rect::new(0, 0, columns, rows);
                    for region in [
                        Some(r.header),
                        r.list,
                        r.user_keys,
                        r.detail,
                        Some(r.status),
                        Some(r.footer),
                    ] {
                        let region = region.unwrap_or_default();
                        assert_eq!(region, region.intersection(screen), "{columns}x{rows}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_widest_possible_screen_does_not_panic() {
        let needs = RegionNeeds { users_columns: 92, ..RegionNeeds::default() };
        let r = regions(Size::new(u16::MAX, 40), needs, Pane::List);
        assert_eq!(r.list.map(|users| users.width), Some(92));
    }

    #[test]
    fn the_smallest_screen_shows_the_focused_pane() {
        let r = regions(
            MIN_SCREEN,
            RegionNeeds { header: 2, status: 1, keys: 2, users_columns: 60 },
            Pane::UserKeys,
        );
        assert!(r.user_keys.is_some() && r.list.is_none());
        assert!(rows_in(r.user_keys, 10) >= 4);
    }
}
