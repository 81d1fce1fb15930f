//! Recovery of changes without an outcome: which to settle, and the reads that settle them.

pub(super) mod plan;
pub(super) mod run;
