//! Styles by what they mean. Only the terminal's own 16 colours on its own
//! background, so that light and dark both work; nothing is told by colour
//! alone.

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;

use crate::tui::view::glyphs::Glyphs;

/// The look of the screen.
#[derive(Clone, Debug)]
pub(crate) struct Theme {
    /// Ordinary text.
    pub plain: Style,
    /// Less important text, and facts from the credential report.
    pub dim: Style,
    /// Names and values that matter.
    pub strong: Style,
    /// Headings of columns.
    pub heading: Style,
    /// The frame of a pane.
    pub border: Style,
    /// The frame of the pane that keys go to.
    pub border_focused: Style,
    /// The selected row in the pane that keys go to. It is laid over the
    /// row's own colours, which would leave a patchwork.
    pub selected: Style,
    /// The selected row in the other pane.
    pub selected_elsewhere: Style,
    /// An active key.
    pub active: Style,
    /// An inactive key.
    pub inactive: Style,
    /// Something that went well.
    pub success: Style,
    /// Something that needs attention.
    pub warning: Style,
    /// Something that went wrong.
    pub error: Style,
    /// What must not be overlooked: `NOT AWS`, `READ-ONLY`.
    pub alarm: Style,
    /// A key in the footer or in a button.
    pub key: Style,
    /// The characters that stand for states.
    pub glyphs: Glyphs,
    /// Whether nothing but ASCII may be drawn.
    pub ascii: bool,
}

/// A row in reverse, whatever colours are in it.
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
        let coloured = |color| plain.fg(color);
        Self {
            plain,
            dim: plain.add_modifier(Modifier::DIM),
            strong: plain.add_modifier(Modifier::BOLD),
            heading: plain.add_modifier(Modifier::DIM),
            border: plain.add_modifier(Modifier::DIM),
            border_focused: coloured(Color::Cyan),
            selected: reversed(),
            selected_elsewhere: plain.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            active: coloured(Color::Green),
            inactive: plain,
            success: coloured(Color::Green),
            warning: coloured(Color::Yellow),
            error: coloured(Color::Red).add_modifier(Modifier::BOLD),
            alarm: coloured(Color::Red).add_modifier(Modifier::BOLD | Modifier::REVERSED),
            key: coloured(Color::Cyan).add_modifier(Modifier::BOLD),
            glyphs: Glyphs::UNICODE,
            ascii: false,
        }
    }
}

impl Theme {
    /// The same look with ASCII characters only.
    pub(crate) fn ascii(mut self) -> Self {
        let heavy = self.glyphs.border_focused.horizontal_top != self.glyphs.border.horizontal_top;
        self.glyphs = Glyphs::ASCII;
        if heavy {
            self.glyphs.border_focused =
                border::Set { horizontal_top: "=", horizontal_bottom: "=", ..self.glyphs.border };
        }
        self.ascii = true;
        self
    }

    /// A look without any colour, for terminals or people who want none: what
    /// is told by colour elsewhere is told here by weight alone.
    pub(crate) fn mono() -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        Self {
            border_focused: bold,
            active: bold,
            success: plain,
            warning: bold,
            error: bold,
            alarm: bold.add_modifier(Modifier::REVERSED),
            key: bold,
            glyphs: Glyphs { border_focused: border::THICK, ..Glyphs::UNICODE },
            ..Self::default()
        }
    }

    /// A look for poor screens and poor light: nothing is dim, what matters
    /// stands in bold or in a block, and a block's colours come in pairs, so
    /// that their contrast is the same on any background.
    pub(crate) fn high_contrast(colour: bool) -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let block = |text, ground| {
            if colour { bold.fg(text).bg(ground) } else { bold.add_modifier(Modifier::REVERSED) }
        };
        Self {
            dim: plain,
            heading: plain.add_modifier(Modifier::UNDERLINED),
            border: plain,
            selected: reversed().add_modifier(Modifier::BOLD),
            success: bold,
            warning: if colour { block(Color::Black, Color::Yellow) } else { bold },
            error: block(Color::White, Color::Red),
            alarm: block(Color::White, Color::Red),
            ..Self::mono()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> [Theme; 4] {
        [Theme::default(), Theme::mono(), Theme::high_contrast(true), Theme::high_contrast(false)]
    }

    #[test]
    fn the_selection_and_the_focus_are_seen_in_every_theme_without_colour() {
        for theme in all() {
            assert!(theme.selected.add_modifier.contains(Modifier::REVERSED));
            assert_ne!(theme.selected.add_modifier, theme.selected_elsewhere.add_modifier);
            let weight = |style: Style| (style.add_modifier, style.fg);
            let shape = |set: border::Set<'static>| set.horizontal_top;
            let ascii = theme.clone().ascii();
            assert!(
                weight(theme.border) != weight(theme.border_focused)
                    || shape(theme.glyphs.border) != shape(theme.glyphs.border_focused)
            );
            assert_eq!(
                shape(theme.glyphs.border) == shape(theme.glyphs.border_focused),
                shape(ascii.glyphs.border) == shape(ascii.glyphs.border_focused)
            );
        }
    }

    #[test]
    fn looks_without_colour_have_none() {
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
                theme.success,
                theme.warning,
                theme.error,
                theme.alarm,
                theme.key,
            ];
            assert!(styles.iter().all(|style| style.fg.is_none() && style.bg.is_none()));
        }
    }
}
