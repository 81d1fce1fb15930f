//! Draws the confirmation dialog.

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::layout::{Rect, Size};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use crate::tui::context::Shared;
use crate::tui::popups::confirm::content::{
    LABEL_COLUMNS, confirm_hint, title as dialog_title, typed_prompt,
};
use crate::tui::popups::confirm::layout::{MAX_TEXT_COLUMNS, lay_out, wrapped};
use crate::tui::popups::confirm::{Confirm, ConfirmStage, Focus, TypedConfirmation, messages};
use crate::tui::render::Theme;
use crate::tui::render::block::{draw_popup, draw_row, title};
use crate::tui::render::layout;
use crate::tui::render::text_input::{place_cursor, visible_text};
use crate::tui::render::text_wrap::wrap_text;

/// Draws the dialog.
pub(super) fn draw(shared: &Shared, dialog: &Confirm, theme: &Theme, frame: &mut Frame<'_>) {
    let Some(page) = lay_out(dialog, shared.size, shared.shown_at.wall) else {
        return draw_no_room(dialog, shared.size, theme, frame);
    };
    let widest = layout::highest_popup_area(shared.size, MAX_TEXT_COLUMNS).inside;
    let width = usize::from(widest.width);
    let text: usize = page.lines.iter().map(|line| wrapped(line, width).len()).sum();
    let typed = usize::from(dialog.typed.is_some());
    // The reason and the blank lines around it are drawn where they fit.
    let spare = usize::from(widest.height).saturating_sub(text + typed + 1).min(3);
    let area = layout::popup_area(shared.size, MAX_TEXT_COLUMNS, text + typed + 1 + spare);
    draw_popup(heading(dialog, theme, area.frame), area, theme, frame);
    let inside = area.inside;

    let mut at = 0;
    for line in &page.lines {
        let style = theme.style(line.tone);
        let indent = if line.label.is_empty() { 0 } else { LABEL_COLUMNS };
        for (number, piece) in wrapped(line, width).into_iter().enumerate() {
            let label = if number == 0 { line.label } else { "" };
            draw_row(
                vec![
                    Span::styled(format!("{label:indent$}"), theme.dim),
                    Span::styled(piece, style),
                ],
                theme.plain,
                frame,
                inside,
                at,
            );
            at += 1;
        }
    }
    if spare >= 1 {
        at += usize::from(spare >= 2);
        reason(dialog, theme, frame, inside, at);
        at += 1 + usize::from(spare >= 3);
    }
    if dialog.typed.is_some() {
        typed_line(dialog, theme, frame, inside, at);
        at += 1;
    }
    if spare == 0 && dialog.focus == Focus::Reason {
        // A text field with the focus is always on the screen.
        reason(dialog, theme, frame, inside, at);
    } else {
        draw_row(buttons(dialog, theme, usize::from(inside.width)), theme.plain, frame, inside, at);
    }
}

/// Returns the title, with the way to confirm where it fits.
fn heading<'a>(dialog: &Confirm, theme: &Theme, area: Rect) -> Line<'a> {
    let both = title(&dialog_title(dialog), &confirm_hint(dialog), theme);
    if both.width() + 2 <= usize::from(area.width) {
        both
    } else {
        title(&dialog_title(dialog), "", theme)
    }
}

fn typed_line(dialog: &Confirm, theme: &Theme, frame: &mut Frame<'_>, inside: Rect, at: usize) {
    let Some(typed) = &dialog.typed else { return };
    let prompt = typed_prompt(dialog, typed, usize::from(inside.width)) + " ";
    let (asks, style) = match (&typed.refused, typed.matches()) {
        (_, true) => (theme.plain, theme.success),
        (Some(_), false) => (theme.warning, theme.strong),
        (None, false) => (theme.plain, theme.strong),
    };
    let column = prompt.width() + typed.text.width();
    let field = format!("{:_<width$}", typed.text, width = typed.expected.len());
    draw_row(
        vec![Span::styled(prompt, asks), Span::styled(field, style)],
        theme.plain,
        frame,
        inside,
        at,
    );
    if dialog.focus != Focus::Reason {
        place_cursor(frame, inside, column, at);
    }
}

