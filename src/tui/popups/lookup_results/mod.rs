//! List of the key IDs found in a text, and actions on them. Marks are shared with the panes.

mod entry;

use crossterm::event::{KeyEvent, MouseEvent};
use jiff::Timestamp;
use ratatui::Frame;
use ratatui::text::Span;

use crate::model::{Direction, IdForm, KeyId, KeyKind, KeyStatus};
use crate::ops::export::{Content, Document, ExportTable};
use crate::tui::bars::FooterHint;
use crate::tui::context::{Context, Shared, Tone};
use crate::tui::handlers;
use crate::tui::keymap::Action;
use crate::tui::messages;
use crate::tui::panes::{CursorList, CursorMove};
use crate::tui::popups::component::Component;
use crate::tui::popups::outcome::{PopupOutcome, PopupRequest};
use crate::tui::render::Theme;
use crate::tui::render::block::{draw_popup, draw_row, title};
use crate::tui::render::layout;
use crate::tui::render::table::{cursor_cell, row_style};

use entry::{EXPORT_COLUMNS, ResultEntry, entry_lines, export_cells};

/// Maximum width of the popup, in columns.
const MAX_COLUMNS: u16 = 110;

/// Maximum number of accounts that one key press opens, as for the commands.
const MAX_ACCOUNTS_AT_ONCE: usize = 20;

/// Rows of the screen that a page of the list does not use.
const OTHER_ROWS: usize = 6;

/// List of what was found in a text.
#[derive(Clone, Debug)]
pub(crate) struct LookupResults {
    list: CursorList<ResultEntry>,
    /// Number of accounts that the user was asked whether to open.
    asked_to_open: Option<usize>,
}

impl LookupResults {
    /// Returns the list of the last look-ups.
    pub(crate) fn new(shared: &Shared) -> Self {
        let mut list = CursorList::default();
        let ids = shared.lookups.ids().into_iter().map(ResultEntry::Id);
        let mentions = shared.lookups.mentions().iter().cloned().map(ResultEntry::Mention);
        list.show(ids.chain(mentions).collect());
        Self { list, asked_to_open: None }
    }

    /// Returns the selected ID.
    fn selected_id(&self) -> Option<&KeyId> {
        match self.list.selected()? {
            ResultEntry::Id(id) => Some(id),
            ResultEntry::Mention(_) => None,
        }
    }

    /// Returns the title of the list, of which that many entries are marked.
    fn title(&self, marked: usize) -> String {
        let entries = self.list.items();
        let are_ids = entries.iter().all(|entry| matches!(entry, ResultEntry::Id(_)));
        messages::lookup::results_title(entries.len(), are_ids, marked)
    }

    /// Returns a copy of the list, for export.
    fn document(&self, shared: &Shared, at: Timestamp) -> Document {
        let title = self.title(0);
        let rows = self.list.items().iter().map(|entry| export_cells(shared, entry)).collect();
        let content = Content::Table(ExportTable { columns: EXPORT_COLUMNS.to_vec(), rows });
        shared.document("search", title, content, at)
    }

    fn go(&mut self, step: CursorMove, shared: &Shared) {
        self.list.set_height(usize::from(shared.size.height).saturating_sub(OTHER_ROWS));
        self.list.go(step);
    }

    fn mark(&mut self, shared: &mut Shared) {
        let Some(id) = self.selected_id() else { return };
        if shared.is_found(id) {
            shared.marks.toggle(id.clone());
        }
        self.go(CursorMove::By(1), shared);
    }

    /// Returns the marked keys among the results.
    fn marked(shared: &Shared) -> Vec<KeyId> {
        let mut keys = shared.lookups.ids();
        keys.retain(|id| shared.marks.contains(id) && shared.is_found(id));
        keys
    }

    /// Returns whether one of the marked keys, else the selected one, may be changed in that
    /// direction.
    fn may_change(&self, direction: Direction, shared: &Shared) -> bool {
        let marked = Self::marked(shared);
        let mut keys = marked.iter().chain(self.selected_id().filter(|_| marked.is_empty()));
        keys.any(|key| shared.may_change(key, direction))
    }

