//! List of the keys of a plan: which are marked, and why the others are not. Marks are shared with
//! the panes.

use crossterm::event::{KeyEvent, MouseEvent};
use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::{Rect, Size};
use ratatui::text::Span;

use crate::model::{Direction, KeyId};
use crate::ops::export::{Content, Document, ExportCell, ExportTable};
use crate::ops::plan::PlannedKey;
use crate::tui::bars::FooterHint;
use crate::tui::context::{Context, OpenPlan, Shared};
use crate::tui::handlers;
use crate::tui::keymap::Action;
use crate::tui::messages::{lists, plan as messages};
use crate::tui::panes::{CursorList, CursorMove};
use crate::tui::popups::component::Component;
use crate::tui::popups::outcome::{PopupOutcome, PopupRequest};
use crate::tui::render::block::{draw_popup, draw_row, title};
use crate::tui::render::layout::{self, PopupArea};
use crate::tui::render::table::{TableColumn, TableRow, cursor_cell, draw_table, row_style};
use crate::tui::render::text_wrap::wrap_text;
use crate::tui::render::{TextTone, Theme};

/// Maximum width of the popup, in columns.
const MAX_COLUMNS: u16 = 120;

/// Columns of cursor and mark, and of the key ID.
const MARK_COLUMNS: usize = 2;
const ID_COLUMNS: usize = 22;

/// Maximum columns of the user.
const MAX_USER_COLUMNS: usize = 24;

/// Minimum columns beside the key ID for the user.
const MIN_COLUMNS_FOR_USER: usize = 30;

/// Lines under the list: a blank one, and those on the selected key.
const DETAIL_LINES: u16 = 3;

/// Minimum rows inside the popup for them.
const MIN_ROWS_FOR_DETAIL: u16 = 5;

/// List of the keys of the open plan, by their places in it.
#[derive(Clone, Debug)]
pub(crate) struct PlanList {
    list: CursorList<usize>,
}

impl PlanList {
    /// Returns the list of a plan.
    pub(crate) fn new(plan: &OpenPlan) -> Self {
        let mut list = CursorList::default();
        list.show((0..plan.plan().keys.len()).collect());
        Self { list }
    }

    fn selected<'a>(&self, shared: &'a Shared) -> Option<&'a PlannedKey> {
        shared.plan.as_ref()?.plan().keys.get(*self.list.selected()?)
    }

    /// Returns the marked keys of the plan, else the selected one.
    fn chosen(&self, shared: &Shared) -> Vec<KeyId> {
        let Some(plan) = &shared.plan else { return Vec::new() };
        let keys = plan.plan().keys.iter().map(|entry| &entry.key);
        let marked: Vec<_> = keys.filter(|key| shared.marks.contains(key)).cloned().collect();
        if !marked.is_empty() {
            return marked;
        }
        self.selected(shared).map(|entry| entry.key.clone()).into_iter().collect()
    }

    /// Returns a copy of the list, for export.
    fn document(shared: &Shared, at: Timestamp) -> Option<Document> {
        let plan = shared.plan.as_ref()?;
        let rows = plan.plan().keys.iter().map(|entry| {
            let is_marked = if shared.marks.contains(&entry.key) { "yes" } else { "no" };
            vec![
                ExportCell::from_option(Some(&plan.plan().account)),
                ExportCell::from_option(Some(&entry.key)),
                ExportCell::from_option(Some(&entry.user)),
                ExportCell::from_option(Some(is_marked)),
                ExportCell::Text(state(plan, entry).0),
            ]
        });
        let columns = vec!["AccountId", "AccessKeyId", "UserName", "Marked", "Plan"];
        let table = ExportTable { columns, rows: rows.collect() };
        let title = messages::title(plan.plan());
        Some(shared.document("plan", title, Content::Table(table), at))
    }
}

/// Returns the area of the popup for that many keys.
fn area(screen: Size, keys: usize) -> PopupArea {
    layout::popup_area(screen, MAX_COLUMNS, keys + 1 + usize::from(DETAIL_LINES))
}

/// Divides the inside of the popup: the list with its heading, and the lines on the selected key.
fn parts(inside: Rect) -> (Rect, Rect) {
    if inside.height < MIN_ROWS_FOR_DETAIL {
        return (inside, Rect { height: 0, ..inside });
    }
    let list = Rect { height: inside.height - DETAIL_LINES, ..inside };
    (list, Rect { y: list.y + list.height + 1, height: DETAIL_LINES - 1, ..inside })
}

