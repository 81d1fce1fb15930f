//! The recovery task: looks up changes without a known outcome when a session opens, when a change
//! ends so, and again when the deadline of changes in flight has passed.

use std::collections::HashSet;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::aws::Session;
use crate::changes::{
    ChangeOrigin, Intent, Journal, JournalEntry, Lookback, RecoveryFinding, RecoverySummary,
    find_unfinished,
};
use crate::tui::context::Tone;
use crate::tui::message::{Message, RecoveryEvent, UnfinishedChange};
use crate::tui::messages;
use crate::tui::runtime::tasks::task_context::TaskContext;

/// Runs recovery and sends its events: at once, when a change has to be waited for no longer, and
/// when it is woken. Says what it has said before only once, and nothing of the journal itself
/// unless `is_shown`. Ignores unfinished changes of earlier demos, whose accounts no longer exist.
pub(super) async fn run(
    TaskContext { session_factory, events, .. }: TaskContext,
    session: Session,
    change_origin: ChangeOrigin,
    journal: Journal,
    is_shown: bool,
    wake: Arc<Notify>,
) {
    let id = session.id();
    let reader = session.screen_reader();
    let send = |event| events.message(Message::Recovery(id, event));
    let mut said = HashSet::new();
    for round in 0.. {
        let mut found = false;
        let mut report = |finding: RecoveryFinding| {
            found = true;
            // First, since it takes former sentences on the change off the screen.
            if let RecoveryFinding::Resolved { entry, .. } = &finding {
                let Intent { key, user, .. } = entry.intent.clone();
                send(RecoveryEvent::Settled { key, user });
            }
            if !is_of_this_run(&finding) && said.insert(finding.sentence(Timestamp::now())) {
                send(event_for(&finding));
            }
        };
        let (lookback, now) = (Lookback::ForScreen, Timestamp::now());
        let next_run = match find_unfinished(&journal, &change_origin, lookback, now).await {
            Ok(mut open) => {
                let entries = open.recoverable.iter().chain(&open.in_flight);
                let others = entries.filter(|entry| entry.intent.pid != std::process::id());
                send(RecoveryEvent::Unfinished(others.map(unfinished_change).collect()));
                open.in_flight.drain(..).map(RecoveryFinding::InFlight).for_each(&mut report);
                let left = open.recover(&reader, &journal, Timestamp::now, report).await;
                let is_demo = session_factory.is_demo();
                let left = if is_demo { RecoverySummary { elsewhere: 0, ..left } } else { left };
                if round == 0
                    && is_shown
                    && let Some(remark) = journal_remarks(&left, &journal, found)
                {
                    send(remark);
                }
                left.next_run
            }
            Err(error) => {
                send(RecoveryEvent::Failed(messages::changes::recovery_failed(&error)));
                None
            }
        };
        tokio::select! {
            () = sleep_until(next_run) => {}
            () = wake.notified() => {}
        }
    }
}

/// Waits until a time has passed; without one, for ever.
async fn sleep_until(time: Option<Timestamp>) {
    let Some(time) = time else { return pending().await };
    let left = Duration::try_from(time.duration_since(Timestamp::now())).unwrap_or_default();
    // A deadline has passed only after its millisecond.
    tokio::time::sleep(left + Duration::from_millis(10)).await;
}

/// Returns whether a finding only announces the read of a key that this run has changed: the screen
/// says already that the outcome is unknown.
fn is_of_this_run(finding: &RecoveryFinding) -> bool {
    matches!(finding, RecoveryFinding::Reading(entry) if entry.intent.pid == std::process::id())
}

fn unfinished_change(entry: &JournalEntry) -> UnfinishedChange {
    let Intent { key, direction, time, .. } = &entry.intent;
    UnfinishedChange { key: key.clone(), wanted: direction.status(), since: *time }
}

/// Returns a remark about the journal itself, if there is one.
fn journal_remarks(
    left: &RecoverySummary,
    journal: &Journal,
    found: bool,
) -> Option<RecoveryEvent> {
    if let Some(sentence) = journal.path().and_then(|path| left.damage.sentence(path)) {
        return Some(RecoveryEvent::Failed(sentence));
    }
    if let Some(warning) = &left.warning {
        return Some(RecoveryEvent::Notification(Tone::Warning, warning.clone()));
    }
    let sentence = messages::changes::unfinished_elsewhere(left.elsewhere)?;
    (!found).then(|| RecoveryEvent::Notification(Tone::Info, sentence.to_owned()))
}

fn event_for(finding: &RecoveryFinding) -> RecoveryEvent {
    let now = Timestamp::now();
    let sentence = finding.sentence(now);
    match finding {
        RecoveryFinding::Reading(_) => RecoveryEvent::Notification(Tone::Info, sentence),
        RecoveryFinding::InFlight(_) => RecoveryEvent::Notification(Tone::Warning, sentence),
        RecoveryFinding::Resolved { entry, journal_error: None } if entry.is_applied() => {
            RecoveryEvent::Notification(Tone::Success, sentence)
        }
        RecoveryFinding::Resolved { entry, .. } | RecoveryFinding::Unresolved(entry, _) => {
            RecoveryEvent::Unsettled { key: entry.intent.key.clone(), sentence }
        }
    }
}
