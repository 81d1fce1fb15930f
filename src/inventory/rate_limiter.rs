//! Adaptive rate limiter of a lane. IAM's rates are unpublished and shared with every other tool on
//! the account, so the limiter has to find them. There is no limit until the first throttled call;
//! from then on calls are evenly spaced.
//!
//! A throttled call means that the service's allowance is used up. So the calls that succeed from
//! one throttled call to the next, over that time, are the rate that the service lets through. The
//! rate falls a little below it, and rises slowly while it is near: what the service allows
//! meanwhile is not lost, but saved up to its burst. Far below or above, the rate rises by about
//! four calls per second each second, to notice that other callers have stopped. It does not rise
//! while it is not used.
//!
//! The SDK's adaptive retry mode
//! (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>) oscillates
//! around the rate and starts very slowly: measured, it took 1.18 times the ideal time, and ten
//! times with a small burst. This takes at most 1.05 times, with about one call in a hundred
//! throttled after the rate has been found.

use std::time::Duration;

/// Rate after the first throttled call, when nothing is known.
const INITIAL_CALLS_PER_SECOND: f64 = 4.0;

/// Lowest rate. From a lower one it would take half a minute to notice that other callers have
/// stopped.
const MIN_CALLS_PER_SECOND: f64 = 1.0;

/// Time between adjustments of the rate, or that of two replies if longer.
const ADJUST_INTERVAL_SECONDS: f64 = 0.25;

/// Time after the first throttled call in which replies to earlier calls come in, which say nothing
/// about the new rate.
const STALE_REPLY_WINDOW: Duration = Duration::from_millis(300);

/// Number of successful calls below which they measure no rate.
const MIN_MEASURED_CALLS: u32 = 10;

/// Share of the measured rate that the rate falls to.
const FALL_SHARE: f64 = 0.96;

/// Distance from the measured rate, as a share of it, within which the rate rises slowly.
const NEAR_SHARE: f64 = 0.06;

/// Share of the rate by which it rises each second near the measured rate.
const SLOW_RISE_SHARE: f64 = 0.01;

/// Factor by which the rate rises while nothing has been throttled since the first call.
const SEARCH_FACTOR: f64 = 1.5;

/// Share of the rate that must be used for it to rise.
const USED_SHARE: f64 = 0.5;

/// Delay that a call may catch up if it is late because the event loop was busy.
const LATE_START_ALLOWANCE: Duration = Duration::from_millis(30);

/// Rate limiter of a lane; unlimited until the first throttled call.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct RateLimiter(Option<RateLimit>);

/// The estimated rate limit of the service.
#[derive(Clone, Copy, Debug, PartialEq)]
struct RateLimit {
    /// Calls per second.
    rate: f64,
    /// When the next call may be sent.
    next: Duration,
    /// Rate that the service was measured to let through; 0 if unknown.
    measured: f64,
    /// When calls were throttled last, and the calls that succeeded since then.
    used_up: (Duration, u32),
    /// Since when replies are counted.
    since: Duration,
    /// Successful calls since then.
    successes: u32,
    /// Throttled calls since then.
    throttled: u32,
    /// Since when every call was throttled, if so.
    throttled_since: Option<Duration>,
    /// Whether no call has been throttled since the first, so that the rate grows fast.
    searching: bool,
}

impl RateLimiter {
    /// Returns whether a call was throttled.
    pub(super) fn is_limited(&self) -> bool {
        self.0.is_some()
    }

    /// Returns how long that many calls take; `None` without a limit.
    pub(super) fn time_for(&self, calls: usize) -> Option<Duration> {
        let calls = u32::try_from(calls).unwrap_or(u32::MAX);
        self.0.as_ref().map(|limit| Duration::from_secs_f64(f64::from(calls) / limit.rate))
    }

    /// Returns the number of calls that may be sent now.
    pub(super) fn available(&self, now: Duration) -> usize {
        match &self.0 {
            None => usize::MAX,
            Some(limit) => usize::from(limit.next <= now),
        }
    }

    /// Returns when the next call may be sent; `None` without a limit.
    pub(super) fn next_slot_at(&self) -> Option<Duration> {
        self.0.as_ref().map(|limit| limit.next)
    }

    /// Returns for how long every call has been throttled.
    pub(super) fn throttled_for(&self, now: Duration) -> Duration {
        let since = self.0.as_ref().and_then(|limit| limit.throttled_since);
        since.map_or(Duration::ZERO, |since| now.saturating_sub(since))
    }

