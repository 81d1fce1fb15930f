//! Time limits of calls to AWS.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_sdk_iam::config::interceptors::{
    BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
    FinalizerInterceptorContextRef,
};
use aws_sdk_iam::config::timeout::TimeoutConfig;
use aws_sdk_iam::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_types::config_bag::{Storable, StoreReplace};
use tokio::time::Instant;

use crate::aws::client_config::ClientConfig;
use crate::aws::client_role::ClientRole;
use crate::aws::retry_settings::DEFAULT_MAX_ATTEMPTS;

/// Longest pause before an attempt, as in the SDK's standard retry mode:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>.
const MAX_RETRY_PAUSE: Duration = Duration::from_secs(20);

/// Default limit for the first attempt of a change. Cut off, it may have had an effect and is sent
/// again, so it has more time than a read.
const CHANGE_LIMIT: Duration = Duration::from_secs(10);

/// How often the default limit of an attempt is doubled.
const MAX_DOUBLINGS: u32 = 2;

/// Returns the default limits for the first attempt and for a call with all its retries.
fn default_limits(client_role: ClientRole) -> (Duration, Duration) {
    let (attempt, operation) = match client_role {
        ClientRole::FullScan => (10, 75),
        ClientRole::Screen => (8, 60),
        ClientRole::Write => (5, 38),
    };
    (Duration::from_secs(attempt), Duration::from_secs(operation))
}

/// Returns the time limits of a client. A limit set by the user applies to each attempt, and the
/// whole call has time for all attempts.
pub(super) fn timeouts(config: &ClientConfig, client_role: ClientRole) -> TimeoutConfig {
    let mut timeouts = TimeoutConfig::builder();
    timeouts.set_connect_timeout(config.connect_timeout);
    if config.connect_timeout.is_none() {
        timeouts = timeouts.disable_connect_timeout();
    }
    let (attempt, operation) = match config.read_timeout {
        Some(Duration::ZERO) => return timeouts.build(),
        Some(chosen) => (chosen, chosen.saturating_mul(3).saturating_add(Duration::from_secs(2))),
        None => default_limits(client_role),
    };
    let further = config.max_attempts.saturating_sub(DEFAULT_MAX_ATTEMPTS);
    let operation =
        operation.saturating_add(attempt.saturating_add(MAX_RETRY_PAUSE).saturating_mul(further));
    timeouts.set_read_timeout(config.read_timeout);
    timeouts.operation_attempt_timeout(attempt).operation_timeout(operation).build()
}

/// Interceptor that gives an attempt twice the default time after one that timed out, also in later
/// calls of the client, until a response comes within the default time.
///
/// That time is short, since a lost response comes at once when asked again. A slow endpoint needs
/// more.
#[derive(Clone, Debug, Default)]
pub(super) struct AdaptiveTimeout(Arc<AtomicU32>);

/// Limit of the next attempt of a call.
#[derive(Clone, Copy, Debug)]
struct AttemptLimit {
    default: Duration,
    /// How often that is doubled for this attempt.
    doublings: u32,
}

/// Start of an attempt.
#[derive(Clone, Copy, Debug)]
struct AttemptStart(Instant);

impl Storable for AttemptLimit {
    type Storer = StoreReplace<Self>;
}

impl Storable for AttemptStart {
    type Storer = StoreReplace<Self>;
}

impl AdaptiveTimeout {
    /// Sets the limit of the next attempt, unless the user has set it.
    fn set_limit(&self, config: &mut ConfigBag) {
        // Only a limit set by the user is a read timeout.
        let limits = config.load::<TimeoutConfig>().filter(|set| set.read_timeout().is_none());
        let Some(limits) = limits.cloned() else { return };
        let before = config.load::<AttemptLimit>().map(|limit| limit.default);
        let Some(mut default) = before.or(limits.operation_attempt_timeout()) else { return };
        if config.load::<Metadata>().is_some_and(|call| call.name() == "UpdateAccessKey") {
            default = default.max(CHANGE_LIMIT);
        }
        let doublings = self.0.load(Ordering::Relaxed);
        let limit = default * (1 << doublings);
        let limits = limits.to_builder().operation_attempt_timeout(limit).build();
        config.interceptor_state().store_put(AttemptLimit { default, doublings });
        config.interceptor_state().store_put(limits);
    }

