//! Requested end of the program.

/// Time at which the program is to end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shutdown {
    /// It is not to end.
    #[default]
    None,
    /// As soon as no change is in flight.
    WhenIdle,
    /// At once: nothing more is sent, and the next start looks up the outcome of changes in flight.
    Immediate,
}

/// Requested end of the program, and what to print after it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exit {
    /// Time of the end.
    pub shutdown: Shutdown,
    /// Outcomes of the changes that were waited for, one sentence each.
    pub messages: Vec<String>,
}
