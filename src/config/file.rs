//! The configuration file, in TOML. An error in it is reported with the file,
//! the line and the reason.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ValueEnum;
use serde::Deserialize;
use toml::Spanned;

use super::messages;
use super::reach::{RawReach, Reach};
use super::sourced::{Binding, SettingSource, Sourced};
use crate::cli::ThemeName;
use crate::model::similar_names;

/// An error in a configuration file, or in reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConfigError {
    /// The file.
    pub path: PathBuf,
    /// The line of the error, counted from 1, if it has one.
    pub line: Option<usize>,
    /// The reason and the allowed values, in lower case and without a period.
    pub reason: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&messages::unusable_file(&self.path.display(), self.line, &self.reason))
    }
}

impl std::error::Error for ConfigError {}

impl ConfigError {
    /// A file that could not be read.
    pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        Self { path: path.to_owned(), line: None, reason: error.to_string() }
    }
}

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
    pub(super) reach: Reach,
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
    reach: RawReach,
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
                .map(|value| location.sourced(value, |path| Some(expand_home(&path)))),
            theme: raw.theme.map(|value| location.theme(value)).transpose()?,
            color: raw.color.map(|value| location.sourced(value, |on| on)),
            ascii: raw.ascii.map(|value| location.sourced(value, |on| on)),
            mouse: raw.mouse.map(|value| location.sourced(value, |on| on)),
            animation: raw.animation.map(|value| location.sourced(value, |on| on)),
            synchronized_update: raw
                .synchronized_update
                .map(|value| location.sourced(value, |on| on)),
            read_only: raw.read_only.map(|value| location.sourced(value, |on| on)),
            reach: raw.reach.resolve(&location)?,
            scopes: location.scopes(raw.profiles, raw.accounts)?,
            bindings,
        })
    }
}

/// A file's path and text, to find the lines of settings.
pub(super) struct FileLocation<'a> {
    path: Arc<Path>,
    text: &'a str,
}

impl FileLocation<'_> {
    fn line(&self, span: &Range<usize>) -> usize {
        self.text.bytes().take(span.start).filter(|b| *b == b'\n').count() + 1
    }

    /// Returns an error at a place in the file.
    pub(super) fn error(&self, span: Option<Range<usize>>, reason: String) -> ConfigError {
        ConfigError {
            path: self.path.to_path_buf(),
            line: span.map(|span| self.line(&span)),
            reason,
        }
    }

    /// Returns what is wrong and what is allowed.
    fn reason(&self, error: &toml::de::Error) -> String {
        let message = error.message().replace('\n', ", ");
        if let Some(names) = message.strip_prefix("unknown field `") {
            // Serde's message lists the known names.
            let mut names = names.split('`').step_by(2);
            let unknown = names.next().unwrap_or_default();
            return match similar_names(unknown, names).first() {
                Some(name) => messages::unknown_option(unknown, name),
                None => message,
            };
        }
        let line = error.span().and_then(|span| self.text.lines().nth(self.line(&span) - 1));
        let name = line.and_then(|line| line.split('=').next()).unwrap_or_default().trim();
        messages::with_allowed_values(&message, name)
    }

    fn source(&self, span: &Range<usize>) -> SettingSource {
        SettingSource::File { path: Arc::clone(&self.path), line: self.line(span) }
    }

    /// Returns an error in the line of a setting.
    pub(super) fn error_at(&self, source: &SettingSource, reason: String) -> ConfigError {
        let line = match source {
            SettingSource::File { line, .. } => Some(*line),
            _ => None,
        };
        ConfigError { path: self.path.to_path_buf(), line, reason }
    }

    /// Returns a list, each element of which `parse` checks.
    pub(super) fn list<T>(
        &self,
        list: Spanned<Vec<Spanned<String>>>,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Sourced<Vec<T>>, ConfigError> {
        let source = self.source(&list.span());
        let values = list.into_inner().into_iter().map(|item| {
            parse(item.get_ref()).map_err(|reason| self.error(Some(item.span()), reason))
        });
        Ok(Sourced { value: values.collect::<Result<_, _>>()?, source })
    }

    /// Returns a value with its line.
    pub(super) fn sourced<T, U>(
        &self,
        value: Spanned<T>,
        as_setting: impl Fn(T) -> U,
    ) -> Sourced<U> {
        let source = self.source(&value.span());
        Sourced { value: as_setting(value.into_inner()), source }
    }

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
        let wrong =
            |number: &str| number.len() != 12 || !number.bytes().all(|b| b.is_ascii_digit());
        if let Some((number, rules)) = accounts.iter().find(|(number, _)| wrong(number)) {
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
fn expand_home(path: &str) -> PathBuf {
    match path.strip_prefix("~/").and_then(|rest| Some(etcetera::home_dir().ok()?.join(rest))) {
        Some(path) => path,
        None => path.into(),
    }
}
