//! Command palette and help: actions with their keys, which `enter` runs.

mod entries;
mod matching;
mod view;

use crossterm::event::{Event, KeyCode, KeyEvent, MouseEvent, MouseEventKind};
use ratatui::Frame;
use ratatui::layout::Size;
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler as _;

use crate::model::scan_text;
use crate::tui::bars::FooterHint;
use crate::tui::context::{Context, Shared};
use crate::tui::effect::TerminalEffect;
use crate::tui::keymap::{ACTIONS, Action};
use crate::tui::panes::{CursorList, CursorMove, Panes};
use crate::tui::popups::component::Component;
use crate::tui::popups::outcome::{PopupOutcome, PopupRequest};
use crate::tui::render::Theme;
use crate::tui::render::layout::{self, PopupArea};
use crate::tui::render::text_input::insert_at_cursor;

use entries::{EntryKind, EntryLine};

/// Columns of the text that the pager gets.
const PAGER_COLUMNS: usize = 100;

/// Maximum width of the popup, in columns.
const MAX_COLUMNS: u16 = 104;

/// Rows above the first line: the input and an empty row.
const INPUT_ROWS: u16 = 2;

/// Columns of the cursor before each line.
const CURSOR_COLUMNS: usize = 2;

/// Maximum number of characters that a paste adds to the filter.
const MAX_PASTED_CHARACTERS: usize = 200;

/// Entries that one step of the wheel moves by.
const WHEEL_ENTRIES: usize = 3;

/// Command palette or help.
#[derive(Clone, Debug)]
pub(crate) struct ActionList {
    kind: ListKind,
    /// Keys of the popup below, and what they do; `None` over the panes.
    popup_keys: Option<Vec<(String, String)>>,
    input: Input,
    /// Whether characters go to the input; else they are keys of the help.
    typing: bool,
    /// Actions that were possible when the list was opened; all over a popup.
    possible: Vec<Action>,
    /// Lines of the entries that match the input. All lines of the selected entry are highlighted.
    lines: CursorList<EntryLine>,
    /// Number of lines without input. The popup keeps this height, so that nothing moves.
    all_lines: usize,
    /// Columns to which the lines are wrapped.
    columns: usize,
}

/// What the list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ListKind {
    /// Actions that are possible now, best matches first.
    Palette,
    /// All actions by topics, with the filter terms and other explanations.
    Help,
}

impl ActionList {
    /// Returns the command palette, with the actions that are possible now.
    pub(crate) fn palette(panes: &Panes, shared: &Shared) -> Self {
        Self::new(ListKind::Palette, possible_actions(panes, shared), None, shared)
    }

    /// Returns the help on the panes.
    pub(crate) fn help(panes: &Panes, shared: &Shared) -> Self {
        Self::new(ListKind::Help, possible_actions(panes, shared), None, shared)
    }

    /// Returns the help over a popup that has these keys.
    pub(crate) fn help_over_popup(keys: Vec<(String, String)>, shared: &Shared) -> Self {
        let all = ACTIONS.iter().map(|spec| spec.action).collect();
        Self::new(ListKind::Help, all, Some(keys), shared)
    }

    fn new(
        kind: ListKind,
        possible: Vec<Action>,
        popup_keys: Option<Vec<(String, String)>>,
        shared: &Shared,
    ) -> Self {
        let mut list = Self {
            kind,
            popup_keys,
            input: Input::default(),
            typing: kind == ListKind::Palette,
            possible,
            lines: CursorList::default(),
            all_lines: 0,
            columns: columns(shared.size),
        };
        list.wrap(shared);
        list
    }

    /// Returns the lines of what matches the typed text.
    fn matching_lines(&self, typed: &str, shared: &Shared, columns: usize) -> Vec<EntryLine> {
        match self.kind {
            ListKind::Palette => {
                entries::palette_lines(&entries::of_palette(typed, &self.possible, shared), columns)
            }
            ListKind::Help => {
                let entries = match &self.popup_keys {
                    Some(keys) => entries::of_help_over_popup(typed, keys, &self.possible, shared),
                    None => entries::of_help(typed, &self.possible, shared),
                };
                entries::help_lines(&entries, columns)
            }
        }
    }

    /// Shows what matches the input, and selects the first entry.
    fn fill(&mut self, shared: &Shared) {
        self.lines.show(self.matching_lines(self.input.value(), shared, self.columns));
        self.set_height(shared.size);
        self.go(CursorMove::First);
    }

