//! Reading of what a key has done.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tokio::task::AbortHandle;

use crate::aws::Session;
use crate::cli::DEFAULT_MAX_EVENTS;
use crate::model::{ActivitySettings, ErrorKind, KeyId, LastUse, ServiceError, SessionContext};
use crate::ops::activity::{
    Activity, ActivityQuery, QueryRegions, earliest_true_time, history_start, query_regions,
    read_activity,
};
use crate::tui::context::ActivityUpdate;
use crate::tui::message::Message;
use crate::tui::runtime::tasks::catch_panic::run_guarded;
use crate::tui::runtime::tasks::task_context::TaskContext;
use crate::tui::runtime::tasks::task_event::EventSender;

/// Maximum number of calls that the watch of a key reads.
const MAX_WATCHED_EVENTS: usize = 200;

/// Key whose activity is read, with what decides on the Regions.
pub(super) struct ActivityRequest {
    /// Account and endpoint of the session, for display.
    pub account: Arc<str>,
    /// The key.
    pub key: KeyId,
    /// Its last use, if it was read.
    pub last_use: Option<LastUse>,
    /// Regions.
    pub settings: ActivitySettings,
}

/// Readings of activity that may go on, by their number.
#[derive(Default)]
pub(super) struct ActivityTasks(HashMap<u64, AbortHandle>);

impl ActivityTasks {
    /// Adds a reading, and forgets those that have ended.
    pub(super) fn add(&mut self, number: u64, reading: AbortHandle) {
        self.0.retain(|_, reading| !reading.is_finished());
        self.0.insert(number, reading);
    }

    /// Cancels a reading, if it goes on.
    pub(super) fn cancel(&mut self, number: u64) {
        if let Some(task) = self.0.remove(&number) {
            task.abort();
        }
    }
}

impl ActivityRequest {
    /// Returns a request to the account of a session.
    pub(super) fn new(
        session_context: &SessionContext,
        key: KeyId,
        last_use: Option<LastUse>,
        settings: ActivitySettings,
    ) -> Self {
        let label = session_context.account_label();
        let account = match session_context.endpoint.label() {
            Some(not_aws) => format!("{label}, {not_aws}").into(),
            None => label.into(),
        };
        Self { account, key, last_use, settings }
    }

    /// Returns the query from `since` until now.
    async fn query(
        self,
        session: &Session,
        since: Timestamp,
        max_events: usize,
        now: Timestamp,
    ) -> ActivityQuery {
        let QueryRegions { regions, notes } =
            query_regions(session, &self.key, self.last_use, &self.settings.regions).await;
        let (account, key) = (self.account, self.key);
        ActivityQuery {
            account,
            notes,
            key,
            since,
            until: now,
            ends_now: true,
            regions,
            max_events,
            keeps_all_records: false,
        }
    }
}

fn session_closed() -> Arc<ServiceError> {
    Arc::new(ServiceError::new(ErrorKind::Other, "LookupEvents", "the session was closed"))
}

/// Reports that a reading cannot begin, since its session is closed.
pub(super) fn report_closed_session(number: u64, events: &EventSender) {
    let update = ActivityUpdate::Failed(session_closed());
    events.message(Message::Activity { number, update });
}

/// Reports that CloudTrail was not asked about a watched key, since its session is closed.
pub(super) fn report_unwatched(key: KeyId, events: &EventSender) {
    events.message(Message::WatchedActivity(key, Err(session_closed())));
}

/// Reads the activity of a key and sends it piece by piece.
pub(super) async fn run(
    TaskContext { events, clock, .. }: TaskContext,
    session: Session,
    request: ActivityRequest,
    number: u64,
) {
    let send = |update| events.message(Message::Activity { number, update });
    let work = async {
        let now = clock.now().wall;
        let since = history_start(now);
        let history = session.event_history()?;
        let query = request.query(&session, since, DEFAULT_MAX_EVENTS, now).await;
        send(ActivityUpdate::Started(Box::new(query.clone())));
        read_activity(&history, &query, |progress| send(ActivityUpdate::Progress(progress))).await;
        Ok(())
    };
    match run_guarded("Reading the activity", Box::pin(work)).await {
        Ok(()) => send(ActivityUpdate::Ended),
        Err(error) => send(ActivityUpdate::Failed(Arc::new(error))),
    }
}

/// Reads what a key has done since it was changed.
pub(super) async fn watch(
    TaskContext { events, clock, .. }: TaskContext,
    session: Session,
    request: ActivityRequest,
    since: Timestamp,
) {
    let key = request.key.clone();
    let work = async {
        let since = earliest_true_time(since);
        let history = session.event_history()?;
        let query = request.query(&session, since, MAX_WATCHED_EVENTS, clock.now().wall).await;
        let activity = Mutex::new(Activity::new(query.clone()));
        let apply = |progress| {
            activity.lock().unwrap_or_else(PoisonError::into_inner).apply(progress);
        };
        read_activity(&history, &query, apply).await;
        Ok(Box::new(activity.into_inner().unwrap_or_else(PoisonError::into_inner)))
    };
    let activity = run_guarded("Asking CloudTrail", Box::pin(work)).await.map_err(Arc::new);
    events.message(Message::WatchedActivity(key, activity));
}
