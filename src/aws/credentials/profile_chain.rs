//! Credential chain of a profile: a source, then the roles to assume one after the other.
//!
//! The chain is resolved here, not by the SDK, which silently ignores `mfa_serial` and
//! `duration_seconds`. Settings:
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html>.

use std::time::Duration;

use thiserror::Error;

use crate::aws::config_files::syntax_error::SyntaxError;
use crate::aws::config_files::{AwsConfigFiles, SectionKind, SectionValues};
use crate::aws::messages;
use crate::model::{Arn, escape_hidden, hide_secret_key};

/// Source of a profile's first credentials, and the roles to assume from there.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::aws) struct ProfileChain {
    /// Profile that has the source.
    pub profile: String,
    /// Kind of the source.
    pub source: CredentialSource,
    /// Roles to assume, in order.
    pub roles: Vec<RoleConfig>,
}

/// Kind of a source of credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::aws) enum CredentialSource {
    /// Access key in the config or credentials file.
    Static,
    /// IAM Identity Center.
    Sso,
    /// `aws login`.
    Login,
    /// `credential_process`:
    /// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>.
    Process,
    /// Token of an identity provider, exchanged with AssumeRoleWithWebIdentity.
    WebIdentity,
    /// Access key in environment variables.
    Environment,
    /// Role of the EC2 instance.
    Instance,
    /// Role of the ECS or EKS container.
    Container,
}

/// A role and its settings in the profile that names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::aws) struct RoleConfig {
    /// Name of the profile; `None` for a role that no profile names.
    pub profile: Option<String>,
    /// `role_arn`.
    pub arn: String,
    /// `external_id`.
    pub external_id: Option<String>,
    /// `role_session_name`.
    pub session_name: Option<String>,
    /// `duration_seconds`, 15 minutes to 12 hours.
    pub duration: Option<Duration>,
    /// `mfa_serial`: MFA device whose code AssumeRole requires.
    pub mfa_serial: Option<String>,
}

/// A profile that cannot be resolved. `Display` writes a complete sentence.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(in crate::aws) enum ChainError {
    /// A section that the chain needs has a syntax error, or may be missing because of it.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// The second profile, which the first names as its source, does not exist.
    #[error(
        "Profile {} has source_profile {}, which does not exist.",
        escape_hidden(.0), hide_secret_key(.1)
    )]
    SourceNotFound(String, String),
    /// The source profiles of this one form a loop.
    #[error("The source profiles of {} form a loop.", escape_hidden(.0))]
    Loop(String),
    /// This source profile has no credentials.
    #[error("Source profile {} has no credentials.", escape_hidden(.0))]
    SourceEmpty(String),
    /// The profile names itself as its source, without credentials.
    #[error("Profile {} is its own source_profile but has no credentials.", escape_hidden(.0))]
    OwnSourceEmpty(String),
    /// The profile has two kinds of sources.
    #[error("Profile {} has both source_profile and credential_source.", escape_hidden(.0))]
    TwoSources(String),
    /// The profile has a role, but no source.
    #[error(
        "Profile {} has role_arn but no source_profile or credential_source.",
        escape_hidden(.0)
    )]
    NoSource(String),
    /// The profile has an unknown `credential_source`.
    #[error(
        "Profile {} has an unknown credential_source; use Environment, Ec2InstanceMetadata or \
         EcsContainer.",
        escape_hidden(.0)
    )]
    UnknownSource(String),
    /// The profile has a `duration_seconds` that AssumeRole does not allow.
    #[error(
        "Profile {} has a duration_seconds that is not a number from 900 to 43200.",
        escape_hidden(.0)
    )]
    BadDuration(String),
    /// The profile has a `role_arn` that is no ARN.
    #[error("Profile {} has a role_arn that is not an ARN.", escape_hidden(.0))]
    BadRole(String),
}

impl ChainError {
    /// Returns one sentence on how to fix the error.
    pub(in crate::aws) fn hint(&self, files: &AwsConfigFiles) -> String {
        match self {
            Self::Syntax(_) => messages::FIX_LINE.to_owned(),
            Self::SourceNotFound(_, name) | Self::SourceEmpty(name) => files
                .hint_for_missing(SectionKind::Profile, name)
                .unwrap_or_else(|| messages::fix_profile(&files.config)),
            _ => messages::fix_profile(&files.config),
        }
    }
}

impl CredentialSource {
    /// Returns the name for display.
    pub(in crate::aws) fn describe(self) -> &'static str {
        match self {
            Self::Static => "access key",
            Self::Sso => "SSO",
            Self::Login => "aws login",
            Self::Process => "credential process",
            Self::WebIdentity => "web identity",
            Self::Environment => "environment variables",
            Self::Instance => "instance role",
            Self::Container => "container role",
        }
    }
}

