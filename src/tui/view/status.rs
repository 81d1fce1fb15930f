//! The status: results and errors, the filter while it is typed, and how much
//! of the account is known.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use crate::inventory::ReportState;
use crate::tui::app::{State, StatusTone, Tone, View, coverage_words, status_lines};
use crate::tui::view::frame::row;
use crate::tui::view::theme::Theme;

/// Draws the status.
pub(crate) fn draw(state: &State, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let lines = status_lines(state);
    let width = usize::from(area.width).saturating_sub(2);
    let last = usize::from(area.height).saturating_sub(1);
    let coverage = coverage(state);
    for number in 0..usize::from(area.height) {
        let (text, style) =
            lines.get(number).map_or((String::new(), theme.plain), |(tone, text)| line(*tone, text, theme));
        let room = if number == last { width.saturating_sub(coverage.width() + 2) } else { width };
        let text = if number == last && room < text.width().min(20) {
            theme.glyphs.fit(&text, width)
        } else if number == last {
            format!("{}  {coverage}", theme.glyphs.fit(&text, room))
        } else {
            theme.glyphs.fit(&text, room)
        };
        row(vec![Span::raw(" "), Span::styled(text, style)], theme.plain, frame, area, number);
    }
}

fn line(tone: StatusTone, text: &str, theme: &Theme) -> (String, Style) {
    let glyphs = &theme.glyphs;
    match tone {
        StatusTone::Result(Tone::Info) => (text.to_owned(), theme.plain),
        StatusTone::Result(Tone::Success) => (format!("{} {text}", glyphs.done), theme.success),
        StatusTone::Result(Tone::Warning) => (format!("! {text}"), theme.warning),
        StatusTone::Error => (format!("{} {text}", glyphs.failed), theme.error),
    }
}

/// How much of the account is known, in a few words.
fn coverage(state: &State) -> String {
    let mut words = coverage_words(state);
    let undecided = match state.view {
        View::Users => state.users.undecided,
        View::Keys => state.all_keys.undecided,
    };
    if undecided > 0 {
        words.push(format!("{undecided} undecided"));
    }
    if let ReportState::Read { made } = state.inventory.report()
        && !state.inventory.coverage().is_whole()
    {
        words.push(format!("~ report of {}", crate::model::date_and_time(*made)));
    }
    words.join(" · ")
}
