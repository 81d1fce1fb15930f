//! Classification of SDK errors, and a hint for each.

pub(super) mod classify;
pub(super) mod hints;
