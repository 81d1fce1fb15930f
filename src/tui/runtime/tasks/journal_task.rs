//! Reading of the journal for the screen.

use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use tokio::sync::Mutex;

use crate::changes::{
    ChangeOrigin, Journal, JournalError, SCREEN_BYTES, journal_for_screen, search_from_end,
};
use crate::model::{ServiceError, SessionId};
use crate::ops::plan::{Plan, PlanHistory};
use crate::ops::undo::UndoChooser;
use crate::tui::message::{JournalReading, Message};
use crate::tui::messages;
use crate::tui::runtime::tasks::task_event::EventSender;

/// The journals that changes are recorded in.
#[derive(Clone)]
pub(crate) struct Journals {
    /// The journal file.
    pub written: Journal,
    /// The journal in memory, for changes that the user sends although the file cannot be written.
    pub unjournaled: Journal,
}

/// Request to read the journal of a session's account.
pub(super) struct JournalRequest {
    /// The session.
    pub session: SessionId,
    /// Number of the request.
    pub number: u64,
    /// The plan that is open, if there is one.
    pub plan: Option<Arc<Plan>>,
}

/// Readings of the journal: one at a time, and of those requested meanwhile only the last. A batch
/// requests one for each outcome.
#[derive(Clone, Default)]
pub(super) struct JournalReads {
    /// Number of the last request.
    last: Arc<AtomicU64>,
    turn: Arc<Mutex<()>>,
}

impl JournalReads {
    /// Starts reading the journal of a session's account; the result is reported.
    pub(super) fn start(
        &self,
        events: EventSender,
        journal: Journal,
        change_origin: ChangeOrigin,
        JournalRequest { session, number, plan }: JournalRequest,
    ) {
        self.last.store(number, Ordering::Relaxed);
        let reads = self.clone();
        tokio::spawn(async move {
            let _turn = reads.turn.lock().await;
            if reads.last.load(Ordering::Relaxed) != number {
                return;
            }
            let reading = tokio::task::spawn_blocking(move || {
                let (plan, now) = (plan.as_deref(), Timestamp::now());
                read_journal(&journal, &change_origin, number, plan, now)
            });
            // The screen waits for an answer, so a panic is one.
            let reading = reading.await.unwrap_or_else(|_| {
                unreadable(number, &ServiceError::internal("Reading the journal"))
            });
            events.message(Message::Journal(session, Box::new(reading)));
        });
    }
}

/// Reports that the journal was not read, since the session is closed.
pub(super) fn report_closed_session(request: &JournalRequest, events: &EventSender) {
    let reading = unreadable(request.number, &messages::session::CLOSED);
    events.message(Message::Journal(request.session, Box::new(reading)));
}

/// Returns the answer to a request if the journal could not be read.
fn unreadable(request: u64, error: &dyn Display) -> JournalReading {
    JournalReading {
        request,
        lines: vec![error.to_string()],
        notes: Vec::new(),
        undo: None,
        elsewhere: Vec::new(),
        plan_history: None,
    }
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
    read(journal, change_origin, request, plan, now)
        .unwrap_or_else(|error| unreadable(request, &error))
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
        let elsewhere = chooser.elsewhere(&mut read.scan)?;
        let (lines, notes) = (read.lines, read.notes);
        Ok(Some(JournalReading { request, lines, notes, undo, elsewhere, plan_history }))
    })
}
