//! Recovery of unfinished changes: `plan` chooses those to resolve here, `run` reads their keys.

pub(super) mod plan;
pub(super) mod run;
