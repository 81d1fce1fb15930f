//! Parser of the AWS config and credentials files.
//!
//! Format: <https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>. The files are parsed
//! here, not by the SDK, so that one read serves profiles, settings and credentials, and so that
//! errors name file and line. The SDK's parser silently drops invalid lines and fails on a byte
//! order mark.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::aws::connect_options::{Environment, SettingsError};
use crate::aws::messages;

/// The settings of one section, including secrets. Keys are in lower case. Values that span several
/// lines keep their line feeds.
pub(super) type SectionValues = BTreeMap<String, Zeroizing<String>>;

/// The contents of both files, merged as the AWS CLI merges them:
/// <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html>.
#[derive(Clone, Debug, Default)]
pub(super) struct AwsConfigFiles {
    /// Profiles by name. Settings in the credentials file take precedence.
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
    /// Sections of the config file without a prefix such as `profile`: name and line, from 1.
    pub unprefixed: Vec<(String, usize)>,
    /// Path of the config file, which may not exist.
    pub config: PathBuf,
}

/// One of the two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FileKind {
    Config,
    Credentials,
}

/// A section of one file.
#[derive(Debug)]
struct Section {
    title: String,
    line: usize,
    values: SectionValues,
}

impl AwsConfigFiles {
    /// Reads both files from the paths in the environment, by default `~/.aws/config` and
    /// `~/.aws/credentials`. A missing file counts as empty.
    ///
    /// # Errors
    /// Returns an error if a file cannot be read, is not UTF-8 or has a syntax error.
    pub(super) async fn read(environment: &Environment) -> Result<Self, SettingsError> {
        let path = |variable: &str, default: &str| {
            environment.expand(&environment.get(variable).unwrap_or_else(|| default.to_owned()))
        };
        let config = path("AWS_CONFIG_FILE", "~/.aws/config");
        let credentials = path("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials");
        let mut files = Self { config: config.clone(), ..Self::default() };
        files.merge(&parse_sections(&config, &read_text(&config).await?)?, FileKind::Config);
        files.merge(
            &parse_sections(&credentials, &read_text(&credentials).await?)?,
            FileKind::Credentials,
        );
        Ok(files)
    }

    /// Adds the sections of one file. Call it for the credentials file last.
    fn merge(&mut self, sections: &[Section], kind: FileKind) {
        let prefixed_default =
            sections.iter().any(|s| split_title(&s.title) == (Some("profile"), "default"));
        for section in sections {
            // In the credentials file the whole title is the name of a profile.
            let (word, name) = match kind {
                FileKind::Credentials => (Some("profile"), section.title.as_str()),
                FileKind::Config => split_title(&section.title),
            };
            let sections_of_kind = match (word, name) {
                (None, "default") if prefixed_default => continue,
                (Some("profile"), _) | (None, "default") => &mut self.profiles,
                (Some("sso-session"), _) => &mut self.sso_sessions,
                (Some("services"), _) => &mut self.services,
                (None, name) => {
                    self.unprefixed.push((name.to_owned(), section.line));
                    continue;
                }
                (Some(_), _) => continue,
            };
            if kind == FileKind::Credentials && section.values.contains_key("aws_access_key_id") {
                self.with_own_key.insert(name.to_owned());
            }
            self.key_ids.extend(section.values.get("aws_access_key_id").map(|id| id.to_string()));
            let values = section.values.iter().map(|(k, v)| (k.clone(), v.clone()));
            sections_of_kind.entry(name.to_owned()).or_default().extend(values);
        }
    }

    /// Returns a setting of a profile unless it is missing or empty.
    pub(super) fn get(&self, profile: &str, key: &str) -> Option<&str> {
        self.profiles.get(profile)?.get(key).map(|value| value.as_str()).filter(|v| !v.is_empty())
    }
}

/// Returns the text of a file without its byte order mark, or nothing if the file does not exist.
async fn read_text(path: &Path) -> Result<Zeroizing<String>, SettingsError> {
    let bytes = match tokio::fs::read(path).await {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Zeroizing::default());
        }
        Err(error) => {
            return Err(SettingsError::new(
                messages::file_unreadable(path, &error),
                messages::CHECK_FILE_PERMISSIONS,
            ));
        }
    };
    match String::from_utf8(bytes) {
        Ok(mut text) => {
            if text.starts_with('\u{feff}') {
                text.remove(0);
            }
            Ok(Zeroizing::new(text))
        }
        Err(_) => Err(SettingsError::new(messages::file_not_utf8(path), messages::SAVE_AS_UTF8)),
    }
}

/// Splits a section title into prefix and name: `profile "a b"` → (`profile`, `a b`); `a` →
/// (none, `a`). As in the AWS CLI, a name that contains spaces must be quoted.
fn split_title(title: &str) -> (Option<&str>, &str) {
    let Some((word, name)) = title.split_once([' ', '\t']) else {
        return (None, title);
    };
    let name = name.trim();
    let quoted = ['"', '\''].iter().find_map(|q| name.strip_prefix(*q)?.strip_suffix(*q));
    match quoted {
        Some(name) => (Some(word), name),
        None if name.contains([' ', '\t']) => (None, title),
        None => (Some(word), name),
    }
}

