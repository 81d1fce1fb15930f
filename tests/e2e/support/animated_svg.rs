//! Draws a sequence of screens as one animated SVG picture, with a caption below each.
//!
//! The animation is CSS, which browsers also run in an `<img>`. Viewers who prefer no motion see
//! one of the screens.

use std::fmt::Write;

use vt100::Screen;

use super::svg::{self, CELL_UNITS, Palette};

/// Height of the caption in SVG units.
const CAPTION_UNITS: u16 = 34;

/// One screen of the sequence.
pub(crate) struct Frame {
    /// The screen.
    pub(crate) screen: Screen,
    /// For how many seconds it is shown.
    pub(crate) seconds: f64,
    /// The keys that the user has pressed; may be empty.
    pub(crate) keys: &'static str,
    /// What the picture shows.
    pub(crate) caption: &'static str,
}

/// Returns the sequence as SVG, repeated for ever; `title` is its accessible description, and
/// `still` the number of the screen without motion. All screens have the size of the first.
pub(crate) fn render(frames: &[Frame], still: usize, title: &str, palette: &Palette) -> String {
    let mut svg = svg::opening(&frames[0].screen, CAPTION_UNITS, title, palette);
    let total: f64 = frames.iter().map(|frame| frame.seconds).sum();
    let mut style = format!(
        ".f{{visibility:hidden;animation:{total}s step-end infinite}}#f{still}{{visibility:visible}}"
    );
    let mut start = 0.0;
    for (number, frame) in frames.iter().enumerate() {
        let (from, to) = (100.0 * start / total, 100.0 * (start + frame.seconds) / total);
        // A name of its own for each: the screen is visible between two points of the whole time.
        let before = if number == 0 { "" } else { "0%{visibility:hidden}" };
        write!(
            style,
            "#f{number}{{animation-name:k{number}}}\
             @keyframes k{number}{{{before}{from:.2}%{{visibility:visible}}{to:.2}%{{visibility:hidden}}}}"
        )
        .unwrap();
        start += frame.seconds;
    }
    style.push_str("@media(prefers-reduced-motion:reduce){.f{animation:none}}");
    writeln!(svg, "<style>{style}</style>").unwrap();
    for (number, frame) in frames.iter().enumerate() {
        let cells = svg::cells(&frame.screen, palette);
        let caption = caption(frame, palette);
        writeln!(svg, "<g id=\"f{number}\" class=\"f\">\n{cells}{caption}</g>").unwrap();
    }
    svg + "</svg>\n"
}

/// Draws the keys and the text below a screen.
fn caption(frame: &Frame, palette: &Palette) -> String {
    let y = frame.screen.size().0.get() * CELL_UNITS.1 + CAPTION_UNITS - 8;
    let columns = u16::try_from(frame.keys.chars().count()).unwrap();
    let (mut svg, mut x) = (String::new(), 0);
    if columns > 0 {
        let width = columns * CELL_UNITS.0 + 16;
        let (text, color) = (svg::escaped(frame.keys), palette.named[3]);
        let (top, left, length) = (y - 18, x + 8, columns * CELL_UNITS.0);
        writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"25\" rx=\"4\" fill=\"{color}\"/>\n\
             <text x=\"{left}\" y=\"{y}\" textLength=\"{length}\" font-weight=\"bold\" fill=\"{}\">{text}</text>",
            palette.background
        )
        .unwrap();
        x = width + 12;
    }
    let (text, color) = (svg::escaped(frame.caption), palette.text);
    writeln!(svg, "<text x=\"{x}\" y=\"{y}\" fill=\"{color}\">{text}</text>").unwrap();
    svg
}
