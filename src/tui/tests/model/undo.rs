//! The journal, which outlives the program, and undo from it.

use super::runner::ModelScreen;
use crate::model::KeyChange;
use crate::tui::message::Message;
use crate::tui::runtime::read_journal;

impl ModelScreen {
    /// Answers the last request to read the journal, with a note on some key.
    pub(super) fn reply_with_journal(&mut self, n: usize) {
        let Some((session, request)) = self.journal_request.take() else { return };
        let Some(origin) = self.origins.get(&session) else { return };
        let mut reading = read_journal(&self.journal, origin, request, None, self.now.wall);
        reading.notes = self.accounts.journal_notes(n);
        self.batch.push(Message::Journal(session, Box::new(reading)));
    }

    /// Checks that the changes confirmed by a batch that are undos undo a recorded change of their
    /// key in this account, which nothing has undone yet.
    pub(super) fn check_undone(&mut self, new: &[KeyChange]) {
        let undos = new.iter().filter(|change| change.undoes.is_some());
        for change in undos {
            let entries = self.journal.read().entries;
            let id = change.undoes.as_deref();
            let undone = entries.iter().find(|entry| Some(&*entry.intent.id) == id);
            let undone = undone.expect("a change to undo that is not in the journal");
            let (intent, origin) = (&undone.intent, &self.origins[&change.session]);
            assert!(intent.matches(origin), "undone in another account: {intent:?}");
            assert_eq!((&intent.key, intent.direction), (&change.key, change.direction.reversed()));
            assert_eq!(intent.before, Some(change.direction.status()), "another status before");
            let again = entries
                .iter()
                .find(|entry| entry.intent.undoes.as_deref() == id && entry.is_applied());
            assert_eq!(again, None, "undone twice");
            let done = self.app.shared.change_queue.done();
            let is_of_this_run = done.iter().any(|report| report.journal_id.as_deref() == id);
            self.stats.undone_after_restart += usize::from(!is_of_this_run);
        }
    }
}
