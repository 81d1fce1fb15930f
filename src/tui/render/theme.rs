//! Styles by meaning. They use only the terminal's 16 colors on its own
//! background, so that light and dark both work. No state is shown by color
//! alone.

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;

use crate::tui::render::glyphs::Glyphs;

/// What a text is, which decides its style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextTone {
    /// Ordinary text.
    Plain,
    /// A name or value that matters.
    Strong,
    /// Less important text.
    Dim,
    /// Something to consider.
    Warning,
    /// An error.
    Error,
    /// `NOT AWS` and `READ-ONLY`.
    Alarm,
    /// Success.
    Success,
    /// A key, or the name of the program.
    Key,
}

/// The look of the screen.
#[derive(Clone, Debug)]
pub(crate) struct Theme {
    /// Ordinary text.
    pub plain: Style,
    /// Less important text, and facts from the credential report.
    pub dim: Style,
    /// Names and values that matter.
    pub strong: Style,
    /// Column headings.
    pub heading: Style,
    /// The border of a pane.
    pub border: Style,
    /// The border of the focused pane.
    pub border_focused: Style,
    /// The selected row in the focused pane; replaces the colors of the row.
    pub selected: Style,
    /// The selected row in the other pane.
    pub selected_elsewhere: Style,
    /// An active key.
    pub active: Style,
    /// An inactive key.
    pub inactive: Style,
    /// A time that makes an active key stand out: its age, or how long it was not used.
    pub attention: Style,
    /// Success.
    pub success: Style,
    /// A warning.
    pub warning: Style,
    /// An error.
    pub error: Style,
    /// `NOT AWS` and `READ-ONLY`.
    pub alarm: Style,
    /// A key in the footer or in a button.
    pub key: Style,
    /// Dark modules of a QR code on light ground; `None` if nothing may have a color.
    pub qr_code: Option<Style>,
    /// The characters that stand for states.
    pub glyphs: Glyphs,
    /// Whether only ASCII may be drawn.
    pub ascii: bool,
}

/// Returns the reversed style without any other color.
fn reversed() -> Style {
    Style::new()
        .fg(Color::Reset)
        .bg(Color::Reset)
        .add_modifier(Modifier::REVERSED)
        .remove_modifier(Modifier::DIM)
}

impl Default for Theme {
    fn default() -> Self {
        let plain = Style::new();
        let colored = |color| plain.fg(color);
        Self {
            plain,
            dim: plain.add_modifier(Modifier::DIM),
            strong: plain.add_modifier(Modifier::BOLD),
            heading: plain.add_modifier(Modifier::DIM),
            border: plain.add_modifier(Modifier::DIM),
            border_focused: colored(Color::Cyan),
            selected: reversed(),
            selected_elsewhere: plain.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            active: colored(Color::Green),
            inactive: plain.add_modifier(Modifier::DIM),
            attention: colored(Color::Yellow),
            success: colored(Color::Green),
            // Bold, since yellow alone is faint on a light background.
            warning: colored(Color::Yellow).add_modifier(Modifier::BOLD),
            error: colored(Color::Red).add_modifier(Modifier::BOLD),
            alarm: colored(Color::Red).add_modifier(Modifier::BOLD | Modifier::REVERSED),
            key: colored(Color::Cyan).add_modifier(Modifier::BOLD),
            qr_code: Some(plain.fg(Color::Black).bg(Color::White)),
            glyphs: Glyphs::UNICODE,
            ascii: false,
        }
    }
}

impl Theme {
    /// Returns the style of a text.
    pub(crate) fn style(&self, tone: TextTone) -> Style {
        match tone {
            TextTone::Plain => self.plain,
            TextTone::Strong => self.strong,
            TextTone::Dim => self.dim,
            TextTone::Warning => self.warning,
            TextTone::Error => self.error,
            TextTone::Alarm => self.alarm,
            TextTone::Success => self.success,
            TextTone::Key => self.key,
        }
    }

    /// Returns the theme with ASCII characters only.
    pub(crate) fn ascii(mut self) -> Self {
        self.ascii = true;
        self
    }

    /// Returns a theme without colors; uses bold instead.
    pub(crate) fn mono() -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        Self {
            border_focused: bold,
            active: bold,
            attention: plain,
            success: plain,
            warning: bold,
            error: bold,
            alarm: bold.add_modifier(Modifier::REVERSED),
            key: bold,
            qr_code: None,
            glyphs: Glyphs { border_focused: border::THICK, ..Glyphs::UNICODE },
            ..Self::default()
        }
    }

    /// Returns a theme with high contrast: nothing is dim; what matters is bold,
    /// or has its own foreground and background, so that its contrast is the
    /// same on any terminal background.
    pub(crate) fn high_contrast(color: bool) -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let block = |text, ground| {
            if color { bold.fg(text).bg(ground) } else { bold.add_modifier(Modifier::REVERSED) }
        };
        Self {
            dim: plain,
            heading: plain.add_modifier(Modifier::UNDERLINED),
            border: plain,
            inactive: plain,
            selected: reversed().add_modifier(Modifier::BOLD),
            success: bold,
            warning: if color { block(Color::Black, Color::Yellow) } else { bold },
            error: block(Color::White, Color::Red),
            alarm: block(Color::White, Color::Red),
            qr_code: color.then(|| plain.fg(Color::Black).bg(Color::White)),
            ..Self::mono()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::render::ascii::replacement;

    fn all() -> [Theme; 4] {
        [Theme::default(), Theme::mono(), Theme::high_contrast(true), Theme::high_contrast(false)]
    }

    #[test]
    fn every_theme_shows_selection_and_focus_without_color() {
        for theme in all() {
            assert!(theme.selected.add_modifier.contains(Modifier::REVERSED));
            assert_ne!(theme.selected.add_modifier, theme.selected_elsewhere.add_modifier);
            let weight = |style: Style| (style.add_modifier, style.fg);
            let shape = |set: border::Set<'static>| set.horizontal_top;
            let ascii = |set| replacement(shape(set));
            assert!(
                weight(theme.border) != weight(theme.border_focused)
                    || shape(theme.glyphs.border) != shape(theme.glyphs.border_focused)
            );
            assert_eq!(
                shape(theme.glyphs.border) == shape(theme.glyphs.border_focused),
                ascii(theme.glyphs.border) == ascii(theme.glyphs.border_focused)
            );
        }
    }

    #[test]
    fn the_thumb_of_a_scrollbar_differs_from_the_border_below_it() {
        for theme in all() {
            let thumb = theme.glyphs.scrollbar_thumb;
            assert_ne!(thumb, theme.glyphs.border.vertical_right);
            assert_ne!(thumb, theme.glyphs.border_focused.vertical_right);
        }
    }

    #[test]
    fn themes_without_color_have_none() {
        for theme in [Theme::mono(), Theme::high_contrast(false)] {
            let styles = [
                theme.plain,
                theme.dim,
                theme.strong,
                theme.heading,
                theme.border,
                theme.border_focused,
                theme.selected_elsewhere,
                theme.active,
                theme.inactive,
                theme.attention,
                theme.success,
                theme.warning,
                theme.error,
                theme.alarm,
                theme.key,
            ];
            assert_eq!(theme.qr_code, None);
            assert!(styles.iter().all(|style| style.fg.is_none() && style.bg.is_none()));
        }
    }
}
