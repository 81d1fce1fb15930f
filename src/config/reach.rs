//! The section `[reach]`: how keyflip gets into accounts for which there is no profile.

use serde::Deserialize;
use toml::Spanned;

use super::location::{ConfigError, FileLocation};
use super::messages;
use super::sourced::Sourced;
use crate::model::RoleTemplate;

/// The settings of `[reach]`. All are optional.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ReachConfig {
    /// Name of the `[sso-session]` in the AWS configuration.
    pub sso_session: Sourced<Option<String>>,
    /// Names of roles that Identity Center assigns, the preferred one first.
    pub sso_roles: Sourced<Vec<String>>,
    /// Roles to assume, tried in this order.
    pub roles: Sourced<Vec<RoleTemplate>>,
    /// Profile whose credentials assume the roles; `None` for the current ones.
    pub from: Sourced<Option<String>>,
    /// External ID of the roles.
    pub external_id: Sourced<Option<String>>,
}

impl Default for ReachConfig {
    fn default() -> Self {
        Self {
            sso_session: Sourced::built_in(None),
            sso_roles: Sourced::built_in(Vec::new()),
            roles: Sourced::built_in(Vec::new()),
            from: Sourced::built_in(None),
            external_id: Sourced::built_in(None),
        }
    }
}

/// The structure of the section.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawReach {
    sso_session: Option<Spanned<String>>,
    sso_roles: Option<Spanned<Vec<Spanned<String>>>>,
    roles: Option<Spanned<Vec<Spanned<String>>>>,
    from: Option<Spanned<String>>,
    external_id: Option<Spanned<String>>,
}

impl RawReach {
    /// Checks the values.
    ///
    /// # Errors
    /// Returns an error with its line for an empty text, a role template that names no account, or
    /// an external ID that STS does not accept.
    pub(super) fn resolve(self, location: &FileLocation<'_>) -> Result<ReachConfig, ConfigError> {
        let built_in = ReachConfig::default();
        let text = |value: Option<Spanned<String>>, built_in| match value {
            None => Ok(built_in),
            Some(value) if value.get_ref().is_empty() => {
                Err(location.error(Some(value.span()), messages::EMPTY_TEXT.to_owned()))
            }
            Some(value) => Ok(location.sourced(value, Some)),
        };
        let external_id = text(self.external_id, built_in.external_id)?;
        if let Some(id) = &external_id.value
            && !is_external_id(id)
        {
            return Err(location.error_at(&external_id.source, messages::invalid_external_id(id)));
        }
        Ok(ReachConfig {
            sso_session: text(self.sso_session, built_in.sso_session)?,
            sso_roles: match self.sso_roles {
                None => built_in.sso_roles,
                Some(roles) => location.list(roles, |name| match name {
                    "" => Err(messages::EMPTY_TEXT),
                    name => Ok(name.to_owned()),
                })?,
            },
            roles: match self.roles {
                None => built_in.roles,
                Some(roles) => location.list(roles, |text| {
                    RoleTemplate::parse(text).map_err(|error| messages::invalid_role(text, &error))
                })?,
            },
            from: text(self.from, built_in.from)?,
            external_id,
        })
    }
}

/// Returns whether STS accepts the text as an external ID:
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>.
fn is_external_id(text: &str) -> bool {
    (2..=1224).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@:/-".contains(c))
}
