//! Input of the terminal: pasted text that arrives as keys, and keys that stand for two.

mod alt_keys;
mod paste_detection;

pub(crate) use alt_keys::split_alt;
pub(crate) use paste_detection::{PasteDetector, PasteKeys, pasted_character};
