//! Statistics of a run, which show that it has tested something.

/// Counts of a run.
#[derive(Debug, Default)]
pub(super) struct RunStats {
    pub confirmed: usize,
    pub received: usize,
    pub unjournaled: usize,
    /// Changes undone.
    pub undone: usize,
    /// Of those, changes that an earlier run of the program has made.
    pub undone_after_restart: usize,
    /// Reports of changes of an earlier session.
    pub foreign_reports: usize,
    pub dialogs: usize,
    /// Dialogs that did not fit the screen.
    pub clipped_dialogs: usize,
    /// Batches while changed keys were watched.
    pub watched_batches: usize,
    /// Required reports about verified keys.
    pub required_reports: usize,
    /// Read-only sessions.
    pub read_only_sessions: usize,
    /// Dialogs that closed because another key started to sign.
    pub closed_by_renewal: usize,
    /// Sessions whose caller changed.
    pub caller_changes: usize,
    /// Dialogs confirmed after more than 30 seconds.
    pub late_confirmations: usize,
    /// Dialogs on keys of several accounts.
    pub dialogs_of_several_accounts: usize,
    /// Changes confirmed in such dialogs.
    pub confirmed_elsewhere: usize,
    /// Accounts entered by a route.
    pub entered: usize,
    /// Readings of what a key has done.
    pub readings: usize,
    /// Actions run in the command palette.
    pub run_by_palette: usize,
    pub sessions: usize,
    pub starts: usize,
    pub frames: usize,
}

impl std::ops::AddAssign for RunStats {
    fn add_assign(&mut self, other: Self) {
        self.confirmed += other.confirmed;
        self.received += other.received;
        self.unjournaled += other.unjournaled;
        self.undone += other.undone;
        self.undone_after_restart += other.undone_after_restart;
        self.foreign_reports += other.foreign_reports;
        self.dialogs += other.dialogs;
        self.clipped_dialogs += other.clipped_dialogs;
        self.watched_batches += other.watched_batches;
        self.required_reports += other.required_reports;
        self.read_only_sessions += other.read_only_sessions;
        self.closed_by_renewal += other.closed_by_renewal;
        self.caller_changes += other.caller_changes;
        self.late_confirmations += other.late_confirmations;
        self.dialogs_of_several_accounts += other.dialogs_of_several_accounts;
        self.confirmed_elsewhere += other.confirmed_elsewhere;
        self.entered += other.entered;
        self.readings += other.readings;
        self.run_by_palette += other.run_by_palette;
        self.sessions += other.sessions;
        self.starts += other.starts;
        self.frames += other.frames;
    }
}