    /// Records that a call is sent.
    pub(super) fn record_sent(&mut self, now: Duration) {
        if let Some(limit) = &mut self.0 {
            limit.next = limit.next.max(now.saturating_sub(LATE_START_ALLOWANCE))
                + Duration::from_secs_f64(1.0 / limit.rate);
        }
    }

    /// Records that a call was not throttled.
    pub(super) fn record_success(&mut self, now: Duration) {
        if let Some(limit) = &mut self.0 {
            limit.successes += u32::from(now >= limit.since);
            limit.used_up.1 += 1;
            limit.throttled_since = None;
            limit.adjust(now);
        }
    }

    /// Records that a call was throttled.
    pub(super) fn record_throttled(&mut self, now: Duration) {
        if let Some(limit) = &mut self.0 {
            limit.throttled_since.get_or_insert(now);
        }
        match &mut self.0 {
            Some(limit) if now < limit.since => {}
            Some(limit) => {
                limit.throttled += 1;
                limit.adjust(now);
            }
            None => {
                let next = now + Duration::from_secs_f64(1.0 / INITIAL_CALLS_PER_SECOND);
                let since = now + STALE_REPLY_WINDOW;

                self.0 = Some(RateLimit {
                    rate: INITIAL_CALLS_PER_SECOND,
                    next,
                    measured: 0.0,
                    used_up: (now, 0),
                    since,
                    successes: 0,
                    throttled: 0,
                    throttled_since: Some(now),
                    searching: true,
                });
            }
        }
    }
}

impl RateLimit {
    /// Adjusts the rate to the replies since the last adjustment.
    fn adjust(&mut self, now: Duration) {
        let passed = now.saturating_sub(self.since).as_secs_f64();
        if passed < ADJUST_INTERVAL_SECONDS.max(2.0 / self.rate) {
            return;
        }
        if self.throttled > 0 {
            self.searching = false;
            self.fall(now);
        } else if f64::from(self.successes) >= USED_SHARE * self.rate * passed {
            if self.searching {
                self.rate *= SEARCH_FACTOR;
            } else {
                self.rise();
            }
        }
        self.rate = self.rate.max(MIN_CALLS_PER_SECOND);
        (self.since, self.successes, self.throttled) = (now, 0, 0);
    }

    /// Falls to the share of the calls that succeeded; or, if enough calls have succeeded since the
    /// last fall to measure what is let through, only a little below that. After a pause, in which
    /// the burst is reached, this measures too little, so the share remains the lower limit.
    fn fall(&mut self, now: Duration) {
        let (successes, throttled) = (f64::from(self.successes), f64::from(self.throttled));
        let by_share = self.rate * (successes / (successes + throttled)).max(0.25);
        let (since, let_through) = std::mem::replace(&mut self.used_up, (now, 0));
        let seconds = now.saturating_sub(since).as_secs_f64();
        if let_through < MIN_MEASURED_CALLS {
            (self.measured, self.rate) = (0.0, by_share);
        } else {
            self.measured = (f64::from(let_through) / seconds).clamp(by_share, self.rate);
            self.rate = self.measured * FALL_SHARE;
        }
    }

