//! Every key of the account in one list. Only the rows in view are built.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::inventory::KeyIndex;
use crate::model::age;
use crate::tui::actions::Action;
use crate::tui::app::State;
use crate::tui::view::frame::{heads, pane, row, title};
use crate::tui::view::keys::{last_use_text, status};
use crate::tui::view::theme::Theme;
use crate::tui::view::users::{known_cell, more};

/// Widths of the columns.
struct Columns {
    owner: usize,
    id: usize,
    status: usize,
    age: usize,
    last_used: usize,
}

impl Columns {
    /// The ID is never cut as long as there is room for it; the owner has half
    /// of what the last use leaves, and the age gives way first.
    fn of(width: usize) -> Self {
        let (id, status) = (22, 13);
        let rest = width.saturating_sub(2 + id + status);
        let age = if rest >= 40 { 8 } else { 0 };
        let owner = ((rest - age) / 2).min(40);
        Self { owner, id, status, age, last_used: rest - age - owner }
    }
}

/// Draws the list of all keys.
pub(crate) fn draw(state: &State, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let inside = pane(title(&heading(state), &more(state), theme), true, theme, frame, area);
    let columns = Columns::of(usize::from(inside.width));
    let Columns { owner, id, status, age, last_used } = columns;
    let told = [("KEY ID", id), ("STATUS", status), ("AGE", age), ("USER", owner), ("LAST USED", last_used)];
    heads(&told, theme, frame, inside);

    let list = state.all_keys.list();
    let (_, window) = list.window();
    for (line, index) in window.iter().enumerate() {
        let selected = list.cursor_line() == Some(line);
        let style = if selected { theme.selected } else { theme.plain };
        row(cells(state, *index, selected, &columns, theme), style, frame, inside, line + 1);
    }
    if window.is_empty() {
        row(vec![Span::styled(empty(state), theme.dim)], theme.plain, frame, inside, 2);
    }
}

fn heading(state: &State) -> String {
    let shown = state.all_keys.list().items().len();
    let keys = state.inventory.coverage().keys;
    if state.filter.is_active() { format!("Keys {shown} of {keys}") } else { format!("Keys {keys}") }
}

fn empty(state: &State) -> String {
    if state.filter.is_active() && state.inventory.coverage().keys > 0 {
        format!("  no key read so far matches the filter ({} clears it)", state.key_for(Action::Cancel))
    } else if state.inventory.coverage().is_whole() {
        "  this account's users have no access keys".to_owned()
    } else {
        format!("  no keys have been read yet ({} reads the whole account)", state.key_for(Action::Sweep))
    }
}

fn cells<'a>(state: &State, index: KeyIndex, selected: bool, columns: &Columns, theme: &Theme) -> Vec<Span<'a>> {
    let glyphs = &theme.glyphs;
    let now = state.shown_at.wall;
    let (owner, id) = state.inventory.key_at(index);
    let facts = state.inventory.at(owner);
    let cursor = if selected { glyphs.cursor } else { " " };
    let mark = if state.marks.contains(id) { glyphs.mark } else { " " };
    let first = Span::raw(format!("{cursor}{mark}{}", glyphs.fit(id.as_str(), columns.id)));
    let owner = Span::raw(format!("{} ", glyphs.fit(facts.name.as_str(), columns.owner.saturating_sub(1))));
    let Some(key) = facts.key(id) else {
        let gone = if facts.is_gone() { "user gone" } else { "gone" };
        let gone = Span::styled(glyphs.fit(gone, columns.status + columns.age), theme.dim);
        return vec![first, gone, owner];
    };
    let (status, style) = status(state, id, &key.status, theme);
    let mut spans = vec![first, Span::styled(glyphs.fit(&status, columns.status), style)];
    if columns.age > 0 {
        let made = key.created.map(|created| age(now.duration_since(created))).unwrap_or_default();
        spans.push(Span::raw(glyphs.fit(&made, columns.age)));
    }
    spans.push(owner);
    let (used, style) = known_cell(&key.last_use, theme, |last_use| last_use_text(last_use, now));
    spans.push(Span::styled(glyphs.fit(&used, columns.last_used), style));
    spans
}
