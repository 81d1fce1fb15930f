//! Watch of the changed keys: they are read every minute, and new use, changed statuses and new
//! keys are reported.

use crate::inventory::is_stale_reply;
use crate::model::{
    AccessKey, IamRead, KeyId, LastUse, ReadData, ReadReply, UserName, format_ago,
    format_date_time, format_time_of_day,
};
use crate::tui::context::{Context, Shared, Tone};
use crate::tui::keymap::Action;
use crate::tui::messages;

/// Starts or stops watching.
pub(crate) fn toggle_watch(context: &mut Context<'_>) {
    let shared = &mut *context.shared;
    if shared.watch.stop() {
        shared.notifications.notify(Tone::Info, messages::changes::WATCH_STOPPED);
        return;
    }
    let changed = changed_keys(shared).len();
    if changed == 0 {
        shared.notifications.notify(Tone::Info, messages::changes::NOTHING_TO_WATCH);
        return;
    }
    shared.watch.start(context.now.mono);
    let sentence = messages::changes::watch_started(changed, shared.key_for(Action::Watch));
    shared.notifications.notify(Tone::Info, sentence);
}

/// Requests the reads of the changed keys when they are due.
pub(crate) fn settle_watch(context: &mut Context<'_>) {
    let shared = &mut *context.shared;
    if !shared.watch.take_due(context.now.mono) {
        return;
    }
    for key in changed_keys(shared) {
        let owner =
            shared.inventory.owner(&key).map(|index| shared.inventory.at(index).sent_name());
        if let Some(user) = owner {
            shared.inventory.refresh(IamRead::Keys { user });
        }
        shared.inventory.refresh(IamRead::LastUse { key });
    }
}

fn changed_keys(shared: &Shared) -> Vec<KeyId> {
    let applied = shared.change_queue.done().iter().filter(|change_report| {
        shared.session.is_of_this_account(change_report.change.session)
            && change_report.outcome.is_applied()
    });
    let mut keys: Vec<_> = applied.map(|report| report.change.key.clone()).collect();
    keys.sort();
    keys.dedup();
    keys
}

/// Reports a use after the verification, new keys and changed statuses. The inventory must not
/// have the reply yet.
pub(super) fn report_news(context: &mut Context<'_>, reply: &ReadReply) {
    match (&reply.read, &reply.result) {
        (IamRead::LastUse { key }, Ok(ReadData::LastUse { last_use, .. })) => {
            report_use(context, key, last_use);
        }
        (IamRead::Keys { user: Some(user) }, Ok(ReadData::Keys(keys))) => {
            report_keys(context, user, keys, reply);
        }
        _ => {}
    }
}

/// Reports a use of a changed key after its verification, once.
fn report_use(context: &mut Context<'_>, key: &KeyId, last_use: &LastUse) {
    let shared = &mut *context.shared;
    let Some((status, verified)) = shared.change_queue.verified(key) else { return };
    let Some(used) = last_use.at().filter(|used| *used > verified) else { return };
    if shared.watch.note_use(key, last_use) {
        let sentence = messages::changes::used_after(
            key,
            &format_ago(used, context.now.wall),
            &format_date_time(used),
            &status,
            shared.key_for(Action::AwsCommands),
        );
        shared.notifications.report_error(sentence, context.now.wall);
    }
}

/// Reports new keys of a user one of whose keys was changed, and other keys of theirs whose status
/// has changed.
fn report_keys(context: &mut Context<'_>, user: &UserName, keys: &[AccessKey], reply: &ReadReply) {
    let shared = &mut *context.shared;
    let changed = shared.change_queue.done().iter();
    let is_touched = changed.into_iter().any(|report| report.change.user.as_ref() == Some(user));
    let Some(facts) = shared.inventory.user(user).filter(|_| is_touched) else { return };
    // A late reply shows an earlier state, not a change.
    let is_late =
        facts.keys.at().is_some_and(|read| is_stale_reply(read, reply.asked_at, context.now));
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
    for key in keys.iter().filter(|key| !shared.change_queue.has_changed(&key.id)) {
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
        shared.notifications.report_error(sentence, context.now.wall);
    }
}
