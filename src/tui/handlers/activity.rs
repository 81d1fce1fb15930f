//! Reading what a key has done.

use std::path::Path;
use std::sync::Arc;

use crate::model::KeyId;
use crate::tui::context::{ActivityUpdate, Context, Tone};
use crate::tui::message::TaskEffect;
use crate::tui::messages::activity as messages;

/// Reads the activity of a key, unless the same was read before in this session, to its end.
pub(crate) fn open_activity(context: &mut Context<'_>, key: &KeyId) {
    let session = context.shared.account_of_key(key).session;
    let known = context.shared.activities.of(key);
    if known.is_none_or(|known| known.session != session || known.activity().is_none()) {
        read_activity(context, key, false);
    }
}

/// Reads the activity of a key anew, in every Region or in the usual ones.
pub(crate) fn read_activity(context: &mut Context<'_>, key: &KeyId, all_regions: bool) {
    let account = context.shared.account_of_key(key);
    let session = account.session;
    let last_use = account.inventory.key(key).and_then(|key| key.last_use.live_value()).cloned();
    let (number, former) = context.shared.activities.start(session, key.clone());
    if let Some(former) = former {
        context.effects.task(TaskEffect::CancelActivity(former));
    }
    let key = key.clone();
    context.effects.task(TaskEffect::ReadActivity { number, session, key, last_use, all_regions });
}

/// Takes progress of a reading.
pub(crate) fn on_activity(context: &mut Context<'_>, number: u64, update: ActivityUpdate) {
    if context.shared.activities.apply(number, update) {
        context.shared.shown_at = context.now;
    }
}

/// Cancels the readings of keys that are no longer shown.
pub(crate) fn settle_activities(context: &mut Context<'_>, shown: &[KeyId]) {
    for number in context.shared.activities.drop_unshown(shown) {
        context.effects.task(TaskEffect::CancelActivity(number));
    }
}

/// Reports that a file was written, or why not.
pub(crate) fn on_exported(context: &mut Context<'_>, path: &Path, written: Result<(), Arc<str>>) {
    let shared = &mut *context.shared;
    shared.shown_at = context.now;
    match written {
        Ok(()) => shared.notifications.notify(Tone::Success, messages::exported(path)),
        Err(error) => {
            let sentence = messages::not_exported(path, &error);
            shared.notifications.report_error(sentence, context.now.wall);
        }
    }
}
