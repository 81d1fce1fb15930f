//! Results of the controls.

use jiff::Timestamp;

use super::benchmark::Control;
use crate::cli::BenchmarkVersion;
use crate::model::{IamSummary, KeyStatus, LastUse, OddReportRow, UserName};

/// The controls of one account.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CisReport {
    /// The version of the benchmark.
    pub benchmark: BenchmarkVersion,
    /// When the credential report was generated. Ages count back from then.
    pub generated: Timestamp,
    /// SHA-256 of the credential report as received.
    pub sha256: [u8; 32],
    /// IAM users in the credential report.
    pub users: usize,
    /// Whether root's row is in the credential report.
    pub has_root: bool,
    /// Rows of the credential report that are no evidence: they could not be read, repeat a user,
    /// or are of another account.
    pub left_out: Vec<OddReportRow>,
    /// Counts of the account, read apart from the credential report; `None` if they could not be
    /// read.
    pub account: Option<IamSummary>,
    /// The results, in the order of the controls.
    pub results: Vec<ControlResult>,
}

impl CisReport {
    /// Returns whether everyone of the account is in the report with a usable row, as far as it
    /// shows.
    pub(crate) fn is_whole(&self) -> bool {
        self.has_root
            && self.left_out.is_empty()
            && self.account.is_some_and(|account| account.users <= self.users)
    }

    /// Returns whether all controls pass.
    pub(crate) fn passes(&self) -> bool {
        self.results.iter().all(|result| result.verdict == Verdict::Pass)
    }
}

/// The result of a control.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ControlResult {
    /// The control.
    pub control: Control,
    /// Its number in the benchmark.
    pub number: &'static str,
    /// Whether it passes.
    pub verdict: Verdict,
    /// The credentials that fail.
    pub failing: Vec<Finding>,
    /// The credentials of which the report does not say whether they fail.
    pub undecided: Vec<Finding>,
    /// What else is not known.
    pub missing: Vec<UnknownFact>,
    /// What a reader should know of a control that passes.
    pub note: Option<Note>,
}

/// Whether a control passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Everything is known, and nothing fails.
    Pass,
    /// At least one credential fails.
    Fail,
    /// Nothing fails as far as it is known.
    NotKnown,
}

/// A credential that fails a control, or may fail it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Finding {
    /// The user; `None` for root.
    pub user: Option<UserName>,
    /// The credential.
    pub credential: Credential,
    /// The status of a key; `None` for a password.
    pub status: Option<KeyStatus>,
    /// When it was created, last rotated or last set.
    pub created: Option<Timestamp>,
    /// The last use; `None` if that is not known.
    pub last_use: Option<LastUse>,
    /// Days that have begun since `created`.
    pub age_days: Option<i64>,
    /// Whole days since the last use; if never used, since `created`.
    pub unused_days: Option<i64>,
}

/// A kind of credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credential {
    /// The access key in this slot, 1 or 2. The credential report has no key IDs.
    Key(u8),
    /// An access key of root that is not in the credential report.
    UnlistedKey,
    /// The console password.
    Password,
    /// The console password, if there is one: the report does not say.
    PossiblePassword,
}

/// What a control depends on and is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnknownFact {
    /// This number of rows could not be used.
    RowsLeftOut(usize),
    /// What has happened since the report of that time, which is old.
    SinceReport(Timestamp),
    /// The report has no row of root.
    RootRow,
    /// The account says that root has a key, and the report has none.
    NewRootKey,
    /// Whether root has a key that is newer than the report could not be read.
    RootKeys,
    /// This number of the account's users is not in the report.
    Users(usize),
    /// The number of users of the account could not be read.
    NumberOfUsers,
}

/// What a reader should know of a control that passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// Root has an inactive key, which fails in later versions.
    InactiveRootKey,
}
