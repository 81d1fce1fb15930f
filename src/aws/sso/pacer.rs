//! Pace of the calls to the portal, which allows 20 per second for all its operations together:
//! <https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html>.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Time between two calls: 19.2 calls per second.
const INTERVAL: Duration = Duration::from_millis(52);

/// Longest time between two calls, after many throttled ones.
const MAX_INTERVAL: Duration = Duration::from_secs(1);

/// Pause of all calls after a throttled one.
const PAUSE: Duration = Duration::from_secs(1);

/// Pace of the calls of this process, whichever session they belong to.
pub(super) static PACER: Pacer = Pacer(Mutex::new(None));

/// Spaces calls evenly, and slows down while calls are throttled.
#[derive(Debug)]
pub(super) struct Pacer(Mutex<Option<Pace>>);

#[derive(Debug)]
struct Pace {
    /// Earliest start of the next call.
    next: Instant,
    interval: Duration,
    /// Time of the last slowdown.
    slowed: Option<Instant>,
}

impl Pacer {
    /// Waits until a call may be sent. Returns its start.
    pub(super) async fn turn(&self) -> Instant {
        let start = self.with(|pace, now| {
            let start = pace.next.max(now);
            pace.next = start + pace.interval;
            start
        });
        tokio::time::sleep_until(start).await;
        start
    }

    /// Notes the reply to the call that started at `start`. After a throttled one, all calls wait,
    /// and those that follow are further apart.
    pub(super) fn note(&self, start: Instant, is_throttled: bool) {
        self.with(|pace, now| {
            if !is_throttled {
                pace.interval = pace.interval.mul_f64(0.95).max(INTERVAL);
            } else if pace.slowed.is_none_or(|slowed| slowed < start) {
                // Calls that were in flight at the last slowdown say nothing new.
                pace.interval = (pace.interval * 2).min(MAX_INTERVAL);
                pace.slowed = Some(now);
                pace.next = pace.next.max(now + PAUSE);
            }
        });
    }

    fn with<T>(&self, change: impl FnOnce(&mut Pace, Instant) -> T) -> T {
        let now = Instant::now();
        let mut pace = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(pace.get_or_insert(Pace { next: now, interval: INTERVAL, slowed: None }), now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn calls_stay_under_20_per_second_and_slow_down_if_throttled() {
        let pacer = Pacer(Mutex::new(None));
        let first = pacer.turn().await;
        for _ in 0..19 {
            pacer.turn().await;
        }
        let last = pacer.turn().await;
        assert!(last - first > Duration::from_secs(1), "{:?}", last - first);
        pacer.note(last, true);
        pacer.note(last, true);
        let (after, next) = (pacer.turn().await, pacer.turn().await);
        assert_eq!(after - last, PAUSE);
        assert_eq!(next - after, INTERVAL * 2, "two replies of one burst slow down once");
        for _ in 0..20 {
            pacer.note(next, false);
        }
        let (one, other) = (pacer.turn().await, pacer.turn().await);
        assert_eq!(other - one, INTERVAL);
    }
}
