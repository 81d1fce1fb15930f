//! One change of one key, from intent to verification, and its record.
//!
//! `execute` makes a change: the intent is on disk before
//! [UpdateAccessKey](https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html)
//! is sent, the key is read until IAM reports the wanted status, and the outcome is recorded.
//! `state_machine` decides the order of the steps, and `verify` what the reads show; both are
//! pure.
//!
//! - `journal` keeps intents and outcomes, and exports them as table, JSON and Markdown.
//! - `recovery` resolves by reads what a crash left unfinished; it cannot send a change.
//! - `change_origin` is the account, caller and endpoint of a change; `os_identity` the machine,
//!   user and process.
//! - `latest_changes` has the latest changes of keys, which a list may not show yet.
//! - `messages` has the sentences.

mod backoff;
mod change_id;
mod change_origin;
mod execute;
mod journal;
mod latest_changes;
mod messages;
mod os_identity;
mod recheck_status;
mod recovery;
mod state_machine;
mod verify;

#[cfg(test)]
pub(crate) mod long_journal;
#[cfg(test)]
pub(crate) mod random_journal;
#[cfg(test)]
pub(crate) mod test_fixtures;

pub(crate) use backoff::Backoff;
pub(crate) use change_id::{new_change_id, parse_id_time};
pub(crate) use change_origin::ChangeOrigin;
pub(crate) use execute::{ChangeRequest, execute};
pub(crate) use journal::entry::{
    ChangeState, Intent, JournalEntry, JournalLine, MAX_CHANGE_DURATION,
};
pub(crate) use journal::export::{entries_markdown, entry_json, table_row};
pub(crate) use journal::for_screen::{SCREEN_BYTES, deactivation_notes, journal_for_screen};
pub(crate) use journal::outcome::{OutcomeKind, OutcomeRecord};
pub(crate) use journal::{Journal, JournalError, JournalScan, search_from_end};
pub(crate) use latest_changes::{Deactivation, LatestChanges, RecentChange, recent_changes};
pub(crate) use messages::journal::JOURNAL_TABLE_COLUMNS;
pub(crate) use os_identity::{OsIdentity, os_user_label, os_user_on_host};
pub(crate) use recovery::plan::{Lookback, UnresolvedChanges};
pub(crate) use recovery::run::{RecoveryFinding, RecoverySummary, find_unfinished};
pub(crate) use state_machine::ChangeProgress;
pub(crate) use verify::ChangeLimits;
