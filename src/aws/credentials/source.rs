//! Where the first credentials of a session come from, as a value or as one
//! of the SDK's providers.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_sdk_iam::config::Region;
use zeroize::Zeroizing;

use crate::aws::config_files::{ConfigFiles, SectionValues};
use crate::aws::connect_options::{ConfigSource, ConnectOptions, Environment};
use crate::aws::credentials::profile_chain::{CredentialSource, ProfileChain, RoleConfig, role_of};
use crate::aws::credentials::web_identity::WebIdentity;
use crate::aws::errors::classify::CredentialSourceError;
use crate::aws::errors::hints::renewal_hint;
use crate::aws::http::client;
use crate::aws::sdk_clients::{ClientFactory, ClientRole, timeouts};
use crate::model::{ErrorKind, escape_hidden, shell_quote};

/// What a [`crate::model::ServiceError`] says where no source of credentials
/// was found at all.
pub(crate) const NO_CREDENTIALS_MESSAGE: &str = "There are no credentials: none in the environment, in the default profile or from this machine.";

/// On a laptop nobody answers at the metadata address; on an instance it
/// takes milliseconds.
const METADATA_TIMEOUT: Duration = Duration::from_secs(1);

/// Where a session's credentials come from.
#[derive(Debug)]
pub(in crate::aws) struct CredentialOrigin {
    /// The first credentials.
    pub base: BaseCredentials,
    /// The roles to assume from there.
    pub roles: Vec<RoleConfig>,
    /// What the first credentials are.
    pub source: CredentialSource,
    /// The profile that leads to them, if one does.
    pub profile: Option<Arc<str>>,
    /// In a few words, as `Place` shows it.
    pub description: Arc<str>,
}

/// The first credentials of a chain.
#[derive(Clone, Debug)]
pub(in crate::aws) enum BaseCredentials {
    /// An access key, as it stands.
    Fixed(Credentials),
    /// Whatever the provider has now.
    Provider(SharedCredentialsProvider),
    /// What STS gives for a token.
    WebIdentity(WebIdentity),
}

/// Finds the origin: an explicit profile and nothing else, or keys or a token
/// in the environment, the profile in force, and the machine's own role, in
/// the order the AWS CLI keeps.
///
/// # Errors
/// A profile that leads nowhere, or no source at all.
pub(in crate::aws) fn find_origin(
    connect: &ConnectOptions,
    files: &ConfigFiles,
    profile: &str,
    client_factory: &ClientFactory,
) -> Result<CredentialOrigin, CredentialSourceError> {
    let environment = match &connect.config_source {
        ConfigSource::Isolated { access_key, secret } => {
            let credentials = Credentials::from_keys(access_key.as_str(), secret.reveal(), None);
            return Ok(without_profile(
                BaseCredentials::Fixed(credentials),
                CredentialSource::Static,
                "demo",
            ));
        }
        ConfigSource::Environment(environment) => environment,
    };
    let explicit = connect.profile.is_some();
    if !explicit && let Some(credentials) = from_environment(environment)? {
        return Ok(without_profile(
            BaseCredentials::Fixed(credentials),
            CredentialSource::Environment,
            "environment",
        ));
    }
    let chain = ProfileChain::resolve(files, profile).map_err(|sentence| {
        source_failed(
            sentence,
            format!("Mend the profile in {}.", escape_hidden(&files.config.to_string_lossy())),
        )
    })?;
    let assumes = chain.as_ref().is_some_and(|chain| !chain.roles.is_empty());
    // As in the AWS CLI, only a role of the profile comes before the token.
    if !explicit
        && !assumes
        && let Some(identity) = WebIdentity::from_environment(environment)
    {
        return Ok(without_profile(
            BaseCredentials::WebIdentity(identity),
            CredentialSource::WebIdentity,
            "web identity of the environment",
        ));
    }
    match chain {
        Some(chain) => from_chain(chain, profile, files, environment, client_factory),
        None if explicit => Err(no_credentials(
            format!("Profile {} holds no credentials.", escape_hidden(profile)),
            format!(
                "Run aws configure --profile {0} or aws configure sso --profile {0}.",
                shell_quote(&escape_hidden(profile))
            ),
        )),
        None => from_machine(environment, client_factory),
    }
}

fn without_profile(
    base: BaseCredentials,
    source: CredentialSource,
    words: &str,
) -> CredentialOrigin {
    CredentialOrigin { base, roles: Vec::new(), source, profile: None, description: words.into() }
}

/// That there are none.
fn no_credentials(
    message: impl Into<Arc<str>>,
    hint: impl Into<Arc<str>>,
) -> CredentialSourceError {
    CredentialSourceError { kind: ErrorKind::NoCredentials, ..source_failed(message, hint) }
}

