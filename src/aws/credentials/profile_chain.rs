//! How a profile comes to its credentials: a source, then the roles that are
//! assumed one from the other. Resolved here rather than by the SDK, whose
//! chain ignores `mfa_serial` and `duration_seconds` without a word.

use std::time::Duration;

use crate::aws::config_files::{ConfigFiles, SectionValues};
use crate::model::escape_hidden;

/// A profile's way to credentials.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::aws) struct ProfileChain {
    /// The profile that holds the source.
    pub profile: String,
    /// What the source is.
    pub source: CredentialSource,
    /// The roles to assume, in order.
    pub roles: Vec<RoleConfig>,
}

/// Where the first credentials come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::aws) enum CredentialSource {
    /// An access key in the files.
    Static,
    /// IAM Identity Center.
    Sso,
    /// `aws login`.
    Login,
    /// An external program.
    Process,
    /// A token that is exchanged for a role's credentials.
    WebIdentity,
    /// `credential_source`: the environment.
    Environment,
    /// `credential_source`: the machine's instance role.
    Instance,
    /// `credential_source`: the container's role.
    Container,
}

/// A role, as the profile that names it says to assume it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::aws) struct RoleConfig {
    /// The profile.
    pub profile: String,
    /// `role_arn`.
    pub arn: String,
    /// `external_id`.
    pub external_id: Option<String>,
    /// `role_session_name`.
    pub session_name: Option<String>,
    /// `duration_seconds`.
    pub duration: Option<Duration>,
    /// `mfa_serial`: a code of this device is sent along.
    pub mfa_serial: Option<String>,
}

/// Why a profile leads nowhere: a sentence.
pub(in crate::aws) type ChainError = String;

impl CredentialSource {
    /// In a few words, as `Place` shows it.
    pub(in crate::aws) fn describe(self) -> &'static str {
        match self {
            Self::Static => "access key",
            Self::Sso => "SSO",
            Self::Login => "aws login",
            Self::Process => "credential process",
            Self::WebIdentity => "web identity",
            Self::Environment => "environment",
            Self::Instance => "instance role",
            Self::Container => "container role",
        }
    }
}

