//! Plans: keys that are to be deactivated, frozen for review and applied later.
//!
//! `document` is the plan as a JSON document, `exceptions` the file of keys to leave out, `check`
//! decides right before a change whether the key may still be taken, and `history` is what the
//! journal says of a plan. All of it is pure, but for `file`; the sentences are in `messages`.

mod check;
mod document;
mod exceptions;
mod file;
mod history;
mod messages;

pub(crate) use check::{
    CurrentKey, KEEP_USED_WITHIN, KeyCheck, KeyReading, KeyReadings, PlanRules, PlanSkipReason,
};
pub(crate) use document::{
    Author, LeftOutKey, Plan, PlanCoverage, PlanError, PlannedKey, is_plan_id,
};
pub(crate) use exceptions::{ExceptionError, Exceptions};
pub(crate) use file::PlanFileError;
pub(crate) use history::PlanHistory;

#[cfg(test)]
mod tests;
