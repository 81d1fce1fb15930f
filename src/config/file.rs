//! The configuration file: TOML, refused with file, line and reason where it
//! is wrong.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ValueEnum;
use serde::Deserialize;
use toml::Spanned;

use super::{Binding, SettingSource, Sourced};
use crate::cli::ThemeName;
use crate::model::similar_names;

/// Why a configuration file is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConfigError {
    /// The file.
    pub path: PathBuf,
    /// The line, counted from 1, where the fault has one.
    pub line: Option<usize>,
    /// What is wrong, and what is allowed.
    pub reason: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The configuration file {}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ", line {line},")?;
        }
        write!(f, " can't be used: {}.", self.reason.trim_end_matches('.'))
    }
}

impl std::error::Error for ConfigError {}

impl ConfigError {
    pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        Self { path: path.to_owned(), line: None, reason: error.to_string() }
    }
}

/// For what a rule holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The profile of that name.
    Profile(String),
    /// The account of that number.
    Account(String),
}

/// What a file says, each with its line.
#[derive(Debug, Default)]
pub(super) struct ConfigFile {
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
    pub(super) scopes: Vec<(Scope, Sourced<bool>)>,
    pub(super) bindings: Vec<Binding>,
}

/// The file's shape.
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

impl ConfigFile {
    /// What the text of a file says.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let location = FileLocation { path: path.into(), text };
        let shape: RawConfig = toml::from_str(text)
            .map_err(|error| location.refuse(error.span(), location.reason(&error)))?;
        let bindings =
            shape.keys.into_iter().map(|(action, keys)| location.binding(action, keys)).collect();
        Ok(Self {
            profile: shape.profile.map(|value| location.sourced(value, Some)),
            region: shape.region.map(|value| location.sourced(value, Some)),
            journal: shape
                .journal
                .map(|value| location.sourced(value, |path| Some(expand_home(&path)))),
            theme: shape.theme.map(|value| location.theme(value)).transpose()?,
            color: shape.color.map(|value| location.sourced(value, |on| on)),
            ascii: shape.ascii.map(|value| location.sourced(value, |on| on)),
            mouse: shape.mouse.map(|value| location.sourced(value, |on| on)),
            animation: shape.animation.map(|value| location.sourced(value, |on| on)),
            synchronized_update: shape
                .synchronized_update
                .map(|value| location.sourced(value, |on| on)),
            read_only: shape.read_only.map(|value| location.sourced(value, |on| on)),
            scopes: location.scopes(shape.profiles, shape.accounts)?,
            bindings,
        })
    }
}

/// A file's name and text, to tell lines by.
struct FileLocation<'a> {
    path: Arc<Path>,
    text: &'a str,
}

impl FileLocation<'_> {
    fn line(&self, span: &Range<usize>) -> usize {
        self.text.bytes().take(span.start).filter(|b| *b == b'\n').count() + 1
    }

    fn refuse(&self, span: Option<Range<usize>>, reason: String) -> ConfigError {
        ConfigError {
            path: self.path.to_path_buf(),
            line: span.map(|span| self.line(&span)),
            reason,
        }
    }

    /// What is wrong, and what may stand there.
    fn reason(&self, error: &toml::de::Error) -> String {
        let message = error.message().replace('\n', ", ");
        if let Some(names) = message.strip_prefix("unknown field `") {
            // The names of what may stand there are in serde's own sentence.
            let mut names = names.split('`').step_by(2);
            let unknown = names.next().unwrap_or_default();
            return match similar_names(unknown, names).first() {
                Some(name) => format!("there is no option “{unknown}”, did you mean “{name}”"),
                None => message,
            };
        }
        let line = error.span().and_then(|span| self.text.lines().nth(self.line(&span) - 1));
        let name = line.and_then(|line| line.split('=').next()).unwrap_or_default().trim();
        let hint =
            values_of(name).map(|values| format!("; write {name} = {values}")).unwrap_or_default();
        message + &hint
    }

    fn source(&self, span: &Range<usize>) -> SettingSource {
        SettingSource::File { path: Arc::clone(&self.path), line: self.line(span) }
    }

    fn sourced<T, U>(&self, value: Spanned<T>, as_setting: impl Fn(T) -> U) -> Sourced<U> {
        let source = self.source(&value.span());
        Sourced { value: as_setting(value.into_inner()), source }
    }

    fn theme(&self, value: Spanned<String>) -> Result<Sourced<ThemeName>, ConfigError> {
        match ThemeName::from_str(value.get_ref(), false) {
            Ok(theme) => Ok(self.sourced(value, |_| theme)),
            Err(_) => Err(self.refuse(
                Some(value.span()),
                format!(
                    "there is no theme “{}”, use default, high-contrast or mono",
                    value.get_ref()
                ),
            )),
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
            let reason = format!("an account's number has 12 digits, “{number}” has not");
            return Err(self.refuse(Some(rules.read_only.span()), reason));
        }
        let profiles = profiles.into_iter().map(|(name, rules)| (Scope::Profile(name), rules));
        let accounts = accounts.into_iter().map(|(number, rules)| (Scope::Account(number), rules));
        Ok(profiles
            .chain(accounts)
            .map(|(scope, rules)| (scope, self.sourced(rules.read_only, |on| on)))
            .collect())
    }
}

/// What an option's value may be.
fn values_of(name: &str) -> Option<&'static str> {
    match name {
        "theme" => Some("\"default\", \"high-contrast\" or \"mono\""),
        "color" | "ascii" | "mouse" | "animation" | "synchronized_update" | "read_only" => {
            Some("true or false")
        }
        "profile" | "region" | "journal" => Some("a text in double quotes"),
        _ => None,
    }
}

/// The path with `~/` at its beginning replaced by the home directory.
fn expand_home(path: &str) -> PathBuf {
    match path.strip_prefix("~/").and_then(|rest| Some(etcetera::home_dir().ok()?.join(rest))) {
        Some(path) => path,
        None => path.into(),
    }
}
