//! The dialog before a change.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::tui::app::{
    Confirm, Focus, LABEL, LineTone, State, Typed, WIDTH, confirm_lines, confirm_title, typed_prompt, wrapped,
};
use crate::tui::layout;
use crate::tui::view::frame::{row, title, window};
use crate::tui::view::theme::Theme;

/// Draws the dialog.
pub(crate) fn draw(state: &State, dialog: &Confirm, theme: &Theme, frame: &mut Frame<'_>) {
    let (columns, rows) = state.size;
    let Some(lines) = confirm_lines(dialog, columns, rows, state.shown_at.wall) else {
        return no_room(dialog, theme, frame, columns, rows);
    };
    let (_, widest) = layout::window(columns, rows, WIDTH, rows);
    let width = usize::from(widest.width);
    let text: usize = lines.iter().map(|line| wrapped(line, width).len()).sum();
    let typed = usize::from(dialog.typed.is_some());
    // The reason's line and the blank ones around it are there where they fit.
    let spare = usize::from(widest.height).saturating_sub(text + typed + 1).min(3);
    let height = u16::try_from(text + typed + 1 + spare).unwrap_or(rows);
    let (area, inside) = layout::window(columns, rows, WIDTH, height);
    let inside = window(title(&confirm_title(dialog), "", theme), theme, frame, area, inside);

    let mut at = 0;
    for line in &lines {
        let style = match line.tone {
            LineTone::Plain => theme.plain,
            LineTone::Strong => theme.strong,
            LineTone::Warning => theme.warning,
            LineTone::Dim => theme.dim,
        };
        let indent = if line.label.is_empty() { 0 } else { LABEL };
        for (number, piece) in wrapped(line, width).into_iter().enumerate() {
            let label = if number == 0 { line.label } else { "" };
            row(
                vec![Span::styled(format!("{label:indent$}"), theme.dim), Span::styled(piece, style)],
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
    if let Some(typed) = &dialog.typed {
        let style = if typed.matches() { theme.success } else { theme.strong };
        let spans = vec![
            Span::raw(format!("{} ", typed_prompt(dialog, typed))),
            Span::styled(format!("{:_<width$}", typed.text, width = typed.expected.len()), style),
        ];
        row(spans, theme.plain, frame, inside, at);
        at += 1;
    }
    row(buttons(dialog, theme), theme.plain, frame, inside, at);
}

fn reason(dialog: &Confirm, theme: &Theme, frame: &mut Frame<'_>, inside: Rect, at: usize) {
    let focused = dialog.focus == Focus::Reason;
    let value = dialog.reason.value();
    let shown = if value.is_empty() && !focused { "(tab: a reason for the journal)" } else { value };
    let style = if focused || !value.is_empty() { theme.plain } else { theme.dim };
    let spans = vec![Span::styled(format!("{:LABEL$}", "Reason"), theme.dim), Span::styled(shown.to_owned(), style)];
    row(spans, theme.plain, frame, inside, at);
    if focused && let Ok(line) = u16::try_from(at) {
        let column = u16::try_from(LABEL + dialog.reason.visual_cursor()).unwrap_or(0);
        frame.set_cursor_position((inside.x + column.min(inside.width.saturating_sub(1)), inside.y + line));
    }
}

fn buttons<'a>(dialog: &Confirm, theme: &Theme) -> Vec<Span<'a>> {
    let verb = dialog.direction.verb();
    let ready = dialog.is_armed() && dialog.typed.as_ref().is_none_or(Typed::matches);
    let style = |focus: Focus, dead: bool| -> Style {
        match (dialog.focus == focus, dead) {
            (true, _) => theme.selected,
            (false, true) => theme.dim,
            (false, false) => theme.plain,
        }
    };
    let key = if dialog.typed.is_some() { "enter" } else { "y" };
    let mut spans = vec![
        Span::styled(format!(" {} Cancel ", dialog.cancel_key()), style(Focus::Cancel, false)),
        Span::raw("  "),
        Span::styled(format!(" {key} {verb} "), style(Focus::Confirm, !ready)),
    ];
    let wait = if dialog.is_checking() {
        "  reading its status again"
    } else if dialog.is_armed() {
        ""
    } else {
        "  a moment"
    };
    spans.push(Span::styled(wait, theme.dim));
    spans
}

fn no_room(dialog: &Confirm, theme: &Theme, frame: &mut Frame<'_>, columns: u16, rows: u16) {
    let (area, inside) = layout::window(columns, rows, WIDTH, 3);
    let inside = window(title(&confirm_title(dialog), "", theme), theme, frame, area, inside);
    let text = "There is no room here for all that this dialog must show, so nothing can be confirmed. Enlarge the \
                window, or press esc.";
    for (number, piece) in crate::tui::app::wrap(text, usize::from(inside.width)).into_iter().enumerate() {
        row(vec![Span::styled(piece, theme.warning)], theme.plain, frame, inside, number);
    }
}
