//! State of the full scan.

use crate::inventory::index::UserIndex;

/// State of the full scan.
#[derive(Clone, Debug, Default)]
pub(super) struct FullScan {
    pub(super) is_running: bool,
    /// Number of the scan, which the users it has read carry.
    pub(super) number: u32,
    /// Whether users whose keys were read before are read again.
    pub(super) refresh: bool,
    /// Whether the users created last come first.
    pub(super) newest_first: bool,
    pub(super) stage: ScanStage,
    /// The listed users in the order of the scan.
    pub(super) order: Vec<UserIndex>,
    /// Index in `order` before which all users are done.
    pub(super) done_until: usize,
}

/// Stage of a full scan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ScanStage {
    /// Reads the users' keys.
    #[default]
    Keys,
    /// Reads the keys' last uses.
    LastUses,
}
