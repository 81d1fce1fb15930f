//! Questions before a change, and those of `find`, are asked again where
//! nothing is wrong with them: a key that leaked stays on until they are
//! answered.

use std::cell::Cell;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::changes::Backoff;
use crate::commands::output;
use crate::model::{ErrorKind, ServiceError};

/// For how long nothing may be answered before the command gives up.
const REPLY_TIMEOUT: Duration = Duration::from_mins(1);

/// The same while the service has not answered at all yet: the endpoint may be
/// a wrong one.
const FIRST_REPLY_TIMEOUT: Duration = Duration::from_secs(5);

/// Waiting is told once it takes longer than this.
const NOTICE_DELAY: Duration = Duration::from_secs(3);

/// How long a command goes on asking. All its questions share it, so that the
/// limits hold for all of them together.
pub(super) struct ReadRetry {
    begun: Instant,
    state: Cell<RetryState>,
}

/// What is known of the service.
#[derive(Clone, Copy, Debug, Default)]
struct RetryState {
    /// Since when no question was answered, if so.
    failing_since: Option<Duration>,
    /// Whether the service has answered anything, be it to go slower.
    heard: bool,
    /// Whether it was told that the command waits.
    told: bool,
}

impl ReadRetry {
    /// Patience that begins now.
    pub(super) fn new() -> Self {
        Self { begun: Instant::now(), state: Cell::default() }
    }

    /// Asks until there is an answer that asking again would not change, or
    /// until nothing was answered for about a minute. It can be dropped at any
    /// time.
    ///
    /// # Errors
    /// The last one of `ask`.
    pub(super) async fn retry<T>(
        &self,
        ask: impl AsyncFn() -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let mut backoff = Backoff::default();
        loop {
            let answer = ask().await;
            let mut state = self.state.get();
            let pause = state.pause(answer.as_ref().err(), &mut backoff, self.begun.elapsed());
            let tells = pause.is_some_and(|pause| state.tells(self.begun.elapsed() + pause));
            self.state.set(state);
            match (answer, pause) {
                (Err(error), Some(pause)) => {
                    if tells {
                        output::eprint_line(&format!(
                            "{} Asking again, for up to a minute; ctrl-c stops it.",
                            what_happened(&error)
                        ));
                    }
                    sleep(pause).await;
                }
                (answer, _) => return answer,
            }
        }
    }
}

impl RetryState {
    /// Takes in an answer that came at `now`; the pause before the question is
    /// asked again, if it is.
    fn pause(
        &mut self,
        failure: Option<&ServiceError>,
        backoff: &mut Backoff,
        now: Duration,
    ) -> Option<Duration> {
        let passing = failure
            .filter(|error| error.kind.is_transient() || error.kind == ErrorKind::Unreadable);
        let Some(error) = passing else {
            (self.failing_since, self.heard) = (None, true);
            return None;
        };
        let since = *self.failing_since.get_or_insert(now);
        self.heard |= error.code.is_some();
        let limit = if self.heard { REPLY_TIMEOUT } else { FIRST_REPLY_TIMEOUT };
        let pause = backoff.pause(Some(error.kind));
        (now.saturating_sub(since) + pause <= limit).then_some(pause)
    }

    /// Whether to tell that the command waits, `until` then at least: once.
    fn tells(&mut self, until: Duration) -> bool {
        let tells = !self.told
            && self.failing_since.is_some_and(|since| until.saturating_sub(since) >= NOTICE_DELAY);
        self.told |= tells;
        tells
    }
}

/// What happened, without what to do about it.
fn what_happened(error: &ServiceError) -> String {
    ServiceError { hint: None, ..error.clone() }.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: ErrorKind, code: Option<&str>) -> ServiceError {
        let code = code.map(Into::into);
        ServiceError {
            kind,
            operation: "ListAccessKeys",
            code,
            message: "m".into(),
            request_id: None,
            hint: None,
        }
    }

    /// How often was asked until the end, for how long, and when that was told.
    fn run(answer: impl Fn(u32) -> Option<ServiceError>) -> (u32, Duration, Option<Duration>) {
        let (mut state, mut backoff, mut now) =
            (RetryState::default(), Backoff::default(), Duration::ZERO);
        let mut told = None;
        for asked in 1.. {
            let Some(pause) = state.pause(answer(asked).as_ref(), &mut backoff, now) else {
                return (asked, now, told);
            };
            told = told.or(state.tells(now + pause).then_some(now));
            now += pause;
        }
        unreachable!()
    }

    #[test]
    fn throttling_and_faults_are_waited_out_and_other_answers_are_not() {
        for (kind, code) in [(ErrorKind::Throttled, "Throttling"), (ErrorKind::Server, "500")] {
            let (asked, _, told) = run(|asked| (asked < 7).then(|| error(kind, Some(code))));
            assert_eq!((asked, told.is_some()), (7, true), "{kind:?}");
        }
        for kind in [
            ErrorKind::Denied,
            ErrorKind::NotFound,
            ErrorKind::Expired,
            ErrorKind::CredentialSourceFailed,
        ] {
            assert_eq!(
                run(|_| Some(error(kind, Some("code")))),
                (1, Duration::ZERO, None),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn throttling_for_ever_ends_within_a_minute_and_is_told_after_some_seconds() {
        let (asked, waited, told) = run(|_| Some(error(ErrorKind::Throttled, Some("Throttling"))));
        assert!((6..20).contains(&asked), "{asked}");
        assert!((Duration::from_secs(45)..=REPLY_TIMEOUT).contains(&waited), "{waited:?}");
        assert!((Duration::from_secs(1)..=NOTICE_DELAY).contains(&told.unwrap()), "{told:?}");
    }

    #[test]
    fn an_endpoint_that_never_answered_is_given_up_sooner() {
        for kind in [ErrorKind::Unreachable, ErrorKind::Unreadable] {
            let (_, waited, _) = run(|_| Some(error(kind, None)));
            assert!(waited <= FIRST_REPLY_TIMEOUT, "{kind:?}: {waited:?}");
            // Once it has answered anything, this is a fault that may pass.
            let (_, waited, _) = run(|asked| Some(error(kind, (asked == 1).then_some("500"))));
            assert!(waited > Duration::from_secs(45), "{kind:?}: {waited:?}");
        }
    }
}
