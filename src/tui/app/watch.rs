//! Watching the keys that were changed: each minute they are read again, and
//! a new use, another status or a new key beside them is told.

use std::time::Duration;

use crate::inventory::is_stale_reply;
use crate::model::{
    IamRead, KeyId, LastUse, Now, ReadData, ReadReply, format_ago, format_date_time,
    format_time_of_day,
};
use crate::tui::app::{State, Tone};
use crate::tui::keymap::Action;
use crate::tui::messages;

/// How often the changed keys are read.
const WATCH_INTERVAL: Duration = Duration::from_mins(1);

/// Whether and when the changed keys are read again.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeyWatch {
    next: Option<Duration>,
    /// The latest use of each key that has been told.
    reported_uses: Vec<(KeyId, LastUse)>,
}

impl KeyWatch {
    /// Whether the changed keys are watched.
    pub(crate) fn is_on(&self) -> bool {
        self.next.is_some()
    }

    /// When they are read next.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.next
    }
}

impl State {
    /// Begins or stops watching.
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

    /// Asks for the watched keys when their time has come.
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

    /// Tells of a use after the proof, and of keys that were not there before.
    /// To be called before the inventory takes the answer in.
    pub(super) fn take_watched(&mut self, answer: &ReadReply, now: Now) {
        match (&answer.read, &answer.result) {
            (IamRead::LastUse { key }, Ok(ReadData::LastUse { last_use, .. })) => {
                let Some((status, verified)) = self.change_queue.verified(key) else { return };
                let told = self.watch.reported_uses.contains(&(key.clone(), last_use.clone()));
                if let Some(used) = last_use.at().filter(|used| *used > verified && !told) {
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
                // A late answer tells how it was, not what has changed.
                let is_late =
                    facts.keys.at().is_some_and(|read| is_stale_reply(read, answer.asked_at, now));
                if facts.keys.live_value().is_none() || is_late {
                    return;
                }
                let new: Vec<_> = keys
                    .iter()
                    .filter(|key| facts.key(&key.id).is_none())
                    .map(|key| key.id.to_string())
                    .collect();
                let at = format_time_of_day(answer.at);
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
