//! What is wrong with a plan, and why a key is not changed, in sentences.

use std::fmt;

use crate::model::format_date_time;
use crate::ops::plan::check::PlanSkipReason;
use crate::ops::plan::document::{MAX_PLAN_BYTES, Plan, PlanError};
use crate::ops::plan::exceptions::ExceptionError;
use crate::ops::plan::file::PlanFileError;

impl fmt::Display for PlanError {
    /// Writes what is wrong, as the rest of a sentence, without a period.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => {
                write!(f, "it is larger than {} MiB", MAX_PLAN_BYTES / (1024 * 1024))
            }
            Self::Invalid(error) => write!(f, "{error}"),
            Self::Version(version) => {
                let newest = Plan::version();
                let hint = if *version > newest { ". Use a newer keyflip" } else { "" };
                write!(f, "it has version {version}, and this keyflip reads version {newest}{hint}")
            }
            Self::Id(id) => write!(f, "“{id}” is not the ID of a plan"),
            Self::Account(account) => write!(f, "“{account}” is not an account ID"),
            Self::NotLongTerm(key) => write!(f, "{key} is not a long-term access key"),
            Self::NotActive(key, status) => {
                write!(f, "{key} is {status}, and only active keys can be planned")
            }
            Self::Repeated(key) => write!(f, "{key} is in it twice"),
            Self::LastUse(key) => write!(f, "the last use of {key} contradicts itself"),
            Self::OtherAccount(key, account) => {
                write!(f, "{key} is a key of account {account}, not of the plan's account")
            }
        }
    }
}

impl fmt::Display for PlanFileError {
    /// Writes why the file is no use, as the rest of a sentence, without a period.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => write!(f, "{error}"),
            Self::Invalid(error) => write!(f, "it is not a plan of keyflip: {error}"),
        }
    }
}

impl fmt::Display for ExceptionError {
    /// Writes which line it is, and what belongs there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {}: “{}” is neither an access key ID nor a user name or a pattern such as ci-*",
            self.line, self.text
        )
    }
}

impl PlanSkipReason {
    /// Returns the reason in one or two words, for a table and for programs.
    pub(crate) fn label(&self) -> &'static str {
        match self {
            Self::AlreadyApplied(_) => "applied",
            Self::AppliedUnread(..) => "applied, not read",
            Self::ActivatedAgain(_) => "activated again",
            Self::Undone(_) => "undone",
            Self::UndoneUnread(..) => "undone, not read",
            Self::InFlight(_) => "in progress",
            Self::Interrupted(_) => "outcome unknown",
            Self::UsedSince(_) => "used since",
            Self::StatusChanged(_) => "status changed",
            Self::Deleted => "deleted",
            Self::UserDeleted => "user deleted",
            Self::OtherOwner(_) => "other owner",
            Self::LastActive(_) | Self::LastActiveNew(_) => "last active key",
            Self::OtherInFlight(..) => "other key in progress",
            Self::SignsSession => "signs session",
            Self::Unreadable(_) | Self::UseUnreadable(_) => "not read",
        }
    }
}

impl fmt::Display for PlanSkipReason {
    /// Writes the reason as the end of a sentence that begins with the key, without a period.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyApplied(at) => {
                write!(f, "was deactivated by this plan at {}", format_date_time(*at))
            }
            Self::AppliedUnread(at, error) => write!(
                f,
                "was deactivated by this plan at {}; its status now could not be read: {error}",
                format_date_time(*at)
            ),
            Self::ActivatedAgain(at) => write!(
                f,
                "was deactivated by this plan at {} and is active again",
                format_date_time(*at)
            ),
            Self::Undone(at) => {
                write!(
                    f,
                    "was deactivated by this plan, which was undone at {}",
                    format_date_time(*at)
                )
            }
            Self::UndoneUnread(at, error) => write!(
                f,
                "was deactivated by this plan, which was undone at {}; its status now could not be \
                 read: {error}",
                format_date_time(*at)
            ),
            Self::Interrupted(at) => write!(
                f,
                "has a change of this plan with an unknown outcome, at {}, and someone may have activated \
                 the key since; to change it, run keyflip apply without --yes or with \
                 --retry-interrupted",
                format_date_time(*at)
            ),
            Self::InFlight(until) => write!(
                f,
                "may have a change in progress by another process until {}",
                format_date_time(*until)
            ),
            Self::UsedSince(at) => {
                write!(f, "was used since the plan was created: at {}", format_date_time(*at))
            }
            Self::StatusChanged(status) => write!(f, "is {status} now"),
            Self::Deleted => f.write_str("is no longer in its owner's list of keys"),
            Self::UserDeleted => {
                f.write_str("no longer has an owner of that name: the user was deleted or renamed")
            }
            Self::OtherOwner(user) => write!(f, "belongs to {user} by now"),
            Self::LastActive(at) => write!(
                f,
                "is the last active key of its user and was used at {}",
                format_date_time(*at)
            ),
            Self::LastActiveNew(at) => write!(
                f,
                "is the last active key of its user, is not used yet and was created at {}",
                format_date_time(*at)
            ),
            Self::OtherInFlight(key, until) => write!(
                f,
                "may be the last active key of its user: a change of {key} may be in progress \
                 until {}",
                format_date_time(*until)
            ),
            Self::SignsSession => f.write_str(
                "signs, or may sign, this session; use keyflip deactivate if you want that",
            ),
            Self::Unreadable(error) => write!(f, "could not be read: {error}"),
            Self::UseUnreadable(error) => {
                write!(f, "may have been used since: its last use could not be read: {error}")
            }
        }
    }
}
