//! Times in the output of credential processes and in cached tokens.

use std::time::SystemTime;

use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::tz::Offset;

/// Formats of a date.
const DATES: [&str; 11] = [
    "%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%Y-%b-%d", "%Y %b %d", "%m/%d/%Y", "%d/%m/%Y",
    "%d %b %Y", "%d-%b-%Y", "%b %d %Y",
];

/// Formats of a time of day.
const TIMES: [&str; 9] = [
    "%H:%M:%S%.f",
    "%I:%M:%S %p",
    "%I:%M:%S%p",
    "%I:%M %p",
    "%I %p",
    "%H:%M",
    "%H%M%S",
    "%H%M",
    "%H",
];

/// Formats of both that are no pair of the others.
const MOMENTS: [&str; 3] = ["%b %d %H:%M:%S %Y", "%Y%m%d%H%M%S", "%Y%m%d%H%M"];

/// Parses a point in time in the forms that the AWS CLI takes: those of RFC 3339, ISO 8601 and RFC
/// 2822, and similar ones, with `UTC`, `GMT`, `Z` or an offset. Returns `None` for other text and
/// for a time without a zone, which the AWS CLI cannot compare with the clock.
///
/// The AWS CLI uses `dateutil.parser.parse`, which also takes two-digit years, times without a date
/// and `3h4m5s`. These are not read here, since no tool writes them.
pub(super) fn parse_time(text: &str) -> Option<SystemTime> {
    let (text, offset) = split_zone(text.trim())?;
    let civil = parse_civil(&text)?;
    let time = offset.to_timestamp(civil).ok()?;
    SystemTime::try_from(time).ok()
}

/// Removes the zone from a time, and returns the rest and the zone's offset.
fn split_zone(text: &str) -> Option<(String, Offset)> {
    if let Some((before, after)) = split_at_zone_name(text) {
        // dateutil takes `UTC+3` as POSIX does: 3 hours behind UTC.
        return match after.trim_end() {
            signed if signed.starts_with(['+', '-']) => {
                Some((before.to_owned(), parse_offset(signed)?.negate()))
            }
            after => Some((format!("{before} {after}"), Offset::UTC)),
        };
    }
    let at = text.rfind(['+', '-'])?;
    Some((text[..at].to_owned(), parse_offset(&text[at..])?))
}

/// Splits the text at the name of UTC.
fn split_at_zone_name(text: &str) -> Option<(&str, &str)> {
    ["UTC", "GMT", "Z", "z"].into_iter().find_map(|name| {
        let (before, after) = text.split_once(name)?;
        let is_word =
            !before.ends_with(char::is_alphabetic) && !after.starts_with(char::is_alphanumeric);
        is_word.then_some((before, after))
    })
}

/// Parses `+hh`, `+hhmm` or `+hh:mm`.
fn parse_offset(text: &str) -> Option<Offset> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let number = |digits: &str| {
        let is_number =
            (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| digits.parse::<i32>().ok()).flatten()
    };
    let hours = number(hours).filter(|hours| *hours < 24)?;
    Offset::from_seconds(sign * (hours * 3600 + number(minutes)? * 60)).ok()
}

/// Parses a date and a time of day.
fn parse_civil(text: &str) -> Option<DateTime> {
    let text = normalized(text);
    let words = |text: &str| text.split(' ').count();
    let parse = |format: &str| {
        // A space in a format also matches no space.
        let is_alike = words(format) == words(&text);
        is_alike.then(|| strtime::parse(format, &text).ok()?.to_datetime().ok()).flatten()
    };
    MOMENTS.iter().find_map(|format| parse(format)).or_else(|| {
        DATES.iter().find_map(|date| TIMES.iter().find_map(|time| parse(&format!("{date} {time}"))))
    })
}

