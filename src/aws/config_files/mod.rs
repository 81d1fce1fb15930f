//! The AWS config and credentials files, read as the AWS CLI reads them. Format:
//! <https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>, reference:
//! <https://github.com/boto/botocore/blob/develop/botocore/configloader.py>.
//!
//! The files are parsed here, not by the SDK, so that one read serves profiles, settings and
//! credentials, and so that errors name file and line. The SDK's parser silently drops invalid
//! lines, cuts values at ` #` and ` ;`, and fails on a byte order mark.

mod parser;
mod paths;
mod stamp;
pub(super) mod syntax_error;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(super) use crate::aws::config_files::parser::SectionValues;
use crate::aws::config_files::parser::{Section, parse_file};
use crate::aws::config_files::paths::{config_path, credentials_path, read_file};
pub(super) use crate::aws::config_files::stamp::FileStamps;
use crate::aws::config_files::syntax_error::{LineProblem, SyntaxError};
use crate::aws::connect_options::{Environment, SettingsError};
use crate::aws::shell_words::split_words;

/// Names of the settings that hold a session token, in the AWS CLI's order.
pub(super) const TOKEN_SETTINGS: [&str; 2] = ["aws_security_token", "aws_session_token"];

/// Name of the setting that holds an access key ID.
const KEY_ID_SETTING: &str = "aws_access_key_id";

/// The contents of both files, merged as the AWS CLI merges them:
/// <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html>.
#[derive(Clone, Debug, Default)]
pub(super) struct AwsConfigFiles {
    /// Profiles by name. Settings in the credentials file take precedence. Access key ID, secret
    /// and token are all from one file. A profile with a syntax error is empty.
    pub profiles: BTreeMap<String, SectionValues>,
    /// Profiles with an access key in the credentials file. The AWS CLI prefers that key to
    /// `login_session` and `credential_process`.
    pub with_own_key: BTreeSet<String>,
    /// Every access key ID in either file, including overridden ones.
    pub key_ids: BTreeSet<String>,
    /// `[sso-session NAME]` sections by name.
    pub sso_sessions: BTreeMap<String, SectionValues>,
    /// `[services NAME]` sections by name.
    pub services: BTreeMap<String, SectionValues>,
    /// Sections of the config file without a prefix such as `profile`: title and line, from 1.
    pub unprefixed: Vec<(String, usize)>,
    /// Path of the config file.
    pub config: PathBuf,
    /// `true` if there is a config file.
    pub config_exists: bool,
    /// Syntax errors of the sections that have a name.
    errors: BTreeMap<(SectionKind, String), SyntaxError>,
    /// Sections without a readable name: title as far as it can be read, and syntax error.
    lost: Vec<(String, SyntaxError)>,
    /// First line of a file that is above all sections.
    stray: Option<SyntaxError>,
}

/// One of the two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FileKind {
    Config,
    Credentials,
}

/// Kind of a section that has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SectionKind {
    /// `[profile NAME]`, or any section of the credentials file.
    Profile,
    /// `[sso-session NAME]`.
    SsoSession,
    /// `[services NAME]`.
    Services,
}

impl AwsConfigFiles {
    /// Reads both files from the paths in the environment, by default `~/.aws/config` and
    /// `~/.aws/credentials`. A missing file counts as empty.
    ///
    /// # Errors
    /// Returns an error if a file cannot be read.
    pub(super) async fn read(environment: &Environment) -> Result<Self, SettingsError> {
        let (config, credentials) = (config_path(environment), credentials_path(environment));
        let mut files = Self { config, ..Self::default() };
        if let Some(bytes) = read_file(&files.config).await? {
            files.config_exists = true;
            let path = Arc::from(files.config.as_path());
            files.merge(&path, &bytes, FileKind::Config);
        }
        if let Some(bytes) = read_file(&credentials).await? {
            files.merge(&credentials.into(), &bytes, FileKind::Credentials);
        }
        Ok(files)
    }

    /// Adds the sections of one file. Call it for the credentials file last.
    fn merge(&mut self, path: &Arc<Path>, bytes: &[u8], kind: FileKind) {
        let file = parse_file(path, bytes);
        for section in file.sections {
            self.key_ids.extend(section.values.get(KEY_ID_SETTING).map(|id| id.to_string()));
            match (section.is_lost, kind) {
                (true, _) => self.lost.extend(section.error.map(|error| (section.title, error))),
                (false, FileKind::Config) => self.add_config_section(path, section),
                // In the credentials file the whole title is the name of a profile.
                (false, FileKind::Credentials) => self.add_credentials_section(section),
            }
        }
        if self.stray.is_none() {
            self.stray = file.stray;
        }
        let broken: Vec<_> = self.errors.keys().cloned().collect();
        for (kind, name) in broken {
            self.sections_mut(kind).insert(name, SectionValues::new());
        }
    }

