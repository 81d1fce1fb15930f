//! What a key has done, from CloudTrail's event history: reading it, and its summary.

mod coverage;
mod data_format;
mod event_text;
#[cfg(test)]
mod format_tests;
mod histogram;
mod issued;
mod markdown;
pub(crate) mod messages;
mod query;
mod read;
#[cfg(test)]
mod read_tests;
mod records;
mod regions;
mod summary;
mod tactic;
mod tally;
#[cfg(test)]
mod test_fixtures;
#[cfg(test)]
mod tests;
mod watch;
mod write;

pub(crate) use coverage::RegionState;
pub(crate) use event_text::event_lines;
pub(crate) use histogram::Histogram;
pub(crate) use issued::{Issued, IssuedStatus};
pub(crate) use markdown::activity_markdown;
pub(crate) use query::{ActivityProgress, ActivityQuery, earliest_true_time, history_start};
pub(crate) use read::read_activity;
pub(crate) use regions::{QueryRegions, query_regions};
pub(crate) use summary::{Activity, SuspectCall};
pub(crate) use tactic::tactic_of;
pub(crate) use tally::{Count, Source};
pub(crate) use watch::ActivityWatch;
