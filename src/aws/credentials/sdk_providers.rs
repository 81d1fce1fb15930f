//! The SDK's credential providers, with keyflip's HTTP client, timeouts and endpoints.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::login::LoginCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_iam::config::Region;

use crate::aws::client_role::ClientRole;
use crate::aws::http::client;
use crate::aws::sdk_clients::ClientFactory;
use crate::aws::timeouts::timeouts;

/// Connect and read timeout of the instance metadata service. It responds within milliseconds on an
/// instance, and never elsewhere.
const METADATA_TIMEOUT: Duration = Duration::from_secs(1);

/// Returns the provider for `aws login`:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/access-login.html>.
pub(super) fn login(session: &str, client_factory: &ClientFactory) -> SharedCredentialsProvider {
    SharedCredentialsProvider::new(
        LoginCredentialsProvider::builder(session)
            .configure(&provider_config(client_factory))
            .build(),
    )
}

/// Returns the provider for the role of the EC2 instance:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html>.
pub(super) fn instance(client_factory: &ClientFactory) -> SharedCredentialsProvider {
    let config = local_provider_config(client_factory);
    let client = imds::Client::builder()
        .configure(&config)
        .connect_timeout(METADATA_TIMEOUT)
        .read_timeout(METADATA_TIMEOUT)
        .max_attempts(1)
        .build();
    SharedCredentialsProvider::new(
        ImdsCredentialsProvider::builder().configure(&config).imds_client(client).build(),
    )
}

/// Returns the provider for the role of the ECS or EKS container:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>.
pub(super) fn container(client_factory: &ClientFactory) -> SharedCredentialsProvider {
    SharedCredentialsProvider::new(
        EcsCredentialsProvider::builder().configure(&local_provider_config(client_factory)).build(),
    )
}

/// Returns settings without a proxy, for link-local endpoints: a proxy cannot reach them, and would
/// see the credentials.
fn local_provider_config(client_factory: &ClientFactory) -> ProviderConfig {
    provider_config(client_factory).with_http_client(client::build_without_proxy())
}

/// Returns explicit settings. Those of the environment can make the SDK panic, for example
/// `retry_mode = legacy` and `AWS_MAX_ATTEMPTS=0`.
fn provider_config(client_factory: &ClientFactory) -> ProviderConfig {
    ProviderConfig::without_region()
        .with_behavior_version(Some(BehaviorVersion::latest()))
        .with_http_client(client_factory.http.clone())
        .with_region(Some(Region::new(client_factory.config.region.clone())))
        .with_use_fips(Some(client_factory.config.fips))
        .with_use_dual_stack(Some(client_factory.config.dual_stack))
        .with_retry_config(RetryConfig::standard())
        .with_timeout_config(timeouts(&client_factory.config, ClientRole::Screen))
}
