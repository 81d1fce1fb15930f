//! Errors of the SDK: their classification, and a hint on what to do about each.

pub(super) mod classify;
pub(super) mod hints;
