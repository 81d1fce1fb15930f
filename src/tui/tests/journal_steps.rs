//! The journal of a screen under test: changes are recorded when they end, and outlive the program.

use std::time::Duration;

use jiff::Timestamp;

use crate::changes::{ChangeOrigin, Intent, Journal, OutcomeRecord};
use crate::model::{ChangeReport, KeyChange, NotSentReason, Outcome};
use crate::tui::effect::TaskEffect;
use crate::tui::message::{ChangeEvent, Message};
use crate::tui::runtime::read_journal;
use crate::tui::tests::Driver;

impl Driver {
    /// Answers the last request to read the journal.
    pub(super) fn serve_journal(&mut self) {
        let is_request = |effect: &mut TaskEffect| matches!(effect, TaskEffect::ReadJournal { .. });
        let last = self.tasks.extract_if(.., is_request).last();
        if let Some(TaskEffect::ReadJournal { session, request, plan }) = last {
            let now = self.now.wall;
            let origin = &self.origins[&session];
            let reading = read_journal(&self.journal, origin, request, plan.as_deref(), now);
            self.batch(vec![Message::Journal(session, Box::new(reading))]);
        }
    }

    /// Ends a change: records it in the journal, reports it, and reads the journal.
    pub(super) fn end_change(&mut self, change: KeyChange, outcome: Outcome, sentence: &str) {
        let mut change_report = Box::new(ChangeReport {
            change,
            outcome,
            request_ids: Vec::new(),
            attempts: 1,
            journal_id: None,
            siblings: Vec::new(),
            journal_error: None,
        });
        let origin = &self.origins[&change_report.change.session];
        record(&self.journal, &mut change_report, origin, self.now.wall);
        let sentence = sentence.to_owned();
        self.batch(vec![Message::Change(ChangeEvent::Done { change_report, sentence })]);
        self.serve_journal();
    }

    /// Starts the program again, with the same account and journal.
    pub(super) fn restart(&mut self) {
        let size = self.app.shared.size;
        let (before, now) = (std::mem::replace(self, Self::new(size.width, size.height)), self.now);
        (self.statuses, self.journal, self.now) = (before.statuses, before.journal, now);
    }
}

/// Records a change that has ended, and notes its ID in the report. What could not be recorded
/// stays unrecorded.
pub(super) fn record(
    journal: &Journal,
    change_report: &mut ChangeReport,
    change_origin: &ChangeOrigin,
    now: Timestamp,
) {
    if matches!(change_report.outcome, Outcome::NotSent(NotSentReason::Journal(_))) {
        return;
    }
    let longest = Duration::from_mins(1);
    let intent = Intent::new(&change_report.change, change_origin, now, longest);
    journal.record_intent(&intent, now).unwrap();
    journal.record_outcome(&OutcomeRecord::from_report(&intent.id, change_report, now)).unwrap();
    change_report.journal_id = Some(intent.id.into());
}
