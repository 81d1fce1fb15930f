//! What keys have done: readings that are requested, answered and cancelled.

use std::sync::Arc;

use jiff::SignedDuration;

use super::fake_accounts::{ERRORS, failure};
use super::runner::ModelScreen;
use crate::model::{IssuedCredentials, KeyId, Region, TrailEvent};
use crate::ops::activity::{Activity, ActivityProgress, ActivityQuery};
use crate::tui::context::ActivityUpdate;
use crate::tui::effect::TaskEffect;
use crate::tui::message::Message;
use crate::tui::popups::Popup;

impl ModelScreen {
    /// Notes a reading that was requested or cancelled.
    pub(super) fn note_activity(&mut self, effect: &TaskEffect) {
        match effect {
            TaskEffect::ReadActivity { number, key, .. } => {
                self.readings.push((*number, key.clone()));
                self.stats.readings += 1;
            }
            TaskEffect::CancelActivity(number) => {
                self.readings.retain(|(reading, _)| reading != number);
            }
            TaskEffect::WatchActivity { key, .. } => self.watched.push(key.clone()),
            _ => {}
        }
    }

    /// Checks that no reading goes on whose popup is closed.
    pub(super) fn check_activity(&self) {
        if !self.app.ui.popups.iter().any(|popup| matches!(popup, Popup::Activity(_))) {
            let left = self.readings.iter().filter(|(_, key)| {
                let known = self.app.shared.activities.get(key);
                known.is_some_and(|known| known.is_running)
            });
            assert_eq!(left.count(), 0, "a reading goes on without its popup");
        }
    }

    /// Answers a reading, or a question of the watch.
    pub(super) fn send_activity(&mut self, n: usize, m: u32) {
        if !self.watched.is_empty() && n.is_multiple_of(3) {
            let key = self.watched.remove(0);
            let activity = match n % 4 {
                0 => Err(failure(ERRORS[n % ERRORS.len()])),
                _ => Ok(Box::new(self.activity(&key, n))),
            };
            return self.batch.push(Message::WatchedActivity(key, activity));
        }
        let Some((number, key)) = self.readings.get(n % self.readings.len().max(1)).cloned() else {
            return;
        };
        let region = Region::parse("us-east-1").unwrap();
        let update = match m % 7 {
            0 => ActivityUpdate::Started(Box::new(self.query(&key))),
            1 => ActivityUpdate::Ended,
            2 => ActivityUpdate::Failed(failure(ERRORS[n % ERRORS.len()])),
            3 => {
                let error = failure(ERRORS[n % ERRORS.len()]);
                ActivityUpdate::Progress(ActivityProgress::Failed(region, error))
            }
            _ => {
                let events = vec![self.event(n, m), self.event(n + 1, m + 1)];
                let (unreadable, is_last) = (n % 2, m.is_multiple_of(2));
                let page = ActivityProgress::Page { region, events, unreadable, is_last };
                ActivityUpdate::Progress(page)
            }
        };
        if matches!(update, ActivityUpdate::Ended | ActivityUpdate::Failed(_)) {
            self.readings.retain(|(reading, _)| *reading != number);
        }
        self.batch.push(Message::Activity { number, update });
    }

    fn query(&self, key: &KeyId) -> ActivityQuery {
        let until = self.now.wall;
        ActivityQuery {
            account: "123456789012".into(),
            notes: Vec::new(),
            key: key.clone(),
            since: until - SignedDuration::from_hours(24 * 90),
            until,
            ends_now: true,
            regions: vec![Region::parse("us-east-1").unwrap()],
            max_events: 10_000,
            keeps_all_records: false,
        }
    }

    fn activity(&self, key: &KeyId, n: usize) -> Activity {
        let mut activity = Activity::new(self.query(key));
        let region = Region::parse("us-east-1").unwrap();
        let events = vec![self.event(n, 1)];
        activity.apply(ActivityProgress::Page { region, events, unreadable: 0, is_last: true });
        activity
    }

    /// Returns a call; some have issued a key of the accounts, or one that nobody has.
    fn event(&self, n: usize, m: u32) -> TrailEvent {
        let keys = &self.accounts.keys;
        let issued = match m % 3 {
            0 => KeyId::parse(&format!("ASIARZPUZDIK{n:08}")).ok(),
            1 => keys.get(n % keys.len()).map(|key| key.id.clone()),
            _ => None,
        };
        let ago = SignedDuration::from_secs(i64::from(m % 100_000) - 500);
        TrailEvent {
            id: format!("event-{n}-{m}").into(),
            time: self.now.wall - ago,
            region: Region::parse("us-east-1").unwrap(),
            service: if n.is_multiple_of(2) { "iam" } else { "s3" }.into(),
            name: if n.is_multiple_of(4) { "CreateUser" } else { "ListBuckets" }.into(),
            source_ip: Some(format!("203.0.113.{}", n % 5).as_str().into()),
            user_agent: Some("aws-cli".into()),
            principal: None,
            error_code: n.is_multiple_of(5).then(|| "AccessDenied".into()),
            error_message: None,
            read_only: None,
            target: None,
            issued: issued.map(|key| IssuedCredentials { key, expires: None, owner: None }),
            record: Some(Arc::from("{}")),
            unread_record: None,
            search_text: Box::default(),
        }
    }
}
