//! The runtime of the screen: event loop, terminal, input, signals and effects.

mod backend;
mod blocking_stdout;
mod clipboard;
mod clock;
mod event_loop;
mod frame_schedule;
mod input;
mod pager;
mod screen;
mod signals;
mod tasks;
mod terminal;

#[cfg(any(test, feature = "bench"))]
pub(crate) use backend::FrameBackend;
pub(crate) use event_loop::{run, start_workers};
#[cfg(test)]
pub(crate) use frame_schedule::FrameSchedule;
pub(crate) use screen::{EndReason, ScreenEnd, ScreenError, ScreenSetup};
#[cfg(test)]
pub(crate) use tasks::read_journal;
