//! Time limits of calls to AWS.

use std::time::Duration;

use aws_sdk_iam::config::interceptors::FinalizerInterceptorContextRef;
use aws_sdk_iam::config::timeout::TimeoutConfig;
use aws_sdk_iam::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_smithy_runtime_api::box_error::BoxError;

use crate::aws::client_config::ClientConfig;
use crate::aws::client_role::ClientRole;
use crate::aws::retry_settings::DEFAULT_MAX_ATTEMPTS;

/// Longest pause before an attempt, as in the SDK's standard retry mode:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>.
const MAX_RETRY_PAUSE: Duration = Duration::from_secs(20);

/// Returns the default limits for the first attempt and for a call with all its retries. A second
/// attempt has time for twice the first limit.
fn default_limits(client_role: ClientRole) -> (Duration, Duration) {
    let (attempt, operation) = match client_role {
        ClientRole::FullScan => (10, 35),
        ClientRole::Screen => (8, 27),
        ClientRole::Write => (5, 18),
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

/// Interceptor that doubles the default time limit for each further attempt of a call. The first
/// limit is short, since a response that got lost comes at once when asked again; a slow endpoint
/// needs the longer ones.
#[derive(Clone, Copy, Debug)]
pub(super) struct LongerRetries;

impl Intercept for LongerRetries {
    fn name(&self) -> &'static str {
        "LongerRetries"
    }

    fn read_after_attempt(
        &self,
        _: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // A read timeout is set by the user, and holds for every attempt.
        let limits = config.load::<TimeoutConfig>().filter(|set| set.read_timeout().is_none());
        let longer = limits.and_then(|limits| {
            let attempt = limits.operation_attempt_timeout()?.saturating_mul(2);
            Some(limits.to_builder().operation_attempt_timeout(attempt).build())
        });
        if let Some(longer) = longer {
            config.interceptor_state().store_put(longer);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use aws_credential_types::Credentials;
    use aws_sdk_iam::config::SharedCredentialsProvider;
    use aws_smithy_runtime_api::client::http::{
        HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
    };
    use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
    use aws_smithy_runtime_api::shared::IntoShared as _;
    use aws_smithy_types::body::SdkBody;
    use tokio::time::{Instant, sleep};

    use super::*;
    use crate::aws::config_files::from_texts;
    use crate::aws::connect_options::ConnectOptions;
    use crate::aws::sdk_clients::ClientFactory;
    use crate::model::SessionId;

    const CALLER: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult>\
        <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

    /// Responds to every request after this time.
    #[derive(Debug)]
    struct SlowEndpoint(Duration);

    impl HttpConnector for SlowEndpoint {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            let response_time = self.0;
            HttpConnectorFuture::new(async move {
                sleep(response_time).await;
                Ok(HttpResponse::new(200.try_into().unwrap(), SdkBody::from(CALLER)))
            })
        }
    }

    /// Makes a call with the client for changes. Returns whether it succeeded, and after how many
    /// seconds.
    async fn call(response_time: u64, read_timeout: Option<u64>) -> (bool, u64) {
        let connect = ConnectOptions {
            read_timeout: read_timeout.map(Duration::from_secs),
            ..ConnectOptions::demo("http://127.0.0.1:9", "AKIARZPUZDIKFYHOWX26", "secret")
        };
        let config = ClientConfig::resolve(&connect, &from_texts("", ""), None).unwrap();
        let endpoint = SlowEndpoint(Duration::from_secs(response_time));
        let endpoint: SharedHttpConnector = endpoint.into_shared();
        let http = http_client_fn(move |_, _| endpoint.clone());
        let factory = ClientFactory { session: SessionId(1), config, http };
        let credentials = Credentials::new("AKIARZPUZDIKFYHOWX26", "secret", None, None, "test");
        let credentials = SharedCredentialsProvider::new(credentials);
        let client = factory.sts(ClientRole::Write, Some(credentials));
        let start = Instant::now();
        let succeeded = client.get_caller_identity().send().await.is_ok();
        (succeeded, start.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn an_endpoint_that_is_slower_than_the_first_limit_is_asked_again_for_longer() {
        assert_eq!(call(4, None).await, (true, 4));
        let (succeeded, seconds) = call(9, None).await;
        assert!(succeeded && (14..=15).contains(&seconds), "{seconds}");
        assert_eq!(call(60, None).await, (false, 18));
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_of_the_user_holds_for_every_attempt() {
        assert_eq!(call(20, Some(30)).await, (true, 20));
        let (succeeded, seconds) = call(9, Some(5)).await;
        assert!(!succeeded && (15..=17).contains(&seconds), "{seconds}");
        assert_eq!(call(600, Some(0)).await, (true, 600));
    }
}
