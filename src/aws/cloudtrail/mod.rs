//! CloudTrail's event history: the management operations of the last 90 days, by Region.
//!
//! API: <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html>.

mod event;
mod fields;
pub(super) mod history;
mod issued;
mod target;
