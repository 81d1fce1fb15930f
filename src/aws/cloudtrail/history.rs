//! Pages of the event history of a key.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::primitives::DateTime;
use aws_sdk_cloudtrail::types::{Event, LookupAttribute, LookupAttributeKey};
use jiff::Timestamp;

use crate::aws::cloudtrail::event::trail_event;
use crate::aws::credentials::cache::CredentialsCache;
use crate::aws::errors::classify::{classify, unreadable_response};
use crate::aws::messages;
use crate::aws::operations::LOOKUP_EVENTS as OPERATION;
use crate::aws::pacer::Pacer;
use crate::aws::regions::may_be_disabled;
use crate::aws::sdk_clients::ClientFactory;
use crate::model::{ErrorKind, KeyId, Region, ServiceError, TrailEvent};

/// Number of events to request for a page, CloudTrail's maximum.
const MAX_PAGE_EVENTS: i32 = 50;

/// Time between two calls to a Region: CloudTrail allows two per second and account in each.
const INTERVAL: Duration = Duration::from_millis(500);

/// Longest time between two calls, after many throttled ones: others of the account share the
/// limit.
const MAX_INTERVAL: Duration = Duration::from_secs(4);

/// The event history of a session's account. Cheap to clone.
#[derive(Clone)]
pub(crate) struct EventHistory(Arc<HistoryCore>);

struct HistoryCore {
    client_factory: ClientFactory,
    credentials: SharedCredentialsProvider,
    credentials_cache: Arc<CredentialsCache>,
    regions: Mutex<HashMap<Region, Arc<RegionHistory>>>,
}

/// Client and pace of a Region.
struct RegionHistory {
    client: Client,
    pacer: Pacer,
}

/// Which events are read: the calls that a key has signed, and when. Every page of a window is
/// requested with the same times, which keeps the pages stable while new events arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EventWindow {
    /// The key, long-term or temporary.
    pub key: KeyId,
    /// Start of the window.
    pub since: Timestamp,
    /// End of the window.
    pub until: Timestamp,
}

/// A page of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EventPage {
    /// The events, the newest first.
    pub events: Vec<TrailEvent>,
    /// Number of events that could not be used: without ID, time or name, or of another key.
    pub unreadable: usize,
    /// Token of the next page; `None` on the last page.
    pub next: Option<String>,
}

/// Returns the error for a session with an endpoint at this URL, and none of CloudTrail.
pub(in crate::aws) fn no_cloudtrail_endpoint(url: &str) -> ServiceError {
    let message = messages::cloudtrail_without_endpoint(url);
    ServiceError::new(ErrorKind::Withheld, OPERATION, message)
        .with_hint(messages::SET_CLOUDTRAIL_ENDPOINT)
}

impl fmt::Debug for EventHistory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventHistory({:?})", self.0.client_factory.session)
    }
}

impl EventHistory {
    /// Creates the event history of a session. Nothing is sent.
    pub(in crate::aws) fn new(
        client_factory: ClientFactory,
        credentials: SharedCredentialsProvider,
        credentials_cache: Arc<CredentialsCache>,
    ) -> Self {
        let regions = Mutex::default();
        Self(Arc::new(HistoryCore { client_factory, credentials, credentials_cache, regions }))
    }

    /// Returns a page of the events of a Region (cloudtrail:LookupEvents), at this Region's turn:
    /// at most two pages per second are requested. One call, not repeated if it is throttled.
    ///
    /// # Errors
    /// Returns an error if there are no credentials, if CloudTrail refuses or cannot be reached, or
    /// if the response has no list of events.
    pub(crate) async fn page(
        &self,
        region: &Region,
        window: &EventWindow,
        token: Option<&str>,
    ) -> Result<EventPage, ServiceError> {
        // A source may take longer than the limits of a call.
        let credentials = self.0.credentials_cache.credentials().await;
        credentials.map_err(|error| error.for_operation(OPERATION))?;
        let of_key = LookupAttribute::builder()
            .attribute_key(LookupAttributeKey::AccessKeyId)
            .attribute_value(window.key.as_str())
            .build()
            .map_err(|error| ServiceError::new(ErrorKind::Invalid, OPERATION, error.to_string()))?;
        let region_history = self.region_history(region);
        let call = region_history
            .client
            .lookup_events()
            .lookup_attributes(of_key)
            .start_time(DateTime::from_secs(window.since.as_second()))
            .end_time(DateTime::from_secs(window.until.as_second()))
            .max_results(MAX_PAGE_EVENTS)
            .set_next_token(token.map(str::to_owned));
        let start = region_history.pacer.wait().await;
        let response = call.send().await.map_err(|error| {
            let error_context = self.0.credentials_cache.facts().error_context;
            self.with_region_hint(classify(OPERATION, &error, &error_context), region)
        });
        let is_throttled = response.as_ref().is_err_and(|error| error.kind == ErrorKind::Throttled);
        region_history.pacer.record_reply(start, is_throttled);
        let response = response?;
        // A page without events has an empty list. Without any, it is no page of CloudTrail.
        if response.events.is_none() {
            return Err(unreadable_response(OPERATION, messages::FOREIGN_RESPONSE));
        }
        let next = response.next_token().filter(|next| !next.is_empty());
        let is_of_key =
            |event: &&Event| event.access_key_id().is_none_or(|id| id == window.key.as_str());
        let events = response.events().iter().filter(is_of_key);
        let events: Vec<_> = events.filter_map(|event| trail_event(event, region)).collect();
        let unreadable = response.events().len() - events.len();
        Ok(EventPage { events, unreadable, next: next.map(str::to_owned) })
    }

    /// Adds a hint if credentials that STS has accepted are refused in a Region that the account
    /// may not have enabled.
    fn with_region_hint(&self, error: ServiceError, region: &Region) -> ServiceError {
        let is_identified = self.0.credentials_cache.facts().key_caller.is_some();
        let is_refused = match error.code.as_deref() {
            Some("OptInRequired" | "OptInRequiredException") => true,
            _ => error.kind == ErrorKind::BadCredentials && is_identified,
        };
        if is_refused && may_be_disabled(region) {
            error.with_hint(messages::region_may_be_disabled(region))
        } else {
            error
        }
    }

    /// Returns client and pace of a Region, which are created on first use.
    fn region_history(&self, region: &Region) -> Arc<RegionHistory> {
        let mut regions = self.0.regions.lock().unwrap_or_else(PoisonError::into_inner);
        let region_history = regions.entry(region.clone()).or_insert_with(|| {
            let client =
                self.0.client_factory.cloudtrail(region.as_str(), self.0.credentials.clone());
            Arc::new(RegionHistory { client, pacer: Pacer::new(INTERVAL, MAX_INTERVAL) })
        });
        Arc::clone(region_history)
    }
}
