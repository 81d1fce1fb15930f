//! Lines of a popup of text.

/// Style of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextTone {
    /// Main text.
    Plain,
    /// Less important text.
    Dim,
}

/// Line of text, which is wrapped when drawn.
pub(super) type TextLine = (TextTone, String);
