//! The AWS config and credentials files, read as the AWS CLI reads them. Format:
//! <https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>, reference:
//! <https://github.com/boto/botocore/blob/develop/botocore/configloader.py>.
//!
//! The files are parsed here, not by the SDK, so that one read serves profiles, settings and
//! credentials, and so that errors name file and line. The SDK's parser silently drops invalid
//! lines, cuts values at ` #` and ` ;`, and fails on a byte order mark.

mod lines;
mod misspelt;
mod parser;
mod paths;
mod sections;
mod stamp;
pub(super) mod syntax_error;
#[cfg(test)]
mod tests;
mod text;

use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

pub(super) use crate::aws::config_files::parser::SectionValues;
use crate::aws::config_files::parser::{Section, divide_file};
use crate::aws::config_files::paths::{config_path, credentials_path, read_file};
use crate::aws::config_files::sections::{FileKind, Name};
pub(super) use crate::aws::config_files::sections::{Sections, TOKEN_SETTINGS};
pub(super) use crate::aws::config_files::stamp::FileStamps;
use crate::aws::config_files::syntax_error::{LineProblem, SettingLocation, SyntaxError};
use crate::aws::connect_options::{Environment, SettingsError};
use crate::model::split_words;

/// The contents of both files, merged as the AWS CLI merges them:
/// <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html>.
#[derive(Default)]
pub(super) struct AwsConfigFiles {
    /// Profiles. Settings in the credentials file take precedence.
    pub profiles: Sections,
    /// `[sso-session NAME]` sections.
    pub sso_sessions: Sections,
    /// `[services NAME]` sections.
    pub services: Sections,
    /// Every access key ID in either file, including overridden ones.
    pub key_ids: Vec<String>,
    /// Sections of the config file without a prefix such as `profile`.
    pub unprefixed: Vec<Section>,
    /// Path of the config file.
    pub config: PathBuf,
    /// Whether there is a config file.
    pub config_exists: bool,
    /// Sections without a readable name: title as far as it can be read, and syntax error.
    lost: Vec<(String, SyntaxError)>,
    /// First line of a file that is above all sections.
    stray: Option<SyntaxError>,
}

/// Kind of a section that has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// `~/.aws/credentials`. A missing file counts as empty. Also returns the files as they were
    /// before they were read.
    ///
    /// # Errors
    /// Returns an error if a file cannot be read.
    pub(super) async fn read(
        environment: &Environment,
    ) -> Result<(Self, FileStamps), SettingsError> {
        let environment = environment.clone();
        let reading = spawn_blocking(move || {
            let stamps = FileStamps::read(&environment);
            Ok((Self::read_now(&environment)?, stamps))
        });
        reading.await.unwrap_or_else(|panic| resume_unwind(panic.into_panic()))
    }

    fn read_now(environment: &Environment) -> Result<Self, SettingsError> {
        let (config, credentials) = (config_path(environment), credentials_path(environment));
        let mut files = Self { config, ..Self::default() };
        if let Some(bytes) = read_file(&files.config)? {
            files.config_exists = true;
            let path = Arc::from(files.config.as_path());
            files.add(&path, bytes, FileKind::Config);
        }
        if let Some(bytes) = read_file(&credentials)? {
            files.add(&credentials.into(), bytes, FileKind::Credentials);
        }
        Ok(files)
    }

    /// Adds the sections of one file. Call it for the credentials file last.
    fn add(&mut self, path: &Arc<Path>, bytes: Zeroizing<Vec<u8>>, kind: FileKind) {
        let mut file = divide_file(path, bytes);
        let mut lost = file.lost;
        for section in file.sections {
            match kind {
                FileKind::Config => lost.extend(self.add_config_section(section)),
                FileKind::Credentials => self.profiles.add_credentials(section),
            }
        }
        lost.sort_by_key(|(_, error)| error.line);
        self.lost.append(&mut lost);
        for sections in [&mut self.profiles, &mut self.sso_sessions, &mut self.services] {
            sections.sort();
        }
        self.key_ids.append(&mut file.key_ids);
        self.stray = self.stray.take().or(file.stray);
    }

    /// Adds a section of the config file. Returns its title and its error if it has no readable
    /// name.
    fn add_config_section(&mut self, section: Section) -> Option<(String, SyntaxError)> {
        let (sections, name) = match split_title(section.title()) {
            Ok(Some((SectionKind::Profile, name))) => (&mut self.profiles, name),
            Ok(Some((SectionKind::SsoSession, name))) => (&mut self.sso_sessions, name),
            Ok(Some((SectionKind::Services, name))) => (&mut self.services, name),
            Ok(None) => {
                self.unprefixed.push(section);
                return None;
            }
            Err(problem) => {
                return Some((section.title().to_owned(), section.title_error(problem)));
            }
        };
        sections.add_config(name, section);
        None
    }

    /// Returns a setting of a profile unless it is missing or empty.
    pub(super) fn get(&self, profile: &str, key: &str) -> Option<&str> {
        self.profiles.get(profile)?.get(key).map(|value| value.as_str()).filter(|v| !v.is_empty())
    }

    /// Returns the location of a setting, whose name is in lower case; `None` if its section
    /// inherits it.
    pub(super) fn location_of(
        &self,
        kind: SectionKind,
        name: &str,
        key: &str,
    ) -> Option<SettingLocation> {
        self.sections(kind).location_of(name, key)
    }

    /// Returns whether the credentials file has an access key for a profile. The AWS CLI prefers
    /// that key to `login_session` and `credential_process`.
    pub(super) fn has_own_key(&self, profile: &str) -> bool {
        self.profiles.has_own_key(profile)
    }

    /// Returns the syntax error of a section. Its settings are empty then.
    pub(super) fn error_in(&self, kind: SectionKind, name: &str) -> Option<&SyntaxError> {
        self.sections(kind).error_in(name)
    }

    fn sections(&self, kind: SectionKind) -> &Sections {
        match kind {
            SectionKind::Profile => &self.profiles,
            SectionKind::SsoSession => &self.sso_sessions,
            SectionKind::Services => &self.services,
        }
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

/// Splits a title of the config file: `profile "a b"` → profile `a b`; `default` → profile
/// `default`; `plugins` → none.
///
/// # Errors
/// Returns an error if the title begins like one with a name, but is not two words.
fn split_title(title: &str) -> Result<Option<(SectionKind, Name)>, LineProblem> {
    let kinds = [
        ("profile", SectionKind::Profile),
        ("sso-session", SectionKind::SsoSession),
        ("services", SectionKind::Services),
    ];
    let kind =
        kinds.into_iter().find_map(|(prefix, kind)| Some((title.strip_prefix(prefix)?, kind)));
    let Some((rest, kind)) = kind else {
        let name = Name::EndOfTitle(title.len());
        return Ok((title == "default").then_some((SectionKind::Profile, name)));
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if let Some(name) = rest.strip_prefix(' ')
        && !name.is_empty()
        && name.bytes().all(is_plain)
    {
        return Ok(Some((kind, Name::EndOfTitle(name.len()))));
    }
    match <[String; 2]>::try_from(split_words(title)?) {
        Ok([_, name]) => Ok(Some((kind, Name::Unquoted(name.into())))),
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
    let bytes = |text: &str| Zeroizing::new(text.as_bytes().to_owned());
    files.add(&path("/home/a/.aws/config"), bytes(config), FileKind::Config);
    files.add(&path("/home/a/.aws/credentials"), bytes(credentials), FileKind::Credentials);
    files
}
