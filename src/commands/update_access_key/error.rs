//! The errors of the command, as values. `messages` has their sentences.

use std::io;

use clap::error::{ContextKind, ErrorKind as ClapKind};

use crate::changes::JournalError;
use crate::commands::exit::{Exit, Interrupted};
use crate::model::{Endpoint, ErrorKind, NotSentReason, ServiceError};

/// An error of the command.
#[derive(Debug)]
pub(super) enum UpdateError {
    /// Options that clap cannot parse; its sentence.
    Options(String),
    /// Words that are no options.
    UnknownOptions(Vec<String>),
    /// Required options that are missing.
    MissingOptions(Vec<&'static str>),
    /// A timeout that is not a number: the option and its value.
    InvalidTimeout(String, String),
    /// An endpoint URL without a scheme.
    MissingScheme(String),
    /// `--query` is not a JMESPath expression.
    InvalidQuery(String),
    /// Two input documents.
    SeveralInputs,
    /// An input document that is not a map: the option, and what it is instead.
    NotAMap(&'static str, &'static str),
    /// An input document that cannot be parsed: the option, and its format.
    InvalidDocument(&'static str, &'static str),
    /// A file that could not be read: the option, its value and the reason.
    UnreadableFile(&'static str, String, io::Error),
    /// Parameters that are not allowed.
    Parameters(Vec<ParameterError>),
    /// The AWS configuration does not have this profile.
    UnknownProfile(String),
    /// The journal is not available.
    Journal(JournalError),
    /// Nothing was sent, for another reason than a failed call.
    NotSent(NotSentReason),
    /// A call that failed, or credentials that could not be resolved.
    Call {
        /// The error.
        error: Box<ServiceError>,
        /// The number of retries, if all were used.
        retries: Option<u32>,
        /// The endpoint, if a session was opened.
        endpoint: Option<Endpoint>,
    },
    /// The outcome in keyflip's words, where the AWS CLI has none.
    Outcome(Exit, String),
    /// A signal asked the program to end.
    Interrupted,
}

/// A parameter that is not allowed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ParameterError {
    /// A required parameter is missing.
    Missing(&'static str),
    /// There is no such parameter.
    Unknown(String),
    /// The value is not a string; what it is instead.
    NotAString(&'static str, &'static str),
    /// The length in characters is below the minimum, or above the maximum.
    Length {
        /// The parameter.
        name: &'static str,
        /// The number of characters.
        length: usize,
        /// The minimum.
        min: usize,
    },
    /// The value has characters other than those allowed: name, value, allowed.
    Characters(&'static str, String, &'static str),
    /// The value has the form of a secret key, which the journal must not record.
    Secret(&'static str),
    /// The status cannot be set.
    Status(String),
}

impl UpdateError {
    /// Returns the exit code.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Options(_)
            | Self::UnknownOptions(_)
            | Self::MissingOptions(_)
            | Self::MissingScheme(_)
            | Self::InvalidQuery(_)
            | Self::SeveralInputs
            | Self::NotAMap(..)
            | Self::InvalidDocument(..)
            | Self::UnreadableFile(..)
            | Self::Parameters(_) => Exit::Usage,
            Self::InvalidTimeout(..)
            | Self::UnknownProfile(_)
            | Self::Journal(_)
            | Self::NotSent(_) => Exit::Failed,
            // A source of credentials that fails is not a missing one.
            Self::Call { error, .. } if error.kind == ErrorKind::CredentialSourceFailed => {
                Exit::Failed
            }
            Self::Call { error, .. } => Exit::for_error(error),
            Self::Outcome(exit, _) => *exit,
            Self::Interrupted => Exit::Interrupted,
        }
    }

    /// Returns the error's code, as in the AWS CLI; general errors have none.
    pub(super) fn code(&self) -> Option<&str> {
        match self {
            Self::UnknownOptions(_) => None,
            Self::Call { error, .. } if error.kind == ErrorKind::NoCredentials => {
                Some("NoCredentials")
            }
            Self::Call { error, .. } => error.code.as_deref(),
            _ => (self.exit() == Exit::Usage).then_some("ParamValidation"),
        }
    }
}

impl From<Interrupted> for UpdateError {
    fn from(_: Interrupted) -> Self {
        Self::Interrupted
    }
}

impl From<clap::Error> for UpdateError {
    fn from(error: clap::Error) -> Self {
        let context = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
        let option = context(ContextKind::InvalidArg);
        match error.kind() {
            ClapKind::UnknownArgument => Self::UnknownOptions(vec![option]),
            ClapKind::ValueValidation if option.contains("-timeout ") => {
                let option = option.split(' ').next().unwrap_or_default();
                Self::InvalidTimeout(option.to_owned(), context(ContextKind::InvalidValue))
            }
            _ => {
                let text = error.render().to_string();
                let sentence = text.split("\n\n").next().unwrap_or_default();
                Self::Options(sentence.trim_start_matches("error: ").trim_end().to_owned())
            }
        }
    }
}
