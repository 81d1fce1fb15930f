//! The runtime of the screen: event loop, terminal, input, signals and effects.

mod backend;
mod blocking_stdout;
mod clipboard;
mod clock;
mod effects;
mod event_loop;
mod input;
mod pager;
mod recovery_task;
mod signals;
mod terminal;

#[cfg(feature = "bench")]
pub(crate) use backend::FrameBackend as BenchBackend;
pub(crate) use event_loop::{EndReason, ScreenEnd, ScreenError, ScreenSetup, run};
