//! SDK clients of a session: three for IAM, so that a full scan cannot slow down the screen or a
//! change, two for STS, one for each Region of CloudTrail, and those of Identity Center.

use aws_config::AppName;
use aws_sdk_iam::config::interceptors::InterceptorContext;
use aws_sdk_iam::config::retry::{RetryConfig, RetryPartition};
use aws_sdk_iam::config::{
    BehaviorVersion, IdentityCache, Region, SharedCredentialsProvider, SharedHttpClient,
};
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority,
};

use crate::aws::client_config::ClientConfig;
use crate::aws::client_role::ClientRole;
use crate::aws::http::call_log::CallLog;
use crate::aws::http::call_stats::{CallCounter, response_error_kind};
use crate::aws::http::response_guard::{CompleteXml, RetryIncomplete, SizeLimit};
use crate::aws::timeouts::{AdaptiveTimeout, timeouts};
use crate::model::{ErrorKind, SessionId};

/// Retry classifier that prevents retries of throttled calls. The inventory's rate limiter and the
/// pacers of CloudTrail and of the portal schedule them again.
#[derive(Debug)]
struct NeverRetryThrottling;

impl ClassifyRetry for NeverRetryThrottling {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        match context.response() {
            Some(response) if response_error_kind(response) == Some(ErrorKind::Throttled) => {
                RetryAction::RetryForbidden
            }
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "NeverRetryThrottling"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(
            RetryClassifierPriority::modeled_as_retryable_classifier(),
        )
    }
}

/// Factory of a session's clients.
#[derive(Clone, Debug)]
pub(super) struct ClientFactory {
    /// Session of the clients.
    pub session: SessionId,
    /// Endpoints and limits.
    pub config: ClientConfig,
    /// HTTP client that all of them share.
    pub http: SharedHttpClient,
}

/// Builds the settings that all clients share. They have different types in the SDK.
macro_rules! configured {
    ($service:ident, $client_factory:expr, $client_role:expr, $region:expr, $url:expr) => {{
        let (client_factory, client_role, region): (&ClientFactory, ClientRole, &str) =
            ($client_factory, $client_role, $region);
        // A retry partition adapts to one account. A closed session must not slow down the next,
        // and no Region another.
        let partition = format!(
            "keyflip-{}-{}-{}-{region}",
            client_factory.session.0,
            client_role.name(),
            stringify!($service)
        );
        let mut config = $service::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .use_fips(client_factory.config.fips)
            .use_dual_stack(client_factory.config.dual_stack)
            .http_client(client_factory.http.clone())
            .identity_cache(IdentityCache::no_cache())
            .retry_config(
                RetryConfig::standard().with_max_attempts(client_factory.config.max_attempts),
            )
            .retry_partition(RetryPartition::new(partition))
            .timeout_config(timeouts(&client_factory.config, client_role))
            .interceptor(CallLog)
            .interceptor(AdaptiveTimeout::default())
            .interceptor(SizeLimit);
        config.set_app_name(AppName::new("keyflip").ok());
        config.set_endpoint_url($url);
        config
    }};
}

impl ClientFactory {
    /// Creates a client of IAM.
    pub(super) fn iam(
        &self,
        client_role: ClientRole,
        credentials: SharedCredentialsProvider,
        counter: &CallCounter,
    ) -> aws_sdk_iam::Client {
        let (region, url) = (&self.config.region, self.config.iam_url.clone());
        let mut config = configured!(aws_sdk_iam, self, client_role, region, url)
            .interceptor(CompleteXml)
            .credentials_provider(credentials)
            .interceptor(counter.clone());
        if client_role != ClientRole::Write {
            config = config.retry_classifier(RetryIncomplete);
        }
        if client_role == ClientRole::FullScan {
            config = config.retry_classifier(NeverRetryThrottling);
        }
        aws_sdk_iam::Client::from_conf(config.build())
    }

    /// Creates a client of STS; without credentials for the unsigned AssumeRoleWithWebIdentity.
    pub(super) fn sts(
        &self,
        client_role: ClientRole,
        credentials: Option<SharedCredentialsProvider>,
    ) -> aws_sdk_sts::Client {
        let (region, url) = (&self.config.region, self.config.sts_url.clone());
        let mut config =
            configured!(aws_sdk_sts, self, client_role, region, url).interceptor(CompleteXml);
        config.set_credentials_provider(credentials);
        aws_sdk_sts::Client::from_conf(config.build())
    }

    /// Creates a client of CloudTrail in a Region.
    pub(super) fn cloudtrail(
        &self,
        region: &str,
        credentials: SharedCredentialsProvider,
    ) -> aws_sdk_cloudtrail::Client {
        let url = self.config.cloudtrail_url.clone();
        let config = configured!(aws_sdk_cloudtrail, self, ClientRole::Screen, region, url)
            .credentials_provider(credentials)
            .retry_classifier(NeverRetryThrottling);
        aws_sdk_cloudtrail::Client::from_conf(config.build())
    }

    /// Creates a client of Identity Center's portal. Its calls are not signed.
    pub(super) fn sso(&self, region: &str, url: Option<String>) -> aws_sdk_sso::Client {
        let config = configured!(aws_sdk_sso, self, ClientRole::Screen, region, url)
            .retry_classifier(NeverRetryThrottling);
        aws_sdk_sso::Client::from_conf(config.build())
    }

    /// Creates a client of Identity Center's token service. Its calls are not signed.
    pub(super) fn sso_oidc(&self, region: &str, url: Option<String>) -> aws_sdk_ssooidc::Client {
        let config = configured!(aws_sdk_ssooidc, self, ClientRole::Screen, region, url);
        aws_sdk_ssooidc::Client::from_conf(config.build())
    }
}
