//! The activity in the formats of files and pipes.

use jiff::Timestamp;

use crate::ops::activity::data_format::{
    activity_json, csv_header, event_csv_line, event_json_line,
};
use crate::ops::activity::markdown::activity_markdown;
use crate::ops::activity::summary::Activity;
use crate::ops::file_format::FileFormat;

impl Activity {
    /// Writes the activity in parts: the summary and the events, or one event per line. Plain text
    /// is that of Markdown. `level` is that of the heading in Markdown.
    ///
    /// # Errors
    /// Returns the first error of `write`.
    pub(crate) fn write<E>(
        &self,
        format: FileFormat,
        level: usize,
        now: Timestamp,
        mut write: impl FnMut(&str) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut events = self.events().iter();
        match format {
            FileFormat::Markdown | FileFormat::PlainText => {
                write(&activity_markdown(self, level, now))
            }
            FileFormat::Json => activity_json(self, now).try_for_each(|part| write(&part)),
            FileFormat::JsonLines => events.try_for_each(|event| write(&event_json_line(event))),
            FileFormat::Csv => {
                write(&csv_header())?;
                events.try_for_each(|event| write(&event_csv_line(event)))
            }
        }
    }
}