/// Parses the sections of a text, in order. Settings may be indented: only a line that is indented
/// more deeply than the setting before it continues that setting.
///
/// # Errors
/// Returns an error for the first line that is not a section, setting, continuation or comment.
fn parse_sections(path: &Path, text: &str) -> Result<Vec<Section>, SettingsError> {
    let mut sections: Vec<Section> = Vec::new();
    let mut last: Option<(String, usize)> = None;
    for (index, raw) in text.lines().enumerate() {
        let line = index + 1;
        let syntax_error = |reason: &str| {
            let message = messages::file_syntax_error(path, line, reason);
            SettingsError::new(message, messages::FIX_LINE)
        };
        let content = raw.trim_start();
        let indent = raw.len() - content.len();
        if content.is_empty() || content.starts_with(['#', ';']) {
            continue;
        }
        if let (Some((key, depth)), Some(section)) = (&last, sections.last_mut())
            && indent > *depth
            && let Some(value) = section.values.get_mut(key)
        {
            value.push('\n');
            value.push_str(content.trim_end());
            continue;
        }
        if content.starts_with('[') {
            let title =
                without_comment(raw, false).strip_prefix('[').and_then(|t| t.strip_suffix(']'));
            let title =
                title.ok_or_else(|| syntax_error(messages::SECTION_NOT_CLOSED))?.trim().to_owned();
            sections.push(Section { title, line, values: SectionValues::new() });
            last = None;
            continue;
        }
        let section =
            sections.last_mut().ok_or_else(|| syntax_error(messages::SETTING_BEFORE_SECTION))?;
        let setting = without_comment(raw, true).split_once(['=', ':']);
        let (key, value) = setting.ok_or_else(|| syntax_error(messages::SETTING_WITHOUT_EQUALS))?;
        let key = key.trim().to_ascii_lowercase();
        if key.is_empty() {
            return Err(syntax_error(messages::SETTING_WITHOUT_NAME));
        }
        section.values.insert(key.clone(), Zeroizing::new(value.trim().to_owned()));
        last = Some((key, indent));
    }
    Ok(sections)
}

/// Returns the line without surrounding spaces and without a comment at its end. In a setting
/// (`needs_space`) the comment must follow white space.
fn without_comment(line: &str, needs_space: bool) -> &str {
    let mut after_space = false;
    for (at, c) in line.char_indices() {
        if matches!(c, '#' | ';') && (after_space || !needs_space) {
            return line[..at].trim();
        }
        after_space = c.is_whitespace();
    }
    line.trim()
}

/// Parses two texts as the config and the credentials file.
#[cfg(test)]
pub(super) fn from_texts(config: &str, credentials: &str) -> AwsConfigFiles {
    let mut files =
        AwsConfigFiles { config: "/home/a/.aws/config".into(), ..AwsConfigFiles::default() };
    files.merge(&parse_sections(Path::new("config"), config).unwrap(), FileKind::Config);
    files.merge(
        &parse_sections(Path::new("credentials"), credentials).unwrap(),
        FileKind::Credentials,
    );
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_credentials_file_wins_over_the_config_file() {
        let files = from_texts(
            "# first\r\n[default]\r\nregion = eu-west-1 ; near\r\naws_access_key_id = B\r\n[profile 'a b']\r\nREGION=x#y\r\n",
            "[default]\naws_access_key_id = A\nregion = eu-west-2\n",
        );
        assert_eq!(files.get("default", "region"), Some("eu-west-2"));
        assert_eq!(files.get("a b", "region"), Some("x#y"));
        assert_eq!(files.get("default", "aws_access_key_id"), Some("A"));
        assert!(
            files.key_ids.iter().eq(["A", "B"]),
            "either may have issued a session: {:?}",
            files.key_ids
        );
    }

    #[test]
    fn a_section_without_the_prefix_profile_is_no_profile() {
        let files = from_texts("[prod]\nregion = x\n[profile two words]\n[plugins]\n", "");
        assert!(files.profiles.is_empty());
        assert_eq!(files.unprefixed[0], ("prod".to_owned(), 1));
    }

    #[test]
    fn nested_settings_stay_with_their_key() {
        let files = from_texts(
            "[services s]\niam =\n  endpoint_url = http://x\nsts =\n  endpoint_url = http://y\n",
            "",
        );
        assert_eq!(*files.services["s"]["iam"], "\nendpoint_url = http://x");
    }

    #[test]
    fn indented_settings_and_colons_are_read_as_the_aws_cli_reads_them() {
        let text = " [default]\n  aws_access_key_id = A\n  # near\n  aws_secret_access_key : b=c\n\tregion=x\n [p]\n";
        let files = from_texts("", text);
        assert_eq!(files.get("default", "aws_access_key_id"), Some("A"));
        assert_eq!(files.get("default", "aws_secret_access_key"), Some("b=c"));
        assert_eq!(files.get("default", "region"), Some("x"));
        assert!(files.profiles.contains_key("p"));
    }

    #[test]
    fn a_syntax_error_names_the_line_and_does_not_quote_it() {
        let error = parse_sections(Path::new("/x/credentials"), "[a]\nkey = v\nwJalrXUtnFEMI\n")
            .unwrap_err();
        assert!(error.message.contains("Syntax error in /x/credentials, line 3"), "{error}");
        assert!(!error.to_string().contains("wJalr"));
        for text in ["key = v", "[a", "[a]\n= v"] {
            assert!(parse_sections(Path::new("f"), text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_skipped_and_invalid_utf8_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("config");
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        std::fs::write(&path, "\u{feff}[default]\nregion = x\n").unwrap();
        assert!(runtime.block_on(read_text(&path)).unwrap().starts_with('['));
        std::fs::write(&path, [0xff, 0xfe, b'[']).unwrap();
        assert!(runtime.block_on(read_text(&path)).is_err());
        assert_eq!(*runtime.block_on(read_text(&directory.path().join("none"))).unwrap(), "");
    }
}
