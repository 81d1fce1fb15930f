//! Decides for each call which of the configured faults hit it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::account::{ApiError, Conditions, Operation, Paging, ReportConditions};
use super::faults::{FaultTrigger, Faults};
use super::rng::Rng;
use super::token_bucket::{RateFault, TokenBuckets};

/// The faults that hit one call. The default is none.
#[derive(Debug, Default)]
pub(crate) struct CallFaults {
    /// Changes when the call may go on, since the faults were replaced; `None` if it need not wait.
    pub hold: Option<watch::Receiver<()>>,
    /// Added latency.
    pub delay: Duration,
    /// A fault before the account executes the call.
    pub before: Option<FaultBefore>,
    /// A fault after the account has executed the call.
    pub after: Option<FaultAfter>,
    /// Conditions for the account.
    pub conditions: Conditions,
}

/// A fault that prevents a call.
#[derive(Debug, PartialEq)]
pub(crate) enum FaultBefore {
    /// Returns this error.
    Refuse(ApiError),
    /// Resets the connection.
    Reset,
    /// Never responds.
    Hang,
}

/// A fault in the response to a call that was executed.
#[derive(Debug, PartialEq)]
pub(crate) enum FaultAfter {
    /// Returns this error instead.
    Refuse(ApiError),
    /// Resets the connection.
    Reset,
    /// Never responds.
    Hang,
    /// Sends half of the body as if it were complete.
    Truncate,
    /// Sends half of the body, then closes the connection.
    Cut,
    /// Sends a body that is not XML.
    Junk,
    /// Pads the body with this many bytes.
    Huge(u64),
}

/// The faults and their remaining repetitions.
#[derive(Debug)]
pub(crate) struct FaultInjector {
    faults: Faults,
    buckets: TokenBuckets,
    portal_rate: RateFault,
    portal_buckets: TokenBuckets,
    cloudtrail_rate: RateFault,
    /// By account and Region.
    cloudtrail_buckets: HashMap<String, TokenBuckets>,
    rng: Rng,
    /// Dropped with the faults, which releases the calls that they hold.
    held: watch::Sender<()>,
}

impl FaultInjector {
    /// Creates an injector with all repetitions left.
    pub(crate) fn new(faults: Faults, seed: u64) -> Self {
        Self {
            portal_rate: faults.portal_rate.limit(),
            cloudtrail_rate: faults.cloudtrail_rate.limit(),
            cloudtrail_buckets: HashMap::new(),
            faults,
            buckets: TokenBuckets::default(),
            portal_buckets: TokenBuckets::default(),
            rng: Rng::new(seed),
            held: watch::Sender::new(()),
        }
    }

    /// Takes a token for a call of LookupEvents in this account and Region. Returns whether
    /// there was one.
    pub(crate) fn admits_lookup(&mut self, account_and_region: String, now: Instant) -> bool {
        let buckets = self.cloudtrail_buckets.entry(account_and_region).or_default();
        buckets.admits(&self.cloudtrail_rate, Operation::LookupEvents, now)
    }

    /// Returns the faults for a call received at `now`, and counts them.
    pub(crate) fn plan(&mut self, operation: Operation, now: Instant) -> CallFaults {
        let is_held =
            self.faults.hold.as_mut().is_some_and(|on| on.fires(operation, &mut self.rng));
        let hold = is_held.then(|| self.held.subscribe());
        let delay = self.delay(operation);
        let before = self.before(operation, now);
        let after = if before.is_none() { self.after(operation) } else { None };
        let conditions =
            if before.is_none() { self.conditions(operation) } else { Conditions::default() };
        CallFaults { hold, delay, before, after, conditions }
    }

    fn delay(&mut self, operation: Operation) -> Duration {
        let Some(latency) = &mut self.faults.latency else { return Duration::ZERO };
        if !latency.on.fires(operation, &mut self.rng) {
            return Duration::ZERO;
        }
        latency.fixed + latency.jitter.mul_f64(self.rng.fraction())
    }

