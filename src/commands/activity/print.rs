//! Prints the activity in each format.

use jiff::Timestamp;

use crate::cli::ActivityFormat;
use crate::commands::activity::summary::summary;
use crate::commands::error::CommandError;
use crate::commands::output;
use crate::ops::activity::{
    Activity, activity_json, activity_markdown, csv_header, event_csv_line, event_json_line,
};

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
    match format {
        ActivityFormat::Table => output::write(&summary(activity, label, now)),
        ActivityFormat::Json => {
            activity_json(activity, now).try_for_each(|part| output::write(&part))
        }
        ActivityFormat::Markdown => output::write(&activity_markdown(activity, 1, now)),
        ActivityFormat::Jsonl => {
            for event in activity.events() {
                output::write(&event_json_line(event))?;
            }
            print_caveats(activity);
            Ok(())
        }
        ActivityFormat::Csv => {
            output::write(&csv_header())?;
            for event in activity.events() {
                output::write(&event_csv_line(event))?;
            }
            print_caveats(activity);
            Ok(())
        }
    }
}

/// Prints what the events do not show on standard error, for formats without a place for it.
fn print_caveats(activity: &Activity) {
    for sentence in activity.nothing_recorded().into_iter().chain(activity.caveats()) {
        output::eprint_line(&sentence);
    }
}
