//! The exit codes, and the interrupt.

use crate::model::ServiceError;

/// The end of a command, with the exit codes of [AWS CLI version
/// 2](https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-returncodes.html).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: success.
    Done,
    /// 1: partial; something was not found, or some of several operations
    /// failed.
    Partial,
    /// 130: interrupted.
    Interrupted,
    /// 252: invalid usage or parameter; nothing was sent.
    Usage,
    /// 253: no usable credentials.
    NoCredentials,
    /// 254: the service refused the call.
    Refused,
    /// 255: any other error.
    Failed,
}

impl Exit {
    /// Returns the exit code.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Partial => 1,
            Self::Interrupted => 130,
            Self::Usage => 252,
            Self::NoCredentials => 253,
            Self::Refused => 254,
            Self::Failed => 255,
        }
    }

    /// Returns the end for a failed call.
    pub(super) fn for_error(error: &ServiceError) -> Self {
        match (error.kind, &error.code) {
            (kind, _) if kind.lacks_credentials() => Self::NoCredentials,
            (_, Some(_)) => Self::Refused,
            (_, None) => Self::Failed,
        }
    }

    /// Combines the ends of several operations: their common end, or
    /// [`Exit::Partial`] if they differ.
    pub(super) fn combine(ends: impl IntoIterator<Item = Self>) -> Self {
        ends.into_iter()
            .reduce(|all, one| if all == one { all } else { Self::Partial })
            .unwrap_or(Self::Done)
    }
}

/// A signal asked the program to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interrupted;
