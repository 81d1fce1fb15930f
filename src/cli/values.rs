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

/// Parses a length of time: a whole number and a unit from milliseconds (`ms`) to years of 365 days
/// (`y`), or `0`. More than a thousand years are a thousand years, which can be subtracted from any
/// date.
///
/// # Errors
/// Returns an error if the text is anything else.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, ValueError> {
    const LONGEST: Duration = Duration::from_hours(1_000 * 365 * 24);
    let (digits, unit) = text.split_at(text.bytes().take_while(u8::is_ascii_digit).count());
    let number: u64 = digits.parse().map_err(|_| ValueError::Duration)?;
    let milliseconds = match unit.trim_start() {
        "" if number == 0 => 0,
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        "w" => 7 * 86_400_000,
        "y" => 365 * 86_400_000,
        _ => return Err(ValueError::Duration),
    };
    Ok(Duration::from_millis(number.saturating_mul(milliseconds)).min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_parser_reads_every_unit() {
        for (text, seconds) in
            [("30s", 30), ("1m", 60), ("2 h", 7_200), ("90d", 7_776_000), ("0", 0)]
        {
            assert_eq!(parse_duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(parse_duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse_duration("99999999999999999y"), parse_duration("1000y"));
        for text in ["", "30", "-1m", "+1m", "m", "1.5h", "1M", "99999999999999999999h"] {
            assert_eq!(parse_duration(text), Err(ValueError::Duration), "{text}");
        }
    }
}
