//! Reading of the activity of a key: all Regions at once, the pages of each one after the other.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;

use super::messages;
use super::query::{ActivityProgress, ActivityQuery};
use crate::aws::{EventHistory, EventPage, EventWindow};
use crate::changes::Backoff;
use crate::model::{ErrorKind, EscapedText, Region, ServiceError, TrailEvent};

/// Times that a throttled page is asked for before its Region is given up. The other tools of the
/// account share the quota of two calls per second.
const MAX_THROTTLED: u32 = 20;

/// Times that a page is repeated after errors that may pass, beside the SDK's own retries.
const MAX_FAILED: u32 = 2;

/// Pages without an event in a row after which a Region is given up, at two pages a second in less
/// than a minute: AWS may look through a part of the history without a match, but a list without
/// end must end.
const MAX_EMPTY_PAGES: u32 = 100;

/// Error code of a page whose token has expired or is not valid.
const INVALID_TOKEN: &str = "InvalidNextTokenException";

/// Reads the events of a key in every Region of the query, and reports them as they come. A page is
/// repeated until it was read, so that none is lost, and none is reported twice. Dropping the
/// future ends the reading; nothing runs on.
pub(crate) async fn read_activity(
    history: &EventHistory,
    query: &ActivityQuery,
    report: impl Fn(ActivityProgress),
) {
    let reading = Reading {
        history: history.clone(),
        window: EventWindow {
            key: query.key.clone(),
            since: query.since,
            until: query.sent_until(),
        },
        left: AtomicUsize::new(query.max_events),
        report,
    };
    let regions = query.regions.iter().map(|region| reading.region(region));
    let mut regions: FuturesUnordered<_> = regions.collect();
    while regions.next().await.is_some() {}
}

/// What shows that the pages of a Region have no end.
#[derive(Default)]
struct PagesSoFar {
    tokens: HashSet<String>,
    empty_in_a_row: u32,
}

impl PagesSoFar {
    /// Takes in a page with this number of events and the token of the next one. Returns why the
    /// next one is not to be read, if it is not.
    fn without_end(&mut self, events: usize, next: &str) -> Option<&'static str> {
        self.empty_in_a_row = if events == 0 { self.empty_in_a_row + 1 } else { 0 };
        if !self.tokens.insert(next.to_owned()) {
            return Some(messages::REPEATED_TOKEN);
        }
        (self.empty_in_a_row >= MAX_EMPTY_PAGES).then_some(messages::TOO_MANY_EMPTY_PAGES)
    }
}

/// The pages of a Region that are still to be read.
struct Remaining {
    window: EventWindow,
    token: Option<String>,
    /// IDs of the events read at the time of the oldest one, which a new window has once more.
    oldest: HashSet<EscapedText>,
    oldest_time: Option<Timestamp>,
    pages: PagesSoFar,
    has_restarted: bool,
}

impl Remaining {
    fn new(window: EventWindow) -> Self {
        Self {
            window,
            token: None,
            oldest: HashSet::new(),
            oldest_time: None,
            pages: PagesSoFar::default(),
            has_restarted: false,
        }
    }

    /// Returns whether reading goes on with a new window after an error: once, if the token is no
    /// longer valid. The window ends at the oldest event read.
    fn restart(&mut self, error: &ServiceError) -> bool {
        let is_expired = self.token.is_some() && error.code.as_deref() == Some(INVALID_TOKEN);
        if !is_expired || self.has_restarted {
            return false;
        }
        self.window.until = self.oldest_time.unwrap_or(self.window.until);
        (self.token, self.pages, self.has_restarted) = (None, PagesSoFar::default(), true);
        true
    }

    /// Drops the events that the window before a restart had, and notes the oldest of the others.
    fn take_new(&mut self, events: &mut Vec<TrailEvent>) {
        events.retain(|event| !self.oldest.contains(&event.id));
        let times = events.iter().map(|event| event.time);
        let Some(oldest) = times.chain(self.oldest_time).min() else { return };
        if self.oldest_time != Some(oldest) {
            self.oldest.clear();
            self.oldest_time = Some(oldest);
        }
        let ids = events.iter().filter(|event| event.time == oldest).map(|event| event.id.clone());
        self.oldest.extend(ids);
    }
}