    /// Adds a section of the config file. It replaces one whose name was written differently, such
    /// as `[profile "a"]` for `[profile a]`.
    fn add_config_section(&mut self, path: &Arc<Path>, section: Section) {
        match split_title(&section.title) {
            Ok(Some((kind, name))) => {
                self.note(kind, &name, section.error);
                self.sections_mut(kind).insert(name, section.values);
            }
            Ok(None) => self.unprefixed.push((section.title, section.line)),
            Err(problem) => {
                let error = SyntaxError { path: Arc::clone(path), line: section.line, problem };
                self.lost.push((section.title, error));
            }
        }
    }

    fn add_credentials_section(&mut self, mut section: Section) {
        let name = section.title;
        self.note(SectionKind::Profile, &name, section.error);
        let values = self.profiles.entry(name.clone()).or_default();
        if section.values.contains_key(KEY_ID_SETTING) {
            self.with_own_key.insert(name);
            values.retain(|key, _| !belongs_to_key(key));
        } else if values.contains_key(KEY_ID_SETTING) {
            section.values.retain(|key, _| !belongs_to_key(key));
        }
        values.extend(section.values);
    }

    fn note(&mut self, kind: SectionKind, name: &str, error: Option<SyntaxError>) {
        if let Some(error) = error {
            self.errors.entry((kind, name.to_owned())).or_insert(error);
        }
    }

    fn sections_mut(&mut self, kind: SectionKind) -> &mut BTreeMap<String, SectionValues> {
        match kind {
            SectionKind::Profile => &mut self.profiles,
            SectionKind::SsoSession => &mut self.sso_sessions,
            SectionKind::Services => &mut self.services,
        }
    }

    /// Returns a setting of a profile unless it is missing or empty.
    pub(super) fn get(&self, profile: &str, key: &str) -> Option<&str> {
        self.profiles.get(profile)?.get(key).map(|value| value.as_str()).filter(|v| !v.is_empty())
    }

    /// Returns the syntax error of a section. Its settings must not be used then.
    pub(super) fn error_in(&self, kind: SectionKind, name: &str) -> Option<&SyntaxError> {
        if self.errors.is_empty() {
            return None;
        }
        self.errors.get(&(kind, name.to_owned()))
    }

    /// Returns the syntax error of an unreadable section that seems to have had this name.
    pub(super) fn error_instead_of(&self, name: &str) -> Option<&SyntaxError> {
        let bare = |text: &str| text.trim_matches([' ', '\t', '"', '\'', '\\']).to_owned();
        let matches = |title: &str| {
            let rest = title.trim_start().split_once([' ', '\t']).map_or("", |(_, rest)| rest);
            bare(title) == name || bare(rest) == name
        };
        self.lost.iter().find(|(title, _)| matches(title)).map(|(_, error)| error)
    }

    /// Returns the first syntax error that belongs to no named section.
    pub(super) fn first_unnamed_error(&self) -> Option<&SyntaxError> {
        self.lost.first().map(|(_, error)| error).or(self.stray.as_ref())
    }

    /// Returns the syntax error of a line above all sections.
    pub(super) fn stray_line(&self) -> Option<&SyntaxError> {
        self.stray.as_ref()
    }
}

/// Returns `true` for the settings that only work together with the access key ID of their file.
fn belongs_to_key(setting: &str) -> bool {
    [KEY_ID_SETTING, "aws_secret_access_key"].contains(&setting)
        || TOKEN_SETTINGS.contains(&setting)
}

/// Splits a title of the config file: `profile "a b"` → profile `a b`; `default` → profile
/// `default`; `plugins` → none.
///
/// # Errors
/// Returns an error if the title begins like one with a name, but is not two words.
fn split_title(title: &str) -> Result<Option<(SectionKind, String)>, LineProblem> {
    let kinds = [
        ("profile", SectionKind::Profile),
        ("sso-session", SectionKind::SsoSession),
        ("services", SectionKind::Services),
    ];
    let Some((_, kind)) = kinds.into_iter().find(|(prefix, _)| title.starts_with(prefix)) else {
        return Ok((title == "default").then(|| (SectionKind::Profile, title.to_owned())));
    };
    match <[String; 2]>::try_from(split_words(title)?) {
        Ok([_, name]) => Ok(Some((kind, name))),
        Err(_) => Err(LineProblem::NotTwoWords),
    }
}

/// Parses two texts as the config and the credentials file.
#[cfg(test)]
pub(super) fn from_texts(config: &str, credentials: &str) -> AwsConfigFiles {
    let mut files = AwsConfigFiles {
        config: "/home/a/.aws/config".into(),
        config_exists: true,
        ..AwsConfigFiles::default()
    };
    let path = |name: &str| Arc::from(Path::new(name));
    files.merge(&path("/home/a/.aws/config"), config.as_bytes(), FileKind::Config);
    let credentials = credentials.as_bytes();
    files.merge(&path("/home/a/.aws/credentials"), credentials, FileKind::Credentials);
    files
}