    /// Returns the area of the popup on a screen.
    fn area(&self, screen: Size) -> PopupArea {
        layout::popup_area(screen, MAX_COLUMNS, self.all_lines + usize::from(INPUT_ROWS))
    }

    fn set_height(&mut self, screen: Size) {
        let inside = self.area(screen).inside;
        self.lines.set_height(usize::from(inside.height.saturating_sub(INPUT_ROWS)));
    }

    fn wrap(&mut self, shared: &Shared) {
        self.all_lines = self.matching_lines("", shared, self.columns).len();
        self.fill(shared);
    }

    /// Moves the cursor by lines, and on from a heading.
    fn go(&mut self, step: CursorMove) {
        self.lines.go(step);
        if self.lines.selected().is_some_and(|line| line.kind == EntryKind::Heading) {
            self.next();
        }
    }

    /// Returns the number of the selected line.
    fn row(&self) -> Option<usize> {
        Some(self.lines.position().top + self.lines.cursor_line()?)
    }

    /// Selects the next entry, and shows all of it.
    fn next(&mut self) {
        let Some(selected) = self.lines.selected().cloned() else { return };
        let after = self.lines.items().iter().skip(self.row().unwrap_or(0));
        let mut after = after.filter(|line| line.entry != selected.entry).cloned();
        let Some(next) = after.find(|line| line.kind != EntryKind::Heading) else { return };
        let last = after.take_while(|line| line.entry == next.entry).last();
        self.lines.select(&last.unwrap_or(next));
    }

    /// Selects the entry before. Above the first one, shows its heading.
    fn previous(&mut self) {
        let (Some(selected), Some(row)) = (self.lines.selected().cloned(), self.row()) else {
            return;
        };
        let before =
            self.lines.items()[..row].iter().rev().filter(|line| line.entry != selected.entry);
        let mut before = before.filter(|line| line.kind != EntryKind::Heading).cloned();
        match before.next() {
            Some(last) => {
                let first = before.take_while(|line| line.entry == last.entry).last();
                self.lines.select(&first.unwrap_or(last));
            }
            None => self.go(CursorMove::First),
        }
    }

    /// Returns whether `enter` runs the selected action. Over a popup it does not: the action would
    /// apply to what is selected in the panes.
    fn runs_actions(&self) -> bool {
        self.popup_keys.is_none()
    }

    fn run(&self) -> PopupOutcome {
        match self.lines.selected().and_then(|line| line.kind.action()) {
            Some(action) if self.runs_actions() => PopupRequest::Run(action).into(),
            _ => PopupOutcome::Stay,
        }
    }

    fn clear(&mut self, shared: &Shared) {
        self.input.reset();
        self.typing = false;
        self.fill(shared);
    }

    /// Moves the cursor if that is what the action does; returns whether it is.
    fn move_by(&mut self, action: Option<Action>) -> bool {
        match action {
            Some(Action::Down) => self.next(),
            Some(Action::Up) => self.previous(),
            Some(Action::PageDown) => self.go(CursorMove::Pages(1)),
            Some(Action::PageUp) => self.go(CursorMove::Pages(-1)),
            _ => return false,
        }
        true
    }

    /// Handles a key while characters go to the input.
    fn type_key(&mut self, key: KeyEvent, shared: &Shared) -> PopupOutcome {
        let action = shared.options.keymap.action_beside_text(&key);
        match action {
            _ if self.move_by(action) => {}
            Some(Action::Cancel) if self.kind == ListKind::Help => self.clear(shared),
            Some(Action::Cancel | Action::Quit | Action::Palette) => return PopupOutcome::Close,
            _ if key.code == KeyCode::Enter => return self.run(),
            _ => {
                if self.input.handle_event(&Event::Key(key)).is_some_and(|change| change.value) {
                    self.fill(shared);
                }
            }
        }
        PopupOutcome::Stay
    }