    /// Notes how long an attempt took.
    fn note(
        &self,
        AttemptLimit { default, doublings }: AttemptLimit,
        took: Duration,
        has_response: bool,
    ) {
        if took < default && has_response {
            self.0.store(0, Ordering::Relaxed);
        } else if took >= default && !has_response {
            // Attempts that time out at the same time double it once.
            self.0.fetch_max((doublings + 1).min(MAX_DOUBLINGS), Ordering::Relaxed);
        }
    }
}

impl Intercept for AdaptiveTimeout {
    fn name(&self) -> &'static str {
        "AdaptiveTimeout"
    }

    fn read_before_serialization(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.set_limit(config);
        Ok(())
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        config.interceptor_state().store_put(AttemptStart(Instant::now()));
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let limit = config.load::<AttemptLimit>().copied();
        let start = config.load::<AttemptStart>().copied();
        if let (Some(limit), Some(AttemptStart(start))) = (limit, start) {
            // The headers of a response may come in time, and its body too late.
            let has_response = context.output_or_error().is_some_and(|ended| match ended {
                Ok(_) => true,
                Err(error) => error.is_operation_error() || error.is_response_error(),
            });
            self.note(limit, start.elapsed(), has_response);
        }
        self.set_limit(config);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use aws_credential_types::Credentials;
    use aws_sdk_iam::config::SharedCredentialsProvider;
    use aws_sdk_iam::types::StatusType;
    use aws_smithy_runtime_api::client::http::{
        HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
    };
    use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
    use aws_smithy_runtime_api::shared::IntoShared as _;
    use aws_smithy_types::body::SdkBody;
    use futures_util::{FutureExt as _, stream};
    use http_body_util::StreamBody;
    use hyper::body::Frame;
    use tokio::time::sleep;

    use super::*;
    use crate::aws::config_files::from_texts;
    use crate::aws::connect_options::ConnectOptions;
    use crate::aws::http::call_stats::CallCounter;
    use crate::aws::sdk_clients::ClientFactory;
    use crate::model::SessionId;

    const CALLER: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult>\
        <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
    const CHANGED: &str = "<UpdateAccessKeyResponse></UpdateAccessKeyResponse>";

    /// What comes late from an endpoint.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Late {
        Response,
        Body,
    }

    /// Responds to every request after this time, and counts the requests.
    #[derive(Clone, Debug)]
    struct SlowEndpoint(Late, Duration, Arc<AtomicU32>);

    impl HttpConnector for SlowEndpoint {
        fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
            self.2.fetch_add(1, Ordering::Relaxed);
            let parameters = String::from_utf8_lossy(request.body().bytes().unwrap());
            let is_change = parameters.contains("Action=UpdateAccessKey");
            let (late, delay) = (self.0, sleep(self.1));
            let body = if is_change { CHANGED } else { CALLER };
            HttpConnectorFuture::new(async move {
                let body = match late {
                    Late::Response => {
                        delay.await;
                        SdkBody::from(body)
                    }
                    Late::Body => {
                        let frame = delay.map(|()| Ok::<_, Infallible>(Frame::data(body.into())));
                        SdkBody::from_body_1_x(StreamBody::new(stream::once(frame)))
                    }
                };
                Ok(HttpResponse::new(200.try_into().unwrap(), body))
            })
        }
    }

    /// A client for changes whose endpoint responds after so many seconds.
    fn factory(
        late: Late,
        response_time: u64,
        read_timeout: Option<u64>,
    ) -> (ClientFactory, Arc<AtomicU32>) {
        let connect = ConnectOptions {
            read_timeout: read_timeout.map(Duration::from_secs),
            ..ConnectOptions::demo("http://127.0.0.1:9", "AKIARZPUZDIKFYHOWX26", "secret")
        };
        let config = ClientConfig::resolve(&connect, &from_texts("", ""), None).unwrap();
        let requests = Arc::default();
        let response_time = Duration::from_secs(response_time);
        let endpoint = SlowEndpoint(late, response_time, Arc::clone(&requests));
        let endpoint: SharedHttpConnector = endpoint.into_shared();
        let http = http_client_fn(move |_, _| endpoint.clone());
        (ClientFactory { session: SessionId(1), config, http }, requests)
    }

    fn credentials() -> SharedCredentialsProvider {
        let key = Credentials::new("AKIARZPUZDIKFYHOWX26", "secret", None, None, "test");
        SharedCredentialsProvider::new(key)
    }

    /// Makes a read twice. Returns for each whether it succeeded, and after how many seconds.
    async fn reads(response_time: u64, read_timeout: Option<u64>) -> [(bool, u64); 2] {
        reads_of(Late::Response, response_time, read_timeout).await
    }

    /// The same, if the body comes late.
    async fn reads_of(
        late: Late,
        response_time: u64,
        read_timeout: Option<u64>,
    ) -> [(bool, u64); 2] {
        let (factory, _) = factory(late, response_time, read_timeout);
        let client = factory.sts(ClientRole::Write, Some(credentials()));
        let read = async || {
            let start = Instant::now();
            let succeeded = client.get_caller_identity().send().await.is_ok();
            (succeeded, start.elapsed().as_secs())
        };
        [read().await, read().await]
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_endpoint_is_asked_again_with_more_time() {
        assert_eq!(reads(4, None).await, [(true, 4); 2]);
        let [(first, seconds), second] = reads(9, None).await;
        assert!(first && (14..=16).contains(&seconds), "{seconds}");
        assert_eq!(second, (true, 9), "known to be slow");
        let [(first, seconds), second] = reads(18, None).await;
        assert!(first && (33..=37).contains(&seconds), "{seconds}");
        assert_eq!(second, (true, 18));
        assert!(matches!(reads(60, None).await, [(false, 35..=38), (false, 38)]));
        let [(first, seconds), second] = reads_of(Late::Body, 9, None).await;
        assert!(first && (14..=16).contains(&seconds), "{seconds}");
        assert_eq!(second, (true, 9), "headers in time are no response");
    }

    #[test]
    fn attempts_that_time_out_together_double_the_limit_once() {
        let (timeout, default) = (AdaptiveTimeout::default(), Duration::from_secs(10));
        let limit = AttemptLimit { default, doublings: 0 };
        for _ in 0..8 {
            timeout.note(limit, default, false);
        }
        assert_eq!(timeout.0.load(Ordering::Relaxed), 1);
        timeout.note(AttemptLimit { doublings: MAX_DOUBLINGS, ..limit }, default * 4, false);
        assert_eq!(timeout.0.load(Ordering::Relaxed), MAX_DOUBLINGS);
        timeout.note(limit, default * 2, true);
        assert_eq!(timeout.0.load(Ordering::Relaxed), MAX_DOUBLINGS, "it responds, but is slow");
        timeout.note(limit, default / 2, true);
        assert_eq!(timeout.0.load(Ordering::Relaxed), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_change_is_not_sent_twice_to_an_endpoint_that_responds_within_ten_seconds() {
        let (factory, requests) = factory(Late::Response, 9, None);
        let counter = CallCounter::default();
        let client = factory.iam(ClientRole::Write, credentials(), &counter);
        let call = client.update_access_key().access_key_id("AKIARZPUZDIKFYHOWX26");
        call.status(StatusType::Inactive).send().await.unwrap();
        assert_eq!(requests.load(Ordering::Relaxed), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_of_the_user_holds_for_every_attempt() {
        assert_eq!(reads(20, Some(30)).await, [(true, 20); 2]);
        let [first, second] = reads(9, Some(5)).await;
        assert!(matches!((first, second), ((false, 15..=17), (false, 15..=17))));
        assert_eq!(reads(600, Some(0)).await, [(true, 600); 2]);
    }
}