impl ProfileChain {
    /// The way of the profile of that name; `None` if it holds nothing to
    /// sign with.
    ///
    /// # Errors
    /// A sentence on what is missing or runs in a circle.
    pub(in crate::aws) fn resolve(
        files: &ConfigFiles,
        name: &str,
    ) -> Result<Option<Self>, ChainError> {
        let mut roles: Vec<RoleConfig> = Vec::new();
        let mut visited: Vec<&str> = Vec::new();
        let mut name = name;
        loop {
            let Some((name_kept, values)) = files.profiles.get_key_value(name) else {
                return match visited.last() {
                    None => Ok(None),
                    Some(from) => Err(format!(
                        "Profile {} names the source profile {}, which does not exist.",
                        quote_escaped(from),
                        quote_escaped(name)
                    )),
                };
            };
            if visited.contains(&name) {
                return Err(format!(
                    "The source profiles of {} run in a circle.",
                    quote_escaped(visited[0])
                ));
            }
            let first = visited.is_empty();
            visited.push(name_kept);
            // A source's own key comes before its role.
            let own_key = !first && has(values, "aws_access_key_id");
            if own_key || has(values, "web_identity_token_file") || !has(values, "role_arn") {
                let source = source_of(files, name, values);
                return match source {
                    Some(source) => Ok(Some(Self::new(name, source, roles))),
                    None if first => Ok(None),
                    None => Err(format!(
                        "The source profile {} holds no credentials.",
                        quote_escaped(name)
                    )),
                };
            }
            roles.push(role_of(name, values)?);
            match (get(values, "source_profile"), get(values, "credential_source")) {
                (Some(_), Some(_)) => {
                    return Err(format!(
                        "Profile {} has both source_profile and credential_source.",
                        quote_escaped(name)
                    ));
                }
                (None, None) => {
                    return Err(format!(
                        "Profile {} has a role_arn, and no source_profile to assume it from.",
                        quote_escaped(name)
                    ));
                }
                (Some(next), None) if next == name => {
                    let source = source_of(files, name, values).ok_or_else(|| {
                        format!(
                            "Profile {} is its own source, and holds no credentials.",
                            quote_escaped(name)
                        )
                    })?;
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

    /// `SSO`, or `role Ops from profile base, access key`.
    pub(in crate::aws) fn describe(&self) -> String {
        match self.roles.last() {
            None => self.source.describe().to_owned(),
            Some(role) => {
                let short = role.arn.rsplit('/').next().unwrap_or(&role.arn);
                format!(
                    "role {} from profile {}, {}",
                    quote_escaped(short),
                    quote_escaped(&self.profile),
                    self.source.describe()
                )
            }
        }
    }
}

fn quote_escaped(text: &str) -> String {
    escape_hidden(text).into_owned()
}

fn get<'a>(values: &'a SectionValues, key: &str) -> Option<&'a str> {
    values.get(key).map(|value| value.as_str()).filter(|v| !v.is_empty())
}

fn has(values: &SectionValues, key: &str) -> bool {
    get(values, key).is_some()
}

/// What a profile without a role to assume holds, in the AWS CLI's order: the
/// SDK's differs, and would sign with another identity.
fn source_of(files: &ConfigFiles, name: &str, values: &SectionValues) -> Option<CredentialSource> {
    let sso = has(values, "sso_account_id") || has(values, "sso_role_name");
    [
        (has(values, "web_identity_token_file"), CredentialSource::WebIdentity),
        (sso, CredentialSource::Sso),
        (
            files.with_own_key.contains(name) && has(values, "aws_access_key_id"),
            CredentialSource::Static,
        ),
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
        _ => Err(format!(
            "Profile {} has the credential_source {}; known are Environment, Ec2InstanceMetadata and EcsContainer.",
            quote_escaped(profile),
            quote_escaped(source)
        )),
    }
}

/// The role that the profile names.
///
/// # Errors
/// A `duration_seconds` that is none.
pub(in crate::aws) fn role_of(
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
            _ => {
                return Err(format!(
                    "Profile {} has duration_seconds {}; a number from 900 to 43200 is wanted.",
                    quote_escaped(profile),
                    quote_escaped(seconds)
                ));
            }
        },
    };
    Ok(RoleConfig {
        profile: profile.to_owned(),
        arn: text("role_arn").unwrap_or_default(),
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
        assert_eq!(chain.roles.iter().map(|r| r.profile.as_str()).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(
            (chain.roles[1].mfa_serial.as_deref(), chain.roles[1].duration),
            (Some("m"), Some(Duration::from_mins(15)))
        );
        assert_eq!(chain.describe(), "role Ops from profile c, SSO");
    }

    #[test]
    fn a_profile_may_assume_its_role_with_its_own_key() {
        let files = from_texts(
            &format!("[default]\n{ROLE}source_profile = default\naws_access_key_id = A\n"),
            "",
        );
        let chain = ProfileChain::resolve(&files, "default").unwrap().unwrap();
        assert_eq!((chain.source, chain.roles.len()), (CredentialSource::Static, 1));
    }

    #[test]
    fn what_leads_nowhere_is_said_in_a_sentence() {
        let cases = [
            (format!("[profile a]\n{ROLE}"), "no source_profile"),
            (format!("[profile a]\n{ROLE}source_profile = b\n"), "does not exist"),
            (
                format!("[profile a]\n{ROLE}source_profile = b\n[profile b]\nregion = x\n"),
                "holds no credentials",
            ),
            (
                format!(
                    "[profile a]\n{ROLE}source_profile = b\n[profile b]\n{ROLE}source_profile = a\n"
                ),
                "in a circle",
            ),
            (format!("[profile a]\n{ROLE}credential_source = Moon\n"), "credential_source Moon"),
            (
                format!("[profile a]\n{ROLE}source_profile = a\nduration_seconds = 5\n"),
                "900 to 43200",
            ),
        ];
        for (config, part) in cases {
            let sentence = ProfileChain::resolve(&from_texts(&config, ""), "a").unwrap_err();
            assert!(sentence.contains(part), "{sentence}");
        }
    }

    #[test]
    fn the_first_of_several_sources_is_the_one_that_the_aws_cli_takes() {
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
                "source_profile = b\nrole_arn = r\n[profile b]\nsso_account_id = 1\n",
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
