//! The SDK's credential providers, with keyflip's HTTP client, timeouts and endpoints.

use std::fmt::Write as _;
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_sdk_iam::config::Region;
use zeroize::Zeroizing;

use crate::aws::config_files::{AwsConfigFiles, SectionValues};
use crate::aws::credentials::profile_chain::{CredentialSource, ProfileChain};
use crate::aws::http::client;
use crate::aws::sdk_clients::{ClientFactory, ClientRole, timeouts};

/// Connect and read timeout of the instance metadata service. It responds within milliseconds on an
/// instance, and never elsewhere.
const METADATA_TIMEOUT: Duration = Duration::from_secs(1);

/// Settings of a profile that the SDK must not see: it would assume a role by them, or panic.
const HIDDEN_SETTINGS: [&str; 6] = [
    "role_arn",
    "role_session_name",
    "source_profile",
    "credential_source",
    "retry_mode",
    "max_attempts",
];

/// Returns the provider for SSO, `aws login` and credential processes.
pub(super) fn profile_file(
    files: &AwsConfigFiles,
    chain: &ProfileChain,
    client_factory: &ClientFactory,
) -> SharedCredentialsProvider {
    let (name, contents) = profile_for_sdk(files, chain);
    let contents =
        EnvConfigFiles::builder().with_contents(EnvConfigFileKind::Config, contents).build();
    SharedCredentialsProvider::new(
        ProfileFileCredentialsProvider::builder()
            .configure(&provider_config(client_factory))
            .profile_files(contents)
            .profile_name(name)
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

/// Returns the chain's source profile as name and text of a config file for the SDK: without
/// [`HIDDEN_SETTINGS`] and, unless it is an SSO profile, without `sso_` settings.
fn profile_for_sdk(files: &AwsConfigFiles, chain: &ProfileChain) -> (String, String) {
    let empty = SectionValues::new();
    let values = files.profiles.get(&chain.profile).unwrap_or(&empty);
    let name = if is_plain(&chain.profile) { chain.profile.clone() } else { "selected".to_owned() };
    let is_sso = chain.source == CredentialSource::Sso;
    let wanted =
        |key: &str| !HIDDEN_SETTINGS.contains(&key) && (is_sso || !key.starts_with("sso_"));
    let mut text = format!("[profile {name}]\n");
    write_values(&mut text, values.iter().filter(|(key, _)| wanted(key)));
    if is_sso
        && let Some(session) = values.get("sso_session")
        && let Some(values) = files.sso_sessions.get(session.as_str())
    {
        let _ = writeln!(text, "[sso-session {}]", session.as_str());
        write_values(&mut text, values.iter());
    }
    (name, text)
}

/// Writes the settings, except for nested ones, which the providers do not use.
fn write_values<'a>(
    text: &mut String,
    values: impl Iterator<Item = (&'a String, &'a Zeroizing<String>)>,
) {
    for (key, value) in values.filter(|(_, value)| !value.contains('\n')) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{key} = {}", value.as_str());
    }
}

/// Returns `true` if the SDK accepts the name of the profile.
fn is_plain(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || "_-/.%@:+".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::config_files::from_texts;

    #[test]
    fn the_sdk_sees_the_source_profile_without_the_role() {
        let files = from_texts(
            "[profile a b]\n[profile 'a b']\nsso_session = s\nsso_account_id = 1\nrole_arn = r\nmax_attempts = 0\n[sso-session s]\nsso_region = x\n",
            "",
        );
        let chain = ProfileChain {
            profile: "a b".into(),
            source: CredentialSource::Sso,
            roles: Vec::new(),
        };
        let (name, text) = profile_for_sdk(&files, &chain);
        assert_eq!(name, "selected");
        assert_eq!(
            text,
            "[profile selected]\nsso_account_id = 1\nsso_session = s\n[sso-session s]\nsso_region = x\n"
        );
    }

    #[test]
    fn sso_settings_of_a_credential_process_profile_are_hidden_from_the_sdk() {
        let files = from_texts(
            "[profile p]\nsso_session = s\ncredential_process = x\n[sso-session s]\nsso_region = x\n",
            "",
        );
        let chain = ProfileChain::resolve(&files, "p").unwrap().unwrap();
        assert_eq!(profile_for_sdk(&files, &chain).1, "[profile p]\ncredential_process = x\n");
    }
}
