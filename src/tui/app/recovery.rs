//! What earlier runs have left open, and what could not be written down.

use crate::model::{KeyChange, Now, Read, SessionId, UserName};
use crate::tui::app::{Confirm, Effect, State, Tone};

/// What recovery tells, in sentences.
#[derive(Clone, Debug)]
pub(crate) enum RecoveryNews {
    /// Worth knowing.
    Told(Tone, String),
    /// Something to look after: it stays until dismissed.
    Failed(String),
    /// A read has settled a change of a key of this user's.
    Settled(UserName),
}

impl State {
    pub(super) fn take_recovery(&mut self, id: SessionId, news: RecoveryNews, now: Now) -> Vec<Effect> {
        if id != self.session.id {
            return Vec::new();
        }
        self.shown_at = now;
        match news {
            RecoveryNews::Told(tone, sentence) => self.notices.tell(tone, sentence),
            RecoveryNews::Failed(sentence) => self.notices.fail(sentence, now.wall),
            // What the list shows was read before.
            RecoveryNews::Settled(user) if self.inventory.user(&user).is_some() => {
                self.inventory.ask_again(Read::Keys { user: Some(user) });
            }
            RecoveryNews::Settled(_) => {}
        }
        vec![Effect::ReadJournal { session: id }]
    }

    /// Asks anew, once nothing is under way, about changes that were not sent
    /// since the journal can't be written: this time to be sent all the same.
    /// Whoever is busy with something else is not disturbed; the sentence on
    /// the failure says what to do.
    pub(super) fn offer_unwritten(&mut self, now: Now) {
        if !self.changes.under_way().is_empty() {
            return;
        }
        let changes = self.changes.take_unwritten();
        let Some(KeyChange { direction, reason, session, .. }) = changes.first().cloned() else { return };
        let Some(place) = self.session.place().cloned() else { return };
        if self.overlay.is_some() || self.filter.editing || session != self.session.id {
            return;
        }
        let same = |change: &&KeyChange| change.direction == direction;
        let targets = changes.iter().filter(same).filter_map(|change| {
            let mut target = self.target(&change.key, &place)?;
            target.undoes.clone_from(&change.undoes);
            (Some(&target.before) == change.before.as_ref()).then_some(target)
        });
        let targets: Vec<_> = targets.collect();
        if targets.is_empty() {
            return;
        }
        let confirm = Confirm::open(session, place, direction, targets, reason.as_deref(), now).unwritten();
        self.open_dialog(confirm);
    }
}
