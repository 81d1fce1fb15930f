//! The characters that stand for states, and text cut to a number of columns. With `--ascii` the
//! finished frame is translated.

use unicode_width::UnicodeWidthChar as _;
use unicode_width::UnicodeWidthStr as _;

use ratatui::symbols::border;

use crate::model::KeyStatus;

/// The characters that stand for states.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glyphs {
    /// Before the selected row.
    pub cursor: &'static str,
    /// A marked row.
    pub mark: &'static str,
    /// An active key.
    pub active: &'static str,
    /// An inactive key.
    pub inactive: &'static str,
    /// A key of any other status.
    pub other: &'static str,
    /// An empty value.
    pub none: &'static str,
    /// A value that has not been read.
    pub unknown: &'static str,
    /// Prefix of a value from the credential report.
    pub reported: &'static str,
    /// The end of text that was cut.
    pub ellipsis: &'static str,
    /// A change in progress.
    pub arrow: &'static str,
    /// Success.
    pub done: &'static str,
    /// Failure.
    pub failed: &'static str,
    /// The thumb of a scrollbar.
    pub scrollbar_thumb: &'static str,
    /// Bars of a sparkline, from empty to full.
    pub bars: [&'static str; 9],
    /// Part of a bar that stands for facts from the credential report.
    pub bar_reported: &'static str,
    /// The border.
    pub border: border::Set<'static>,
    /// The border of the focused pane, and of popups.
    pub border_focused: border::Set<'static>,
}

impl Glyphs {
    /// The characters on thin borders.
    pub(crate) const UNICODE: Self = Self {
        cursor: "▸",
        mark: "◆",
        active: "●",
        inactive: "○",
        other: "◌",
        none: "–",
        unknown: "?",
        reported: "~",
        ellipsis: "…",
        arrow: "→",
        done: "✓",
        failed: "✗",
        scrollbar_thumb: "▐",
        bars: [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
        bar_reported: "▒",
        border: border::ROUNDED,
        border_focused: border::ROUNDED,
    };

    /// Returns the character of a status.
    pub(crate) fn status(&self, status: &KeyStatus) -> &'static str {
        match status {
            KeyStatus::Active => self.active,
            KeyStatus::Inactive => self.inactive,
            KeyStatus::Expired | KeyStatus::Other(_) => self.other,
        }
    }

    /// Cuts the text, or pads it with spaces, to exactly that many columns.
    pub(crate) fn fit(&self, text: &str, width: usize) -> String {
        let used = text.width();
        if used <= width {
            return format!("{text}{}", " ".repeat(width - used));
        }
        let room = width.saturating_sub(self.ellipsis.width());
        let mut cut = String::with_capacity(text.len());
        let mut taken = 0;
        for c in text.chars() {
            let columns = c.width().unwrap_or(0);
            if taken + columns > room {
                break;
            }
            taken += columns;
            cut.push(c);
        }
        cut.push_str(self.ellipsis);
        let pad = width.saturating_sub(cut.width());
        cut.extend(std::iter::repeat_n(' ', pad));
        cut
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_and_long_names_keep_their_columns() {
        for text in ["", "short", "exactly ten", "日本語の名前です", "e\u{301}e\u{301}"] {
            for width in 0..14 {
                let fitted = Glyphs::UNICODE.fit(text, width);
                assert!(
                    fitted.width() == width || (width == 0 && fitted.width() <= 1),
                    "{text} in {width}"
                );
            }
        }
    }
}