/// That their source gives none.
fn source_failed(message: impl Into<Arc<str>>, hint: impl Into<Arc<str>>) -> CredentialSourceError {
    CredentialSourceError {
        kind: ErrorKind::CredentialSourceFailed,
        message: message.into(),
        hint: hint.into(),
    }
}

/// An access key in the environment.
fn from_environment(
    environment: &Environment,
) -> Result<Option<Credentials>, CredentialSourceError> {
    let Some(id) = environment.get("AWS_ACCESS_KEY_ID") else { return Ok(None) };
    let secret = environment.get("AWS_SECRET_ACCESS_KEY").ok_or_else(|| {
        source_failed(
            "AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not.",
            "Set both, or neither, or name a profile with --profile.",
        )
    })?;
    let mut credentials = Credentials::builder()
        .access_key_id(id.trim())
        .secret_access_key(secret.trim())
        .provider_name("Environment");
    credentials.set_session_token(environment.get("AWS_SESSION_TOKEN"));
    credentials.set_account_id(environment.get("AWS_ACCOUNT_ID").map(Into::into));
    Ok(Some(credentials.build()))
}

fn from_chain(
    chain: ProfileChain,
    profile: &str,
    files: &ConfigFiles,
    environment: &Environment,
    client_factory: &ClientFactory,
) -> Result<CredentialOrigin, CredentialSourceError> {
    let base = match chain.source {
        CredentialSource::Static => BaseCredentials::Fixed(static_keys(files, &chain.profile)?),
        CredentialSource::Environment => {
            BaseCredentials::Fixed(from_environment(environment)?.ok_or_else(|| {
                source_failed(
                    format!(
                        "Profile {} takes its credentials from the environment, which has none.",
                        escape_hidden(&chain.profile)
                    ),
                    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
                )
            })?)
        }
        CredentialSource::Instance => BaseCredentials::Provider(instance(client_factory)),
        CredentialSource::Container => BaseCredentials::Provider(container(client_factory)),
        CredentialSource::WebIdentity => {
            BaseCredentials::WebIdentity(web_identity(files, &chain.profile, environment)?)
        }
        CredentialSource::Sso | CredentialSource::Login | CredentialSource::Process => {
            let (name, contents) = profile_for_sdk(files, &chain);
            let contents = EnvConfigFiles::builder()
                .with_contents(EnvConfigFileKind::Config, contents)
                .build();
            let provider = ProfileFileCredentialsProvider::builder()
                .configure(&provider_config(client_factory))
                .profile_files(contents)
                .profile_name(name)
                .build();
            BaseCredentials::Provider(SharedCredentialsProvider::new(provider))
        }
    };
    let words = format!("profile {}, {}", escape_hidden(profile), chain.describe()).into();
    let profile = Some(escape_hidden(profile).into());
    Ok(CredentialOrigin {
        base,
        source: chain.source,
        roles: chain.roles,
        profile,
        description: words,
    })
}

fn static_keys(files: &ConfigFiles, profile: &str) -> Result<Credentials, CredentialSourceError> {
    let get = |key| files.get(profile, key).map(str::to_owned);
    let missing = |key: &str| {
        source_failed(
            format!("Profile {} has no {key}.", escape_hidden(profile)),
            format!("Run aws configure --profile {}.", shell_quote(&escape_hidden(profile))),
        )
    };
    let id = get("aws_access_key_id").ok_or_else(|| missing("aws_access_key_id"))?;
    let secret = get("aws_secret_access_key").ok_or_else(|| missing("aws_secret_access_key"))?;
    let mut credentials = Credentials::builder()
        .access_key_id(id)
        .secret_access_key(secret)
        .provider_name("ProfileFile");
    credentials.set_session_token(get("aws_session_token"));
    credentials.set_account_id(get("aws_account_id").map(Into::into));
    Ok(credentials.build())
}

fn web_identity(
    files: &ConfigFiles,
    profile: &str,
    environment: &Environment,
) -> Result<WebIdentity, CredentialSourceError> {
    let missing = |key: &str| {
        source_failed(
            format!(
                "Profile {} takes its role by a web identity token, and has no {key}.",
                escape_hidden(profile)
            ),
            format!("Mend the profile in {}.", escape_hidden(&files.config.to_string_lossy())),
        )
    };
    let token = files
        .get(profile, "web_identity_token_file")
        .ok_or_else(|| missing("web_identity_token_file"))?;
    let values = files.profiles.get(profile).filter(|_| files.get(profile, "role_arn").is_some());
    let role = role_of(profile, values.ok_or_else(|| missing("role_arn"))?);
    let role = role.map_err(|sentence| source_failed(sentence, "Mend the profile."))?;
    Ok(WebIdentity { role, token: environment.expand(token) })
}

