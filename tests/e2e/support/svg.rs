//! Draws a terminal's screen as an SVG picture.
//!
//! The picture does not depend on the viewer's fonts: each word is placed at its cell with a
//! fixed length, and lines, blocks and bullets are drawn as paths, so that they join across
//! cells.

use std::collections::BTreeMap;
use std::fmt::Write;

use vt100::{Cell, Color, Screen};

/// Width and height of a cell in SVG units.
pub(super) const CELL_UNITS: (u16, u16) = (10, 20);
/// Distance from the top of a cell to the baseline.
const BASELINE_UNITS: u16 = 15;
/// Margin around the screen.
const MARGIN_UNITS: u16 = 12;

/// A terminal's default background and text colors, and the 16 numbered ones.
pub(crate) struct Palette {
    pub(super) background: &'static str,
    pub(super) text: &'static str,
    pub(super) named: [&'static str; 16],
}

/// Light text on a dark background.
pub(crate) const DARK: Palette = Palette {
    background: "#14171c",
    text: "#d6dae0",
    named: [
        "#2a2f38", "#e5626b", "#6cc26a", "#dfb04b", "#5aa2ec", "#c586e0", "#4dbdc6",
        "#c3c8d0", //
        "#7d8694", "#ff8a8f", "#8fdd8a", "#f5cd72", "#85bdfb", "#dca8f2", "#7bdde3", "#ffffff",
    ],
};

/// Dark text on a light background.
pub(crate) const LIGHT: Palette = Palette {
    background: "#fbfbf9",
    text: "#24292f",
    named: [
        "#24292f", "#b4232c", "#1f7a34", "#8a6100", "#1f5fbf", "#8a3ab0", "#0b737c",
        "#c9ced6", //
        "#6b7280", "#d13a44", "#2e9447", "#a87900", "#3a7bdc", "#a456cb", "#158d97", "#ffffff",
    ],
};

/// Attributes of a cell, with colors resolved.
#[derive(Clone, PartialEq)]
struct Ink {
    text: String,
    ground: Option<String>,
    style: String,
}

impl Palette {
    fn color(&self, color: Color, default: &str) -> String {
        match color {
            Color::Default => default.to_owned(),
            Color::Idx(number @ 0..16) => self.named[usize::from(number)].to_owned(),
            // xterm's color cube with 6 levels per channel, and its 24 greys.
            Color::Idx(number @ 16..232) => {
                let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
                let number = number - 16;
                hex(level(number / 36), level(number / 6 % 6), level(number % 6))
            }
            Color::Idx(number) => {
                let grey = 8 + 10 * (number - 232);
                hex(grey, grey, grey)
            }
            Color::Rgb(red, green, blue) => hex(red, green, blue),
        }
    }

    fn ink(&self, cell: &Cell) -> Ink {
        let text = self.color(cell.fgcolor(), self.text);
        let ground = self.color(cell.bgcolor(), self.background);
        let (text, ground) = if cell.inverse() { (ground, text) } else { (text, ground) };
        let text = if cell.dim() { faint(&text, &ground) } else { text };
        let mut style = String::new();
        for (is_on, attribute) in [
            (cell.bold(), " font-weight=\"bold\""),
            (cell.italic(), " font-style=\"italic\""),
            (cell.underline(), " text-decoration=\"underline\""),
        ] {
            style.push_str(if is_on { attribute } else { "" });
        }
        Ink { text, ground: (ground != self.background).then_some(ground), style }
    }
}

/// Returns the text color blended with a third of the background, as terminals draw dim text.
fn faint(text: &str, ground: &str) -> String {
    let channel = |color: &str, at: usize| u16::from_str_radix(&color[at..at + 2], 16).unwrap();
    let mix = |at| u8::try_from((2 * channel(text, at) + channel(ground, at)) / 3).unwrap();
    hex(mix(1), mix(3), mix(5))
}

fn hex(red: u8, green: u8, blue: u8) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// Returns the picture of a screen as SVG; `title` is its accessible description.
pub(crate) fn render(screen: &Screen, title: &str, palette: &Palette) -> String {
    format!("{}{}</svg>\n", opening(screen, 0, title, palette), cells(screen, palette))
}

/// Returns the beginning of a picture with room for a screen, and below it for text of that height:
/// the root element, its description and the background.
pub(super) fn opening(screen: &Screen, below: u16, title: &str, palette: &Palette) -> String {
    let (rows, columns) = (screen.size().0.get(), screen.size().1.get());
    let (width, height) =
        (columns * CELL_UNITS.0 + 2 * MARGIN_UNITS, rows * CELL_UNITS.1 + 2 * MARGIN_UNITS + below);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-{MARGIN_UNITS} -{MARGIN_UNITS} {width} {height}\" role=\"img\" \
         font-family=\"'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"16.6\">\n<title>{}</title>\n\
         <rect x=\"-{MARGIN_UNITS}\" y=\"-{MARGIN_UNITS}\" width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{}\"/>\n",
        escaped(title),
        palette.background
    )
}

