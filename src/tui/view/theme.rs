//! Styles by what they mean. Only the terminal's own 16 colours on its own
//! background, so that light and dark both work; nothing is told by colour
//! alone.

use ratatui::style::{Color, Modifier, Style};

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
    /// The selected row in the pane that keys go to.
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
            selected: plain.add_modifier(Modifier::REVERSED),
            selected_elsewhere: plain.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            active: coloured(Color::Green),
            inactive: plain,
            success: coloured(Color::Green),
            warning: coloured(Color::Yellow),
            error: coloured(Color::Red).add_modifier(Modifier::BOLD),
            alarm: coloured(Color::Red).add_modifier(Modifier::BOLD | Modifier::REVERSED),
            key: coloured(Color::Cyan).add_modifier(Modifier::BOLD),
            glyphs: Glyphs::UNICODE,
        }
    }
}

impl Theme {
    /// The same look with ASCII characters only.
    pub(crate) fn ascii(mut self) -> Self {
        self.glyphs = Glyphs::ASCII;
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
            ..Self::default()
        }
    }
}
