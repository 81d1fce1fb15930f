//! The window of time that is read.

use jiff::Timestamp;

use crate::commands::error::CommandError;
use crate::filter::parse_point_in_time;
use crate::ops::activity::{earliest_true_time, history_start};

/// A window of time.
pub(in crate::commands) struct Window {
    /// Its start.
    pub(super) since: Timestamp,
    /// Its end.
    pub(super) until: Timestamp,
    /// Whether the end is now, since none that is past was given.
    pub(super) ends_now: bool,
    /// Whether the start that was asked for is before that of the event history.
    pub(super) is_cut: bool,
}

impl Window {
    /// Parses the options. Without them, the window is all that the event history has: a leaked key
    /// is often used for the first time weeks before it is found, and an empty window costs one
    /// call per Region. A start that is given as a length is counted from the earliest time that it
    /// can be.
    ///
    /// # Errors
    /// Returns an error for a text that is no time, and if the window is empty.
    pub(super) fn parse(
        since: Option<&str>,
        until: Option<&str>,
        now: Timestamp,
    ) -> Result<Self, CommandError> {
        let parse = |option, text: &str, now| {
            parse_point_in_time(text, now)
                .ok_or_else(|| CommandError::InvalidTime(option, text.to_owned()))
        };
        let earliest = history_start(now);
        let since = since.map(|text| parse("--since", text, earliest_true_time(now)));
        let since = since.transpose()?.unwrap_or(earliest);
        let until = until.map(|text| parse("--until", text, now)).transpose()?;
        let given = until.filter(|until| *until < now);
        let (until, ends_now) = (given.unwrap_or(now), given.is_none());
        let is_cut = since < earliest;
        let since = since.max(earliest);
        if since >= until {
            return Err(CommandError::EmptyWindow(since, until));
        }
        Ok(Self { since, until, ends_now, is_cut })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(since: Option<&str>, until: Option<&str>) -> Result<(String, bool), CommandError> {
        let now = "2026-11-24T14:00:00Z".parse().unwrap();
        let window = Window::parse(since, until, now)?;
        Ok((format!("{} {}", window.since, window.until), window.is_cut))
    }

    #[test]
    fn a_window_without_a_past_end_ends_now() {
        let now: Timestamp = "2026-11-24T14:00:00Z".parse().unwrap();
        for (until, ends_now) in
            [(None, true), (Some("2026-12-01"), true), (Some("1h"), false), (Some("0h"), true)]
        {
            let window = Window::parse(None, until, now).unwrap();
            assert_eq!((window.ends_now, window.until == now), (ends_now, ends_now), "{until:?}");
        }
    }

    #[test]
    fn a_window_is_given_by_lengths_and_dates() {
        let text = |since, until| window(since, until).unwrap();
        assert_eq!(text(None, None).0, "2026-08-26T13:45:00Z 2026-11-24T14:00:00Z");
        assert_eq!(text(Some("24h"), None).0, "2026-11-23T13:45:00Z 2026-11-24T14:00:00Z");
        assert_eq!(
            text(Some("2026-11-20"), Some("2026-11-21T09:30Z")),
            ("2026-11-20T00:00:00Z 2026-11-21T09:30:00Z".to_owned(), false)
        );
        assert!(text(Some("1y"), None).1);
        assert!(!text(Some("90d"), None).1);
        assert!(matches!(window(Some("soon"), None), Err(CommandError::InvalidTime("--since", _))));
        assert!(matches!(window(Some("1h"), Some("2h")), Err(CommandError::EmptyWindow(..))));
    }
}
