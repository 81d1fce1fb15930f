//! Hubs: sessions whose credentials assume roles in other accounts.

use std::collections::HashMap;
use std::sync::{Arc, MutexGuard, PoisonError};

use crate::aws::Session;
use crate::model::{Route, ServiceError, SessionId};
use crate::session_factory::SessionFactory;

/// ID of the sessions whose credentials only assume roles. No screen or command has it.
const HUB_SESSION_ID: SessionId = SessionId(0);

impl SessionFactory {
    /// Returns the partition of the credentials that a route leads to, by their region. Nothing is
    /// sent.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(crate) async fn partition(
        &self,
        hub: Option<&Route>,
    ) -> Result<&'static str, ServiceError> {
        Ok(Box::pin(self.hub(hub)).await?.partition())
    }

    /// Returns the session whose credentials assume roles.
    pub(super) async fn hub(&self, route: Option<&Route>) -> Result<Session, ServiceError> {
        // One whose credentials now belong to someone else can no longer assume a role.
        let known = self.hubs().get(&route.cloned()).filter(|hub| !hub.has_ended()).cloned();
        if let Some(session) = known {
            return Ok(session);
        }
        let session = self.open(HUB_SESSION_ID, route).await?;
        self.hubs().insert(route.cloned(), session.clone());
        Ok(session)
    }

    /// Keeps the session shown as a hub, and those of the start and of `[reach] from`. Sessions of
    /// roles keep the credentials of their hub themselves.
    pub(super) fn keep_as_hub(&self, session: &Session, route: Option<&Route>) {
        let from = self.reach_settings().from.map(Route::Profile);
        let kept = [None, from, self.start_route()];
        let mut hubs = self.hubs();
        hubs.retain(|route, _| kept.contains(route));
        hubs.insert(route.cloned(), session.clone());
    }

    /// Returns the profile whose credentials assume a role, if any.
    pub(super) fn profile_of_hub(&self, route: Option<&Route>) -> Option<Arc<str>> {
        match route {
            Some(Route::Profile(name)) => Some(Arc::clone(name)),
            Some(Route::Role { from, .. }) => self.profile_of_hub(from.as_deref()),
            Some(Route::Sso { .. }) => None,
            None => self.hubs().get(&None)?.profile(),
        }
    }

    pub(super) fn hubs(&self) -> MutexGuard<'_, HashMap<Option<Route>, Session>> {
        self.0.hubs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
