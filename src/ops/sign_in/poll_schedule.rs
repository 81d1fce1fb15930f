//! When to ask for the token of a code (RFC 8628, section 3.5). Times are since the code was
//! issued.

use std::time::Duration;

/// What a reply `slow_down` adds to all further pauses.
const SLOW_DOWN: Duration = Duration::from_secs(5);

/// Longest pause after calls without an answer.
const MAX_PAUSE: Duration = Duration::from_mins(1);

/// Reply to a call for the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// The code is not approved yet.
    Pending,
    /// The calls come too fast.
    SlowDown,
    /// There was no answer, or a temporary error.
    None,
}

/// Times of the calls for the token of one code.
#[derive(Clone, Copy, Debug)]
pub(super) struct PollSchedule {
    interval: Duration,
    /// Number of calls without an answer in a row.
    unanswered: u32,
    next: Duration,
    end: Duration,
    has_ended: bool,
}

impl PollSchedule {
    /// Returns the schedule of a code with that pause between calls and that lifetime.
    pub(super) fn new(interval: Duration, lifetime: Duration) -> Self {
        let next = interval.min(lifetime);
        Self { interval, unanswered: 0, next, end: lifetime, has_ended: false }
    }

    /// Returns the time of the next call; `None` if the code has expired. The last call is at its
    /// end.
    pub(super) fn next(&self) -> Option<Duration> {
        (!self.has_ended).then_some(self.next)
    }

    /// Notes the reply that came at `now`.
    pub(super) fn note(&mut self, reply: Reply, now: Duration) {
        match reply {
            Reply::Pending => self.unanswered = 0,
            Reply::SlowDown => {
                self.unanswered = 0;
                self.interval += SLOW_DOWN;
            }
            Reply::None => self.unanswered += 1,
        }
        let doubled = self.interval.saturating_mul(1 << self.unanswered.min(10));
        let pause = if self.unanswered == 0 { self.interval } else { doubled.min(MAX_PAUSE) };
        self.has_ended = now >= self.end;
        self.next = (now + pause).min(self.end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_keep_the_interval_and_slow_down_for_good() {
        let seconds = Duration::from_secs;
        let mut schedule = PollSchedule::new(seconds(5), seconds(60));
        let mut asked = Vec::new();
        let replies =
            [Reply::Pending, Reply::SlowDown, Reply::Pending, Reply::None, Reply::None].iter();
        for reply in replies.chain([Reply::Pending; 10].iter()) {
            let Some(next) = schedule.next() else { break };
            asked.push(next.as_secs());
            schedule.note(*reply, next);
        }
        // 5 s, 5 s, then 10 s; 20 s and 40 s after calls without an answer, and the last at the
        // end.
        assert_eq!(asked, [5, 10, 20, 30, 50, 60]);
        assert_eq!(schedule.next(), None);
    }

    #[test]
    fn a_code_that_lives_shorter_than_the_interval_is_asked_about_once() {
        let mut schedule = PollSchedule::new(Duration::from_secs(5), Duration::from_secs(3));
        assert_eq!(schedule.next(), Some(Duration::from_secs(3)));
        schedule.note(Reply::Pending, Duration::from_secs(3));
        assert_eq!(schedule.next(), None);
    }
}