/// Returns a screen's cells and its cursor as SVG elements.
pub(super) fn cells(screen: &Screen, palette: &Palette) -> String {
    let (rows, columns) = (screen.size().0.get(), screen.size().1.get());
    let mut svg = String::new();
    let mut lines = BTreeMap::new();
    for row in 0..rows {
        let cells: Vec<(u16, &Cell, Ink)> = (0..columns)
            .filter_map(|column| {
                screen.cell(row, column).map(|cell| (column, cell, palette.ink(cell)))
            })
            .collect();
        grounds(&mut svg, row, &cells);
        letters(&mut svg, &mut lines, row, &cells);
    }
    for ((color, weight), path) in lines {
        writeln!(
            svg,
            "<path d=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"1.{weight}\"/>"
        )
        .unwrap();
    }
    if !screen.hide_cursor() {
        let (x, y) = corner(screen.cursor_position().0, screen.cursor_position().1);
        let (width, height, color) = (CELL_UNITS.0, CELL_UNITS.1, palette.text);
        writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{color}\" opacity=\"0.5\"/>"
        )
        .unwrap();
    }
    svg
}

/// Returns the position of a cell's upper left corner.
fn corner(row: u16, column: u16) -> (u16, u16) {
    (column * CELL_UNITS.0, row * CELL_UNITS.1)
}

/// Draws a row's colored backgrounds; neighbours of one color are one rectangle.
fn grounds(svg: &mut String, row: u16, cells: &[(u16, &Cell, Ink)]) {
    for piece in cells.chunk_by(|(_, _, left), (_, _, right)| left.ground == right.ground) {
        let Some(color) = &piece[0].2.ground else { continue };
        let ((x, y), width, height) =
            (corner(row, piece[0].0), piece.len() * usize::from(CELL_UNITS.0), CELL_UNITS.1);
        writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{color}\" \
             shape-rendering=\"crispEdges\"/>"
        )
        .unwrap();
    }
}

/// Paths of box-drawing lines so far, by color and weight.
type Lines = BTreeMap<(String, u8), String>;

/// Draws a row's words as text, and its lines and bullets as paths.
fn letters(svg: &mut String, lines: &mut Lines, row: u16, cells: &[(u16, &Cell, Ink)]) {
    let is_rule = |cell: &Cell| matches!(cell.contents(), "─" | "━");
    let together = |left: &Cell, right: &Cell| {
        (is_plain(left) && is_plain(right))
            || (is_rule(left) && left.contents() == right.contents())
    };
    for word in cells
        .chunk_by(|(_, left, before), (_, right, after)| before == after && together(left, right))
    {
        let (column, cell, Ink { text: color, style, .. }) = &word[0];
        let (x, y) = corner(row, *column);
        let drawn = cell.contents().chars().next();
        if let Some((path, weight)) = drawn.and_then(|letter| line(letter, word.len(), x, y)) {
            lines.entry((color.clone(), weight)).or_default().push_str(&path);
        } else if let Some(shape) = drawn.and_then(|letter| shape(letter, color, x, y)) {
            writeln!(svg, "<g fill=\"{color}\"{style}>{shape}</g>").unwrap();
        } else if cell.has_contents() && cell.contents() != " " {
            let text: String = word.iter().map(|(_, cell, _)| cell.contents()).collect();
            let columns = word.len() + usize::from(cell.is_wide());
            let (y, length) = (y + BASELINE_UNITS, columns * usize::from(CELL_UNITS.0));
            let text = escaped(&text);
            writeln!(svg, "<text x=\"{x}\" y=\"{y}\" textLength=\"{length}\" fill=\"{color}\"{style}>{text}</text>")
                .unwrap();
        }
    }
}

