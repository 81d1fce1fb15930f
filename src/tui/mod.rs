//! The screen: what a key does, what is where, what happens, how it looks,
//! and the loop that ties these to a terminal.

mod actions;
mod app;
mod layout;
mod runtime;
mod view;

pub(crate) use runtime::{End, Failure, Source, Start, run};

#[cfg(test)]
mod tests;
