//! Source of a session's first credentials: fixed keys, a command, a token or an SDK provider.

use aws_credential_types::Credentials;

use crate::aws::config_files::{AwsConfigFiles, SectionKind, TOKEN_SETTINGS};
use crate::aws::connect_options::{ConfigSource, ConnectOptions, Environment};
use crate::aws::credentials::key_check::{KeyPart, SET_AGAIN, check_keys};
use crate::aws::credentials::origin::{
    BaseCredentials, CredentialOrigin, no_source_found, with_portal_url,
};
use crate::aws::credentials::process::CredentialProcess;
use crate::aws::credentials::profile_chain::{CredentialSource, ProfileChain, parse_role};
use crate::aws::credentials::sdk_providers;
use crate::aws::credentials::web_identity::WebIdentity;
use crate::aws::errors::classify::CredentialSourceError;
use crate::aws::messages;
use crate::aws::sdk_clients::ClientFactory;
use crate::aws::sso::session::SsoRole;
use crate::model::{ErrorKind, Secret, escape_hidden};

/// Finds the source of credentials in the AWS CLI's order.
///
/// An explicit profile is the only source. Otherwise the first of these is taken: an access key in
/// the environment, a role of the profile, a web identity token in the environment, other
/// credentials of the profile, the container's role, the instance's role. See
/// <https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>.
///
/// # Errors
/// Returns an error if the profile cannot be resolved, or if there is no source.
pub(in crate::aws) fn find_origin(
    connect: &ConnectOptions,
    files: &AwsConfigFiles,
    profile: &str,
    client_factory: &ClientFactory,
) -> Result<CredentialOrigin, CredentialSourceError> {
    let environment = match &connect.config_source {
        ConfigSource::Isolated { access_key, secret, .. } => {
            let credentials = Credentials::from_keys(access_key.as_str(), secret.reveal(), None);
            return Ok(without_profile(
                BaseCredentials::Fixed(credentials),
                CredentialSource::Static,
                messages::DEMO,
            ));
        }
        ConfigSource::Environment(environment) => environment,
    };
    let explicit = connect.profile.is_some();
    if !explicit && let Some(credentials) = from_environment(environment)? {
        return Ok(without_profile(
            BaseCredentials::Fixed(credentials),
            CredentialSource::Environment,
            CredentialSource::Environment.describe(),
        ));
    }
    let chain = ProfileChain::resolve(files, profile)
        .map_err(|error| CredentialSourceError::failed(error.to_string(), error.hint(files)))?;
    let assumes = chain.as_ref().is_some_and(|chain| !chain.roles.is_empty());
    // As in the AWS CLI, only a role of the profile takes precedence over the token.
    if !explicit
        && !assumes
        && let Some(identity) = WebIdentity::from_environment(environment)
    {
        return Ok(without_profile(
            BaseCredentials::WebIdentity(identity),
            CredentialSource::WebIdentity,
            messages::WEB_IDENTITY_IN_ENVIRONMENT,
        ));
    }
    match chain {
        Some(chain) => from_chain(chain, profile, files, environment, client_factory),
        None if explicit => Err(profile_without_credentials(files, profile)),
        None => match files.stray_line() {
            // It may be the key of the profile.
            Some(error) => {
                Err(CredentialSourceError::failed(error.to_string(), messages::FIX_LINE))
            }
            None => from_machine(environment, client_factory),
        },
    }
}

/// Returns the error of a profile that has no source of credentials: the setting that it lacks, if
/// it has others of a role.
fn profile_without_credentials(files: &AwsConfigFiles, profile: &str) -> CredentialSourceError {
    let needed = [
        ("source_profile", "role_arn"),
        ("credential_source", "role_arn"),
        ("sso_session", "sso_account_id and no sso_role_name"),
    ];
    let incomplete = needed.into_iter().find(|(has, _)| files.get(profile, has).is_some());
    let (message, hint) = if let Some((has, missing)) = incomplete {
        let message = messages::role_incomplete(profile, has, missing);
        (message, messages::fix_profile(&files.config))
    } else {
        let hint = files.hint_for_missing(SectionKind::Profile, profile);
        let hint = hint.unwrap_or_else(|| messages::configure_or_sso(profile));
        (messages::profile_empty(profile), hint)
    };
    CredentialSourceError::new(ErrorKind::NoCredentials, message, hint)
}

fn without_profile(
    base: BaseCredentials,
    source: CredentialSource,
    description: &str,
) -> CredentialOrigin {
    CredentialOrigin {
        base,
        roles: Vec::new(),
        source,
        profile: None,
        description: description.into(),
    }
}