fn reason(dialog: &Confirm, theme: &Theme, frame: &mut Frame<'_>, inside: Rect, at: usize) {
    let focused = dialog.focus == Focus::Reason;
    let width = usize::from(inside.width).saturating_sub(LABEL_COLUMNS);
    let (value, column) = if focused {
        let visible = visible_text(&dialog.reason, width);
        (visible.text, visible.cursor)
    } else {
        (dialog.reason.value().to_owned(), 0)
    };
    let (shown, style) = match (value.is_empty(), focused) {
        (false, _) => (value, theme.plain),
        (true, true) => (messages::TYPE_REASON_HINT.to_owned(), theme.dim),
        (true, false) => (messages::add_reason_hint(width).to_owned(), theme.dim),
    };
    let label = if focused { theme.selected } else { theme.dim };
    let gap = " ".repeat(LABEL_COLUMNS - "Reason".len());
    let spans = vec![Span::styled("Reason", label), Span::raw(gap), Span::styled(shown, style)];
    draw_row(spans, theme.plain, frame, inside, at);
    if focused {
        place_cursor(frame, inside, LABEL_COLUMNS + column, at);
    }
}

fn buttons<'a>(dialog: &Confirm, theme: &Theme, width: usize) -> Vec<Span<'a>> {
    let verb = dialog.direction.verb();
    let is_armed = dialog.stage() == ConfirmStage::Armed;
    let ready = is_armed && dialog.typed.as_ref().is_none_or(TypedConfirmation::matches);
    let style = |focus: Focus, dead: bool| -> Style {
        match (dialog.focus == focus, dead) {
            (true, _) => theme.selected,
            (false, true) => theme.dim,
            (false, false) => theme.plain,
        }
    };
    let key = confirm_key(dialog);
    let mut spans = vec![
        Span::styled(format!(" {} Cancel ", dialog.cancel_key()), style(Focus::Cancel, false)),
        Span::raw("  "),
        Span::styled(format!(" {key} {verb} "), style(Focus::Confirm, !ready)),
    ];
    let wait = waits_for(dialog);
    let style = if dialog.came_too_early() { theme.warning } else { theme.dim };
    let used: usize = spans.iter().map(Span::width).sum();
    let room = width.saturating_sub(used + 2);
    if wait.width() <= room {
        spans.push(Span::styled(format!("  {wait}"), style));
    } else if dialog.came_too_early() {
        // The buttons say less than why the key was ignored.
        return vec![Span::styled(wait, style)];
    }
    spans
}

/// Returns why the dialog cannot be confirmed yet; empty if it can.
fn waits_for(dialog: &Confirm) -> Cow<'static, str> {
    match dialog.stage() {
        _ if dialog.has_unseen_targets() && dialog.came_too_early() => {
            messages::TOO_EARLY_UNSEEN.into()
        }
        _ if dialog.has_unseen_targets() => messages::SHOW_ALL_FIRST.into(),
        ConfirmStage::Checking if dialog.came_too_early() => messages::TOO_EARLY_READING.into(),
        ConfirmStage::Checking => messages::READING_STATUS.into(),
        _ if dialog.came_too_early() => {
            messages::too_early(dialog.lacks_text(), confirm_key(dialog)).into()
        }
        ConfirmStage::Unseen | ConfirmStage::Waiting => messages::NOT_ARMED_YET.into(),
        ConfirmStage::Armed | ConfirmStage::Confirmed => "".into(),
    }
}

fn confirm_key(dialog: &Confirm) -> &'static str {
    if dialog.typed.is_some() { "enter" } else { "y" }
}

fn draw_no_room(dialog: &Confirm, screen: Size, theme: &Theme, frame: &mut Frame<'_>) {
    let area = |lines| layout::popup_area(screen, MAX_TEXT_COLUMNS, lines);
    let pieces = wrap_text(messages::NO_ROOM, usize::from(area(0).inside.width));
    let area = area(pieces.len());
    draw_popup(title(&dialog_title(dialog), "", theme), area, theme, frame);
    let inside = area.inside;
    for (number, piece) in pieces.into_iter().enumerate() {
        draw_row(vec![Span::styled(piece, theme.warning)], theme.plain, frame, inside, number);
    }
}
