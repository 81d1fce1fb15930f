//! Reading of a plan from a file.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::ops::plan::document::{MAX_PLAN_BYTES, Plan, PlanError};

/// Why a plan could not be read.
#[derive(Debug)]
pub(crate) enum PlanFileError {
    /// The file could not be read.
    Unreadable(io::Error),
    /// Its text is not a plan.
    Invalid(PlanError),
}

impl std::error::Error for PlanFileError {}

impl Plan {
    /// Reads a plan from a file.
    ///
    /// # Errors
    /// Returns an error if it cannot be read, or is not a plan.
    pub(crate) fn read_file(path: &Path) -> Result<Self, PlanFileError> {
        Self::read(&mut File::open(path).map_err(PlanFileError::Unreadable)?)
    }

    /// Reads a plan; at most one byte more than a plan may have.
    ///
    /// # Errors
    /// Returns an error if it cannot be read, or is not a plan.
    pub(crate) fn read(reader: &mut impl Read) -> Result<Self, PlanFileError> {
        let mut text = Vec::new();
        let limit = u64::try_from(MAX_PLAN_BYTES).unwrap_or(u64::MAX);
        reader.take(limit + 1).read_to_end(&mut text).map_err(PlanFileError::Unreadable)?;
        Self::parse(&text).map_err(PlanFileError::Invalid)
    }
}
