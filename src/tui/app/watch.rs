//! Watch of the changed keys: they are read every minute, and new use, changed statuses and new
//! keys are reported.

use std::time::Duration;

use crate::inventory::is_stale_reply;
use crate::model::{
    IamRead, KeyId, LastUse, Now, ReadData, ReadReply, format_ago, format_date_time,
    format_time_of_day,
};
use crate::tui::app::{State, Tone};
use crate::tui::keymap::Action;
use crate::tui::messages;

/// Interval between reads of the changed keys.
const WATCH_INTERVAL: Duration = Duration::from_mins(1);

/// Watch of the changed keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeyWatch {
    next: Option<Duration>,
    /// Latest use of each key that has been reported.
    reported_uses: Vec<(KeyId, LastUse)>,
}

impl KeyWatch {
    /// Returns whether the changed keys are watched.
    pub(crate) fn is_on(&self) -> bool {
        self.next.is_some()
    }

    /// Returns the time of the next read.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.next
    }
}

impl State {
    /// Starts or stops watching.
    pub(super) fn toggle_watch(&mut self, now: Now) {
        if self.watch.next.take().is_some() {
            self.notifications.notify(Tone::Info, messages::changes::WATCH_STOPPED);
            return;
        }
        let changed = self.changed_keys().len();
        if changed == 0 {
            self.notifications.notify(Tone::Info, messages::changes::NOTHING_TO_WATCH);
            return;
        }
        self.watch.next = Some(now.mono);
        let sentence = messages::changes::watch_started(changed, self.key_for(Action::Watch));
        self.notifications.notify(Tone::Info, sentence);
    }

    /// Requests the reads of the changed keys when they are due.
    pub(super) fn settle_watch(&mut self, now: Now) {
        if self.watch.next.is_none_or(|next| now.mono < next) {
            return;
        }
        self.watch.next = Some(now.mono + WATCH_INTERVAL);
        for key in self.changed_keys() {
            let owner =
                self.inventory.owner(&key).map(|index| self.inventory.at(index).sent_name());
            if let Some(user) = owner {
                self.inventory.refresh(IamRead::Keys { user });
            }
            self.inventory.refresh(IamRead::LastUse { key });
        }
    }

    fn changed_keys(&self) -> Vec<KeyId> {
        let mut keys: Vec<_> = self
            .change_queue
            .done()
            .iter()
            .filter(|change_report| {
                self.is_of_this_account(change_report.change.session)
                    && change_report.outcome.is_applied()
            })
            .map(|change_report| change_report.change.key.clone())
            .collect();
        keys.sort();
        keys.dedup();
        keys
    }

    /// Reports a use after the verification, new keys and changed statuses. The inventory must not
    /// have the reply yet.
    pub(super) fn take_watched(&mut self, reply: &ReadReply, now: Now) {
        match (&reply.read, &reply.result) {
            (IamRead::LastUse { key }, Ok(ReadData::LastUse { last_use, .. })) => {
                let Some((status, verified)) = self.change_queue.verified(key) else { return };
                let reported = self.watch.reported_uses.contains(&(key.clone(), last_use.clone()));
                if let Some(used) = last_use.at().filter(|used| *used > verified && !reported) {
                    let sentence = messages::changes::used_after(
                        key,
                        &format_ago(used, now.wall),
                        &format_date_time(used),
                        &status,
                        self.key_for(Action::AwsCommands),
                    );
                    self.watch.reported_uses.push((key.clone(), last_use.clone()));
                    self.notifications.report_error(sentence, now.wall);
                }
            }
            (IamRead::Keys { user }, Ok(ReadData::Keys(keys))) => {
                let touched = self
                    .change_queue
                    .done()
                    .iter()
                    .any(|change_report| change_report.change.user == *user);
                let Some(facts) =
                    user.as_ref().and_then(|user| self.inventory.user(user)).filter(|_| touched)
                else {
                    return;
                };
                // A late reply shows an earlier state, not a change.
                let is_late =
                    facts.keys.at().is_some_and(|read| is_stale_reply(read, reply.asked_at, now));
                if facts.keys.live_value().is_none() || is_late {
                    return;
                }
                let new: Vec<_> = keys
                    .iter()
                    .filter(|key| facts.key(&key.id).is_none())
                    .map(|key| key.id.to_string())
                    .collect();
                let at = format_time_of_day(reply.at);
                let mut sentences = Vec::new();
                if !new.is_empty() {
                    sentences.push(messages::changes::new_keys(&facts.name, &at, &new));
                }
                for key in keys.iter().filter(|key| !self.change_queue.has_changed(&key.id)) {
                    let before = facts.key(&key.id).map(|known| &known.status);
                    if let Some(before) = before.filter(|before| **before != key.status) {
                        sentences.push(messages::changes::other_key_changed(
                            &key.id,
                            &facts.name,
                            &at,
                            &key.status,
                            before,
                        ));
                    }
                }
                for sentence in sentences {
                    self.notifications.report_error(sentence, now.wall);
                }
            }
            _ => {}
        }
    }
}
