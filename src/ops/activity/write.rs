//! Formats for files and pipes.

use jiff::Timestamp;

use crate::ops::activity::data_format::{
    activity_json, csv_header, event_csv_line, event_json_line,
};
use crate::ops::activity::markdown::activity_markdown;
use crate::ops::activity::summary::Activity;

/// Format of the activity in a file or a pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExportFormat {
    /// A section of an incident record.
    Markdown,
    /// One object with the summary and the events.
    Json,
    /// CloudTrail's record of each event, one per line.
    JsonLines,
    /// A header, and one event per line.
    Csv,
}

impl ExportFormat {
    /// Returns whether the format has a place for what the events do not show.
    pub(crate) fn has_caveats(self) -> bool {
        matches!(self, Self::Markdown | Self::Json)
    }

    /// Writes the activity in parts. `level` is that of the heading in Markdown.
    ///
    /// # Errors
    /// Returns the first error of `write`.
    pub(crate) fn write<E>(
        self,
        activity: &Activity,
        level: usize,
        now: Timestamp,
        mut write: impl FnMut(&str) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut events = activity.events().iter();
        match self {
            Self::Markdown => write(&activity_markdown(activity, level, now)),
            Self::Json => activity_json(activity, now).try_for_each(|part| write(&part)),
            Self::JsonLines => events.try_for_each(|event| write(&event_json_line(event))),
            Self::Csv => {
                write(&csv_header())?;
                events.try_for_each(|event| write(&event_csv_line(event)))
            }
        }
    }
}
