//! What a key has done, from CloudTrail's event history: reading it, and its summary.

mod coverage;
mod event_text;
mod histogram;
mod issued;
pub(crate) mod messages;
mod persistence;
mod query;
mod read;
mod regions;
mod summary;
mod tally;
#[cfg(test)]
mod test_fixtures;
#[cfg(test)]
mod tests;
mod watch;

pub(crate) use coverage::{RegionActivity, RegionState};
pub(crate) use event_text::event_lines;
pub(crate) use histogram::Histogram;
pub(crate) use issued::{Issued, IssuedKind, IssuedStatus};
pub(crate) use persistence::{Tactic, tactic_of};
pub(crate) use query::{ActivityProgress, ActivityQuery, DEFAULT_MAX_EVENTS, HISTORY};
pub(crate) use read::read_activity;
pub(crate) use regions::query_regions;
pub(crate) use summary::{Activity, Persistence};
pub(crate) use tally::{Call, ErrorCount, Service, Source};
pub(crate) use watch::{ActivityWatch, WatchAnswer};
