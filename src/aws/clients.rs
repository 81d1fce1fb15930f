//! The SDK's clients of a session: three for IAM, so that a sweep through
//! the account can't slow down the screen or a change, and two for STS.

use std::time::Duration;

use aws_config::AppName;
use aws_sdk_iam::config::interceptors::InterceptorContext;
use aws_sdk_iam::config::retry::{RetryConfig, RetryPartition};
use aws_sdk_iam::config::timeout::TimeoutConfig;
use aws_sdk_iam::config::{BehaviorVersion, IdentityCache, Region, SharedCredentialsProvider, SharedHttpClient};

use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction, RetryClassifierPriority};

use crate::aws::log::Log;
use crate::aws::target::{ATTEMPTS, Target};
use crate::aws::traffic::{Counter, kind_of_answer};
use crate::aws::whole::Whole;
use crate::model::{ErrorKind, SessionId};

/// What a client is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// Many reads; what is throttled goes back to the plan.
    Sweep,
    /// What the screen shows now, and who one is.
    Screen,
    /// Changes, and the reads that find their key and prove them.
    Writes,
}

impl Use {
    /// The limits for one attempt and for a whole call with its retries.
    fn limits(self) -> (Duration, Duration) {
        let (attempt, operation) = match self {
            Self::Sweep => (10, 35),
            Self::Screen => (8, 25),
            Self::Writes => (5, 12),
        };
        (Duration::from_secs(attempt), Duration::from_secs(operation))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Sweep => "sweep",
            Self::Screen => "screen",
            Self::Writes => "writes",
        }
    }
}

/// Keeps the SDK from retrying what was throttled: the sweep's questions go
/// back to the inventory's plan, which finds out the rate and keeps to it.
#[derive(Debug)]
struct ThrottledGoesBack;

impl ClassifyRetry for ThrottledGoesBack {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        match context.response() {
            Some(answer) if kind_of_answer(answer) == Some(ErrorKind::Throttled) => RetryAction::RetryForbidden,
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "throttled goes back"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::modeled_as_retryable_classifier())
    }
}

/// The longest pause before an attempt, as the SDK has it.
const PAUSE: Duration = Duration::from_secs(20);

/// The timeouts of a client. A limit that the user gives holds for each
/// attempt, and the whole call has time for all of them.
pub(super) fn timeouts(target: &Target, purpose: Use) -> TimeoutConfig {
    let mut timeouts = TimeoutConfig::builder();
    timeouts.set_connect_timeout(target.connect_timeout);
    if target.connect_timeout.is_none() {
        timeouts = timeouts.disable_connect_timeout();
    }
    let (attempt, operation) = match target.read_timeout {
        Some(Duration::ZERO) => return timeouts.build(),
        Some(chosen) => (chosen, chosen.saturating_mul(3).saturating_add(Duration::from_secs(2))),
        None => purpose.limits(),
    };
    let further = target.attempts.saturating_sub(ATTEMPTS);
    let operation = operation.saturating_add(attempt.saturating_add(PAUSE).saturating_mul(further));
    timeouts.read_timeout(attempt).operation_attempt_timeout(attempt).operation_timeout(operation).build()
}

/// What all clients of a session are made from.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    /// Whose clients they are.
    pub session: SessionId,
    /// Where they call.
    pub target: Target,
    /// The one HTTP client.
    pub http: SharedHttpClient,
}

/// The settings that IAM's and STS's clients share; two types in the SDK.
macro_rules! configured {
    ($service:ident, $parts:expr, $purpose:expr, $url:expr) => {{
        let (parts, purpose): (&Parts, Use) = ($parts, $purpose);
        // The limits that a partition has learnt hold for one account: a
        // session that is left must not slow down the next one.
        let partition = format!("keyflip-{}-{}-{}", parts.session.0, purpose.name(), stringify!($service));
        let mut config = $service::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(parts.target.region.clone()))
            .use_fips(parts.target.fips)
            .use_dual_stack(parts.target.dual_stack)
            .http_client(parts.http.clone())
            .interceptor(Whole)
            .identity_cache(IdentityCache::no_cache())
            .retry_config(RetryConfig::standard().with_max_attempts(parts.target.attempts))
            .retry_partition(RetryPartition::new(partition))
            .timeout_config(timeouts(&parts.target, purpose))
            .interceptor(Log);
        config.set_app_name(AppName::new("keyflip").ok());
        config.set_endpoint_url($url);
        config
    }};
}

impl Parts {
    /// A client of IAM.
    pub(super) fn iam(
        &self,
        purpose: Use,
        credentials: SharedCredentialsProvider,
        counter: &Counter,
    ) -> aws_sdk_iam::Client {
        let config = configured!(aws_sdk_iam, self, purpose, self.target.iam_url.clone());
        let mut config = config.credentials_provider(credentials).interceptor(counter.clone());
        if purpose == Use::Sweep {
            config = config.retry_classifier(ThrottledGoesBack);
        }
        aws_sdk_iam::Client::from_conf(config.build())
    }

    /// A client of STS; without credentials for the call that none sign.
    pub(super) fn sts(&self, purpose: Use, credentials: Option<SharedCredentialsProvider>) -> aws_sdk_sts::Client {
        let mut config = configured!(aws_sdk_sts, self, purpose, self.target.sts_url.clone());
        config.set_credentials_provider(credentials);
        aws_sdk_sts::Client::from_conf(config.build())
    }
}
