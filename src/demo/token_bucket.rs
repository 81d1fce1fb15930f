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
    /// The limited operations; empty for all of IAM and STS.
    #[serde(default)]
    pub operations: Vec<Operation>,
}

impl RateFault {
    fn limits(&self, operation: Operation) -> bool {
        if self.operations.is_empty() {
            return operation.service().is_query();
        }
        self.operations.contains(&operation)
    }
}

/// The rate limit of the portal of Identity Center. The default is that of AWS: 20 calls
/// per second over all operations.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PortalRate {
    /// Sustained calls per second.
    pub per_second: f64,
    /// Size of the bucket in calls; one second of `per_second` by default.
    pub burst: Option<u32>,
}

impl Default for PortalRate {
    fn default() -> Self {
        Self { per_second: 20.0, burst: None }
    }
}

impl PortalRate {
    /// Returns it as a limit of the portal's operations.
    pub(crate) fn limit(&self) -> RateFault {
        let operations =
            [Operation::ListAccounts, Operation::ListAccountRoles, Operation::GetRoleCredentials];
        RateFault {
            per_second: self.per_second,
            burst: self.burst,
            per_operation: false,
            operations: operations.to_vec(),
        }
    }
}

/// The rate limit of CloudTrail's LookupEvents. The default is that of AWS: 2 calls per second
/// for each account and Region.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CloudTrailRate {
    /// Sustained calls per second.
    pub per_second: f64,
    /// Size of the bucket in calls; one second of `per_second` by default.
    pub burst: Option<u32>,
}

impl Default for CloudTrailRate {
    fn default() -> Self {
        Self { per_second: 2.0, burst: None }
    }
}

impl CloudTrailRate {
    /// Returns it as a limit of LookupEvents.
    pub(crate) fn limit(&self) -> RateFault {
        RateFault {
            per_second: self.per_second,
            burst: self.burst,
            per_operation: false,
            operations: vec![Operation::LookupEvents],
        }
    }
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
        if !rate.limits(operation) {
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
    fn the_portal_has_its_own_limit_for_all_its_operations() {
        let (mut buckets, start) = (TokenBuckets::default(), Instant::now());
        let limit = PortalRate::default().limit();
        let mut admitted = |after: Duration, operations: &[Operation]| {
            let calls = operations.iter().cycle().take(120);
            calls.filter(|call| buckets.admits(&limit, **call, start + after)).count()
        };
        let portal =
            [Operation::ListAccounts, Operation::ListAccountRoles, Operation::GetRoleCredentials];
        assert_eq!(admitted(Duration::ZERO, &portal), 20);
        assert_eq!(admitted(Duration::from_millis(500), &portal), 10);
        let others = [Operation::ListUsers, Operation::AssumeRole, Operation::CreateToken];
        assert_eq!(admitted(Duration::from_millis(500), &others), 120);

        let rate = RateFault {
            per_second: 1.0,
            burst: Some(1),
            per_operation: false,
            operations: Vec::new(),
        };
        let mut buckets = TokenBuckets::default();
        let mut admits = |operation| buckets.admits(&rate, operation, start);
        assert!(admits(Operation::ListUsers) && !admits(Operation::AssumeRole));
        assert!(admits(Operation::ListAccounts), "--rate is that of IAM and STS");
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