/// An access key in the environment.
fn from_environment(
    environment: &Environment,
) -> Result<Option<Credentials>, CredentialSourceError> {
    let Some(id) = environment.get("AWS_ACCESS_KEY_ID") else { return Ok(None) };
    let secret = environment.get("AWS_SECRET_ACCESS_KEY").ok_or_else(|| {
        CredentialSourceError::failed(messages::SECRET_NOT_SET, messages::SET_BOTH_OR_NEITHER)
    })?;
    let mut credentials = Credentials::builder()
        .access_key_id(id.trim())
        .secret_access_key(secret.trim())
        .provider_name("Environment");
    let [older, newer] = ["AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"];
    let token = |name| {
        let token = environment.get(name)?.trim().to_owned();
        (!token.is_empty()).then_some((name, token))
    };
    let token = token(older).or_else(|| token(newer));
    let token_name = token.as_ref().map_or(newer, |(name, _)| name);
    credentials.set_session_token(token.map(|(_, token)| token));
    credentials.set_account_id(environment.get("AWS_ACCOUNT_ID").map(Into::into));
    let credentials = credentials.build();
    match check_keys(&credentials) {
        Ok(()) => Ok(Some(credentials)),
        Err(unusable) => {
            let name = match unusable.part {
                KeyPart::Id => "AWS_ACCESS_KEY_ID",
                KeyPart::Secret => "AWS_SECRET_ACCESS_KEY",
                KeyPart::Token => token_name,
            };
            Err(CredentialSourceError::failed(unusable.in_setting(name), SET_AGAIN))
        }
    }
}

fn from_chain(
    chain: ProfileChain,
    profile: &str,
    files: &AwsConfigFiles,
    environment: &Environment,
    client_factory: &ClientFactory,
) -> Result<CredentialOrigin, CredentialSourceError> {
    let base = match chain.source {
        CredentialSource::Static => BaseCredentials::Fixed(static_keys(files, &chain.profile)?),
        CredentialSource::Environment => {
            BaseCredentials::Fixed(from_environment(environment)?.ok_or_else(|| {
                CredentialSourceError::failed(
                    messages::environment_empty(&chain.profile),
                    messages::SET_BOTH,
                )
            })?)
        }
        CredentialSource::Instance => {
            BaseCredentials::Provider(sdk_providers::instance(client_factory))
        }
        CredentialSource::Container => container(environment, client_factory)?,
        CredentialSource::WebIdentity => {
            BaseCredentials::WebIdentity(web_identity(files, &chain.profile, environment)?)
        }
        CredentialSource::Sso => {
            let role = SsoRole::from_profile(files, &chain.profile, environment);
            BaseCredentials::Sso(role.map_err(|error| {
                CredentialSourceError::failed(error.to_string(), error.hint(files))
            })?)
        }
        CredentialSource::Login => {
            let session = files.get(&chain.profile, "login_session").unwrap_or_default();
            BaseCredentials::Provider(sdk_providers::login(session, client_factory))
        }
        CredentialSource::Process => BaseCredentials::Process(CredentialProcess {
            command: Secret::new(
                files.get(&chain.profile, "credential_process").unwrap_or_default(),
            ),
            account: files.get(&chain.profile, "aws_account_id").map(str::to_owned),
        }),
    };
    let mut description = messages::profile_source(profile, &chain.describe());
    if let BaseCredentials::Sso(role) = &base {
        description = with_portal_url(description, role, &client_factory.config);
    }
    Ok(CredentialOrigin {
        base,
        source: chain.source,
        profile: Some(escape_hidden(profile).into()),
        description: description.into(),
        roles: chain.roles,
    })
}

fn static_keys(
    files: &AwsConfigFiles,
    profile: &str,
) -> Result<Credentials, CredentialSourceError> {
    let get = |key| files.get(profile, key).map(str::to_owned);
    let missing = |key: &str| {
        CredentialSourceError::failed(
            messages::setting_missing(profile, key),
            messages::configure(profile),
        )
    };
    let id = get("aws_access_key_id").ok_or_else(|| missing("aws_access_key_id"))?;
    let secret = get("aws_secret_access_key").ok_or_else(|| missing("aws_secret_access_key"))?;
    let mut credentials = Credentials::builder()
        .access_key_id(id)
        .secret_access_key(secret)
        .provider_name("ProfileFile");
    // As in the AWS CLI, the first of these settings counts even if it is empty.
    let values = files.profiles.get(profile);
    let token = TOKEN_SETTINGS.iter().find_map(|name| Some((*name, values?.get(*name)?)));
    let token_name = token.map_or(TOKEN_SETTINGS[0], |(name, _)| name);
    let token = token.map(|(_, token)| token.as_str().to_owned());
    credentials.set_session_token(token.filter(|token| !token.is_empty()));
    credentials.set_account_id(get("aws_account_id").map(Into::into));
    let credentials = credentials.build();
    match check_keys(&credentials) {
        Ok(()) => Ok(credentials),
        Err(unusable) => {
            let key = match unusable.part {
                KeyPart::Id => "aws_access_key_id",
                KeyPart::Secret => "aws_secret_access_key",
                KeyPart::Token => token_name,
            };
            let location = files.location_of(SectionKind::Profile, profile, key);
            let location = location.map(|location| format!(" ({location})")).unwrap_or_default();
            let message = unusable
                .in_setting(&format!("{key} of profile {}{location}", escape_hidden(profile)));
            Err(CredentialSourceError::failed(message, messages::configure(profile)))
        }
    }
}

