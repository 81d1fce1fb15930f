//! View of a sign-in. Lines that the screen has no room for are left out, the least important
//! first.

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::model::escape_hidden;
use crate::ops::sign_in::{Inks, large_text, messages as sign_in, qr_code};
use crate::tui::messages::popups as messages;
use crate::tui::popups::sign_in::phase::{Phase, Waiting};
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

/// Lines that belong together.
struct Paragraph {
    /// How soon it is left out: the largest first, and 0 never.
    rank: u8,
    lines: Vec<String>,
    style: Style,
}

/// The text.
struct Text {
    width: usize,
    paragraphs: Vec<Paragraph>,
}

impl Text {
    fn add(&mut self, rank: u8, text: &str, style: Style) {
        self.paragraphs.push(Paragraph { rank, lines: wrap_text(text, self.width.max(8)), style });
    }

    fn blank(&mut self) {
        let lines = vec![String::new()];
        self.paragraphs.push(Paragraph { rank: u8::MAX, lines, style: Style::new() });
    }

    /// Returns the lines, without the paragraphs that there is no room for.
    fn fit(mut self, height: usize) -> Vec<(String, Style)> {
        let count = |paragraphs: &[Paragraph]| {
            paragraphs.iter().map(|paragraph| paragraph.lines.len()).sum::<usize>()
        };
        while count(&self.paragraphs) > height {
            let ranks = self.paragraphs.iter().map(|paragraph| paragraph.rank).enumerate();
            match ranks.max_by_key(|(_, rank)| *rank) {
                Some((at, 1..)) => self.paragraphs.remove(at),
                _ => break,
            };
        }
        let all = self.paragraphs.into_iter();
        all.flat_map(|paragraph| {
            paragraph.lines.into_iter().map(move |line| (line, paragraph.style))
        })
        .collect()
    }
}

/// Draws the popup.
pub(super) fn draw(
    session: &str,
    phase: &Phase,
    now: Duration,
    theme: &Theme,
    frame: &mut Frame<'_>,
) {
    let screen = frame.area().as_size();
    let room = layout::highest_popup_area(screen, MAX_COLUMNS).inside;
    let (columns, height) = (usize::from(room.width), usize::from(room.height));
    let code = code_lines(phase, theme).filter(|(lines, width)| {
        lines.len() <= height && columns >= width + GAP + MIN_TEXT_COLUMNS
    });
    let beside = code.as_ref().map_or(0, |(_, width)| width + GAP);
    let width = (columns - beside).min(MAX_TEXT_COLUMNS);
    let lines = text(session, phase, now, theme, width).fit(height);
    let code_height = code.as_ref().map_or(0, |(lines, _)| lines.len());
    let columns = u16::try_from(width + beside + 4).unwrap_or(u16::MAX).min(MAX_COLUMNS);
    let area = layout::popup_area(screen, columns, lines.len().max(code_height));
    draw_popup(title(messages::SIGN_IN_TITLE, "", theme), area, theme, frame);
    let inside = area.inside;
    for (row, (line, style)) in lines.into_iter().enumerate() {
        draw_row(vec![Span::styled(line, style)], theme.plain, frame, inside, row);
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
fn code_lines(phase: &Phase, theme: &Theme) -> Option<(Vec<String>, usize)> {
    let Phase::Waiting(waiting) = phase else { return None };
    let page = waiting.prompt.complete_page.as_ref().filter(|_| !theme.ascii)?;
    let inks = if theme.qr_code.is_some() { Inks::DarkOnLight } else { Inks::LightOnDark };
    let lines = qr_code(page, inks)?;
    let width = lines.first()?.chars().count();
    Some((lines, width))
}

fn text(session: &str, phase: &Phase, now: Duration, theme: &Theme, width: usize) -> Text {
    let mut text = Text { width, paragraphs: Vec::new() };
    let session = escape_hidden(session);
    match phase {
        Phase::Offered => {
            text.add(0, &messages::sign_in_offer(&session), theme.strong);
            text.blank();
            text.add(1, messages::SIGN_IN_EXPLANATION, theme.plain);
        }
        Phase::Starting => text.add(0, &messages::starting_sign_in(&session), theme.plain),
        Phase::Failed(sentence) => {
            text.add(0, sentence, theme.error);
            text.blank();
            text.add(1, messages::SIGN_IN_AGAIN, theme.plain);
        }
        Phase::Waiting(waiting) => add_code(&mut text, waiting, now, theme),
    }
    text
}

fn add_code(text: &mut Text, waiting: &Waiting, now: Duration, theme: &Theme) {
    let prompt = &waiting.prompt;
    if let Some(url) = &prompt.not_aws {
        text.add(0, &sign_in::not_aws(url), theme.alarm);
    }
    for (number, (name, value)) in sign_in::origin(prompt).into_iter().enumerate() {
        // Session and host matter most.
        let rank = if number == 0 || name == sign_in::HOST { 1 } else { 3 };
        text.add(rank, &format!("{name:9}  {value}"), theme.plain);
    }
    text.blank();
    text.add(4, sign_in::OPEN_PAGE, theme.plain);
    text.add(0, prompt.address(), theme.strong);
    if waiting.browser {
        text.add(5, sign_in::BROWSER_OPENED, theme.dim);
    }
    text.blank();
    let code = prompt.code.as_deref().unwrap_or_default();
    let letters = large_text(code, theme.ascii);
    let fits = |line: &String| line.chars().count() <= text.width;
    if let Some(lines) = letters.filter(|lines| lines.iter().all(fits)) {
        text.paragraphs.push(Paragraph { rank: 6, lines, style: theme.strong });
        text.blank();
    }
    text.add(0, &sign_in::code(code), theme.strong);
    text.add(2, sign_in::OWN_CODE_ONLY, theme.warning);
    let left = Duration::from_secs(waiting.seconds_left(now));
    text.add(0, &messages::waiting_for_approval(left), theme.dim);
    if let Some(sentence) = &waiting.unanswered {
        text.add(2, sentence, theme.warning);
    }
}
