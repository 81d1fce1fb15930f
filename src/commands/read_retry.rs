//! Retries reads before a change, and those of `find`, beyond the attempts of
//! the SDK: a leaked key stays active until they succeed.

use std::cell::Cell;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::changes::Backoff;
use crate::commands::messages;
use crate::commands::output;
use crate::commands::progress::during_wait;
use crate::model::{ErrorKind, ServiceError};

/// The time without a successful read after which the command gives up.
const REPLY_TIMEOUT: Duration = Duration::from_mins(1);

/// The same while the service has not responded at all: the endpoint may be
/// wrong.
const FIRST_REPLY_TIMEOUT: Duration = Duration::from_secs(5);

/// The number of retries of a read whose response is not the service's: it mostly stays so.
const MAX_UNREADABLE_RETRIES: u32 = 2;

/// The waiting time after which a message is printed.
const NOTICE_DELAY: Duration = Duration::from_secs(3);

/// Retries the reads of a command. All of them share it, so that the timeouts
/// apply to all together.
pub(super) struct ReadRetry {
    start: Instant,
    state: Cell<RetryState>,
}

/// The state of the service.
#[derive(Clone, Copy, Debug, Default)]
struct RetryState {
    /// The time since which no read has succeeded; `None` after a success.
    failing_since: Option<Duration>,
    /// True if the service has responded, even with throttling.
    has_responded: bool,
    /// True if the message was printed.
    was_announced: bool,
}

impl ReadRetry {
    /// The timeouts begin now.
    pub(super) fn new() -> Self {
        Self { start: Instant::now(), state: Cell::default() }
    }

    /// Reads until the result is final: a success, or an error that a retry
    /// would not change. Gives up after about a minute without a success. Can
    /// be dropped at any time.
    ///
    /// # Errors
    /// Returns the last error of `read`.
    pub(super) async fn retry<T>(
        &self,
        read: impl AsyncFn() -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let mut attempts = Attempts::default();
        loop {
            let result = during_wait(read()).await;
            let mut state = self.state.get();
            let pause = state.pause(result.as_ref().err(), &mut attempts, self.start.elapsed());
            let announces =
                pause.is_some_and(|pause| state.announces(self.start.elapsed() + pause));
            self.state.set(state);
            match (result, pause) {
                (Err(error), Some(pause)) => {
                    if announces {
                        output::eprint_status(&messages::retrying(&without_hint(&error)));
                    }
                    sleep(pause).await;
                }
                (result, _) => return result,
            }
        }
    }
}

/// The attempts of one read.
#[derive(Clone, Copy, Debug, Default)]
struct Attempts {
    backoff: Backoff,
    /// Number of responses that were not the service's.
    unreadable: u32,
}

impl RetryState {
    /// Records the result of a read at `now`. Returns the pause before a retry,
    /// or `None` if there is none.
    fn pause(
        &mut self,
        failure: Option<&ServiceError>,
        attempts: &mut Attempts,
        now: Duration,
    ) -> Option<Duration> {
        let transient = failure
            .filter(|error| error.kind.is_transient() || error.kind == ErrorKind::Unreadable);
        let Some(error) = transient else {
            (self.failing_since, self.has_responded) = (None, true);
            return None;
        };
        if error.kind == ErrorKind::Unreadable {
            attempts.unreadable += 1;
            if attempts.unreadable > MAX_UNREADABLE_RETRIES {
                return None;
            }
        }
        let since = *self.failing_since.get_or_insert(now);
        self.has_responded |= error.code.is_some();
        let timeout = if self.has_responded { REPLY_TIMEOUT } else { FIRST_REPLY_TIMEOUT };
        let pause = attempts.backoff.pause(Some(error.kind));
        (now.saturating_sub(since) + pause <= timeout).then_some(pause)
    }

    /// Returns whether to print the message, if the command waits until
    /// `until`. Returns true only once.
    fn announces(&mut self, until: Duration) -> bool {
        let announces = !self.was_announced
            && self.failing_since.is_some_and(|since| until.saturating_sub(since) >= NOTICE_DELAY);
        self.was_announced |= announces;
        announces
    }
}

/// Returns an error without its hint, since a retry may succeed.
fn without_hint(error: &ServiceError) -> ServiceError {
    ServiceError { hint: None, ..error.clone() }
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
            sign_in: None,
            proxy: None,
        }
    }

    /// Returns the number of reads, the time of the last one, and the time of
    /// the message.
    fn run(result: impl Fn(u32) -> Option<ServiceError>) -> (u32, Duration, Option<Duration>) {
        let (mut state, mut attempts, mut now) =
            (RetryState::default(), Attempts::default(), Duration::ZERO);
        let mut announced = None;
        for reads in 1.. {
            let Some(pause) = state.pause(result(reads).as_ref(), &mut attempts, now) else {
                return (reads, now, announced);
            };
            announced = announced.or(state.announces(now + pause).then_some(now));
            now += pause;
        }
        unreachable!()
    }

    #[test]
    fn throttling_and_server_errors_are_retried_and_other_errors_are_not() {
        for (kind, code) in [(ErrorKind::Throttled, "Throttling"), (ErrorKind::Server, "500")] {
            let (reads, _, announced) = run(|read| (read < 7).then(|| error(kind, Some(code))));
            assert_eq!((reads, announced.is_some()), (7, true), "{kind:?}");
        }
        for kind in [
            ErrorKind::Denied,
            ErrorKind::NotFound,
            ErrorKind::Expired,
            ErrorKind::BadCertificate,
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
    fn endless_throttling_is_abandoned_within_a_minute() {
        let (reads, waited, announced) =
            run(|_| Some(error(ErrorKind::Throttled, Some("Throttling"))));
        assert!((6..20).contains(&reads), "{reads}");
        assert!((Duration::from_secs(45)..=REPLY_TIMEOUT).contains(&waited), "{waited:?}");
        assert!(
            (Duration::from_secs(1)..=NOTICE_DELAY).contains(&announced.unwrap()),
            "{announced:?}"
        );
    }

    #[test]
    fn an_endpoint_that_never_responded_is_abandoned_sooner() {
        let (_, waited, _) = run(|_| Some(error(ErrorKind::Unreachable, None)));
        assert!(waited <= FIRST_REPLY_TIMEOUT, "{waited:?}");
        // After a response, the error may be transient.
        let (_, waited, _) =
            run(|read| Some(error(ErrorKind::Unreachable, (read == 1).then_some("500"))));
        assert!(waited > Duration::from_secs(45), "{waited:?}");
    }

    #[test]
    fn a_response_that_is_not_the_services_is_read_three_times() {
        for first in [ErrorKind::Unreadable, ErrorKind::Server] {
            let (reads, waited, _) = run(|read| {
                let kind = if read == 1 { first } else { ErrorKind::Unreadable };
                Some(error(kind, (kind == ErrorKind::Server).then_some("500")))
            });
            assert_eq!(reads, 3 + u32::from(first == ErrorKind::Server));
            assert!(waited < Duration::from_secs(2), "{waited:?}");
        }
    }
}