/// Returns true if a cell's letter can be joined with the next one's.
fn is_plain(cell: &Cell) -> bool {
    cell.contents().bytes().all(|byte| byte.is_ascii_graphic()) && cell.has_contents()
}

/// Returns a box-drawing character, or `columns` of a horizontal rule, as a path, and its weight
/// in tenths above 1.
fn line(letter: char, columns: usize, x: u16, y: u16) -> Option<(String, u8)> {
    const THIN: u8 = 2;
    const THICK: u8 = 9;
    // The cell's edges that the lines reach.
    let (left, right, up, down, weight) = match letter {
        '─' => (true, true, false, false, THIN),
        '│' => (false, false, true, true, THIN),
        '┌' | '╭' => (false, true, false, true, THIN),
        '┐' | '╮' => (true, false, false, true, THIN),
        '└' | '╰' => (false, true, true, false, THIN),
        '┘' | '╯' => (true, false, true, false, THIN),
        '├' => (false, true, true, true, THIN),
        '┤' => (true, false, true, true, THIN),
        '┬' => (true, true, false, true, THIN),
        '┴' => (true, true, true, false, THIN),
        '┼' => (true, true, true, true, THIN),
        '━' => (true, true, false, false, THICK),
        '┃' => (false, false, true, true, THICK),
        '┏' => (false, true, false, true, THICK),
        '┓' => (true, false, false, true, THICK),
        '┗' => (false, true, true, false, THICK),
        '┛' => (true, false, true, false, THICK),
        _ => return None,
    };
    let (middle, center) = (x + CELL_UNITS.0 / 2, y + CELL_UNITS.1 / 2);
    let (end, bottom) = (usize::from(x) + columns * usize::from(CELL_UNITS.0), y + CELL_UNITS.1);
    if "╭╮╰╯".contains(letter) {
        let (side, edge) = (if right { end } else { x.into() }, if down { bottom } else { y });
        return Some((format!("M{middle} {edge}Q{middle} {center} {side} {center}"), weight));
    }
    let mut path = String::new();
    if left || right {
        let (from, to) = (if left { x } else { middle }, if right { end } else { middle.into() });
        write!(path, "M{from} {center}H{to}").unwrap();
    }
    if up || down {
        let (from, to) = (if up { y } else { center }, if down { bottom } else { center });
        write!(path, "M{middle} {from}V{to}").unwrap();
    }
    Some((path, weight))
}

/// Returns bullets, pointers and blocks as shapes, filled with the text's color by the
/// surrounding element.
fn shape(letter: char, color: &str, x: u16, y: u16) -> Option<String> {
    let (middle, center) = (x + CELL_UNITS.0 / 2, y + CELL_UNITS.1 / 2);
    let polygon = |points: [(u16, u16); 3]| {
        let points: Vec<String> =
            points.iter().map(|(right, below)| format!("{},{}", x + right, y + below)).collect();
        format!("<polygon points=\"{}\"/>", points.join(" "))
    };
    let block = |left: u16, top: u16, width: u16, height: u16| {
        let (left, top) = (x + left, y + top);
        format!("<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\"/>")
    };
    Some(match letter {
        '●' => format!("<circle cx=\"{middle}\" cy=\"{center}\" r=\"4\"/>"),
        '○' => {
            let ring = "fill=\"none\" stroke-width=\"1.2\"";
            format!("<circle cx=\"{middle}\" cy=\"{center}\" r=\"3.4\" {ring} stroke=\"{color}\"/>")
        }
        '▸' | '▶' => polygon([(2, 5), (9, 10), (2, 15)]),
        '◂' | '◀' => polygon([(8, 5), (1, 10), (8, 15)]),
        '▴' | '▲' => polygon([(1, 14), (5, 6), (9, 14)]),
        '▾' | '▼' => polygon([(1, 6), (5, 14), (9, 6)]),
        '█' => block(0, 0, 10, 20),
        '▌' => block(0, 0, 5, 20),
        '▐' => block(5, 0, 5, 20),
        '▀' => block(0, 0, 10, 10),
        '▁'..='▇' => {
            let height = u16::try_from(u32::from(letter) - u32::from('▀')).unwrap() * 5 / 2;
            block(0, 20 - height, 10, height)
        }
        _ => return None,
    })
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
