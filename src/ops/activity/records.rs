//! Events without their record, by cause.

use crate::model::{TrailEvent, UnreadRecord};

/// Length of a record that is kept unless all are, in bytes.
pub(super) const MAX_RECORD_LENGTH: usize = 16 * 1024;

/// Size of all records that are kept unless all are, in bytes. Later events are kept without
/// theirs.
pub(super) const MAX_RECORD_BYTES: usize = 32 * 1024 * 1024;

/// Numbers of events without their record, by cause. Those whose record was not kept have its
/// facts; of those whose record could not be read they are not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RecordCounts {
    /// CloudTrail has sent no record.
    pub missing: usize,
    /// The record is not a JSON object.
    pub not_json: usize,
    /// Not kept: longer than [`MAX_RECORD_LENGTH`].
    pub too_long: usize,
    /// Not kept: all together would be longer than [`MAX_RECORD_BYTES`].
    pub over_total: usize,
    /// Size of the records that were kept, in bytes.
    kept_bytes: usize,
}

impl RecordCounts {
    /// Counts an event, and drops its record if it is beyond the limits, unless all are kept.
    pub(super) fn count(&mut self, event: &mut TrailEvent, keeps_all: bool) {
        let size = event.record.as_ref().map_or(0, |record| record.len());
        let dropped = match event.unread_record {
            Some(UnreadRecord::Missing) => return self.missing += 1,
            Some(UnreadRecord::NotJson) => return self.not_json += 1,
            None if keeps_all => None,
            None if size > MAX_RECORD_LENGTH => Some(&mut self.too_long),
            None if self.kept_bytes + size > MAX_RECORD_BYTES => Some(&mut self.over_total),
            None => None,
        };
        match dropped {
            Some(number) => {
                *number += 1;
                event.record = None;
            }
            None => self.kept_bytes += size,
        }
    }

    /// Returns the number of events whose record could not be read.
    pub(crate) fn unread(&self) -> usize {
        self.missing + self.not_json
    }
}
