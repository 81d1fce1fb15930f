//! Why a key is left out of a change.

/// Reason for leaving a key out of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SkipReason {
    /// It has the requested status already.
    AlreadySet,
    /// Its status is neither Active nor Inactive.
    NotSettable,
    /// Its status has not been read yet.
    NotRead,
    /// Its status could not be read.
    Unreadable,
    /// Its owner's list no longer has it.
    Deleted,
}

impl SkipReason {
    /// Every reason, in the order in which they are reported.
    pub(crate) const ALL: [Self; 5] =
        [Self::AlreadySet, Self::NotSettable, Self::NotRead, Self::Unreadable, Self::Deleted];
}
