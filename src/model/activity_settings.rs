//! Preferences for reading the activity of a key.

use std::time::Duration;

use super::Region;

/// Preferences for reading the activity of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ActivitySettings {
    /// Regions whose event history is read.
    pub regions: ActivityRegions,
    /// How long a key is watched after it was deactivated; zero for not at all.
    pub watch: Duration,
}

/// Regions whose event history is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum ActivityRegions {
    /// That of the global services, and the one in which the key was last used.
    #[default]
    Usual,
    /// The usual ones and these.
    Listed(Vec<Region>),
    /// All of the partition.
    All,
}

/// How long a key is watched if nothing is set. AWS's playbook for leaked keys asks for 30 minutes.
const DEFAULT_WATCH: Duration = Duration::from_mins(30);

impl Default for ActivitySettings {
    fn default() -> Self {
        Self { regions: ActivityRegions::Usual, watch: DEFAULT_WATCH }
    }
}
