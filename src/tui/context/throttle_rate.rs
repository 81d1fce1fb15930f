//! Rate at which the service throttles calls.

use std::collections::VecDeque;
use std::time::Duration;

/// Time over which the rate is averaged.
const RATE_WINDOW: Duration = Duration::from_secs(3);

/// Throttled calls of the last seconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct ThrottleRate {
    /// Times and numbers of throttled calls.
    recent: VecDeque<(Duration, u64)>,
    /// Total number of throttled calls.
    total: u64,
}

impl ThrottleRate {
    /// Notes the total number of throttled calls so far.
    pub(crate) fn note(&mut self, total: u64, at: Duration) {
        let new = total.saturating_sub(self.total);
        self.total = total;
        self.recent.retain(|(time, _)| *time + RATE_WINDOW > at);
        if new > 0 {
            self.recent.push_back((at, new));
        }
    }

    /// Returns throttled calls per second, rounded up; `None` if there were none.
    pub(crate) fn throttled_per_second(&self, now: Duration) -> Option<u64> {
        let recent = self.recent.iter().filter(|(time, _)| *time + RATE_WINDOW > now);
        let count: u64 = recent.map(|(_, new)| new).sum();
        (count > 0).then(|| count.div_ceil(RATE_WINDOW.as_secs()))
    }

    /// Returns the time at which the rate ends if no more calls are throttled.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.recent.back().map(|(time, _)| *time + RATE_WINDOW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_reported_for_some_seconds_and_then_ends() {
        let mut throttle_rate = ThrottleRate::default();
        let at = Duration::from_secs;
        throttle_rate.note(0, at(1));
        assert_eq!(
            (throttle_rate.throttled_per_second(at(1)), throttle_rate.deadline()),
            (None, None)
        );
        throttle_rate.note(4, at(10));
        throttle_rate.note(9, at(11));
        assert_eq!(throttle_rate.throttled_per_second(at(11)), Some(3));
        assert_eq!(throttle_rate.throttled_per_second(at(13)), Some(2));
        assert_eq!(
            (throttle_rate.throttled_per_second(at(14)), throttle_rate.deadline()),
            (None, Some(at(14)))
        );
    }
}