    /// Returns the marked keys among the results, else the selected one.
    fn chosen(&self, shared: &mut Shared) -> Vec<KeyId> {
        let mut keys = Self::marked(shared);
        if keys.is_empty()
            && let Some(id) = self.selected_id()
        {
            if shared.is_found(id) {
                keys.push(id.clone());
            } else {
                let sentence = shared.lookup_sentence(id);
                shared.notifications.notify(Tone::Info, sentence);
            }
        }
        keys
    }

    fn change(&self, direction: Direction, shared: &mut Shared) -> PopupOutcome {
        let keys = self.chosen(shared);
        if keys.is_empty() {
            PopupOutcome::Stay
        } else {
            PopupRequest::Change(keys, direction).into()
        }
    }

    fn toggle(&self, shared: &mut Shared) -> PopupOutcome {
        let keys = self.chosen(shared);
        let status = |id| shared.account_of_key(id).inventory.key(id).map(|key| &key.status);
        let Some(first) = keys.first().map(status) else { return PopupOutcome::Stay };
        if keys.iter().any(|id| status(id) != first) {
            let sentence = messages::changes::mixed_statuses(
                shared.key_for(Action::Deactivate),
                shared.key_for(Action::Activate),
            );
            shared.notifications.notify(Tone::Info, sentence);
            return PopupOutcome::Stay;
        }
        let is_inactive = first == Some(&KeyStatus::Inactive);
        let direction = if is_inactive { Direction::Activate } else { Direction::Deactivate };
        PopupRequest::Change(keys, direction).into()
    }

    /// Opens the accounts of the keys that are elsewhere; asks first if they are many.
    fn open_their_accounts(&mut self, context: &mut Context<'_>) {
        let shared = &mut *context.shared;
        let count = handlers::keys_in_other_accounts(shared).len();
        if count > MAX_ACCOUNTS_AT_ONCE && self.asked_to_open != Some(count) {
            self.asked_to_open = Some(count);
            let refresh = shared.key_for(Action::Refresh);
            let sentence = messages::accounts::open_many(count, refresh);
            return shared.notifications.notify(Tone::Warning, sentence);
        }
        let sentence = match handlers::open_other_accounts(context) {
            0 => messages::accounts::NOTHING_ELSEWHERE.to_owned(),
            count => messages::accounts::opening_others(count),
        };
        context.shared.notifications.notify(Tone::Info, sentence);
    }

    /// Shows what the selected key has done, or reports why it was not found.
    fn show_activity(&self, shared: &mut Shared) -> PopupOutcome {
        let Some(id) = self.selected_id() else { return PopupOutcome::Stay };
        let is_key = matches!(id.kind(), KeyKind::LongTerm | KeyKind::Temporary);
        if is_key && (shared.is_found(id) || !shared.is_in_other_account(id)) {
            return PopupRequest::Activity(id.clone()).into();
        }
        let sentence = shared.lookup_sentence(id);
        shared.notifications.notify(Tone::Info, sentence);
        PopupOutcome::Stay
    }
}

impl Component for LookupResults {
    /// Handles a key; actions that do not apply leave the list open.
    fn key(&mut self, key: KeyEvent, context: &mut Context<'_>) -> PopupOutcome {
        let shared = &mut *context.shared;
        let Some(action) = shared.options.keymap.action(&key) else { return PopupOutcome::Stay };
        if let Some(step) = CursorMove::for_action(action) {
            self.go(step, shared);
            return PopupOutcome::Stay;
        }
        match action {
            Action::Open => match self.list.selected() {
                Some(ResultEntry::Id(id)) => return PopupRequest::GoTo(id.clone()).into(),
                Some(ResultEntry::Mention(mention)) => {
                    return PopupRequest::ShowMatches(mention.clone()).into();
                }
                None => {}
            },
            Action::Mark => self.mark(shared),
            Action::MarkAll => {
                let mut keys = shared.lookups.ids();
                keys.retain(|id| shared.is_found(id) && shared.lookups.form(id) == IdForm::Exact);
                shared.marks.add(keys);
            }
            Action::Deactivate => return self.change(Direction::Deactivate, shared),
            Action::Activate => return self.change(Direction::Activate, shared),
            Action::Toggle => return self.toggle(shared),
            Action::CopyId => {
                if let Some(id) = self.selected_id() {
                    context.copy(id.to_string(), messages::lists::id_copied(id));
                }
            }
            Action::Refresh => self.open_their_accounts(context),
            Action::Activity => return self.show_activity(shared),
            Action::Export => {
                let document = self.document(shared, context.now.wall);
                return PopupRequest::Export(Box::new(document)).into();
            }
            Action::Find => return PopupRequest::FindPrompt.into(),
            Action::Help => return PopupRequest::Help.into(),
            Action::Cancel | Action::Quit => return PopupOutcome::Close,
            _ => {}
        }
        PopupOutcome::Stay
    }

