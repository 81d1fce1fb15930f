//! One change of one key, from intent to proof, and what is kept of it.
//!
//! A change goes through `carry_out`: the intent is on disk before
//! UpdateAccessKey leaves, the key is read until IAM reports the wanted
//! status, and the outcome is written down beside the intent. What happens in
//! which order is decided by `flow` and what the reads prove by `proving`,
//! both pure; `carry_out` does what they say.
//!
//! - `journal` keeps intents and outcomes, as lines that `entry` and `ending` describe.
//! - `undo` tells which change can be put back, and whether it still may be.
//! - `recovery` tells what a crash left open and what a read says of it,
//!   `recover` reads and writes it down; neither can send.
//! - `site` is where a change is made, `here` the process that makes it.
//! - `backoff` is how long to wait before something is asked again.
//! - `words` says each outcome in one sentence; `record` renders entries as
//!   table, JSON and Markdown.

mod backoff;
mod carry_out;
mod digest;
mod ending;
mod entry;
mod flow;
mod here;
mod journal;
mod proving;
mod recheck;
mod record;
mod recover;
mod recovery;
mod site;
mod text;
mod undo;
mod words;

#[cfg(test)]
mod samples;

pub(crate) use backoff::Backoff;
pub(crate) use carry_out::{Order, carry_out};
pub(crate) use digest::for_screen;
pub(crate) use ending::Ending;
pub(crate) use entry::{Entry, Standing};
pub(crate) use flow::Progress;
pub(crate) use journal::{Journal, JournalError, Scan};
pub(crate) use proving::Limits;
pub(crate) use record::{COLUMNS, json, markdown, row};
pub(crate) use recover::{Finding, Recovered, find_open};
pub(crate) use recovery::Unsettled;
pub(crate) use site::Site;
pub(crate) use undo::{UndoRefusal, check, choose};
