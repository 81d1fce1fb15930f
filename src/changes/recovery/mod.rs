//! Recovery of unfinished changes: `plan` chooses those to settle here, `run` reads their keys.

pub(super) mod plan;
pub(super) mod run;
