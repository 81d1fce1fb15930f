//! Sessions whose credentials assume roles in other accounts: source sessions.

use std::sync::{Arc, MutexGuard, PoisonError};

use tokio::sync::OnceCell;

use crate::aws::Session;
use crate::model::{Route, ServiceError, SessionId};
use crate::session_factory::{SessionFactory, SourceSessions};

/// ID of the sessions whose credentials only assume roles. No screen or command has it.
const SOURCE_SESSION_ID: SessionId = SessionId(0);

impl SessionFactory {
    /// Returns the partition of the credentials that a route leads to, by their region. Nothing is
    /// sent.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(crate) async fn partition(
        &self,
        source: Option<&Route>,
    ) -> Result<&'static str, ServiceError> {
        Ok(Box::pin(self.source_session(source)).await?.partition())
    }

    /// Returns the session whose credentials assume roles. It is opened once, also if several need
    /// it at the same time, since each would ask for an MFA code of its own.
    pub(super) async fn source_session(
        &self,
        route: Option<&Route>,
    ) -> Result<Session, ServiceError> {
        let source = {
            let mut sources = self.source_sessions();
            let source = sources.entry(route.cloned()).or_default();
            // One whose credentials now belong to someone else can no longer assume a role.
            if source.get().is_some_and(Session::has_ended) {
                *source = Arc::default();
            }
            Arc::clone(source)
        };
        let session = source.get_or_try_init(|| self.open(SOURCE_SESSION_ID, route)).await?;
        Ok(session.clone())
    }

    /// Keeps the session of a route as a source session.
    pub(super) fn set_source_session(&self, route: Option<&Route>, session: &Session) {
        let source = Arc::new(OnceCell::new_with(Some(session.clone())));
        self.source_sessions().insert(route.cloned(), source);
    }

    /// Keeps the session shown as a source session, and those of the start and of `[reach] from`.
    /// Sessions of roles keep the credentials of their source themselves.
    pub(super) fn keep_as_source_session(&self, session: &Session, route: Option<&Route>) {
        let from = self.reach_settings().from.map(Route::Profile);
        let kept = [None, from, self.start_route()];
        self.source_sessions().retain(|route, _| kept.contains(route));
        self.set_source_session(route, session);
    }

    /// Returns the profile whose credentials assume a role, if any.
    pub(super) fn profile_of_source(&self, route: Option<&Route>) -> Option<Arc<str>> {
        match route {
            Some(Route::Profile(name)) => Some(Arc::clone(name)),
            Some(Route::Role { from, .. }) => self.profile_of_source(from.as_deref()),
            Some(Route::Sso { .. }) => None,
            None => self.source_sessions().get(&None)?.get()?.profile(),
        }
    }

    fn source_sessions(&self) -> MutexGuard<'_, SourceSessions> {
        self.0.source_sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;

    use super::*;
    use crate::cli::GlobalArgs;
    use crate::config::Settings;

    #[tokio::test]
    async fn accounts_entered_at_once_share_one_source_session() {
        let global = GlobalArgs { demo: true, ..GlobalArgs::default() };
        let factory = SessionFactory::new(&global, Settings::load(&global).unwrap());
        let sources = join_all((0..16).map(|_| factory.source_session(None))).await;
        let sources: Vec<_> = sources.into_iter().map(Result::unwrap).collect();
        assert!(sources.iter().all(|source| source.writer().is_some()));
        sources[0].make_read_only();
        assert!(sources.iter().all(|source| source.writer().is_none()), "all are the same session");
    }
}
