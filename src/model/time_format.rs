//! Times and ages as short texts.

use jiff::{SignedDuration, Timestamp};

/// How much later than its reading a time may be, for clocks that differ: 5 minutes, as much as AWS
/// allows for the time of a signature.
const CLOCK_MARGIN: SignedDuration = SignedDuration::from_mins(5);

/// Returns the time since `at`; `None` if `at` is so much later than `now` that it cannot be right.
/// One that differing clocks explain counts as zero.
pub(crate) fn known_age(at: Timestamp, now: Timestamp) -> Option<SignedDuration> {
    let age = now.duration_since(at);
    (age >= -CLOCK_MARGIN).then_some(age.max(SignedDuration::ZERO))
}

/// Returns a duration in its largest whole unit up to days: `40s`, `3m`, `5h`, `412d`. A negative
/// one, which differing clocks can cause, counts as zero.
pub(crate) fn format_age(length: SignedDuration) -> String {
    let seconds = length.as_secs().max(0);
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..86_400 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// Returns the number of whole days, of 24 hours each, from `since` to `now`. A negative one, which
/// differing clocks can cause, counts as zero.
pub(crate) fn whole_days(since: Timestamp, now: Timestamp) -> i64 {
    (now.duration_since(since).as_secs() / 86_400).max(0)
}

/// Returns the time since `at`: `3m ago`, or `in the future` if that is not known.
pub(crate) fn format_ago(at: Timestamp, now: Timestamp) -> String {
    known_age(at, now)
        .map_or_else(|| "in the future".to_owned(), |age| format!("{} ago", format_age(age)))
}

/// Returns a time of day in UTC: `14:02:11Z`.
pub(crate) fn format_time_of_day(at: Timestamp) -> String {
    at.strftime("%H:%M:%SZ").to_string()
}

/// Returns a date and time in UTC, to the minute: `2026-11-24 14:02Z`.
pub(crate) fn format_date_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%MZ").to_string()
}

/// Returns a date and time in UTC, to the second: `2026-11-24 14:02:11Z`.
pub(crate) fn format_utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_counts_when_its_24_hours_are_over() {
        let now: Timestamp = "2026-11-24T14:02:11Z".parse().unwrap();
        let days = |seconds| whole_days(now - SignedDuration::from_secs(seconds), now);
        assert_eq!([-90_000, 0, 86_399, 86_400, 7_776_001].map(days), [0, 0, 0, 1, 90]);
    }

    #[test]
    fn a_time_in_the_future_has_an_age_only_as_far_as_clocks_differ() {
        let now: Timestamp = "2026-11-24T14:02:11Z".parse().unwrap();
        let later = |seconds| now + SignedDuration::from_secs(seconds);
        assert_eq!(known_age(later(-90), now), Some(SignedDuration::from_secs(90)));
        assert_eq!(known_age(later(300), now), Some(SignedDuration::ZERO));
        assert_eq!(known_age(later(301), now), None);
        assert_eq!(
            [300, 301].map(|seconds| format_ago(later(seconds), now)),
            ["0s ago", "in the future"]
        );
    }

    #[test]
    fn an_age_is_shown_in_its_largest_unit() {
        let age = |seconds| format_age(SignedDuration::from_secs(seconds));
        assert_eq!(
            [age(-5), age(59), age(60), age(7_199), age(86_400 * 412)],
            ["0s", "59s", "1m", "1h", "412d"]
        );
    }
}
