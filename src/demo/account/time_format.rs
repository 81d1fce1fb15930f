//! Ages as the demo's data writes them, and times as IAM writes them.

use jiff::{SignedDuration, Timestamp};

/// The length of time in a text like `90s`, `3m`, `4h` or `412d`.
pub(crate) fn parse_age(text: &str) -> Option<SignedDuration> {
    let unit_at = text.len().checked_sub(1)?;
    let number: i64 = text.get(..unit_at)?.parse().ok()?;
    let seconds = match text.get(unit_at..)? {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    number.checked_mul(seconds).map(SignedDuration::from_secs)
}

/// The time that long before another; the other, where there is none so early.
pub(crate) fn before(now: Timestamp, age: SignedDuration) -> Timestamp {
    now.checked_sub(age).unwrap_or(now)
}

/// The time that long after another.
pub(crate) fn after(now: Timestamp, length: SignedDuration) -> Timestamp {
    now.checked_add(length).unwrap_or(now)
}

/// A time in whole seconds, as the XML answers have it: `2026-01-31T09:30:00Z`.
pub(crate) fn iso(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A time as the credential report has it: `2026-01-31T09:30:00+00:00`.
pub(crate) fn iso_in_report(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_read_and_nonsense_is_not() {
        assert_eq!(parse_age("3m"), Some(SignedDuration::from_secs(180)));
        assert_eq!(parse_age("412d"), Some(SignedDuration::from_secs(412 * 86_400)));
        for nonsense in ["", "d", "12", "1 d", "1w", "12é", "99999999999999999999d"] {
            assert_eq!(parse_age(nonsense), None, "{nonsense}");
        }
    }
}