fn web_identity(
    files: &AwsConfigFiles,
    profile: &str,
    environment: &Environment,
) -> Result<WebIdentity, CredentialSourceError> {
    let missing = |key: &str| {
        CredentialSourceError::failed(
            messages::web_identity_setting_missing(profile, key),
            messages::fix_profile(&files.config),
        )
    };
    let token = files
        .get(profile, "web_identity_token_file")
        .ok_or_else(|| missing("web_identity_token_file"))?;
    let values = files.profiles.get(profile).filter(|_| files.get(profile, "role_arn").is_some());
    let role = parse_role(profile, values.ok_or_else(|| missing("role_arn"))?);
    let role =
        role.map_err(|error| CredentialSourceError::failed(error.to_string(), error.hint(files)))?;
    Ok(WebIdentity { role, token: environment.expand(token) })
}

/// Returns the role of the container.
///
/// # Errors
/// Returns an error if the token, which the SDK reads, cannot be sent.
fn container(
    environment: &Environment,
    client_factory: &ClientFactory,
) -> Result<BaseCredentials, CredentialSourceError> {
    const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
    let is_read = environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").is_none();
    if environment.get(TOKEN).is_some_and(|token| is_read && token.contains(char::is_control)) {
        return Err(CredentialSourceError::failed(
            format!("{TOKEN} contains a line break or another control character."),
            SET_AGAIN,
        ));
    }
    Ok(BaseCredentials::Provider(sdk_providers::container(client_factory)))
}

/// Returns the role of the container, else of the instance.
fn from_machine(
    environment: &Environment,
    client_factory: &ClientFactory,
) -> Result<CredentialOrigin, CredentialSourceError> {
    let any = |names: &[&str]| environment.first(names).is_some();
    if any(&["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"]) {
        return Ok(without_profile(
            container(environment, client_factory)?,
            CredentialSource::Container,
            CredentialSource::Container.describe(),
        ));
    }
    if environment.get("AWS_EC2_METADATA_DISABLED").is_some_and(|v| v.eq_ignore_ascii_case("true"))
    {
        return Err(no_source_found());
    }
    Ok(without_profile(
        BaseCredentials::Provider(sdk_providers::instance(client_factory)),
        CredentialSource::Instance,
        CredentialSource::Instance.describe(),
    ))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::aws::config_files::from_texts;

    #[test]
    fn a_key_id_without_its_secret_in_the_environment_is_an_error() {
        let variables = [("AWS_ACCESS_KEY_ID".to_owned(), "AKIARZPUZDIKFYHOWX26".to_owned())];
        let environment = Environment::Given(Arc::new(variables.into()));
        let error = from_environment(&environment).unwrap_err();
        assert!(error.message.contains("AWS_SECRET_ACCESS_KEY"), "{error}");
    }

    #[test]
    fn variables_are_trimmed_and_named_if_they_cannot_be_sent() {
        let read = |id: &str, secret: &str, token: &str| {
            let variables = [
                ("AWS_ACCESS_KEY_ID", id),
                ("AWS_SECRET_ACCESS_KEY", secret),
                ("AWS_SECURITY_TOKEN", " \n"),
                ("AWS_SESSION_TOKEN", token),
            ];
            let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
            from_environment(&Environment::Given(Arc::new(variables.into())))
        };
        let credentials = read(" AKIARZPUZDIKFYHOWX26\n", "wJalr\n", "token\r\n").unwrap().unwrap();
        assert_eq!(credentials.access_key_id(), "AKIARZPUZDIKFYHOWX26");
        assert_eq!(credentials.session_token(), Some("token"));
        for (id, secret, token, name) in [
            ("AKIARZPU\nAAAA", "wJalr", "t", "AWS_ACCESS_KEY_ID: "),
            ("AKIA", "wJalr wJalr", "t", "AWS_SECRET_ACCESS_KEY: "),
            ("AKIA", "wJalr", "wJalr\u{1}x", "AWS_SESSION_TOKEN: "),
        ] {
            let error = read(id, secret, token).unwrap_err().to_string();
            assert!(error.starts_with(name) && !error.contains("wJalr"), "{error}");
        }
    }

    #[test]
    fn a_setting_that_cannot_be_sent_is_named_with_its_line() {
        let key = |id: &str, token: &str| {
            let text = format!(
                "[a]\naws_access_key_id = {id}\naws_secret_access_key = wJalr\n\
                 aws_session_token = {token}\n"
            );
            static_keys(&from_texts("", &text), "a").unwrap_err().to_string()
        };
        assert_eq!(
            key("wJalrXUtnFEMI/K7MDENG", ""),
            "aws_access_key_id of profile a (/home/a/.aws/credentials, line 2): the access key ID \
             has the form of a secret; ID and secret may be swapped."
        );
        let error = key("AKIARZPUZDIKFYHOWX26", "t\u{7f}");
        assert!(error.contains("credentials, line 4): the session token contains"), "{error}");
    }
}
