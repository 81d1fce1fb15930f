//! From the faults in force to what one call meets.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::account::{ApiError, Conditions, Operation, Paging, ReportConditions};
use super::faults::{FaultTrigger, Faults};
use super::rng::Rng;
use super::token_bucket::TokenBuckets;

/// What one call meets. The default: nothing unusual.
#[derive(Debug, Default)]
pub(crate) struct CallFaults {
    /// How long the answer takes.
    pub delay: Duration,
    /// What keeps it from being carried out.
    pub before: Option<FaultBefore>,
    /// What spoils its answer.
    pub after: Option<FaultAfter>,
    /// How the account answers.
    pub conditions: Conditions,
}

/// What keeps a call from being carried out.
#[derive(Debug, PartialEq)]
pub(crate) enum FaultBefore {
    /// It is refused.
    Refuse(ApiError),
    /// The connection is reset.
    Reset,
    /// Nothing happens any more.
    Hang,
}

/// What spoils the answer of a call that was carried out.
#[derive(Debug, PartialEq)]
pub(crate) enum FaultAfter {
    /// A refusal in its place.
    Refuse(ApiError),
    /// The connection is reset.
    Reset,
    /// Nothing happens any more.
    Hang,
    /// Half of it, as if it were all.
    Truncate,
    /// Half of it, and then the connection is closed.
    Cut,
    /// Something that is not XML.
    Junk,
    /// So many bytes more.
    Huge(u64),
}

/// The faults in force, and what is left of them.
#[derive(Debug)]
pub(crate) struct FaultInjector {
    faults: Faults,
    buckets: TokenBuckets,
    rng: Rng,
}

impl FaultInjector {
    /// These faults, none of them used up.
    pub(crate) fn new(faults: Faults, seed: u64) -> Self {
        Self { faults, buckets: TokenBuckets::default(), rng: Rng::new(seed) }
    }

    /// What a call meets that came in at `now`.
    pub(crate) fn plan(&mut self, operation: Operation, now: Instant) -> CallFaults {
        let delay = self.delay(operation);
        let before = self.before(operation, now);
        let after = if before.is_none() { self.after(operation) } else { None };
        let conditions =
            if before.is_none() { self.conditions(operation) } else { Conditions::default() };
        CallFaults { delay, before, after, conditions }
    }

    fn delay(&mut self, operation: Operation) -> Duration {
        let Some(latency) = &mut self.faults.latency else { return Duration::ZERO };
        if !latency.on.fires(operation, &mut self.rng) {
            return Duration::ZERO;
        }
        latency.fixed + latency.jitter.mul_f64(self.rng.fraction())
    }

    fn before(&mut self, operation: Operation, now: Instant) -> Option<FaultBefore> {
        let Self { faults, buckets, rng } = self;
        if faults.rate.as_ref().is_some_and(|rate| !buckets.admits(rate, operation, now)) {
            return Some(FaultBefore::Refuse(ApiError::throttling()));
        }
        let mut strikes =
            |on: &mut Option<FaultTrigger>| on.as_mut().is_some_and(|on| on.fires(operation, rng));
        if strikes(&mut faults.throttle) {
            return Some(FaultBefore::Refuse(ApiError::throttling()));
        }
        if strikes(&mut faults.server_error) {
            return Some(FaultBefore::Refuse(ApiError::service_failure()));
        }
        if strikes(&mut faults.reset) {
            return Some(FaultBefore::Reset);
        }
        if strikes(&mut faults.hang) {
            return Some(FaultBefore::Hang);
        }
        self.refusal(operation, false).map(FaultBefore::Refuse)
    }

