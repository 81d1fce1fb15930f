//! The configuration file, in TOML. An error in it is reported with the file,
//! the line and the reason.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::Deserialize;
use toml::Spanned;

use super::activity::{Activity, RawActivity};
use super::filters::{self, NamedFilter};
use super::location::{ConfigError, FileLocation};
use super::messages;
use super::reach::{RawReach, ReachConfig};
use super::screen::{RawScreen, Screen};
use super::sourced::{Binding, Sourced};
use crate::cli::ThemeName;
use crate::model::AccountId;

/// The profile or account that a rule applies to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The name of a profile.
    Profile(String),
    /// The ID of an account.
    Account(String),
}

/// The settings of a file, each with its line.
#[derive(Debug, Default)]
pub(super) struct KeyflipConfigFile {
    pub(super) profile: Option<Sourced<Option<String>>>,
    pub(super) region: Option<Sourced<Option<String>>>,
    pub(super) journal: Option<Sourced<Option<PathBuf>>>,
    pub(super) theme: Option<Sourced<ThemeName>>,
    pub(super) color: Option<Sourced<bool>>,
    pub(super) ascii: Option<Sourced<bool>>,
    pub(super) mouse: Option<Sourced<bool>>,
    pub(super) animation: Option<Sourced<bool>>,
    pub(super) synchronized_update: Option<Sourced<bool>>,
    pub(super) read_only: Option<Sourced<bool>>,
    pub(super) screen: Screen,
    pub(super) reach: ReachConfig,
    pub(super) activity: Activity,
    pub(super) filters: Vec<NamedFilter>,
    pub(super) scopes: Vec<(Scope, Sourced<bool>)>,
    pub(super) bindings: Vec<Binding>,
}

/// The structure of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConfig {
    profile: Option<Spanned<String>>,
    region: Option<Spanned<String>>,
    journal: Option<Spanned<String>>,
    theme: Option<Spanned<String>>,
    color: Option<Spanned<bool>>,
    ascii: Option<Spanned<bool>>,
    mouse: Option<Spanned<bool>>,
    animation: Option<Spanned<bool>>,
    synchronized_update: Option<Spanned<bool>>,
    read_only: Option<Spanned<bool>>,
    #[serde(default)]
    screen: RawScreen,
    #[serde(default)]
    reach: RawReach,
    #[serde(default)]
    activity: RawActivity,
    #[serde(default)]
    filters: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    keys: BTreeMap<String, Spanned<Vec<String>>>,
    #[serde(default)]
    profiles: BTreeMap<String, ScopeRules>,
    #[serde(default)]
    accounts: BTreeMap<String, ScopeRules>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScopeRules {
    read_only: Spanned<bool>,
}

impl KeyflipConfigFile {
    /// Parses the text of a file.
    ///
    /// # Errors
    /// Returns an error with its line if the text is not valid TOML, or has an
    /// unknown option or a wrong value.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let location = FileLocation { path: path.into(), text };
        let raw: RawConfig = toml::from_str(text)
            .map_err(|error| location.error(error.span(), location.reason(&error)))?;
        let bindings =
            raw.keys.into_iter().map(|(action, keys)| location.binding(action, keys)).collect();
        Ok(Self {
            profile: raw.profile.map(|value| location.sourced(value, Some)),
            region: raw.region.map(|value| location.sourced(value, Some)),
            journal: raw
                .journal
                .map(|value| location.sourced(value, |path| Some(expand_home(Path::new(&path))))),
            theme: raw.theme.map(|value| location.theme(value)).transpose()?,
            color: raw.color.map(|value| location.sourced(value, |on| on)),
            ascii: raw.ascii.map(|value| location.sourced(value, |on| on)),
            mouse: raw.mouse.map(|value| location.sourced(value, |on| on)),
            animation: raw.animation.map(|value| location.sourced(value, |on| on)),
            synchronized_update: raw
                .synchronized_update
                .map(|value| location.sourced(value, |on| on)),
            read_only: raw.read_only.map(|value| location.sourced(value, |on| on)),
            screen: raw.screen.resolve(&location),
            reach: raw.reach.resolve(&location)?,
            activity: raw.activity.resolve(&location)?,
            filters: filters::resolve(raw.filters, &location)?,
            scopes: location.scopes(raw.profiles, raw.accounts)?,
            bindings,
        })
    }
}

impl FileLocation<'_> {
    fn theme(&self, value: Spanned<String>) -> Result<Sourced<ThemeName>, ConfigError> {
        match ThemeName::from_str(value.get_ref(), false) {
            Ok(theme) => Ok(self.sourced(value, |_| theme)),
            Err(_) => Err(self.error(Some(value.span()), messages::unknown_theme(value.get_ref()))),
        }
    }

    fn binding(&self, action: String, keys: Spanned<Vec<String>>) -> Binding {
        let source = self.source(&keys.span());
        Binding { action, keys: keys.into_inner(), source }
    }

    fn scopes(
        &self,
        profiles: BTreeMap<String, ScopeRules>,
        accounts: BTreeMap<String, ScopeRules>,
    ) -> Result<Vec<(Scope, Sourced<bool>)>, ConfigError> {
        let wrong = accounts.iter().find(|(number, _)| AccountId::parse(number).is_none());
        if let Some((number, rules)) = wrong {
            let reason = messages::invalid_account_id(number);
            return Err(self.error(Some(rules.read_only.span()), reason));
        }
        let profiles = profiles.into_iter().map(|(name, rules)| (Scope::Profile(name), rules));
        let accounts = accounts.into_iter().map(|(number, rules)| (Scope::Account(number), rules));
        Ok(profiles
            .chain(accounts)
            .map(|(scope, rules)| (scope, self.sourced(rules.read_only, |on| on)))
            .collect())
    }
}

/// Replaces `~/` at the beginning of a path by the home directory.
pub(crate) fn expand_home(path: &Path) -> PathBuf {
    match path.strip_prefix("~").ok().and_then(|rest| Some(etcetera::home_dir().ok()?.join(rest))) {
        Some(path) => path,
        None => path.into(),
    }
}
