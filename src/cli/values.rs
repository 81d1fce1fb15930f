//! Options and values that several commands take.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::global::ValueError;

/// The options that replace a question.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct ConfirmArgs {
    /// Do not ask for confirmation; required without a terminal
    #[arg(long, short)]
    pub yes: bool,
    /// With --yes: deactivate even a key that signs, or may sign, this session
    #[arg(long)]
    pub yes_lock_me_out: bool,
}

/// An output format of lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns, for people
    #[default]
    Table,
    /// One JSON array
    Json,
    /// One JSON object per line, printed as soon as it is known
    Jsonl,
    /// Comma-separated values with a header, printed as soon as they are known
    Csv,
}

/// An output format of results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextOrJson {
    /// One sentence per line, for people
    #[default]
    Text,
    /// One JSON array
    Json,
}

/// Parses a short time, in milliseconds or seconds.
pub(super) fn parse_duration(text: &str) -> Result<Duration, ValueError> {
    let read =
        |number: &str, milliseconds: u64| number.parse::<u64>().ok()?.checked_mul(milliseconds);
    let length = match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(number), _) => read(number, 1),
        (None, Some(number)) => read(number, 1000),
        (None, None) => None,
    };
    length.map(Duration::from_millis).ok_or(ValueError::Duration)
}

/// Parses a time in days, hours, minutes or seconds.
pub(super) fn parse_period(text: &str) -> Result<Duration, ValueError> {
    let unit = text.chars().next_back().ok_or(ValueError::Period)?;
    let seconds: u64 = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        'y' => 365 * 86_400,
        _ => return Err(ValueError::Period),
    };
    let number = text.strip_suffix(unit).and_then(|number| number.parse::<u64>().ok());
    let length = number.and_then(|number| number.checked_mul(seconds)).ok_or(ValueError::Period)?;
    // A millennium is as good as ever, and can be subtracted from any date.
    Ok(Duration::from_secs(length.min(1_000 * 365 * 86_400)))
}
