//! One change of one key, from intent to verification, and its record.
//!
//! `execute` carries a change out: the intent is on disk before UpdateAccessKey
//! leaves, the key is read until IAM reports the wanted status, and the outcome is
//! written beside the intent. `state_machine` decides the order of the steps and
//! `verify` what the reads show, both pure.
//!
//! - `journal` keeps intents and outcomes, and renders them as table, JSON and Markdown.
//! - `undo` finds the change to put back, and checks that it still may be.
//! - `recovery` settles by reads what a crash left open; it cannot send.
//! - `change_context` says where a change is made, `process_info` by which process.
//! - `messages` words each outcome in one sentence.

mod backoff;
mod change_context;
mod change_id;
mod execute;
mod journal;
mod messages;
mod process_info;
mod recheck_status;
mod recovery;
mod state_machine;
mod undo;
mod verify;

#[cfg(test)]
mod test_fixtures;

pub(crate) use backoff::Backoff;
pub(crate) use change_context::ChangeContext;
pub(crate) use execute::{ChangeRequest, execute};
pub(crate) use journal::entry::{ChangeState, JournalEntry};
pub(crate) use journal::export::{TABLE_COLUMNS, entries_json, entries_markdown, table_row};
pub(crate) use journal::for_screen::journal_for_screen;
pub(crate) use journal::outcome::OutcomeRecord;
pub(crate) use journal::{Journal, JournalError, JournalScan};
pub(crate) use recovery::plan::Unsettled;
pub(crate) use recovery::run::{RecoveryFinding, RecoverySummary, find_open};
pub(crate) use state_machine::ChangeProgress;
pub(crate) use undo::{UndoRefusal, check_undo, choose};
pub(crate) use verify::ChangeLimits;
