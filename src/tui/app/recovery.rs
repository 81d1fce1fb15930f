//! What earlier runs have left open, and what could not be written down.

use crate::model::{IamRead, KeyChange, Now, SessionId, UserName};
use crate::tui::app::{Confirm, Effect, State, Tone};

/// What recovery tells, in sentences.
#[derive(Clone, Debug)]
pub(crate) enum RecoveryEvent {
    /// Worth knowing.
    Notice(Tone, String),
    /// Something to look after: it stays until dismissed.
    Failed(String),
    /// A read has settled a change of a key of this user's.
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
            // What the list shows was read before.
            RecoveryEvent::Settled(user) if self.inventory.user(&user).is_some() => {
                self.inventory.refresh(IamRead::Keys { user: Some(user) });
            }
            RecoveryEvent::Settled(_) => {}
        }
        vec![Effect::ReadJournal { session: id }]
    }

    /// Asks anew, once nothing is under way, about changes that were not sent
    /// since the journal can't be written: this time to be sent all the same.
    /// Whoever is busy with something else is not disturbed; the sentence on
    /// the failure says what to do.
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
