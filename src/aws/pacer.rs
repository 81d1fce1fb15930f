//! Pace of the calls to services that publish how many calls they allow per second.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Pause after a throttled call.
const PAUSE: Duration = Duration::from_secs(1);

/// Spaces calls evenly, and slows down while calls are throttled.
#[derive(Debug)]
pub(super) struct Pacer {
    /// Time between two calls.
    interval: Duration,
    /// Longest time between two calls, after many throttled ones.
    max_interval: Duration,
    /// `None` before the first call.
    pace: Mutex<Option<Pace>>,
}

#[derive(Debug)]
struct Pace {
    /// Earliest start of the next call.
    next: Instant,
    interval: Duration,
    /// Time of the last slowdown.
    slowed: Option<Instant>,
}

impl Pacer {
    /// Creates a pacer for calls that are `interval` apart, and at most `max_interval` after many
    /// throttled ones. The first call need not wait.
    pub(super) const fn new(interval: Duration, max_interval: Duration) -> Self {
        Self { interval, max_interval, pace: Mutex::new(None) }
    }

    /// Waits until a call may be sent. Returns its start.
    pub(super) async fn wait(&self) -> Instant {
        let start = self.with(|pace, now| {
            let start = pace.next.max(now);
            pace.next = start + pace.interval;
            start
        });
        tokio::time::sleep_until(start).await;
        start
    }

    /// Notes the reply to the call that started at `start`. After a throttled one, all calls that
    /// have no start yet wait, and those that follow are further apart.
    pub(super) fn record_reply(&self, start: Instant, is_throttled: bool) {
        self.with(|pace, now| {
            if !is_throttled {
                pace.interval = pace.interval.mul_f64(0.95).max(self.interval);
            } else if pace.slowed.is_none_or(|slowed| slowed < start) {
                // Calls that were in flight at the last slowdown say nothing new.
                pace.interval = (pace.interval * 2).min(self.max_interval);
                pace.slowed = Some(now);
                pace.next = pace.next.max(now + PAUSE);
            }
        });
    }

    fn with<T>(&self, change: impl FnOnce(&mut Pace, Instant) -> T) -> T {
        let now = Instant::now();
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        let start = Pace { next: now, interval: self.interval, slowed: None };
        change(pace.get_or_insert(start), now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn calls_are_spaced_evenly_and_slow_down_if_throttled() {
        const INTERVAL: Duration = Duration::from_millis(52);
        let pacer = Pacer::new(INTERVAL, Duration::from_secs(1));
        let before = Instant::now();
        let first = pacer.wait().await;
        assert_eq!(first, before, "the first call need not wait");
        for _ in 0..19 {
            pacer.wait().await;
        }
        let last = pacer.wait().await;
        assert_eq!(last - first, INTERVAL * 20);
        pacer.record_reply(last, true);
        pacer.record_reply(last, true);
        let (after, next) = (pacer.wait().await, pacer.wait().await);
        assert_eq!(after - last, PAUSE);
        assert_eq!(next - after, INTERVAL * 2, "two replies of one burst slow down once");
        for _ in 0..20 {
            pacer.record_reply(next, false);
        }
        let (one, other) = (pacer.wait().await, pacer.wait().await);
        assert_eq!(other - one, INTERVAL);
    }
}