    /// Handles a key of the help while characters are keys; those without a use here close it.
    fn help_key(&mut self, key: KeyEvent, context: &mut Context<'_>) -> PopupOutcome {
        let shared = &*context.shared;
        let action = shared.options.keymap.action(&key);
        match (action, key.code) {
            _ if self.move_by(action) => {}
            (Some(Action::Top), _) => self.go(CursorMove::First),
            (Some(Action::Bottom), _) => self.go(CursorMove::Last),
            // Space scrolls as in less, since nothing can be marked here.
            (Some(Action::Mark) | None, KeyCode::Char(' ')) => self.go(CursorMove::Pages(1)),
            (Some(Action::Filter | Action::Palette), _) => self.typing = true,
            // In a popup there is no other view: the key opens the pager.
            (Some(Action::View), _) => {
                let lines = self.matching_lines("", shared, PAGER_COLUMNS);
                let text = lines.iter().map(|line| format!("{}{}\n", line.left, line.text));
                context.effects.terminal(TerminalEffect::Page(text.collect()));
            }
            (_, KeyCode::Enter) => return self.run(),
            (Some(Action::Cancel), _) if !self.input.value().is_empty() => self.clear(shared),
            _ => return PopupOutcome::Close,
        }
        PopupOutcome::Stay
    }
}

/// Characters are not declared as text: many at once then count as a paste, which never runs an
/// action.
impl Component for ActionList {
    fn key(&mut self, key: KeyEvent, context: &mut Context<'_>) -> PopupOutcome {
        if self.typing { self.type_key(key, context.shared) } else { self.help_key(key, context) }
    }

    /// Looks up key IDs; other text filters the list, so that `enter` runs only what it finds.
    fn paste(&mut self, text: &str, context: &mut Context<'_>) -> PopupOutcome {
        if !scan_text(text).is_empty() {
            return PopupRequest::Find(text.to_owned()).into();
        }
        self.typing = true;
        insert_at_cursor(&mut self.input, text, MAX_PASTED_CHARACTERS);
        self.fill(context.shared);
        PopupOutcome::Stay
    }

    fn mouse(&mut self, mouse: MouseEvent, _context: &mut Context<'_>) {
        match mouse.kind {
            MouseEventKind::ScrollDown => (0..WHEEL_ENTRIES).for_each(|_| self.next()),
            MouseEventKind::ScrollUp => (0..WHEEL_ENTRIES).for_each(|_| self.previous()),
            _ => {}
        }
    }

    fn settle(&mut self, _inputs: usize, context: &mut Context<'_>) -> PopupOutcome {
        let shared = &*context.shared;
        let columns = columns(shared.size);
        if columns != self.columns {
            self.columns = columns;
            self.wrap(shared);
        }
        self.set_height(shared.size);
        PopupOutcome::Stay
    }

    fn hints(&self, shared: &Shared) -> Vec<FooterHint> {
        let keymap = &shared.options.keymap;
        let mut hints = Vec::new();
        if self.runs_actions() {
            hints.push(FooterHint::new(0, "enter", "run"));
        }
        let cancel = shared.key_for(Action::Cancel);
        let is_palette = self.kind == ListKind::Palette;
        if is_palette || (!self.typing && self.input.value().is_empty()) {
            hints.push(FooterHint::new(0, cancel, "close"));
        } else {
            hints.push(FooterHint::new(0, cancel, "show all"));
        }
        if self.typing {
            let moves = [Action::Down, Action::Up].map(|action| keymap.key_beside_text(action));
            let moves: Vec<_> = moves.into_iter().flatten().collect();
            if !moves.is_empty() {
                hints.push(FooterHint::new(1, &moves.join(" "), "select"));
            }
            return hints;
        }
        let moves = format!("{} {}", shared.key_for(Action::Down), shared.key_for(Action::Up));
        hints.push(FooterHint::new(1, shared.key_for(Action::Filter), "filter"));
        hints.push(FooterHint::new(2, &moves, "select"));
        hints.push(FooterHint::new(3, shared.key_for(Action::View), "pager"));
        hints
    }

    fn draw(&self, shared: &Shared, theme: &Theme, frame: &mut Frame<'_>) {
        self.draw_list(shared, theme, frame);
    }
}

/// Returns the actions that are possible now.
fn possible_actions(panes: &Panes, shared: &Shared) -> Vec<Action> {
    let actions = ACTIONS.iter().map(|spec| spec.action);
    actions.filter(|action| panes.is_possible(*action, shared)).collect()
}

/// Returns the columns of a line on a screen.
fn columns(screen: Size) -> usize {
    let inside = layout::highest_popup_area(screen, MAX_COLUMNS).inside;
    usize::from(inside.width).saturating_sub(CURSOR_COLUMNS)
}
