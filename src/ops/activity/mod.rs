//! What a key has done, from CloudTrail's event history: what is asked, what was read, and a summary
//! of it. CloudTrail records management events; it keeps them for 90 days, for each Region, and
//! shows them some minutes late:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html>.

mod calls;
mod coverage;
mod event_text;
mod history;
mod messages;
mod persistence;
mod query;
mod watch;

pub(crate) use calls::{CallCount, ErrorCount, IssuedCall, IssuedStatus, ServiceCalls, Source};
pub(crate) use coverage::{RegionActivity, RegionState};
pub(crate) use event_text::event_lines;
pub(crate) use history::{Activity, Histogram};
pub(crate) use messages::{LIMITS, event_count};
pub(crate) use persistence::{PersistenceKind, persistence_kind};
pub(crate) use query::{ActivityProgress, ActivityQuery, DEFAULT_MAX_EVENTS};
pub(crate) use watch::{ActivityWatch, WatchAnswer};
