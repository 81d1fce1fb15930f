//! Hubs: sessions whose credentials assume roles in other accounts.

use std::collections::HashMap;
use std::sync::{Arc, MutexGuard, PoisonError};

use tokio::sync::OnceCell;

use crate::aws::Session;
use crate::model::{Route, ServiceError, SessionId};
use crate::session_factory::SessionFactory;

/// ID of the sessions whose credentials only assume roles. No screen or command has it.
const HUB_SESSION_ID: SessionId = SessionId(0);

/// The hubs by their routes; a cell is empty while its session is opened.
pub(super) type Hubs = HashMap<Option<Route>, Arc<OnceCell<Session>>>;

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

    /// Returns the session whose credentials assume roles. It is opened once, also if several need it
    /// at the same time, since each would ask for an MFA code of its own.
    pub(super) async fn hub(&self, route: Option<&Route>) -> Result<Session, ServiceError> {
        let hub = {
            let mut hubs = self.hubs();
            let hub = hubs.entry(route.cloned()).or_default();
            // One whose credentials now belong to someone else can no longer assume a role.
            if hub.get().is_some_and(Session::has_ended) {
                *hub = Arc::default();
            }
            Arc::clone(hub)
        };
        let session = hub.get_or_try_init(|| self.open(HUB_SESSION_ID, route)).await?;
        Ok(session.clone())
    }

    /// Keeps the session of a route as a hub.
    pub(super) fn set_hub(&self, route: Option<&Route>, session: &Session) {
        let hub = Arc::new(OnceCell::new_with(Some(session.clone())));
        self.hubs().insert(route.cloned(), hub);
    }

    /// Keeps the session shown as a hub, and those of the start and of `[reach] from`. Sessions of
    /// roles keep the credentials of their hub themselves.
    pub(super) fn keep_as_hub(&self, session: &Session, route: Option<&Route>) {
        let from = self.reach_settings().from.map(Route::Profile);
        let kept = [None, from, self.start_route()];
        self.hubs().retain(|route, _| kept.contains(route));
        self.set_hub(route, session);
    }

    /// Returns the profile whose credentials assume a role, if any.
    pub(super) fn profile_of_hub(&self, route: Option<&Route>) -> Option<Arc<str>> {
        match route {
            Some(Route::Profile(name)) => Some(Arc::clone(name)),
            Some(Route::Role { from, .. }) => self.profile_of_hub(from.as_deref()),
            Some(Route::Sso { .. }) => None,
            None => self.hubs().get(&None)?.get()?.profile(),
        }
    }

    fn hubs(&self) -> MutexGuard<'_, Hubs> {
        self.0.hubs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;

    use super::*;
    use crate::cli::GlobalArgs;
    use crate::config::Settings;

    #[tokio::test]
    async fn accounts_entered_at_once_share_one_hub() {
        let global = GlobalArgs { demo: true, ..GlobalArgs::default() };
        let factory = SessionFactory::new(&global, Settings::load(&global).unwrap());
        let hubs = join_all((0..16).map(|_| factory.hub(None))).await;
        let hubs: Vec<_> = hubs.into_iter().map(Result::unwrap).collect();
        assert!(hubs.iter().all(|hub| hub.writer().is_some()));
        hubs[0].make_read_only();
        assert!(hubs.iter().all(|hub| hub.writer().is_none()), "all are the same session");
    }
}
