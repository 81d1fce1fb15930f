//! Values with their sources.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::model::escape_path;

/// The source of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SettingSource {
    /// The built-in default.
    Default,
    /// A line of the configuration file.
    File {
        /// The file.
        path: Arc<Path>,
        /// The line, counted from 1.
        line: usize,
    },
    /// The environment variable of this name.
    Environment(&'static str),
    /// This option of the command line.
    Flag(&'static str),
}

/// A value with its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sourced<T> {
    /// The value.
    pub value: T,
    /// The source of the value.
    pub source: SettingSource,
}

/// The keys of an action, from the configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Binding {
    /// The action's name.
    pub action: String,
    /// The keys, as written in the file.
    pub keys: Vec<String>,
    /// The file and line, for errors.
    pub source: SettingSource,
}

impl fmt::Display for SettingSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("built in"),
            Self::File { path, line } => write!(f, "{}:{line}", escape_path(path)),
            Self::Environment(name) => write!(f, "environment, {name}"),
            Self::Flag(name) => write!(f, "command line, {name}"),
        }
    }
}

impl<T> Sourced<T> {
    /// Returns a built-in default.
    pub(super) fn built_in(value: T) -> Self {
        Self { value, source: SettingSource::Default }
    }

    /// Returns `over` if there is one, else the value itself.
    pub(super) fn overridden_by(self, over: Option<Self>) -> Self {
        over.unwrap_or(self)
    }
}