    fn before(&mut self, operation: Operation, now: Instant) -> Option<FaultBefore> {
        let Self { faults, buckets, portal_rate, portal_buckets, rng, .. } = self;
        let service = operation.service();
        if faults.rate.as_ref().is_some_and(|rate| !buckets.admits(rate, operation, now))
            || !portal_buckets.admits(portal_rate, operation, now)
        {
            return Some(FaultBefore::Refuse(ApiError::throttling(service)));
        }
        let mut fires =
            |on: &mut Option<FaultTrigger>| on.as_mut().is_some_and(|on| on.fires(operation, rng));
        if fires(&mut faults.throttle) {
            return Some(FaultBefore::Refuse(ApiError::throttling(service)));
        }
        if fires(&mut faults.server_error) {
            return Some(FaultBefore::Refuse(ApiError::service_failure(service)));
        }
        if fires(&mut faults.reset) {
            return Some(FaultBefore::Reset);
        }
        if fires(&mut faults.hang) {
            return Some(FaultBefore::Hang);
        }
        self.refusal(operation, false).map(FaultBefore::Refuse)
    }

    fn after(&mut self, operation: Operation) -> Option<FaultAfter> {
        let Self { faults, rng, .. } = self;
        let mut fires =
            |on: &mut Option<FaultTrigger>| on.as_mut().is_some_and(|on| on.fires(operation, rng));
        let simple = [
            (&mut faults.reset_after, FaultAfter::Reset),
            (&mut faults.hang_after, FaultAfter::Hang),
            (&mut faults.truncate, FaultAfter::Truncate),
            (&mut faults.cut, FaultAfter::Cut),
            (&mut faults.junk, FaultAfter::Junk),
            (
                &mut faults.server_error_after,
                FaultAfter::Refuse(ApiError::service_failure(operation.service())),
            ),
        ];
        let fault = simple.into_iter().find_map(|(on, after)| fires(on).then_some(after));
        fault.or_else(|| self.refusal(operation, true).map(FaultAfter::Refuse)).or_else(|| {
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
        let mut fires =
            |on: &mut Option<FaultTrigger>| on.as_mut().is_some_and(|on| on.fires(operation, rng));
        let paging = Paging {
            at_most: faults.page_size,
            endless: fires(&mut faults.endless_pages),
            repeats: fires(&mut faults.repeat_marker),
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
                cut: faults.report.cut,
                repeats: faults.report.repeats,
                foreign: faults.report.foreign,
            },
            trail: Arc::clone(&faults.cloudtrail),
            session_life: faults.session_seconds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::account::Service;

    fn injector(json: &str) -> FaultInjector {
        FaultInjector::new(serde_json::from_str(json).unwrap(), 7)
    }

    fn plan(injector: &mut FaultInjector, operation: Operation) -> CallFaults {
        injector.plan(operation, Instant::now())
    }

    #[test]
    fn a_fault_hits_only_its_operations_and_only_its_number_of_times() {
        let mut injector = injector(
            r#"{"reset_after": {"operations": ["UpdateAccessKey"], "skip": 1, "times": 1}}"#,
        );
        assert_eq!(plan(&mut injector, Operation::ListUsers).after, None);
        let faults: Vec<_> =
            (0..4).map(|_| plan(&mut injector, Operation::UpdateAccessKey).after).collect();
        assert_eq!(faults, [None, Some(FaultAfter::Reset), None, None]);
    }

    #[test]
    fn the_same_seed_gives_the_same_faults_at_about_the_given_probability() {
        let run = || {
            let mut injector = injector(r#"{"throttle": {"probability": 0.3}}"#);
            (0..1_000)
                .map(|_| plan(&mut injector, Operation::ListUsers).before.is_some())
                .collect::<Vec<_>>()
        };
        let hits = run();
        assert_eq!(hits, run());
        assert!((250..350).contains(&hits.iter().filter(|hit| **hit).count()));
    }

    #[test]
    fn simple_options_set_latency_and_rate() {
        let faults = Faults::simple(Some(Duration::from_millis(50)), Some(20.0), Some(40));
        let mut injector = FaultInjector::new(faults, 0);
        let now = Instant::now();
        let plans: Vec<_> = (0..41).map(|_| injector.plan(Operation::ListUsers, now)).collect();
        assert!(plans.iter().all(|plan| plan.delay == Duration::from_millis(50)));
        assert_eq!(plans[40].before, Some(FaultBefore::Refuse(ApiError::throttling(Service::Iam))));
        assert!(plans[..40].iter().all(|plan| plan.before.is_none()));
    }
}
