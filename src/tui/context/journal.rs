//! The journal of the account shown, as far as read.

use std::collections::HashMap;

use crate::model::KeyId;
use crate::ops::undo::{ChangesElsewhere, UndoChoice};
use crate::tui::message::JournalReading;

/// What the journal says of the account shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct JournalState {
    /// Lines to show; `None` before they were read.
    pub lines: Option<Vec<String>>,
    /// Notes on keys that were deactivated, by key.
    pub notes: HashMap<KeyId, String>,
    /// Changes that can be undone; `None` if the journal could not be read.
    pub undo: Option<UndoChoice>,
    /// Changes in other accounts that were confirmed together with those.
    pub elsewhere: Vec<ChangesElsewhere>,
    /// Number of the last request.
    requested: u64,
    /// Number of the last request that was answered.
    answered: u64,
}

impl JournalState {
    /// Returns the number of a new request.
    pub(crate) fn request(&mut self) -> u64 {
        self.requested += 1;
        self.requested
    }

    /// Returns whether a request waits for its answer.
    pub(crate) fn is_reading(&self) -> bool {
        self.requested != self.answered
    }

    /// Returns the number of the last request that was answered.
    pub(crate) fn answered(&self) -> u64 {
        self.answered
    }

    /// Takes the answer to the last request; returns whether it is that.
    pub(crate) fn apply(&mut self, reading: JournalReading) -> bool {
        let is_last = reading.request == self.requested;
        if is_last {
            self.answered = reading.request;
            self.notes = reading.notes.into_iter().collect();
            self.undo = reading.undo;
            self.elsewhere = reading.elsewhere;
            self.lines = Some(reading.lines);
        }
        is_last
    }

    /// Drops what was read. Requests keep their numbers.
    pub(crate) fn forget(&mut self) {
        let (requested, answered) = (self.requested, self.answered);
        *self = Self { requested, answered, ..Self::default() };
    }
}
