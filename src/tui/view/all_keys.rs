//! The Keys view: every key of the account in one list. Builds only the rows in
//! view.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::inventory::KeyIndex;
use crate::model::format_age;
use crate::tui::app::State;
use crate::tui::keymap::Action;
use crate::tui::view::block::{draw_heading, draw_pane, draw_paragraph, draw_row, title};
use crate::tui::view::keys::{last_use_text, status};
use crate::tui::view::theme::Theme;
use crate::tui::view::users::{known_cell, title_details};

/// Column widths.
struct AllKeysColumns {
    owner: usize,
    id: usize,
    status: usize,
    age: usize,
    last_used: usize,
}

impl AllKeysColumns {
    /// Returns the widths for a list of that width. The key ID is never cut if it
    /// fits; user and last use share the rest; the age is dropped first.
    fn of(width: usize) -> Self {
        let (id, status) = (22, 13);
        let rest = width.saturating_sub(2 + id + status);
        let age = if rest >= 40 { 8 } else { 0 };
        let (owner, last_used) = match rest - age {
            0..5 => (0, 0),
            narrow @ 5..20 => (narrow, 0),
            both => {
                let owner = (both / 2).min(40);
                (owner, both - owner)
            }
        };
        Self { owner, id, status, age, last_used }
    }
}

/// Draws the list of all keys.
pub(crate) fn draw(state: &State, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let inside =
        draw_pane(title(&heading(state), &title_details(state), theme), true, theme, frame, area);
    let columns = AllKeysColumns::of(usize::from(inside.width));
    let AllKeysColumns { owner, id, status, age, last_used } = columns;
    let headings = [
        ("KEY ID", id),
        ("STATUS", status),
        ("AGE", age),
        ("USER", owner),
        ("LAST USED", last_used),
    ];
    draw_heading(&headings, theme, frame, inside);

    let list = state.all_keys.list();
    let (_, window) = list.window();
    for (line, index) in window.iter().enumerate() {
        let selected = list.cursor_line() == Some(line);
        let style = if selected { theme.selected } else { theme.plain };
        draw_row(cells(state, *index, selected, &columns, theme), style, frame, inside, line + 1);
    }
    if window.is_empty() {
        draw_paragraph(&empty(state), 2, theme, frame, inside);
    }
}

fn heading(state: &State) -> String {
    let shown = state.all_keys.list().items().len();
    let keys = state.inventory.coverage().keys;
    if state.filter.is_active() {
        format!("Keys {shown} of {keys}")
    } else {
        format!("Keys {keys}")
    }
}

fn empty(state: &State) -> String {
    if state.filter.is_active() && state.inventory.coverage().keys > 0 {
        format!(
            "No key read so far matches the filter ({} clears it).",
            state.key_for(Action::Cancel)
        )
    } else if state.inventory.coverage().is_complete() {
        "The users of this account have no access keys.".to_owned()
    } else {
        format!("No keys read yet ({} starts a full scan).", state.key_for(Action::FullScan))
    }
}

fn cells<'a>(
    state: &State,
    index: KeyIndex,
    selected: bool,
    columns: &AllKeysColumns,
    theme: &Theme,
) -> Vec<Span<'a>> {
    let glyphs = &theme.glyphs;
    let now = state.shown_at.wall;
    let (owner, id) = state.inventory.key_at(index);
    let facts = state.inventory.at(owner);
    let cursor = if selected { glyphs.cursor } else { " " };
    let mark = if state.marks.contains(id) { glyphs.mark } else { " " };
    let first = Span::raw(format!("{cursor}{mark}{}", glyphs.fit(id.as_str(), columns.id)));
    let owner =
        Span::raw(format!("{} ", glyphs.fit(facts.name.as_str(), columns.owner.saturating_sub(1))));
    let Some(key) = facts.key(id) else {
        let gone = if facts.is_deleted() { "user deleted" } else { "deleted" };
        let gone = Span::styled(glyphs.fit(gone, columns.status + columns.age), theme.dim);
        return vec![first, gone, owner];
    };
    let (status, style) = status(state, id, &key.status, theme);
    let mut spans = vec![first, Span::styled(glyphs.fit(&status, columns.status), style)];
    if columns.age > 0 {
        let age =
            key.created.map(|created| format_age(now.duration_since(created))).unwrap_or_default();
        spans.push(Span::raw(glyphs.fit(&age, columns.age)));
    }
    if columns.owner > 0 {
        spans.push(owner);
    }
    if columns.last_used > 0 {
        let (used, style) =
            known_cell(&key.last_use, theme, |last_use| last_use_text(last_use, now));
        spans.push(Span::styled(glyphs.fit(&used, columns.last_used), style));
    }
    spans
}
