//! Reading what a key has done.

use jiff::SignedDuration;

use crate::model::{ActivityRegions, KeyId, SessionId};
use crate::tui::context::{ActivityUpdate, Context, KeyActivity, Tone};
use crate::tui::effect::TaskEffect;
use crate::tui::messages;

/// Age up to which a completed read is shown again without a new one.
const REUSE_WITHIN: SignedDuration = SignedDuration::from_secs(60);

/// Reads the activity of a key in the account of a session, unless it was just read there to its
/// end.
pub(crate) fn open_activity(context: &mut Context<'_>, session: SessionId, key: &KeyId) {
    let known = context.shared.activities.get(key).filter(|known| known.session == session);
    let is_fresh = known.and_then(KeyActivity::activity).is_some_and(|activity| {
        let age = context.now.wall.duration_since(activity.query().until);
        activity.is_reading() || activity.is_complete() && age < REUSE_WITHIN
    });
    if !is_fresh {
        read_activity(context, session, key, None);
    }
}

/// Reads the activity of a key again, in these Regions or in those of the settings.
pub(crate) fn read_activity(
    context: &mut Context<'_>,
    session: SessionId,
    key: &KeyId,
    regions: Option<ActivityRegions>,
) {
    let Some(inventory) = context.shared.inventory_of(session) else {
        let sentence = messages::accounts::SESSION_ENDED;
        return context.shared.notifications.notify(Tone::Warning, sentence);
    };
    let last_use = inventory.key(key).and_then(|key| key.last_use.live_value()).cloned();
    let is_of_all = regions == Some(ActivityRegions::All);
    let (number, former) = context.shared.activities.start(session, key.clone(), is_of_all);
    if let Some(former) = former {
        context.effects.task(TaskEffect::CancelActivity(former));
    }
    let key = key.clone();
    context.effects.task(TaskEffect::ReadActivity { number, session, key, last_use, regions });
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
