//! Leaving, and what becomes of the changes that have no outcome then.

use std::fmt::Display;

use crate::tui::app::{ChangePhase, Shutdown, State};
use crate::tui::messages;

impl State {
    /// Whether the program may end now.
    pub(crate) fn has_left(&self) -> bool {
        match self.shutdown {
            Shutdown::None => false,
            Shutdown::WhenIdle => self.change_queue.in_flight().is_empty(),
            Shutdown::Immediate => true,
        }
    }

    /// What came of the changes that were waited for before leaving, a sentence
    /// each: there is no more screen to read them on.
    pub(crate) fn exit_messages(&self) -> &[String] {
        &self.exit_messages
    }

    /// The changes whose outcome the journal will tell, each in a line.
    pub(crate) fn sent(&self) -> Vec<String> {
        self.confirmed(|step| step != ChangePhase::Waiting)
    }

    /// The changes of which nothing is written or sent, each in a line: they
    /// are dropped when the program ends.
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
