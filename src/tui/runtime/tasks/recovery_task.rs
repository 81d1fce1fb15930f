//! The recovery task: looks up changes without a known outcome when a session opens, when a change
//! ends so, and again when the deadline of changes in flight has passed.

use std::time::Duration;

use jiff::Timestamp;

use crate::aws::Session;
use crate::changes::{
    ChangeOrigin, Intent, Journal, Lookback, RecoveryFinding, RecoverySummary, find_unfinished,
};
use crate::tui::context::Tone;
use crate::tui::message::{Message, RecoveryEvent};
use crate::tui::messages;
use crate::tui::runtime::tasks::task_context::TaskContext;

/// Runs recovery and sends its events, until no change is left to wait for.
/// Ignores unfinished changes of earlier demos, whose accounts no longer exist.
pub(super) async fn run(
    TaskContext { session_factory, events, .. }: TaskContext,
    session: Session,
    change_origin: ChangeOrigin,
    journal: Journal,
) {
    let id = session.id();
    let reader = session.screen_reader();
    let send = |event| events.message(Message::Recovery(id, event));
    for round in 0.. {
        let mut found = false;
        let mut report = |finding: RecoveryFinding| {
            found = true;
            // First, since it takes former sentences on the change off the screen.
            if let RecoveryFinding::Resolved { entry, .. } = &finding {
                let Intent { key, user, .. } = entry.intent.clone();
                send(RecoveryEvent::Settled { key, user });
            }
            send(event_for(&finding));
        };
        let (lookback, now) = (Lookback::ForScreen, Timestamp::now());
        let left = match find_unfinished(&journal, &change_origin, lookback, now).await {
            Ok(mut open) => {
                open.in_flight.drain(..).map(RecoveryFinding::InFlight).for_each(&mut report);
                open.recover(&reader, &journal, Timestamp::now, report).await
            }
            Err(error) => {
                return send(RecoveryEvent::Failed(messages::changes::recovery_failed(&error)));
            }
        };
        let is_demo = session_factory.is_demo();
        let left = if is_demo { RecoverySummary { elsewhere: 0, ..left } } else { left };
        if round == 0
            && let Some(remark) = journal_remarks(&left, &journal, found)
        {
            send(remark);
        }
        let Some(wake) = left.next_run else { return };
        let wait = Duration::try_from(wake.duration_since(Timestamp::now())).unwrap_or_default();
        // A deadline has passed only after its millisecond.
        tokio::time::sleep(wait + Duration::from_millis(10)).await;
    }
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
        RecoveryFinding::Unresolved(entry, None) if entry.intent.may_be_in_flight(now) => {
            RecoveryEvent::Notification(Tone::Warning, sentence)
        }
        RecoveryFinding::Resolved { entry, .. } | RecoveryFinding::Unresolved(entry, _) => {
            RecoveryEvent::Unsettled { key: entry.intent.key.clone(), sentence }
        }
    }
}
