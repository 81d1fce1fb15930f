//! The session that the screen shows.

use std::sync::Arc;

use crate::model::{Place, ServiceError, SessionId};

/// How far the session is.
#[derive(Clone, Debug)]
pub(crate) enum Phase {
    /// Being opened: what is waited for, in a few words.
    Opening(Arc<str>),
    /// Open: where that is.
    Open(Box<Place>),
    /// Could not be opened.
    Failed(Arc<ServiceError>),
}

/// The session that the screen shows.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// Its ID, on every effect and answer.
    pub id: SessionId,
    /// The profile asked for, before anything is known.
    pub profile: Option<Arc<str>>,
    /// How far it is.
    pub phase: Phase,
}

impl Session {
    /// A session that is about to be opened.
    pub(crate) fn opening(id: SessionId, profile: Option<Arc<str>>) -> Self {
        Self { id, profile, phase: Phase::Opening("Resolving credentials".into()) }
    }

    /// Where one is, once that is known.
    pub(crate) fn place(&self) -> Option<&Place> {
        match &self.phase {
            Phase::Open(place) => Some(place),
            _ => None,
        }
    }
}
