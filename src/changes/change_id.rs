//! IDs of changes, unique across processes.

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Digits of an ID's random part, without letters that look alike (Crockford's base 32:
/// <https://www.crockford.com/base32.html>).
const ID_DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Returns a new ID for a change, unique across processes and short enough to type: the second in
/// UTC and five random digits, `20261124T140211Z-k7q2x`.
pub(crate) fn new_change_id(now: Timestamp) -> Arc<str> {
    // Without the system's random numbers, the nanosecond and the process ID still distinguish
    // two changes.
    let random = getrandom::u64().unwrap_or_else(|_| {
        u64::from(now.subsec_nanosecond().unsigned_abs()) ^ u64::from(std::process::id())
    });
    let mut id = now.strftime("%Y%m%dT%H%M%SZ-").to_string();
    for position in 0..5 {
        let digit = usize::try_from(random >> (5 * position) & 31).unwrap_or_default();
        id.push(char::from(ID_DIGITS[digit]));
    }
    id.into()
}

/// Returns the journal's ID of a confirmation of several changes, unique across processes. `number`
/// is unique in this process.
pub(crate) fn batch_id(number: u64, now: Timestamp) -> String {
    static PROCESS_ID: OnceLock<Arc<str>> = OnceLock::new();
    format!("{}-{number}", PROCESS_ID.get_or_init(|| new_change_id(now)))
}

/// Returns the time in the ID of a change or a confirmation; `None` if it has none. That of a
/// confirmation is not after its changes.
pub(crate) fn parse_id_time(id: &str) -> Option<Timestamp> {
    let (time, _) = id.split_once('-')?;
    let time = DateTime::strptime("%Y%m%dT%H%M%SZ", time).ok()?;
    Offset::UTC.to_timestamp(time).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_differ_within_a_second() {
        let now: Timestamp = "2026-11-24T14:02:11.5Z".parse().unwrap();
        let ids: std::collections::HashSet<_> = (0..100).map(|_| new_change_id(now)).collect();
        assert_eq!(ids.len(), 100);
        assert!(
            ids.iter().all(|id| id.starts_with("20261124T140211Z-") && id.len() == 22),
            "{ids:?}"
        );
    }

    #[test]
    fn an_id_has_the_second_of_its_time() {
        let now: Timestamp = "2026-11-24T14:02:11Z".parse().unwrap();
        assert_eq!(parse_id_time(&new_change_id(now)), Some(now));
        assert!(parse_id_time(&batch_id(7, now)).is_some());
        for other in ["", "20261124T140211Z", "one-7", "20261399T140211Z-k7q2x"] {
            assert_eq!(parse_id_time(other), None, "{other}");
        }
    }
}
