//! Lines of the files that cannot be used.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use thiserror::Error;

use crate::aws::connect_options::SettingsError;
use crate::aws::messages;
use crate::model::{SplitError, escape_path};

/// A line that cannot be used. Its text is not kept, since it may hold a secret.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("Syntax error in {}, line {line}: {problem}.", escape_path(.path))]
pub(in crate::aws) struct SyntaxError {
    /// Path of the file.
    pub path: Arc<Path>,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: LineProblem,
}

/// What is wrong with a line. Its texts are fragments that end a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(in crate::aws) enum LineProblem {
    /// A section without `]`.
    #[error("the section name has no closing bracket")]
    SectionNotClosed,
    /// `[]`.
    #[error("the section has no name")]
    SectionWithoutName,
    /// A section name that the AWS CLI cannot split into words.
    #[error("the section name cannot be read: {0}")]
    SectionNotSplit(#[from] SplitError),
    /// A section such as `[profile]` or `[profile a b]`.
    #[error(
        "the section name must have exactly two words, as in [profile prod]; put a name with spaces \
         in quotes"
    )]
    NotTwoWords,
    /// A second section of the same name.
    #[error("the section appears a second time")]
    SectionTwice,
    /// A setting above all sections.
    #[error("settings must come after a section such as [default]")]
    SettingBeforeSection,
    /// A setting, or a nested one, without `=`.
    #[error("the setting has no equals sign")]
    SettingWithoutEquals,
    /// A setting without a name.
    #[error("the setting has no name")]
    SettingWithoutName,
    /// A second setting of the same name in the section.
    #[error("the setting appears a second time in its section")]
    SettingTwice,
    /// An indented line below a setting that is one line.
    #[error("the line continues the setting above; remove its indentation")]
    Continuation,
    /// A line in another encoding.
    #[error("the line is not UTF-8 text")]
    NotUtf8,
}

/// Where a setting is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::aws) struct SettingLocation {
    /// Path of the file.
    pub path: Arc<Path>,
    /// Line, from 1.
    pub line: usize,
}

impl fmt::Display for SettingLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}", escape_path(&self.path), self.line)
    }
}

impl From<&SyntaxError> for SettingsError {
    fn from(error: &SyntaxError) -> Self {
        Self::new(error.to_string(), messages::FIX_LINE)
    }
}
