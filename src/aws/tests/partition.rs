//! Tests of the host that is called and the region that is signed for, by partition.

use std::sync::{Arc, Mutex};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_iam::config::SharedHttpClient;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use crate::aws::client_config::ClientConfig;
use crate::aws::client_role::ClientRole;
use crate::aws::config_files::AwsConfigFiles;
use crate::aws::connect_options::{ConfigSource, ConnectOptions, Environment};
use crate::aws::http::call_stats::CallCounter;
use crate::aws::sdk_clients::ClientFactory;
use crate::model::{Endpoint, SessionId};

/// HTTP client that sends nothing and keeps URL and signing region of each request.
#[derive(Clone, Debug, Default)]
struct RecordingClient(Arc<Mutex<Vec<String>>>);

impl HttpConnector for RecordingClient {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let signature = request.headers().get("authorization").unwrap_or_default();
        let region = signature.split('/').nth(2).unwrap_or_default();
        self.0.lock().unwrap().push(format!("{} {region}", request.uri().trim_end_matches('/')));
        HttpConnectorFuture::ready(Err(ConnectorError::user("nothing is sent".into())))
    }
}

impl HttpClient for RecordingClient {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

/// Returns URL and signing region of a call of IAM, one of STS and one of CloudTrail.
async fn hosts_called(variables: &[(&str, &str)]) -> Vec<String> {
    let variables =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let config_source = ConfigSource::Environment(Environment::Given(Arc::new(variables)));
    let config = ClientConfig::resolve(
        &ConnectOptions { config_source, ..ConnectOptions::default() },
        &AwsConfigFiles::default(),
        None,
    )
    .unwrap();
    assert_eq!(config.endpoint(), Endpoint::Aws);
    let client = RecordingClient::default();
    let client_factory = ClientFactory {
        session: SessionId(30),
        config,
        http: SharedHttpClient::new(client.clone()),
    };
    let signer =
        SharedCredentialsProvider::new(Credentials::from_keys("AKIARZPUZDIKFYHOWX26", "s", None));
    let iam = client_factory.iam(ClientRole::Screen, signer.clone(), &CallCounter::default());
    iam.list_account_aliases().send().await.unwrap_err();
    client_factory
        .sts(ClientRole::Screen, Some(signer.clone()))
        .get_caller_identity()
        .send()
        .await
        .unwrap_err();
    let region = client_factory.config.region.clone();
    client_factory.cloudtrail(&region, signer).lookup_events().send().await.unwrap_err();
    client.0.lock().unwrap().clone()
}

#[tokio::test]
async fn the_region_determines_the_partition() {
    for (region, iam, sts, cloudtrail) in [
        (
            "eu-central-1",
            "iam.amazonaws.com us-east-1",
            "sts.eu-central-1.amazonaws.com eu-central-1",
            "cloudtrail.eu-central-1.amazonaws.com eu-central-1",
        ),
        (
            "cn-north-1",
            "iam.cn-north-1.amazonaws.com.cn cn-north-1",
            "sts.cn-north-1.amazonaws.com.cn cn-north-1",
            "cloudtrail.cn-north-1.amazonaws.com.cn cn-north-1",
        ),
        (
            "us-gov-west-1",
            "iam.us-gov.amazonaws.com us-gov-west-1",
            "sts.us-gov-west-1.amazonaws.com us-gov-west-1",
            "cloudtrail.us-gov-west-1.amazonaws.com us-gov-west-1",
        ),
    ] {
        let expected = [iam, sts, cloudtrail].map(|host| format!("https://{host}"));
        assert_eq!(hosts_called(&[("AWS_REGION", region)]).await, expected);
    }
}

#[tokio::test]
async fn fips_and_dual_stack_have_their_own_hosts() {
    let fips = hosts_called(&[("AWS_USE_FIPS_ENDPOINT", "true")]).await;
    assert_eq!(
        fips,
        [
            "https://iam-fips.amazonaws.com us-east-1",
            "https://sts-fips.us-east-1.amazonaws.com us-east-1",
            "https://cloudtrail-fips.us-east-1.amazonaws.com us-east-1"
        ]
    );
    let dual = hosts_called(&[("AWS_USE_DUALSTACK_ENDPOINT", "true")]).await;
    assert_eq!(
        dual,
        [
            "https://iam.global.api.aws us-east-1",
            "https://sts.us-east-1.api.aws us-east-1",
            "https://cloudtrail.us-east-1.api.aws us-east-1"
        ]
    );
}
