//! Results of the recovery of changes without a known outcome, of this run or earlier ones.

use crate::model::{IamRead, SessionId};
use crate::tui::context::Context;
use crate::tui::message::RecoveryEvent;

/// Handles a result of the recovery.
pub(crate) fn on_recovery(context: &mut Context<'_>, id: SessionId, event: RecoveryEvent) {
    let shared = &mut *context.shared;
    if shared.inventory_of(id).is_none() {
        return;
    }
    shared.shown_at = context.now;
    match event {
        RecoveryEvent::Notification(tone, sentence) => shared.notifications.notify(tone, sentence),
        RecoveryEvent::Failed(sentence) => {
            shared.notifications.report_error(sentence, context.now.wall);
        }
        // At every start, and nothing was recorded: the journal need not be read again.
        RecoveryEvent::Unfinished(found) => return shared.change_queue.set_unfinished(id, found),
        RecoveryEvent::Unsettled { key, sentence } => {
            // It says all that the sentence before said.
            shared.notifications.resolve_change(&key);
            shared.notifications.report_failed_change(sentence, &key, context.now.wall);
        }
        RecoveryEvent::Settled { key, user } => {
            let inventory = shared.inventory_of(id);
            let is_listed = user
                .as_ref()
                .is_none_or(|user| inventory.is_some_and(|it| it.user(user).is_some()));
            // The change may be of this run, and its outcome on the screen as unknown.
            shared.notifications.resolve_change(&key);
            shared.change_queue.note_settled(&key);
            // The list was read before the change was settled.
            if is_listed {
                shared.refresh_in(id, IamRead::Keys { user });
            }
        }
    }
    context.read_journal();
}