    fn after(&mut self, operation: Operation) -> Option<FaultAfter> {
        let Self { faults, rng, .. } = self;
        let mut strikes =
            |on: &mut Option<FaultTrigger>| on.as_mut().is_some_and(|on| on.fires(operation, rng));
        let simple = [
            (&mut faults.reset_after, FaultAfter::Reset),
            (&mut faults.hang_after, FaultAfter::Hang),
            (&mut faults.truncate, FaultAfter::Truncate),
            (&mut faults.cut, FaultAfter::Cut),
            (&mut faults.junk, FaultAfter::Junk),
            (&mut faults.server_error_after, FaultAfter::Refuse(ApiError::service_failure())),
        ];
        let struck = simple.into_iter().find_map(|(on, after)| strikes(on).then_some(after));
        struck.or_else(|| self.refusal(operation, true).map(FaultAfter::Refuse)).or_else(|| {
            let huge = self.faults.huge_answer.as_mut()?;
            huge.on.fires(operation, &mut self.rng).then_some(FaultAfter::Huge(huge.bytes))
        })
    }

    fn refusal(&mut self, operation: Operation, after: bool) -> Option<ApiError> {
        let Self { faults, rng, .. } = self;
        let mut refusals = faults.errors.iter_mut().filter(|refusal| refusal.after == after);
        refusals.find_map(|refusal| refusal.on.fires(operation, rng).then(|| refusal.error()))
    }

    fn conditions(&mut self, operation: Operation) -> Conditions {
        let Self { faults, rng, .. } = self;
        let mut strikes =
            |on: &mut Option<FaultTrigger>| on.as_mut().is_some_and(|on| on.fires(operation, rng));
        let paging = Paging {
            at_most: faults.page_size,
            endless: strikes(&mut faults.endless_pages),
            repeats: strikes(&mut faults.repeat_marker),
        };
        Conditions {
            lag: faults.stale.seconds,
            signing_lag: faults.stale.signing_seconds,
            vanished: Arc::clone(&faults.vanish),
            permissions: Arc::clone(&faults.permissions),
            paging,
            report: ReportConditions {
                takes: faults.report.takes,
                never_ready: faults.report.never_ready,
            },
            session_life: faults.session_seconds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn board(json: &str) -> FaultInjector {
        FaultInjector::new(serde_json::from_str(json).unwrap(), 7)
    }

    fn plan(board: &mut FaultInjector, operation: Operation) -> CallFaults {
        board.plan(operation, Instant::now())
    }

    #[test]
    fn a_fault_strikes_only_its_operations_and_only_so_often() {
        let mut board =
            board(r#"{"reset_after": {"operations": ["UpdateAccessKey"], "skip": 1, "times": 1}}"#);
        assert_eq!(plan(&mut board, Operation::ListUsers).after, None);
        let struck: Vec<_> =
            (0..4).map(|_| plan(&mut board, Operation::UpdateAccessKey).after).collect();
        assert_eq!(struck, [None, Some(FaultAfter::Reset), None, None]);
    }

    #[test]
    fn the_same_seed_gives_the_same_faults_and_about_as_many_as_it_says() {
        let run = || {
            let mut board = board(r#"{"throttle": {"probability": 0.3}}"#);
            (0..1_000)
                .map(|_| plan(&mut board, Operation::ListUsers).before.is_some())
                .collect::<Vec<_>>()
        };
        let struck = run();
        assert_eq!(struck, run());
        assert!((250..350).contains(&struck.iter().filter(|struck| **struck).count()));
    }

    #[test]
    fn flags_alone_make_latency_and_rate() {
        let faults = Faults::simple(Some(Duration::from_millis(50)), Some(20.0), Some(40));
        let mut board = FaultInjector::new(faults, 0);
        let now = Instant::now();
        let plans: Vec<_> = (0..41).map(|_| board.plan(Operation::ListUsers, now)).collect();
        assert!(plans.iter().all(|plan| plan.delay == Duration::from_millis(50)));
        assert_eq!(plans[40].before, Some(FaultBefore::Refuse(ApiError::throttling())));
        assert!(plans[..40].iter().all(|plan| plan.before.is_none()));
    }
}
