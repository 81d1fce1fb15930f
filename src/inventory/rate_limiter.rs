//! How fast a lane may ask. IAM's rates are unpublished and shared with every
//! other tool on the account, so they are found out: until the service asks to
//! go slower there is no limit; from then on a lane asks at an even rate. Where
//! questions were refused, the rate falls to the share that was let through;
//! where none was, it rises a little, by about one call a second each second.
//!
//! The SDK's own adaptive limiter swings around the rate and starts from a
//! crawl: measured, it took 1.18 times as long as the rate allows, and ten
//! times with a small burst. This takes 1.04 times at most, with one question
//! in twenty refused.

use std::time::Duration;

/// Calls a second after the first refusal, when nothing is known of the rate.
const INITIAL_CALLS_PER_SECOND: f64 = 4.0;

/// Never fewer calls a second than this: from less it would take half a minute
/// to find out that whoever used the rate up has stopped.
const MIN_CALLS_PER_SECOND: f64 = 1.0;

/// The rate is looked at anew after so long, or two answers if those take
/// longer.
const ADJUST_INTERVAL_SECONDS: f64 = 0.25;

/// Answers to questions that left before the first refusal come in for so
/// long, and tell nothing of the new rate.
const STALE_REPLY_WINDOW: Duration = Duration::from_millis(300);

/// A question that comes late because the loop was busy may make up for so
/// much.
const LATE_START_ALLOWANCE: Duration = Duration::from_millis(30);

/// A lane's pace.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct RateLimiter(Option<RateLimit>);

/// What the service has been found to let through.
#[derive(Clone, Copy, Debug, PartialEq)]
struct RateLimit {
    /// Calls a second.
    rate: f64,
    /// When the next question may leave.
    next: Duration,
    /// Since when answers are counted.
    since: Duration,
    /// Questions let through since then.
    let_through: u32,
    /// Questions refused since then.
    refused: u32,
    /// Since when every answer was a refusal, if so.
    refused_since: Option<Duration>,
    /// Whether nothing has been refused at any rate so far: it grows fast.
    searching: bool,
}

impl RateLimiter {
    /// Whether the service has asked to go slower.
    pub(super) fn is_limited(&self) -> bool {
        self.0.is_some()
    }

    /// How long so many questions take; `None` where nothing limits them.
    pub(super) fn time_for(&self, questions: usize) -> Option<Duration> {
        let questions = u32::try_from(questions).unwrap_or(u32::MAX);
        self.0.as_ref().map(|limit| Duration::from_secs_f64(f64::from(questions) / limit.rate))
    }

    /// How many questions may leave now.
    pub(super) fn available(&self, now: Duration) -> usize {
        match &self.0 {
            None => usize::MAX,
            Some(limit) => usize::from(limit.next <= now),
        }
    }

    /// When there is room again.
    pub(super) fn next_slot_at(&self) -> Option<Duration> {
        self.0.as_ref().map(|limit| limit.next)
    }

    /// For how long by now the service has let nothing through.
    pub(super) fn refused_for(&self, now: Duration) -> Duration {
        let since = self.0.as_ref().and_then(|limit| limit.refused_since);
        since.map_or(Duration::ZERO, |since| now.saturating_sub(since))
    }

    /// A question leaves.
    pub(super) fn record_sent(&mut self, now: Duration) {
        if let Some(limit) = &mut self.0 {
            limit.next = limit.next.max(now.saturating_sub(LATE_START_ALLOWANCE))
                + Duration::from_secs_f64(1.0 / limit.rate);
        }
    }

    /// A question was let through, whatever its answer.
    pub(super) fn record_success(&mut self, now: Duration) {
        if let Some(limit) = &mut self.0 {
            limit.let_through += 1;
            limit.refused_since = None;
            limit.adjust(now);
        }
    }

