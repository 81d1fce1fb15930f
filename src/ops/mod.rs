//! What the screen and the commands share: rules that must not differ between them, and the
//! sentences about them. No terminal, no output.

pub(crate) mod activity;
pub(crate) mod aws_format;
pub(crate) mod change_batch;
pub(crate) mod cis_report;
pub(crate) mod credential_report;
pub(crate) mod export;
pub(crate) mod file_format;
pub(crate) mod key_lookup;
pub(crate) mod list_row;
pub(crate) mod organization;
pub(crate) mod overview;
pub(crate) mod plan;
pub(crate) mod reach;
pub(crate) mod sign_in;
pub(crate) mod undo;
