//! Classification of SDK errors, and a hint for each.

pub(super) mod causes;
pub(super) mod certificate;
pub(super) mod classify;
pub(super) mod denial;
pub(super) mod hints;
pub(super) mod json_code;
