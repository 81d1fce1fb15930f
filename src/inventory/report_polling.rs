//! Schedule by which a credential report that is being generated is fetched again.

use std::time::Duration;

/// First and longest pause between two fetches; the pause doubles.
const POLL_INTERVALS: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));

/// Number of fetches, over about five minutes, after which the report is given up.
const GIVE_UP_AFTER_POLLS: u32 = 64;

/// Returns the pause after that many fetches that have found no report, or `None` to give up.
pub(crate) fn report_poll_interval(polls: u32) -> Option<Duration> {
    let doubled = POLL_INTERVALS.0 * 2u32.pow(polls.min(6));
    (polls < GIVE_UP_AFTER_POLLS).then(|| doubled.min(POLL_INTERVALS.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_up_to_five_seconds_and_ends_after_five_minutes() {
        let pauses: Vec<_> = (0..).map_while(report_poll_interval).collect();
        let millis = |pause: &Duration| pause.as_millis();
        let first: Vec<_> = pauses.iter().take(6).map(millis).collect();
        assert_eq!(first, [250, 500, 1_000, 2_000, 4_000, 5_000]);
        let total: Duration = pauses.iter().sum();
        assert!((280..320).contains(&total.as_secs()), "{total:?}");
    }
}
