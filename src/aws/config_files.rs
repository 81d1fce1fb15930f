//! The AWS config and credentials files: read and parsed here, so that one
//! reading serves profiles, settings and credentials, and so that an error
//! names its file and line. The SDK's own reader drops what it does not like
//! without a word, and fails on a byte order mark.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::aws::connect_options::{Environment, SettingsError};
use crate::model::escape_hidden;

/// The settings of one section, secrets among them. Keys are in lower case; a
/// value of several lines keeps its line feeds.
pub(super) type SectionValues = BTreeMap<String, Zeroizing<String>>;

/// Both files, merged as the AWS CLI merges them.
#[derive(Clone, Debug, Default)]
pub(super) struct ConfigFiles {
    /// The profiles by name. Settings of the credentials file win.
    pub profiles: BTreeMap<String, SectionValues>,
    /// The profiles that have an access key in the credentials file, where
    /// the AWS CLI looks for one before it looks elsewhere.
    pub with_own_key: BTreeSet<String>,
    /// Every access key ID in either file, those included that the other
    /// file's take the place of.
    pub key_ids: BTreeSet<String>,
    /// `[sso-session NAME]`.
    pub sso_sessions: BTreeMap<String, SectionValues>,
    /// `[services NAME]`.
    pub services: BTreeMap<String, SectionValues>,
    /// Sections of the config file that are no profile since the word
    /// `profile` is missing: name and line.
    pub unprefixed: Vec<(String, usize)>,
    /// Where the config file is, or would be.
    pub config: PathBuf,
}

/// Which of the two files a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FileKind {
    Config,
    Credentials,
}

/// A section as it stands in a file.
#[derive(Debug)]
struct Section {
    title: String,
    line: usize,
    values: SectionValues,
}

impl ConfigFiles {
    /// Reads both files from where the environment says. A file that does
    /// not exist is an empty one.
    ///
    /// # Errors
    /// A file that can't be read, is not UTF-8, or can't be parsed.
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

    /// Takes in the sections of one file; the credentials file comes last.
    fn merge(&mut self, sections: &[Section], kind: FileKind) {
        let prefixed_default =
            sections.iter().any(|s| split_title(&s.title) == (Some("profile"), "default"));
        for section in sections {
            // In the credentials file the whole title is a profile's name.
            let (word, name) = match kind {
                FileKind::Credentials => (Some("profile"), section.title.as_str()),
                FileKind::Config => split_title(&section.title),
            };
            let target = match (word, name) {
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
            target.entry(name.to_owned()).or_default().extend(values);
        }
    }

    /// A setting of a profile.
    pub(super) fn get(&self, profile: &str, key: &str) -> Option<&str> {
        self.profiles.get(profile)?.get(key).map(|value| value.as_str()).filter(|v| !v.is_empty())
    }
}

/// The file's text; empty if there is no such file.
async fn read_text(path: &Path) -> Result<Zeroizing<String>, SettingsError> {
    let bytes = match tokio::fs::read(path).await {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Zeroizing::default());
        }
        Err(error) => {
            return Err(SettingsError::new(
                format!("The file {} can't be read: {error}.", path.display()),
                "Check who owns it and its permissions.",
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
        Err(_) => Err(SettingsError::new(
            format!("The file {} is not UTF-8 text.", path.display()),
            "Save it as UTF-8 and try again.",
        )),
    }
}

/// `profile "a b"` → (`profile`, `a b`); `a` → (none, `a`). A name of
/// several words needs quotes, as for the AWS CLI.
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

/// The sections of a text, in order. Settings may be indented: only a line
/// that is indented more deeply than its setting goes on with it.
///
/// # Errors
/// The first line that is neither section, setting, continuation nor comment.
fn parse_sections(path: &Path, text: &str) -> Result<Vec<Section>, SettingsError> {
    let mut sections: Vec<Section> = Vec::new();
    let mut last: Option<(String, usize)> = None;
    for (index, raw) in text.lines().enumerate() {
        let line = index + 1;
        let broken = |what: &str| syntax_error(path, line, what);
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
            let title = title
                .ok_or_else(|| broken("the section's name has no closing bracket"))?
                .trim()
                .to_owned();
            sections.push(Section { title, line, values: SectionValues::new() });
            last = None;
            continue;
        }
        let section = sections
            .last_mut()
            .ok_or_else(|| broken("a section such as [default] has to come first"))?;
        let setting = without_comment(raw, true).split_once(['=', ':']);
        let (key, value) = setting.ok_or_else(|| broken("a setting needs an equals sign"))?;
        let key = key.trim().to_ascii_lowercase();
        if key.is_empty() {
            return Err(broken("the setting has no name"));
        }
        section.values.insert(key.clone(), Zeroizing::new(value.trim().to_owned()));
        last = Some((key, indent));
    }
    Ok(sections)
}

/// Says where a file is broken. The line itself may hold a secret, so it is
/// not shown.
fn syntax_error(path: &Path, line: usize, what: &str) -> SettingsError {
    SettingsError::new(
        format!(
            "The file {} is broken in line {line}: {what}.",
            escape_hidden(&path.to_string_lossy())
        ),
        "Mend that line and try again.",
    )
}

/// The line without spaces around it and without a comment at its end, which
/// in a setting needs white space before it.
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

/// The files in these two texts.
#[cfg(test)]
pub(super) fn from_texts(config: &str, credentials: &str) -> ConfigFiles {
    let mut files = ConfigFiles { config: "/home/a/.aws/config".into(), ..ConfigFiles::default() };
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
    fn the_credentials_file_wins_and_comments_and_line_ends_do_not_matter() {
        let files = from_texts(
            "# first\r\n[default]\r\nregion = eu-west-1 ; near\r\naws_access_key_id = B\r\n[profile 'a b']\r\nREGION=x#y\r\n",
            "[default]\naws_access_key_id = A\nregion = eu-west-2\n",
        );
        assert_eq!(files.get("default", "region"), Some("eu-west-2"));
        assert_eq!(files.get("a b", "region"), Some("x#y"));
        assert_eq!(files.get("default", "aws_access_key_id"), Some("A"));
        assert!(
            files.key_ids.iter().eq(["A", "B"]),
            "either may have minted a session: {:?}",
            files.key_ids
        );
    }

    #[test]
    fn a_section_without_the_word_profile_is_remembered_but_is_no_profile() {
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
    fn a_broken_line_is_named_and_not_shown() {
        let error = parse_sections(Path::new("/x/credentials"), "[a]\nkey = v\nwJalrXUtnFEMI\n")
            .unwrap_err();
        assert!(error.message.contains("/x/credentials is broken in line 3"), "{error}");
        assert!(!error.to_string().contains("wJalr"));
        for text in ["key = v", "[a", "[a]\n= v"] {
            assert!(parse_sections(Path::new("f"), text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_passed_over_and_bytes_that_are_no_text_are_an_error() {
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
