//! Leaving, and what becomes of the changes that have no outcome then.

use crate::tui::app::{Leaving, State, Step};

impl State {
    /// Whether the program may end now.
    pub(crate) fn has_left(&self) -> bool {
        match self.leaving {
            Leaving::No => false,
            Leaving::Soon => self.changes.under_way().is_empty(),
            Leaving::Now => true,
        }
    }

    /// What came of the changes that were waited for before leaving, a sentence
    /// each: there is no more screen to read them on.
    pub(crate) fn parting(&self) -> &[String] {
        &self.parting
    }

    /// The changes whose outcome the journal will tell, each in a line.
    pub(crate) fn sent(&self) -> Vec<String> {
        self.confirmed(|step| step != Step::Waiting)
    }

    /// The changes of which nothing is written or sent, each in a line: they
    /// are dropped when the program ends.
    pub(crate) fn unsent(&self) -> Vec<String> {
        self.confirmed(|step| step == Step::Waiting)
    }

    fn confirmed(&self, which: impl Fn(Step) -> bool) -> Vec<String> {
        let chosen = self.changes.under_way().iter().filter(|(_, step)| which(*step));
        let told = chosen.map(|(change, _)| {
            let user = change.user.as_ref().map(|user| format!(" of {user}")).unwrap_or_default();
            let account = self.account_of(change.session).map(|account| format!(" in {account}")).unwrap_or_default();
            format!("  {}{user}{account} to {}", change.key, change.direction.status())
        });
        told.collect()
    }
}