/// Removes the day of the week, shortens the month, separates date and time by a space, and writes
/// a fraction with a point.
fn normalized(text: &str) -> String {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let characters: Vec<char> = text.chars().collect();
    let is_digit =
        |at: Option<usize>| at.and_then(|at| characters.get(at)).is_some_and(char::is_ascii_digit);
    let separated: String = characters
        .iter()
        .enumerate()
        .map(|(at, c)| match (c, is_digit(at.checked_sub(1)) && is_digit(Some(at + 1))) {
            (',', true) => '.',
            ('T' | 't', true) | (',', false) => ' ',
            (c, _) => *c,
        })
        .collect();
    let words = separated.split_whitespace().map(|word| {
        let is_name = word.len() > 3 && word.bytes().all(|b| b.is_ascii_alphabetic());
        if is_name { &word[..3] } else { word }
    });
    let words = words.filter(|word| !DAYS.contains(&word.to_ascii_lowercase().as_str()));
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-29T03:04:24Z.
    const SECONDS: f64 = 1_795_921_464.0;

    #[test]
    fn times_are_those_of_the_aws_cli() {
        for text in [
            "2026-11-29T03:04:24Z",
            "2026-11-29t03:04:24z",
            "2026-11-29T03:04:24UTC",
            "2026-11-29T03:04:24 UTC",
            "2026-11-29T03:04:24GMT",
            "2026-11-29T03:04:24+00:00",
            "2026-11-29T03:04:24+0000",
            "2026-11-29T03:04:24+00",
            "2026-11-29T05:04:24+02:00",
            "2026-11-29T05:04:24 +0200",
            "2026-11-28T22:34:24-0430",
            "2026-11-29 03:04:24Z",
            "2026-11-29 03:04:24 UTC",
            "2026-11-29 03:04:24+00:00",
            "2026-11-29  03:04:24 Z ",
            "2026-11-29T030424Z",
            "20261129T030424Z",
            "20261129030424Z",
            "20261129T030424+0000",
            "2026/11/29 03:04:24 UTC",
            "2026.11.29 03:04:24 UTC",
            "11/29/2026 03:04:24 UTC",
            "29/11/2026 03:04:24 UTC",
            "11/29/2026 3:04:24 AM +00:00",
            "Sun, 29 Nov 2026 03:04:24 GMT",
            "Sun, 29 Nov 2026 03:04:24 +0000",
            "Sunday, November 29, 2026 3:04:24 AM UTC",
            "Sun Nov 29 03:04:24 UTC 2026",
            "Sun Nov 29 03:04:24 2026 UTC",
            "29 Nov 2026 03:04:24 UTC",
            "Nov 29, 2026 03:04:24 UTC",
            "29-Nov-2026 3:04:24AM UTC",
            "2026-11-29T00:04:24UTC+3",
        ] {
            assert_eq!(seconds(text), Some(SECONDS), "{text}");
        }
        for (text, expected) in [
            ("2026-11-29T03:04:24.5Z", SECONDS + 0.5),
            ("2026-11-29T03:04:24,5Z", SECONDS + 0.5),
            ("2026-11-29 03:04:24.250000+00:00", SECONDS + 0.25),
            ("2026-11-29T03:04Z", SECONDS - 24.0),
            ("20261129T0304Z", SECONDS - 24.0),
            ("2026-11-29T03Z", SECONDS - 264.0),
            ("2026-1-9T3:4:5Z", 1_767_927_845.0),
            ("11/09/2026 03:04:24 UTC", 1_794_193_464.0),
            ("2026-11-29T3:04:24 pm UTC", SECONDS + 43_200.0),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_text_is_no_time() {
        for text in [
            "",
            "junk",
            "never",
            "Z",
            "1795921464",
            "1795921464Z",
            "1795921464000",
            "1795921464.5",
            // Without a zone the AWS CLI fails later.
            "2026-11-29",
            "2026-11-29T03:04:24",
            "20261129T030424",
            "2026-11-29T03:04:24 EST",
            "2026-11-29Z",
            "2026-11Z",
            "2026-13-29T03:04:24Z",
            "2026-11-29T24:00:00Z",
            "2026-11-29_03:04:24Z",
            "2026-11-29T03.04.24Z",
            "2026-11-29T03:04:24+02:00:00",
            "2026-11-29T03:04:24Z[UTC]",
            "2026-11-29T03:04:24Z UTC",
            "2026-11-29 03:04:24 +0000 UTC",
            "2026-11-29T03:04:24+25:00",
            "11/29/202603:04:24Z",
            "Nov 29 202603 UTC",
            "2026-333T03:04:24Z",
            "2026-W48-7T03:04:24Z",
            "2026-11-29T03:04:24−02:00",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    fn seconds(text: &str) -> Option<f64> {
        let time = parse_time(text)?.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        Some(time.as_secs_f64())
    }
}
