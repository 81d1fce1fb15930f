//! What a key has done, from CloudTrail's event history: reading it, and its summary.

mod query;

pub(crate) use query::{ActivityProgress, ActivityQuery};
