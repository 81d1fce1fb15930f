//! Settings of reading what a key has done.

use std::time::Duration;

use super::Region;

/// Settings of reading what a key has done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ActivitySettings {
    /// Regions to ask beside that of the global services and that of the last use.
    pub regions: ActivityRegions,
    /// How long CloudTrail is asked about a watched key after its change; zero for never.
    pub watch: Duration,
}

/// Regions to ask beside that of the global services and that of the last use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ActivityRegions {
    /// No others.
    Usual,
    /// These.
    Listed(Vec<Region>),
    /// Every Region of the partition.
    All,
}
