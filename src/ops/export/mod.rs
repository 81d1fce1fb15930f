//! What the screen shows as a file, or as text for the clipboard.

mod document;
mod markdown;
mod messages;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use document::{Content, Document, Origin};
pub(crate) use table::{ExportCell, ExportTable};
