//! The screen: what a key does, what is where, what happens, how it looks,
//! and the loop that ties these to a terminal.

mod actions;
mod app;
#[cfg(feature = "bench")]
pub(crate) mod bench;
mod layout;
mod runtime;
mod view;

pub(crate) use actions::Keymap;
pub(crate) use app::Options;
pub(crate) use runtime::{End, Ended, Failure, Start, run};

#[cfg(test)]
mod tests;
pub(crate) use view::Theme;
