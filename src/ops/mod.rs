//! Operations that the screen and the commands share. They neither print nor use the terminal.

pub(crate) mod change_batch;
pub(crate) mod undo;