impl ProfileChain {
    /// Resolves the chain of a profile. Returns `None` if the profile has no credentials or does
    /// not exist.
    ///
    /// # Errors
    /// Returns an error if a source is missing, unknown or ambiguous, or if the source profiles
    /// form a loop.
    pub(in crate::aws) fn resolve(
        files: &AwsConfigFiles,
        name: &str,
    ) -> Result<Option<Self>, ChainError> {
        let mut roles: Vec<RoleConfig> = Vec::new();
        let mut visited: Vec<&str> = Vec::new();
        let mut name = name;
        loop {
            if let Some(error) = files.error_in(SectionKind::Profile, name) {
                return Err(error.clone().into());
            }
            let Some(values) = files.profiles.get(name) else {
                return match (visited.last(), files.error_instead_of(name)) {
                    (None, _) => Ok(None),
                    (Some(_), Some(error)) => Err(error.clone().into()),
                    (Some(from), None) => {
                        Err(ChainError::SourceNotFound(from.to_string(), name.to_owned()))
                    }
                };
            };
            if visited.contains(&name) {
                return Err(ChainError::Loop(visited[0].to_owned()));
            }
            let first = visited.is_empty();
            visited.push(name);
            // The key of a source profile takes precedence over its role.
            let own_key = !first && has(values, "aws_access_key_id");
            if own_key || has(values, "web_identity_token_file") || !has(values, "role_arn") {
                let source = find_source(files, name, values);
                return match source {
                    Some(source) => Ok(Some(Self::new(name, source, roles))),
                    None if first => Ok(None),
                    None => Err(ChainError::SourceEmpty(name.to_owned())),
                };
            }
            roles.push(parse_role(name, values)?);
            match (get(values, "source_profile"), get(values, "credential_source")) {
                (Some(_), Some(_)) => return Err(ChainError::TwoSources(name.to_owned())),
                (None, None) => return Err(ChainError::NoSource(name.to_owned())),
                (Some(next), None) if next == name => {
                    let source = find_source(files, name, values)
                        .ok_or_else(|| ChainError::OwnSourceEmpty(name.to_owned()))?;
                    return Ok(Some(Self::new(name, source, roles)));
                }
                (Some(next), None) => name = next,
                (None, Some(source)) => {
                    return Ok(Some(Self::new(name, named_source(name, source)?, roles)));
                }
            }
        }
    }

    fn new(profile: &str, source: CredentialSource, mut roles: Vec<RoleConfig>) -> Self {
        roles.reverse();
        Self { profile: profile.to_owned(), source, roles }
    }

    /// Returns the chain for display: `SSO`, or `role Ops from profile base, access key`.
    pub(in crate::aws) fn describe(&self) -> String {
        match self.roles.last() {
            None => self.source.describe().to_owned(),
            Some(role) => {
                let arn = Arn::from_service(&role.arn);
                messages::role_source(arn.short_name(), &self.profile, self.source.describe())
            }
        }
    }
}

fn get<'a>(values: &'a SectionValues, key: &str) -> Option<&'a str> {
    values.get(key).map(|value| value.as_str()).filter(|v| !v.is_empty())
}

fn has(values: &SectionValues, key: &str) -> bool {
    get(values, key).is_some()
}

/// Returns the source of a profile that assumes no role. The order is the AWS CLI's
/// (<https://github.com/boto/botocore/blob/develop/botocore/credentials.py>); the SDK's differs and
/// could sign as someone else.
fn find_source(
    files: &AwsConfigFiles,
    name: &str,
    values: &SectionValues,
) -> Option<CredentialSource> {
    let sso = has(values, "sso_account_id") || has(values, "sso_role_name");
    [
        (has(values, "web_identity_token_file"), CredentialSource::WebIdentity),
        (sso, CredentialSource::Sso),
        (files.has_own_key(name) && has(values, "aws_access_key_id"), CredentialSource::Static),
        (has(values, "login_session"), CredentialSource::Login),
        (has(values, "credential_process"), CredentialSource::Process),
        (has(values, "aws_access_key_id"), CredentialSource::Static),
    ]
    .into_iter()
    .find_map(|(found, source)| found.then_some(source))
}

fn named_source(profile: &str, source: &str) -> Result<CredentialSource, ChainError> {
    match source.to_ascii_lowercase().as_str() {
        "environment" => Ok(CredentialSource::Environment),
        "ec2instancemetadata" => Ok(CredentialSource::Instance),
        "ecscontainer" => Ok(CredentialSource::Container),
        _ => Err(ChainError::UnknownSource(profile.to_owned())),
    }
}

