//! The task that reads every account of the organization.

use std::sync::Arc;

use crate::model::SessionContext;
use crate::ops::organization::{OrganizationEvent, read_organization};
use crate::ops::reach::AccountRouter;
use crate::tui::message::Message;
use crate::tui::runtime::tasks::catch_panic::run_guarded;
use crate::tui::runtime::tasks::task_context::TaskContext;

/// Reads the accounts and sends what it finds as it comes. `current` is the context of the session
/// whose credentials assume roles.
pub(super) async fn run(
    TaskContext { session_factory, events, clock }: TaskContext,
    current: Option<SessionContext>,
    load: u64,
) {
    let send = |event| events.message(Message::Organization { load, event });
    // Boxed, since the future is large.
    let work = Box::pin(async {
        let router = AccountRouter::load(&session_factory, current.as_ref()).await?;
        read_organization(&router, || clock.now().wall, send).await;
        Ok(())
    });
    if let Err(error) = run_guarded("Reading the organization", work).await {
        send(OrganizationEvent::ListFailed(Arc::new(error)));
        send(OrganizationEvent::AllListed);
        send(OrganizationEvent::AllRead);
    }
}