    fn rise(&mut self) {
        let is_near = (self.rate / self.measured - 1.0).abs() <= NEAR_SHARE;
        let slow = 1.0 + SLOW_RISE_SHARE * ADJUST_INTERVAL_SECONDS;
        self.rate *= if is_near { slow } else { 1.0 + 1.0 / self.rate.max(2.0) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls of a simulated scan.
    struct Scan {
        /// Seconds until all calls have succeeded.
        seconds: f64,
        /// Number of throttled calls.
        throttled: usize,
        /// Number of those after the first 10 seconds, in which the rate is found.
        throttled_later: usize,
    }

    /// Simulates a service that allows `rate` calls per second after a burst, and a lane with 16
    /// slots and 50 ms per reply, until `calls` calls have succeeded.
    fn run(rate: f64, burst: f64, calls: usize) -> Scan {
        run_beside(rate, burst, calls, Duration::ZERO)
    }

    /// Simulates the same beside another caller who uses up the rate until `others`.
    fn run_beside(rate: f64, burst: f64, calls: usize, others: Duration) -> Scan {
        let (mut rate_limiter, mut tokens, mut done) = (RateLimiter::default(), burst, 0);
        let (mut throttled, mut throttled_later) = (0, 0);
        let mut flying: Vec<(Duration, bool)> = Vec::new();
        let mut now = Duration::ZERO;
        while done < calls {
            tokens = if now < others { 0.0 } else { (tokens + rate * 0.005).min(burst) };
            for (_, let_through) in flying.extract_if(.., |(at, _)| *at <= now).collect::<Vec<_>>()
            {
                if let_through {
                    rate_limiter.record_success(now);
                    done += 1;
                } else {
                    rate_limiter.record_throttled(now);
                    throttled += 1;
                    throttled_later += usize::from(now > Duration::from_secs(10));
                }
            }
            while flying.len() < 16
                && rate_limiter.available(now) > 0
                && done + flying.len() < calls
            {
                rate_limiter.record_sent(now);
                let let_through = tokens >= 1.0;
                tokens -= f64::from(u8::from(let_through));
                flying.push((now + Duration::from_millis(50), let_through));
            }
            now += Duration::from_millis(5);
            assert!(now < Duration::from_hours(1), "it never ends");
        }
        Scan { seconds: now.as_secs_f64(), throttled, throttled_later }
    }

    #[test]
    fn the_limiter_finds_the_rate_with_few_throttled_calls() {
        for (rate, burst, calls) in [
            (20.0, 40.0, 1_500),
            (20.0, 40.0, 5_000),
            (40.0, 5.0, 200),
            (5.0, 10.0, 150),
            (1.5, 3.0, 40),
            (100.0, 100.0, 5_000),
        ] {
            let Scan { seconds, throttled, throttled_later } = run(rate, burst, calls);
            let ideal = (f64::from(u32::try_from(calls).unwrap()) - burst) / rate;
            let scan = format!(
                "{rate}/s, burst {burst}, {calls} calls: {seconds:.1} s of {ideal:.1} s, \
                 {throttled} throttled, {throttled_later} after 10 s"
            );
            assert!(seconds <= ideal * 1.05 + 2.0, "{scan}");
            assert!(throttled <= 25 + calls / 50, "{scan}");
            assert!(throttled_later <= 4 + calls / 60, "{scan}");
        }
    }

    #[test]
    fn near_the_limit_few_calls_are_throttled() {
        let sent_share = |rate, calls| {
            let Scan { throttled_later, .. } = run(rate, 2.0 * rate, calls);
            f64::from(u32::try_from(throttled_later).unwrap())
                / f64::from(u32::try_from(calls).unwrap())
        };
        for (rate, calls) in [(5.0, 1_000), (10.0, 2_000), (20.0, 5_000), (50.0, 10_000)] {
            let share = sent_share(rate, calls);
            assert!(share <= 0.015, "{rate}/s: {:.1} % are throttled", share * 100.0);
        }
    }

    #[test]
    fn the_limiter_recovers_after_other_load_ends() {
        let Scan { seconds, .. } = run_beside(5.0, 10.0, 100, Duration::from_secs(30));
        assert!(seconds < 30.0 + 100.0 / 5.0 + 5.0, "{seconds:.1} s");
    }

    #[test]
    fn a_rate_that_is_not_used_does_not_rise() {
        let second = Duration::from_secs(1);
        for throttled in 1..=2 {
            for interval in [1, 10] {
                let mut rate_limiter = RateLimiter::default();
                (1..=throttled).for_each(|at| rate_limiter.record_throttled(at * second));
                let found = rate_limiter.0.unwrap().rate;
                for at in 3..2_000 {
                    rate_limiter.record_success(interval * at * second);
                }
                // The last rise begins at twice the calls, below which the rate is used.
                let highest = found.max(2.0 / f64::from(interval) * SEARCH_FACTOR);
                assert!(rate_limiter.0.unwrap().rate <= highest, "{rate_limiter:?} of {found}");
            }
        }
    }

    #[test]
    fn without_throttling_there_is_no_limit() {
        assert_eq!(run(1e6, 1e6, 1_000).throttled, 0);
    }

    #[test]
    fn the_time_of_continuous_throttling_is_measured() {
        let (mut rate_limiter, second) = (RateLimiter::default(), Duration::from_secs(1));
        assert_eq!(rate_limiter.throttled_for(90 * second), Duration::ZERO);
        (1..100).for_each(|at| rate_limiter.record_throttled(at * second));
        assert_eq!(rate_limiter.throttled_for(100 * second), 99 * second);
        rate_limiter.record_success(100 * second);
        assert_eq!(rate_limiter.throttled_for(200 * second), Duration::ZERO);
    }

    #[test]
    fn a_full_lane_reports_when_it_has_capacity() {
        let mut rate_limiter = RateLimiter::default();
        assert_eq!(rate_limiter.next_slot_at(), None);
        rate_limiter.record_throttled(Duration::from_secs(1));
        assert_eq!(
            (rate_limiter.available(Duration::from_secs(1)), rate_limiter.next_slot_at()),
            (0, Some(Duration::from_millis(1_250)))
        );
        assert_eq!(rate_limiter.available(Duration::from_millis(1_250)), 1);
    }
}