    fn mouse(&mut self, mouse: MouseEvent, _context: &mut Context<'_>) {
        self.list.wheel(mouse.kind);
    }

    fn hints(&self, shared: &Shared) -> Vec<FooterHint> {
        let bound = |rank, action, label| {
            FooterHint::of_action(rank, action, label, &shared.options.keymap)
        };
        let elsewhere = handlers::keys_in_other_accounts(shared);
        let deactivates = self.may_change(Direction::Deactivate, shared);
        let activates = self.may_change(Direction::Activate, shared);
        let hints = [
            bound(0, Action::Refresh, "open their accounts").filter(|_| !elsewhere.is_empty()),
            bound(2, Action::Mark, "mark"),
            bound(1, Action::Toggle, "toggle").filter(|_| deactivates || activates),
            bound(1, Action::Deactivate, "deactivate").filter(|_| deactivates),
            bound(1, Action::Activate, "activate").filter(|_| activates),
            bound(3, Action::Activity, "activity"),
            bound(3, Action::Open, "go to the key"),
            bound(4, Action::Export, "export"),
            bound(0, Action::Cancel, "close"),
        ];
        hints.into_iter().flatten().collect()
    }

    fn draw(&self, shared: &Shared, theme: &Theme, frame: &mut Frame<'_>) {
        let area = |lines| layout::popup_area(shared.size, MAX_COLUMNS, lines);
        let width = usize::from(area(0).inside.width);
        let entries = self.list.items();
        let items: Vec<_> =
            entries.iter().map(|entry| entry_lines(shared, entry, width, theme)).collect();
        let area = area(items.iter().map(Vec::len).sum());
        let is_marked =
            |entry: &ResultEntry| matches!(entry, ResultEntry::Id(id) if shared.marks.contains(id));
        let marked = entries.iter().filter(|entry| is_marked(entry)).count();
        draw_popup(title(&self.title(marked), "", theme), area, theme, frame);
        let inside = area.inside;
        let height = usize::from(inside.height);
        let selected = self.list.selected();
        let selected = entries.iter().position(|entry| Some(entry) == selected).unwrap_or(0);
        let first = first_shown(&items, selected, height);
        let mut at = 0;
        for (number, (entry, lines)) in entries.iter().zip(items).enumerate().skip(first) {
            let is_selected = number == selected;
            let style = row_style(is_selected, true, theme);
            let cursor = cursor_cell(is_selected, is_marked(entry), theme);
            for (line, spans) in lines.into_iter().enumerate().take(height.saturating_sub(at)) {
                let before = if line == 0 { cursor.clone() } else { Span::raw("  ") };
                let spans = std::iter::once(before).chain(spans).collect();
                draw_row(spans, style, frame, inside, at);
                at += 1;
            }
        }
    }
}

/// Returns the index of the first item to show so that the selected one is shown in full.
fn first_shown(items: &[Vec<Vec<Span<'_>>>], selected: usize, height: usize) -> usize {
    let mut used = 0;
    let above = items.iter().take(selected + 1).rev().take_while(|lines| {
        used += lines.len();
        used <= height
    });
    (selected + 1 - above.count()).min(selected)
}
