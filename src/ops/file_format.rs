//! Formats of files and pipes.

use std::path::Path;

/// Format of a file or a pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileFormat {
    /// Markdown, for a ticket.
    Markdown,
    /// A header, and one row per line.
    Csv,
    /// One object: where the rows come from, and the rows.
    Json,
    /// One object per line.
    JsonLines,
    /// Lines as shown.
    PlainText,
}

impl FileFormat {
    const ALL: [Self; 5] =
        [Self::Markdown, Self::Csv, Self::Json, Self::JsonLines, Self::PlainText];

    /// Returns the ending of the file's name, without the dot.
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::JsonLines => "jsonl",
            Self::PlainText => "txt",
        }
    }

    /// Returns whether the format has a place for what the rows do not show.
    pub(crate) fn has_caveats(self) -> bool {
        matches!(self, Self::Markdown | Self::Json | Self::PlainText)
    }

    /// Returns the format that the name of a file ends with.
    pub(crate) fn of_file(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_string_lossy().to_ascii_lowercase();
        Self::ALL.into_iter().find(|format| format.ending() == ending)
    }
}
