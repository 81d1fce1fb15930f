//! The settings, each with its source. The command line overrides the
//! environment, which overrides the configuration file, which overrides the
//! defaults.

mod activity;
mod file;
mod filters;
mod location;
mod messages;
mod reach;
mod screen;
mod sourced;

pub(crate) use activity::Activity;
pub(crate) use file::{Scope, expand_home};
pub(crate) use filters::NamedFilter;
pub(crate) use location::ConfigError;
pub(crate) use reach::ReachConfig;
pub(crate) use screen::Screen;
pub(crate) use sourced::{Binding, SettingSource, Sourced};

use std::io::ErrorKind;
use std::path::PathBuf;

use etcetera::BaseStrategy;

use crate::cli::{GlobalArgs, ThemeName};
use crate::filter::SavedFilters;
use crate::model::{AccountId, PROFILE_VARIABLES, RoleTemplate};
use file::KeyflipConfigFile;

/// The effective settings.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Settings {
    /// The configuration file, whether or not it exists; `None` if there is no
    /// home directory.
    pub file: Option<PathBuf>,
    /// The AWS profile. It overrides credentials in the environment only if it
    /// comes from the command line.
    pub profile: Sourced<Option<String>>,
    /// The AWS region.
    pub region: Sourced<Option<String>>,
    /// The journal file; `None` for the default one, `-` for standard error.
    pub journal: Sourced<Option<PathBuf>>,
    /// The theme.
    pub theme: Sourced<ThemeName>,
    /// True to use colors.
    pub color: Sourced<bool>,
    /// True to draw only ASCII characters.
    pub ascii: Sourced<bool>,
    /// True to use the mouse.
    pub mouse: Sourced<bool>,
    /// True to show spinners while something loads.
    pub animation: Sourced<bool>,
    /// True to send each frame as a [synchronized
    /// update](https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036).
    pub synchronized_update: Sourced<bool>,
    /// True to open read-only sessions where no rule applies; see
    /// [`Settings::read_only_by`].
    pub read_only: Sourced<bool>,
    /// How the screen starts.
    pub screen: Screen,
    /// How to get into accounts for which there is no profile.
    pub reach: ReachConfig,
    /// What is read from CloudTrail.
    pub activity: Activity,
    /// The saved filters, by name.
    pub filters: Vec<NamedFilter>,
    /// The rules for profiles and accounts: read-only or not.
    pub scopes: Vec<(Scope, Sourced<bool>)>,
    /// The user's key bindings. Not validated here, since only the screen knows
    /// the actions.
    pub bindings: Vec<Binding>,
}

/// A setting as `keyflip config` prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SettingEntry {
    /// The name in the configuration file.
    pub name: String,
    /// The value in TOML; empty if there is none.
    pub value: String,
    /// The source of the value.
    pub source: SettingSource,
}

impl Settings {
    /// Reads the configuration file and the environment of the process.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read or is not valid. A default
    /// file may be missing.
    pub(crate) fn load(global: &GlobalArgs) -> Result<Self, ConfigError> {
        let usual = etcetera::choose_base_strategy()
            .ok()
            .map(|dirs| dirs.config_dir().join("keyflip/config.toml"));
        let path = global.config.clone().or(usual);
        let text = match &path {
            Some(path) => match std::fs::read_to_string(path) {
                Ok(text) => Some(text),
                // The home directory of a service may be a file such as /dev/null.
                Err(error)
                    if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
                        && global.config.is_none() =>
                {
                    None
                }
                Err(error) => return Err(ConfigError::unreadable(path, &error)),
            },
            None => None,
        };
        let file = match (&path, text) {
            (Some(path), Some(text)) => KeyflipConfigFile::parse(path, &text)?,
            _ => KeyflipConfigFile::default(),
        };
        let env = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Ok(Self { file: path, ..Self::resolve(file, &env, global) })
    }