/// Returns the role that a profile names.
///
/// # Errors
/// Returns an error if `role_arn` is no ARN, or `duration_seconds` not a number from 900 to 43200.
pub(in crate::aws) fn parse_role(
    profile: &str,
    values: &SectionValues,
) -> Result<RoleConfig, ChainError> {
    let text = |key: &str| get(values, key).map(str::to_owned);
    let duration = match get(values, "duration_seconds") {
        None => None,
        Some(seconds) => match seconds.parse::<u32>() {
            Ok(seconds) if (900..=43_200).contains(&seconds) => {
                Some(Duration::from_secs(seconds.into()))
            }
            _ => return Err(ChainError::BadDuration(profile.to_owned())),
        },
    };
    let arn = text("role_arn").filter(|arn| arn.starts_with("arn:"));
    Ok(RoleConfig {
        profile: Some(profile.to_owned()),
        arn: arn.ok_or_else(|| ChainError::BadRole(profile.to_owned()))?,
        external_id: text("external_id"),
        session_name: text("role_session_name"),
        duration,
        mfa_serial: text("mfa_serial"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::config_files::from_texts;

    const ROLE: &str = "role_arn = arn:aws:iam::123456789012:role/Ops\n";

    #[test]
    fn roles_are_assumed_from_the_source_outwards() {
        let files = from_texts(
            &format!(
                "[profile a]\n{ROLE}source_profile = b\nmfa_serial = m\nduration_seconds = 900\n\
                 [profile b]\nrole_arn = arn:aws:iam::1:role/Step\nsource_profile = c\n[profile c]\nsso_account_id = 1\n"
            ),
            "",
        );
        let chain = ProfileChain::resolve(&files, "a").unwrap().unwrap();
        assert_eq!((chain.profile.as_str(), chain.source), ("c", CredentialSource::Sso));
        assert_eq!(
            chain.roles.iter().filter_map(|r| r.profile.as_deref()).collect::<Vec<_>>(),
            ["b", "a"]
        );
        assert_eq!(
            (chain.roles[1].mfa_serial.as_deref(), chain.roles[1].duration),
            (Some("m"), Some(Duration::from_mins(15)))
        );
        assert_eq!(chain.describe(), "role Ops from profile c, SSO");
    }

    #[test]
    fn a_profile_assumes_its_role_with_its_own_key() {
        let files = from_texts(
            &format!("[default]\n{ROLE}source_profile = default\naws_access_key_id = A\n"),
            "",
        );
        let chain = ProfileChain::resolve(&files, "default").unwrap().unwrap();
        assert_eq!((chain.source, chain.roles.len()), (CredentialSource::Static, 1));
    }

    #[test]
    fn each_chain_that_cannot_be_resolved_has_its_message() {
        let cases = [
            (format!("[profile a]\n{ROLE}"), "no source_profile or credential_source"),
            (format!("[profile a]\n{ROLE}source_profile = b\n"), "does not exist"),
            (
                format!("[profile a]\n{ROLE}source_profile = b\n[profile b]\nregion = x\n"),
                "Source profile b has no credentials",
            ),
            (
                format!(
                    "[profile a]\n{ROLE}source_profile = b\n[profile b]\n{ROLE}source_profile = a\n"
                ),
                "form a loop",
            ),
            (
                format!("[profile a]\n{ROLE}credential_source = wJalr\n"),
                "unknown credential_source",
            ),
            ("[profile a]\nrole_arn = wJalr\nsource_profile = a\n".to_owned(), "not an ARN"),
            (
                format!("[profile a]\n{ROLE}source_profile = a\nduration_seconds = wJalr\n"),
                "900 to 43200",
            ),
        ];
        for (config, part) in cases {
            let sentence =
                ProfileChain::resolve(&from_texts(&config, ""), "a").unwrap_err().to_string();
            assert!(sentence.contains(part) && !sentence.contains("wJalr"), "{sentence}");
        }
    }

    #[test]
    fn sources_have_the_precedence_of_the_aws_cli() {
        let login = "credential_process = p\nlogin_session = l\naws_access_key_id = A\n";
        let key = "[a]\naws_access_key_id = B\n";
        let source = |config: &str, credentials: &str| {
            let chain = ProfileChain::resolve(
                &from_texts(&format!("[profile a]\n{config}"), credentials),
                "a",
            );
            chain.unwrap().unwrap().source
        };
        assert_eq!(source(login, ""), CredentialSource::Login);
        assert_eq!(source(login, key), CredentialSource::Static, "a key in the credentials file");
        assert_eq!(
            source("sso_session = s\n", key),
            CredentialSource::Static,
            "a session without an account only gives tokens"
        );
        assert_eq!(source("sso_role_name = r\n", key), CredentialSource::Sso);
        assert_eq!(
            source(
                "source_profile = b\nrole_arn = arn:r\n[profile b]\nsso_account_id = 1\n",
                &key.replace("[a]", "[b]")
            ),
            CredentialSource::Sso
        );
    }

    #[test]
    fn a_profile_without_credentials_is_no_error() {
        let files = from_texts("[default]\nregion = x\n", "");
        assert_eq!(ProfileChain::resolve(&files, "default"), Ok(None));
        assert_eq!(ProfileChain::resolve(&files, "other"), Ok(None));
    }

    #[test]
    fn a_web_identity_profile_assumes_its_role_itself() {
        let files = from_texts(&format!("[default]\n{ROLE}web_identity_token_file = /t\n"), "");
        let chain = ProfileChain::resolve(&files, "default").unwrap().unwrap();
        assert_eq!((chain.source, chain.roles.len()), (CredentialSource::WebIdentity, 0));
    }
}