impl Component for PlanList {
    /// Handles a key; actions that do not apply leave the list open.
    fn key(&mut self, key: KeyEvent, context: &mut Context<'_>) -> PopupOutcome {
        let shared = &mut *context.shared;
        let Some(action) = shared.options.keymap.action(&key) else { return PopupOutcome::Stay };
        if let Some(step) = CursorMove::for_action(action) {
            self.list.go(step);
            return PopupOutcome::Stay;
        }
        let selected = self.selected(shared).map(|entry| entry.key.clone());
        match (action, selected) {
            (Action::Mark, Some(key)) => {
                shared.marks.toggle(key);
                self.list.go(CursorMove::By(1));
            }
            (Action::MarkAll, _) => {
                let Some(plan) = &shared.plan else { return PopupOutcome::Stay };
                let keys = plan.plan().keys.iter().map(|entry| &entry.key);
                shared.marks.add(keys.filter(|key| plan.id_for(key).is_some()).cloned());
            }
            (Action::Deactivate, _) => {
                let keys = self.chosen(shared);
                return PopupRequest::Change(keys, Direction::Deactivate).into();
            }
            (Action::Open, Some(key)) => return PopupRequest::Find(key.to_string()).into(),
            (Action::Activity, Some(key)) => return PopupRequest::Activity(key).into(),
            (Action::CopyId, Some(key)) => {
                context.copy(key.to_string(), lists::id_copied(&key));
            }
            (Action::Export, _) => {
                let document = Self::document(shared, context.now.wall);
                return document.map_or(PopupOutcome::Stay, |document| {
                    PopupRequest::Export(Box::new(document)).into()
                });
            }
            (Action::Refresh, _) => handlers::refresh_plan(context),
            (Action::Help, _) => return PopupRequest::Help.into(),
            (Action::Cancel | Action::Quit, _) => return PopupOutcome::Close,
            _ => {}
        }
        PopupOutcome::Stay
    }

    fn mouse(&mut self, mouse: MouseEvent, _context: &mut Context<'_>) {
        self.list.wheel(mouse.kind);
    }

    fn settle(&mut self, _inputs: usize, context: &mut Context<'_>) -> PopupOutcome {
        if context.shared.plan.is_none() {
            return PopupOutcome::Close;
        }
        let inside = area(context.shared.size, self.list.items().len()).inside;
        self.list.set_height(usize::from(parts(inside).0.height).saturating_sub(1));
        PopupOutcome::Stay
    }

    fn hints(&self, shared: &Shared) -> Vec<FooterHint> {
        let bound = |rank, action, label| {
            FooterHint::of_action(rank, action, label, &shared.options.keymap)
        };
        let mut keys = self.chosen(shared).into_iter();
        let deactivates = keys.any(|key| shared.may_change(&key, Direction::Deactivate));
        let hints = [
            bound(1, Action::Deactivate, "deactivate").filter(|_| deactivates),
            bound(2, Action::Mark, "mark"),
            bound(2, Action::MarkAll, "mark all"),
            bound(3, Action::Open, "go to the key"),
            bound(3, Action::Refresh, "read again"),
            bound(4, Action::Export, "export"),
            bound(0, Action::Cancel, "close"),
        ];
        hints.into_iter().flatten().collect()
    }

    fn draw(&self, shared: &Shared, theme: &Theme, frame: &mut Frame<'_>) {
        let Some(plan) = &shared.plan else { return };
        let area = area(shared.size, self.list.items().len());
        let keys = plan.plan().keys.iter().map(|entry| &entry.key);
        let more = if plan.is_checked() {
            messages::marked(keys.filter(|key| shared.marks.contains(key)).count())
        } else {
            messages::progress(plan.read_keys())
        };
        let title = title(&messages::title(plan.plan()), &more, theme);
        draw_popup(title, area, theme, frame);
        let (list, below) = parts(area.inside);
        let rows = self.list.visible();
        let rows = rows.filter_map(|(at, is_selected)| row(shared, plan, *at, is_selected, theme));
        draw_table(&columns(usize::from(list.width)), rows.collect(), theme, frame, list);
        let selected = self.selected(shared);
        let skip = selected.and_then(|entry| Some((entry, plan.skip_reason(&entry.key)?)));
        let text = match (plan.journal_error(), skip) {
            (Some(error), None) if !plan.is_checked() => messages::journal_unreadable(error),
            (_, Some((entry, skip))) => messages::not_marked(entry, skip),
            _ => messages::summary(plan.plan()),
        };
        let pieces = wrap_text(&text, usize::from(below.width));
        for (line, piece) in pieces.into_iter().enumerate() {
            draw_row(vec![Span::styled(piece, theme.dim)], theme.plain, frame, below, line);
        }
    }
}

/// Returns the columns that fit a width: the reason has what the others leave.
fn columns(width: usize) -> [TableColumn; 4] {
    let rest = width.saturating_sub(MARK_COLUMNS + ID_COLUMNS);
    let user = if rest < MIN_COLUMNS_FOR_USER { 0 } else { (rest / 3).min(MAX_USER_COLUMNS) };
    [("", MARK_COLUMNS), ("KEY ID", ID_COLUMNS), ("USER", user), ("PLAN", rest - user)]
}

/// Returns why a key is in the plan, or why it is left out.
fn state(plan: &OpenPlan, entry: &PlannedKey) -> (String, TextTone) {
    match plan.check(&entry.key) {
        None => (messages::READING.to_owned(), TextTone::Dim),
        Some(Ok(_)) => (entry.why.to_string(), TextTone::Plain),
        Some(Err(skip)) => (skip.to_string(), TextTone::Warning),
    }
}

fn row<'a>(
    shared: &Shared,
    plan: &'a OpenPlan,
    at: usize,
    is_selected: bool,
    theme: &Theme,
) -> Option<TableRow<'a>> {
    let entry = plan.plan().keys.get(at)?;
    let is_marked = shared.marks.contains(&entry.key);
    let (text, tone) = state(plan, entry);
    let cells = vec![
        cursor_cell(is_selected, is_marked, theme),
        Span::raw(entry.key.as_str()),
        Span::raw(entry.user.as_str()),
        Span::styled(text, theme.style(tone)),
    ];
    Some(TableRow::new(cells, row_style(is_selected, true, theme)))
}
