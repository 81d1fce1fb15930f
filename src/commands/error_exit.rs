//! The exit code of each error.

use crate::aws::SignInError;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::ops::undo::UndoRefusal;

impl CommandError {
    /// Returns the exit code.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::StdoutClosed => Exit::Done,
            Self::Interrupted => Exit::Interrupted,
            Self::NoKeyIdInText
            | Self::OnlyTruncatedKeyIds
            | Self::NotConfirmed
            | Self::ActivityElsewhere { .. } => Exit::Partial,
            Self::UndoRefused(refusal, _) => match refusal {
                UndoRefusal::PriorStatusUnknown(_) | UndoRefusal::Ambiguous(..) => Exit::Usage,
                _ => Exit::Partial,
            },
            Self::Usage(_)
            | Self::InvalidMfaCode
            | Self::IncompleteKeyId(..)
            | Self::InvalidKeyId(..)
            | Self::InvalidTime(..)
            | Self::ActivityNeedsMarkdown
            | Self::JournalNeedsAccountId(_)
            | Self::EmptyWindow(..)
            | Self::InvalidRegion(_)
            | Self::InvalidFilter(_)
            | Self::MarkedInList
            | Self::WordInPlan
            | Self::ColumnsOfJson
            | Self::InvalidTarget { .. }
            | Self::NoTargetsOnStdin
            | Self::NoTerminal
            | Self::LockOut(..)
            | Self::DemoWithOtherAccount
            | Self::SignIn(SignInError::Demo)
            | Self::TooManyAccounts { .. }
            | Self::RoleWithoutAccount
            | Self::PlanBeforeCommand
            | Self::KeyIdBeforeCommand
            | Self::ConflictingAccountOptions(_)
            | Self::UnreadableFaults(..)
            | Self::UnreadableFile(..)
            | Self::InvalidPlan(..)
            | Self::InvalidExceptions(..)
            | Self::InvalidFaults(_) => Exit::Usage,
            Self::Service(error) | Self::SignIn(SignInError::Call(error)) => Exit::for_error(error),
            Self::NotEntered(_, error) => Exit::for_error(error),
            Self::SignIn(SignInError::Denied | SignInError::Expired | SignInError::CodeUsed) => {
                Exit::Refused
            }
            Self::UpdateAccessKey(errors) => errors.exit(),
            Self::SignIn(_)
            | Self::Journal(_)
            | Self::Config(_)
            | Self::AwsFiles(_)
            | Self::Screen(_)
            | Self::Runtime(_)
            | Self::Stdin(_)
            | Self::Stdout(_)
            | Self::NoDebugLogDirectory
            | Self::DebugLog(..)
            | Self::NoProfiles
            | Self::NoSignIn
            | Self::InOtherAccount { .. }
            | Self::ReadOnly
            | Self::UndoNeedsConfirmation
            | Self::JournalJson(_)
            | Self::PlanJson(_)
            | Self::PlanOfOtherAccount { .. }
            | Self::PlanOfOtherEndpoint(..)
            | Self::DemoListen(..)
            | Self::DemoFiles(..)
            | Self::DemoFileChanged(_)
            | Self::DemoFileOfOthers(_)
            | Self::DemoWait(_)
            | Self::CompletionScript(..)
            | Self::Completions(_)
            | Self::ManualPage(_) => Exit::Failed,
        }
    }
}
