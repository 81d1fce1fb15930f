//! Lines of settings in a configuration file, and errors that name them.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;

use super::messages;
use super::sourced::{SettingSource, Sourced};
use crate::model::{escape_path, similar_names};

/// Message of the TOML parser for a name that is in a table twice.
const DUPLICATE_KEY: &str = "duplicate key";

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
        f.write_str(&messages::unusable_file(&escape_path(&self.path), self.line, &self.reason))
    }
}

impl std::error::Error for ConfigError {}

impl ConfigError {
    /// A file that could not be read.
    pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        Self { path: path.to_owned(), line: None, reason: error.to_string() }
    }
}

/// A file's path and text, to find the lines of settings.
pub(super) struct FileLocation<'a> {
    pub(super) path: Arc<Path>,
    pub(super) text: &'a str,
}

impl FileLocation<'_> {
    pub(super) fn line(&self, span: &Range<usize>) -> usize {
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
    pub(super) fn reason(&self, error: &toml::de::Error) -> String {
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
        if message == DUPLICATE_KEY {
            let name = error.span().and_then(|span| self.text.get(span)).unwrap_or_default();
            return messages::duplicate_key(name);
        }
        let line = error.span().and_then(|span| self.text.lines().nth(self.line(&span) - 1));
        let name = line.and_then(|line| line.split('=').next()).unwrap_or_default().trim();
        messages::with_allowed_values(&message, name)
    }

    pub(super) fn source(&self, span: &Range<usize>) -> SettingSource {
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
    pub(super) fn list<T, E: fmt::Display>(
        &self,
        list: Spanned<Vec<Spanned<String>>>,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Sourced<Vec<T>>, ConfigError> {
        let source = self.source(&list.span());
        let values = list.into_inner().into_iter().map(|item| {
            parse(item.get_ref()).map_err(|error| self.error(Some(item.span()), error.to_string()))
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
}
