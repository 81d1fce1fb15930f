//! The window of time that is read.

use jiff::Timestamp;

use crate::commands::error::CommandError;
use crate::filter::parse_point_in_time;
use crate::ops::activity::HISTORY;

/// A window of time.
pub(in crate::commands) struct Window {
    /// Its start.
    pub(super) since: Timestamp,
    /// Its end.
    pub(super) until: Timestamp,
    /// Whether the start that was asked for is before that of the event history.
    pub(super) is_cut: bool,
}

impl Window {
    /// Parses the options. Without them, the window is all that the event history has: a leaked key
    /// is often used for the first time weeks before it is found, and an empty window costs one call
    /// per Region.
    ///
    /// # Errors
    /// Returns an error for a text that is no time, and if the window is empty.
    pub(super) fn parse(
        since: Option<&str>,
        until: Option<&str>,
        now: Timestamp,
    ) -> Result<Self, CommandError> {
        let parse = |option, text: &str| {
            parse_point_in_time(text, now)
                .ok_or_else(|| CommandError::InvalidTime(option, text.to_owned()))
        };
        let earliest = now.checked_sub(HISTORY).unwrap_or(now);
        let since = since.map(|text| parse("--since", text)).transpose()?.unwrap_or(earliest);
        let until = until.map(|text| parse("--until", text)).transpose()?.unwrap_or(now);
        let is_cut = since < earliest;
        let since = since.max(earliest);
        if since >= until {
            return Err(CommandError::EmptyWindow(since, until));
        }
        Ok(Self { since, until, is_cut })
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
    fn a_window_is_given_by_lengths_and_dates() {
        let text = |since, until| window(since, until).unwrap();
        assert_eq!(text(None, None).0, "2026-08-26T14:00:00Z 2026-11-24T14:00:00Z");
        assert_eq!(text(Some("24h"), None).0, "2026-11-23T14:00:00Z 2026-11-24T14:00:00Z");
        assert_eq!(
            text(Some("2026-11-20"), Some("2026-11-21T09:30Z")),
            ("2026-11-20T00:00:00Z 2026-11-21T09:30:00Z".to_owned(), false)
        );
        assert!(text(Some("1y"), None).1);
        assert!(matches!(window(Some("soon"), None), Err(CommandError::InvalidTime("--since", _))));
        assert!(matches!(window(Some("1h"), Some("2h")), Err(CommandError::EmptyWindow(..))));
    }
}