    /// Merges the sources: `global` overrides `env`, which overrides `file`,
    /// which overrides the defaults.
    fn resolve(
        file: KeyflipConfigFile,
        env: &dyn Fn(&str) -> Option<String>,
        global: &GlobalArgs,
    ) -> Self {
        let variable = |name: &'static str| {
            env(name).map(|value| Sourced {
                value: Some(value),
                source: SettingSource::Environment(name),
            })
        };
        let flag = |name: &'static str, given: bool, value: bool| {
            given.then_some(Sourced { value, source: SettingSource::Flag(name) })
        };
        let named = |name: &'static str, value: &Option<String>| {
            value
                .clone()
                .map(|value| Sourced { value: Some(value), source: SettingSource::Flag(name) })
        };
        let no_color = || {
            let colorless = env("TERM").is_some_and(|term| is_colorless(&term)).then_some("TERM");
            let name = env("NO_COLOR").map(|_| "NO_COLOR").or(colorless)?;
            Some(Sourced { value: false, source: SettingSource::Environment(name) })
        };
        let journal = global
            .journal
            .clone()
            .map(|path| Sourced { value: Some(path), source: SettingSource::Flag("--journal") });
        let theme =
            global.theme.map(|value| Sourced { value, source: SettingSource::Flag("--theme") });
        Self {
            file: None,
            profile: Sourced::built_in(None)
                .overridden_by(file.profile)
                .overridden_by(PROFILE_VARIABLES.into_iter().find_map(variable))
                .overridden_by(named("--profile", &global.profile)),
            region: Sourced::built_in(None)
                .overridden_by(file.region)
                .overridden_by(variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION")))
                .overridden_by(named("--region", &global.region)),
            journal: Sourced::built_in(None).overridden_by(file.journal).overridden_by(journal),
            theme: Sourced::built_in(ThemeName::Default)
                .overridden_by(file.theme)
                .overridden_by(theme),
            color: Sourced::built_in(true)
                .overridden_by(file.color)
                .overridden_by(no_color())
                .overridden_by(flag("--no-color", global.no_color, false)),
            ascii: Sourced::built_in(false).overridden_by(file.ascii).overridden_by(flag(
                "--ascii",
                global.ascii,
                true,
            )),
            mouse: Sourced::built_in(false).overridden_by(file.mouse).overridden_by(flag(
                "--mouse",
                global.mouse,
                true,
            )),
            animation: Sourced::built_in(true).overridden_by(file.animation).overridden_by(flag(
                "--no-animation",
                global.no_animation,
                false,
            )),
            synchronized_update: Sourced::built_in(true).overridden_by(file.synchronized_update),
            read_only: Sourced::built_in(false).overridden_by(file.read_only).overridden_by(flag(
                "--read-only",
                global.read_only,
                true,
            )),
            screen: file.screen,
            reach: file.reach,
            activity: file.activity,
            filters: file.filters,
            scopes: file.scopes,
            bindings: file.bindings,
        }
    }

    /// Returns the saved filters for parsing.
    pub(crate) fn saved_filters(&self) -> SavedFilters {
        let filters = self.filters.iter();
        filters.map(|(name, filter)| (name.clone(), filter.value.clone())).collect()
    }

    /// Returns the source that makes a session of this profile and account
    /// read-only, or `None` if it may change keys.
    ///
    /// `--read-only` always wins. Otherwise the rules for the profile and the
    /// account override the general setting. If these two rules differ, the
    /// session is read-only.
    pub(crate) fn read_only_by(
        &self,
        profile: Option<&str>,
        account: Option<&AccountId>,
    ) -> Option<&SettingSource> {
        if self.read_only.value && matches!(self.read_only.source, SettingSource::Flag(_)) {
            return Some(&self.read_only.source);
        }
        let mut rules = self.scopes.iter().filter(|(scope, _)| match scope {
            Scope::Profile(name) => profile == Some(name),
            Scope::Account(number) => account.is_some_and(|account| account.as_str() == number),
        });
        let has_rule = rules.clone().next().is_some();
        let rule = if has_rule {
            rules.find(|(_, rule)| rule.value).map(|(_, rule)| rule)
        } else {
            Some(&self.read_only)
        };
        rule.filter(|rule| rule.value).map(|rule| &rule.source)
    }

    /// Returns whether there are rules for accounts, so that the account ID
    /// decides if a session is read-only.
    pub(crate) fn has_account_rules(&self) -> bool {
        self.scopes.iter().any(|(scope, _)| matches!(scope, Scope::Account(_)))
    }

    /// Returns all settings, in the order of `assets/config.toml`.
    pub(crate) fn entries(&self) -> Vec<SettingEntry> {
        let text =
            |value: &Sourced<Option<String>>| value.value.as_deref().map_or(String::new(), quoted);
        let journal = self
            .journal
            .value
            .as_ref()
            .map_or(String::new(), |path| quoted(&path.to_string_lossy()));
        let mut entries = vec![
            entry("profile", text(&self.profile), &self.profile.source),
            entry("region", text(&self.region), &self.region.source),
            entry("journal", journal, &self.journal.source),
            entry("theme", quoted(self.theme.value.as_str()), &self.theme.source),
        ];
        let booleans = [
            ("color", &self.color),
            ("ascii", &self.ascii),
            ("mouse", &self.mouse),
            ("animation", &self.animation),
            ("synchronized_update", &self.synchronized_update),
            ("read_only", &self.read_only),
        ];
        entries.extend(
            booleans.map(|(name, value)| entry(name, value.value.to_string(), &value.source)),
        );
        let restore = &self.screen.restore;
        entries.push(entry("screen.restore", restore.value.to_string(), &restore.source));
        let list = |texts: Vec<&str>| {
            let quoted: Vec<_> = texts.into_iter().map(quoted).collect();
            format!("[{}]", quoted.join(", "))
        };
        let reach = &self.reach;
        let sso_roles = list(reach.sso_roles.value.iter().map(String::as_str).collect());
        let roles = list(reach.roles.value.iter().map(RoleTemplate::as_str).collect());
        entries.extend([
            entry("reach.sso_session", text(&reach.sso_session), &reach.sso_session.source),
            entry("reach.sso_roles", sso_roles, &reach.sso_roles.source),
            entry("reach.roles", roles, &reach.roles.source),
            entry("reach.from", text(&reach.from), &reach.from.source),
            entry("reach.external_id", text(&reach.external_id), &reach.external_id.source),
        ]);
        let activity = &self.activity;
        entries.extend([
            entry("activity.regions", activity.regions_in_toml(), &activity.regions.source),
            entry("activity.watch", activity.watch_in_toml(), &activity.watch.source),
        ]);
        entries.extend(self.filters.iter().map(|(name, filter)| {
            entry(&format!("filters.{name}"), quoted(&filter.value), &filter.source)
        }));
        entries.extend(self.scopes.iter().map(|(scope, rule)| {
            let name = match scope {
                Scope::Profile(name) => format!("profiles.{}.read_only", toml_key(name)),
                Scope::Account(number) => format!("accounts.{number}.read_only"),
            };
            entry(&name, rule.value.to_string(), &rule.source)
        }));
        entries.extend(self.bindings.iter().map(|binding| {
            let keys: Vec<String> = binding.keys.iter().map(|key| quoted(key)).collect();
            entry(
                &format!("keys.{}", toml_key(&binding.action)),
                format!("[{}]", keys.join(", ")),
                &binding.source,
            )
        }));
        entries
    }
}

/// Returns whether a terminal of this terminfo name has no colors.
fn is_colorless(term: &str) -> bool {
    let name = term.strip_prefix("vt").unwrap_or_default();
    let vt = name.starts_with(|c: char| c.is_ascii_digit()) && !term.contains("color");
    vt || term == "dumb" || term.ends_with("-m") || term.ends_with("-mono")
}

fn entry(name: &str, value: String, source: &SettingSource) -> SettingEntry {
    SettingEntry { name: name.to_owned(), value, source: source.clone() }
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// Returns a key in TOML: bare if possible, else in quotes.
fn toml_key(text: &str) -> String {
    let bare = !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if bare { text.to_owned() } else { quoted(text) }
}

#[cfg(test)]
mod tests;
