//! What a key has done, from CloudTrail's event history: reading it, and its summary.

mod coverage;
mod event_text;
mod histogram;
mod issued;
pub(crate) mod messages;
mod persistence;
mod query;
mod summary;
mod tally;
#[cfg(test)]
mod test_fixtures;
#[cfg(test)]
mod tests;

pub(crate) use coverage::{RegionActivity, RegionState};
pub(crate) use event_text::event_lines;
pub(crate) use histogram::Histogram;
pub(crate) use issued::{Issued, IssuedKind, IssuedStatus};
pub(crate) use persistence::Tactic;
pub(crate) use query::{ActivityProgress, ActivityQuery};
pub(crate) use summary::{Activity, Persistence};
pub(crate) use tally::{Call, ErrorCount, Service, Source};
