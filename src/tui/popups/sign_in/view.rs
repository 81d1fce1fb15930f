//! View of a sign-in. Lines that the screen has no room for are left out, the least important first.

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::model::escape_hidden;
use crate::ops::sign_in::{Inks, large_text, messages as sign_in, qr_code};
use crate::tui::messages::popups as messages;
use crate::tui::popups::sign_in::{Phase, SignInPopup, Waiting};
use crate::tui::render::Theme;
use crate::tui::render::block::{draw_popup, draw_row, title};
use crate::tui::render::layout;
use crate::tui::render::text_wrap::wrap_text;

/// Maximum width of the popup, in columns.
const MAX_COLUMNS: u16 = 100;

/// Maximum width of the text, in columns.
const MAX_TEXT_COLUMNS: usize = 84;

/// Columns of the text beside a QR code, at least.
const MIN_TEXT_COLUMNS: usize = 40;

/// Columns between text and QR code.
const GAP: usize = 2;

/// One line of the text.
struct Line {
    /// How much is lost without it: lines with 0 stay.
    weight: u8,
    text: String,
    style: Style,
}

/// The text, line by line.
struct Lines {
    width: usize,
    lines: Vec<Line>,
}

impl Lines {
    fn add(&mut self, weight: u8, text: &str, style: Style) {
        let pieces = wrap_text(text, self.width.max(8)).into_iter();
        self.lines.extend(pieces.map(|text| Line { weight, text, style }));
    }

    fn blank(&mut self, theme: &Theme) {
        self.lines.push(Line { weight: 9, text: String::new(), style: theme.plain });
    }

    /// Leaves out lines until the rest fits, those with the highest weight first.
    fn fit(mut self, height: usize) -> Vec<Line> {
        while self.lines.len() > height {
            let most = self.lines.iter().map(|line| line.weight).max().unwrap_or(0);
            let Some(at) = self.lines.iter().rposition(|line| line.weight == most) else { break };
            self.lines.remove(at);
        }
        self.lines
    }
}

/// Draws the popup.
pub(super) fn draw(popup: &SignInPopup, theme: &Theme, frame: &mut Frame<'_>) {
    let screen = frame.area();
    let area = |columns: usize, lines: usize| {
        let columns = u16::try_from(columns).unwrap_or(u16::MAX).min(MAX_COLUMNS);
        let lines = u16::try_from(lines).unwrap_or(u16::MAX);
        layout::popup_area(screen.width, screen.height, columns, lines)
    };
    let room = area(usize::from(MAX_COLUMNS), usize::MAX).1;
    let (columns, height) = (usize::from(room.width), usize::from(room.height));
    let code = code_lines(popup, theme).filter(|(lines, width)| {
        lines.len() <= height && columns >= width + GAP + MIN_TEXT_COLUMNS
    });
    let beside = code.as_ref().map_or(0, |(_, width)| width + GAP);
    let width = (columns - beside).min(MAX_TEXT_COLUMNS);
    let lines = text(popup, theme, width, height).fit(height);
    let code_height = code.as_ref().map_or(0, |(lines, _)| lines.len());
    let (area, inside) = area(width + beside + 4, lines.len().max(code_height));
    let inside = draw_popup(title(messages::SIGN_IN_TITLE, "", theme), theme, frame, area, inside);
    for (row, line) in lines.into_iter().enumerate() {
        draw_row(vec![Span::styled(line.text, line.style)], theme.plain, frame, inside, row);
    }
    if let Some((lines, width)) = code {
        let columns = u16::try_from(width).unwrap_or(u16::MAX).min(inside.width);
        let beside = Rect { x: inside.right() - columns, width: columns, ..inside };
        let style = theme.qr_code.unwrap_or(theme.plain);
        for (row, line) in lines.into_iter().enumerate() {
            draw_row(vec![Span::styled(line, style)], theme.plain, frame, beside, row);
        }
    }
}

/// Returns the QR code of the page, if it can be drawn, and its columns.
fn code_lines(popup: &SignInPopup, theme: &Theme) -> Option<(Vec<String>, usize)> {
    let Phase::Waiting(waiting) = &popup.phase else { return None };
    let page = waiting.prompt.complete_page.as_ref().filter(|_| !theme.ascii)?;
    let inks = if theme.qr_code.is_some() { Inks::DarkOnLight } else { Inks::LightOnDark };
    let lines = qr_code(page, inks)?;
    let width = lines.first()?.chars().count();
    Some((lines, width))
}

fn text(popup: &SignInPopup, theme: &Theme, width: usize, height: usize) -> Lines {
    let mut lines = Lines { width, lines: Vec::new() };
    let session = escape_hidden(&popup.session);
    match &popup.phase {
        Phase::Offered => {
            lines.add(0, &messages::sign_in_offer(&session), theme.strong);
            lines.blank(theme);
            lines.add(1, messages::SIGN_IN_EXPLANATION, theme.plain);
        }
        Phase::Starting => lines.add(0, &messages::starting_sign_in(&session), theme.plain),
        Phase::Failed(sentence) => {
            lines.add(0, sentence, theme.error);
            lines.blank(theme);
            lines.add(1, messages::SIGN_IN_AGAIN, theme.plain);
        }
        Phase::Waiting(waiting) => code(&mut lines, waiting, popup.now, theme, height),
    }
    lines
}

fn code(lines: &mut Lines, waiting: &Waiting, now: Duration, theme: &Theme, height: usize) {
    let prompt = &waiting.prompt;
    if let Some(url) = &prompt.not_aws {
        lines.add(0, &sign_in::not_aws(url), theme.alarm);
    }
    for (number, (name, value)) in sign_in::origin(prompt).into_iter().enumerate() {
        // The session first, the host last: both say whose request it is.
        let weight = if number == 0 || name == sign_in::HOST { 1 } else { 3 };
        lines.add(weight, &format!("{name:9}  {value}"), theme.plain);
    }
    lines.blank(theme);
    lines.add(4, sign_in::OPEN_PAGE, theme.plain);
    lines.add(0, prompt.address(), theme.strong);
    if waiting.browser {
        lines.add(5, sign_in::BROWSER_OPENED, theme.dim);
    }
    lines.blank(theme);
    let letters = large_text(&prompt.code, theme.ascii);
    let fits = |letters: &Vec<String>| {
        letters.iter().all(|line| line.chars().count() <= lines.width)
            && lines.lines.len() + letters.len() + 4 <= height + 4
    };
    if let Some(letters) = letters.filter(fits) {
        let letters = letters.into_iter();
        lines.lines.extend(letters.map(|text| Line { weight: 8, text, style: theme.strong }));
        lines.blank(theme);
    }
    lines.add(0, &sign_in::code(&prompt.code), theme.strong);
    lines.add(2, sign_in::OWN_CODE_ONLY, theme.warning);
    let left = Duration::from_secs(waiting.seconds_left(now));
    lines.add(0, &messages::waiting_for_approval(left), theme.dim);
    if let Some(sentence) = &waiting.unanswered {
        lines.add(2, sentence, theme.warning);
    }
}
