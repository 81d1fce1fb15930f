//! Changes left without an outcome by earlier runs, and changes that could not be journaled.

use crate::model::{IamRead, KeyChange, Now, SessionId, UserName};
use crate::tui::app::{Confirm, Effect, State, Tone};

/// Result of a recovery, as sentences.
#[derive(Clone, Debug)]
pub(crate) enum RecoveryEvent {
    /// Notification.
    Notice(Tone, String),
    /// Error, which stays until dismissed.
    Failed(String),
    /// A read has settled a change of a key of this user.
    Settled(UserName),
}

impl State {
    pub(super) fn take_recovery(
        &mut self,
        id: SessionId,
        event: RecoveryEvent,
        now: Now,
    ) -> Vec<Effect> {
        if id != self.session.id {
            return Vec::new();
        }
        self.shown_at = now;
        match event {
            RecoveryEvent::Notice(tone, sentence) => self.notifications.notify(tone, sentence),
            RecoveryEvent::Failed(sentence) => self.notifications.report_error(sentence, now.wall),
            // The list was read before the change was settled.
            RecoveryEvent::Settled(user) if self.inventory.user(&user).is_some() => {
                self.inventory.refresh(IamRead::Keys { user: Some(user) });
            }
            RecoveryEvent::Settled(_) => {}
        }
        vec![Effect::ReadJournal { session: id }]
    }

    /// Opens a dialog on the changes that were not sent because the journal could not be written:
    /// to send them without a journal entry. It waits until no change is in flight, and does not
    /// interrupt other input; the error says what else to do.
    pub(super) fn offer_unjournaled(&mut self, now: Now) {
        if !self.change_queue.in_flight().is_empty() {
            return;
        }
        let changes = self.change_queue.take_unjournaled();
        let Some(KeyChange { direction, reason, session, .. }) = changes.first().cloned() else {
            return;
        };
        let Some(session_context) = self.session.session_context().cloned() else { return };
        if self.popup.is_some() || self.filter.editing || session != self.session.id {
            return;
        }
        let same = |change: &&KeyChange| change.direction == direction;
        let targets = changes.iter().filter(same).filter_map(|change| {
            let mut target = self.target(&change.key, &session_context)?;
            target.undoes.clone_from(&change.undoes);
            (Some(&target.before) == change.before.as_ref()).then_some(target)
        });
        let targets: Vec<_> = targets.collect();
        if targets.is_empty() {
            return;
        }
        let confirm =
            Confirm::open(session, session_context, direction, targets, reason.as_deref(), now)
                .unjournaled();
        self.open_dialog(confirm);
    }
}
