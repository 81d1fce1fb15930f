//! Watch of the changed keys: they are read every minute, and new use, changed statuses and new
//! keys are reported.

use std::sync::Arc;

use crate::inventory::is_stale_reply;
use crate::model::{
    AccessKey, ErrorKind, IamRead, KeyChange, KeyId, KeyLastUse, LastUse, ReadData, ReadReply,
    ServiceError, SessionContext, UserName, format_ago, format_date_time, format_time_of_day,
};
use crate::ops::activity::{Activity, ActivityWatch};
use crate::tui::context::{Context, Shared, Tone, location_of};
use crate::tui::effect::TaskEffect;
use crate::tui::keymap::Action;
use crate::tui::messages;
use crate::tui::messages::changes::WatchedKeys;

/// Number of changed keys for which CloudTrail is polled: it allows two calls per second.
const MAX_WATCHED_KEYS: usize = 20;

/// Errors of CloudTrail that a later poll would have, too.
const PERMANENT_ERRORS: [ErrorKind; 3] =
    [ErrorKind::Denied, ErrorKind::Unsupported, ErrorKind::Withheld];

/// Starts or stops watching.
pub(crate) fn toggle_watch(context: &mut Context<'_>) {
    let shared = &mut *context.shared;
    if let Some(lines) = shared.watch.stop() {
        let stopped = messages::changes::WATCH_STOPPED.to_owned();
        let text = std::iter::once(stopped).chain(lines).collect::<Vec<_>>().join(" ");
        shared.notifications.notify(Tone::Info, text);
        return;
    }
    let changed = changed_keys(shared).len();
    let elsewhere = changed_elsewhere(shared).unwrap_or_default();
    if changed == 0 {
        let sentence = format!("{}{elsewhere}", messages::changes::NOTHING_TO_WATCH);
        shared.notifications.notify(Tone::Info, sentence);
        return;
    }
    shared.watch.start(context.now.mono);
    watch_verified_keys(context);
    let shared = &mut *context.shared;
    let watched = shared.watch.watched();
    let regions = watched.clone().map(|key| shared.activities.read_regions(key).len());
    let poll = WatchedKeys {
        keys: watched.count(),
        regions: regions.max().unwrap_or(0),
        length: shared.options.activity_watch,
    };
    let watch = shared.key_for(Action::Watch);
    let sentence = messages::changes::watch_started(changed, &poll, watch);
    shared.notifications.notify(Tone::Info, sentence + &elsewhere);
}

/// Returns a sentence on the changed keys of other accounts, which are not watched from here;
/// `None` without any.
fn changed_elsewhere(shared: &Shared) -> Option<String> {
    let done = shared.change_queue.done().iter().filter(|report| report.outcome.is_applied());
    let mut keys: Vec<(KeyId, String)> = Vec::new();
    for change in done.map(|report| &report.change) {
        let is_here = shared.session.is_of_this_account(change.session);
        if !is_here && keys.iter().all(|(key, _)| *key != change.key) {
            keys.push((change.key.clone(), shared.session.location_of(change.session)));
        }
    }
    let watch = shared.key_for(Action::Watch);
    (!keys.is_empty()).then(|| messages::changes::not_watched_from_here(&keys, watch))
}

/// Returns a sentence on the watch, which ends with the account of that context; `None` if nothing
/// is watched.
pub(super) fn watch_of_left_account(shared: &Shared, left: &SessionContext) -> Option<String> {
    if !shared.watch.is_on() {
        return None;
    }
    let keys = key_ids(shared.applied_changes_in(Some(left)));
    let watch = shared.key_for(Action::Watch);
    Some(messages::changes::watch_ended(&keys, &location_of(left), watch))
}

/// Has CloudTrail polled for the keys whose new status is verified by now, the latest of them if
/// there are many. A key that was changed and verified again is watched anew.
fn watch_verified_keys(context: &mut Context<'_>) {
    let shared = &mut *context.shared;
    let length = shared.options.activity_watch;
    if length.is_zero() || !shared.watch.is_on() {
        return;
    }
    let changed = changed_keys(shared).into_iter();
    let verified = changed.filter_map(|key| Some((shared.change_queue.verified(&key)?, key)));
    let mut verified: Vec<_> = verified
        .filter(|((_, since), key)| shared.watch.watched_since(key) != Some(*since))
        .collect();
    verified.sort_by_key(|((_, since), _)| std::cmp::Reverse(*since));
    for (verified, key) in verified {
        let has_room = shared.watch.watched().count() < MAX_WATCHED_KEYS;
        if has_room || shared.watch.watched_since(&key).is_some() {
            shared.watch.watch(ActivityWatch::new(key, verified, context.now.mono, length));
        }
    }
}

