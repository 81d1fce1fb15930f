//! The runtime of the screen: event loop, terminal, input, signals and effects.

mod backend;
mod blocking_stdout;
mod clipboard;
mod clock;
mod event_loop;
mod frame_schedule;
mod input;
mod pager;
mod signals;
mod tasks;
mod terminal;

#[cfg(any(test, feature = "bench"))]
pub(crate) use backend::FrameBackend;
pub(crate) use event_loop::{EndReason, ScreenEnd, ScreenError, ScreenSetup, run, start_workers};
#[cfg(test)]
pub(crate) use frame_schedule::FrameSchedule;
#[cfg(test)]
pub(crate) use tasks::read_journal;