/// What the Regions of a reading share.
struct Reading<R> {
    history: EventHistory,
    window: EventWindow,
    /// Number of events that may still be reported.
    left: AtomicUsize,
    report: R,
}

impl<R: Fn(ActivityProgress)> Reading<R> {
    /// Reads the pages of a Region, and reports how it ended.
    async fn region(&self, region: &Region) {
        let mut remaining = Remaining::new(self.window.clone());
        loop {
            if self.left.load(Ordering::Relaxed) == 0 {
                return (self.report)(ActivityProgress::Stopped(region.clone()));
            }
            let page = match self.page(region, &remaining).await {
                Ok(page) => page,
                Err(error) if remaining.restart(&error) => continue,
                Err(error) => return (self.report)(failed(region, error)),
            };
            let EventPage { mut events, unreadable, next } = page;
            let all = events.len();
            remaining.take_new(&mut events);
            let count = events.len();
            let wanted = self.take(count);
            let is_cut = wanted < count;
            events.truncate(wanted);
            let is_last = next.is_none() && !is_cut;
            let region_name = region.clone();
            (self.report)(ActivityProgress::Page {
                region: region_name,
                events,
                unreadable,
                is_last,
            });
            if is_cut {
                return (self.report)(ActivityProgress::Stopped(region.clone()));
            }
            let Some(next) = next else { return };
            if let Some(reason) = remaining.pages.without_end(all, &next) {
                let error = ServiceError::new(ErrorKind::Unreadable, "LookupEvents", reason);
                return (self.report)(failed(region, error));
            }
            remaining.token = Some(next);
        }
    }

    /// Takes up to that many events from those that may still be reported.
    fn take(&self, events: usize) -> usize {
        let taken = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            Some(left.saturating_sub(events))
        });
        taken.unwrap_or(0).min(events)
    }

    /// Reads one page, again if it was throttled or an error may pass.
    async fn page(
        &self,
        region: &Region,
        remaining: &Remaining,
    ) -> Result<EventPage, ServiceError> {
        let Remaining { window, token, .. } = remaining;
        let (mut throttled, mut failures, mut backoff) = (0, 0, Backoff::default());
        loop {
            let error = match self.history.page(region, window, token.as_deref()).await {
                Ok(page) => return Ok(page),
                Err(error) => error,
            };
            match error.kind {
                ErrorKind::Throttled if throttled < MAX_THROTTLED => {
                    throttled += 1;
                    (self.report)(ActivityProgress::Throttled(region.clone()));
                }
                kind if kind != ErrorKind::Throttled
                    && kind.is_transient()
                    && failures < MAX_FAILED =>
                {
                    failures += 1;
                }
                _ => return Err(error),
            }
            tokio::time::sleep(backoff.pause(Some(error.kind))).await;
        }
    }
}

fn failed(region: &Region, error: ServiceError) -> ActivityProgress {
    ActivityProgress::Failed(region.clone(), Arc::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_without_end_are_given_up() {
        let mut pages = PagesSoFar::default();
        let tokens: Vec<_> = (0..2 * MAX_EMPTY_PAGES).map(|number| number.to_string()).collect();
        let (first, then) = tokens.split_at(MAX_EMPTY_PAGES as usize - 1);
        assert!(first.iter().all(|token| pages.without_end(0, token).is_none()));
        assert_eq!(pages.without_end(0, &then[0]), Some(messages::TOO_MANY_EMPTY_PAGES));
        assert_eq!(pages.without_end(1, &then[1]), None, "an event starts the count anew");
        assert_eq!(pages.without_end(1, &then[0]), Some(messages::REPEATED_TOKEN));
    }
}