/// The role of the container or instance.
fn from_machine(
    environment: &Environment,
    client_factory: &ClientFactory,
) -> Result<CredentialOrigin, CredentialSourceError> {
    let any = |names: &[&str]| environment.first(names).is_some();
    if any(&["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"]) {
        return Ok(without_profile(
            BaseCredentials::Provider(container(client_factory)),
            CredentialSource::Container,
            "container role",
        ));
    }
    if environment.get("AWS_EC2_METADATA_DISABLED").is_some_and(|v| v.eq_ignore_ascii_case("true"))
    {
        return Err(no_source_found());
    }
    Ok(without_profile(
        BaseCredentials::Provider(instance(client_factory)),
        CredentialSource::Instance,
        "instance role",
    ))
}

/// That no source has any credentials.
pub(in crate::aws) fn no_source_found() -> CredentialSourceError {
    no_credentials(
        NO_CREDENTIALS_MESSAGE,
        "Name a profile with --profile, run aws configure or aws sso login, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    )
}

fn instance(client_factory: &ClientFactory) -> SharedCredentialsProvider {
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

fn container(client_factory: &ClientFactory) -> SharedCredentialsProvider {
    SharedCredentialsProvider::new(
        EcsCredentialsProvider::builder().configure(&local_provider_config(client_factory)).build(),
    )
}

/// Settings for what answers on this machine or beside it: a proxy can't
/// reach it, and would see the credentials.
fn local_provider_config(client_factory: &ClientFactory) -> ProviderConfig {
    provider_config(client_factory).with_http_client(client::build_without_proxy())
}

/// The providers get settings of their own: those of the environment could
/// make the SDK panic (`retry_mode = legacy`, AWS_MAX_ATTEMPTS=0).
fn provider_config(client_factory: &ClientFactory) -> ProviderConfig {
    ProviderConfig::without_region()
        .with_behavior_version(Some(BehaviorVersion::latest()))
        .with_http_client(client_factory.http.clone())
        .with_region(Some(Region::new(client_factory.target.region.clone())))
        .with_use_fips(Some(client_factory.target.fips))
        .with_use_dual_stack(Some(client_factory.target.dual_stack))
        .with_retry_config(RetryConfig::standard())
        .with_timeout_config(timeouts(&client_factory.target, ClientRole::Screen))
}

/// The chain's source profile as a config file for the SDK, with its name
/// there: without what the SDK would assume a role by or, where it is no SSO
/// profile, take for one; and with STS's URL.
fn profile_for_sdk(files: &ConfigFiles, chain: &ProfileChain) -> (String, String) {
    let empty = SectionValues::new();
    let values = files.profiles.get(&chain.profile).unwrap_or(&empty);
    let name = if is_plain(&chain.profile) { chain.profile.clone() } else { "selected".to_owned() };
    let left_out = [
        "role_arn",
        "role_session_name",
        "source_profile",
        "credential_source",
        "retry_mode",
        "max_attempts",
    ];
    let is_sso = chain.source == CredentialSource::Sso;
    let wanted = |key: &str| !left_out.contains(&key) && (is_sso || !key.starts_with("sso_"));
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

/// Writing to a String can't fail. Nested settings are of no use to the
/// providers.
fn write_values<'a>(
    text: &mut String,
    values: impl Iterator<Item = (&'a String, &'a Zeroizing<String>)>,
) {
    for (key, value) in values.filter(|(_, value)| !value.contains('\n')) {
        let _ = writeln!(text, "{key} = {}", value.as_str());
    }
}

/// Whether the SDK takes it for a profile's name.
fn is_plain(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || "_-/.%@:+".contains(c))
}

/// What to do when the origin gives no credentials.
pub(in crate::aws) fn origin_hint(origin: &CredentialOrigin) -> String {
    renewal_hint(Some(origin.source), origin.profile.as_deref())
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
    fn a_credential_process_stays_one_whatever_is_left_of_sso_beside_it() {
        let files = from_texts(
            "[profile p]\nsso_session = s\ncredential_process = x\n[sso-session s]\nsso_region = x\n",
            "",
        );
        let chain = ProfileChain::resolve(&files, "p").unwrap().unwrap();
        assert_eq!(profile_for_sdk(&files, &chain).1, "[profile p]\ncredential_process = x\n");
    }

    #[test]
    fn half_a_key_in_the_environment_is_no_key() {
        let variables = [("AWS_ACCESS_KEY_ID".to_owned(), "AKIARZPUZDIKFYHOWX26".to_owned())];
        let environment = Environment::Given(Arc::new(variables.into()));
        let error = from_environment(&environment).unwrap_err();
        assert!(error.message.contains("AWS_SECRET_ACCESS_KEY"), "{error}");
    }
}
