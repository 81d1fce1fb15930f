//! The terminal UI. Messages go into [`app::App`], which routes them to handlers, panes and popups
//! and requests effects as data; [`runtime`] has the event loop, the terminal and the tasks.

mod app;
mod bars;
#[cfg(feature = "bench")]
pub(crate) mod bench;
mod context;
mod effect;
mod handlers;
mod keymap;
mod message;
mod messages;
mod panes;
mod popups;
mod render;
mod runtime;

#[cfg(test)]
mod tests;

pub(crate) use context::ScreenOptions;
pub(crate) use keymap::Keymap;
pub(crate) use render::Theme;
pub(crate) use runtime::{EndReason, ScreenEnd, ScreenError, ScreenSetup, run, start_workers};
