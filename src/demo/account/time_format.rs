//! Ages in the demo's data files, and times in IAM's formats.

use jiff::{SignedDuration, Timestamp};

/// Parses an age such as `90s`, `3m`, `4h` or `412d`.
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

/// Returns `now` minus `age`, or `now` on overflow.
pub(crate) fn before(now: Timestamp, age: SignedDuration) -> Timestamp {
    now.checked_sub(age).unwrap_or(now)
}

/// Returns `now` plus `length`, or `now` on overflow.
pub(crate) fn after(now: Timestamp, length: SignedDuration) -> Timestamp {
    now.checked_add(length).unwrap_or(now)
}

/// Formats a time as in XML replies: `2026-01-31T09:30:00Z`.
pub(crate) fn iso(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Formats a time as in the credential report: `2026-01-31T09:30:00+00:00`.
pub(crate) fn iso_in_report(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_parsed_and_invalid_text_is_rejected() {
        assert_eq!(parse_age("3m"), Some(SignedDuration::from_secs(180)));
        assert_eq!(parse_age("412d"), Some(SignedDuration::from_secs(412 * 86_400)));
        for nonsense in ["", "d", "12", "1 d", "1w", "12é", "99999999999999999999d"] {
            assert_eq!(parse_age(nonsense), None, "{nonsense}");
        }
    }
}
