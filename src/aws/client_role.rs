//! Purposes of a session's clients.

/// Purpose of a client, which determines its limits and retries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClientRole {
    /// Many reads. Throttled ones go back to the inventory's rate limiter.
    FullScan,
    /// Reads for what the screen shows, and the caller's identity.
    Screen,
    /// Changes, and the reads that find and verify their key.
    Write,
}

impl ClientRole {
    /// Returns the name, for the retry partition of the client.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::FullScan => "full-scan",
            Self::Screen => "screen",
            Self::Write => "write",
        }
    }
}
