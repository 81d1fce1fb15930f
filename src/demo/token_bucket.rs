//! Token buckets, the way IAM throttles calls.

use std::collections::HashMap;
use std::time::Instant;

use serde::Deserialize;

use super::account::Operation;

/// A rate limit.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RateFault {
    /// Sustained calls per second.
    pub per_second: f64,
    /// Size of the bucket in calls; one second of `per_second` by default.
    #[serde(default)]
    pub burst: Option<u32>,
    /// True if each operation has its own bucket; if not, all share one.
    #[serde(default)]
    pub per_operation: bool,
    /// The limited operations; empty for all.
    #[serde(default)]
    pub operations: Vec<Operation>,
}

/// The buckets of a rate limit, initially full.
#[derive(Clone, Debug, Default)]
pub(crate) struct TokenBuckets(HashMap<Option<Operation>, TokenBucket>);

#[derive(Clone, Debug)]
struct TokenBucket {
    tokens: f64,
    filled: Instant,
}

impl TokenBuckets {
    /// Takes a token for a call and returns whether there was one.
    pub(crate) fn admits(&mut self, rate: &RateFault, operation: Operation, now: Instant) -> bool {
        if !rate.operations.is_empty() && !rate.operations.contains(&operation) {
            return true;
        }
        let burst = rate.burst.map_or(rate.per_second, f64::from).max(1.0);
        let name = rate.per_operation.then_some(operation);
        let bucket = self.0.entry(name).or_insert(TokenBucket { tokens: burst, filled: now });
        let gained = now.saturating_duration_since(bucket.filled).as_secs_f64() * rate.per_second;
        bucket.tokens = (bucket.tokens + gained).min(burst);
        bucket.filled = now;
        let admitted = bucket.tokens >= 1.0;
        if admitted {
            bucket.tokens -= 1.0;
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_passes_at_once_and_then_the_rate_applies() {
        let rate = RateFault {
            per_second: 20.0,
            burst: Some(40),
            per_operation: false,
            operations: Vec::new(),
        };
        let (mut buckets, start) = (TokenBuckets::default(), Instant::now());
        let mut admitted_at = |after: Duration| {
            (0..100).filter(|_| buckets.admits(&rate, Operation::ListUsers, start + after)).count()
        };
        assert_eq!(admitted_at(Duration::ZERO), 40);
        assert_eq!(admitted_at(Duration::from_secs(1)), 20);
        assert_eq!(admitted_at(Duration::from_hours(1)), 40);
    }

    #[test]
    fn operations_share_a_bucket_unless_each_has_its_own() {
        let both = |per_operation| {
            let rate = RateFault {
                per_second: 1.0,
                burst: Some(1),
                per_operation,
                operations: Vec::new(),
            };
            let (mut buckets, now) = (TokenBuckets::default(), Instant::now());
            [Operation::ListUsers, Operation::ListAccessKeys]
                .map(|operation| buckets.admits(&rate, operation, now))
        };
        assert_eq!(both(false), [true, false]);
        assert_eq!(both(true), [true, true]);
    }
}