/// Requests the reads of the changed keys when they are due.
pub(crate) fn settle_watch(context: &mut Context<'_>) {
    settle_activity_watch(context);
    let shared = &mut *context.shared;
    if !shared.watch.take_due(context.now.mono) {
        return;
    }
    for key in changed_keys(shared) {
        if let Some(owner) = shared.inventory.owner(&key) {
            let read = shared.inventory.facts(owner).keys_read();
            shared.inventory.refresh(read);
        }
        shared.inventory.refresh(IamRead::LastUse { key });
    }
}

/// Polls CloudTrail for the changed keys when it is due, and reports what was recorded once the
/// time is over.
fn settle_activity_watch(context: &mut Context<'_>) {
    let now = context.now;
    watch_verified_keys(context);
    for watch in context.shared.watch.take_due_activity(now.mono) {
        let ActivityWatch { key, since, .. } = watch;
        // The session may have been reopened since.
        let account = context.shared.account_of_key(&key);
        let (session, known) = (account.session, account.inventory.key(&key));
        let last_use = known.and_then(|key| key.last_use.live_value()).cloned();
        let regions = context.shared.activities.read_regions(&key).to_vec();
        context.effects.task(TaskEffect::WatchActivity { session, key, since, last_use, regions });
    }
    let lines = context.shared.watch.end_expired_watches(now.mono);
    if !lines.is_empty() {
        context.shared.shown_at = now;
        context.shared.notifications.notify(Tone::Info, lines.join(" "));
    }
}

/// Takes what CloudTrail has recorded of a watched key, and reports new calls.
pub(crate) fn on_watched_activity(
    context: &mut Context<'_>,
    key: &KeyId,
    activity: Result<Box<Activity>, Arc<ServiceError>>,
) {
    let (shared, now) = (&mut *context.shared, context.now);
    let activity = activity.and_then(|activity| match activity.refusal() {
        Some(error) => Err(Arc::clone(error)),
        None => Ok(activity),
    });
    match activity {
        Ok(activity) => {
            if let Some(watch) = shared.watch.apply_poll(key, &activity, now.mono) {
                let sentence = watch.recorded_after();
                shared.shown_at = now;
                shared.notifications.report_error(sentence, now.wall);
            }
        }
        Err(error) if !PERMANENT_ERRORS.contains(&error.kind) => {
            shared.watch.retry_activity(key, now.mono);
        }
        Err(error) => {
            if shared.watch.end_activity(key) {
                shared.shown_at = now;
                let sentence = messages::activity::not_watched(key, &error);
                shared.notifications.report_error(sentence, now.wall);
            }
        }
    }
}

fn changed_keys(shared: &Shared) -> Vec<KeyId> {
    key_ids(shared.applied_changes())
}

/// Returns the keys of these changes, each once.
fn key_ids<'a>(changes: impl Iterator<Item = &'a KeyChange>) -> Vec<KeyId> {
    let mut keys: Vec<_> = changes.map(|change| change.key.clone()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Reports a use after the verification, new keys and changed statuses. The inventory must not
/// have the reply yet.
pub(super) fn report_changes(context: &mut Context<'_>, reply: &ReadReply) {
    match (&reply.read, &reply.result) {
        (IamRead::LastUse { key }, Ok(ReadData::LastUse(KeyLastUse { last_use, .. }))) => {
            report_use(context, key, last_use);
        }
        (IamRead::Keys { user }, Ok(ReadData::Keys(keys))) => {
            report_keys(context, user.as_ref(), keys, reply);
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
fn report_keys(
    context: &mut Context<'_>,
    user: Option<&UserName>,
    keys: &[AccessKey],
    reply: &ReadReply,
) {
    let shared = &mut *context.shared;
    let has_changed_key = shared.applied_changes().any(|change| change.user.as_ref() == user);
    let Some(facts) = shared.inventory.facts_of(user).filter(|_| has_changed_key) else { return };
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
