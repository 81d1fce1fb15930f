//! Times and ages in the few characters that a column has.

use jiff::{SignedDuration, Timestamp};

/// A length of time in its largest whole unit up to days: `40s`, `3m`, `5h`,
/// `412d`. Below zero, as clocks that differ can make it, counts as zero.
pub(crate) fn format_age(length: SignedDuration) -> String {
    let seconds = length.as_secs().max(0);
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..86_400 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// How long ago it was: `3m ago`.
pub(crate) fn format_ago(at: Timestamp, now: Timestamp) -> String {
    format!("{} ago", format_age(now.duration_since(at)))
}

/// A time of day in UTC: `14:02:11Z`.
pub(crate) fn format_time_of_day(at: Timestamp) -> String {
    at.strftime("%H:%M:%SZ").to_string()
}

/// A date and time in UTC, to the minute: `2026-11-24 14:02Z`.
pub(crate) fn format_date_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%MZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_in_its_largest_unit() {
        let told = |seconds| format_age(SignedDuration::from_secs(seconds));
        assert_eq!(
            [told(-5), told(59), told(60), told(7_199), told(86_400 * 412)],
            ["0s", "59s", "1m", "1h", "412d"]
        );
    }
}