    /// The service refused a question, since there were too many.
    pub(super) fn record_throttled(&mut self, now: Duration) {
        if let Some(limit) = &mut self.0 {
            limit.refused_since.get_or_insert(now);
        }
        match &mut self.0 {
            Some(limit) if now < limit.since => {}
            Some(limit) => {
                limit.refused += 1;
                limit.adjust(now);
            }
            None => {
                let next = now + Duration::from_secs_f64(1.0 / INITIAL_CALLS_PER_SECOND);
                let since = now + STALE_REPLY_WINDOW;
                let refused_since = Some(now);
                let (let_through, refused, searching) = (0, 0, true);
                self.0 = Some(RateLimit {
                    rate: INITIAL_CALLS_PER_SECOND,
                    next,
                    since,
                    let_through,
                    refused,
                    refused_since,
                    searching,
                });
            }
        }
    }
}

impl RateLimit {
    /// Fits the rate to what was let through since the last look.
    fn adjust(&mut self, now: Duration) {
        if now.saturating_sub(self.since).as_secs_f64()
            < ADJUST_INTERVAL_SECONDS.max(2.0 / self.rate)
        {
            return;
        }
        let (through, refused) = (f64::from(self.let_through), f64::from(self.refused));
        if refused > 0.0 {
            self.searching = false;
            self.rate *= (through / (through + refused)).max(0.25);
        } else if self.searching {
            self.rate *= 1.5;
        } else {
            self.rate *= 1.0 + 1.0 / self.rate.max(2.0);
        }
        self.rate = self.rate.max(MIN_CALLS_PER_SECOND);
        (self.since, self.let_through, self.refused) = (now, 0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A service that lets `rate` calls a second through after a burst, and a
    /// lane with 16 slots and 50 ms to each answer. Gives the seconds that
    /// `calls` answers take, and how many questions were refused.
    fn run(rate: f64, burst: f64, calls: usize) -> (f64, usize) {
        run_beside(rate, burst, calls, Duration::ZERO)
    }

    /// The same, beside somebody who takes all that there is until then.
    fn run_beside(rate: f64, burst: f64, calls: usize, others: Duration) -> (f64, usize) {
        let (mut rate_limiter, mut tokens, mut done, mut refused) =
            (RateLimiter::default(), burst, 0, 0);
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
                    refused += 1;
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
        (now.as_secs_f64(), refused)
    }

    #[test]
    fn it_finds_the_rate_and_wastes_little() {
        for (rate, burst, calls) in [
            (20.0, 40.0, 1_500),
            (40.0, 5.0, 200),
            (5.0, 10.0, 150),
            (1.5, 3.0, 40),
            (100.0, 100.0, 5_000),
        ] {
            let (seconds, refused) = run(rate, burst, calls);
            let ideal = (f64::from(u32::try_from(calls).unwrap()) - burst) / rate;
            assert!(
                seconds <= ideal * 1.05 + 2.0,
                "{rate}/s, {burst}: {seconds:.1} s instead of {ideal:.1} s"
            );
            assert!(refused * 16 <= calls + 400, "{rate}/s, {burst}: {refused} refused of {calls}");
        }
    }

    #[test]
    fn it_is_back_at_the_rate_soon_after_others_have_stopped() {
        let (seconds, _) = run_beside(5.0, 10.0, 100, Duration::from_secs(30));
        assert!(seconds < 30.0 + 100.0 / 5.0 + 5.0, "{seconds:.1} s");
    }

    #[test]
    fn without_a_refusal_there_is_no_limit() {
        assert_eq!(run(1e6, 1e6, 1_000).1, 0);
    }

    #[test]
    fn it_counts_for_how_long_nothing_was_let_through() {
        let (mut rate_limiter, second) = (RateLimiter::default(), Duration::from_secs(1));
        assert_eq!(rate_limiter.refused_for(90 * second), Duration::ZERO);
        (1..100).for_each(|at| rate_limiter.record_throttled(at * second));
        assert_eq!(rate_limiter.refused_for(100 * second), 99 * second);
        rate_limiter.record_success(100 * second);
        assert_eq!(rate_limiter.refused_for(200 * second), Duration::ZERO);
    }

    #[test]
    fn a_lane_without_room_says_when_it_has_some_again() {
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
