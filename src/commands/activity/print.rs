//! Prints the activity in each format.

use jiff::Timestamp;

use crate::cli::ActivityFormat;
use crate::commands::activity::summary::summary;
use crate::commands::error::CommandError;
use crate::commands::output;
use crate::ops::activity::Activity;
use crate::ops::file_format::FileFormat;

/// Level of the heading of Markdown.
const LEVEL: usize = 1;

/// Prints the activity. `label` is the session's account and caller.
///
/// # Errors
/// Returns an error if standard output cannot be written.
pub(super) fn print(
    activity: &Activity,
    label: &str,
    format: ActivityFormat,
    now: Timestamp,
) -> Result<(), CommandError> {
    let format = match format {
        ActivityFormat::Table => return output::write(&summary(activity, label, now)),
        ActivityFormat::Json => FileFormat::Json,
        ActivityFormat::Jsonl => FileFormat::JsonLines,
        ActivityFormat::Csv => FileFormat::Csv,
        ActivityFormat::Markdown => FileFormat::Markdown,
    };
    activity.write(format, LEVEL, now, output::write)?;
    if !format.has_caveats() {
        for sentence in activity.nothing_recorded().into_iter().chain(activity.caveats()) {
            output::eprint_line(&sentence);
        }
    }
    Ok(())
}
