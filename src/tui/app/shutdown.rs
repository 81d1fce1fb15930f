//! End of the program, and changes without an outcome at that time.

use std::fmt::Display;

use crate::tui::app::{ChangePhase, Shutdown, State};
use crate::tui::messages;

impl State {
    /// Returns whether the program may end now.
    pub(crate) fn has_left(&self) -> bool {
        match self.shutdown {
            Shutdown::None => false,
            Shutdown::WhenIdle => self.change_queue.in_flight().is_empty(),
            Shutdown::Immediate => true,
        }
    }

    /// Returns sentences to print after the end: outcomes of the changes that were waited for.
    pub(crate) fn exit_messages(&self) -> &[String] {
        &self.exit_messages
    }

    /// Returns a line for each change that was sent; the journal will have its outcome.
    pub(crate) fn sent(&self) -> Vec<String> {
        self.confirmed(|step| step != ChangePhase::Waiting)
    }

    /// Returns a line for each change that was neither journaled nor sent; they are dropped.
    pub(crate) fn unsent(&self) -> Vec<String> {
        self.confirmed(|step| step == ChangePhase::Waiting)
    }

    fn confirmed(&self, which: impl Fn(ChangePhase) -> bool) -> Vec<String> {
        let chosen = self.change_queue.in_flight().iter().filter(|(_, step)| which(*step));
        let lines = chosen.map(|(change, _)| {
            let account = self.account_of(change.session).map(|account| account as &dyn Display);
            let wanted = change.direction.status();
            messages::changes::unfinished(&change.key, change.user.as_ref(), account, &wanted)
        });
        lines.collect()
    }
}
