//! The terminal UI: state and its updates ([`app`]), key bindings ([`keymap`]),
//! layout, drawing ([`view`]), and the event loop ([`runtime`]).

mod app;
#[cfg(feature = "bench")]
pub(crate) mod bench;
mod keymap;
mod layout;
mod messages;
mod runtime;
mod view;

pub(crate) use app::ScreenOptions;
pub(crate) use keymap::Keymap;
pub(crate) use runtime::{EndReason, ScreenEnd, ScreenError, ScreenSetup, run};

#[cfg(test)]
mod tests;
pub(crate) use view::Theme;
