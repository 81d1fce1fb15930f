//! Reading of the journal for the screen.

use std::sync::Arc;

use jiff::Timestamp;

use crate::changes::{
    ChangeOrigin, Journal, JournalError, SCREEN_BYTES, journal_for_screen, search_from_end,
};
use crate::model::SessionId;
use crate::ops::plan::{Plan, PlanHistory};
use crate::ops::undo::UndoChooser;
use crate::tui::message::{JournalReading, Message};
use crate::tui::runtime::tasks::task_event::EventSender;

/// Starts reading the journal of a session's account; the result is reported.
pub(super) fn start(
    (journal, change_origin): (Journal, ChangeOrigin),
    (session, request): (SessionId, u64),
    plan: Option<Arc<Plan>>,
    events: EventSender,
) {
    tokio::task::spawn_blocking(move || {
        let (plan, now) = (plan.as_deref(), Timestamp::now());
        let reading = read_journal(&journal, &change_origin, request, plan, now);
        events.message(Message::Journal(session, Box::new(reading)));
    });
}

/// Reads an account's changes, those to undo, and those of a plan, in one pass over the end of
/// the journal. A journal that cannot be read gives its error as the only line.
pub(crate) fn read_journal(
    journal: &Journal,
    change_origin: &ChangeOrigin,
    request: u64,
    plan: Option<&Plan>,
    now: Timestamp,
) -> JournalReading {
    read(journal, change_origin, request, plan, now).unwrap_or_else(|error| JournalReading {
        request,
        lines: vec![error.to_string()],
        notes: Vec::new(),
        undo: None,
        plan_history: None,
    })
}

fn read(
    journal: &Journal,
    change_origin: &ChangeOrigin,
    request: u64,
    plan: Option<&Plan>,
    now: Timestamp,
) -> Result<JournalReading, JournalError> {
    // What became of a plan can be anywhere in the journal.
    let at_least = if plan.is_some() { u64::MAX } else { SCREEN_BYTES };
    search_from_end(at_least, |bytes| {
        let mut chooser = UndoChooser::new(change_origin, None);
        let mut plan_history = plan.map(|plan| PlanHistory::new(plan, change_origin.clone()));
        let mut visit = |number, line: &_| {
            chooser.add_line(number, line);
            if let Some(history) = &mut plan_history {
                history.add_line(line);
            }
        };
        let mut read = journal_for_screen(journal, change_origin, now, bytes, &mut visit)?;
        if chooser.is_cut(&read.scan) {
            return Ok(None);
        }
        let undo = Some(chooser.choose(&mut read.scan)?);
        let (lines, notes) = (read.lines, read.notes);
        Ok(Some(JournalReading { request, lines, notes, undo, plan_history }))
    })
}
