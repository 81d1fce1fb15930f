//! Recovery as a task: what earlier runs have left open is found when a
//! session opens, and again when the time of what is under way has passed.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;

use crate::aws::Session;
use crate::changes::{ChangeContext, Journal, RecoveryFinding, RecoverySummary, find_open};
use crate::model::SessionId;
use crate::tui::app::{Message, RecoveryEvent, Tone};
use crate::tui::runtime::effects::{TaskEvent, message_event};

/// Recovers, and tells of it, until nothing is left to wait for.
/// What an earlier demo has left open is nobody's concern: its account is gone.
pub(super) async fn run(
    session: Session,
    change_context: ChangeContext,
    journal: Journal,
    is_demo: bool,
    event_sender: UnboundedSender<TaskEvent>,
) {
    let id = session.id();
    let reader = session.screen_reader();
    let send = |told| send_event(&event_sender, id, told);
    for round in 0.. {
        let mut found = false;
        let mut hears = |finding: RecoveryFinding| {
            found = true;
            send(event_for(&finding));
            if let RecoveryFinding::Settled { entry, .. } = &finding {
                entry.intent.user.clone().map(RecoveryEvent::Settled).into_iter().for_each(send);
            }
        };
        let left = match find_open(&journal, &change_context, Timestamp::now()).await {
            Ok(mut open) => {
                open.in_flight.drain(..).map(RecoveryFinding::InFlight).for_each(&mut hears);
                open.settle(&reader, &journal, Timestamp::now, hears).await
            }
            Err(error) => {
                return send(RecoveryEvent::Failed(format!(
                    "{error} So it is not known what was left open."
                )));
            }
        };
        let left = if is_demo { RecoverySummary { elsewhere: 0, ..left } } else { left };
        if round == 0 {
            journal_remarks(&left, &journal, found).into_iter().for_each(send);
        }
        let Some(wake) = left.next_run else { return };
        let wait = Duration::try_from(wake.duration_since(Timestamp::now())).unwrap_or_default();
        // A deadline counts as passed from its very millisecond on.
        tokio::time::sleep(wait + Duration::from_millis(10)).await;
    }
}

/// What is worth knowing of the journal itself, where nothing is more urgent.
fn journal_remarks(
    left: &RecoverySummary,
    journal: &Journal,
    found: bool,
) -> Option<RecoveryEvent> {
    if let Some(sentence) = journal.path().and_then(|path| left.damage.sentence(path)) {
        return Some(RecoveryEvent::Failed(sentence));
    }
    if let Some(warning) = &left.warning {
        return Some(RecoveryEvent::Notice(Tone::Warning, warning.clone()));
    }
    let sentence = match left.elsewhere {
        1 => {
            "The journal has an open change of another account or caller. It is looked up when keyflip is opened there."
        }
        2.. => {
            "The journal has open changes of other accounts or callers. They are looked up when keyflip is opened there."
        }
        0 => return None,
    };
    (!found).then(|| RecoveryEvent::Notice(Tone::Info, sentence.to_owned()))
}

fn event_for(finding: &RecoveryFinding) -> RecoveryEvent {
    let now = Timestamp::now();
    let sentence = finding.sentence(now);
    match finding {
        RecoveryFinding::Open(_) => RecoveryEvent::Notice(Tone::Info, sentence),
        RecoveryFinding::InFlight(_) => RecoveryEvent::Notice(Tone::Warning, sentence),
        RecoveryFinding::Settled { entry, journal_error: None } if entry.is_applied() => {
            RecoveryEvent::Notice(Tone::Success, sentence)
        }
        RecoveryFinding::Unsettled(entry, None) if entry.intent.in_flight(now) => {
            RecoveryEvent::Notice(Tone::Warning, sentence)
        }
        RecoveryFinding::Settled { .. } | RecoveryFinding::Unsettled(..) => {
            RecoveryEvent::Failed(sentence)
        }
    }
}

fn send_event(event_sender: &UnboundedSender<TaskEvent>, id: SessionId, told: RecoveryEvent) {
    // Nobody listens any more only when the program ends.
    let _ = event_sender.send(message_event(Message::Recovery(id, told)));
}
